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


def drifted(made: Appointment, now: datetime) -> dict[str, Any]:
    """The new values of a visit to come whose moment is no longer that of its reading; empty where all is well.

    The reading stays, unless the clock skips it by now: then it moves on with the clock, and that is news.
    """
    if made.state not in (*COMING, CANCELLED) or not (made.wall and made.zone and made.start):
        return {}
    times = _times(made.wall, made.zone, made.start, int(made.minutes or 0))
    if not times or max(clock.moment(made.start), clock.moment(times["start"])) <= now:
        return {}
    anchors = {"wall": times["wall"], "grains": [*made.earlier_grains, walltime.number(clock.moment(made.start))]}
    has_entry = made.by_email and made.told and not made.unreached  # in a calendar, which takes a higher number only
    sequence = int(made.sequence) + (1 if has_entry or times["wall"] != made.wall else 0)
    return {**times, "sequence": sequence, "anchors": anchors}


def _times(wall: str, zone: str, start: str, minutes: int) -> dict[str, str]:
    """Of a reading and the moment that was written with it; empty where they belong together, as either of two do."""
    reading = datetime.fromisoformat(wall)
    first, second = (walltime.to_utc(reading, zone, second=later) for later in (False, True))
    if clock.moment(start) in (first, second):
        return {}
    return {
        "start": clock.stamp(first), "end": clock.stamp(first + timedelta(minutes=minutes)),
        "wall": walltime.to_wall(first, zone).isoformat(timespec="minutes"),
        "day": walltime.day_of(first, zone).isoformat(),
    }  # fmt: skip


def reanchor(scope: Scope, made: Appointment) -> None:
    """Start, end, card, busy times and the reminder's place, in one transaction. Nothing where all is well.

    Raises Taken where somebody else has that time, Stale where the visit was changed since it was read.
    """
    news, here = drifted(made, clock.now()), Scope(made.clinic_id, scope.actor)
    if news:
        card = keys.card(here.clinic_id, made.day or "", made.id)
        person, row = persons.person_and_row(here, made.patient_id, card)
        line = row.get("line", {}).get("p") or person.records[0].line or {}
        take(partial(_write, here, made, news, line=line, person=person))


def _write(
    scope: Scope, made: Appointment, news: dict[str, Any], lapsed: Rows, *, line: Mapping[str, Any], person: Person
) -> str:
    tx = Transaction(scope)
    stamps = [{**each, "was": _undoing(made, each.get("was", {}))} for each in made.stamps or []]
    before, after = moving.add_move(tx, made, news, line, stamps=stamps)
    persons.swap(tx, person, before, after, lapsed=lapsed)
    changes = {"start": [made.start, news["start"]]}
    event = Event(REANCHOR, "APPOINTMENT", made.id, patient=made.patient_id, changes=changes,
                  note=f"Time zone rules {clock.zone_rules().version}")  # fmt: skip
    return tx.commit(event, result=made.id)


def _undoing(made: Appointment, was: Mapping[str, Any]) -> dict[str, Any]:
    """What undoes a step, with its own reading kept too: a move may go back to a time that drifted as well."""
    if not (was.get("wall") and was.get("start")):
        return dict(was)
    minutes = int(was.get("minutes") or made.minutes or 0)
    return {**was, **_times(was["wall"], was.get("zone") or made.zone or "UTC", was["start"], minutes)}
