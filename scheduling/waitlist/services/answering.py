"""What is booked the plain way may be what an open request of the patient waits for: both are one step."""

from collections.abc import Sequence

from clinnet.table import Scope, Transaction
from clinnet.table.errors import NotFound
from patients.models import Patient
from patients.timeline import all_ids
from scheduling.models import WaitlistEntry
from scheduling.waitlist import queries
from scheduling.waitlist.services import waitlist


def open_ones(scope: Scope, patient: Patient, ids: Sequence[str]) -> list[WaitlistEntry]:
    """Raises NotFound for a request that is not this patient's, Refused where somebody has dealt with it."""
    found = [queries.request(scope, id) for id in ids]
    if any(each.patient_id not in all_ids(patient) for each in found):
        raise NotFound
    if any(each.state != waitlist.OPEN or each.parked or each.offer for each in found):
        raise waitlist.GONE
    return found


def add_answer(tx: Transaction, requests: Sequence[WaitlistEntry], appointment_id: str) -> None:
    """The steps that take them off the list."""
    for each in requests:
        waitlist.close(tx, each, waitlist.DONE, appointment_id=appointment_id)


def add_reopen(tx: Transaction, requests: Sequence[WaitlistEntry], appointment_id: str) -> None:
    """The steps that put back on the list what `appointment_id` had answered."""
    for each in requests:
        if (each.state, each.appointment_id) == (waitlist.DONE, appointment_id):
            waitlist.add_reopen(tx, each, waitlist.DONE)
