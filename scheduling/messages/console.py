"""When patients are written to and what stands in it, among the clinic's settings."""

from typing import Any

from django import forms

from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.console import shows
from clinnet.console.costs import CostPart
from clinnet.console.settings.declared import Setting, Subject, Values
from clinnet.console.shows import Reader
from clinnet.forms.fields import Tick
from scheduling.messages.queries.sms_cost import spent

REMINDERS = {
    "48,24": "Two days before; one day before, where it was booked later",
    "24": "One day before",
    "168,48,24": "A week before; two days or one, where it was booked later",
    "none": "No reminders",
}
LONGEST_REMINDER = 14 * 24  # hours


class Reminders(forms.CharField):
    """Hours before a visit, "48,24": one of the usual choices, or what the clinic has already."""

    def __init__(self, label: str) -> None:
        choices = [*REMINDERS.items()]
        super().__init__(label=label, widget=forms.Select(choices=choices), help_text="One for each visit")

    def prepare_value(self, value: Any) -> Any:
        """Other hours than the usual ones can be kept as they are."""
        if value and value not in REMINDERS:
            self.widget.choices = [(value, _hours(str(value))), *REMINDERS.items()]
        return value


def _hours(value: str) -> str:
    return REMINDERS.get(value, f"{value} hours before".replace(",", " or "))


def _told(value: Any, reader: Reader) -> str:
    return _hours(",".join(str(int(each)) for each in value) if isinstance(value, list) else str(value or "none"))


def _of(clinic: Clinic) -> str:
    return ",".join(map(str, clinic.remind_before)) or "none"


def hours_of(chosen: str) -> list[int]:
    """No reminders are kept as a 0: the table does not keep an empty list."""
    return sorted({int(each) for each in chosen.split(",") if each.isdigit()}, reverse=True) or [0]


def _too_early(value: str, values: Values) -> str:
    parts = [] if value == "none" else value.split(",")
    fits = all(each.isdecimal() and 0 < int(each) <= LONGEST_REMINDER for each in parts)
    return "" if fits else "A reminder leaves from 1 hour to 14 days before."


def _names(label: str) -> forms.Field:
    return Tick(label, help_text="Otherwise “First child, born in 2018”. Others may read a mailbox")


def _named(before: Any, after: Any) -> str:
    return "Whoever reads a family's mailbox would read who has an appointment." if after and not before else ""


def _texts(reader: Reader, month: str) -> str:
    return spent(reader.scope, month).sentence.replace(" this month", "")


SETTINGS = (
    CostPart(10, "Text messages", _texts),
    Subject(
        30, "messages", "Messages to patients",
        "A confirmation leaves three minutes after a visit was booked for somebody who is told by e-mail or text "
        "message; a change or cancellation likewise.",
        needs=Permission.HOURS, links=(("Words of each message", "scheduling:message-text"),),
    ),
    Setting("messages", "reminders", "Reminder", Reminders, _told, _of, hours_of, _too_early),
    Setting("messages", "names_in_messages", "First names in letters about children and families", _names,
            shows.yes_no, weakens=_named),
)  # fmt: skip
