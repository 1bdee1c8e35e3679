"""A document that somebody files, and an entry of it that is taken."""

import re

from django import forms

from clinnet import files
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line
from patients.models import Patient
from records.cda.parts import LARGEST, TOO_LARGE
from records.received.services.filing import MOST
from records.services.asking import Asked
from records.services.recording import Answers, Moment

ACCEPTS = "image/jpeg,image/png,image/webp,application/pdf,.xml,.cda,.ccd,text/xml,application/xml"
HELP = (
    f"A picture or a PDF, up to {MOST // 1024 // 1024} MB; or a CDA, C-CDA or CCD file (XML), up to 10 MB, of which "
    "nothing is taken into the chart by itself."
)
WEB = re.compile(rb"<(?:!doctype\s+|\w+:)?(?:html|svg)\b", re.IGNORECASE)  # a page or a drawing, though it may be XML
OTHER = "This file cannot be kept. Choose a picture (JPEG, PNG or WebP), a PDF or an XML file."


class Sure(ClinicForm):
    """Where the service asks, and is answered by sending the form once more."""

    sure = forms.CharField(required=False, max_length=2000)  # Asked.answers, parted by spaces

    @property
    def answered(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["sure"].split())

    def told(self, asked: Asked | None) -> str:
        """What the page asks now, with what it asked before."""
        return " ".join(sorted({*self.answered, *asked.answers})) if asked else ""


class SentFile(Sure):
    """A picture, a PDF or a document that is read."""

    file = forms.FileField(
        label="File",
        help_text=HELP,
        error_messages=dict.fromkeys(("required", "empty", "missing"), "Choose the file."),
        widget=forms.FileInput(attrs={"accept": ACCEPTS}),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        head = file.read(1000)
        is_opened = files.sniff(head) in files.OPENED
        if file.size > LARGEST and not is_opened:
            raise forms.ValidationError(TOO_LARGE)
        if not is_opened and (b"<" not in head or WEB.search(head)):
            raise forms.ValidationError(OTHER)
        if file.size > MOST:
            raise forms.ValidationError(files.TOO_BIG.format(what="file", most=MOST // 1024 // 1024))
        file.seek(0)
        return bytes(file.read())


class DocumentForm(SentFile):
    """`moment` is where it is filed: its token is good for that alone."""

    title = Line("What it is", most=80, help_text="Of a picture or a PDF, as: Left heel, wound.")

    def __init__(self, request: ClinicRequest, patient: Patient, moment: Moment) -> None:
        self.moment = moment
        super().__init__(request, about=f"{patient.id}/{moment.entry_id}")


class TakeForm(Sure):
    """`about` is the document and the key of what it offers: its token is good for that alone."""

    reason = Line("Reason", most=200)

    @property
    def answers(self) -> Answers:
        return Answers(self.answered, self.cleaned_data["reason"])
