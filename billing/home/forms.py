"""The box that takes a document's number. It is posted: what somebody types by mistake may be a name."""

from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line


class FindForm(ClinicForm):
    number = Line("Number of an invoice or a credit note", most=20, required=True,
                  error_messages={"required": "Write a number."})  # fmt: skip
