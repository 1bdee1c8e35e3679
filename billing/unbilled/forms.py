"""Why a visit has nothing to bill."""

from typing import Any

from django import forms

from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice, Line

TAKE_BACK = "bill again"  # a button
OTHER = "other"
REASONS = ("Free of charge", "Within the price of an earlier visit", "Entered by mistake", "The state pays")


class ExcuseForm(ClinicForm):
    """`seen` sends back the version of what the page said was done, 0 of nothing."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    why = Choice(
        "Why?",
        [*((each, each) for each in REASONS), (OTHER, "Something else")],
        required=True,
        widget=forms.RadioSelect,
        error_messages={"required": "Say why there is nothing to bill."},
    )
    words = Line("In words", most=200)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("why") == OTHER and not given.get("words"):
            self.add_error("words", "Say why there is nothing to bill.")
        return given

    @property
    def reason(self) -> str:
        """ "Free of charge", "Free of charge: a colleague", "A colleague"."""
        why, words = self.cleaned_data["why"], self.cleaned_data["words"]
        return ": ".join(each for each in ("" if why == OTHER else why, words) if each)
