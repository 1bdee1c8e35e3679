"""What people do about messages: call instead, and hear that one came back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, get_args

from clinnet import clock
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction, keys
from clinnet.table.errors import Refused, Stale
from clinnet.table.kept import forget
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.queries import current
from patients.services.contacts import add_contact
from patients.services.mailbox import add_bounce
from scheduling import words
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import changing
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.services import busy
from scheduling.messages import rows as message_rows
from scheduling.messages.queries import recipients
from scheduling.messages.rules import templates, wording
from scheduling.messages.rules.due import Kind
from scheduling.messages.services import outbox
from scheduling.messages.services.outbox import Tell
from scheduling.messages.services.sending import mark_card, unsent_line
from scheduling.models import BOOKED, COMING, CONFIRMED, Appointment
from scheduling.refusals import AlreadyMovedOn

CALL = Action("appointment.call", "called about an appointment")
SEND_AGAIN = Action("message.again", "asked for a message about an appointment")
SET_TELLING = Action("message.when", "decided whether a patient is told of a change, and when")
BOUNCED = Action("message.bounced", "got a message about an appointment back")
CHANGE_TEXT = Action("clinic.text", "changed the words of a message to patients", Topic.SETTINGS)

OUTCOMES = ("confirmed", "left word", "no answer")
MOST_CALLS = 20


@idempotent
def log_visit_call(
    scope: Scope, *, appointment: Appointment, patient: Patient, outcome: str, once: Once | None = None
) -> None:
    """A call about an appointment: confirmed, left word or no answer. Of a cancelled one, confirmed is: they know."""
    scope.require(Permission.BOOK)
    scope.must_hold(appointment)
    if outcome not in OUTCOMES:
        raise Refused("Say how the call went.", field="outcome")
    tx = Transaction(scope, once=once)
    call = {"at": tx.at, "by": scope.actor.name, "outcome": outcome, "sequence": int(appointment.sequence)}
    news: dict[str, Any] = {"calls": [*(appointment.calls or []), call][-MOST_CALLS:]}
    known = outcome == CONFIRMED
    news |= {"state": CONFIRMED} if known and appointment.state == BOOKED else {}
    news |= {name: None for name in ("to_call", "unreached") if known and getattr(appointment, name)}
    # A call is no step of the visit: undo does not see it, unless the patient was confirmed by it.
    stamps = None if "state" in news else list(appointment.stamps or [])
    busy.swap(tx, *changing.add_step(tx, appointment, news, stamps=stamps))
    add_contact(tx, patient, direction="out", channel="phone", text=f"About {_when(scope, appointment)}: {outcome}")
    try:
        tx.commit(Event(CALL, "APPOINTMENT", appointment.id, patient=appointment.patient_id, note=outcome))
    except Stale as stale:
        raise changing.stale_or_gone(dict(stale.theirs)) from None


def _when(scope: Scope, appointment: Appointment) -> str:
    return (
        words.wall(datetime.fromisoformat(appointment.wall), setup(scope).clinic)
        if appointment.wall
        else "an appointment"
    )


@idempotent
def tell_again(scope: Scope, *, appointment: Appointment, patient: Patient, once: Once | None = None) -> None:
    """The confirmation leaves, once more or at all: the address was corrected, or only now somebody wants one.

    As it was told before, else in the way that is usual for the patient. Raises Refused.
    """
    scope.require(Permission.BOOK)
    scope.must_hold(appointment)
    scope.must_hold(patient)
    if appointment.state not in COMING:
        raise Refused("Nothing can be sent about this appointment any more.")
    way = recipients.way_of(appointment.tell_by, patient, clock.today(setup(scope).clinic.time_zone))
    if why := recipients.obstacle(patient, clock.today(setup(scope).clinic.time_zone), way):
        raise Refused(f"{why}.")
    known = {"version": int(appointment.version), "GSI1SK": appointment.gsi1sk}
    appointment.tell_by, appointment.told, appointment.quiet = way, None, None
    place = outbox.place(scope, appointment)
    if not place["gsi1pk"]:
        raise Refused("It begins too soon: a message would come too late.")
    tx = Transaction(scope, once=once)
    news = {
        "tellBy": appointment.tell_by,
        "told": None,
        "quiet": None,
        "unreached": None,
        "sending": None,
        "GSI1PK": place["gsi1pk"],
        "GSI1SK": place["gsi1sk"],
    }
    tx.change_row(appointment.key, sets=news, when=known, refusal=AlreadyMovedOn("Somebody changed this. Look again."))
    mark_card(tx, appointment, "")
    tx.commit(Event(SEND_AGAIN, "APPOINTMENT", appointment.id, patient=appointment.patient_id))


@idempotent
def set_telling(scope: Scope, *, appointment: Appointment, tell: Tell, once: Once | None = None) -> None:
    """When the patient hears of the appointment as it is now: soon after all, not before a moment, or not by us.

    For what waits in the outbox, so after the change: the toast of a move says "Don't tell". Raises AlreadyMovedOn
    where somebody changed it, or the message left already.
    """
    scope.require(Permission.BOOK)
    scope.must_hold(appointment)
    waits = outbox.next_due(scope, changing.changed(appointment, {"quiet": None}), changed=clock.now())
    if appointment.is_parked or waits is None or waits.kind == "reminder":
        raise Refused("No message about this appointment waits.")
    after = changing.changed(appointment, outbox.with_telling(appointment, {}, tell))
    place = outbox.place(scope, after)
    tx = Transaction(scope, once=once)
    sets = {"quiet": after.quiet, "sending": None, "GSI1PK": place["gsi1pk"], "GSI1SK": place["gsi1sk"]}
    known = {"version": int(appointment.version), "GSI1SK": appointment.gsi1sk}
    tx.change_row(appointment.key, sets=sets, when=known, refusal=AlreadyMovedOn("Somebody changed this. Look again."))
    changes = {"quiet": [appointment.quiet, after.quiet]}
    tx.commit(Event(SET_TELLING, "APPOINTMENT", appointment.id, patient=appointment.patient_id, changes=changes))


def record_bounce(
    scope: Scope,
    *,
    patient_id: str,
    appointment_id: str,
    reason: str = "The message came back",
    addresses: Collection[str] = (),
) -> bool:
    """The mail service says that the newest e-mail about an appointment did not arrive. Raises NotFound.

    The patient is on the phone list from now on, and to that address nothing is sent any more: one of `addresses`, or
    the only one that there is. Returns whether that is new.
    """
    appointment = appointment_queries.appointment(scope, patient_id, appointment_id)
    sent = [each for each in message_rows.messages(scope, appointment) if each.state == "sent" and not each.way]
    if not sent:
        return False
    tx, message, patient = Transaction(scope), sent[-1], current(scope, patient_id)
    place, line = keys.unsent(scope.clinic_id, tx.at, message.id), unsent_line(appointment, patient, reason)
    news = {"state": "bounced", "reason": reason, "line": line, "gsi1pk": place.pk, "gsi1sk": place.sk}
    tx.update(message, news)
    gone = {"unreached": reason, "GSI1PK": None, "GSI1SK": None, "sending": None}
    tx.change_row(appointment.key, sets=gone, when={"version": int(appointment.version)}, refusal=Stale)
    mark_card(tx, appointment, reason)
    for each in whose_address(scope, patient, addresses):
        add_bounce(tx, each, reason)
    tx.commit(Event(BOUNCED, "MESSAGE", message.id, patient=patient_id, note=reason))
    return True


def whose_address(scope: Scope, patient: Patient, addresses: Collection[str]) -> list[Patient]:
    """The records whose address it is, of those that a message about this patient goes to."""
    try:
        to = recipients.recipients(scope, patient, clock.today(setup(scope).clinic.time_zone))
    except recipients.Unreachable:
        return []
    meant = [each for each in to if each.address.lower() in addresses or (not addresses and len(to) == 1)]
    return [each.whose for each in meant if each.whose]


def set_text(scope: Scope, *, clinic: Clinic, kind: Kind, language: str, text: str, once: Once | None = None) -> None:
    """The clinic's own words for a kind of message; ours again where `text` is empty or the same as ours.

    Raises Refused with what is wrong with it, Stale.
    """
    scope.require(Permission.CLINIC_MANAGE)
    if kind not in get_args(Kind) or language not in wording.LANGUAGES:
        raise Refused("There is no such message.")
    wanted, name = text.strip(), f"{kind} {language}"
    wanted = "" if wanted == templates.default(kind, language) else wanted
    places = {"phone": clinic.phone or "", "address": clinic.address or ""}
    if wanted and (why := templates.problem(wanted, kind, known=places)):
        raise Refused(why, field="text")
    before = str((clinic.texts or {}).get(name, ""))
    if wanted == before:
        return
    texts = {**(clinic.texts or {}), name: wanted}
    tx = Transaction(scope, once=once)
    tx.update(clinic, {"texts": {each: said for each, said in texts.items() if said} or None})
    tx.commit(Event(CHANGE_TEXT, "CLINIC", clinic.id, changes={name: [before, wanted]}))
    forget()
