"""Which immunisations are due, by age and dates alone, from a table that a doctor of the clinic has confirmed. Pure.

No contraindications, no groups of risk, no catch-up: the sentence says so beneath every list.
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from clinnet.rules import dates
from records.rules.vaccine_codes import COUNTS
from records.rules.vaccine_tables import Dose, Series, Table

GRACE = timedelta(days=4)  # CDC's: a dose up to four days early counts
State = Literal["complete", "not yet", "due", "overdue", "too old"]
AGE = re.compile(r"(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)w)?(?:(\d+)d)?")


@dataclass(frozen=True, slots=True)
class Given:
    """A dose that was given, as recorded; entries in error are not handed in. `cvx` has two digits or more."""

    cvx: str
    on: date


@dataclass(frozen=True, slots=True)
class Due:
    """Of one series. `number` is the dose that is next; `early` are days of doses too early to count."""

    series: str
    state: State
    number: int = 0
    product: str = ""
    due_from: date | None = None
    overdue_from: date | None = None
    last: date | None = None
    counted: int = 0
    early: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who has confirmed a clinic's table, and when."""

    by: str
    on: date


class NotConfirmed(Exception):
    """No doctor of the clinic has confirmed the table: nothing is said from it."""


def after(start: date, age: str) -> date:
    """ "6w" or "3y4m" later; a month that has no such day ends on its last."""
    found = AGE.fullmatch(age)
    if not found or not age:
        raise ValueError(f"{age} is no age")
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    year, month = divmod(start.year * 12 + start.month - 1 + years * 12 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day) + timedelta(days=weeks * 7 + days)


def before(day: date, age: str) -> date:
    """Who reaches an age on a day was born then, or in that month: a month that has no such day gives its last."""
    found = AGE.fullmatch(age)
    if not found or not age:
        raise ValueError(f"{age} is no age")
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    day -= timedelta(days=weeks * 7 + days)
    year, month = divmod(day.year * 12 + day.month - 1 - years * 12 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def said(age: str) -> str:
    """ "8 weeks", "3 years 4 months"; at birth where it is none."""
    found = AGE.fullmatch(age)
    parts = zip(found.groups() if found else (), ("year", "month", "week", "day"), strict=False)
    words = (f"{int(number)} {unit}{'s' * (int(number) != 1)}" for number, unit in parts if number and int(number))
    return " ".join(words) or "at birth"


def ages(table: Table) -> list[str]:
    """At which doses of the table fall due, the youngest first."""
    found = {rule.age for series in table.series for rule in series.doses}
    return sorted(found, key=lambda age: after(date(2001, 1, 1), age))


def due(table: Table, born: date, given: Sequence[Given], today: date, confirmed: Confirmation | None) -> list[Due]:
    """Each series in the table's order, influenza last. Raises NotConfirmed."""
    if confirmed is None:
        raise NotConfirmed
    found = [series_due(table, series, born, given, today) for series in table.series]
    if table.influenza_from:
        found.append(_influenza(table, born, given, today))
    return found


def may_be_due(table: Table, born: date, today: date) -> bool:
    """Whether somebody of this age can have anything due, whatever was given."""
    return bool(table.influenza_from) or any(today < after(born, series.last) for series in table.series)


def sentence(table: Table, confirmed: Confirmation, order: dates.DateOrder = "DMY") -> str:
    """Beneath every list of what is due (words 44)."""
    day = dates.show(confirmed.on.isoformat(), order)
    return (
        f"By age and dates alone, from {table.name}, {table.source}, confirmed by {confirmed.by} on {day}. "
        "Illness, pregnancy and late starts are not considered."
    )


def series_due(table: Table, series: Series, born: date, given: Sequence[Given], today: date) -> Due:
    """The next dose that is missing. It is due from the later of its age and the interval after the dose before."""
    events = sorted({(each.on, each.cvx) for each in given if each.cvx in COUNTS[series.counts] and each.on <= today})
    rules = _rules(series, born, [cvx for _, cvx in events])
    counted, early = _counted(rules, born, list(dict.fromkeys(on for on, _ in events)))
    last = events[-1][0] if events else None
    if len(counted) >= len(rules):
        return Due(series.name, "complete", last=last, counted=len(counted), early=tuple(early))
    rule = rules[len(counted)]
    start = max([after(born, rule.age), *_intervals(rule, counted)])
    late = after(start, table.late)
    state: State = "not yet" if today < start else "due" if today < late else "overdue"
    if _too_old(series, born, counted, today, start):
        state = "too old"
    return Due(
        series.name,
        state,
        len(counted) + 1,
        rule.product,
        start,
        late,
        last,
        len(counted),
        tuple(early),
    )


def _rules(series: Series, born: date, given: Sequence[str]) -> list[Dose]:
    rules = series.doses
    if series.other and given and set(given) <= series.other[0]:
        rules = series.other[1]
    return [
        rule
        for rule in rules
        if (rule.born_from is None or born >= rule.born_from) and (rule.born_before is None or born < rule.born_before)
    ]


def _counted(rules: Sequence[Dose], born: date, days: Sequence[date]) -> tuple[list[date], list[date]]:
    """The days whose dose counts, and those that were too early. Beyond the last rule nothing is counted or early."""
    counted: list[date] = []
    early: list[date] = []
    for on in days:
        if len(counted) == len(rules):
            break
        rule = rules[len(counted)]
        first = max([after(born, rule.minimum), *_intervals(rule, counted)])
        (counted if on >= first - GRACE else early).append(on)
    return counted, early


def _intervals(rule: Dose, counted: Sequence[date]) -> list[date]:
    return [after(counted[-1], rule.interval), after(counted[0], rule.from_first)] if counted else []


def _too_old(series: Series, born: date, counted: Sequence[date], today: date, start: date) -> bool:
    last = after(born, series.last)
    not_begun = bool(series.begun_by) and not counted and today >= after(born, series.begun_by)
    return not_begun or today >= last or start >= last


def _influenza(table: Table, born: date, given: Sequence[Given], today: date) -> Due:
    """Once in a season of the clinic, from an age; outside of the season nothing is due."""
    first, final = table.season
    year = today.year if today.month >= first or first <= final else today.year - 1
    opens = date(year, first, 1)
    closes = after(date(year if first <= final else year + 1, final, 1), "1m")
    days = sorted(each.on for each in given if each.cvx in COUNTS["88"] and each.on <= today)
    start = max(opens, after(born, table.influenza_from))
    last = days[-1] if days else None
    if last and last >= opens:
        return Due("Influenza", "complete", last=last, counted=len(days))
    state: State = "due" if start <= today < closes else "not yet"
    if today >= closes:
        start = max(date(opens.year + 1, first, 1), after(born, table.influenza_from))
    return Due("Influenza", state, 1, "", start, None, last, len(days))
