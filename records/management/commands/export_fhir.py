"""Writes charts as FHIR R4 bundles, one file a patient: manage.py export_fhir CLINIC FOLDER [--patient ID …]."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinnet.table import Scope
from clinnet.table.errors import ClinnetError
from patients import exporting
from patients.queries import current
from records.services.exporting import export


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("clinic", help="the clinic's id")
        parser.add_argument("folder", type=Path, help="where the files go; made if it is not there")
        parser.add_argument("--patient", action="append", default=[], metavar="ID", help="this one alone; repeatable")

    def handle(self, *args: Any, **options: Any) -> None:
        scope, folder = Scope.system("export_fhir", options["clinic"]), options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        found = [[current(scope, id) for id in options["patient"]]] if options["patient"] else exporting.batches(scope)
        count = 0
        try:
            for patients in found:
                for patient in patients:
                    (folder / f"{patient.id}.json").write_text(export(scope, patient=patient), encoding="utf-8")
                    count += 1
        except ClinnetError as error:
            raise CommandError(f"{error.sentence} {count} written so far.") from None
        self.stdout.write(f"{count} charts written to {folder}.")
