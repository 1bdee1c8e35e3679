"""Asking for a refund."""

from billing.forms import PaymentField
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line

APPROVE, DECLINE = "approve refund", "decline refund"  # buttons of the list


class RefundForm(ClinicForm):
    amount = PaymentField("Give back", required=True, error_messages={"required": "Say how much."})
    reason = Line("Why?", most=200, required=True, error_messages={"required": "Say why it is given back."})
