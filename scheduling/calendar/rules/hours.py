"""When a practitioner works: a weekly pattern, what departs from it, and times kept back for some. Pure.

Clock times are readings of the clinic's wall clock as "08:30", days ISO dates, both ends of a stretch of days included.
Precedence on a day: the weekly sessions without their breaks, less leave and clinic holidays, plus extra sessions. A
leave closes nothing where a locum was entered after it: somebody sits there. Entered after the locum, it closes the
column.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Self

from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.walltime import minutes_of

KeptFor = Literal["", "urgent", "new"]
Kind = Literal["leave", "holiday", "extra", "locum"]
LAST_WEEKDAY = 6
FOREVER = "9999-12-31"


MOST_OTHER_DAYS = 400  # longer is new hours, or somebody who left


class BadHours(ValueError):
    """A sentence about hours that cannot be. `field` names what is wrong about them, where that is one thing."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Session:
    """Work on one weekday (Monday 0), perhaps only in a stretch of days, with breaks inside it."""

    weekday: int
    start: str
    end: str
    breaks: tuple[tuple[str, str], ...] = ()
    valid_from: str = ""
    valid_until: str = ""

    def is_on(self, day: date) -> bool:
        until = self.valid_until or FOREVER
        return self.weekday == day.weekday() and self.valid_from <= day.isoformat() <= until


@dataclass(frozen=True, slots=True)
class Kept:
    """A stretch of a weekday for urgent or new patients, open to all from `opens_at`, `opens_days` days before."""

    weekday: int
    start: str
    end: str
    kept_for: KeptFor
    opens_at: str = "00:00"
    opens_days: int = 0


@dataclass(frozen=True, slots=True)
class OtherDays:
    """One or many days that are otherwise: of one practitioner (`who`), or of the whole clinic (empty).

    `start` and `end` bound it on each of its days; without them it is whole days. A locum changes who sits there, with
    `start` and `end` when, too: `reason` is the name, `locum` the person's id where it is one of the staff.
    """

    kind: Kind
    first: str
    last: str
    who: str = ""
    start: str = ""
    end: str = ""
    reason: str = ""
    id: str = ""
    locum: str = ""

    @property
    def entered(self) -> tuple[bool, str]:
        """In order of entry: ids sort by time, and what is not saved yet is the newest."""
        return not self.id, self.id

    def is_on(self, day: date, who: str) -> bool:
        return self.who in ("", who) and self.first <= day.isoformat() <= self.last


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of one practitioner's hours. `exceptions` may hold others' too."""

    who: str
    sessions: tuple[Session, ...] = ()
    kept: tuple[Kept, ...] = ()
    exceptions: tuple[OtherDays, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """Open time in grains since 1970, [start, end); `kept` says for whom alone."""

    start: int
    end: int
    kept: KeptFor = ""


@dataclass(frozen=True, slots=True)
class Grains:
    """A set of grains as the bits of one number, counted from `origin`: hours become arithmetic."""

    origin: int
    bits: int = 0

    @classmethod
    def of(cls, grains: Iterable[int], origin: int) -> Self:
        bits = 0
        for grain in grains:
            if grain >= origin:
                bits |= 1 << (grain - origin)
        return cls(origin, bits)

    def bits_from(self, origin: int) -> int:
        """The same counted from another origin; what is before that is left out."""
        return self.bits >> (origin - self.origin) if origin >= self.origin else self.bits << (self.origin - origin)

    def span(self, start: int, end: int) -> int:
        """The bits of [start, end); none where it ends before it starts, as a gap of the clock may make it."""
        low, high = max(start - self.origin, 0), max(end - self.origin, 0)
        return ((1 << (high - low)) - 1) << low if high > low else 0

    def stretches(self, bits: int) -> Iterator[tuple[int, int]]:
        """Runs of set bits as [start, end)."""
        at = 0
        while bits:
            low = (bits & -bits).bit_length() - 1
            bits >>= low
            length = (~bits & (bits + 1)).bit_length() - 1
            yield self.origin + at + low, self.origin + at + low + length
            bits >>= length
            at += low + length


def openings(day: date, plan: Plan, *, zone: str, now: datetime) -> list[Opening]:
    """The open stretches of a practitioner's day, in order. What is kept at `now` is a stretch of its own."""
    grains = Grains(walltime.number(walltime.day_bounds(day, zone)[0]))
    free = _worked(day, plan, zone, grains)
    found: list[Opening] = []
    for kept in plan.kept:
        if kept.weekday == day.weekday() and now < _opens(day, kept, zone):
            bits = free & _bits(day, kept.start, kept.end, zone, grains)
            found += [Opening(start, end, kept.kept_for) for start, end in grains.stretches(bits)]
            free &= ~bits
    found += [Opening(start, end) for start, end in grains.stretches(free)]
    return sorted(found, key=lambda each: each.start)


def _worked(day: date, plan: Plan, zone: str, grains: Grains) -> int:
    bits = 0
    sitting = [each for each in plan.exceptions if each.kind == "locum" and each.start and each.is_on(day, plan.who)]
    for each in sitting:  # a locum's own hours stand in place of the week's
        bits |= _bits(day, each.start, each.end, zone, grains)
    for session in plan.sessions:
        if session.is_on(day) and not sitting:
            bits |= _bits(day, session.start, session.end, zone, grains)
            for start, end in session.breaks:
                bits &= ~_bits(day, start, end, zone, grains)
    for each in absences(day, plan):
        bits &= ~_bits(day, each.start, each.end, zone, grains)
    for each in plan.exceptions:
        if each.kind == "extra" and each.is_on(day, plan.who):
            bits |= _bits(day, each.start, each.end, zone, grains)
    return bits


def _bits(day: date, start: str, end: str, zone: str, grains: Grains) -> int:
    first, last = walltime.at(day, start or "00:00", zone), walltime.at(day, end or "24:00", zone)
    return grains.span(walltime.number(first), walltime.number(last))


def _opens(day: date, kept: Kept, zone: str) -> datetime:
    return walltime.at(day - timedelta(days=kept.opens_days), kept.opens_at, zone)


def absences(day: date, plan: Plan) -> list[OtherDays]:
    """The leaves and holidays that close something on a day, by when they begin: those of the whole day first."""
    today = [each for each in plan.exceptions if each.is_on(day, plan.who)]
    sits = max((each.entered for each in today if each.kind == "locum"), default=(False, ""))
    found = [each for each in today if each.kind == "holiday" or (each.kind == "leave" and each.entered > sits)]
    return sorted(found, key=lambda each: each.start)


def closed_for(day: date, plan: Plan) -> OtherDays | None:
    """The leave or holiday that takes the whole day, to say why nothing is open."""
    return next((each for each in absences(day, plan) if not each.start), None)


def locum(day: date, plan: Plan) -> str:
    """Who sits in the practitioner's column that day instead, or empty."""
    found = [each for each in plan.exceptions if each.kind == "locum" and each.is_on(day, plan.who)]
    said = [f"{each.reason} {each.start}–{each.end}" if each.start else each.reason for each in found]
    return ", ".join(dict.fromkeys(said))


def sits_in(day: date, person: str, others: Iterable[OtherDays]) -> frozenset[str]:
    """Whose columns one of the staff sits in that day as a locum."""
    return frozenset(
        each.who for each in others if each.kind == "locum" and each.locum == person and each.is_on(day, each.who)
    )


def check(sessions: Sequence[Session], kept: Sequence[Kept] = ()) -> None:
    """Raises BadHours with a sentence for hours that cannot be, or that stand in each other's way."""
    for session in sessions:
        _check_stretch(session.weekday, session.start, session.end)
        if session.valid_until and session.valid_from > session.valid_until:
            raise BadHours("These hours end before they begin to be valid.", "valid_until")
        for start, end in session.breaks:
            _check_stretch(session.weekday, start, end, "breaks")
            if start < session.start or end > session.end:
                raise BadHours(f"The break {start}–{end} is not inside {session.start}–{session.end}.", "breaks")
    for one, other in overlapping(sessions):
        raise BadHours(f"{one.start}–{one.end} and {other.start}–{other.end} overlap on one weekday.")
    for each in kept:
        _check_stretch(each.weekday, each.start, each.end)
        _check_stretch(each.weekday, "00:00", "24:00" if each.opens_at == "00:00" else each.opens_at, "opens_at")
        if each.opens_days < 0:
            raise BadHours("Kept times open before the day, not after it.", "opens_days")


def overlapping(sessions: Sequence[Session]) -> Iterator[tuple[Session, Session]]:
    """Pairs that would both be on one day at one time."""
    for number, one in enumerate(sessions):
        yield from ((one, other) for other in sessions[number + 1 :] if _overlap(one, other))


def check_other_days(each: OtherDays) -> None:
    """Raises BadHours."""
    first, last = _day(each.first, "first"), _day(each.last, "last")
    if last < first:
        raise BadHours("The last day is before the first.", "last")
    if (last - first).days >= MOST_OTHER_DAYS:
        raise BadHours(f"That is more than {MOST_OTHER_DAYS} days. Change the weekly hours instead.", "last")
    if bool(each.start) != bool(each.end):
        raise BadHours("Say both when it begins and when it ends, or neither.", "end" if each.start else "start")
    if each.start:
        check_stretch(each.start, each.end)
    if each.kind == "extra" and not each.who:
        raise BadHours("Say whose extra session it is.", "who")
    if each.kind == "extra" and not each.start:
        raise BadHours("Say when the extra session begins and ends.", "start")
    if each.kind == "locum" and not each.who:
        raise BadHours("Say whose column it is.", "who")
    if each.kind == "locum" and not each.reason:
        raise BadHours("Say who sits in the column.", "reason")


def check_stretch(start: str, end: str) -> None:
    """Raises BadHours for what is no part of a day."""
    _check_stretch(0, start, end)


def _check_stretch(weekday: int, start: str, end: str, field: str = "") -> None:
    try:
        first, last = minutes_of(start), minutes_of(end)
    except ValueError:
        raise BadHours("Times are written as 08:30.", field or "start") from None
    if not 0 <= weekday <= LAST_WEEKDAY:
        raise BadHours("There are seven weekdays.", field)
    if last <= first:
        raise BadHours(f"{start}–{end} ends before it starts.", field or "end")
    for minutes, name in ((first, "start"), (last, "end")):
        if minutes % walltime.GRAIN:
            raise BadHours("Hours are kept to five minutes.", field or name)


def _overlap(one: Session, other: Session) -> bool:
    days = one.valid_from <= (other.valid_until or FOREVER) and other.valid_from <= (one.valid_until or FOREVER)
    return one.weekday == other.weekday and days and one.start < other.end and other.start < one.end


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadHours("That is not a date.", field) from None
