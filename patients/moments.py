"""Moments as the clinic's clock and calendar say them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from clinnet import clock
from clinnet.accounts.models import Clinic
from patients.rules import births
from patients.rules.shape import DateOrder


def date_order(clinic: Clinic) -> DateOrder:
    return "MDY" if clinic.date_order == "MDY" else "DMY"


def show(stamp: str, clinic: Clinic) -> str:
    """As "Today 10:12", "Thu 19 Nov, 10:12", and with the year where it is another one."""
    zone = ZoneInfo(clinic.time_zone)
    at, now = clock.moment(stamp).astimezone(zone), clock.now().astimezone(zone)
    if at.date() == now.date():
        return f"Today {time(at, clinic)}"
    return f"{day(at.date().isoformat(), clinic, now.year)}, {time(at, clinic)}"


def time(at: datetime, clinic: Clinic) -> str:
    """Twelve hours where the month is written first."""
    if date_order(clinic) == "MDY":
        return f"{at:%-I:%M} {'am' if at.hour < 12 else 'pm'}"
    return f"{at:%H:%M}"


def date(iso: str, clinic: Clinic) -> str:
    """A date or partial date, with its year: "14 Mar 1985", "Mar 14, 1985"."""
    return births.show(iso, date_order(clinic))


def day(iso: str, clinic: Clinic, year: int) -> str:
    """A date: of `year` with its weekday, of another with its year."""
    shown = date(iso, clinic)
    if not iso.startswith(f"{year:04}-"):
        return shown
    return f"{datetime.fromisoformat(iso):%a} {shown.removesuffix(f'{year:04}').rstrip(', ')}"


def today(clinic: Clinic) -> str:
    """The clinic's date, ISO."""
    return clock.today(clinic.time_zone).isoformat()
