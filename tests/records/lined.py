"""Recording by the line of the chart, and what the summary then shows."""

from clinnet import clock
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Scope
from patients.models import Patient
from records import queries
from records.services import typing
from records.services.asking import Asked
from records.services.recording import Moment
from records.services.typing import Typed
from records.summary import rows as left
from records.summary.rows import SummaryShown


def record(scope: Scope, patient: Patient, text: str, *, entry: str = "", sure: bool = False, **more: object) -> str:
    """With `sure` whatever is asked is answered by yes; with a reason, too."""
    moment, answered = Moment(entry or clock.new_id(), ""), frozenset[str]()
    while True:
        typed = Typed(text, answered=answered, **more)  # type: ignore[arg-type]  # as its fields are
        try:
            return typing.record(scope, patient=patient, moment=moment, typed=typed).id
        except Asked as asked:
            if not (sure or more.get("reason")) or answered >= set(asked.answers):
                raise
            answered |= set(asked.answers)


def summary(scope: Scope, patient: Patient) -> SummaryShown:
    shown = left.summary(queries.summaries(scope, patient), clinic_of(scope.clinic_id))
    assert shown
    return shown
