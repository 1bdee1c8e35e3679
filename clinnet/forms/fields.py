"""General form fields: text, choices, days, ids. Those that need the clinic are told it before they are drawn."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.validators import validate_email

from clinnet.accounts import queries as staff
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import Placed
from clinnet.rules.text import tidy
from clinnet.table import Scope
from clinnet.table.errors import NotFound

MOST = 200  # characters of a line
MOST_OF_NOTES = 4000


class Line(forms.CharField):
    """One line, tidied of what cannot be seen. Too long is said, never cut off in the browser."""

    most: ClassVar[int] = MOST

    def __init__(self, label: str, *, most: int = 0, **options: Any) -> None:
        most = most or self.most
        messages = {"max_length": f"This is longer than {most:,} characters. Shorten it."}
        options["error_messages"] = messages | options.get("error_messages", {})
        super().__init__(label=label, max_length=most, **({"required": False} | options))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return {name: value for name, value in attrs.items() if name not in ("maxlength", "minlength")}

    def to_python(self, value: Any) -> str:
        return tidy(str(value or ""))


class Notes(Line):
    """Several lines."""

    widget = forms.Textarea
    most = MOST_OF_NOTES

    def __init__(self, label: str, *, rows: int = 3, **options: Any) -> None:
        super().__init__(label, widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        return "\n".join(tidy(line) for line in str(value or "").splitlines()).strip()


class Email(Line):
    widget = forms.EmailInput
    default_validators = [validate_email]

    def __init__(self, label: str = "E-mail", **options: Any) -> None:
        super().__init__(label, most=254, **options)
        self.error_messages["invalid"] = "This is not an e-mail address. Write it like name@example.org."

    def run_validators(self, value: Any) -> None:
        try:
            super().run_validators(value)
        except forms.ValidationError as refusal:
            too_long = any(each.code == "max_length" for each in refusal.error_list)
            code = "max_length" if too_long else "invalid"
            raise forms.ValidationError(self.error_messages[code], code=code) from None


class Choice(forms.ChoiceField):
    """A choice that may be left open."""

    def __init__(self, label: str, choices: Any = (), **options: Any) -> None:
        super().__init__(label=label, choices=choices, **({"required": False} | options))


class Tick(forms.BooleanField):
    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label=label, required=False, **options)


class Day(forms.DateField):
    """A day by the browser's own calendar; the cleaned value is ISO or empty."""

    def __init__(self, label: str, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        messages = {"invalid": "This is not a date."}
        super().__init__(
            label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"], error_messages=messages, **options
        )

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day.isoformat() if day else ""


class PractitionerField(Placed, Choice):
    """One of the clinic's own; the cleaned value is the person's id."""

    def __init__(self, label: str = "Usual practitioner", **options: Any) -> None:
        super().__init__(label, **options)

    def place(self, request: ClinicRequest) -> None:
        self.choices = [("", ""), *((each.id, each.name) for each in staff.practitioners(request.scope))]


class RefField(Placed, forms.CharField):
    """An id inside the clinic; the cleaned value is what `find` found there, or None when empty.

        patient = RefField(queries.patient)

    An id of another clinic is refused in the words for one that does not exist.
    """

    scope: Scope

    def __init__(self, find: Callable[[Scope, str], object], **options: Any) -> None:
        defaults: dict[str, Any] = {"required": False, "widget": forms.HiddenInput}
        super().__init__(**(defaults | options))
        self.find = find

    def place(self, request: ClinicRequest) -> None:
        self.scope = request.scope

    def clean(self, value: Any) -> Any:
        id = super().clean(value)
        try:
            return self.find(self.scope, id) if id else None
        except NotFound as missing:
            raise forms.ValidationError(missing.sentence, code="invalid") from None
