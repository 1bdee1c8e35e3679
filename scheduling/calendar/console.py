"""The clinic's day, among its settings."""

from functools import partial
from typing import Any

from django import forms

from clinnet.accounts.models import NOBODY, Clinic
from clinnet.accounts.permissions import ROLES as MAY
from clinnet.accounts.permissions import SQUEEZE, Permission, Role
from clinnet.console import shows
from clinnet.console.settings.declared import Setting, Subject, Values
from clinnet.console.shows import Reader
from scheduling.calendar.forms.fields import Minutes, Several

GRAINS = {5: "Every 5 minutes", 10: "Every 10 minutes", 15: "Every 15 minutes"}
WHICH = "Choose 5, 10 or 15 minutes."
ROLES = {Role.RECEPTIONIST: "Receptionists", Role.NURSE: "Nurses", Role.DOCTOR: "Doctors", Role.ADMIN: "Administrators"}
LONGEST_LATE = 4 * 60  # minutes


def _grain(label: str) -> forms.Field:
    return forms.TypedChoiceField(
        label=label, choices=[*GRAINS.items()], coerce=int, error_messages={"required": WHICH, "invalid_choice": WHICH}
    )


def _squeezers(label: str) -> forms.Field:
    said = "Fits a patient in where there is no time, with a reason that is kept"
    return Several(label, choices=[*ROLES.items()], help_text=said)


def _minutes(value: Any, reader: Reader) -> str:
    return f"{int(value or 0)} minutes"


def _roles(value: Any, reader: Reader) -> str:
    return ", ".join(ROLES[each] for each in value or ()) or "Nobody"


def _no_grain(value: Any, values: Values) -> str:
    return "" if value in GRAINS else WHICH


def _never_late(value: int, values: Values) -> str:
    return "" if 0 <= value <= LONGEST_LATE else "From 0 minutes to 4 hours."


def _no_no_show(value: int, values: Values) -> str:
    fits = value and int(values["late_after"]) <= value <= LONGEST_LATE
    return "" if fits else "Not before somebody is late, and within 4 hours."


def _in_order(clinic: Clinic) -> list[str]:
    return [role.value for role in Role if role in clinic.squeezers]


def _more(before: list[str], after: list[str]) -> str:
    """Who may overbook though the table of permissions does not give it to them."""
    more = [ROLES[Role(each)] for each in after if each not in before and not MAY[Role(each)] >= SQUEEZE]
    if not more:
        return ""
    return f"{' and '.join(more)} could put patients where there is no time, without asking who sees them."


def _late(value: Any) -> int:
    return int(value or 0)


SETTINGS = (
    Subject(20, "day", "The clinic's day", needs=Permission.HOURS),
    Setting("day", "slot_grain", "Visits begin", _grain, shows.among(GRAINS), keep=int, problem=_no_grain),
    Setting("day", "late_after", "Late after",
            partial(Minutes, help_text="Minutes past the start until a card says that somebody is late"),
            _minutes, keep=_late, problem=_never_late),
    Setting("day", "no_show_after", "No-show offered after",
            partial(Minutes, help_text="Minutes past the start. It is offered, never done by itself"),
            _minutes, keep=_late, problem=_no_no_show),
    Setting("day", "squeezed_by", "May overbook, and book outside hours", _squeezers, _roles, _in_order,
            lambda chosen: chosen or [NOBODY], weakens=_more),
)  # fmt: skip
