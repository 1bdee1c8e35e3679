"""Archive and restore, deceased, test patient, restricted chart."""

from django import forms

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line
from clinnet.rules import dates
from patients.models import Patient
from patients.rules import births


class ReasonForm(ClinicForm):
    draft = True
    reason = Line(
        "Why",
        required=True,
        help_text="Moved away, registered twice, never came. Whoever opens the record reads it.",
        error_messages={"required": "Say why, in a few words."},
    )


class DeathForm(ClinicForm):
    on = Line(
        "Date of death",
        most=40,
        required=True,
        help_text="A month or a year is enough when the day is not known.",
        error_messages={"required": "Give the date. A month or a year is enough."},
    )

    def __init__(self, request: ClinicRequest, patient: Patient) -> None:
        super().__init__(request, about=patient.id)
        self.born, self.order = patient.birth_date or "", formats.date_order(request.clinic)
        self.initial = {"on": dates.show(patient.deceased_on or "", self.order)}

    def clean_on(self) -> str:
        """ISO, perhaps without day or month."""
        try:
            on = births.parse(self.cleaned_data["on"], self.order, clock.today(self.request.clinic.time_zone))
        except births.BadDate as bad:
            raise forms.ValidationError(bad.sentence) from None
        if self.born and births.span(on)[1] < births.span(self.born)[0]:
            raise forms.ValidationError("That is before the birth date.")
        return on
