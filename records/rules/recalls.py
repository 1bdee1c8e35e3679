"""When somebody is asked back: "3m hba1c" is in three months, for HbA1c. Pure."""

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta

HOW: Mapping[str, str] = {"phone": "call", "letter": "write"}
ENDS: Mapping[str, str] = {"booked": "Booked", "done": "Done", "declined": "Does not want to", "stopped": "Stopped"}
CHOSEN = ("booked", "done", "declined")  # what a person says; "stopped" is a death's
IN = re.compile(r"(\d{1,3})\s?(d|w|m|y)(?=\s|$)", re.IGNORECASE)
LONGEST = 10 * 366


def taken_apart(text: str, today: date) -> tuple[str, str]:
    """The ISO date and what it is for; an empty date where none is said or it is further off than ten years."""
    found = IN.match(text.strip())
    if found is None:
        return "", text.strip()
    due = after(today, int(found[1]), found[2].lower())
    return (due.isoformat() if due else ""), text.strip()[found.end() :].strip()


def after(day: date, count: int, unit: str) -> date | None:
    """In so many days, weeks, months or years; of the 31st the last day of a shorter month."""
    if count * {"d": 1, "w": 7, "m": 31, "y": 366}[unit] > LONGEST:
        return None
    if unit in "dw":
        return day + timedelta(days=count * (7 if unit == "w" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
