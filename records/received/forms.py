"""A document that somebody files, and an entry of it that is taken."""

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line
from patients.models import Patient
from records.cda.parts import LARGEST, TOO_LARGE
from records.services.asking import Asked
from records.services.recording import Answers, Moment


class _Sure(ClinicForm):
    sure = forms.CharField(required=False, max_length=2000)  # Asked.answers, parted by spaces

    @property
    def answered(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["sure"].split())

    def told(self, asked: Asked | None) -> str:
        """What the page asks now, with what it asked before."""
        return " ".join(sorted({*self.answered, *asked.answers})) if asked else ""


class DocumentForm(_Sure):
    """`moment` is where it is filed: its token is good for that alone."""

    file = forms.FileField(
        label="Document",
        help_text="A CDA, C-CDA or CCD file (XML), up to 10 MB. Nothing of it is taken into the chart by itself.",
        error_messages=dict.fromkeys(("required", "empty", "missing"), "Choose the file."),
        widget=forms.FileInput(attrs={"accept": ".xml,.cda,.ccd,text/xml,application/xml"}),
    )

    def __init__(self, request: ClinicRequest, patient: Patient, moment: Moment) -> None:
        self.moment = moment
        super().__init__(request, about=f"{patient.id}/{moment.entry_id}")

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(TOO_LARGE)
        return bytes(file.read())


class TakeForm(_Sure):
    """`about` is the document and the key of what it offers: its token is good for that alone."""

    reason = Line("Reason", most=200)

    @property
    def answers(self) -> Answers:
        return Answers(self.answered, self.cleaned_data["reason"])
