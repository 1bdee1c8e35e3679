"""Visits to come keep their reading on the wall when the rules of their zone change.

What the patient was told is the reading: "Wednesday, 13:00". When a country gives up winter time, that reading is
another moment than the one that was written when it was booked.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.table import Action, Event, Scope, Transaction, keys
from scheduling.appointments.services import moving, persons
from scheduling.appointments.services.persons import Person
from scheduling.calendar.rules import walltime
from scheduling.calendar.services.taking import Rows, take
from scheduling.models import CANCELLED, COMING, Appointment

REANCHOR = Action("appointment.reanchor", "kept the clock time of an appointment under new time zone rules")


def drifted(appointment: Appointment, now: datetime) -> dict[str, Any]:
    """The new values of a visit to come whose moment is no longer that of its reading; empty where all is well.

    The reading stays, unless the clock skips it by now: then it moves on with the clock, and that is news.
    """
    if appointment.state not in (*COMING, CANCELLED) or not (
        appointment.wall and appointment.zone and appointment.start
    ):
        return {}
    times = _times(appointment.wall, appointment.zone, appointment.start, int(appointment.minutes or 0))
    if not times or max(clock.moment(appointment.start), clock.moment(times["start"])) <= now:
        return {}
    anchors = {
        "wall": times["wall"],
        "grains": [*appointment.earlier_grains, walltime.number(clock.moment(appointment.start))],
    }
    has_entry = (
        appointment.by_message and appointment.told and not appointment.unreached
    )  # in a calendar, which takes a higher number only
    sequence = int(appointment.sequence) + (1 if has_entry or times["wall"] != appointment.wall else 0)
    return {**times, "sequence": sequence, "anchors": anchors}


def _times(wall: str, zone: str, start: str, minutes: int) -> dict[str, str]:
    """Of a reading and the moment that was written with it; empty where they belong together, as either of two do."""
    reading = datetime.fromisoformat(wall)
    first, second = (walltime.to_utc(reading, zone, second=later) for later in (False, True))
    if clock.moment(start) in (first, second):
        return {}
    return {
        "start": clock.stamp(first),
        "end": clock.stamp(first + timedelta(minutes=minutes)),
        "wall": walltime.to_wall(first, zone).isoformat(timespec="minutes"),
        "day": walltime.day_of(first, zone).isoformat(),
    }


def reanchor(scope: Scope, appointment: Appointment) -> None:
    """Start, end, card, busy times and the reminder's place, in one transaction. Nothing where all is well.

    Raises Taken where somebody else has that time, Stale where the visit was changed since it was read.
    """
    news, here = drifted(appointment, clock.now()), Scope(appointment.clinic_id, scope.actor)
    if news:
        card = keys.card(here.clinic_id, appointment.day or "", appointment.id)
        person, row = persons.person_and_row(here, appointment.patient_id, card)
        line = row.get("line", {}).get("p") or person.records[0].line or {}
        take(partial(_write, here, appointment, news, line=line, person=person))


def _write(
    scope: Scope,
    appointment: Appointment,
    news: dict[str, Any],
    lapsed: Rows,
    *,
    line: Mapping[str, Any],
    person: Person,
) -> str:
    tx = Transaction(scope)
    stamps = [{**each, "was": _undoing(appointment, each.get("was", {}))} for each in appointment.stamps or []]
    before, after = moving.add_move(tx, appointment, news, line, stamps=stamps)
    persons.swap(tx, person, before, after, lapsed=lapsed)
    changes = {"start": [appointment.start, news["start"]]}
    event = Event(
        REANCHOR,
        "APPOINTMENT",
        appointment.id,
        patient=appointment.patient_id,
        changes=changes,
        note=f"Time zone rules {clock.zone_rules().version}",
    )
    return tx.commit(event, result=appointment.id)


def _undoing(appointment: Appointment, was: Mapping[str, Any]) -> dict[str, Any]:
    """What undoes a step, with its own reading kept too: a move may go back to a time that drifted as well."""
    if not (was.get("wall") and was.get("start")):
        return dict(was)
    minutes = int(was.get("minutes") or appointment.minutes or 0)
    return {**was, **_times(was["wall"], was.get("zone") or appointment.zone or "UTC", was["start"], minutes)}
