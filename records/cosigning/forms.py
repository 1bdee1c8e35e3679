"""What a doctor says to a note that needs a second signature."""

from django import forms

from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Line


class CosignForm(ClinicForm):
    """`seen` is what the page showed: whatever came after is read before anybody signs."""

    seen = forms.CharField(widget=forms.HiddenInput)
    why = Line("What is to be mended", most=500, help_text="Only if you send it back: its author reads this")

    def __init__(self, request: ClinicRequest, *, about: str, seen: str) -> None:
        super().__init__(request, about=about)
        self.initial = {"seen": seen}
