"""The contact log: one line for each call, and who calls back."""

from clinnet import clock
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import Refused
from patients.lines import CallbackLine
from patients.models import Contact, Patient

LOG_CONTACT = Action("contact.log", "logged a contact")
CALLED_BACK = Action("contact.called-back", "marked a call-back as done")


def log_contact(
    scope: Scope,
    patient: Patient,
    *,
    direction: str,
    channel: str,
    text: str,
    callback_on: str = "",
    callback_at: str = "",
    callback_by: str = "",
    callback_name: str = "",
    once: Once | None = None,
) -> str:
    """One line about a call, visit or message; returns the id.

    A call-back has a date, a person's id or a role, and perhaps a time of the clinic's clock, "14:30".
    """
    tx = Transaction(scope, once=once)
    id = add_contact(
        tx,
        patient,
        direction=direction,
        channel=channel,
        text=text,
        callback_on=callback_on,
        callback_at=callback_at,
        callback_by=callback_by,
        callback_name=callback_name,
    )
    return tx.commit(Event(LOG_CONTACT, "CONTACT", id, patient=patient.id), result=id)


def add_contact(
    tx: Transaction,
    patient: Patient,
    *,
    direction: str,
    channel: str,
    text: str,
    callback_on: str = "",
    callback_at: str = "",
    callback_by: str = "",
    callback_name: str = "",
) -> str:
    """The step that puts the line, beside what it is about; returns its id."""
    scope, at = tx.scope, tx.at
    scope.must_hold(patient)
    id = clock.new_id()
    place = Contact.at(patient.id, id)
    contact = Contact(
        pk=place.pk, sk=place.sk, id=id, patient_id=patient.id, at_time=at,
        direction=direction, channel=channel, text=text, by=scope.actor.id, by_name=scope.actor.name, state="done",
    )  # fmt: skip
    if callback_on:
        due = keys.callback_due(scope.clinic_id, callback_on, id)
        contact.gsi1pk, contact.gsi1sk, contact.state = due.pk, due.sk, "open"
        contact.callback_on, contact.callback_at = callback_on, callback_at or None
        contact.callback_by, contact.callback_name = callback_by, callback_name
        line = CallbackLine(
            patient_id=patient.id, at=callback_at, text=text[:120], owner=callback_by, owner_name=callback_name
        )
        contact.line = {**(patient.line or {}), **line.pack()}
    tx.put(contact)
    return id


def close_callback(scope: Scope, contact: Contact, *, once: Once | None = None) -> None:
    """The call-back was made: it leaves the work list."""
    if contact.done_at:
        return
    tx = Transaction(scope, once=once)
    done = {"state": "done", "gsi1pk": None, "gsi1sk": None, "done_at": tx.at, "done_by": scope.actor.name}
    tx.update(contact, done, refusal=Refused("Somebody has made this call-back already."))
    tx.commit(Event(CALLED_BACK, "CONTACT", contact.id, patient=contact.patient_id))
