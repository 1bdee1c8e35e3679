"""From booked to left, each step one press, stamped, and undone by the next press of undo (undoing.py).

`at` is when it truly happened, where that is said later.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Once, Scope
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from scheduling import words as said
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.services import presence
from scheduling.appointments.services.changing import ELSEWHERE, Done, change, name_of, sentence
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rules import walltime
from scheduling.messages.services.outbox import SOON, Tell, with_telling
from scheduling.models import (
    BOOKED,
    CANCELLED,
    COMING,
    CONFIRMED,
    DOCTOR,
    FINISHED,
    HERE,
    LEFT,
    NO_SHOW,
    READY,
    ROOM,
    WAITING,
    Appointment,
    Room,
)
from scheduling.refusals import NotYet, SlotTaken, TimeGone, WhichDoctor

SEVERAL_HOURS = timedelta(hours=16)
FROM: Mapping[str, tuple[str, ...]] = {
    CONFIRMED: (BOOKED,),
    WAITING: COMING,
    ROOM: (*COMING, WAITING),
    READY: (ROOM, WAITING),
    DOCTOR: (*COMING, WAITING, ROOM, READY),
    FINISHED: (*COMING, *HERE),
    LEFT: (FINISHED, *HERE),
    CANCELLED: COMING,
    NO_SHOW: COMING,
}

STEPS: Mapping[str, Action] = {
    CONFIRMED: Action("appointment.confirmed", "confirmed an appointment"),
    WAITING: Action("appointment.waiting", "said that the patient is here"),
    ROOM: Action("appointment.room", "showed the patient into a room"),
    READY: Action("appointment.ready", "said that the patient is ready"),
    DOCTOR: Action("appointment.doctor", "saw the patient, or said who does"),
    FINISHED: Action("appointment.finished", "finished a visit"),
    LEFT: Action("appointment.left", "said that the patient has left"),
    CANCELLED: Action("appointment.cancelled", "cancelled an appointment"),
    NO_SHOW: Action("appointment.noshow", "said that the patient did not come"),
}


def confirm(scope: Scope, *, appointment: Appointment, once: Once | None = None) -> Done:
    return _step(scope, appointment, CONFIRMED, once=once)


def arrive(
    scope: Scope,
    *,
    appointment: Appointment,
    at: datetime | None = None,
    beside: str = "",
    words: str = "",
    seen: PatientVisit | None = None,
    once: Once | None = None,
) -> Done:
    """The patient is here, since `at` or since now. `words` are added to the reason.

    Raises HereAlready where they are here for another visit, unless `beside` says what is with that: BOTH, or INSTEAD
    of their place in the queue, which is given up; they are then here since they came for that. `seen` spares a read.
    """
    changes = {"reason": " · ".join(filter(None, (words, appointment.reason)))} if words else {}
    return _step(scope, appointment, WAITING, at=at, once=once, changes=changes, beside=beside, seen=seen)


def to_room(
    scope: Scope,
    *,
    appointment: Appointment,
    room: Room | None = None,
    at: datetime | None = None,
    once: Once | None = None,
) -> Done:
    """Called in, perhaps into another room than the one booked. A walk-in takes time from now on."""
    if room:
        scope.must_hold(room)
    return _step(scope, appointment, ROOM, at=at, once=once, room=room)


def ready(scope: Scope, *, appointment: Appointment, at: datetime | None = None, once: Once | None = None) -> Done:
    """The nurse's part is done."""
    return _step(scope, appointment, READY, at=at, once=once)


def with_doctor(
    scope: Scope,
    *,
    appointment: Appointment,
    practitioner: Staff | None = None,
    at: datetime | None = None,
    once: Once | None = None,
) -> Done:
    """Seen by `practitioner`, who may be another than was booked; else by whom it is booked with; else by who says so.

    Raises WhichDoctor where that is nobody with a column.
    """
    scope.require(Permission.BOOK)
    scope.must_hold(appointment)
    if practitioner:
        scope.must_hold(practitioner)
    known, booked = setup(scope), appointment.practitioner_id or ""
    seen_by = practitioner or (None if booked else known.practitioner(scope.actor.id))
    if not (seen_by or booked or appointment.state == DOCTOR):
        raise WhichDoctor
    return _step(
        scope, appointment, DOCTOR, at=at, once=once, practitioner=seen_by, note=_seen_by(known, booked, seen_by)
    )


def _seen_by(known: Setup, booked: str, seen_by: Staff | None) -> str:
    """ "Dr Okafor took over from Dr Bernard", for the trail; empty where it is who was booked."""
    if seen_by is None or seen_by.id == booked:
        return ""
    return f"{seen_by.name} took over from {said.short(known.practitioner(booked))}" if booked else seen_by.name


def finish(scope: Scope, *, appointment: Appointment, at: datetime | None = None, once: Once | None = None) -> Done:
    return _step(scope, appointment, FINISHED, at=at, once=once)


def leave(scope: Scope, *, appointment: Appointment, at: datetime | None = None, once: Once | None = None) -> Done:
    return _step(scope, appointment, LEFT, at=at, once=once)


def cancel(
    scope: Scope, *, appointment: Appointment, by: str, reason: str, tell: Tell = SOON, once: Once | None = None
) -> None:
    """By patient or clinic, for one of the reasons of screens.md or another. Frees the time; the card stays in Gone."""
    if by not in ("patient", "clinic"):
        raise Refused("Say who cancels: the patient or the clinic.", field="by")
    if not reason.strip():
        raise Refused("Say why.", field="reason")
    told = {"by": by, "reason": reason.strip()}
    sequence = int(appointment.sequence) + 1
    news = {"state": CANCELLED, "cancelled": told, "sequence": sequence}
    _step(scope, appointment, CANCELLED, once=once, note=reason, changes=with_telling(appointment, news, tell))


def no_show(scope: Scope, *, appointment: Appointment, once: Once | None = None) -> None:
    """Did not come. Frees what is left of the time. Raises Refused before the time has begun."""
    if not appointment.start or clock.now() < clock.moment(appointment.start):
        raise Refused("It is not time yet.")
    _step(scope, appointment, NO_SHOW, once=once)


@idempotent
def came_late(scope: Scope, *, appointment: Appointment, queue: bool = False, once: Once | None = None) -> None:
    """A no-show is here after all: gets the time back, or waits without one (`queue`).

    Raises TimeGone, which asks whether to queue.
    """
    if appointment.state != NO_SHOW:
        raise Refused(sentence(appointment.state))
    try:
        _step(scope, appointment, WAITING, once=once, late=True, changes={"queued": True} if queue else {})
    except SlotTaken:
        raise TimeGone("The time was given to someone else. Add to the queue?") from None


@idempotent
def _step(
    scope: Scope,
    appointment: Appointment,
    to: str,
    *,
    at: datetime | None = None,
    once: Once | None = None,
    note: str = "",
    changes: Mapping[str, Any] | None = None,
    room: Room | None = None,
    practitioner: Staff | None = None,
    late: bool = False,
    beside: str = "",
    seen: PatientVisit | None = None,
) -> Done:
    scope.require(Permission.BOOK)
    scope.must_hold(appointment)
    if appointment.state == to:
        return None  # pressed twice, or by two people
    if appointment.is_from_elsewhere and to != CANCELLED:
        raise Refused(ELSEWHERE)
    if appointment.state not in FROM[to] and not late:
        raise Refused(sentence(appointment.state))
    if to not in (CONFIRMED, CANCELLED):
        check_day(scope, appointment)
    comes = to in HERE and not appointment.is_here
    other = presence.check_arrival(scope, appointment, beside=beside, seen=seen) if comes else None
    moment = _true_time(scope, appointment, at or presence.since(other))
    news: dict[str, Any] = {"state": to, **(changes or {})}
    news |= {"room_id": room.id} if room else {}
    news |= {"practitioner_id": practitioner.id} if practitioner else {}
    if appointment.queued and to in (ROOM, READY, DOCTOR):
        news |= _called(scope, appointment, moment)
    also = partial(presence.give_up, other) if other else None
    return change(scope, appointment, news, moment, STEPS[to], once=once, note=note, also=also)


def check_day(scope: Scope, appointment: Appointment) -> None:
    """Raises NotYet: who came on the wrong day is moved to this one first."""
    zone, now = setup(scope).clinic.time_zone, clock.now()
    today = walltime.day_of(now, zone).isoformat()
    start = clock.moment(appointment.start) if appointment.start else None
    if not walltime.has_come(appointment.day or appointment.start or "", start, now, today):
        day = name_of(appointment, scope) or "a day to come"
        raise NotYet(f"This is for {day}. If the patient is here now, move it to today first.")


def _true_time(scope: Scope, appointment: Appointment, at: datetime | None) -> datetime:
    """Entered late: some hours ago, or on the day of an appointment of the past."""
    now = clock.now()
    if at is None:
        return now
    since = now - SEVERAL_HOURS
    if appointment.day:
        since = min(since, walltime.day_bounds(date.fromisoformat(appointment.day), setup(scope).clinic.time_zone)[0])
    if not since <= at <= now + timedelta(minutes=1):
        raise Refused("Give a time of today that has been.", field="at")
    return at


def _called(scope: Scope, appointment: Appointment, moment: datetime) -> dict[str, Any]:
    """A walk-in, or one whose time was given away, is called: from now on there is a time, whatever else is there."""
    zone = setup(scope).clinic.time_zone
    start = walltime.moment_of(walltime.number(moment))
    if walltime.day_of(start, zone).isoformat() != appointment.day:
        raise Refused("This belongs to another day.")
    return {
        "queued": None,
        "walk_in": True,
        "start": clock.stamp(start),
        "end": clock.stamp(start + timedelta(minutes=int(appointment.minutes or 0))),
        "wall": walltime.to_wall(start, zone).isoformat(timespec="minutes"),
        "zone": zone,
    }
