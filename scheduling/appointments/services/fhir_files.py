"""The visits in FHIR files, once their patients are there."""

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from clinnet.table import Scope, get_rows, keys
from clinnet.table.errors import ClinnetError, Unavailable
from patients import fhir as resources
from patients.fhir.parts import text
from patients.fhir.report import Report
from scheduling import fhir
from scheduling.appointments.services import imports
from scheduling.fhir import Visit

CHUNK = 200
ORPHAN = "Its patient is neither in the files nor found here by a number; left out."


@dataclass
class Visits:
    """Who is meant by a reference is known from the patients that were imported before, and by their numbers."""

    scope: Scope
    dry_run: bool
    _owners: dict[str, str] = field(default_factory=dict, repr=False)

    def remember(self, resource: resources.Resource, id: str) -> None:
        own = text(resource.body.get("id"))
        self._owners |= dict.fromkeys(filter(None, (resource.url, own and f"Patient/{own}")), id)

    def take(self, path: Path, report: Report) -> None:
        """`report` is the file's own, and goes on."""
        found = (each for each in resources.read_file(path) if isinstance(each, resources.Resource))
        visits = (visit for each in found if each.kind in fhir.KINDS and (visit := self._visit(each, report)))
        while chunk := list(islice(visits, CHUNK)):
            self._take_in(chunk, report)

    def _visit(self, resource: resources.Resource, report: Report) -> Visit | None:
        try:
            return fhir.visit(resource)
        except resources.BadResource as bad:
            report.leave_out(resource.where, bad.sentence)
            return None

    def _take_in(self, visits: list[Visit], report: Report) -> None:
        try:
            owners = self._known(visits)
            for visit, outcome in zip(visits, imports.take_in(self.scope, visits, owners, dry_run=self.dry_run),
                                      strict=True):  # fmt: skip
                if outcome == "orphan":
                    report.leave_out(visit.where, ORPHAN)
                else:
                    report.outcomes["visits", outcome] += 1
                    report.coming += imports.is_coming(visit)
        except Unavailable:
            raise
        except ClinnetError as error:
            report.leave_out("", error.sentence)

    def _known(self, visits: list[Visit]) -> dict[str, str]:
        """References of these visits to patients: also "https://server/Patient/1", and by number."""
        wanted = {reference for visit in visits for reference in visit.patient}
        owners = {each: self._owners[each] for each in wanted if each in self._owners}
        for each in wanted - owners.keys():
            if (short := "/".join(each.split("/")[-2:])) in self._owners and "/" in each:
                owners[each] = self._owners[short]
        numbers = {each: each.removeprefix("identifier ").partition("|") for each in wanted - owners.keys()
                   if each.startswith("identifier ")}  # fmt: skip
        places = {
            each: keys.identifier(self.scope.clinic_id, system, value) for each, (system, _, value) in numbers.items()
        }
        rows = get_rows(self.scope, places.values())
        return owners | {each: str(rows[key]["id"]) for each, key in places.items() if key in rows}
