"""Cash in or out of a drawer."""

from django import forms

from billing.forms import PaymentField
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Line

OUT, IN = "out", "in"


class MoveForm(ClinicForm):
    way = Choice("Which way", [(OUT, "Out of the drawer"), (IN, "Into the drawer")], initial=OUT, required=True,
                 widget=forms.RadioSelect)  # fmt: skip
    amount = PaymentField("Amount", required=True, error_messages={"required": "Say how much."})
    reason = Line("What for?", most=200, required=True, error_messages={"required": "Say what it is for."},
                  help_text="As stamps, milk, change from the bank. No patient's name.")  # fmt: skip

    @property
    def signed(self) -> int:
        amount = int(self.cleaned_data["amount"].minor)
        return amount if self.cleaned_data["way"] == IN else -amount
