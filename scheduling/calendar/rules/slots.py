"""Free times: where a visit fits between open hours and what is busy. Pure; all times in grains since 1970.

A visit that starts at s needs its practitioner for [s - before, s + minutes + after), and patient and room for
[s - nurse, s + minutes): the nurse sees the patient first. Only [s, s + minutes) has to be within hours.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache, reduce
from operator import or_

from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.hours import Grains, KeptFor, Opening

MARGIN = 24 * 60 // walltime.GRAIN  # grains: a visit may begin the evening before, and its buffers may too
LONGEST = 10 * 60  # minutes: what one item's condition can name (4 KB), with room to spare


@dataclass(frozen=True, slots=True)
class Need:
    """What a visit takes, in minutes. `rooms` are those that would do; none means that it needs none."""

    minutes: int
    before: int = 0
    after: int = 0
    nurse: int = 0
    rooms: tuple[str, ...] = ()
    kept_for: KeptFor = ""

    def practitioner(self, start: int) -> range:
        return range(start - _grains(self.before), start + _grains(self.minutes) + _grains(self.after))

    def patient(self, start: int) -> range:
        return range(start - _grains(self.nurse), start + _grains(self.minutes))

    room = patient


@dataclass(frozen=True, slots=True)
class Slot:
    """A start that is free, and the rooms that are free then, if one is needed."""

    start: int
    practitioner: str
    rooms: tuple[str, ...] = ()

    @property
    def room(self) -> str:
        """The first of them; empty where none is needed."""
        return self.rooms[0] if self.rooms else ""

    @property
    def moment(self) -> datetime:
        return walltime.moment_of(self.start)

    def wall(self, zone: str) -> datetime:
        return walltime.wall_of(self.start, zone)


class Ahead(Mapping[int, Sequence[Slot]]):
    """The free times of several days by their start, in the order of practitioners: made when one is looked at."""

    def __init__(self, days: Iterable["Free"]) -> None:
        self._days = {start: day for day in days for start in day.starts}
        self._seen: dict[int, Sequence[Slot]] = {}

    def __getitem__(self, start: int) -> Sequence[Slot]:
        if start not in self._seen:
            self._seen[start] = sorted(self._days[start].at(start), key=lambda each: each.practitioner)
        return self._seen[start]

    def __iter__(self) -> Iterator[int]:
        return iter(self._days)

    def __len__(self) -> int:
        return len(self._days)


@dataclass(frozen=True, slots=True)
class Column:
    """One practitioner's day: when open, and which grains are taken."""

    practitioner: str
    openings: Sequence[Opening]
    busy: Iterable[int] | Grains = ()


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the clinic to look through: its [first, end) grains, and the starts that its slot grain allows."""

    day: date
    first: int
    end: int
    starts: Sequence[int] = field(repr=False)

    @staticmethod
    @lru_cache(512)  # a month of a few clinics: each search for a free time looks at the same days
    def of(day: date, zone: str, grain: int, part: str = "") -> "Day":
        """With `part` (am or pm) only the starts of that half."""
        first, end = walltime.day_bounds(day, zone)
        found = [each for each in walltime.grains_of(day, zone, grain) if not part or half(each[0]) == part]
        starts = tuple(walltime.number(moment) for _, moment in found)
        return Day(day, walltime.number(first), walltime.number(end), starts)


def half(wall: datetime) -> str:
    """Of a day, by the clinic's clock: am or pm."""
    return "am" if wall.hour < 12 else "pm"


@dataclass(frozen=True, slots=True)
class Free:
    """The free starts of a day as bits counted from `origin`: a slot is made when it is looked at.

    `columns` are each practitioner's starts, in their order; `rooms` each room's, where one is needed.
    """

    origin: int
    columns: Sequence[tuple[str, int]]
    rooms: Mapping[str, int]

    def __bool__(self) -> bool:
        return any(bits for _, bits in self.columns)

    @property
    def starts(self) -> list[int]:
        bits = 0
        for _, each in self.columns:
            bits |= each
        return [self.origin + start for start in _each(bits)]

    def at(self, start: int) -> list[Slot]:
        """In the order of the columns."""
        bit = 1 << (start - self.origin)
        rooms = tuple(room for room, bits in self.rooms.items() if bits & bit)
        return [Slot(start, practitioner, rooms) for practitioner, bits in self.columns if bits & bit]

    def slots(self) -> list[Slot]:
        """All, by time and then in the order of the columns."""
        return [slot for start in self.starts for slot in self.at(start)]

    def without(self, practitioner: str, starts: Iterable[int]) -> "Free":
        """Without these starts of one practitioner."""
        gone = Grains.of(starts, self.origin).bits
        columns = [(who, bits & ~gone if who == practitioner else bits) for who, bits in self.columns]
        return Free(self.origin, columns, self.rooms)


def free(
    day: Day,
    columns: Iterable[Column],
    need: Need,
    *,
    rooms: Mapping[str, Iterable[int] | Grains] | None = None,
    patient: Iterable[int] | Grains = (),
    not_before: int = 0,
) -> Free:
    """Every free start of a day. `rooms` are the busy grains of rooms."""
    grains = Grains(day.first - MARGIN)
    whole = grains.span(day.first - MARGIN, day.end + MARGIN)

    def left(busy: Iterable[int] | Grains) -> int:
        return whole & ~(busy if isinstance(busy, Grains) else Grains.of(busy, grains.origin)).bits_from(grains.origin)

    allowed = Grains.of((start for start in day.starts if start >= not_before), grains.origin).bits
    allowed &= _fits(left(patient), need.nurse, need.minutes)
    room_starts = {room: _fits(left((rooms or {}).get(room, ())), need.nurse, need.minutes) for room in need.rooms}
    if need.rooms:
        allowed &= reduce(or_, room_starts.values())
    found = [
        (
            each.practitioner,
            allowed
            & _open(each.openings, need, grains)
            & _fits(left(each.busy), need.before, need.minutes + need.after),
        )
        for each in columns
    ]
    return Free(grains.origin, found, room_starts)


def _open(openings: Iterable[Opening], need: Need, grains: Grains) -> int:
    bits = 0
    for each in openings:
        if each.kept in ("", need.kept_for):
            bits |= grains.span(each.start, each.end)
    return _fits(bits, 0, need.minutes)


def _fits(free: int, before: int, from_start: int) -> int:
    """The starts s for which [s - before, s + from_start) minutes is free."""
    lead = _grains(before)
    return _runs(free, lead + _grains(from_start)) << lead


def _runs(bits: int, length: int) -> int:
    """The bits at which `length` set bits follow each other."""
    have = 1
    while have < length:
        step = min(have, length - have)
        bits &= bits >> step
        have += step
    return bits


def _each(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _grains(minutes: int) -> int:
    return -(-minutes // walltime.GRAIN)


def nearest(slots: Sequence[Slot], start: int, count: int = 3) -> list[Slot]:
    """The free times nearest to one that was taken, the nearest first, of two alike the later; one a start."""
    by_start = {slot.start: slot for slot in reversed(slots)}
    return sorted(by_start.values(), key=lambda slot: (abs(slot.start - start), -slot.start))[:count]


def side_by_side(slots: Sequence[Slot], people: int) -> list[list[Slot]]:
    """Starts at which `people` can be seen at once, by different practitioners and in different rooms."""
    found = []
    for start in sorted({slot.start for slot in slots}):
        chosen: list[Slot] = []
        for slot in (each for each in slots if each.start == start):
            left = tuple(room for room in slot.rooms if room not in {each.room for each in chosen})
            if slot.practitioner not in {each.practitioner for each in chosen} and (left or not slot.rooms):
                chosen.append(Slot(start, slot.practitioner, left))
        if len(chosen) >= people:
            found.append(chosen[:people])
    return found


def back_to_back(slots: Sequence[Slot], need: Need, people: int, *, most_between: int = 15) -> list[list[Slot]]:
    """Chains of `people` visits with one practitioner, at most `most_between` minutes idle between two."""
    step = _grains(need.minutes) + _grains(need.before) + _grains(need.after)
    chains = []
    for first in slots:
        chain = [first]
        own = [each for each in slots if each.practitioner == first.practitioner and each.start > first.start]
        for slot in own:
            wait = slot.start - chain[-1].start - step
            if len(chain) < people and 0 <= wait <= _grains(most_between):
                chain.append(slot)
        if len(chain) == people:
            chains.append(chain)
    return chains
