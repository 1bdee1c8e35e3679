"""Form fields about patients: birth, phone, record number, language; the rows of their lists."""

import re
from datetime import date
from typing import Any, NamedTuple

from django import forms

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import Placed
from clinnet.forms.fields import Choice, Day, Line, Tick
from clinnet.forms.rows import RowForm
from clinnet.rules import dates
from clinnet.rules.dates import DateOrder
from patients.rules import births, languages, own, phones
from patients.rules.typed import plain_identifier
from patients.words import PHONE_KINDS

FEWEST_PHONE_DIGITS = 3
RECORD_NUMBER_DIGITS = 6
_ABOUT = re.compile(r"^(about|around|approx\.?|circa|ca\.?|est\.?|~)\s*", re.IGNORECASE)

CONSENTS = [("", "Not asked yet"), ("yes", "Given"), ("no", "Refused")]


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
        self.order, self.today = formats.date_order(request.clinic), clock.today(request.clinic.time_zone)
        example = "3/14/85, Mar 14 1985" if self.order == "MDY" else "14/3/85, 14 Mar 1985"
        self.help_text = f"As people say it: {example}, or an age: 41, 6 months"

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Birth):
            return value
        shown = dates.show(value.date, self.order)
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


class NumberLine(Line):
    """A number of a field of the clinic's own, kept with a point."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        found = own.number(text) if text else ""
        if found is None:
            raise forms.ValidationError("This is not a number.", code="invalid")
        return found


def own_field(each: own.Own) -> forms.Field:
    if each.kind == own.DATE:
        return Day(each.label)
    if each.kind == own.CHOICE:
        return Choice(each.label, [("", ""), *((choice, choice) for choice in each.choices)])
    return NumberLine(each.label, most=20) if each.kind == own.NUMBER else Line(each.label)


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
