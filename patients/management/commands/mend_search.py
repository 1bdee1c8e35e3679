"""Gives patients the search rows that newer rules make: names of other scripts in Latin letters."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinnet.table import Scope
from clinnet.table.errors import Stale
from clinnet.table.scans import every_raw
from patients.models import Patient
from patients.services.searching import add_missing_rows


class Command(BaseCommand):
    help = "Add the search rows that patients lack, in all clinics, while people work. Repeatable: then it adds none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", default="", help="only this clinic's")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = people = missed = 0
        for raw in every_raw(Scope.system("mend_search")):
            if not Patient.is_one(raw) or options["clinic"] not in ("", raw["clinicId"]["S"]):
                continue
            patient = Patient.read(raw)
            try:
                added = add_missing_rows(Scope.system("mend_search", patient.clinic_id), patient)
            except Stale:
                missed += 1
                continue
            rows, people = rows + added, people + bool(added)
        self.stdout.write(f"{rows} search rows were added, of {people} patients.")
        if missed:
            raise CommandError(f"{missed} patients were changed meanwhile. Run it again.")
