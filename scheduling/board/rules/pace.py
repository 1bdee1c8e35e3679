"""How far a practitioner is behind, and where everyone's time goes when somebody is late. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from scheduling.calendar.rules.slots import Need
from scheduling.calendar.rules.walltime import GRAIN

WITH, HERE = ("doctor",), ("waiting", "room", "ready")
BEHIND = 10  # minutes from which it is said
SILENT = timedelta(minutes=30)  # without anything entered
UNPLANNED = frozenset("WQ")  # walk-ins and those who lost their time: nothing was planned for them


class Seen(Protocol):
    """What is known of one visit of the practitioner's day: `scheduling.board.services.cards.Card` is one."""

    @property
    def state(self) -> str: ...
    @property
    def start(self) -> datetime | None: ...
    @property
    def minutes(self) -> int: ...
    @property
    def since(self) -> datetime | None: ...
    @property
    def flags(self) -> str: ...


def behind(cards: Iterable[Seen], now: datetime) -> int:
    """Minutes by which a practitioner's day is behind at `now`: from when who is with them will be done, against what
    was planned, or by how long who is here next should have been called. Patients who are late themselves do not count.
    """
    known = list(cards)
    inside = [each for each in known if each.state in WITH and each.since]
    free = max((_done(each, now) for each in inside), default=now)
    planned = [each for each in inside if not UNPLANNED & set(each.flags)]
    ends = [each.start + timedelta(minutes=each.minutes) for each in planned if each.start]
    here = [each for each in known if each.state in HERE and not UNPLANNED & set(each.flags)]
    starts = [each.start for each in here if each.start]
    if not ends and not starts:
        return 0
    expected = max(ends) if ends else min(starts)
    return max(0, int((free - expected).total_seconds() // 60))


def silent_since(cards: Iterable[Seen], now: datetime) -> datetime | None:
    """When something of this day was entered last, where that is so long ago that the clock alone makes it late: a
    doctor is rarely an hour with one patient, and a desk often forgets to press."""
    entered = max((each.since for each in cards if each.since), default=None)
    return entered if entered and now - entered > SILENT else None


def _done(card: Seen, now: datetime) -> datetime:
    """When a visit that began will be over, if it takes as long as it should."""
    return max(now, (card.since or now) + timedelta(minutes=card.minutes))


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit still to come, at the grain `start`."""

    id: str
    start: int
    need: Need


def shifted(visits: Sequence[Planned], minutes: int, taken: Collection[int] = ()) -> dict[str, int]:
    """New starts, in grains, when a practitioner is so many minutes late: by id, for those whose time changes.

    The first is that much later, each other as much as the one before makes it: gaps take up delay. What is `taken` by
    others (grains) is gone around. Nobody comes earlier, and no two meet; so to move the last first never meets either.
    """
    found: dict[str, int] = {}
    free = None
    for visit in sorted(visits, key=lambda each: (each.start, each.id)):
        lead = visit.need.practitioner(0).start  # buffers before it are negative grains
        start = visit.start + -(-minutes // GRAIN) if free is None else max(visit.start, free - lead)
        while not taken_by(visit.need, start).isdisjoint(taken):
            start += 1
        free = visit.need.practitioner(start).stop
        if start != visit.start:
            found[visit.id] = start
    return found


def taken_by(need: Need, start: int) -> set[int]:
    """The practitioner's grains."""
    return set(need.practitioner(start))
