"""The charts in FHIR files, once their patients are there. Reading a file again changes nothing.

An item's id is made of its source's; what its resource says is kept with it, and tells whether the source has changed
it. What was changed here meanwhile is left as it is.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
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
from records.fhir.reading import TAKEN, Chart
from records.fhir.shapes import everywhere, names_of
from records.services.fhir_writing import Sets, Writing

ORPHAN = "Its patient is neither in the files nor found here; left out."
ELSEWHERE = "Its source said before that it is another patient's: it stands there too, until it is marked there."


@dataclass(repr=False)
class Charts:
    """One run. Whose a resource is is known from the patients that were imported before."""

    run: ImportContext
    pretended: dict[Key, Row] = field(default_factory=dict, repr=False)  # what a dry run would have written
    sets: Sets = field(default_factory=lambda: defaultdict(set), repr=False)  # of it
    met: dict[str, str] = field(default_factory=dict, repr=False)  # whose each was, by the name that it has everywhere

    def take(self, path: Path, report: Report) -> None:
        """`report` is the file's own, and goes on."""
        read = [each for each in resources.read_file(path) if isinstance(each, resources.Resource)]
        read = [each for each in read if each.kind in TAKEN]
        names = names_of((each.url, each.body) for each in read)
        zone = ZoneInfo(clinic_of(self.run.scope.clinic_id).time_zone)
        charts: dict[tuple[str, str], Chart] = {}
        owners: list[tuple[resources.Resource, str]] = []
        for each in read:
            owner, why = self._owner(str(path), each)
            if owner is None:
                if each.kind != "Encounter":  # of which whoever takes visits says so
                    report.leave_out(each.where, why)
                continue
            charts.setdefault((owner.id, owner.source), Chart(names, zone)).add(self.run.directory.beside(path, each))
            owners.append((each, owner.id))
        known = survivors(self.run.scope, {id for id, _ in charts})
        for each, id in owners:
            self._tell_of_another(each, known[id].id if id in known else id, report)
        for (id, source), chart in charts.items():
            self._take(known.get(id) or self.run.pretended(id), source or id, chart, report)

    def _tell_of_another(self, resource: resources.Resource, id: str, report: Report) -> None:
        """Within a run: an item's id is of its patient's source, so another's is another item."""
        address = everywhere(resource)
        if address and self.met.setdefault(address, id) != id:
            self.met[address] = id
            report.note(resource.where, ELSEWHERE)

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
            found.write(dry_run=self.run.dry_run)
        except Unavailable:
            raise
        except ClinnetError as error:
            report.leave_out("", error.sentence)
