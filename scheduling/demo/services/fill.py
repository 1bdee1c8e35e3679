"""The demo clinics' schedule: the days filled once, and a living day on each later one. For seed alone.

A row says at which moment the filling began, and whether it is done: an interrupted one goes on as it was meant, and
what is done is never touched.
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.contributions import Seeding
from clinnet.table import Action, Event, Key, Row, Scope, Transaction, find_row, get_many, keys, query
from patients.demo import cast, demo_id
from patients.demo.cast import CASTS, cast_id
from patients.models import Patient
from patients.rules import births
from scheduling.appointments.services import bulk
from scheduling.appointments.services.bulk import FILL, Ready
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.calendar.services.busy import Hold
from scheduling.demo import rules as demo
from scheduling.demo.services import days as demo_days
from scheduling.demo.services import items, messages
from scheduling.demo.services.items import Ids, ids_of
from scheduling.demo.services.setup import arrange, put_new

DEMO = Action("schedule.demo", "filled the schedule of a demo")

PAST, AHEAD = 24, 35  # days that are filled around today
MOST_PEOPLE = 600
AT_ONCE = 15  # days in one batch
BEGUN, DONE = "begun", "done"


def arrange_clinic(seeding: Seeding) -> None:
    arrange(seeding.scope, seeding.seed)


def seed_days(seeding: Seeding) -> Iterator[str]:
    """Of a demo clinic that is there and has no living day yet."""
    scope, now, seed, started = seeding.scope, seeding.now, seeding.seed, time.monotonic()
    clinic = find_row(scope, Clinic.at(seeding.clinic)) if seeding.day else None
    if not clinic or not clinic.get("demo") or not is_due(scope, now):
        return
    arrange(scope, seed)
    stars = [each.id for each in cast(clinic=seeding.clinic, now=now)][: seeding.patients]
    others = [demo_id(seeding.clinic, seed, f"person {number}") for number in range(seeding.patients - len(stars))]
    new = fill(scope, now=now, people=[*stars, *others], seed=seed)
    yield f"{clinic['name']} has its day: {new} new appointments in {time.monotonic() - started:.1f} s."


@dataclass(frozen=True)
class Maker:
    """What filling days needs, asked once."""

    scope: Scope
    now: datetime
    seed: str
    patients: list[Patient]

    @cached_property
    def zone(self) -> str:
        return str(accounts.clinic(self.scope.clinic_id).time_zone)

    @cached_property
    def today(self) -> date:
        return walltime.day_of(self.now, self.zone)

    @cached_property
    def plan(self) -> demo.Plan:
        return demo.plan_of(self.scope.clinic_id)

    @cached_property
    def ids(self) -> Ids:
        return ids_of(self.scope, self.seed)

    @cached_property
    def lines(self) -> dict[str, dict[str, Any]]:
        return {each.id: dict(each.line or {}) for each in self.patients}

    @cached_property
    def persons(self) -> list[demo.Person]:
        key_of = {cast_id(self.scope.clinic_id, row[0]): row[0] for row in CASTS.get(self.scope.clinic_id, ())}
        doctor_of = {id: key for key, id in self.ids.doctors.items()}
        return [
            demo.Person(
                each.id,
                births.years(each.birth_date or "", self.today) or 0,
                key_of.get(each.id, ""),
                doctor_of.get(each.practitioner_id or "", ""),
            )
            for each in self.patients
        ]

    def diary(self, day: date) -> demo.Diary:
        rng = random.Random(f"{self.scope.clinic_id} {self.seed} {day}")  # noqa: S311 - an invented day, not a secret
        return demo.Diary(self.plan, rng, self.persons)

    def away(self, day: date) -> set[str]:
        """Keys of those on leave."""
        rules = [each.rule for each in setup(self.scope).other_days if each.kind in ("leave", "holiday")]
        return {key for key, id in self.ids.doctors.items() if any(rule.is_on(day, id) for rule in rules)}


def fill(scope: Scope, *, now: datetime, people: Sequence[str], seed: str = "1") -> int:
    """Fills the days around `now`; returns how many appointments are new. Repeatable: what is there stays.

    `people` are patients' ids in a fixed order; those of them take part who can be booked. The clinic is set up.
    """
    wanted = list(people)[:MOST_PEOPLE]
    found = {each.id: each for each in get_many(scope, map(Patient.at, wanted)).of(Patient)}
    able = [found[id] for id in wanted if id in found and _can_be_booked(found[id])]
    if not able:
        return 0
    maker = Maker(scope, now, seed, able)
    first = _mark(scope, "first")
    if first.get("state") == DONE:
        return _later(maker)
    count = _first(replace(maker, now=_begin(scope, "first", first, now)))
    _end(scope, "first")
    return count


def is_due(scope: Scope, now: datetime) -> bool:
    """Whether today has no living day yet: one read, at each start."""
    zone = accounts.clinic(scope.clinic_id).time_zone
    return _mark(scope, walltime.day_of(now, zone).isoformat()).get("state") != DONE


def _can_be_booked(patient: Patient) -> bool:
    return not (patient.archived or patient.merged_into or patient.deceased_on or patient.test)


# --- How far it is -----------------------------------------------------------------------------------------------


def _mark_key(scope: Scope, what: str) -> Key:
    return keys.done_once(f"demo schedule {scope.clinic_id} {what}")


def _mark(scope: Scope, what: str) -> Row:
    return find_row(scope, _mark_key(scope, what)) or {}


def _begin(scope: Scope, what: str, mark: Row, now: datetime) -> datetime:
    """The moment for which it is made: the first one, where it was interrupted."""
    if mark:
        return clock.moment(mark["result"])
    _write_mark(scope, what, BEGUN, clock.stamp(now))
    return clock.moment(clock.stamp(now))


def _end(scope: Scope, what: str) -> None:
    _write_mark(scope, what, DONE, clock.stamp())


def _write_mark(scope: Scope, what: str, state: str, at: str) -> None:
    key = _mark_key(scope, what)
    tx = Transaction(scope)
    tx.put_row({"PK": key.pk, "SK": key.sk, "type": "ONCE", "state": state, "result": at})
    tx.commit(Event(DEMO, "CLINIC", scope.clinic_id, note=f"{what} {state}"))


# --- The first time ----------------------------------------------------------------------------------------------


def _first(maker: Maker) -> int:
    today, is_northside = maker.today, "rivas" in maker.ids.doctors
    specials = demo.story(today) if is_northside and maker.scope.clinic_id in CASTS else []
    if specials:
        away = items.other_days(maker.ids, "leave", today + timedelta(days=1), "rivas", why="Conference")
        put_new(maker.scope, [away])
    around = {today + timedelta(days=n) for n in range(-PAST, AHEAD + 1)} - {today}
    days = sorted(around | {each.day for each in specials})
    count = _living(maker)
    for start in range(0, len(days), AT_ONCE):
        chunk = days[start : start + AT_ONCE]
        found = [each for day in chunk for each in _planned(maker, day, specials, full=day in around)]
        count += _write(maker, found, f"{chunk[0]} to {chunk[-1]}")
    if specials:
        messages.came_back(maker.scope, cast_id(maker.scope.clinic_id, "ivan-petrov"), today + timedelta(days=1))
    _end(maker.scope, today.isoformat())
    return count


def _planned(maker: Maker, day: date, specials: Sequence[demo.Special], *, full: bool = True) -> list[Ready]:
    """A day before or after today; one that is not `full` has the specials alone."""
    diary = maker.diary(day)
    mine = [each for each in specials if each.day == day]
    demo.ordinary_day(diary, day, maker.zone, maker.now, specials=mine, away=maker.away(day), full=full)
    return [items.ready(maker.ids, each, day, maker.zone, maker.lines[each.patient]) for each in diary.visits]


def _write(
    maker: Maker, found: Sequence[Ready], what: str, rows: Sequence[Row] = (), holds: Sequence[Hold] = ()
) -> int:
    event = Event(FILL, "CLINIC", maker.scope.clinic_id, note=f"{len(found)} visits, {what}")
    return len(bulk.add_many(maker.scope, found, event, rows=rows, holds=holds))


# --- Today -------------------------------------------------------------------------------------------------------


def _living(maker: Maker, diary: demo.Diary | None = None) -> int:
    """The day as it is now; `diary` holds what is on it already."""
    scope, ids, day = maker.scope, maker.ids, maker.today
    first, diary = diary is None, diary or maker.diary(day)
    hours = demo.living_day(diary, day, maker.zone, maker.now, maker.away(day))
    put_new(
        scope,
        [
            items.other_days(ids, "extra", day, doctor, start=start, end=end, why=why)
            for doctor, start, end, why in hours.stretched()
        ],
    )
    found = {each.key: items.ready(ids, each, day, maker.zone, maker.lines[each.patient]) for each in diary.visits}
    blocks = [items.block(scope, ids, each, day, clock.stamp(maker.now)) for each in diary.blocks]
    rows = [row for _, row in blocks]
    if first:
        rows += items.notes(scope, ids, day, clock.stamp(maker.now))
    count = _write(maker, list(found.values()), str(day), rows=rows, holds=[hold for hold, _ in blocks])
    if first:
        wishes = demo.wishes(diary, maker.now)
        put_new(scope, [items.request(ids, each, maker.lines[each.patient], found.get(each.held)) for each in wishes])
    return count


# --- Later days --------------------------------------------------------------------------------------------------


def _later(maker: Maker) -> int:
    """Today comes to life, unless it has; days since are over; days further on are filled."""
    scope, today = maker.scope, maker.today
    mark = _mark(scope, today.isoformat())
    if mark.get("state") == DONE:
        return 0
    maker = replace(maker, now=_begin(scope, today.isoformat(), mark, maker.now))
    for days_ago in range(PAST, 0, -1):
        demo_days.enliven(scope, maker.ids, maker.diary(today), today - timedelta(days=days_ago), maker.now)
    count = _living(maker, demo_days.enliven(scope, maker.ids, maker.diary(today), today, maker.now))
    ahead = [today + timedelta(days=n) for n in range(1, AHEAD + 1)]
    empty = [day for day in ahead if not query(scope, keys.on_the_day(scope.clinic_id, day.isoformat()), limit=1).rows]
    if empty:
        count += _write(maker, [each for day in empty for each in _planned(maker, day, ())], "further on")
    _end(scope, today.isoformat())
    return count
