"""An appointment's new values, with its card and busy times, in one transaction; what a person sees who comes second.

A stamp holds the state before and what else undoes the step.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Row, Scope, Transaction, keys
from clinnet.table.errors import ClinnetError, NotFound, Stale
from clinnet.table.once import idempotent
from patients.models import Patient
from scheduling import hooks, words
from scheduling.appointments.services import persons, strip, trail
from scheduling.appointments.services.booking import SQUEEZED, line_of
from scheduling.appointments.services.persons import Person, person_of
from scheduling.board.services import cards
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.calendar.services.busy import Hold
from scheduling.calendar.services.taking import Rows, Tried, explain, take
from scheduling.messages.services import outbox
from scheduling.models import (
    BOOKED,
    CANCELLED,
    CONFIRMED,
    DOCTOR,
    FINISHED,
    LEFT,
    NO_SHOW,
    READY,
    ROOM,
    WAITING,
    Appointment,
)
from scheduling.refusals import AlreadyMovedOn, Taken

UNDO = Action("appointment.undo", "undid the last step of an appointment")
CHANGE_WORDS = Action("appointment.words", "changed the reason or the note of an appointment")

EVERYWHERE = frozenset({"practitioner", "room", "patient"})
STAMPS = 30  # kept; older ones are in the trail
WORDS = {
    BOOKED: "Booked",
    CONFIRMED: "Confirmed",
    WAITING: "Waiting",
    ROOM: "In room",
    READY: "Ready",
    DOCTOR: "With doctor",
    FINISHED: "Finished",
    LEFT: "Left",
    CANCELLED: "Cancelled",
    NO_SHOW: "No-show",
    "moved": "Booked for somebody else",
}


LATE = "late "  # begins what somebody has to be told of a delay: "late 50 min"
Done = Appointment | None  # as it is now; None where it has to be read again: somebody did the same before


def hold_of(appointment: Appointment) -> Hold | None:
    """What an appointment occupies now; None for one that takes no time."""
    if not appointment.takes_time or not appointment.start:
        return None
    squeezed = EVERYWHERE if appointment.walk_in else SQUEEZED if appointment.overbooked else frozenset[str]()
    return Hold(
        appointment.id,
        walltime.number(clock.moment(appointment.start)),
        appointment.need,
        appointment.practitioner_id or "",
        appointment.room_id or "",
        appointment.patient_id,
        squeezed,
    )


def change(
    scope: Scope,
    appointment: Appointment,
    news: Mapping[str, Any],
    moment: datetime,
    action: Action,
    *,
    once: Once | None = None,
    note: str = "",
    stamps: list[dict[str, Any]] | None = None,
    also: Callable[[Transaction], None] | None = None,
) -> Done:
    """New values on the appointment's own day, its card and busy times with it. `also` adds steps of its own."""
    after = changed(appointment, news)
    after.version = appointment.version + 1
    after.stamps = stamps = _stamped(scope, appointment, news, clock.stamp(moment)) if stamps is None else stamps
    person = person_of(scope, appointment.patient_id) if _takes(appointment, after) else None
    if person:
        person.check_alive()
    write = partial(_write, scope, appointment, dict(news), moment, action=action, once=once, note=note, stamps=stamps,
                    person=person, also=also)  # fmt: skip
    try:
        take(write)
    except Taken as taken:
        raise explain(scope, taken, tried(scope, after)) from None
    except Stale as stale:
        if not _is_same(stale.theirs, news):
            raise stale_or_gone(dict(stale.theirs)) from None
        return None
    return after


def _is_same(theirs: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Whether somebody took the same step a moment before; moved back to one time, but not moved to another one."""
    names = {
        "state": "state",
        "start": "startTime",
        "practitioner_id": "practitionerId",
        "room_id": "roomId",
        "urgent": "urgent",
        "visit_type_id": "visitTypeId",
        "minutes": "duration",
    }
    return bool(theirs) and all(theirs.get(names[name]) == value for name, value in news.items() if name in names)


def _takes(appointment: Appointment, after: Appointment) -> bool:
    """Whether there is time of the patient's in it that was not theirs: given back, or moved back."""
    before, then = (
        {*hold.need.patient(hold.start)} if (hold := hold_of(each)) else set() for each in (appointment, after)
    )
    return not then <= before


def _stamped(scope: Scope, appointment: Appointment, news: Mapping[str, Any], at: str) -> list[dict[str, Any]]:
    """The stamps with one more: what it is now, since when, by whom, and what undoes it."""
    was = {name: getattr(appointment, name, None) for name in news}
    return [*(appointment.stamps or []), {"to": news.get("state"), "at": at, "by": scope.actor.name, "was": was}][
        -STAMPS:
    ]


def _write(
    scope: Scope, appointment: Appointment, news: dict[str, Any], moment: datetime, lapsed: Rows, *,
    action: Action, once: Once | None, note: str, stamps: list[dict[str, Any]] | None, person: Person | None,
    also: Callable[[Transaction], None] | None,
) -> str:  # fmt: skip
    tx = Transaction(scope, once=once)
    if also:
        also(tx)
    before, after = add_step(tx, appointment, news, moment, stamps=stamps)
    persons.swap(tx, person, before, after, lapsed=lapsed)
    changes = {name: [getattr(appointment, name, None), value] for name, value in news.items()}
    event = Event(
        action,
        "APPOINTMENT",
        appointment.id,
        patient=appointment.patient_id,
        changes=changes,
        note=note,
        about=trail.told(scope, appointment, changed(appointment, news)),
    )
    return tx.commit(event, result=appointment.id)


def without_delay(appointment: Appointment) -> dict[str, Any]:
    """The values after which nobody is told that it begins later; what else they have to hear stays."""
    if not appointment.late:
        return {}
    return {"late": None} | ({"to_call": None} if (appointment.to_call or "").startswith(LATE) else {})


def add_step(
    tx: Transaction,
    appointment: Appointment,
    news: Mapping[str, Any],
    moment: datetime | None = None,
    *,
    stamps: list[dict[str, Any]] | None = None,
) -> tuple[list[Hold], list[Hold]]:
    """The steps of a change on the appointment's own day: item and card. `stamps` where it is an undo.

    Returns what it held and what it holds then, for `busy.swap`: once a transaction, as a row can change only once.
    """
    after = changed(appointment, news)
    at = clock.stamp(moment) if moment else tx.at
    after.stamps = _stamped(tx.scope, appointment, news, at) if stamps is None else stamps
    hooks.add_followers(tx, appointment, after)
    add_change(tx, appointment, after, [*news, "stamps", "card_parts"])
    before, held = hold_of(appointment), hold_of(after)
    _change_card(tx, after)
    return [before] if before else [], [held] if held else []


def _change_card(tx: Transaction, after: Appointment) -> None:
    """One from elsewhere has none."""
    if not after.is_from_elsewhere:
        tx.change_row(keys.card(tx.scope.clinic_id, after.day or "", after.id), sets=_card(tx.scope, after, tx.at))


def write_on_card(tx: Transaction, appointment: Appointment, name: str, text: str) -> None:
    """The steps that put an app's text on the card, or with "" take it away (hooks.CardPart).

    No part of the visit: its version, which people hold, stays. Raises AlreadyMovedOn at commit if it changed.
    """
    parts = {**(appointment.card_parts or {}), name: text}
    parts = {each: said for each, said in parts.items() if said}
    tx.change_row(
        appointment.key, sets={"cardParts": parts}, when={"version": int(appointment.version)}, refusal=stale_or_gone
    )
    if appointment.day:
        sets = {"line.x": parts, **cards.changed(tx.scope, appointment.day, appointment.id, tx.at)}
        tx.change_row(keys.card(tx.scope.clinic_id, appointment.day, appointment.id), sets=sets)


def changed(appointment: Appointment, news: Mapping[str, Any]) -> Appointment:
    """A copy with new values; not yet written."""
    after = appointment.copied()
    for name, value in news.items():
        setattr(after, name, value)
    return after


def add_change(tx: Transaction, appointment: Appointment, after: Appointment, names: list[str]) -> None:
    """The step that brings the item from `appointment` to `after`: these attributes, its line and its place in time."""
    after.version = appointment.version + 1
    changes = {name: getattr(after, name) for name in names}
    place = keys.timeline(appointment.patient_id, after.start or appointment.created_at or "", appointment.sk)
    changes |= {"line": line_of(after).pack(), "gsi2pk": place.pk, "gsi2sk": place.sk}
    if appointment.calls_for_help or after.calls_for_help:
        changes |= {"gsi1pk": None, "gsi1sk": None} | strip.line(appointment, after)
    changes |= outbox.change(tx.scope, appointment, after) | strip.place(tx.scope, appointment, after)
    # While a message about it is claimed or was just sent, what the patient knows is not what was read.
    known: dict[str, Any] = {"gsi1sk": appointment.gsi1sk} if appointment.by_message else {}
    tx.update(appointment, changes, **known)


def _card(scope: Scope, after: Appointment, at: str) -> dict[str, Any]:
    """The card's attributes that change with its state. What does not come from the appointment stays."""
    content = card_line(after)
    sets: dict[str, Any] = {f"line.{name}": value for name, value in content.items()}
    sets["line.w"] = None if scope.actor.name == after.booked_by else scope.actor.name
    sets |= {"state": after.state, "version": after.version, **cards.changed(scope, after.day or "", after.id, at)}
    return sets


def card_line(after: Appointment) -> dict[str, Any]:
    """As cards.line, with the empty ones (which are removed) and without the patient's own line, which stays."""
    stamps = [each for each in after.stamps or [] if each.get("to")]
    since = stamps[-1]["at"] if stamps else after.created_at or ""
    arrived = next((each["at"] for each in reversed(stamps) if each["to"] == WAITING), "")
    called, seen = (
        next((each["at"] for each in stamps if each["to"] == state and each["at"] >= arrived), "") if arrived else ""
        for state in (ROOM, DOCTOR)
    )
    content: dict[str, Any] = dict.fromkeys(("d", "r", "t", "u", "m", "n", "y", "k", "z", "a", "c", "s", "x"))
    return content | cards.line(after, None, since=since, arrived=arrived, called=called, seen=seen)


def tried(scope: Scope, appointment: Appointment, patient: Patient | None = None) -> Tried:
    known = setup(scope)
    room = known.rooms.get(appointment.room_id or "")
    return Tried(
        clock.moment(appointment.start or clock.stamp()),
        int(appointment.minutes or 0),
        known.practitioner(appointment.practitioner_id or ""),
        patient,
        known.visit_types.get(appointment.visit_type_id or ""),
        room.name if room else "",
    )


ELSEWHERE = "This came from another system and takes no time here. Book it, or take it off the list."


def sentence(state: str | None) -> str:
    return f"This appointment has changed: {WORDS.get(state or '', 'somebody changed it')}. Look again."


def stale_or_gone(theirs: Row) -> ClinnetError:
    """What the person sees who came second."""
    return AlreadyMovedOn(sentence(theirs.get("state"))) if theirs else NotFound()


def name_of(appointment: Appointment, scope: Scope) -> str:
    """ "Thu 26 Nov, 10:30" of an appointment."""
    known = setup(scope)
    return words.wall(datetime.fromisoformat(appointment.wall), known.clinic) if appointment.wall else ""


@idempotent
def change_words(scope: Scope, *, appointment: Appointment, reason: str, note: str, once: Once | None = None) -> None:
    """Another reason and note; no step of the visit, so that undo does not see it. Raises AlreadyMovedOn.

    Text takes no time: the item and its card are written, and nothing is asked of busy times.
    """
    scope.require(Permission.BOOK)
    news = {"reason": reason.strip() or None, "note": note.strip() or None}
    changes = {name: [getattr(appointment, name), value] for name, value in news.items()}
    if all(before == after for before, after in changes.values()):
        return
    tx, after = Transaction(scope, once=once), changed(appointment, news)
    add_change(tx, appointment, after, [*news])
    _change_card(tx, after)
    event = Event(
        CHANGE_WORDS,
        "APPOINTMENT",
        appointment.id,
        patient=appointment.patient_id,
        changes=changes,
        about=trail.named(scope, appointment),
    )
    try:
        tx.commit(event, result=appointment.id)
    except Stale as stale:
        raise stale_or_gone(dict(stale.theirs)) from None
