"""An amount in the clinic's currency, as people type it."""

from typing import Any

from django import forms

from clinnet import money
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import Placed
from clinnet.money import BadAmount, Money


class MoneyField(Placed, forms.CharField):
    """The cleaned value is a Money, or None when left empty. Sums that are owed are never negative."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    currency = "EUR"
    locale = "en"

    def __init__(self, label: str = "Amount", **options: Any) -> None:
        super().__init__(label=label, max_length=40, **({"required": False} | options))

    def place(self, request: ClinicRequest) -> None:
        self.currency, self.locale = request.clinic.money, request.clinic.locale

    def prepare_value(self, value: Any) -> Any:
        return money.show(value, self.locale) if isinstance(value, Money) else value

    def clean(self, value: Any) -> Money | None:
        text = super().clean(value)
        try:
            return money.parse(text, self.currency, self.locale) if text else None
        except BadAmount as bad:
            raise forms.ValidationError(bad.sentence, code="invalid") from None
