"""The buttons of a job."""

from clinnet.forms.base import ClinicForm


class GoOnForm(ClinicForm):
    """A button."""


class UndoJobForm(ClinicForm):
    """A button."""
