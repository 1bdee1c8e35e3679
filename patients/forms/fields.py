"""Form fields that know the clinic: how dates and phones are written there, what day it is, who belongs to it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.core.validators import validate_email

from clinnet import clock
from clinnet.accounts import queries as staff
from clinnet.accounts.access import ClinicRequest
from clinnet.forms import ClinicForm
from clinnet.table import Scope
from clinnet.table.errors import NotFound
from patients import moments
from patients.rules import births, languages, names, phones
from patients.rules.shape import DateOrder
from patients.rules.typed import plain_identifier
from patients.words import PHONE_KINDS

MOST = 200  # characters of a line
MOST_OF_NOTES = 4000
FEWEST_PHONE_DIGITS = 3
RECORD_NUMBER_DIGITS = 6
_ABOUT = re.compile(r"^(about|around|approx\.?|circa|ca\.?|est\.?|~)\s*", re.IGNORECASE)

CONSENTS = [("", "Not asked yet"), ("yes", "Given"), ("no", "Refused")]


# --- Forms that tell their fields where they are -------------------------------------------------------------------


class Placed:
    """A field that is told for whom it is shown, before anything is read or drawn."""

    def place(self, request: ClinicRequest) -> None:
        raise NotImplementedError


def _place(form: forms.Form, request: ClinicRequest) -> None:
    for field in form.fields.values():
        field.widget.attrs.setdefault("autocomplete", "off")  # a desk's browser must not remember patients
        if isinstance(field, Placed):
            field.place(request)


class PatientForm(ClinicForm):
    """With `start`, it begins from these values and is not bound, whatever the request."""

    def __init__(
        self, request: ClinicRequest, *, about: str = "", start: dict[str, Any] | None = None, **options: Any
    ) -> None:
        super().__init__(request, about=about, initial=start, **options)
        if start is not None:
            self.is_bound, self.data, self.files = False, {}, {}  # type: ignore[assignment]  # as Django does without data
        _place(self, request)


class RowForm(forms.Form):
    """One row of those that repeat; made by a formset with `form_kwargs={"request": request}`."""

    def __init__(self, *args: Any, request: ClinicRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        _place(self, request)


# --- Fields --------------------------------------------------------------------------------------------------------


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
        return names.tidy(str(value or ""))


class Notes(Line):
    """Several lines."""

    widget = forms.Textarea
    most = MOST_OF_NOTES

    def __init__(self, label: str, *, rows: int = 3, **options: Any) -> None:
        super().__init__(label, widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        return "\n".join(names.tidy(line) for line in str(value or "").splitlines()).strip()


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


class Birth(NamedTuple):
    """`date` is ISO or partial."""

    date: str
    estimated: bool = False


class BirthField(Placed, forms.CharField):
    """A date of birth or an age, as people write them there; the cleaned value is a Birth, or None."""

    order: DateOrder = "DMY"
    today: date

    def __init__(self, label: str = "Date of birth", **options: Any) -> None:
        super().__init__(label=label, **({"required": False} | options))

    def place(self, request: ClinicRequest) -> None:
        self.order, self.today = moments.date_order(request.clinic), clock.today(request.clinic.time_zone)
        example = "3/14/85, Mar 14 1985" if self.order == "MDY" else "14/3/85, 14 Mar 1985"
        self.help_text = f"As people say it: {example}, or an age: 41, 6 months"

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Birth):
            return value
        shown = births.show(value.date, self.order)
        return f"about {shown}" if value.estimated else shown

    def clean(self, value: Any) -> Birth | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_birth(text, self.order, self.today)
        except births.BadDate as refusal:
            code = "impossible" if refusal.date_like else "invalid"
            raise forms.ValidationError(refusal.sentence, code=code) from None


def read_birth(text: str, order: DateOrder, today: date) -> Birth:
    """ "14/3/85" is a date, "41" an age, "about 1985" a year that somebody guessed. Raises BadDate."""
    bare = _ABOUT.sub("", text)
    try:
        return Birth(births.parse(bare, order, today), bare != text)
    except births.BadDate as no_date:
        if no_date.date_like or "/" in bare:  # a date that is not typed to its end
            raise
        try:
            return Birth(births.estimated(bare, today), estimated=True)
        except births.BadDate:
            raise no_date from None


class PhoneField(Placed, Line):
    """The cleaned value is E.164 where the number could be understood, else as it was typed."""

    widget = forms.TextInput(attrs={"inputmode": "tel"})
    country = ""

    def __init__(self, label: str = "Phone", **options: Any) -> None:
        super().__init__(label, most=40, **options)

    def place(self, request: ClinicRequest) -> None:
        self.country = request.clinic.country

    def prepare_value(self, value: Any) -> Any:
        return phones.show(value, self.country) if isinstance(value, str) and value.startswith("+") else value

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if text and sum(map(str.isdecimal, text)) < FEWEST_PHONE_DIGITS:
            raise forms.ValidationError("This is not a phone number.", code="invalid")
        return phones.normalise(text, self.country) if text else ""


class RecordNumberField(Line):
    """Digits are filled up to six, as the clinic's counter gives them; capitals and digits are what search compares."""

    def __init__(self, label: str = "Record number", **options: Any) -> None:
        super().__init__(label, most=20, **options)

    def clean(self, value: Any) -> str:
        plain = plain_identifier(str(super().clean(value)))
        return plain.zfill(RECORD_NUMBER_DIGITS) if plain.isdecimal() else plain


class LanguageField(Choice):
    def __init__(self, label: str = "Language", **options: Any) -> None:
        super().__init__(label, languages.choices(), **options)


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


# --- Groups of fields ----------------------------------------------------------------------------------------------


class AddressFields(forms.Form):
    """An address; `address()` is what patients/rules/shape.py calls one."""

    address_line = Line("Street and number")
    address_postcode = Line("Postcode", most=20)
    address_city = Line("Town or city")
    address_region = Line("County or state")
    address_country = Line("Country", most=60, help_text="Only where it is another than the clinic's")

    def address(self) -> dict[str, str]:
        parts = {name: self.cleaned_data.get(f"address_{name}", "") for name in ADDRESS}
        return {name: value for name, value in parts.items() if value}


ADDRESS = ("line", "city", "region", "postcode", "country")


def address_start(address: dict[str, str] | None) -> dict[str, str]:
    """Initial values of AddressFields."""
    return {f"address_{name}": value for name, value in (address or {}).items()}


class PhoneRow(RowForm):
    number = PhoneField()
    kind = Choice("Kind", [*PHONE_KINDS.items()], initial="mobile")
    preferred = Tick("Preferred")


class PolicyRow(RowForm):
    payer = Line("Insurer or payer")
    number = Line("Policy number", most=60)
    valid_from = Day("Valid from")
    valid_until = Day("Valid until")

    def clean(self) -> dict[str, Any]:
        start, end = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", "This is before the first day.")
        said = self.cleaned_data.get("number") or end
        if said and not self.cleaned_data.get("payer"):
            self.add_error("payer", "Who pays?")
        return self.cleaned_data


class AlertRow(RowForm):
    text = Line("Alert", most=120)
    stop = Tick("Stop: seen by all, acknowledged when booking")
