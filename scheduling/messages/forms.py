"""How a call went, the opening strip put away, and what messages to patients are like."""

from typing import Any

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Clinic
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line, Tick
from clinnet.table import Scope
from scheduling.calendar.forms.settings import ThingForm
from scheduling.messages.services import outbox
from scheduling.messages.services.messages import OUTCOMES

REMINDERS = {
    "48,24": "Two days before; one day before, where it was booked later",
    "24": "One day before",
    "168,48,24": "A week before; two days or one, where it was booked later",
    "none": "No reminders",
}
LINE = 120


class CalledForm(ClinicForm):
    """The three buttons beside somebody on the phone list."""

    outcome = forms.ChoiceField(choices=[(each, each) for each in OUTCOMES])


class SendForm(ClinicForm):
    """The button that sends a confirmation by e-mail, once more or at all."""


SAY_SOON, SAY_NOT = "soon", "not"
TELL = {SAY_SOON: outbox.SOON, SAY_NOT: outbox.NOT}


class TellField(forms.ChoiceField):
    """Whether the patient hears of a change, where they would."""

    def __init__(self) -> None:
        choices = [(SAY_SOON, "By e-mail, in 3 minutes"), (SAY_NOT, "Don’t tell")]
        options: dict[str, Any] = {"initial": SAY_SOON, "required": False, "widget": forms.RadioSelect}
        super().__init__(label="Tell the patient", choices=choices, **options)

    def clean(self, value: object) -> outbox.Tell:
        return TELL[super().clean(value) or SAY_SOON]


class DismissForm(ClinicForm):
    """The button that puts the opening strip away for the day."""


class MessageRulesForm(ThingForm):
    names = {"reminders": "Reminder", "address": "Address", "phone": "Phone", "names_in_messages": "First names"}
    reminders = forms.ChoiceField(label="Reminder", choices=list(REMINDERS.items()), help_text="One for each visit")
    address = Line("Address", most=LINE, help_text="As patients' calendars show it")
    phone = Line("Phone", most=LINE, help_text="For questions: it stands in every message and behind every link")
    names_in_messages = Tick(
        "First names in letters about children and families",
        help_text="Otherwise “First child, born in 2018”. Others may read a mailbox",
    )

    def __init__(self, request: ClinicRequest, item: Clinic) -> None:
        super().__init__(request, item)
        now = self.initial.get("reminders", "none")
        if now not in REMINDERS:
            field = self.fields["reminders"]
            field.choices = [(now, self.words(self.scope, "reminders", now)), *REMINDERS.items()]  # type: ignore[attr-defined]  # a ChoiceField

    @classmethod
    def plain(cls, item: Clinic) -> dict[str, Any]:
        reminders = ",".join(str(each) for each in item.remind_before) or "none"
        found = {"reminders": reminders, "address": item.address, "phone": item.phone,
                 "names_in_messages": item.names_in_messages}  # fmt: skip
        return {name: value for name, value in found.items() if value}

    @classmethod
    def words(cls, scope: Scope, path: str, value: Any) -> str:
        if path == "reminders":
            return REMINDERS.get(value, f"{value} hours before".replace(",", " or "))
        return super().words(scope, path, value)


def hours_of(chosen: str) -> list[int]:
    return [int(each) for each in chosen.split(",") if each.isdigit()]
