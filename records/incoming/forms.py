"""A document that the desk hands to a doctor, and what a doctor does with it."""

from typing import Any, cast

from django import forms

from clinnet.accounts import queries as accounts
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm, Placed
from clinnet.forms.fields import Choice, Day, Line
from clinnet.forms.pick import PickField
from patients.models import Patient
from records.incoming.models import Incoming
from records.received.forms import SentFile, Sure
from records.rules.incoming import WHY


class DoctorField(Placed, Choice):
    """One of the clinic's doctors; empty: whoever looks first."""

    def place(self, request: ClinicRequest) -> None:
        self.choices = [("", "Any doctor"), *((each.id, each.name) for each in accounts.practitioners(request.scope))]


class HandInForm(SentFile):
    """It goes to the patient's own doctor, where the desk says no other."""

    title = Line("What it is", most=80, help_text="As: Letter from City Hospital. An XML file says it by itself.")
    doctor = DoctorField("Goes to")

    def __init__(self, request: ClinicRequest, patient: Patient) -> None:
        super().__init__(request, about=patient.id)
        doctors = {each.id for each in accounts.practitioners(request.scope)}
        self.initial = {"doctor": patient.practitioner_id if patient.practitioner_id in doctors else ""}


class FileInForm(Sure):
    """Of a picture or a PDF with its title and day; a document that is read has its own."""

    title = Line("What it is", most=80, required=True, error_messages={"required": "Say what it is."})
    on = Day("Of which day")

    def __init__(self, request: ClinicRequest, incoming: Incoming, *, on: str, **options: Any) -> None:
        super().__init__(request, about=incoming.id, **options)
        self.initial = {"title": incoming.title or "", "on": on}
        if not incoming.media:
            del self.fields["title"], self.fields["on"]


class DropForm(ClinicForm):
    why = Choice(
        "Why it is not needed",
        [("", ""), *WHY.items()],
        required=True,
        error_messages={"required": "Say why it is not needed."},
    )

    def __init__(self, request: ClinicRequest, incoming: Incoming, **options: Any) -> None:
        super().__init__(request, about=incoming.id, **options)


class OtherForm(ClinicForm):
    """Whom it is about."""

    other = PickField("record", "Whose is it?")

    def __init__(self, request: ClinicRequest, patient: Patient, incoming_id: str) -> None:
        super().__init__(request, about=incoming_id)
        cast(PickField, self.fields["other"]).without = (patient.id,)

    def clean_other(self) -> Patient:
        if self.cleaned_data["other"] is None:
            raise forms.ValidationError("Choose the patient.")
        return cast(Patient, self.cleaned_data["other"])
