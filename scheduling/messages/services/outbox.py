"""An appointment's place in the outbox: where it stands while a message about it is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinnet import clock
from clinnet.table import Scope, keys
from clinnet.table.errors import Refused
from patients.models import Patient
from scheduling.calendar.queries.setup import setup
from scheduling.messages.queries.recipients import EMAIL, NEVER, obstacle
from scheduling.messages.rules.due import Due, Kind, Now, Quiet, State, Told, due
from scheduling.models import CANCELLED, COMING, MOVED, Appointment

# Of somebody not told anything yet, nor with anybody else.
NEW = dict.fromkeys(("told", "quiet", "follows", "sending", "unreached", "calls", "together", "gsi1pk", "gsi1sk"))
OFF = (CANCELLED, MOVED)  # moved: it is another patient's by now


@dataclass(frozen=True, slots=True)
class Tell:
    """When the patient hears of a change: after the grace, not before `at` (a moment), or not by us (`quiet`)."""

    quiet: bool = False
    at: datetime | None = None


SOON, NOT = Tell(), Tell(quiet=True)


def next_due(scope: Scope, appointment: Appointment, *, changed: datetime) -> Due | None:
    """The next message about an appointment that became what it is at `changed`."""
    if not appointment.by_message or not appointment.start or _knows_by_list(appointment):
        return None
    now = Now(
        state_of(appointment), appointment.wall or "", clock.moment(appointment.start), int(appointment.late or 0)
    )
    reminders = setup(scope).clinic.remind_before
    found = due(told_of(appointment), now, changed=changed, reminders=reminders, quiet=quiet_of(appointment))
    return None if found and found.kind == "reminder" and now.start <= clock.now() else found


def _knows_by_list(appointment: Appointment) -> bool:
    """A visit of a series of which no message was sent, cancelled by the patient: with the others, most often."""
    cancelled = appointment.state == CANCELLED and (appointment.cancelled or {}).get("by") == "patient"
    return cancelled and bool((appointment.told or {}).get("list"))


def state_of(appointment: Appointment) -> State:
    return state_in(appointment.state)


def state_in(state: str | None) -> State:
    if state in COMING:
        return "coming"
    return "off" if state in OFF else "over"


def told_of(appointment: Appointment) -> Told | None:
    told = appointment.told
    if not told:
        return None
    late = int(told.get("late", 0))
    return Told(told["state"], told["wall"], clock.moment(told["at"]), told.get("reminded", ""), late)


def quiet_of(appointment: Appointment) -> Quiet | None:
    kept = appointment.quiet
    if not kept:
        return None
    told, until = kept.get("told"), kept.get("until")
    return Quiet(
        kept["state"],
        kept["wall"],
        clock.moment(told) if told else None,
        clock.moment(kept["at"]),
        clock.moment(until) if until else None,
    )


def is_quiet(appointment: Appointment) -> bool:
    """Whether the clinic decided that nobody is told what is so now."""
    kept, start = quiet_of(appointment), appointment.start
    if not kept or kept.until or not start:
        return False
    now = Now(state_of(appointment), appointment.wall or "", clock.moment(start))
    return kept.is_about(told_of(appointment), now)


def with_telling(appointment: Appointment, news: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """The new values of an appointment, and with them when the patient hears of these.

    The decision is about this change alone: of the next one they hear again. Raises Refused for a moment that is past,
    or not before the visit.
    """
    kept = None if tell == SOON else _kept(appointment, news, tell)
    return {**news, "quiet": kept} if kept != appointment.quiet else dict(news)


def _kept(appointment: Appointment, news: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    start = news.get("start", appointment.start)
    if tell.at and not clock.now() < tell.at < clock.moment(start or clock.stamp()):
        raise Refused("Give a time to come, before the appointment begins.", field="tell_at")
    state = state_in(news.get("state", appointment.state))
    kept = {
        "state": state,
        "wall": news.get("wall", appointment.wall) or "",
        "at": clock.stamp(),
        "told": (appointment.told or {}).get("at"),
        "until": clock.stamp(tell.at) if tell.at else None,
    }
    return {name: value for name, value in kept.items() if value is not None}


def telling(appointment: Appointment, at: str, kind: Kind | None = None) -> dict[str, Any]:
    """What the patient was told, as the appointment keeps it."""
    state = state_of(appointment)
    reminded = appointment.wall if kind in ("reminder", "late") else ""
    told = {
        "state": state,
        "wall": appointment.wall,
        "sequence": int(appointment.sequence),
        "at": at,
        "reminded": reminded,
        "late": int(appointment.late or 0),
    }
    return {name: value for name, value in told.items() if value not in ("", None)}


def place(scope: Scope, appointment: Appointment, *, changed: datetime | None = None) -> dict[str, str | None]:
    """The attributes that put an appointment into the outbox, or take it out."""
    return at(scope, appointment, next_due(scope, appointment, changed=changed or clock.now()))


def at(scope: Scope, appointment: Appointment, found: Due | None) -> dict[str, str | None]:
    key = keys.outbox(scope.clinic_id, clock.stamp(found.at), appointment.id) if found else None
    return {"gsi1pk": key.pk if key else None, "gsi1sk": key.sk if key else None}


def enter(scope: Scope, appointment: Appointment, patient: Patient, *, instead_of: Appointment | None = None) -> None:
    """A new appointment is put into the outbox, or says why nobody can be told. A series was told as a list.

    `instead_of` is a visit that was parked: whoever was told of that one hears of a new time, for one calendar entry.
    """
    if not appointment.by_message:
        return
    reason = obstacle(patient, clock.today(setup(scope).clinic.time_zone), appointment.tell_by or EMAIL)
    appointment.unreached = reason if reason not in NEVER else None
    if not reason:
        appointment.told = telling(appointment, clock.stamp()) | {"list": True} if appointment.series_id else None
        if instead_of:
            _take_over(appointment, instead_of)
        found = place(scope, appointment)
        appointment.gsi1pk, appointment.gsi1sk = found["gsi1pk"], found["gsi1sk"]


def _take_over(appointment: Appointment, parked: Appointment) -> None:
    told = parked.told or {}
    if told.get("state") != "coming":
        return  # they were never told of it, or that it is off: this one is news by itself
    before = parked.follows or {"uid": parked.id, "sequence": 0}
    appointment.follows = {"uid": before["uid"], "sequence": int(before["sequence"]) + int(parked.sequence) + 1}
    if told["wall"] != appointment.wall:
        appointment.told = {"state": "coming", "wall": told["wall"], "at": told["at"]}


def change(scope: Scope, appointment: Appointment, after: Appointment) -> dict[str, Any]:
    """The attributes that follow from a change. Whoever was not reached is not tried again without news."""
    if not appointment.by_message or (appointment.unreached and appointment.sequence == after.sequence):
        return {}
    found = place(scope, after)
    if found["gsi1pk"] or (after.quiet and after.quiet != appointment.quiet):  # who is not to be told needs no call
        after.unreached = None
    return {**found, "unreached": after.unreached}
