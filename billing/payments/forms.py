"""Money for an invoice."""

from django import forms

from billing.forms import PaymentField, SumForm
from billing.ledger.queries import Account
from billing.models import CARD, CASH, TRANSFER
from billing.takings.services import Taken
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Line, Tick

UNDO = "undo check-out"  # a button, on the toast and on the invoice


WAYS = [(CARD, "Card"), (CASH, "Cash"), (TRANSFER, "Transfer")]


class TakeForm(SumForm):
    method = Choice("How", WAYS, initial=CARD, required=True, widget=forms.RadioSelect)
    amount = PaymentField("Amount", help_text="Empty: all that is open")
    credit = Tick("Use the credit first", initial=True)

    def __init__(self, request: ClinicRequest, account: Account, *, about: str) -> None:
        super().__init__(request, about=about)
        self.account = account
        if not account.credit:
            del self.fields["credit"]

    @property
    def taken(self) -> Taken:
        given = self.cleaned_data
        amount = given["amount"].minor if given["amount"] else None
        return Taken(given["method"], amount, credit=self.account if given.get("credit") else None)


class DepositForm(ClinicForm):
    method = Choice("How", WAYS, initial=CARD, required=True, widget=forms.RadioSelect)
    amount = PaymentField("Amount", required=True, error_messages={"required": "Say how much."})


class WriteOffForm(SumForm):
    reason = Line("Why?", most=200, required=True, error_messages={"required": "Say why it is written off."})
