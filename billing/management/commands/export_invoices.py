"""Writes invoices as FHIR R4 bundles, one file a patient: manage.py export_invoices CLINIC FOLDER [--patient ID …]."""

from billing.exported.services.exporting import export
from clinnet.table import Scope
from patients.management.exports import ExportCommand
from patients.models import Patient


class Command(ExportCommand):
    help = __doc__
    by = "export_invoices"
    said = "The money of {count} patients is written to {folder}."

    def export(self, scope: Scope, patient: Patient) -> str:
        """Empty for a patient without invoices."""
        return export(scope, patient=patient)
