"""Whether e-mail and texts to a patient arrive, as their services report. The record's version stays."""

from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient

TRUST_NUMBER = Action("patient.number-works", "said that texts to the patient arrive")
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
    tx.change_row(
        patient.key,
        sets={"emailBounce": None},
        when={"email": patient.email},
        refusal=Refused("The address was changed meanwhile. Look again."),
    )
    tx.commit(Event(TRUST, "PATIENT", patient.id, patient=patient.id))


def add_failed_number(tx: Transaction, patient: Patient, number: str, reason: str) -> None:
    """The step that keeps texts from being sent to `number` (E.164) again."""
    failed = {**(patient.sms_failed or {}), number: {"reason": reason, "at": tx.at}}
    tx.change_row(patient.key, sets={"smsFailed": failed}, when={"id": patient.id})


@idempotent
def trust_numbers(scope: Scope, patient: Patient, *, once: Once | None = None) -> None:
    """Texts go to all numbers again: the patient says that they arrive. Raises Refused."""
    scope.must_hold(patient)
    if not patient.no_texts:
        raise Refused("No text to these numbers failed.")
    tx = Transaction(scope, once=once)
    tx.change_row(patient.key, sets={"smsFailed": None}, when={"id": patient.id})
    tx.commit(Event(TRUST_NUMBER, "PATIENT", patient.id, patient=patient.id))
