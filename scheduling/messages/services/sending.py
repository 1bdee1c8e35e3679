"""Sending what is due. Any number of processes may do it at once, and any of them may be killed.

A message is claimed first: the appointment's place in the outbox moves some minutes ahead, on the condition that it is
where it was seen. Who comes second does not find it. Then it is sent, and that it was is written with what is due next.
A crash between the two leaves the place ahead: it is found there and sent again. So each message leaves at least once,
and its calendar entry has the same UID and SEQUENCE: a second one changes nothing. A family's appointments that are
told in one letter are claimed in one transaction and written in one.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.accounts.models import Clinic
from clinnet.table import Action, Actor, Event, Row, Scope, Transaction, get_many, keys, query, side_by_side
from clinnet.table.errors import ClinnetError, Fault, NotFound, Stale, Unavailable
from patients.models import Patient
from patients.services.contacts import add_contact
from patients.services.mailbox import add_failed_number
from scheduling import hooks, words
from scheduling.board.services import cards
from scheduling.calendar.queries.setup import setup
from scheduling.messages.queries import overdue
from scheduling.messages.queries.entries import Entry, look, mates, others
from scheduling.messages.queries.recipients import NEVER, SMS, Unreachable, masked, recipients
from scheduling.messages.rules.due import Kind
from scheduling.messages.services import letters, links, outbox, sms, status
from scheduling.messages.services.mail import Mail, MailDown, MailRefused, send
from scheduling.messages.services.sms import Sms, SmsDown
from scheduling.models import MOVED, Appointment, Message

SEND_NOTHING = Action("message.none", "found that no message about an appointment is due")
BEGIN_MESSAGE = Action("message.begin", "began to send a message about an appointment")
SEND_LATER = Action("message.wait", "put off a message about an appointment")
SENT = Action("message.sent", "sent a message about an appointment")
NOT_SENT = Action("message.failed", "could not send a message about an appointment")

LEASE = timedelta(minutes=10)  # longer than any sending: after it, a claim is that of a process that is gone
PAGE, VIEW = 100, "outbox"
TRIES = 5
NOT_TAKEN = "The mail service refused the address"
COUNTED = "SMS#"  # and the month: the counter of what the clinic pays
SAID: dict[Kind, str] = {
    "booked": "Told: booked for",
    "changed": "Told of the new time:",
    "cancelled": "Told of the cancellation:",
    "late": "Told of the delay:",
    "reminder": "Reminded of",
}
log = logging.getLogger("clinnet.messages")


def scope_of(clinic: str) -> Scope:
    return Scope(clinic, Actor("system:messages", "Clinnet"))


def send_due(clinic: str, *, early: timedelta = timedelta(), back: int = overdue.USUAL) -> Counter[str]:
    """Everything that is due in one clinic; `early` leaves the grace out. Counts sent, failed, waiting and nothing.

    It looks so many days `back`, and to where it came last, however long ago that was. When the mail service is down
    the rest waits: raises MailDown after having written that.
    """
    scope, done, until = scope_of(clinic), Counter[str](), clock.now() + early
    known, no_texts = status.state(scope), ""
    for row in due_rows(scope, until, overdue.days(until, known.done_until, usual=back)):
        try:
            done += deliver(scope, row, early)
        except (Stale, NotFound):
            continue  # somebody changed it at this moment: it has another place by now
        except SmsDown as down:
            no_texts = down.reason
            done["waiting"] += 1
        except MailDown as down:
            status.is_down(scope, down.reason)
            raise
        except (ClinnetError, Fault):
            raise  # the table: of no use to go on
        except Exception:  # one that cannot be written must not keep back the others
            log.exception("A message of %s could not be made", clinic)
            done["trouble"] += 1
    try:
        done += hooks.send_others(scope)
    except MailDown as down:
        status.is_down(scope, down.reason)
        raise
    if no_texts:
        status.is_down(scope, no_texts)
    elif done["sent"]:
        status.is_up(scope)
    if not done["trouble"]:
        status.is_done(scope, (clock.now().date() - timedelta(days=1)).isoformat(), known)
    return done


def due_rows(scope: Scope, until: datetime, days: Sequence[str]) -> Iterator[Row]:
    """The index's rows, oldest first. Each delivery takes its row out, behind the cursor."""
    ranges = [keys.due_until(scope.clinic_id, day, clock.stamp(until)) for day in days]
    pages = side_by_side(*(partial(query, scope, each, limit=PAGE, view=VIEW) for each in ranges))
    for asked, first in zip(ranges, pages, strict=True):
        page = first
        yield from page.rows
        while page.next:
            page = query(scope, asked, limit=PAGE, cursor=page.next, view=VIEW)
            yield from page.rows


def deliver(scope: Scope, row: Row, early: timedelta) -> Counter[str]:
    """One entry of the outbox, and those who are told with it. Raises Stale where somebody else has one, MailDown."""
    found, until = look(scope, row), clock.now() + early
    if found is None:
        return Counter(nothing=1)
    if found.due is None or found.due.at > until:
        _put_back(scope, found)
        return Counter(nothing=1)
    try:
        found = _to(scope, found)
    except Unreachable as no:
        return Counter([_fail(scope, found, no.reason)])
    group = [found]
    for each in others(scope, found, until):
        with suppress(Unreachable):  # has its own turn, which says so
            group.append(_to(scope, each))
    group.sort(key=lambda each: (each.appointment.start or "", each.appointment.id))
    apart = mates(scope, group)
    group = [replace(each, mates=apart) for each in group]
    _claim(scope, group)
    return _leave(scope, group)


def _to(scope: Scope, entry: Entry) -> Entry:
    today = clock.today(setup(scope).clinic.time_zone)
    return replace(entry, to=recipients(scope, entry.patient, today, entry.way))


@dataclass(slots=True)
class Told:
    """What became of one appointment's message: to whom it went, masked; parts of texts; what its service refused."""

    to: list[str] = field(default_factory=list)
    parts: int = 0
    refused: dict[str, str] = field(default_factory=dict, repr=False)  # reason by address

    @property
    def tried(self) -> int:
        return len(self.to) + len(self.refused)


def _leave(scope: Scope, group: Sequence[Entry]) -> Counter[str]:
    """One mail for each recipient, or texts. When the service goes down on the way, who was told is told."""
    got = {each.appointment.id: Told() for each in group}
    kind, about = group[0].kind, [letters.Visit(each.appointment, each.patient, each.to, each.mates) for each in group]
    try:
        for letter, ids in letters.write(setup(scope), kind, about, group[0].way):
            _hand_over(letter, [got[id] for id in ids])
    except MailDown as down:
        whole = [each for each in group if got[each.appointment.id].tried == len(each.to)]
        _after(scope, whole, got)
        for each in group:
            if each not in whole:
                _wait(scope, each, down.reason)
        raise
    return _after(scope, group, got)


def _hand_over(letter: Mail | Sms, about: Sequence[Told]) -> None:
    """Of two guardians one may have an address that is none."""
    try:
        sms.send(letter) if isinstance(letter, Sms) else send(letter)
    except MailRefused as refused:
        for each in about:
            each.refused[letter.to] = str(refused) or NOT_TAKEN
        return
    for each in about:
        each.to.append(masked(letter.to))
        each.parts += letter.parts if isinstance(letter, Sms) else 0


def _after(scope: Scope, group: Sequence[Entry], got: Mapping[str, Told]) -> Counter[str]:
    """Who was told, and who could not be."""
    told = [each for each in group if got[each.appointment.id].to]
    _settle(scope, told, got)
    failed = [_fail(scope, each, *_refusal(got[each.appointment.id])) for each in group if each not in told]
    return Counter(failed) + Counter(sent=len(told))


def _refusal(told: Told) -> tuple[str, Mapping[str, str]]:
    return next(iter(told.refused.values()), NOT_TAKEN), told.refused


# --- What is written ---------------------------------------------------------------------------------------------


def _change(tx: Transaction, entry: Entry, sets: Mapping[str, Any]) -> None:
    """Attributes of the appointment that are no part of the visit: its version, which people hold, stays."""
    tx.change_row(entry.appointment.key, sets=sets, when=entry.what_it_was, refusal=Stale)


def _put_back(scope: Scope, entry: Entry) -> None:
    """It stood in the wrong place: nothing is due any more, or later."""
    tx, place = Transaction(scope), outbox.at(scope, entry.appointment, entry.due)
    _change(tx, entry, {"GSI1PK": place["gsi1pk"], "GSI1SK": place["gsi1sk"], "sending": None})
    tx.commit(Event(SEND_NOTHING, "APPOINTMENT", entry.appointment.id))


def _claim(scope: Scope, group: Sequence[Entry]) -> None:
    """All or none. Raises Stale where another process, or a person, was first at one of them."""
    tx = Transaction(scope)
    for each in group:
        appointment = each.appointment
        tries = int((appointment.sending or {}).get("tries", 0)) + 1
        lease = keys.outbox(scope.clinic_id, clock.stamp(clock.now() + LEASE), appointment.id)
        _change(tx, each, {"GSI1PK": lease.pk, "GSI1SK": lease.sk, "sending": {"tries": tries}})
        if each.way == SMS and each.kind != "cancelled":
            links.keep_short(tx, appointment)
        appointment.gsi1pk, appointment.gsi1sk, appointment.sending = lease.pk, lease.sk, {"tries": tries}
    _commit(tx, [Event(BEGIN_MESSAGE, "APPOINTMENT", each.appointment.id) for each in group])


def _commit(tx: Transaction, events: Sequence[Event]) -> None:
    for other in events[1:]:
        tx.also(other)
    tx.commit(events[0])


def _wait(scope: Scope, entry: Entry, problem: str) -> None:
    """Later again: 2, 4, 8 … minutes, at most an hour."""
    tx, appointment = Transaction(scope), entry.appointment
    tries = int((appointment.sending or {}).get("tries", 1))
    later = keys.outbox(
        scope.clinic_id, clock.stamp(clock.now() + timedelta(minutes=min(60, 2**tries))), appointment.id
    )
    sending = {"tries": tries, "problem": problem}
    _change(tx, entry, {"GSI1PK": later.pk, "GSI1SK": later.sk, "sending": sending})
    tx.commit(Event(SEND_LATER, "APPOINTMENT", appointment.id, note=problem))


def _settle(scope: Scope, sent: Sequence[Entry], got: Mapping[str, Told]) -> None:
    """What the patients know by now, in one transaction: of a letter about several, all or none are told.

    What is due next follows from each appointment as it is now, not as it was told.
    """
    told = {each.appointment.id: outbox.telling(each.appointment, clock.stamp(), each.kind) for each in sent}
    entries = list(sent)
    for _ in range(TRIES if sent else 0):
        tx = Transaction(scope)
        events = [
            _told(tx, was, now, told[was.appointment.id], got[was.appointment.id])
            for was, now in zip(sent, entries, strict=True)
        ]
        _count(tx, [got[each.appointment.id] for each in sent])
        try:
            _commit(tx, events)
        except Stale:
            entries = [_again(scope, each) for each in sent]
        else:
            return
    if sent:
        raise Unavailable  # pragma: no cover  the lease ends, and it is sent again


def _count(tx: Transaction, texts: Sequence[Told]) -> None:
    """What the clinic pays, by month."""
    if parts := sum(each.parts for each in texts):
        at = keys.counter(tx.scope.clinic_id, f"{COUNTED}{tx.at[:7]}")
        adds = {"n": parts, "messages": sum(len(each.to) for each in texts)}
        tx.change_row(at, adds=adds, sets={"clinicId": tx.scope.clinic_id}, new=True)


def _told(tx: Transaction, was: Entry, now: Entry, told: dict[str, Any], got: Told) -> Event:
    now.appointment.told = told
    place = outbox.place(tx.scope, now.appointment)
    message = put_message(tx, was, "sent", got.to, parts=got.parts)
    sets = {"told": told, "sending": None, "unreached": None, "GSI1PK": place["gsi1pk"], "GSI1SK": place["gsi1sk"]}
    _change(tx, now, sets)
    if now.appointment.unreached:
        mark_card(tx, now.appointment, "")
    _log(tx, setup(tx.scope).clinic, was)
    return Event(SENT, "MESSAGE", message.id, patient=was.appointment.patient_id, note=was.kind)


def _again(scope: Scope, entry: Entry) -> Entry:
    key = entry.appointment.key
    appointment = get_many(scope, [key]).of(Appointment)[0]
    return Entry(appointment, entry.patient, entry.due)


def _fail(scope: Scope, entry: Entry, reason: str, refused: Mapping[str, str] | None = None) -> str:
    """Nothing will be tried again without news. Somebody calls, unless nobody is to be told at all.

    `refused` are numbers that take no texts, with the reason: they are marked where they stand.
    """
    tx, appointment = Transaction(scope), entry.appointment
    unreached = None if reason in NEVER else reason
    _change(tx, entry, {"GSI1PK": None, "GSI1SK": None, "sending": None, "unreached": unreached})
    if unreached is None:
        tx.commit(Event(SEND_NOTHING, "APPOINTMENT", appointment.id, note=reason))
        return "nothing"
    message = put_message(tx, entry, "failed", [], reason)
    mark_card(tx, appointment, reason)
    for each in entry.to:
        if entry.way == SMS and each.whose and refused and each.address in refused:
            add_failed_number(tx, each.whose, each.address, refused[each.address])
    tx.commit(Event(NOT_SENT, "MESSAGE", message.id, patient=appointment.patient_id, note=reason))
    return "failed"


def put_message(
    tx: Transaction, entry: Entry, state: str, to: list[str], reason: str = "", *, parts: int = 0
) -> Message:
    """The step that puts a message's item; one that reached nobody is on the clinic's list of those."""
    appointment, id = entry.appointment, clock.new_id()
    at = Message.at(appointment.patient_id, appointment.id, id)
    message = Message(
        pk=at.pk,
        sk=at.sk,
        id=id,
        state=state,
        patient_id=appointment.patient_id,
        appointment_id=appointment.id,
        kind=entry.kind,
        way=SMS if entry.way == SMS else None,
        parts=parts or None,
        at_time=tx.at,
        to=to,
        wall=appointment.wall,
        sequence=int(appointment.sequence),
        reason=reason or None,
    )
    if state != "sent":
        listed = keys.unsent(tx.scope.clinic_id, tx.at, id)
        message.gsi1pk, message.gsi1sk = listed.pk, listed.sk
        message.line = unsent_line(appointment, entry.patient, reason)
    tx.put(message)
    return message


def unsent_line(appointment: Appointment, patient: Patient, reason: str) -> dict[str, object]:
    """What the list of messages that reached nobody shows."""
    return {
        "i": appointment.patient_id,
        "a": appointment.id,
        "w": appointment.wall,
        "p": dict(patient.line or {}),
        "y": reason,
    }


def mark_card(tx: Transaction, appointment: Appointment, reason: str) -> None:
    """The board says who was not reached. The card of one that another patient has by now is that patient's."""
    if appointment.state == MOVED or not appointment.day:
        return
    appointment.unreached = reason or None
    flags = "".join(letter for name, letter in cards.FLAGS.items() if getattr(appointment, name))
    sets = {"line.k": flags, **cards.changed(tx.scope, appointment.day, appointment.id, tx.at)}
    tx.change_row(keys.card(tx.scope.clinic_id, appointment.day, appointment.id), sets=sets)


def _log(tx: Transaction, clinic: Clinic, sent: Entry) -> None:
    wall = datetime.fromisoformat(sent.appointment.wall or "")
    text = f"{SAID[sent.kind]} {words.wall(wall, clinic)}"
    channel = "message" if sent.way == SMS else "e-mail"
    add_contact(tx, sent.patient, direction="out", channel=channel, text=text)
