"""One line about a call, and who calls back."""

from typing import Any, cast

from django import forms

from clinnet import formats
from clinnet.accounts import queries as staff
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Role
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Day, Line
from patients.contacts import HOW
from patients.models import Patient

ROLES = {Role.RECEPTIONIST: "Reception", Role.NURSE: "A nurse", Role.DOCTOR: "A doctor"}


LINE = {
    "class": "form-control",
    "placeholder": "Log a call: one line",
    "autocomplete": "off",
    "data-key": "l",
    "data-key-name": "Log a call",
}


class ContactForm(ClinicForm):
    draft = True
    draft_only = ("how", "text", "callback_by", "callback_on", "callback_at")

    how = Choice(
        "How",
        [(value, words) for value, (words, _) in HOW.items()],
        required=True,
        initial="in phone",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    text = Line(
        "What was said",
        most=300,
        required=True,
        error_messages={"required": "Write one line."},
        widget=forms.TextInput(attrs=LINE),
    )
    callback_by = Choice("Who calls back")
    callback_on = Day("On")
    callback_at = forms.TimeField(
        label="At",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M"),
        error_messages={"invalid": "Write the time as 10:30."},
    )

    def __init__(self, request: ClinicRequest, patient: Patient) -> None:
        super().__init__(request, about=patient.id)
        self.people = people = tuple((each.id, each.name) for each in staff.staff(request.scope))
        by = cast(forms.ChoiceField, self.fields["callback_by"])
        by.choices = [("", "Nobody"), ("Whoever is there", list(ROLES.items())), ("One person", people)]
        self.names = {str(role): words for role, words in ROLES.items()} | dict(people)

    def clean_callback_on(self) -> str:
        on: str = self.cleaned_data["callback_on"]
        if on and on < formats.today(self.request.clinic):
            raise forms.ValidationError("That day is past.")
        return on

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        dated = given.get("callback_on") or given.get("callback_at")
        if dated and not given.get("callback_by") and "callback_by" not in self.errors:
            self.add_error("callback_by", "Say who calls back.")
        return given

    @property
    def contact(self) -> dict[str, Any]:
        """What was typed, as `services.log_contact` takes it. A call-back without a date is due today."""
        given = self.cleaned_data
        direction, channel = given["how"].split(" ", 1)
        by, at = given["callback_by"], given["callback_at"]
        on = (given["callback_on"] or formats.today(self.request.clinic)) if by else ""
        return {
            "direction": direction,
            "channel": channel,
            "text": given["text"],
            "callback_on": on,
            "callback_at": f"{at:%H:%M}" if by and at else "",
            "callback_by": by,
            "callback_name": self.names.get(by, ""),
        }
