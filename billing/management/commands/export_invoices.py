"""Writes invoices as FHIR R4 bundles, one file a patient: manage.py export_invoices CLINIC FOLDER [--patient ID …]."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.exported.services.exporting import export
from clinnet.table import Scope
from clinnet.table.errors import ClinnetError
from patients import exporting
from patients.queries import current


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("clinic", help="the clinic's id")
        parser.add_argument("folder", type=Path, help="where the files go; made if it is not there")
        parser.add_argument("--patient", action="append", default=[], metavar="ID", help="this one alone; repeatable")

    def handle(self, *args: Any, **options: Any) -> None:
        scope, folder = Scope.system("export_invoices", options["clinic"]), options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        found = [[current(scope, id) for id in options["patient"]]] if options["patient"] else exporting.batches(scope)
        count = 0
        try:
            for patient in (each for batch in found for each in batch):
                if made := export(scope, patient=patient):
                    (folder / f"{patient.id}.json").write_text(made, encoding="utf-8")
                    count += 1
        except ClinnetError as error:
            raise CommandError(f"{error.sentence} {count} written so far.") from None
        self.stdout.write(f"The money of {count} patients is written to {folder}.")
