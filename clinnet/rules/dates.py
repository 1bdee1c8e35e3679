"""Dates as people read them. Dates are ISO, or partial: "1985-03", "1985". Pure."""

import re
from datetime import datetime
from typing import Literal

# Of a stamp that a file gave: nobody said when at all; or only the day, its month or its year, which the milliseconds
# after its noon tell. 10 is the length of an ISO date.
UNKNOWN = "1850-01-01T00:00:00.000Z"
NOT_KNOWN = "date not known"
SAID = {1: 10, 2: 7, 3: 4}

DateOrder = Literal["DMY", "MDY"]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_ISO = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?", re.ASCII)


def show(iso: str, order: DateOrder = "DMY") -> str:
    """With the month's name, so that no reader can swap it with the day: "14 Mar 1985", "Mar 14, 1985".

    Text that is no date stays as it is.
    """
    if not is_date(iso):
        return iso
    if len(iso) == SAID[1]:
        return written(int(iso[8:]), int(iso[5:7]), int(iso[:4]), order)
    return f"{MONTHS[int(iso[5:]) - 1]} {iso[:4]}" if iso[4:] else iso


def written(day: int, month: int, year: int, order: DateOrder) -> str:
    """A day that need not exist: a refusal repeats "30 Feb 1985"."""
    name = MONTHS[month - 1]
    return f"{name} {day}, {year:04}" if order == "MDY" else f"{day} {name} {year:04}"


def stamp_mark(iso: str) -> int:
    """The milliseconds by which a stamp says how much of its date was said."""
    return next(mark for mark, length in SAID.items() if length == len(iso))


def said(at: datetime) -> str:
    """Of a reading of the clinic's clock the date or partial date that was said without a time; else empty."""
    mark, rest = divmod(at.microsecond, 1000)
    if rest or (at.hour, at.minute, at.second) != (12, 0, 0):
        return ""
    return at.date().isoformat()[: SAID.get(mark, 0)]


def is_date(text: str) -> bool:
    """Whether it is an ISO date or partial date; an import may hold anything."""
    return bool(_ISO.fullmatch(text))
