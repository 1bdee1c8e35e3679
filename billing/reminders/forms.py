"""What somebody said on the phone about what they owe."""

from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line


class CallForm(ClinicForm):
    words = Line("What was said", most=200, required=True, error_messages={"required": "Write what was said."},
                 help_text="Only who may see money reads it")  # fmt: skip
