"""A change of prices by a percentage, and a file of services: both are looked at before anything is written."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict

from billing import queries
from billing.forms import PercentField
from billing.models import CatalogItem
from billing.prices import services
from billing.prices.rules import HEADS, MOST_ROWS, STEPS, FileRow, WrongRow, read
from clinnet import formats, spreadsheets
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Day, Notes

UNDO = "undo-prices"
LARGEST_FILE = 200_000  # bytes
NOT_TEXT = "This is no CSV file."


class _Looked(ClinicForm):
    """`listed` is the mark of what the page showed: that alone is written."""

    listed = forms.CharField(required=False, widget=forms.HiddenInput)

    def agrees(self, shown: object) -> bool:
        """Whether what is to be written is what was shown, and was not just to be looked at again."""
        return self.data.get("do") != "look" and self.data.get("listed") == mark_of(shown)


def mark_of(shown: object) -> str:
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


class SignedPercent(PercentField):
    """ "3", "-2.5 %": below zero they fall."""

    def clean(self, value: Any) -> int:
        text = str(value or "").strip().replace("−", "-")
        found = super().clean(text.removeprefix("-"))
        return -found if text.startswith("-") else found


class PricesForm(_Looked):
    percent = SignedPercent(
        "Per cent",
        required=True,
        help_text="3 raises prices by 3 %, -3 lowers them",
        error_messages={"required": "By how much?"},
    )
    step = Choice("Rounded to")
    since = Day("From", help_text="Visits before that day keep the earlier price")
    category = Choice("Of")
    price_list = Choice("On the price list")
    leave = forms.MultipleChoiceField(required=False)  # codes of services that keep their price

    def __init__(self, request: ClinicRequest) -> None:
        self.known, self.today = queries.setup(request.scope), formats.today(request.clinic)
        first = (date.fromisoformat(self.today).replace(day=1) + timedelta(days=32)).replace(day=1)
        super().__init__(request)
        self.fields["step"].initial, self.fields["since"].initial = str(STEPS[0]), first.isoformat()
        cast(Choice, self.fields["step"]).choices = [(str(each), self.known.show(each)) for each in STEPS]
        names = sorted({each.category for each in self.known.offered if each.category})
        cast(Choice, self.fields["category"]).choices = [("", "All services"), *((each, each) for each in names)]
        cast(Choice, self.fields["price_list"]).choices = lists = self.known.list_choices()
        if len(lists) == 1:
            del self.fields["price_list"]
        left = cast(forms.MultipleChoiceField, self.fields["leave"])
        left.choices = [(each.id, each.name) for each in self.known.offered]

    @property
    def items(self) -> list[CatalogItem]:
        wanted = self.cleaned_data["category"]
        found = [each for each in self.known.offered if wanted in ("", each.category)]
        return sorted(found, key=lambda each: (each.category or "", each.name.casefold()))

    @property
    def numbers(self) -> tuple[int, int, str]:
        """Percentage, step and the first day."""
        given = self.cleaned_data
        return given["percent"], int(given["step"] or 1), given["since"] or self.fields["since"].initial

    @property
    def price_list_id(self) -> str:
        return str(self.cleaned_data.get("price_list", ""))

    @property
    def prices(self) -> list[services.NewPrice]:
        return services.new_prices(self.items, *self.numbers, self.price_list_id)

    @property
    def chosen(self) -> list[CatalogItem]:
        """Without those that were left out."""
        return [each for each in self.items if each.id not in self.cleaned_data["leave"]]

    @property
    def shown(self) -> object:
        return [self.numbers, self.price_list_id, [(each.item.id, each.was, each.now) for each in self.prices]]


class FileForm(_Looked):
    """The file's text comes back in `rows`, as a browser does not keep what file was chosen."""

    file = forms.FileField(label="CSV file", required=False)
    rows = Notes("Or its lines", rows=8, help_text=f"The first line names the columns: {', '.join(HEADS)}")

    def __init__(self, request: ClinicRequest) -> None:
        self.clinic = request.clinic
        super().__init__(request)
        cast(Notes, self.fields["rows"]).max_length = None
        self.fields["rows"].validators = []
        if file := self.files.get("file"):
            sent = cast(QueryDict, self.data).copy()
            text = spreadsheets.text_of(file.read(LARGEST_FILE + 1), self.clinic.locale)
            sent["rows"] = NOT_TEXT if text is None else text
            self.data = sent
            file.seek(0)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        text = given.get("rows", "")
        if text == NOT_TEXT or len(text) > LARGEST_FILE:
            self.add_error("file", NOT_TEXT if text == NOT_TEXT else f"{MOST_ROWS:,} lines at most.")
        elif not text:
            self.add_error("file", "Choose a file, or paste its lines.")
        return given

    @property
    def read(self) -> Sequence[FileRow | WrongRow]:
        text = self.cleaned_data["rows"]
        today, order = formats.today(self.clinic), formats.date_order(self.clinic)
        return list(read(text, self.clinic.money, self.clinic.locale, today, order=order))
