"""Sending what is due. Any number of processes may do it at once, and any of them may be killed.

A message is claimed first: the appointment's place in the outbox moves some minutes ahead, on the condition that it is
where it was seen. Who comes second does not find it. Then it is sent, and that it was is written with what is due next.
A crash between the two leaves the place ahead: it is found there and sent again. So each message leaves at least once,
and its calendar entry has the same UID and SEQUENCE: a second one changes nothing.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.accounts.models import Clinic
from clinnet.table import Actor, Event, Row, Scope, Transaction, get_many, keys, query, side_by_side
from clinnet.table.errors import ClinnetError, Fault, NotFound, Stale, Unavailable
from patients.models import Patient
from patients.queries import survivors
from patients.services.contacts import add_contact
from scheduling import cards, words
from scheduling.messages import letters, outbox, status
from scheduling.messages.due import GRACE, Due, Kind
from scheduling.messages.mail import Mail, MailDown, MailRefused, send
from scheduling.messages.recipients import NEVER, Unreachable, masked, recipients
from scheduling.models import MOVED, Appointment, Message
from scheduling.setup import setup

LEASE = timedelta(minutes=10)  # longer than any sending: after it, a claim is that of a process that is gone
PAGE, VIEW = 100, "outbox"
LOOK_BACK = 3  # days: what became due while nobody sent
TRIES = 5
NOT_TAKEN = "The mail service refused the address"
SAID: dict[Kind, str] = {
    "booked": "Told: booked for", "changed": "Told of the new time:", "cancelled": "Told of the cancellation:",
    "late": "Told of the delay:", "reminder": "Reminded of",
}  # fmt: skip
log = logging.getLogger("clinnet.messages")


def scope_of(clinic: str) -> Scope:
    return Scope(clinic, Actor("system:messages", "Clinnet"))


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """What is due about an appointment, as both are now."""

    made: Appointment
    patient: Patient
    due: Due | None  # None: nothing any more

    @property
    def kind(self) -> Kind:
        return self.due.kind if self.due else "reminder"

    @property
    def what_it_was(self) -> dict[str, str | int | None]:
        """The condition under which anything may be written about it."""
        return {"GSI1SK": self.made.gsi1sk, "version": int(self.made.version)}


def send_due(clinic: str, *, early: timedelta = timedelta(), back: int = LOOK_BACK) -> Counter[str]:
    """Everything that is due in one clinic; `early` leaves the grace out. Counts sent, failed, waiting and nothing.

    When the mail service is down the rest waits: raises MailDown after having written that.
    """
    scope, done = scope_of(clinic), Counter[str]()
    for row in due_rows(scope, clock.now() + early, back):
        try:
            done[deliver(scope, row, early)] += 1
        except (Stale, NotFound):
            continue  # somebody changed it at this moment: it has another place by now
        except MailDown as down:
            status.is_down(scope, down.reason)
            raise
        except (ClinnetError, Fault):
            raise  # the table: of no use to go on
        except Exception:  # one that cannot be written must not keep back the others
            log.exception("A message of %s could not be made", clinic)
            done["trouble"] += 1
    if done["sent"]:
        status.is_up(scope)
    return done


def due_rows(scope: Scope, until: datetime, back: int) -> Iterator[Row]:
    """The index's rows, oldest first. Each delivery takes its row out, behind the cursor."""
    days = [(until - timedelta(days=n)).date().isoformat() for n in range(back, -1, -1)]
    ranges = [keys.due_until(scope.here, day, clock.stamp(until)) for day in days]
    pages = side_by_side(*(partial(query, scope, each, limit=PAGE, view=VIEW) for each in ranges))
    for asked, first in zip(ranges, pages, strict=True):
        page = first
        yield from page.rows
        while page.next:
            page = query(scope, asked, limit=PAGE, cursor=page.next, view=VIEW)
            yield from page.rows


def deliver(scope: Scope, row: Row, early: timedelta) -> str:
    """One entry of the outbox. Raises Stale where somebody else has it, MailDown."""
    found, clinic = _look(scope, row), setup(scope).clinic
    if found is None:
        return "nothing"
    if found.due is None or found.due.at > clock.now() + early:
        _put_back(scope, found)
        return "nothing"
    try:
        to = recipients(scope, found.patient, clock.today(clinic.time_zone))
    except Unreachable as no:
        return _fail(scope, found, no.reason)
    claimed = _claim(scope, found)
    try:
        taken = [each for each in letters.write(clinic, claimed.made, claimed.kind, to) if _sent(each)]
    except MailDown as down:
        _wait(scope, claimed, down.reason)
        raise
    if not taken:
        return _fail(scope, claimed, NOT_TAKEN)
    _settle(scope, claimed, [masked(each.to) for each in taken])
    return "sent"


def _sent(mail: Mail) -> bool:
    """Whether the service took it: of two guardians one may have an address that is none."""
    try:
        send(mail)
    except MailRefused:
        return False
    return True


def _look(scope: Scope, row: Row) -> Entry | None:
    """The appointment and its patient, the survivor of a merge; None where the row is older than the item."""
    patient_id = row["PK"].partition("#")[2]
    raws = get_many(scope, [keys.appointment(patient_id, row["id"]), Patient.at(patient_id)]).raws
    made = next((Appointment.read(raw) for raw in raws if Appointment.is_one(raw)), None)
    patient = next((Patient.read(raw) for raw in raws if Patient.is_one(raw)), None)
    if made is None or patient is None or made.gsi1sk != row["GSI1SK"]:
        return None
    if patient.merged_into:
        patient = survivors(scope, [patient.merged_into])[patient.merged_into]
    return Entry(made, patient, outbox.next_due(scope, made, changed=clock.now() - GRACE))


# --- What is written ---------------------------------------------------------------------------------------------


def _change(tx: Transaction, entry: Entry, sets: Mapping[str, Any]) -> None:
    """Attributes of the appointment that are no part of the visit: its version, which people hold, stays."""
    tx.change_row(entry.made.key, sets=sets, when=entry.what_it_was, refusal=Stale)


def _put_back(scope: Scope, entry: Entry) -> None:
    """It stood in the wrong place: nothing is due any more, or later."""
    tx, place = Transaction(scope), outbox.at(scope, entry.made, entry.due)
    _change(tx, entry, {"GSI1PK": place["gsi1pk"], "GSI1SK": place["gsi1sk"], "sending": None})
    tx.commit(Event("message.none", "APPOINTMENT", entry.made.id))


def _claim(scope: Scope, entry: Entry) -> Entry:
    """Raises Stale where another process, or a person, was first."""
    tx, made = Transaction(scope), entry.made
    tries = int((made.sending or {}).get("tries", 0)) + 1
    lease = keys.outbox(scope.here, clock.stamp(clock.now() + LEASE), made.id)
    _change(tx, entry, {"GSI1PK": lease.pk, "GSI1SK": lease.sk, "sending": {"tries": tries}})
    tx.commit(Event("message.begin", "APPOINTMENT", made.id))
    made.gsi1pk, made.gsi1sk, made.sending = lease.pk, lease.sk, {"tries": tries}
    return entry


def _wait(scope: Scope, entry: Entry, problem: str) -> None:
    """Later again: 2, 4, 8 … minutes, at most an hour."""
    tx, made = Transaction(scope), entry.made
    tries = int((made.sending or {}).get("tries", 1))
    later = keys.outbox(scope.here, clock.stamp(clock.now() + timedelta(minutes=min(60, 2**tries))), made.id)
    sending = {"tries": tries, "problem": problem}
    _change(tx, entry, {"GSI1PK": later.pk, "GSI1SK": later.sk, "sending": sending})
    tx.commit(Event("message.wait", "APPOINTMENT", made.id, note=problem))


def _settle(scope: Scope, sent: Entry, to: list[str]) -> None:
    """What the patient knows by now, and what is due next: of the appointment as it is now, not as it was told."""
    told = outbox.telling(sent.made, clock.stamp(), sent.kind)
    entry = sent
    for _ in range(TRIES):
        entry.made.told = told
        place = outbox.place(scope, entry.made)
        tx = Transaction(scope)
        message = put_message(tx, sent, "sent", to)
        sets = {"told": told, "sending": None, "unreached": None, "GSI1PK": place["gsi1pk"], "GSI1SK": place["gsi1sk"]}
        _change(tx, entry, sets)
        if entry.made.unreached:
            mark_card(tx, entry.made, "")
        _log(tx, setup(scope).clinic, sent)
        try:
            tx.commit(Event("message.sent", "MESSAGE", message.id, patient=sent.made.patient_id, note=sent.kind))
        except Stale:
            entry = _again(scope, sent)
        else:
            return
    raise Unavailable  # pragma: no cover  the lease ends, and it is sent again


def _again(scope: Scope, entry: Entry) -> Entry:
    key = entry.made.key
    made = get_many(scope, [key]).of(Appointment)[0]
    return Entry(made, entry.patient, entry.due)


def _fail(scope: Scope, entry: Entry, reason: str) -> str:
    """Nothing will be tried again without news. Somebody calls, unless nobody is to be told at all."""
    tx, made = Transaction(scope), entry.made
    unreached = None if reason in NEVER else reason
    _change(tx, entry, {"GSI1PK": None, "GSI1SK": None, "sending": None, "unreached": unreached})
    if unreached is None:
        tx.commit(Event("message.none", "APPOINTMENT", made.id, note=reason))
        return "nothing"
    message = put_message(tx, entry, "failed", [], reason)
    mark_card(tx, made, reason)
    tx.commit(Event("message.failed", "MESSAGE", message.id, patient=made.patient_id, note=reason))
    return "failed"


def put_message(tx: Transaction, entry: Entry, state: str, to: list[str], reason: str = "") -> Message:
    """The step that puts a message's item; one that reached nobody is on the clinic's list of those."""
    made, id = entry.made, clock.new_id()
    at = Message.at(made.patient_id, made.id, id)
    message = Message(
        pk=at.pk, sk=at.sk, id=id, state=state, patient_id=made.patient_id, appointment_id=made.id, kind=entry.kind,
        at_time=tx.at, to=to, wall=made.wall, sequence=int(made.sequence), reason=reason or None,
    )  # fmt: skip
    if state != "sent":
        listed = keys.unsent(tx.scope.here, tx.at, id)
        message.gsi1pk, message.gsi1sk = listed.pk, listed.sk
        message.line = unsent_line(made, entry.patient, reason)
    tx.put(message)
    return message


def unsent_line(made: Appointment, patient: Patient, reason: str) -> dict[str, object]:
    """What the list of messages that reached nobody shows."""
    return {"i": made.patient_id, "a": made.id, "w": made.wall, "p": dict(patient.line or {}), "y": reason}


def mark_card(tx: Transaction, made: Appointment, reason: str) -> None:
    """The board says who was not reached. The card of one that another patient has by now is that patient's."""
    if made.state == MOVED or not made.day:
        return
    made.unreached = reason or None
    flags = "".join(letter for name, letter in cards.FLAGS.items() if getattr(made, name))
    sets = {"line.k": flags, **cards.changed(tx.scope, made.day, made.id, tx.at)}
    tx.change_row(keys.card(tx.scope.here, made.day, made.id), sets=sets)


def _log(tx: Transaction, clinic: Clinic, sent: Entry) -> None:
    wall = datetime.fromisoformat(sent.made.wall or "")
    text = f"{SAID[sent.kind]} {words.wall(wall, clinic)}"
    add_contact(tx, sent.patient, direction="out", channel="e-mail", text=text)
