"""Items of the older Clinnet table: DynamoDB's JSON, one item a line, or plain JSON; gzipped or not.

Patients come first, under the ids they had, then their appointments, records, bills and services, as they are: what
is not understood is kept. Repeatable; what is there already stays.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from clinnet import clock, formats
from clinnet.accounts import queries
from clinnet.accounts.models import Clinic
from clinnet.table import Scope
from clinnet.table.errors import NotFound, Unavailable
from patients import legacy
from patients.fhir import BadResource, Problem
from patients.legacy import Older
from patients.legacy_patient import OlderPatient, patient
from patients.services import older

CHUNK = 100
PLURALS = {
    "PATIENT": "Patients",
    "APPOINTMENT": "Appointments",
    "RECORD": "Records",
    "BILLING": "Bills",
    "SERVICE": "Services",
}
OUTCOMES = {"new": "new", "there": "there already", "left": "left out"}
SENTENCES = {
    "elsewhere": "This id belongs to another clinic here; left out.",
    "orphan": "Its patient is neither in the file nor in the clinic; left out.",
    "large": "It is larger than an item may be; left out.",
}
T = TypeVar("T")


class Command(BaseCommand):
    help = "Import what the older Clinnet exported. Repeatable; --dry-run only tells."
    requires_system_checks = []  # those look at pages, and take longer than a small import

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--clinic", required=True, help="the guide's CLINIC#DEFAULT becomes this one")
        parser.add_argument("--dry-run", action="store_true", help="read and compare everything, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            clinic = queries.clinic(options["clinic"])
        except NotFound:
            raise CommandError(f"There is no clinic {options['clinic']}.") from None
        work = Import(clinic, options["dry_run"])
        try:
            work.patients(options["path"])
            work.the_rest(options["path"])
        except BadResource as bad:
            raise CommandError(f"{options['path']}: {bad.sentence}") from None
        except Unavailable as error:
            raise CommandError(f"{error.sentence} Import again: what is there stays as it is.") from None
        for line in work.report():
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("Nothing was written: this was a dry run.")


class Import:
    """The file is read twice, so that an item may stand before its patient and none is kept in memory."""

    def __init__(self, clinic: Clinic, dry_run: bool) -> None:
        self.clinic, self.dry_run = clinic, dry_run
        self.scope = Scope.system("import_clinnet", clinic.id)
        self.today = clock.today(clinic.time_zone)
        self.counts: Counter[tuple[str, str]] = Counter()
        self.not_understood: Counter[str] = Counter()
        self.lines: list[str] = []
        self.coming: set[str] = set()
        self.items = 0

    def patients(self, path: Path) -> None:
        for chunk in _chunks(self._understood(path)):
            met = {item.id: (item, known) for item, known in chunk}  # the last of two with one id
            outcomes, taken = older.take_patients(self.scope, list(met.values()), dry_run=self.dry_run)
            for id, (item, known) in met.items():
                self._count(item, outcomes[id])
                if outcomes[id] == "new":
                    self.coming.add(id)
                    self.not_understood.update(known.data.get("extra", {}).keys())
                    self.lines += [f"{item.where}: {note}" for note in known.notes]
                if id in taken:
                    self.lines.append(f"{item.where}: A number of theirs belongs to somebody here; kept aside.")

    def _understood(self, path: Path) -> Iterator[tuple[Older, OlderPatient]]:
        country, order = self.clinic.country, formats.date_order(self.clinic)
        for found in tqdm(legacy.read_file(path), desc="Patients", unit=" items", disable=None):
            self.items += 1
            if isinstance(found, Problem):
                self.counts["", "left"] += 1
                self.lines.append(f"{found.where}: {found.sentence}")
            elif found.kind == "PATIENT":
                try:
                    yield found, patient(found, today=self.today, country=country, order=order)
                except BadResource as bad:
                    self.counts["PATIENT", "left"] += 1
                    self.lines.append(f"{found.where}: {bad.sentence}")

    def the_rest(self, path: Path) -> None:
        bar = tqdm(legacy.read_file(path), desc="Their items", total=self.items, unit=" items", disable=None)
        others = (found for found in bar if isinstance(found, Older) and found.kind != "PATIENT")
        coming = frozenset(self.coming if self.dry_run else ())
        for chunk in _chunks(others):
            outcomes = older.carry(self.scope, chunk, dry_run=self.dry_run, coming=coming)
            for item, outcome in zip(chunk, outcomes, strict=True):
                self._count(item, outcome)

    def _count(self, item: Older, outcome: str) -> None:
        if sentence := SENTENCES.get(outcome):
            self.lines.append(f"{item.where}: {sentence}")
            outcome = "left"
        self.counts[item.kind, outcome] += 1

    def report(self) -> Iterator[str]:
        yield from self.lines
        for kind, plural in PLURALS.items():
            yield f"{plural}: " + ", ".join(f"{self.counts[kind, each]} {words}" for each, words in OUTCOMES.items())
        if unread := self.counts["", "left"]:
            yield f"Not read: {unread}"
        if self.not_understood:
            names = ", ".join(f"{name} ({count})" for name, count in self.not_understood.most_common())
            yield f"Kept as they were, without being understood: {names}"


def _chunks(things: Iterable[T]) -> Iterator[list[T]]:
    them = iter(things)
    while chunk := list(islice(them, CHUNK)):
        yield chunk
