"""Whether e-mail to a patient arrives, as the mail service reports it: no value of the record, whose version stays."""

from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient

TRUST = Action("patient.email-works", "said that e-mail to the patient arrives")


def add_bounce(tx: Transaction, patient: Patient, reason: str) -> None:
    """The step that keeps the present address from being written to again."""
    kept = {"address": (patient.email or "").lower(), "reason": reason, "at": tx.at}
    tx.change_row(patient.key, sets={"emailBounce": kept}, when={"email": patient.email})


@idempotent
def trust_email(scope: Scope, patient: Patient, *, once: Once | None = None) -> None:
    """The address is written to again: the mailbox was full, or the patient says that it works. Raises Refused."""
    scope.must_hold(patient)
    if not patient.came_back:
        raise Refused("Nothing that was sent to this address came back.")
    tx = Transaction(scope, once=once)
    tx.change_row(patient.key, sets={"emailBounce": None}, when={"email": patient.email},
                  refusal=Refused("The address was changed meanwhile. Look again."))  # fmt: skip
    tx.commit(Event(TRUST, "PATIENT", patient.id, patient=patient.id))
