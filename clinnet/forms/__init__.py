"""The form kit: `base` (sent once), `edit` (with conflict), `fields`, `rows` (that repeat)."""

from clinnet.forms.base import ClinicForm
from clinnet.forms.edit import ChoiceForm, EditForm

__all__ = ["ChoiceForm", "ClinicForm", "EditForm"]
