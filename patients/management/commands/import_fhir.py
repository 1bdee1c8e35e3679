"""Patients and their visits from FHIR R4 files: bundles of any type, bare resources, lists, NDJSON.

Repeatable: patients are found again by their identifiers, visits by their own, and what did not change in the file
changes nothing here. The files are read twice, so that a visit may stand before its patient, and in another file.
What cannot be imported gets a line in the report and stops nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from clinnet import clock, contributions
from clinnet.accounts import queries
from clinnet.accounts.models import Clinic
from clinnet.table import Scope
from clinnet.table.errors import ClinnetError, NotFound, Unavailable
from patients import fhir
from patients.fhir import around
from patients.fhir.directory import Directory
from patients.fhir.files import SUFFIXES, kind_of
from patients.fhir.references import Owner, References
from patients.fhir.report import PATIENTS, Report
from patients.hooks import FhirImporter, ImportContext
from patients.services import imports

AGAIN = "Import again: what is there stays as it is."


class Command(BaseCommand):
    help = "Import patients and visits from FHIR R4 files or folders. Repeatable; --dry-run only tells."
    requires_system_checks = []  # those look at pages, and take longer than a small import

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders to look through")
        parser.add_argument("--clinic", required=True)
        parser.add_argument("--dry-run", action="store_true", help="read and compare everything, write nothing")
        parser.add_argument(
            "--record-numbers",
            metavar="SYSTEM",
            default="",
            help="the identifier system whose medical record numbers become this clinic's own",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files = list(_files(options["paths"]))
        if not files:
            raise CommandError("There are no .json, .ndjson or .jsonl files there, nor any packed as .gz.")
        work = Import(_clinic(options["clinic"]), options["dry_run"], options["record_numbers"])
        total = Report()
        work.directory.read(files)
        with tqdm(unit=" resources", disable=None) as bar:
            for path in files:
                bar.set_description(path.name[:30])
                work.reports[path] = work.file(path, bar)
            for path, report in work.reports.items():
                work.the_rest(path, report)
                total.add(report)
                with tqdm.external_write_mode():
                    self._tell(path, report)
        if total.coming:
            self.stdout.write(f"{total.coming} of the visits are still to come and take no time here: book them.")
        taken = {kind for importer in contributions.of(FhirImporter) for kind in importer.kinds}
        left = [(kind, count) for kind, count in (total.kinds - total.used).most_common() if kind not in taken]
        kinds = ", ".join(f"{count} {kind}" for kind, count in left)
        if kinds:
            self.stdout.write(f"Not imported yet: {kinds}.")
        if phones := ", ".join(f"{count} as of {country}" for country, count in total.phones.most_common()):
            self.stdout.write(f"Phones written without a country were read {phones}.")
        self.stdout.write(f"{len(files)} files: {total}.")
        if options["dry_run"]:
            self.stdout.write("Nothing was written: this was a dry run.")

    def _tell(self, path: Path, report: Report) -> None:
        self.stdout.write(f"{path}: {report}")
        for line in report.lines:
            self.stdout.write(f"  {line}")


@dataclass
class Import:
    """One run: reads files into one clinic."""

    clinic: Clinic
    dry_run: bool
    record_numbers: str
    references: References = field(default_factory=References)
    directory: Directory = field(default_factory=Directory)
    beside: around.Index = field(default_factory=around.Index)
    reports: dict[Path, Report] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.scope = Scope.system("import_fhir", self.clinic.id)
        self.today = clock.today(self.clinic.time_zone)
        self.people = imports.Imports(self.scope, self.dry_run)
        run = ImportContext(
            self.scope,
            self.dry_run,
            self.references,
            self.directory,
            self._holding,
            self.people.holders,
            self.people.pretended,
        )
        self.others = {each: each.begin(run) for each in contributions.of(FhirImporter)}

    def _holding(self, *kinds: str) -> list[Path]:
        return [path for path, report in self.reports.items() if report.kinds.keys() & set(kinds)]

    def file(self, path: Path, bar: "tqdm[Any]") -> Report:
        report = Report()
        try:
            for found in fhir.read_file(path):
                bar.update()
                if isinstance(found, fhir.Problem):
                    report.leave_out(found.where, found.sentence)
                elif found.kind == "Patient":
                    self._patient(path, self._completed(path, found, report), report)
                else:
                    report.kinds[found.kind] += 1
        except fhir.BadResource as bad:
            report.leave_out("", bad.sentence)
        return report

    def _completed(self, path: Path, found: fhir.Resource, report: Report) -> fhir.Resource:
        """With relatives and insurers that are resources of their own."""
        there = [*self.beside.about(found), *self.directory.around(path, found)]
        made, used = around.completed(self.directory.beside(path, found), there)
        report.used += used
        return made

    def the_rest(self, path: Path, report: Report) -> None:
        """What other apps take from the file, now that all patients are known."""
        for importer, run in self.others.items():
            if report.kinds.keys() & set(importer.kinds):
                try:
                    run.take(path, report)
                except Unavailable as error:
                    raise CommandError(f"{error.sentence} {AGAIN}") from None

    def _patient(self, path: Path, resource: fhir.Resource, report: Report) -> None:
        owner = Owner("", "")
        try:
            mapped = fhir.patient(resource, today=self.today, country=self.clinic.country, file=path.name)
            own = [number for system, number in mapped.record_numbers if system == self.record_numbers]
            if own:
                mapped.data["mrn"] = own[0]
            taken = self.people.take_in(mapped)
            report.outcomes[PATIENTS, taken.outcome] += 1
            report.phones += mapped.completed_phones if taken.outcome != "same" else Counter()
            owner = Owner(taken.id, mapped.source)
        except fhir.BadResource as bad:
            report.leave_out(resource.where, bad.sentence)
        except Unavailable as error:
            raise CommandError(f"{error.sentence} {AGAIN}") from None
        except ClinnetError as error:
            report.leave_out(resource.where, error.sentence)
        else:
            for note in [*mapped.notes, *taken.notes]:
                report.note(resource.where, note)
        self.references.learn(str(path), resource, owner)


def _clinic(id: str) -> Clinic:
    try:
        return queries.clinic(id)
    except NotFound:
        raise CommandError(f"There is no clinic {id}.") from None


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Files as named; of a folder, those that can be FHIR, in order."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if kind_of(each) in SUFFIXES and each.is_file())
        else:
            yield path
