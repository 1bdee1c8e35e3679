"""The visits in FHIR files, once their patients are there."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from clinnet import clock
from clinnet.table import Key, keys
from clinnet.table.errors import ClinnetError, Unavailable
from patients import fhir as resources
from patients.fhir.references import Unclear
from patients.fhir.report import Report
from patients.hooks import ImportContext
from patients.models import Patient
from patients.queries import survivors
from patients.rules import births
from patients.services.owners import owner
from scheduling import fhir
from scheduling.appointments.services import imports, pairs
from scheduling.appointments.services.pairs import Ident, Pairs
from scheduling.appointments.services.partners import Given, Name, Twin
from scheduling.fhir import Visit

CHUNK = 200
ORPHAN = "Its patient is neither in the files nor found here by a number; left out."
IN_ERROR = "It was entered in error and is not known here; left out."
DECEASED = "It is still to come, and its patient is recorded as deceased: nobody is to be booked for."
TOO_EARLY = "It lies before the birth of its patient; imported as it is."
TOO_LATE = "It lies after the death of its patient; imported as it is."


@dataclass(frozen=True, repr=False)
class _Found:
    """A visit, and its patient's id; `source` is that of the patient's resource."""

    visit: Visit
    key: str
    patient_id: str
    source: str
    twin: Twin | None = None


@dataclass
class Visits:
    """Who is meant by a reference is known from the patients that were imported before, and by their numbers."""

    run: ImportContext
    _met: dict[tuple[str, str, str], str] = field(default_factory=dict, repr=False)  # own ids by file, bundle, key

    _pairs: Pairs | None = field(default=None, repr=False)
    _waiting: dict[Ident, _Found] = field(default_factory=dict, repr=False)  # of a pair, those read first
    _counted: set[str] = field(default_factory=set, repr=False)  # keys of visits to come

    def __post_init__(self) -> None:
        self.imports = imports.Imports(self.run.scope, self.run.dry_run)

    def take(self, path: Path, report: Report) -> None:
        """`report` is the file's own, and goes on."""
        if self._pairs is None:
            self._pairs = Pairs(lambda file, resource, visit: self._owner(file, resource, visit)[0])
            if all(self.run.holding(kind) for kind in fhir.KINDS):
                self._pairs.read(self.run.holding(*fhir.KINDS))
        read = (each for each in resources.read_file(path) if isinstance(each, resources.Resource))
        found = (one for each in read if each.kind in fhir.KINDS for one in self._visits(str(path), each, report))
        while chunk := list(islice(found, CHUNK)):
            self._take_in(chunk, report)

    def _visits(self, file: str, resource: resources.Resource, report: Report) -> Iterator[_Found]:
        """The visit of a resource; nothing yet, where what belongs to it is still to be read."""
        me, all_pairs, visit = pairs.ident(file, resource), self._pairs, self._visit(file, resource, report)
        partner = all_pairs.partner(me) if all_pairs else None
        waiting = self._waiting.pop(partner, None) if partner else None
        if all_pairs and partner and (visit is None or (waiting and waiting.patient_id != visit.patient_id)):
            all_pairs.part(me)
            yield from filter(None, (waiting, visit))
        elif waiting and visit:
            yield self._together(*sorted((waiting, visit), key=lambda each: each.visit.kind))
        elif partner and visit:
            self._waiting[me] = visit
        elif visit:
            yield visit

    def _visit(self, file: str, resource: resources.Resource, report: Report) -> _Found | None:
        try:
            visit = fhir.visit(self.run.directory.beside(Path(file), resource))
            patient_id, source = self._owner(file, resource, visit)
        except (resources.BadResource, Unclear) as bad:
            report.leave_out(resource.where, bad.sentence)
            return None
        if not visit.is_global and not patient_id:
            report.leave_out(resource.where, ORPHAN)
            return None
        key = visit.key if visit.is_global else f"{visit.key} {source or patient_id}"
        own = str(resource.body.get("id") or resource.url)
        if self._met.setdefault((file, resource.within, key), own) != own:
            key = f"{key} {own}"  # two visits of one export share a number: it is not one visit's
        return _Found(visit, key, patient_id, source or patient_id)

    def _owner(self, file: str, resource: resources.Resource, visit: Visit) -> tuple[str, str]:
        """The id of the patient, "" for nobody, and the source. Raises Unclear."""
        found = owner(self.run, file, resource, visit.patient)
        return (found.id, found.source) if found else ("", "")

    def _take_in(self, found: list[_Found], report: Report) -> None:
        try:
            people = self._people({each.patient_id for each in found if each.patient_id})
            given = [self._given(each, people.get(each.patient_id)) for each in found]
            for each, outcome in zip(given, self.imports.take_in(given), strict=True):
                if outcome == "unknown":
                    report.leave_out(each.visit.where, ORPHAN if each.patient is None else IN_ERROR)
                    continue
                report.outcomes["visits", outcome] += 1
                self._coming(each, report)
                for note in _notes(each) if outcome in ("new", "changed") else ():
                    report.note(each.visit.where, note)
        except Unavailable:
            raise
        except ClinnetError as error:
            report.leave_out("", error.sentence)

    def _coming(self, given: Given, report: Report) -> None:
        """Each is counted once, and none of somebody who died."""
        if not imports.is_coming(given.told) or given.key in self._counted:
            return
        self._counted.add(given.key)
        if given.patient and given.patient.deceased_on:
            report.note(given.visit.where, DECEASED)
        else:
            report.coming += 1

    def _given(self, found: _Found, patient: Patient | None) -> Given:
        visit = found.visit
        keys_of = (f"Appointment {name}" + ("" if one else f" {found.source}") for name, one in visit.names)
        names = tuple(Name(self._place(key), self._place(f"called {key}")) for key in dict.fromkeys(keys_of))
        return Given(visit, found.key, self._place(found.key), patient, found.twin, names)

    def _place(self, key: str) -> Key:
        return keys.imported(self.run.scope.clinic_id, key)

    def _together(self, appointment: _Found, encounter: _Found) -> _Found:
        return replace(appointment, twin=Twin(encounter.visit, self._place(encounter.key)))

    def _people(self, ids: set[str]) -> dict[str, Patient]:
        known = survivors(self.run.scope, ids)
        pretended = {id: found for id in ids if (found := self.run.pretended(id))}
        return known | pretended


def _notes(given: Given) -> list[str]:
    """What cannot be, and was imported as it is."""
    visit, patient = given.told, given.patient
    notes, day = list(visit.notes), visit.start.date()
    if patient and patient.birth_date and day < births.span(patient.birth_date)[0]:
        notes.append(TOO_EARLY)
    if patient and patient.deceased_on and visit.state == "left" and day > births.span(patient.deceased_on)[1]:
        notes.append(TOO_LATE)
    if visit.state == "left" and visit.start > clock.now():
        notes.append("It is told as over, and lies in the future; imported as it is.")
    return notes
