"""How a call went, the opening strip put away, and what messages to patients are like."""

import functools
from typing import Any, ClassVar

from django import forms

from clinnet.accounts.models import Clinic
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Notes
from scheduling.calendar.forms.settings import ThingForm
from scheduling.messages.rules import templates
from scheduling.messages.rules.due import Kind
from scheduling.messages.services import letters, outbox, samples
from scheduling.messages.services.messages import OUTCOMES


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
