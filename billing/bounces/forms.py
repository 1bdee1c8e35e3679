"""Why a payment came back."""

from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line


class BounceForm(ClinicForm):
    reason = Line("Why?", most=200, required=True, error_messages={"required": "Say why it came back."})
