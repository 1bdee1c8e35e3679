"""How a call went; and the opening strip, put away."""

from django import forms

from clinnet.forms import ClinicForm
from scheduling.phoning import OUTCOMES


class CalledForm(ClinicForm):
    """The three buttons beside somebody on the phone list."""

    outcome = forms.ChoiceField(choices=[(each, each) for each in OUTCOMES])


class DismissForm(ClinicForm):
    """The button that puts the opening strip away for the day."""
