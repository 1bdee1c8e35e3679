"""Dates and times as a clinic writes them: day or month first, 24 hours or am and pm, its own time zone."""

from datetime import date as Day  # noqa: N812  a function here is called date
from datetime import datetime
from zoneinfo import ZoneInfo

from clinnet import clock
from clinnet.accounts.models import Clinic
from clinnet.rules import dates
from clinnet.rules.dates import DateOrder


def date_order(clinic: Clinic) -> DateOrder:
    return "MDY" if clinic.date_order == "MDY" else "DMY"


def is_twelve(clinic: Clinic) -> bool:
    """Whether the clinic writes am and pm: where the month is written first."""
    return date_order(clinic) == "MDY"


def when(stamp: str, clinic: Clinic) -> str:
    """Of a stamp of the table: "Today 10:12", "Thu 19 Nov, 10:12", and with the year where it is another one."""
    zone = ZoneInfo(clinic.time_zone)
    at, now = clock.moment(stamp).astimezone(zone), clock.now().astimezone(zone)
    if shown := untimed(stamp, at, clinic):
        return shown
    if at.date() == now.date():
        return f"Today {time(at, clinic)}"
    return f"{day(at.date().isoformat(), clinic, now.year)}, {time(at, clinic)}"


def within(stamp: str, clinic: Clinic) -> str:
    """The same within a sentence: "today 10:12"."""
    return when(stamp, clinic).replace("Today", "today")


def moment(stamp: str, clinic: Clinic) -> str:
    """The same for what is kept or printed, and read on another day: "29 Nov 2026, 10:12"."""
    at = clock.moment(stamp).astimezone(ZoneInfo(clinic.time_zone))
    if shown := untimed(stamp, at, clinic):
        return shown
    return f"{date(at.date().isoformat(), clinic)}, {time(at, clinic)}"


def untimed(stamp: str, at: datetime, clinic: Clinic) -> str:
    """Of a stamp whose time nobody said what was said: a day, a month, a year, or nothing; else empty."""
    return dates.NOT_KNOWN if stamp == dates.UNKNOWN else date(dates.said(at), clinic)


def time(at: datetime, clinic: Clinic) -> str:
    """Of a reading of the clinic's clock: "10:12", "10:12 am"; in the hour that comes twice "01:30 BST"."""
    zone = f" {at.tzname()}" if at.hour < EARLY and _comes_twice(at) else ""
    if is_twelve(clinic):
        return f"{at:%-I:%M} {'am' if at.hour < 12 else 'pm'}{zone}"
    return f"{at:%H:%M}{zone}"


EARLY = 4  # clocks are set back in the night


def _comes_twice(at: datetime) -> bool:
    first, second = (at.replace(fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def date(iso: str, clinic: Clinic) -> str:
    """A date or partial date, with its year: "14 Mar 1985", "Mar 14, 1985"."""
    return dates.show(iso, date_order(clinic))


def day(iso: str, clinic: Clinic, year: int) -> str:
    """A date: of `year` with its weekday, of another with its year."""
    shown = date(iso, clinic)
    if not iso.startswith(f"{year:04}-"):
        return shown
    return f"{datetime.fromisoformat(iso):%a} {shown.removesuffix(f'{year:04}').rstrip(', ')}"


def weekday(day: Day, clinic: Clinic, *, year: bool = False, long: bool = False) -> str:
    """ "Thu 26 Nov", "Thu Nov 26"; `long`: "Thursday 26 November", "Thursday, November 26". `year` adds it."""
    name, month = (f"{day:%A}", f"{day:%B}") if long else (f"{day:%a}", f"{day:%b}")
    if date_order(clinic) == "MDY":
        return f"{name}{',' * long} {month} {day.day}{f', {day.year}' * year}"
    return f"{name} {day.day} {month}{f' {day.year}' * year}"


def today(clinic: Clinic) -> str:
    """The clinic's date, ISO."""
    return clock.today(clinic.time_zone).isoformat()
