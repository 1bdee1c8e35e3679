"""How a call went, the opening strip put away, and what messages to patients are like."""

import functools
from typing import Any, ClassVar

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Clinic
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line, Notes, Tick
from clinnet.table import Scope
from scheduling.calendar.forms.settings import ThingForm
from scheduling.messages.rules import templates
from scheduling.messages.rules.due import Kind
from scheduling.messages.services import letters, outbox, samples
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
    """The button that sends a confirmation, once more or at all."""


SAY_SOON, SAY_NOT = "soon", "not"
TELL = {SAY_SOON: outbox.SOON, SAY_NOT: outbox.NOT}


class TellField(forms.ChoiceField):
    """Whether the patient hears of a change, where they would."""

    def __init__(self) -> None:
        choices = [(SAY_SOON, "By message, in 3 minutes"), (SAY_NOT, "Don’t tell")]
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


LANGUAGES = {"en": "English", "fr": "Français", "es": "Español", "de": "Deutsch"}


class TextForm(ThingForm):
    """The words of one kind of message in one language: each has a class of its own, made by `text_form`."""

    names = {"text": "Text"}
    kind: ClassVar[Kind]
    language: ClassVar[str]
    text = Notes("Text", rows=14, most=templates.MOST, help_text="Empty: our own text")

    @classmethod
    def plain(cls, item: Clinic) -> dict[str, Any]:
        return {"text": letters.own_text(item, cls.kind, cls.language) or templates.default(cls.kind, cls.language)}

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        places = {"phone": self.item.phone or "", "address": self.item.address or ""}
        ours = not text or text == templates.default(self.kind, self.language)
        if not ours and (why := templates.problem(text, self.kind, known=places)):
            raise forms.ValidationError(why)
        return text

    @property
    def sample(self) -> str:
        """What such a message says as it stands in the form, or as it was last if that cannot be used."""
        text: str = self.plain(self.item)["text"]
        if self.is_bound and self.is_valid():
            text = self.cleaned_data["text"]
        ours = not text or text == templates.default(self.kind, self.language)
        return samples.body(self.item, self.kind, self.language, "" if ours else text)

    @property
    def text_sample(self) -> samples.TextSample:
        """The text message, whose words are ours in every clinic."""
        return samples.text(self.item, self.kind, self.language)


@functools.cache
def text_form(kind: Kind, language: str) -> type[TextForm]:
    return type(f"TextForm {kind} {language}", (TextForm,), {"kind": kind, "language": language})


def hours_of(chosen: str) -> list[int]:
    return [int(each) for each in chosen.split(",") if each.isdigit()]
