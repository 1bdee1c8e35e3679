"""How a clinic's schedule is set up: rooms, visit types, hours. Kept in the process for some seconds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import TypeVar

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic, Staff
from clinnet.table import Page, Scope, keys, query_whole, side_by_side
from clinnet.table.errors import NotFound
from clinnet.table.kept import remember
from scheduling import words
from scheduling.calendar.rules import hours as rules
from scheduling.models import Hours, OtherDays, Room, VisitType

REMEMBERED = timedelta(days=400)  # how long after their end other days are still read: past boards show them


@dataclass(frozen=True)
class Setup:
    """All of it. `practitioners` are those with a column, in the board's order."""

    clinic: Clinic
    practitioners: list[Staff]
    hours: dict[str, Hours]
    rooms: dict[str, Room]
    visit_types: dict[str, VisitType]
    other_days: list[OtherDays]

    @cached_property
    def _plans(self) -> dict[str, rules.Plan]:
        return {}

    def plan(self, person: str) -> rules.Plan:
        """Put together when it is asked for, then kept as long as all of this."""
        if person not in self._plans:
            others = tuple(each.rule for each in self.other_days if each.who in (None, "", person))
            known = self.hours.get(person)
            self._plans[person] = known.plan(others) if known else rules.Plan(person, exceptions=others)
        return self._plans[person]

    def openings(self, person: str, day: date, now: datetime) -> list[rules.Opening]:
        return rules.openings(day, self.plan(person), zone=self.clinic.time_zone, now=now)

    @cached_property
    def _by_id(self) -> dict[str, Staff]:
        return {each.id: each for each in self.practitioners}

    def practitioner(self, id: str) -> Staff | None:
        return self._by_id.get(id)

    def who_does(self, visit_type: VisitType) -> list[Staff]:
        wanted = set(visit_type.practitioner_ids)
        return [each for each in self.practitioners if not wanted or each.id in wanted]

    @property
    def grain(self) -> int:
        return int(self.clinic.slot_grain)


def setup(scope: Scope) -> Setup:
    return remember(("schedule", scope.clinic_id), partial(_ask, scope))


def _ask(scope: Scope) -> Setup:
    clinic = accounts.clinic(scope.clinic_id)
    staff = accounts.staff(scope)
    since = (clock.today(clinic.time_zone) - REMEMBERED).isoformat()
    ranges = [
        keys.hours_of(scope.clinic_id),
        keys.rooms_of(scope.clinic_id),
        keys.visit_types_of(scope.clinic_id),
        keys.other_days_from(scope.clinic_id, since),
    ]
    asked: list[Callable[[], Page]] = [partial(query_whole, scope, each) for each in ranges]
    hours, rooms, visit_types, others = side_by_side(*asked)
    by_person = {each.id: each for each in hours.of(Hours)}
    columns = [
        each for each in staff if "doctor" in each.roles or (each.id in by_person and by_person[each.id].sessions)
    ]
    columns.sort(key=lambda each: (int(by_person[each.id].place) if each.id in by_person else 0, each.name))
    known = {each.id: each for each in sorted(rooms.of(Room), key=lambda each: words.natural(each.name))}
    return Setup(
        clinic,
        columns,
        by_person,
        known,
        {each.id: _in_use(each, known) for each in visit_types.of(VisitType)},
        [each for each in others.of(OtherDays) if each.active],
    )


def _in_use(visit_type: VisitType, rooms: dict[str, Room]) -> VisitType:
    """A room out of use is given to nobody any more; where none is left, set-up says so, and booking goes on."""
    in_use = [id for id in visit_type.room_ids if id in rooms and rooms[id].active]
    visit_type.room_ids = in_use or visit_type.room_ids
    return visit_type


def room(scope: Scope, id: str) -> Room:
    """Raises NotFound."""
    return _one(setup(scope).rooms, id)


def visit_type(scope: Scope, id: str) -> VisitType:
    """Raises NotFound."""
    return _one(setup(scope).visit_types, id)


def practitioner(scope: Scope, id: str) -> Staff:
    """Somebody with a column. Raises NotFound."""
    found = setup(scope).practitioner(id)
    if found is None:
        raise NotFound
    return found


T = TypeVar("T")


def _one(known: dict[str, T], id: str) -> T:
    if id not in known:
        raise NotFound
    return known[id]
