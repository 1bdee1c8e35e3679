"""The charts in FHIR files, once their patients are there. Reading a file again changes nothing.

An item's id is made of its source's; what its resource says is kept with it, and tells whether the source has changed
it. What was changed here meanwhile is left as it is.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Key, Row
from clinnet.table.errors import ClinnetError, Unavailable
from patients import fhir as resources
from patients.fhir.references import Owner, Unclear
from patients.fhir.report import Report
from patients.fhir.whose import whose
from patients.hooks import ImportContext
from patients.models import Patient
from patients.queries import survivors
from patients.services.owners import owner as owner_of
from records.fhir import attached
from records.fhir.reading import TAKEN, Chart
from records.fhir.shapes import names_of
from records.services.fhir_given import Given
from records.services.fhir_names import Names
from records.services.fhir_writing import Sets, Writing

ORPHAN = "Its patient is neither in the files nor found here; left out."


@dataclass(repr=False)
class Charts:
    """One run. Whose a resource is is known from the patients that were imported before."""

    run: ImportContext
    pretended: dict[Key, Row] = field(default_factory=dict, repr=False)  # what a dry run would have written
    sets: Sets = field(default_factory=lambda: defaultdict(set), repr=False)  # of it

    def __post_init__(self) -> None:
        scope = self.run.scope
        self.zone = ZoneInfo(clinic_of(scope.clinic_id).time_zone)
        self.names = Names(scope)
        self.given = Given(self.run, self.names, self.pretended, self.sets, self.zone)

    def take(self, path: Path, report: Report) -> None:
        """`report` is the file's own, and goes on."""
        read = [each for each in resources.read_file(path) if isinstance(each, resources.Resource)]
        read = self._with_files(path, [each for each in read if each.kind in TAKEN])
        names = names_of((each.url, each.body) for each in read)
        charts: dict[tuple[str, str], Chart] = {}
        for each in read:
            owner, why = self._owner(str(path), each)
            if owner is None:
                if each.kind != "Encounter":  # of which whoever takes visits says so
                    report.leave_out(each.where, why)
                continue
            chart = charts.setdefault((owner.id, owner.source), Chart(names, self.zone))
            chart.add(self.run.directory.beside(path, each))
        known = survivors(self.run.scope, {id for id, _ in charts})
        for (id, source), chart in charts.items():
            self._take(known.get(id) or self.run.pretended(id), source or id, chart, report)

    def _with_files(self, path: Path, read: list[resources.Resource]) -> list[resources.Resource]:
        """Documents with the files that stand apart, in the same file or another one of its folder."""
        wanted = attached.wanted(read)
        if not wanted:
            return read
        found: dict[str, Any] = {}
        for other in [each for each in self.run.holding(attached.BINARY) if each.parent == path.parent]:
            for each in resources.read_file(other):
                if isinstance(each, resources.Resource) and each.kind == attached.BINARY:
                    found |= dict.fromkeys(attached.names_of(each) & wanted, each.body)
        return [replace(each, body=attached.with_data(each.body, found)) for each in read]

    def _owner(self, file: str, resource: resources.Resource) -> tuple[Owner | None, str]:
        """Whose it is, or why that is not known."""
        body = resource.body
        said = list(whose([body.get("subject"), body.get("patient")], body.get("contained")))
        try:
            return owner_of(self.run, file, resource, said), ORPHAN
        except Unclear as unclear:
            return None, unclear.sentence

    def _take(self, patient: Patient | None, source: str, chart: Chart, report: Report) -> None:
        if patient is None:
            report.leave_out("", ORPHAN)
            return
        try:
            taken = list(chart.taken())
            for where, why in chart.left:
                report.leave_out(where, why)
            for where, why in dict.fromkeys(chart.told):
                report.note(where, why)
            found = Writing(self.run.scope, patient, source, taken, chart, report, self.pretended, self.sets)
            found.settle()
            self.given.leave_others(patient, found.fresh, report)
            found.store(self._named(patient, found), dry_run=self.run.dry_run)
        except Unavailable:
            raise
        except ClinnetError as error:
            report.leave_out("", error.sentence)

    def _named(self, patient: Patient, found: Writing) -> list[Row]:
        """Rows that keep whose each resource is: of what is new here, and of what an earlier release imported."""
        new = {each.everywhere for each in found.fresh}
        stand = {known for known, _ in found.names().values()}
        mine = {each for each in stand if each in new or not self.names.owner(each)}
        return self.names.learn(patient.id, mine)
