"""The periods of reports: a day, a month, a quarter, a year, or from one day to another, each with a name that stands
in its address."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

DAY, MONTH, QUARTER, YEAR, OTHER = "Day", "Month", "Quarter", "Year", "From – to"
NAMES = {
    DAY: re.compile(r"\d{4}-\d\d-\d\d"),
    MONTH: re.compile(r"\d{4}-\d\d"),
    QUARTER: re.compile(r"\d{4}-Q[1-4]"),
    YEAR: re.compile(r"\d{4}"),
}
LENGTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}  # in months
TO = "--"  # between the two days of a period's name, as ISO 8601 has it where there is no slash
MOST = timedelta(days=366 * 2)  # from one day to another


@dataclass(frozen=True, slots=True)
class Period:
    kind: str
    first: date
    last: date

    @property
    def name(self) -> str:
        return between(self.first, self.last) if self.kind == OTHER else name(self.kind, self.first)

    @property
    def months(self) -> tuple[str, ...]:
        """Those that are in it from their first day to their last, as 2026-11."""
        found, at = [], self.first if self.first.day == 1 else _month(self.first, 1)
        while (following := _month(at, 1)) - timedelta(days=1) <= self.last:
            found.append(f"{at:%Y-%m}")
            at = following
        return tuple(found)

    @property
    def days(self) -> tuple[str, ...]:
        """Those of no such month: sixty at most."""
        whole, count = set(self.months), (self.last - self.first).days + 1
        days = [(self.first + timedelta(days=ahead)).isoformat() for ahead in range(count)]
        return tuple(each for each in days if each[:7] not in whole)

    @property
    def before(self) -> str:
        last = self.first - timedelta(days=1)
        return between(last - (self.last - self.first), last) if self.kind == OTHER else name(self.kind, last)

    @property
    def after(self) -> str:
        first = self.last + timedelta(days=1)
        return between(first, first + (self.last - self.first)) if self.kind == OTHER else name(self.kind, first)


def period(text: str) -> Period:
    """ "2026-11-28", "2026-11", "2026-Q4", "2026", "2026-11-03--2026-11-17". Raises ValueError for what is none."""
    if TO in text:
        return _other(*text.split(TO, 1))
    kind = next((each for each, form in NAMES.items() if form.fullmatch(text)), "")
    if not kind:
        raise ValueError(text)
    if kind == DAY:
        day = date.fromisoformat(text)
        return Period(kind, day, day)
    month = {MONTH: text[5:], QUARTER: f"{3 * int(text[-1:]) - 2:02}", YEAR: "01"}[kind]
    first = date.fromisoformat(f"{text[:4]}-{month}-01")
    return Period(kind, first, _month(first, LENGTHS[kind]) - timedelta(days=1))


def _other(first: str, last: str) -> Period:
    found = [period(each) for each in (first, last)]
    if {each.kind for each in found} != {DAY} or not timedelta() <= found[1].first - found[0].first <= MOST:
        raise ValueError(first, last)
    return Period(OTHER, found[0].first, found[1].last)


def between(first: date, last: date) -> str:
    return f"{first.isoformat()}{TO}{last.isoformat()}"


def name(kind: str, day: date) -> str:
    """Of the period of that kind that `day` is in."""
    quarter = f"{day:%Y}-Q{(day.month + 2) // 3}"
    return {DAY: day.isoformat(), MONTH: f"{day:%Y-%m}", QUARTER: quarter, YEAR: f"{day:%Y}"}[kind]


def _month(first: date, ahead: int) -> date:
    """The first day of the month so many months after that of `first`."""
    years, month = divmod(first.month - 1 + ahead, 12)
    return date(first.year + years, month + 1, 1)
