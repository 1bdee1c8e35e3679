"""What the commands share that write one file a patient."""

import argparse
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clinnet.table import Scope
from clinnet.table.errors import ClinnetError
from patients import exporting
from patients.models import Patient
from patients.queries import current


class ExportCommand(BaseCommand):
    """`by` is who the trail says it was; `said` tells how it ended, with {count} and {folder}."""

    by = ""
    said = ""

    def export(self, scope: Scope, patient: Patient) -> str:
        """The file of one; empty where there is nothing of them to write."""
        raise NotImplementedError

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("clinic", help="the clinic's id")
        parser.add_argument("folder", type=Path, help="where the files go; made if it is not there")
        parser.add_argument("--patient", action="append", default=[], metavar="ID", help="this one alone; repeatable")

    def handle(self, *args: Any, **options: Any) -> None:
        scope, folder = Scope.system(self.by, options["clinic"]), options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        count = 0
        try:
            for patient in _patients(scope, options["patient"]):
                if made := self.export(scope, patient):
                    (folder / f"{patient.id}.json").write_text(made, encoding="utf-8")
                    count += 1
        except ClinnetError as error:
            raise CommandError(f"{error.sentence} {count} written so far.") from None
        self.stdout.write(self.said.format(count=count, folder=folder))


def _patients(scope: Scope, ids: Sequence[str]) -> Iterator[Patient]:
    """Those that were named, else all. Raises NotFound."""
    if ids:
        yield from (current(scope, id) for id in ids)
    else:
        yield from chain.from_iterable(exporting.batches(scope))
