"""Times and people as the schedule's sentences say them."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from clinnet import clock as clocks
from clinnet import formats
from clinnet.accounts.models import Clinic, Staff
from scheduling.calendar.rules import walltime

HALF_A_YEAR = timedelta(days=183)


def clock(moment: datetime, clinic: Clinic) -> str:
    """ "10:30", or "10:30 am" where the clinic writes it so."""
    return formats.time(walltime.to_wall(moment, clinic.time_zone), clinic)


def hour(hour: int, clinic: Clinic) -> str:
    """ "09:00", or "9 am" where the clinic writes it so."""
    if formats.date_order(clinic) == "MDY":
        return f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}"
    return f"{hour:02}:00"


def day(day: date, clinic: Clinic) -> str:
    """ "Thu 26 Nov", "Thu Nov 26" where the month comes first, and with its year where that could be mistaken."""
    return formats.weekday(day, clinic, year=abs(day - clocks.now().date()) >= HALF_A_YEAR)


def heading(day: date, clinic: Clinic) -> dict[str, str]:
    """For a page about one day: `date_long` and `date_short`, with the year where that is not the present one."""
    other = day.year != clocks.today(clinic.time_zone).year
    short = formats.weekday(day, clinic, year=other)
    return {"date_long": short if other else formats.weekday(day, clinic, long=True), "date_short": short}


def days(first: date, last: date, clinic: Clinic) -> str:
    """ "23–29 Nov", "30 Nov – 6 Dec", "Nov 23 – 29", and with the year where that could be mistaken."""
    begin, end = (day(each, clinic).partition(" ")[2] for each in (first, last))
    begin = begin.removesuffix(f" {first.year}").rstrip(",")
    if first.month != last.month:
        return f"{begin} – {end}"
    if formats.date_order(clinic) == "MDY":
        return f"{begin} – {end.partition(' ')[2]}"
    return f"{first.day}–{end}"


def wall(wall: datetime, clinic: Clinic) -> str:
    """ "Thu 26 Nov, 10:30"."""
    return f"{day(wall.date(), clinic)}, {formats.time(wall, clinic)}"


def moment(moment: datetime, clinic: Clinic) -> str:
    """As `wall`, of a moment."""
    return wall(walltime.to_wall(moment, clinic.time_zone), clinic)


A_LOT = 100  # minutes; js/waits.js goes on from there


def span(minutes: int, unit: str = "′") -> str:
    """ "47′", and "20 h" of what nobody counts in minutes any more."""
    return f"{minutes}{unit}" if minutes < A_LOT else f"{minutes // 60} h"


def short(person: Staff | None) -> str:
    """ "Dr Okafor": the title and the family name, or the whole name of somebody without a title."""
    if person is None:
        return "somebody"
    title, _, rest = person.name.partition(" ")
    if person.title:
        return f"{person.title} {person.name.split()[-1]}"
    return f"{title} {rest.split()[-1]}" if title.rstrip(".") in ("Dr", "Prof") and rest else person.name


def natural(name: str) -> list[tuple[bool, int, str]]:
    """By which names are put in order as people count: "Room 2" before "Room 10"."""
    parts = [part for part in re.split(r"([0-9]+)", name.casefold()) if part]
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def given(name: str) -> str:
    """ "Ana" of "Ana Ruiz"; a doctor keeps title and family name; "the patient", who has none, stays whole."""
    first, _, rest = name.partition(" ")
    if first == "the":
        return name
    return f"{first} {rest.split()[-1]}" if first.rstrip(".") in ("Dr", "Prof") and rest else first


def together(said: Iterable[str]) -> str:
    """ "Ana", "Ana and Ben", "Ana, Ben and Cy"; what is said twice once."""
    *first, last = dict.fromkeys(said)
    return f"{', '.join(first)} and {last}" if first else last


A_ROLE = {"receptionist": "a receptionist", "nurse": "a nurse", "doctor": "a doctor", "admin": "an administrator"}


def who_fits_in(clinic: Clinic) -> str:
    """ "A nurse, a doctor or an administrator may book it anyway.": of a time that is taken or outside hours."""
    *first, last = [A_ROLE[each] for each in clinic.squeezers] or ["Nobody"]
    said = f"{', '.join(first)} or {last}" if first else last
    return f"{said[0].upper()}{said[1:]} may book it anyway."
