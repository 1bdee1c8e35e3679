"""A patient is asked back."""

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Day, Line
from patients.models import Patient
from records.recalls.services import Wish
from records.rules.recalls import HOW


class RecallForm(ClinicForm):
    what = Line(
        "What for",
        most=80,
        required=True,
        error_messages={"required": "Say what for."},
        help_text="The desk reads this: write what they have to say, and no diagnosis",
    )
    due = Day("When")
    how = Choice("How", [("phone", "By phone"), ("letter", "By letter")], required=True)

    def __init__(self, request: ClinicRequest, patient: Patient) -> None:
        super().__init__(request, about=patient.id)

    @property
    def wish(self) -> Wish:
        given = self.cleaned_data
        return Wish(given["what"], given["due"], given["how"] if given["how"] in HOW else "phone")
