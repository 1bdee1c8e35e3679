"""Fields of money's forms: a quantity, a percentage, a sum that is paid."""

from typing import Any

from django import forms

from billing.rules import typed
from billing.rules.totals import ONE, WrongLine
from clinnet import money
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line
from clinnet.forms.money import MoneyField
from clinnet.money import Money
from clinnet.table.errors import Refused

LOOK = Refused("The sum is another one now. Look at it, and press again.")
CHANGED = "The sum changed while this page was open: {} instead of {}. Look once more."
CREDIT_CHANGED = "The credit changed while this page was open: {} instead of {}. Look once more."


class SumForm(ClinicForm):
    """A form about a sum that its page says, in the minor unit: the hidden field `shown` sends it back.

    Where its page says credit too, `of_credit` sends that back.
    """

    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)
    of_credit = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def expect(self, minor: int, refusal: Refused | None = None, *, credit: int = 0) -> None:
        """Raises Refused where another sum was shown than is meant now: nobody moves what they have not seen.

        `refusal` says it, where the page knows more than both sums. A second click finds what the first one changed.
        """
        shown, of_credit = self.cleaned_data["shown"], self.cleaned_data["of_credit"] or 0
        if (shown, of_credit) != (minor, credit) and self.was_done():
            return  # the service gives the first result
        if shown is None:
            raise refusal or LOOK
        if shown != minor:
            raise refusal or Refused(CHANGED.format(self._sum(minor), self._sum(shown)))
        if of_credit != credit:
            raise Refused(CREDIT_CHANGED.format(self._sum(credit), self._sum(of_credit)))

    def _sum(self, minor: int) -> str:
        clinic = self.request.clinic
        return money.show(Money(minor, clinic.money), clinic.locale, sign=True)


class QuantityField(Line):
    """ "1.5" in thousandths; empty is one, unless `empty` says another. From `least` on."""

    def __init__(self, label: str = "Quantity", *, empty: int = ONE, least: int = 1, **options: Any) -> None:
        self.empty, self.least = empty, least
        super().__init__(label, most=12, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        try:
            return typed.quantity(text, self.least) if text else self.empty
        except WrongLine as wrong:
            raise forms.ValidationError(wrong.sentence, code="invalid") from None


class PercentField(Line):
    """ "20 %" in thousandths of a percent; empty is 0."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, most=12, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        try:
            return typed.percent(text) if text else 0
        except WrongLine as wrong:
            raise forms.ValidationError(wrong.sentence, code="invalid") from None


class PaymentField(MoneyField):
    """A sum that changes hands; empty is all that is open, and nothing is no payment."""

    def clean(self, value: Any) -> Money | None:
        found = super().clean(value)
        if found is not None and not found:
            nothing = money.show(found, self.locale, sign=True)
            raise forms.ValidationError(f"{nothing} is no payment.", code="invalid")
        return found
