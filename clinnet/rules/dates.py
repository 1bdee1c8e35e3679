"""Dates as people read them. Dates are ISO, or partial: "1985-03", "1985". Pure."""

import re
from typing import Literal

DateOrder = Literal["DMY", "MDY"]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_ISO = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?", re.ASCII)


def show(iso: str, order: DateOrder = "DMY") -> str:
    """With the month's name, so that no reader can swap it with the day: "14 Mar 1985", "Mar 14, 1985".

    Text that is no date stays as it is.
    """
    if not is_date(iso):
        return iso
    year, *rest = [int(part) for part in iso.split("-")]
    if len(rest) == 2:
        return written(rest[1], rest[0], year, order)
    return " ".join([*(MONTHS[month - 1] for month in rest), iso[:4]])


def written(day: int, month: int, year: int, order: DateOrder) -> str:
    """A day that need not exist: a refusal repeats "30 Feb 1985"."""
    name = MONTHS[month - 1]
    return f"{name} {day}, {year:04}" if order == "MDY" else f"{day} {name} {year:04}"


def is_date(text: str) -> bool:
    """Whether it is an ISO date or partial date; an import may hold anything."""
    return bool(_ISO.fullmatch(text))
