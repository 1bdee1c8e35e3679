"""Time without a patient."""

from datetime import date, datetime
from typing import Any, cast

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.forms import ClinicForm
from clinnet.table import Once
from patients.forms.fields import Day, Line, PatientForm, RefField
from scheduling import services, setup
from scheduling.rules import walltime


class BlockForm(PatientForm):
    practitioner = RefField(setup.practitioner, label="Whose time", widget=forms.Select)
    room = RefField(setup.room, label="Room", widget=forms.Select)
    on = Day("Day")
    at = forms.TimeField(
        label="From",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write the time as 10:30.", "required": "Say from when."},
    )
    minutes = forms.IntegerField(
        label="Minutes",
        initial=30,
        error_messages={"invalid": "Write a number.", "required": "Say how long."},
    )
    reason = Line("What for", most=120, required=True, error_messages={"required": "Say what for: the board shows it."})

    def __init__(self, request: ClinicRequest, *, start: dict[str, Any] | None = None) -> None:
        super().__init__(request, start=start)
        known = setup.setup(self.scope)
        people = [(each.id, each.name) for each in known.practitioners]
        rooms = [(each.id, each.name) for each in known.rooms.values() if each.active]
        cast(forms.Select, self.fields["practitioner"].widget).choices = [("", "Nobody's"), *people]
        cast(forms.Select, self.fields["room"].widget).choices = [("", "None"), *rooms]

    def clean_on(self) -> date:
        on: str = self.cleaned_data["on"]
        if not on:
            raise forms.ValidationError("Say on which day.")
        return date.fromisoformat(on)

    @property
    def moment(self) -> datetime:
        given = self.cleaned_data
        return walltime.at(given["on"], f"{given['at']:%H:%M}", self.request.clinic.time_zone)

    def block(self, once: Once) -> None:
        given = self.cleaned_data
        services.block(
            self.scope, start=self.moment, minutes=given["minutes"], reason=given["reason"],
            practitioner=given["practitioner"], room=given["room"], once=once,
        )  # fmt: skip


class UnblockForm(ClinicForm):
    """A button."""
