"""The type of a visit and how long it is, where it stands."""

from typing import Any, cast

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.fields import RefField
from scheduling.appointments.forms.visits import BackForm
from scheduling.calendar.forms.fields import Minutes
from scheduling.calendar.queries import setup
from scheduling.models import Appointment


class TypeForm(BackForm):
    visit_type = RefField(setup.visit_type, label="Type", widget=forms.Select)
    minutes = Minutes("Minutes", help_text="Empty: as long as the type is")

    def __init__(self, request: ClinicRequest, appointment: Appointment) -> None:
        super().__init__(request, about=appointment.id)
        known = setup.setup(self.scope)
        practitioner = known.practitioner(appointment.practitioner_id or "")
        types = [
            each
            for each in known.visit_types.values()
            if each.id == appointment.visit_type_id
            or (each.active and (practitioner is None or practitioner in known.who_does(each)))
        ]
        choices = [(each.id, f"{each.name}, {int(each.minutes)} min") for each in types]
        cast(forms.Select, self.fields["visit_type"].widget).choices = choices
        start: dict[str, Any] = {"visit_type": appointment.visit_type_id, "back": "details"}
        self.initial = start

    def clean_visit_type(self) -> Any:
        if self.cleaned_data["visit_type"] is None:
            raise forms.ValidationError("Choose a type.")
        return self.cleaned_data["visit_type"]

    def now(self, appointment: Appointment) -> str:
        """ "Procedure, 30 min"."""
        kind = setup.setup(self.scope).visit_types.get(appointment.visit_type_id or "")
        return f"{kind.name if kind else ''}, {int(appointment.minutes or 0)} min"
