"""Which openings of a chart are put to be reviewed, as a clinic decides it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms

from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.console.settings.declared import Setting, Subject, Values
from clinnet.console.shows import Reader, yes_no
from clinnet.forms.fields import Tick
from clinnet.table import Scope
from clinnet.table.errors import Unavailable
from records.openings.rules import Limits
from records.openings.services import DAYS, counted, limits_of

FEWER = "Fewer openings of charts would be put to be reviewed."


def _number(label: str, help_text: str) -> forms.Field:
    said = {"required": "Which number?", "invalid": "A whole number."}
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, help_text=help_text, error_messages=said, widget=widget)


def _between(least: int, most: int) -> Callable[[Any, Values], str]:
    return lambda value, values: "" if value is not None and least <= value <= most else f"From {least} to {most}."


def _told(word: str, value: Any, reader: Reader) -> str:
    return word.format(int(value or 0))


def _less(before: Any, after: Any) -> str:
    return FEWER if int(after or 0) < int(before or 0) else ""


def _more(before: Any, after: Any) -> str:
    return FEWER if int(after or 0) > int(before or 0) else ""


def _off(before: Any, after: Any) -> str:
    return FEWER if before and not after else ""


def _family(label: str) -> Tick:
    return Tick(label, help_text="Their own chart and a colleague's always count")


def _would(scope: Scope, clinic: Clinic, typed: Values) -> str:
    """Beside what is in force, so that a number says something."""
    try:
        would, now = counted(scope, clinic, _limits(clinic, typed), limits_of(clinic))
    except Unavailable:
        return "This could not be counted just now."
    of_them = f"Of the last {DAYS} days they would have put {would} opening{'' if would == 1 else 's'} to be reviewed"
    return f"{of_them}; as it is now, {now}."


def _limits(clinic: Clinic, typed: Values) -> Limits:
    """What cannot be read as a number is taken as it is now."""

    def number(name: str) -> int:
        said = str(typed.get(name) or "")
        return int(said) if said.isdecimal() else int(getattr(clinic, name))

    evening, morning = number("watch_evening"), number("watch_morning")
    return Limits(evening, morning, number("watch_many"), number("watch_days"), bool(typed.get("watch_family")))


ABOUT = "Each night the openings of the day before are looked through. Somebody else writes what was found of each."
SETTINGS = (
    Subject(45, "openings", "Openings of charts to be reviewed", ABOUT, needs=Permission.AUDIT_READ, told=_would,
            ask="What they would have found"),
    Setting("openings", "watch_evening", "Night begins",
            partial(_number, help_text="Hour of the clinic's clock. At night a chart without a visit is unusual"),
            partial(_told, "{}:00"), keep=int, problem=_between(0, 23), weakens=_more),
    Setting("openings", "watch_morning", "Night ends", partial(_number, help_text="Hour of the clinic's clock"),
            partial(_told, "{}:00"), keep=int, problem=_between(0, 23), weakens=_less),
    Setting("openings", "watch_many", "Charts within an hour",
            partial(_number, help_text="More than so many, without visits, are unusual"),
            partial(_told, "More than {}"), keep=int, problem=_between(5, 500), weakens=_more),
    Setting("openings", "watch_days", "A visit explains it",
            partial(_number, help_text="Days before and after the opening"),
            partial(_told, "Within {} days"), keep=int, problem=_between(1, 90), weakens=_more),
    Setting("openings", "watch_family", "The same family name is unusual", _family, yes_no, keep=bool, weakens=_off),
)  # fmt: skip
