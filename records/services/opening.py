"""That a chart was opened, in the trail."""

import logging

from clinnet.table import Action, Event, Scope, Transaction
from clinnet.table.errors import ClinnetError
from patients.models import Patient

OPEN_CHART = Action("chart.open", "opened the chart")
OPEN_ENTRY = Action("chart.entry", "opened an entry of a restricted chart")
PRINT = Action("chart.print", "printed from the chart")
logger = logging.getLogger("clinnet.records")


def note_opening(scope: Scope, patient: Patient, entry_id: str = "") -> bool:
    """Whether it could be written down. The chart is shown either way: somebody may need it now.

    With `entry_id` of an entry of a restricted chart.
    """
    event = Event(OPEN_CHART, "PATIENT", patient.id, patient=patient.id)
    if entry_id:
        event = Event(OPEN_ENTRY, "RECORD", entry_id, patient=patient.id)
    try:
        Transaction(scope).commit(event)
    except ClinnetError as error:
        logger.warning("opening of chart %s: not in the trail: %s", patient.id, type(error).__name__)
        return False
    return True


def note_printing(scope: Scope, patient: Patient, what: str) -> None:
    """Raises where it cannot be written down: what is on paper leaves the house, and can wait."""
    Transaction(scope).commit(Event(PRINT, "PATIENT", patient.id, patient=patient.id, changes={"what": [None, what]}))
