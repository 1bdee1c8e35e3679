"""The clinic's wall clock and UTC. Pure.

The policy for the two odd hours of a year, everywhere in Clinnet:

- A reading that the clock skips is moved forward by as much as the clock was: 01:30 in London's spring gap is 02:30.
- A reading that the clock shows twice means the first time. The second one can be booked too, by its moment: free
  times are moments, so a list of them shows both.
- A day is [UTC start, UTC end): from its first midnight to that of the next; where midnight is skipped, from the first
  moment after the gap. Days follow each other without gap or overlap. A day that a country left out is empty.
- What recurs keeps its reading on the wall, each visit resolved by itself: one visit moved by a gap moves no other.

A moment is an aware datetime in UTC, a reading a naive one. `zone` is an IANA name.
"""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

GRAIN = 5  # minutes: what the table can hold apart
GRAINS_OF_AN_HOUR = 12
EARLY = timedelta(hours=2)  # before a visit: so long a patient sits there on the evening before
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Reading(StrEnum):
    PLAIN = "plain"
    SKIPPED = "skipped"
    TWICE = "twice"


def reading(wall: datetime, zone: str) -> Reading:
    """Whether the clock shows this once, never or twice."""
    before, after = _offsets(wall, zone)
    if before == after:
        return Reading.PLAIN
    return Reading.TWICE if before > after else Reading.SKIPPED


def to_utc(wall: datetime, zone: str, *, second: bool = False) -> datetime:
    """The moment of a reading, by the policy above; `second` is the later of two. Raises ValueError if aware."""
    if wall.tzinfo is not None:
        raise ValueError("a reading of the wall clock has no zone of its own")
    before, after = _offsets(wall, zone)
    # By PEP 495 the offset before a gap gives the moment that the moved clock shows later by the gap's length.
    offset = after if second and before > after else before
    return (wall - offset).replace(tzinfo=UTC)


def to_wall(moment: datetime, zone: str) -> datetime:
    """What the clinic's clock shows at a moment. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment has a zone")
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


@lru_cache(4096)  # a month of opening hours, which most of a clinic share
def at(day: date, clock: str, zone: str) -> datetime:
    """The moment of "10:30" on a day; "24:00" is the day's end."""
    minutes = minutes_of(clock)
    if minutes == 24 * 60:
        return day_bounds(day, zone)[1]
    return to_utc(datetime.combine(day, time()) + timedelta(minutes=minutes), zone)


def minutes_of(clock: str) -> int:
    """ "10:30" → 630. Raises ValueError."""
    hours, _, minutes = clock.partition(":")
    if not (len(hours) == len(minutes) == 2 and clock.replace(":", "", 1).isdecimal()):
        raise ValueError("a time is written as 10:30")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > 24 * 60:
        raise ValueError("there is no such time")
    return total


def clock_of(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@cache
def _day_start(day: date, zone: str) -> datetime:
    midnight = datetime.combine(day, time())
    if reading(midnight, zone) is not Reading.SKIPPED:
        return to_utc(midnight, zone)
    # The gap's own moment: the offsets on its two sides give the earliest and the latest that it can be.
    before, after = _offsets(midnight, zone)
    early, late = (midnight - after).replace(tzinfo=UTC), (midnight - before).replace(tzinfo=UTC)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        early, late = (middle, late) if to_wall(middle, zone) < midnight else (early, middle)
    return late if to_wall(early, zone) < midnight else early


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """The day as [UTC start, UTC end): 23, 23.5, 24, 24.5 or 25 hours, and none where it was left out."""
    return _day_start(day, zone), _day_start(day + timedelta(days=1), zone)


def day_of(moment: datetime, zone: str) -> date:
    """The clinic's day in which a moment falls."""
    shown = to_wall(moment, zone).date()
    for day in (shown, shown + timedelta(days=1), shown - timedelta(days=1)):
        start, end = day_bounds(day, zone)
        if start <= moment < end:
            return day
    raise AssertionError("days follow each other without a gap")  # pragma: no cover


def has_come(day: str, start: datetime | None, now: datetime, today: str) -> bool:
    """Whether somebody can be here for it: on its day (ISO, as `today`), and at 23:50 for ten past midnight."""
    return day <= today or (start is not None and start - now <= EARLY)


def grains_of(day: date, zone: str, grain: int) -> Iterator[tuple[datetime, datetime]]:
    """Each (reading, moment) of a day at which a visit can begin: the clock shows a multiple of `grain` minutes."""
    moment, end = day_bounds(day, zone)
    moment += (EPOCH - moment) % timedelta(minutes=GRAIN)
    while moment < end:
        wall = to_wall(moment, zone)
        if not (wall.minute + wall.hour * 60) % grain and not wall.second:
            yield wall, moment
        moment += timedelta(minutes=GRAIN)


def number(moment: datetime) -> int:
    """The grain in which a moment falls, counted since 1970: the unit of all that is busy or free."""
    return int((moment - EPOCH).total_seconds()) // (GRAIN * 60)


def moment_of(grain: int) -> datetime:
    """When a grain begins."""
    return EPOCH + timedelta(minutes=GRAIN * grain)


@lru_cache(16_384)  # a month of a clinic's free times, looked at for each of those who lose theirs
def wall_of(grain: int, zone: str) -> datetime:
    """What the clinic's clock shows when a grain begins."""
    return to_wall(moment_of(grain), zone)


def on_grain(moment: datetime) -> bool:
    return moment_of(number(moment)) == moment


def weekly(first: date, *, weekdays: frozenset[int], every: int = 1) -> Iterator[date]:
    """The days of a series from `first` on: `weekdays` (Monday 0) of each `every`th week, without end."""
    if every < 1 or not weekdays or not weekdays <= frozenset(range(7)):
        raise ValueError("a series needs a weekday, and a number of weeks from 1 upwards")
    monday = first - timedelta(days=first.weekday())
    while True:
        for weekday in sorted(weekdays):
            day = monday + timedelta(days=weekday)
            if day >= first:
                yield day
        monday += timedelta(weeks=every)


def monthly(first: date, *, every: int = 1, by_weekday: bool = False) -> Iterator[date]:
    """The days of a series from `first` on in each `every`th month, without end.

    The same day of the month, or its last where it has none such (31 January, 28 February); `by_weekday` the same
    weekday ("first Monday"; a fifth one is the last of its month).
    """
    if every < 1:
        raise ValueError("a series needs a number of months from 1 upwards")
    nth, month = (first.day - 1) // 7, first.year * 12 + first.month - 1
    while True:
        begins = date(month // 12, month % 12 + 1, 1)
        length = calendar.monthrange(begins.year, begins.month)[1]
        if by_weekday:
            day = 1 + (first.weekday() - begins.weekday()) % 7 + 7 * nth
            yield begins.replace(day=day if day <= length else day - 7)
        else:
            yield begins.replace(day=min(first.day, length))
        month += every


def _offsets(wall: datetime, zone: str) -> tuple[timedelta, timedelta]:
    """UTC offsets of a reading as seen from before and from after a transition."""
    there = wall.replace(tzinfo=ZoneInfo(zone))
    before, after = there.replace(fold=0).utcoffset(), there.replace(fold=1).utcoffset()
    if before is None or after is None:  # pragma: no cover  ZoneInfo always knows
        raise ValueError("a zone without an offset")
    return before, after
