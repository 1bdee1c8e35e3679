"""The sums of a month or a year, of the days that were counted."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from clinnet import clock
from clinnet.table import Row, Scope, side_by_side
from scheduling.calendar.queries.setup import setup
from scheduling.reports.services import OPEN, counted


@dataclass(slots=True)
class Sum:
    """Visits by what became of them; minutes booked (of those not cancelled) and offered; new patients."""

    seen: int = 0
    missed: int = 0
    cancelled: int = 0
    open: int = 0
    booked: int = 0
    offered: int = 0
    joined: int = 0
    waits: Counter[int] = field(default_factory=Counter)  # until the doctor, by class of minutes
    rooms: Counter[int] = field(default_factory=Counter)  # until a room

    def add(self, kind: str, number: int, minutes: int) -> None:
        setattr(self, kind, getattr(self, kind) + number)
        if kind != "cancelled":
            self.booked += minutes

    @property
    def visits(self) -> int:
        """Those that were booked at the end."""
        return self.seen + self.missed + self.open


@dataclass(slots=True)
class Month:
    """`missing` are days that are over and were not counted; days are ISO, of a year its months, the others ids."""

    total: Sum = field(default_factory=Sum)
    days: dict[str, Sum] = field(default_factory=dict)
    types: dict[str, Sum] = field(default_factory=lambda: defaultdict(Sum))
    people: dict[str, Sum] = field(default_factory=lambda: defaultdict(Sum))
    hours: dict[int, Sum] = field(default_factory=lambda: defaultdict(Sum))  # of arrival: waits alone
    missing: list[date] = field(default_factory=list)
    until: str = ""  # the last day that is in it
    chart: list[Sum] = field(default_factory=list)  # of a year: its twelve months


def month(scope: Scope, first: date) -> Month:
    """One range of at most 31 items, whatever the clinic's size; `first` is the first day."""
    rows, found = counted(scope, f"{first:%Y-%m}"), Month()
    for day, row in sorted(rows.items()):
        _add(found, day, row)
    today = clock.today(setup(scope).clinic.time_zone)
    over = [first + timedelta(days=number) for number in range(31)]
    found.missing = [
        each for each in over if each.month == first.month and each < today and each.isoformat() not in rows
    ]
    return found


def year(scope: Scope, number: int) -> Month:
    """Its months in `days` (2026-11): twelve ranges, side by side. Days before the first that was counted are not
    missing: the clinic was not there, or kept its visits elsewhere.
    """
    asks = [partial(counted, scope, f"{number}-{month:02}") for month in range(1, 13)]
    rows, found = {day: row for each in side_by_side(*asks) for day, row in each.items()}, Month()
    for day, row in sorted(rows.items()):
        _add(found, day, row, day[:7])
    found.chart = [found.days.get(f"{number}-{month:02}", Sum()) for month in range(1, 13)]
    last = min(clock.today(setup(scope).clinic.time_zone), date(number + 1, 1, 1))
    first = date.fromisoformat(min(rows, default=last.isoformat()))
    over = [first + timedelta(days=each) for each in range((last - first).days)]
    found.missing = [each for each in over if each.isoformat() not in rows]
    return found


def _add(found: Month, day: str, row: Row, name: str = "") -> None:
    """`name` is that of its sum in `days`: its own, without it."""
    line = json.loads(row["line"])
    own = found.days.setdefault(name or day, Sum())
    for who, what, kind, number, minutes in line["v"]:
        for each in (own, found.types[what], found.people[who], found.total):
            each.add(kind if kind != OPEN else "open", number, minutes)
    for who, minutes in line["o"].items():
        for each in (own, found.people[who], found.total):
            each.offered += minutes
    for who, hour, start, number in line.get("w", ()):  # days that were counted before have none
        for each in (own, found.people[who], found.hours[hour], found.total):
            each.waits[start] += number
    for start, number in line.get("r", ()):
        found.total.rooms[start] += number
    for each in (own, found.total):
        each.joined += line["j"]
    found.until = day
