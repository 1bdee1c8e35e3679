"""Fields of the pages that arrange the schedule: clock times as people type them, minutes, several of a list."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms

from clinnet import formats
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import Placed
from clinnet.forms.edit import EditForm
from clinnet.forms.fields import Choice
from clinnet.table.errors import NotFound
from scheduling.calendar.rules import clocktext

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KEPT_FOR = {"urgent": "Urgent patients", "new": "New patients"}


class ArrangeForm(EditForm):
    """A form about something that is there already, or is new: then it is opened on nothing."""


def is_twelve(request: ClinicRequest) -> bool:
    """Whether this clinic writes am and pm."""
    return formats.date_order(request.clinic) == "MDY"


class ClockField(Placed, forms.CharField):
    """A reading of the clinic's clock; the cleaned value is "08:30", of an end also "24:00", or empty."""

    twelve = False

    most = 20

    def __init__(self, label: str, *, end: bool = False, help_text: str = "") -> None:
        super().__init__(label=label, required=False, help_text=help_text)
        self.end = end

    def place(self, request: ClinicRequest) -> None:
        self.twelve = is_twelve(request)

    def prepare_value(self, value: Any) -> Any:
        return clocktext.shown(value, twelve=self.twelve) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        try:
            return clocktext.read(text[: self.most], end=self.end) if text else ""
        except ValueError:
            example = "8:30 am" if self.twelve else "08:30"
            raise forms.ValidationError(f"A time is written as {example}.", code="invalid") from None


class StretchesField(ClockField):
    """Several stretches of time, "12:30–13:30, 15:00–15:15"; the cleaned value is a list of pairs."""

    most = 400

    def prepare_value(self, value: Any) -> Any:
        return clocktext.stretches(value, twelve=self.twelve) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = str(forms.CharField.clean(self, value) or "")
        try:
            return clocktext.read_stretches(text[: self.most])
        except ValueError:
            example = "12:30 pm–1:30 pm" if self.twelve else "12:30–13:30"
            raise forms.ValidationError(f"Breaks are written as {example}.", code="invalid") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(str(data or "").strip())


class Minutes(forms.IntegerField):
    """A whole number of minutes; empty is 0. What it may be, the service says."""

    def __init__(self, label: str, *, required: str = "", initial: int | None = None, help_text: str = "") -> None:
        """`required` is the question that an empty one is answered with."""
        messages = {
            "invalid": "Minutes are a whole number.",
            "min_value": "Minutes are not less than 0.",
            "max_value": "That is too long.",
            "required": required,
        }
        widget = forms.NumberInput(attrs={"inputmode": "numeric"})
        super().__init__(
            label=label,
            min_value=0,
            max_value=24 * 60,
            widget=widget,
            error_messages=messages,
            required=bool(required),
            initial=initial,
            help_text=help_text,
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # a browser's own bubble would say it in other words

    def clean(self, value: Any) -> int:
        return int(super().clean(value) or 0)


class Several(forms.MultipleChoiceField):
    """Boxes to tick; an id that is none of them is not found, whoever's it is."""

    def __init__(self, label: str, **options: Any) -> None:
        missing = {"invalid_choice": NotFound.sentence}
        super().__init__(
            label=label, required=False, widget=forms.CheckboxSelectMultiple, error_messages=missing, **options
        )


class OneOf(Placed, Choice):
    """One of a list of the clinic's own, asked for when the form is made; the cleaned value is the id."""

    def __init__(
        self, label: str, ask: Callable[[ClinicRequest], Sequence[tuple[str, str]]], *, none: str = "", **options: Any
    ) -> None:
        super().__init__(label, error_messages={"invalid_choice": NotFound.sentence}, **options)
        self.ask, self.none = ask, none

    def place(self, request: ClinicRequest) -> None:
        self.choices = [("", self.none), *self.ask(request)]


REQUESTS, KEEP, ONE_BY_ONE = "requests", "keep", "away"
DECISIONS = {
    REQUESTS: "Turn them into requests for another time",
    KEEP: "Keep them as they are, outside hours",
    ONE_BY_ONE: "Keep them for now, and look for another time with each of them next",
}


class AffectedFields(forms.Form):
    """What becomes of those who are booked, once they were shown; `seen` says who was."""

    affected = Choice("What becomes of them?", list(DECISIONS.items())[:2], widget=forms.RadioSelect)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
