"""What numbers and month names can mean as a date, in the orders that people write them."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from clinnet.rules.dates import DateOrder
from patients.rules.names import fold

LONGEST = 40
# English, Spanish, French, German, Portuguese, Italian. Three letters or more that begin one month's names
# only are enough; shorter words that begin two stand here in full.
_MONTHS = (
    "january enero janvier januar janner janeiro gennaio",
    "february febrero fevrier februar feber fevereiro febbraio",
    "march marzo mars marz maerz marco mrz",
    "april abril avril aprile",
    "may mayo mai maio maggio",
    "june junio juin juni junho giugno",
    "july julio juillet juli julho luglio",
    "august agosto aout",
    "september septiembre setiembre septembre setembro settembre",
    "october octubre octobre oktober outubro ottobre",
    "november noviembre novembre novembro",
    "december diciembre decembre dezember dezembro dicembre",
)
MONTHS = {name: number for number, row in enumerate(_MONTHS, start=1) for name in row.split()}
_FILLERS = frozenset(("de", "del", "di", "of", "the", "st", "nd", "rd", "th", "er", "le", "el", "年", "月", "日"))


class Reading(NamedTuple):
    """One meaning of a written date. The day and the month may be missing, or impossible."""

    day: int | None
    month: int | None
    year: int
    two_digits: bool  # of the year, which leaves the century open

    @property
    def possible(self) -> bool:
        return 1 <= (self.month or 1) <= 12 and 1 <= (self.day or 1) <= 31 and 0 not in (self.month, self.day)


def readings(text: str, order: DateOrder) -> list[Reading]:
    """The likeliest first. Another order than the clinic's only where the clinic's own is impossible."""
    tokens = _tokens(text)
    named = [token for token in tokens if isinstance(token, int)]
    numbers = [token for token in tokens if isinstance(token, str)]
    if len(named) == 1:
        return list(_with_month_name(named[0], tokens.index(named[0]), numbers))
    if named:
        return []
    match len(numbers):
        case 1:
            return list(_one_number(numbers[0], order))
        case 2:
            return list(_month_and_year(*numbers))
        case 3:
            return list(_three_numbers((numbers[0], numbers[1], numbers[2]), order))
    return []


def _tokens(text: str) -> list[int | str]:
    """Numbers as they are written, named months as integers; nothing when there are other words."""
    if len(text) > LONGEST:
        return []
    found: list[int | str] = []
    for piece in re.findall(r"\d+|[^\W\d_]+", fold(text)):
        month = month_named(piece)
        if piece.isdecimal():
            found.append(piece)
        elif month:
            found.append(month)
        elif piece not in _FILLERS:
            return []
    return found


def month_named(word: str) -> int | None:
    begun = {number for name, number in MONTHS.items() if len(word) >= 3 and name.startswith(word)}
    return MONTHS.get(word) or (begun.pop() if len(begun) == 1 else None)


def _is_year(number: str, *, surely: bool = False) -> bool:
    """Two digits may be a day or a month as well, unless they are more than 31."""
    return len(number) == 4 or (len(number) == 2 and (int(number) > 31 or not surely))


def _with_month_name(month: int, place: int, numbers: list[str]) -> Iterator[Reading]:
    if len(numbers) == 1 and _is_year(numbers[0], surely=True):
        yield _reading(None, month, numbers[0])
    if len(numbers) == 2:
        day, year = numbers
        if place < 2 and _is_year(day, surely=True):
            day, year = year, day
        if len(day) <= 2 and _is_year(year):
            yield _reading(day, month, year)


def _one_number(number: str, order: DateOrder) -> Iterator[Reading]:
    if len(number) == 4:
        yield _reading(None, None, number)
    if len(number) in (6, 8):
        written = _three_numbers((number[:2], number[2:4], number[4:]), order)
        year_first = _three_numbers((number[:-4], number[-4:-2], number[-2:]), "YMD")
        yield from (reading for reading in (*written, *year_first) if reading.possible)
    if len(number) == 6 and number[:2] in ("19", "20") and 1 <= int(number[4:]) <= 12:
        yield _reading(None, number[4:], number[:4])


def _month_and_year(first: str, last: str) -> Iterator[Reading]:
    month, year = (last, first) if len(first) == 4 else (first, last)
    if len(month) <= 2 and _is_year(year, surely=True):
        yield _reading(None, month, year)


def _three_numbers(numbers: tuple[str, str, str], order: DateOrder | Literal["YMD"]) -> Iterator[Reading]:
    first, second, third = numbers
    day_first, month_first = (first, second, third), (second, first, third)
    year_first, year_day = (third, second, first), (second, third, first)
    orders = {
        "DMY": (day_first, month_first, year_first),
        "MDY": (month_first, day_first, year_first),
        "YMD": (year_first, year_day),
    }["YMD" if len(first) == 4 else order]
    fitting = [each for each in orders if len(each[0]) <= 2 and len(each[1]) <= 2 and _is_year(each[2])]
    meant = [_reading(*each) for each in fitting]
    yield from ([reading for reading in meant if reading.possible] or meant)[:1]


def _reading(day: str | None, month: str | int | None, year: str) -> Reading:
    return Reading(
        int(day) if day is not None else None,
        int(month) if month is not None else None,
        int(year),
        two_digits=len(year) == 2,
    )
