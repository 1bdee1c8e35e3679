"""Forms of the console's own: they change nothing that an app keeps."""

from clinnet.console.exporting import CSV, JSON
from clinnet.forms.base import ClinicForm
from clinnet.forms.fields import Choice


class ExportForm(ClinicForm):
    kind = Choice("As", [(CSV, "CSV, for a spreadsheet"), (JSON, "JSON, a line for each")])
