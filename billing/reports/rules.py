"""The periods of reports: a day, a month, a quarter, a year, each with a name that stands in its address."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

DAY, MONTH, QUARTER, YEAR = "Day", "Month", "Quarter", "Year"
NAMES = {
    DAY: re.compile(r"\d{4}-\d\d-\d\d"),
    MONTH: re.compile(r"\d{4}-\d\d"),
    QUARTER: re.compile(r"\d{4}-Q[1-4]"),
    YEAR: re.compile(r"\d{4}"),
}
LENGTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}  # in months


@dataclass(frozen=True, slots=True)
class Period:
    kind: str
    first: date
    last: date

    @property
    def name(self) -> str:
        return name(self.kind, self.first)

    @property
    def months(self) -> tuple[str, ...]:
        """As 2026-11. Of a day none: it has sums of its own."""
        return tuple(f"{_month(self.first, ahead):%Y-%m}" for ahead in range(LENGTHS.get(self.kind, 0)))

    @property
    def before(self) -> str:
        return name(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> str:
        return name(self.kind, self.last + timedelta(days=1))


def period(text: str) -> Period:
    """ "2026-11-28", "2026-11", "2026-Q4", "2026". Raises ValueError for what is none."""
    kind = next((each for each, form in NAMES.items() if form.fullmatch(text)), "")
    if not kind:
        raise ValueError(text)
    if kind == DAY:
        day = date.fromisoformat(text)
        return Period(kind, day, day)
    month = {MONTH: text[5:], QUARTER: f"{3 * int(text[-1:]) - 2:02}", YEAR: "01"}[kind]
    first = date.fromisoformat(f"{text[:4]}-{month}-01")
    return Period(kind, first, _month(first, LENGTHS[kind]) - timedelta(days=1))


def name(kind: str, day: date) -> str:
    """Of the period of that kind that `day` is in."""
    quarter = f"{day:%Y}-Q{(day.month + 2) // 3}"
    return {DAY: day.isoformat(), MONTH: f"{day:%Y-%m}", QUARTER: quarter, YEAR: f"{day:%Y}"}[kind]


def _month(first: date, ahead: int) -> date:
    """The first day of a month so many months on."""
    years, month = divmod(first.month - 1 + ahead, 12)
    return date(first.year + years, month + 1, 1)
