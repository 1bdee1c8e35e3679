"""Money for an invoice."""

from django import forms

from billing.checkout.services import Taken
from billing.forms import PaymentField
from billing.models import CARD, CASH, TRANSFER
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice

UNDO = "undo check-out"  # a button, on the toast and on the invoice


class TakeForm(ClinicForm):
    method = Choice("How", [(CARD, "Card"), (CASH, "Cash"), (TRANSFER, "Transfer")], initial=CARD, required=True,
                    widget=forms.RadioSelect)  # fmt: skip
    amount = PaymentField("Amount", help_text="Empty: all that is open")

    @property
    def taken(self) -> Taken:
        amount = self.cleaned_data["amount"]
        return Taken(self.cleaned_data["method"], amount.minor if amount else None)
