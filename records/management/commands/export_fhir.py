"""Writes charts as FHIR R4 bundles, one file a patient: manage.py export_fhir CLINIC FOLDER [--patient ID …]."""

from clinnet.table import Scope
from patients.management.exports import ExportCommand
from patients.models import Patient
from records.services.exporting import export


class Command(ExportCommand):
    help = __doc__
    by = "export_fhir"
    said = "{count} charts written to {folder}."

    def export(self, scope: Scope, patient: Patient) -> str:
        return export(scope, patient=patient)
