"""Where somebody who loses a time goes best: another day with the same doctor, or another doctor sooner. Pure.

The rule, for each visit apart: what a free time costs is counted in points, and the cheapest is proposed.

- A day later costs 10, and 30 for somebody urgent.
- The other half of the day costs 15, and each hour of the clock away from the time they had costs 1.
- Somebody else than their own doctor costs 25. Who has no own doctor, or was booked with another one anyway, loses
  less by a change: 10.

So whoever sees their own doctor waits up to two days for them and then sees somebody else at once; for others the
next free time comes first. The urgent choose first, then those whose time comes first; no two are given the same time.
Of several others who are free at that time, whoever was given fewest so far: a day is spread over those who have room.
"""

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile

from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.slots import Need, Slot

A_DAY, A_DAY_URGENT, OTHER_HALF, OWN_DOCTOR, A_DOCTOR = 10, 30, 15, 25, 10
CHOICES = 5  # times shown of each


@dataclass(frozen=True, slots=True)
class Losing:
    """A visit that loses its time. `wall` is what the clinic's clock showed, `usual` their own doctor, if known."""

    id: str
    wall: datetime
    need: Need
    practitioner: str
    usual: str = ""
    urgent: bool = False
    busy: frozenset[int] = frozenset()  # grains at which the patient is somewhere else

    @property
    def own(self) -> str:
        """The id of the doctor with whom a time costs nothing more."""
        return self.usual or self.practitioner

    def cost(self, wall: datetime) -> float:
        """Of a free time with the own doctor at the reading `wall`."""
        days = (wall.date() - self.wall.date()).days
        hours = abs(wall.hour * 60 + wall.minute - self.wall.hour * 60 - self.wall.minute) / 60
        points = days * (A_DAY_URGENT if self.urgent else A_DAY) + hours
        return points + OTHER_HALF if (wall.hour < 12) != (self.wall.hour < 12) else points

    @property
    def cost_of_another(self) -> float:
        """What it costs more with somebody else."""
        return OWN_DOCTOR if self.usual == self.practitioner else A_DOCTOR


Starts = Mapping[int, Sequence[Slot]]  # the free times of each start, in the order of practitioners


def propose(losing: Sequence[Losing], free: Mapping[str, Starts], zone: str) -> dict[str, list[Slot]]:
    """For each visit by id the time proposed for it, then others to choose from; empty where nothing is free.

    `free` are each one's free times. A slot's first room is the one that it takes.
    """
    taken: dict[str, set[int]] = {}  # grains of practitioners and rooms that were proposed
    chosen: dict[str, Slot] = {}
    given: Counter[str] = Counter()
    order = sorted(losing, key=lambda each: (not each.urgent, each.wall, each.id))
    ranked = {each.id: _Ranked(each, free.get(each.id, {}), zone) for each in order}
    for each in order:
        if slot := _best(each, _left(each, ranked[each.id], taken), given):
            chosen[each.id] = slot
            given[slot.practitioner] += 1
            for resource, grains in _takes(each, slot).items():
                taken.setdefault(resource, set()).update(grains)
    return {each.id: _with_others(each, chosen.get(each.id), ranked[each.id], taken, zone) for each in losing}


_Priced = tuple[float, int, str, Slot]


class _Ranked:
    """A visit's free times from the cheapest on, then by start and practitioner; each walk through them is anew.

    Of twenty thousand times a dozen are looked at: a start is priced once, and its practitioners when it is reached.
    """

    def __init__(self, visit: Losing, starts: Starts, zone: str) -> None:
        self.visit, self.starts = visit, starts
        able = [start for start in starts if visit.busy.isdisjoint(visit.need.patient(start))]
        self._priced = sorted((visit.cost(walltime.wall_of(start, zone)), start) for start in able)

    def __iter__(self) -> Iterator[Slot]:
        return (slot for *_, slot in heapq.merge(self._with_own(), self._with_others(), key=lambda each: each[:3]))

    def _with_own(self) -> Iterator[_Priced]:
        own = self.visit.own
        for cost, start in self._priced:
            yield from ((cost, start, own, slot) for slot in self.starts[start] if slot.practitioner == own)

    def _with_others(self) -> Iterator[_Priced]:
        own, more = self.visit.own, self.visit.cost_of_another
        for cost, start in self._priced:
            for slot in self.starts[start]:
                if slot.practitioner != own:
                    yield cost + more, start, slot.practitioner, slot


def _left(visit: Losing, slots: Iterable[Slot], taken: Mapping[str, Collection[int]]) -> Iterator[Slot]:
    """Those that nobody else was given, with a room that nobody else was given."""
    for slot in slots:
        if not _meets(visit.need.practitioner(slot.start), taken.get(slot.practitioner, ())):
            grains = visit.need.room(slot.start)
            rooms = tuple(room for room in slot.rooms if not _meets(grains, taken.get(room, ())))
            if rooms or not slot.rooms:
                yield Slot(slot.start, slot.practitioner, rooms)


def _best(visit: Losing, left: Iterator[Slot], given: Mapping[str, int]) -> Slot | None:
    """The cheapest; where that is with others, of those who are free at that time."""
    first = next(left, None)
    if first is None or first.practitioner == visit.own:
        return first
    also = takewhile(lambda slot: slot.start == first.start and slot.practitioner != visit.own, left)
    return min((first, *also), key=lambda slot: given[slot.practitioner])


def _meets(grains: range, taken: Collection[int]) -> bool:
    return any(grain in taken for grain in grains)


def _takes(visit: Losing, slot: Slot) -> dict[str, range]:
    room = {slot.room: visit.need.room(slot.start)} if slot.room else {}
    return {slot.practitioner: visit.need.practitioner(slot.start), **room}


def _with_others(
    visit: Losing, chosen: Slot | None, ranked: Iterable[Slot], taken: Mapping[str, Collection[int]], zone: str
) -> list[Slot]:
    """The one proposed and the best of other days and doctors that nobody was given."""
    if chosen is None:
        return []
    found = [chosen]
    seen = {_place(chosen, zone)}
    for slot in _left(visit, ranked, taken):
        if len(found) == CHOICES:
            break
        if _place(slot, zone) not in seen:
            seen.add(_place(slot, zone))
            found.append(slot)
    return found


def _place(slot: Slot, zone: str) -> tuple[str, date, bool]:
    wall = slot.wall(zone)
    return slot.practitioner, wall.date(), wall.hour < 12
