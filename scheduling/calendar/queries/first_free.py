"""Free times of a page that shows each start once, with one practitioner: not everybody needs to be asked for that.

Whose time is shown is the usual practitioner's where they are free, else that of the first in the board's order. So
the usual one and the first few are asked for all days, and the others only for the days of starts that are left: by
their busy rows, in one call for a hundred. That takes no more read units than to ask everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.table import Key, Scope, keys
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.free_times import FIRST_LOOK, FURTHER, FreeDay, Wish
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rules import hours, slots, walltime
from scheduling.calendar.rules.hours import Grains
from scheduling.calendar.rules.slots import Free
from scheduling.calendar.services import busy

FEW = 4
Openings = Mapping[str, list[hours.Opening]]


def search(scope: Scope, wish: Wish, *, usual: str, first: date, days: int, within: int) -> list[FreeDay]:
    """As `free_times.search`, where of each start only the time is wanted that the page shows."""
    known, found = setup(scope), list[FreeDay]()
    asked = {each.id for each in wish.practitioners}
    people = [each for each in known.who_does(wish.visit_type) if not asked or each.id in asked]
    people.sort(key=lambda each: each.id != usual)
    if len(people) <= FEW:
        return free_times.search(scope, wish, first=first, days=days, within=within)
    day, end, look = first, first + timedelta(days=within), FIRST_LOOK
    while day < end and len(found) < days:
        until = min(day + timedelta(days=look), end)
        wanted = [day + timedelta(days=n) for n in range((until - day).days)]
        found += _Look(scope, known, wish, people, clock.now()).at(wanted)
        day, look = until, FURTHER
    return found[:days]


@dataclass(frozen=True)
class _Look:
    """`people` are in the order in which their times are shown."""

    scope: Scope
    known: Setup
    wish: Wish
    people: list[Staff]
    now: datetime

    @property
    def zone(self) -> str:
        return self.known.clinic.time_zone

    def at(self, days: list[date]) -> list[FreeDay]:
        days = [day for day in days if not self.wish.weekdays or day.weekday() in self.wish.weekdays]
        open_: dict[date, Openings] = {
            day: {each.id: self.known.openings(each.id, day, self.now) for each in self.people} for day in days
        }
        days = [day for day in days if any(open_[day].values())]
        if not days:
            return []
        few = [each.id for each in self.people[:FEW]]
        taken = self._as_bits(free_times.busy_grains(self.scope, self.wish, few, days, self.zone), days)
        found = {day: self._free(day, [(id, open_[day][id]) for id in few], taken) for day in days}
        left = {day: self._left(day, open_[day], taken, found[day]) for day in days}
        left = {day: starts for day, starts in left.items() if starts}
        if left:
            taken |= self._as_bits(self._others(left, open_, days), days)
            found |= {day: self._free(day, list(open_[day].items()), taken) for day in left}
        return [FreeDay(day, free) for day in days if (free := found[day])]

    def _as_bits(self, taken: Mapping[str, set[int]], days: list[date]) -> dict[str, Grains]:
        return free_times.as_bits(taken, days[0], self.zone)

    def _free(self, day: date, people: list[tuple[str, list[hours.Opening]]], taken: Mapping[str, Grains]) -> Free:
        need = self.wish.need
        columns = [slots.Column(id, openings, taken.get(_of(id), ())) for id, openings in people]
        return slots.free(
            slots.Day.of(day, self.zone, self.known.grain, self.wish.part),
            columns,
            need,
            patient=taken["patient"],
            rooms={room: taken[keys.busy_room(room, "").pk] for room in need.rooms},
            not_before=walltime.number(self.now) + 1,
        )

    def _left(self, day: date, open_: Openings, taken: Mapping[str, Grains], found: Free) -> list[int]:
        """The starts that are free with nobody asked so far, and at which somebody else might be."""
        others = [each for person in self.people[FEW:] for each in open_[person.id]]
        known = {*found.starts}
        return [start for start in self._free(day, [("", others)], taken).starts if start not in known]

    def _others(
        self, left: Mapping[date, list[int]], open_: Mapping[date, Openings], days: list[date]
    ) -> dict[str, set[int]]:
        """What is taken of those who were not asked so far, on the days of the starts that are left."""
        others = [each.id for each in self.people[FEW:]]
        places: dict[Key, str] = {}
        for day, starts in left.items():
            for id in others:
                if any(each.start <= start < each.end for each in open_[day][id] for start in starts):
                    places |= {keys.busy_practitioner(id, each): _of(id) for each in self._utc_days(starts)}
        bounds = walltime.day_bounds(days[0], self.zone)[0], walltime.day_bounds(days[-1], self.zone)[1]
        months = busy.spans(*map(walltime.number, bounds))
        if len(places) > len(others) * len(months):
            alone = replace(self.wish, patient=None, others=())
            found = free_times.busy_grains(self.scope, alone, others, sorted(left), self.zone, rooms=False)
            return {_of(id): found[_of(id)] for id in others}
        own = busy.tag_of(self.wish.instead_of.id) if self.wish.instead_of else ""
        taken: dict[str, set[int]] = {_of(id): set() for id in others}
        for row in free_times.busy_rows(self.scope, places):
            taken[places[Key(row["PK"], row["SK"])]] |= busy.taken([row], self.now, without=own)
        return taken

    def _utc_days(self, starts: list[int]) -> list[str]:
        """Of the busy rows that say whether somebody is free at these starts."""
        grains = [grain for start in starts for grain in (*self.wish.need.practitioner(start),)]
        return sorted({walltime.moment_of(grain).date().isoformat() for grain in (min(grains), max(grains))})


def _of(id: str) -> str:
    """The name of a practitioner's busy grains, as `busy_grains` gives them."""
    return keys.busy_practitioner(id, "").pk
