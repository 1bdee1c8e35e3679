"""Opening a drawer, counting it, closing its day."""

from typing import Any

from django import forms

from billing.models import CARD, TRANSFER, DrawerDay
from billing.rules import cash
from clinnet import clock, money
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line
from clinnet.forms.money import MoneyField
from clinnet.money import Money

MOST_PIECES = 100_000


class OpenForm(ClinicForm):
    opening = MoneyField("In the drawer now", required=True, error_messages={"required": "Count it; 0 if it is empty."})


class CountForm(ClinicForm):
    """A field for each note and coin of the currency, and the totals of what is not in the drawer.

    `digits` is how many decimals an amount has: the page says beside each field what is typed into it comes to.
    """

    draft = True

    began = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)  # a stamp: when it was opened
    card = MoneyField("Card, by the terminal")
    transfer = MoneyField("Transfer, by the bank")

    def __init__(self, request: ClinicRequest, day: DrawerDay) -> None:
        self.kinds, self.digits = cash.kinds(request.clinic.money), money.DECIMALS[request.clinic.money]
        super().__init__(request, about=day.id)
        for kind in self.kinds:
            self.fields[f"n{kind}"] = forms.IntegerField(
                label=money.show(Money(kind, request.clinic.money), request.clinic.locale, sign=True),
                min_value=0,
                max_value=MOST_PIECES,
                required=False,
                widget=forms.TextInput(
                    attrs={"inputmode": "numeric", "class": "form-control", "autocomplete": "off", "data-kind": kind}
                ),
            )
        if not self.is_bound:
            self.initial = {"began": clock.stamp(), **self._counted_before(request, day)}

    def _counted_before(self, request: ClinicRequest, day: DrawerDay) -> dict[str, Any]:
        pieces = {f"n{kind}": number for kind, number in (day.pieces or {}).items()}
        totals = {name: int((day.counted or {}).get(name, 0)) for name in (CARD, TRANSFER)}
        return pieces | {name: Money(minor, request.clinic.money) for name, minor in totals.items() if minor}

    def clean(self) -> dict[str, Any]:
        """Counting nothing at all would show what is expected before it was counted."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        typed = [cleaned.get(f"n{kind}") for kind in self.kinds] + [cleaned.get(name) for name in (CARD, TRANSFER)]
        if not self.errors and all(each is None for each in typed):
            raise forms.ValidationError("Count first. Where there is nothing, write 0 in one of the fields.")
        return cleaned

    def clean_began(self) -> str:
        try:
            return clock.stamp(clock.moment(self.cleaned_data["began"]))
        except ValueError:
            return ""

    @property
    def rows(self) -> list[Any]:
        return [self[f"n{kind}"] for kind in self.kinds]

    @property
    def values(self) -> dict[str, Any]:
        """As services.count takes them."""
        given = self.cleaned_data
        pieces = {kind: given.get(f"n{kind}") or 0 for kind in self.kinds}
        totals = {name: given[name].minor if given[name] else 0 for name in (CARD, TRANSFER)}
        return {"pieces": pieces, "began": given["began"], **totals}


class ReopenForm(ClinicForm):
    reason = Line("Why?", most=200, required=True, error_messages={"required": "Say why it is opened again."})


class CarryOverForm(ClinicForm):
    reason = Line("Why?", most=200, required=True, error_messages={"required": "Say why it is not counted."})


class CloseForm(ClinicForm):
    draft = True

    reason = Line("Why does it differ?", most=200)
    seen = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)  # a stamp: which count was compared
    stays = MoneyField("Stays for tomorrow", required=True, error_messages={"required": "How much stays in it?"})
    bag = Line("Number of the bag", most=40)
