"""What people do about messages: call instead, and hear that one came back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clinnet import clock
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import Refused, Stale
from clinnet.table.kept import forget
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.queries import current
from patients.services.contacts import add_contact
from scheduling import words
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import changing
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.services import busy
from scheduling.messages import rows as message_rows
from scheduling.messages.queries import recipients
from scheduling.messages.services import outbox
from scheduling.messages.services.sending import mark_card, unsent_line
from scheduling.models import BOOKED, COMING, CONFIRMED, Appointment
from scheduling.refusals import AlreadyMovedOn

CALL = Action("appointment.call", "called about an appointment")
SEND_AGAIN = Action("message.again", "asked for a message about an appointment")
BOUNCED = Action("message.bounced", "got a message about an appointment back")
CHANGE_RULES = Action("clinic.messages", "changed when messages are sent")

OUTCOMES = ("confirmed", "left word", "no answer")
MOST_CALLS = 20
LONGEST_REMINDER = 14 * 24  # hours


@idempotent
def log_visit_call(
    scope: Scope, *, appointment: Appointment, patient: Patient, outcome: str, once: Once | None = None
) -> None:  # fmt: skip
    """A call about an appointment: confirmed, left word or no answer. Of a cancelled one, confirmed is: they know."""
    scope.require(Permission.BOOK)
    scope.must_hold(appointment)
    if outcome not in OUTCOMES:
        raise Refused("Say how the call went.", field="outcome")
    tx, made = Transaction(scope, once=once), appointment
    call = {"at": tx.at, "by": scope.actor.name, "outcome": outcome, "sequence": int(made.sequence)}
    news: dict[str, Any] = {"calls": [*(made.calls or []), call][-MOST_CALLS:]}
    known = outcome == CONFIRMED
    news |= {"state": CONFIRMED} if known and made.state == BOOKED else {}
    news |= {name: None for name in ("to_call", "unreached") if known and getattr(made, name)}
    # A call is no step of the visit: undo does not see it, unless the patient was confirmed by it.
    stamps = None if "state" in news else list(made.stamps or [])
    busy.swap(tx, *changing.add_step(tx, made, news, stamps=stamps))
    add_contact(tx, patient, direction="out", channel="phone", text=f"About {_when(scope, made)}: {outcome}")
    try:
        tx.commit(Event(CALL, "APPOINTMENT", made.id, patient=made.patient_id, note=outcome))
    except Stale as stale:
        raise changing.stale_or_gone(dict(stale.theirs)) from None


def _when(scope: Scope, made: Appointment) -> str:
    return words.wall(datetime.fromisoformat(made.wall), setup(scope).clinic) if made.wall else "an appointment"


@idempotent
def tell_by_email(scope: Scope, *, appointment: Appointment, patient: Patient, once: Once | None = None) -> None:
    """The confirmation leaves, once more or at all: the address was corrected, or only now somebody wants one."""
    scope.require(Permission.BOOK)
    scope.must_hold(appointment)
    scope.must_hold(patient)
    made = appointment
    if made.state not in COMING:
        raise Refused("Nothing can be sent about this appointment any more.")
    if why := recipients.obstacle(patient, clock.today(setup(scope).clinic.time_zone)):
        raise Refused(f"{why}.")
    known = {"version": int(made.version), "GSI1SK": made.gsi1sk}
    made.tell_by, made.told = outbox.EMAIL, None
    place = outbox.place(scope, made)
    if not place["gsi1pk"]:
        raise Refused("It begins too soon: a message would come too late.")
    tx = Transaction(scope, once=once)
    news = {"tellBy": made.tell_by, "told": None, "unreached": None, "sending": None,
            "GSI1PK": place["gsi1pk"], "GSI1SK": place["gsi1sk"]}  # fmt: skip
    tx.change_row(made.key, sets=news, when=known, refusal=AlreadyMovedOn("Somebody changed this. Look again."))
    mark_card(tx, made, "")
    tx.commit(Event(SEND_AGAIN, "APPOINTMENT", made.id, patient=made.patient_id))


def record_bounce(
    scope: Scope, *, patient_id: str, appointment_id: str, reason: str = "The message came back"
) -> bool:  # fmt: skip
    """The mail service says that the newest message about an appointment did not arrive. Raises NotFound.

    The patient is on the phone list from now on; nothing more is sent without news. Returns whether that is new.
    """
    made = appointment_queries.appointment(scope, patient_id, appointment_id)
    sent = [each for each in message_rows.messages(scope, made) if each.state == "sent"]
    if not sent:
        return False
    tx, message, patient = Transaction(scope), sent[-1], current(scope, patient_id)
    place, line = keys.unsent(scope.clinic_id, tx.at, message.id), unsent_line(made, patient, reason)
    news = {"state": "bounced", "reason": reason, "line": line, "gsi1pk": place.pk, "gsi1sk": place.sk}
    tx.update(message, news)
    gone = {"unreached": reason, "GSI1PK": None, "GSI1SK": None, "sending": None}
    tx.change_row(made.key, sets=gone, when={"version": int(made.version)}, refusal=Stale)
    mark_card(tx, made, reason)
    tx.commit(Event(BOUNCED, "MESSAGE", message.id, patient=patient_id, note=reason))
    return True


def set_message_rules(
    scope: Scope, *, clinic: Clinic, reminders: Sequence[int], address: str = "", phone: str = "",
    once: Once | None = None,
) -> None:  # fmt: skip
    """`reminders` are hours before a visit: one leaves, the first that is not too late. Raises Stale."""
    scope.require(Permission.CLINIC_MANAGE)
    wanted = sorted(set(reminders), reverse=True)
    if any(not 0 < each <= LONGEST_REMINDER for each in wanted):
        raise Refused("A reminder leaves from 1 hour to 14 days before.", field="reminders")
    old = {"reminders": clinic.remind_before, "address": clinic.address, "phone": clinic.phone}
    new = {"reminders": wanted, "address": address.strip() or None, "phone": phone.strip() or None}
    changes = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
    if changes:
        tx = Transaction(scope, once=once)
        tx.update(clinic, {"reminders": wanted or [0], "address": new["address"], "phone": new["phone"]})
        tx.commit(Event(CHANGE_RULES, "CLINIC", clinic.id, changes=changes))
        forget()
