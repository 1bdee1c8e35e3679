"""Patients as other systems had them. Repeating an import changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from clinnet import clock
from clinnet.table import Action, Key, Scope, get_many, get_rows
from clinnet.table.errors import NotFound, Refused
from patients import hooks, index, queries
from patients.fhir.parts import came_before, version_kept
from patients.fhir.person import Mapped
from patients.models import Patient
from patients.rules import likeness
from patients.rules.shape import PatientData
from patients.services import imported
from patients.services.imported import AT, FLAGS, MADE, NUMBER, PAST, WHOLE, digest
from patients.services.people import build, change, register
from patients.timeline import all_ids

IMPORT_PATIENT = Action("patient.import", "imported this from a file")

Outcome = Literal["new", "changed", "same"]
OLDER_SEEN = "_imported"  # in `extra`, by earlier releases: of the one source that they knew
MOST_PAST = 8  # digests of earlier versions kept of a source
NAMES = ("family_name", "given_name", "further_names", "preferred_name", "other_names")
AN_OLDER_VERSION = "This version was imported before, and another one since; left as it is."


@dataclass(frozen=True)
class TakenIn:
    """What became of a patient, who it is here, and what the report has to say of it."""

    outcome: Outcome
    id: str
    notes: tuple[str, ...] = ()


@dataclass(repr=False)
class Imports:
    """One run into one clinic. A dry run keeps what it would have written, so that the next resource meets it."""

    scope: Scope
    dry_run: bool = False
    _pretended: dict[str, Patient] = field(default_factory=dict, repr=False)
    _claimed: dict[Key, str] = field(default_factory=dict, repr=False)

    def take_in(self, mapped: Mapped) -> TakenIn:
        """A patient from outside, found again by numbers that no two people share.

        What each source said last is kept: a source that says the same again changes nothing, and else only what it
        changed itself is written, so that what the staff typed, or chose in a merge, stays. Other sources, and files
        about a patient registered by hand, complete and never correct. Raises Refused where a person has to decide.
        """
        data = imported.completed(self.scope, mapped.data)
        found = self.known(mapped)
        if found is None:
            seen = {mapped.source: _seen(mapped, {MADE: True})}
            return TakenIn("new", self._register({**data, "sources": seen}))
        sources = self._sources(found)
        before = sources.get(mapped.source) or _of_older_release(found, sources)
        if before is None and mapped.digest in {each.get(WHOLE) for each in sources.values()}:
            return TakenIn("same", found.id)  # the same, sent again under another id
        if before and before.get(WHOLE) == mapped.digest:
            return TakenIn("same", found.id)
        if before and _is_older(mapped, before):
            return TakenIn("same", found.id, (AN_OLDER_VERSION,))
        changes, notes = imported.changes(found, data, before, sources, mapped.withdrawn)
        told = self._write(found, changes, {mapped.source: _seen(mapped, before or {})})
        return TakenIn("changed" if changes else "same", found.id, (*notes, *told))

    def known(self, mapped: Mapped) -> Patient | None:
        """The patient who has these numbers. Raises Refused for two, and for who may be somebody else."""
        found = self.holders(mapped.data)
        if len(found) > 1:
            raise Refused(f"Its numbers belong to {len(found)} patients here. Left for a person to decide.")
        known = next(iter(found.values()), None)
        if known and not self._is_one(known, mapped):
            raise Refused("Its number belongs to a patient here with another name or birth date. Left for a person.")
        return known

    def holders(self, data: PatientData) -> dict[str, Patient]:
        """Who has these numbers here, by id: one patient at most, unless numbers of several stand in `data`."""
        places = list(index.unique_keys(self.scope.clinic_id, data).values())
        ids = {self._claimed[place] for place in places if place in self._claimed}
        ids |= {str(row["id"]) for row in get_rows(self.scope, places).values()}
        return {each.id: each for each in map(self._patient, ids)}

    def pretended(self, id: str) -> Patient | None:
        """A patient as this dry run would have written them."""
        return self._pretended.get(id)

    def _is_one(self, known: Patient, mapped: Mapped) -> bool:
        """With this record, or with one that a person folded into it."""
        same = mapped.has_own_id and mapped.source in self._sources(known)
        return any(likeness.are_one(mapped.data, each.data, same_source=same) for each in [known, *self._folded(known)])

    def _folded(self, found: Patient) -> list[Patient]:
        return get_many(self.scope, map(Patient.at, found.absorbed)).of(Patient) if found.absorbed else []

    def _patient(self, id: str) -> Patient:
        if id in self._pretended:
            return self._pretended[id]
        try:
            found = queries.current(self.scope, id)
        except NotFound:  # the rest of an interrupted batch, which its own command completes
            raise Refused("One of its numbers is being registered by another import. Import again later.") from None
        return self._pretended.get(found.id, found)

    def _sources(self, found: Patient) -> dict[str, Mapping[str, Any]]:
        """What each source said last, also of the records that were folded into this one."""
        said: dict[str, Mapping[str, Any]] = {}
        for each in self._folded(found):
            said |= {name: {**seen, MADE: False} for name, seen in (each.sources or {}).items()}
            if older := (each.extra or {}).get(OLDER_SEEN):
                said.setdefault(f"{OLDER_SEEN}{each.id}", older)
        return said | dict(found.sources or {})

    # --- Writing, or as if -------------------------------------------------------------------------------------------

    def _register(self, data: Mapping[str, Any]) -> str:
        data = {name: value for name, value in data.items() if value or name not in FLAGS}
        if not self.dry_run:
            return register(self.scope, data)
        return self._pretend(build(self.scope, clock.new_id(), data, clock.stamp()))

    def _pretend(self, patient: Patient) -> str:
        self._pretended[patient.id] = patient
        self._claimed |= dict.fromkeys(index.unique_keys(self.scope.clinic_id, patient.data).values(), patient.id)
        return patient.id

    def _write(self, found: Patient, changes: Mapping[str, Any], seen: Mapping[str, Any]) -> list[str]:
        """Returns what was done besides, in words: a death by file does what a death by hand does."""
        extra = {name: text for name, text in (changes.get("extra") or found.extra or {}).items() if name != OLDER_SEEN}
        changes = {**changes, "extra": extra, "sources": {**(found.sources or {}), **seen}}
        if self.dry_run:
            self._pretend(build(self.scope, found.id, {**found.data, **changes}, clock.stamp()))
        else:
            _change(self.scope, found, changes)
        on = changes.get("deceased_on")
        if found.deceased_on and on == "":
            back = hooks.lives(self.scope, all_ids(found), dry_run=self.dry_run)
            return [f"What its record had stopped: {', '.join(back)}."] if back else []
        if not on or found.deceased_on:
            return []
        stopped = hooks.died(self.scope, all_ids(found), dry_run=self.dry_run)
        return [f"Recorded as deceased: {', '.join(stopped)}."] if stopped else []


def _of_older_release(found: Patient, sources: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Earlier releases knew one source a patient; it is taken to be this one."""
    return None if found.sources or len(sources) else (found.extra or {}).get(OLDER_SEEN)


def _is_older(mapped: Mapped, before: Mapping[str, Any]) -> bool:
    known = version_kept(before.get(AT), before.get(NUMBER))
    return came_before(mapped.version, known, mapped.digest, before.get(PAST) or [])


def _seen(mapped: Mapped, before: Mapping[str, Any]) -> dict[str, Any]:
    past: Sequence[str] = [*(before.get(PAST) or []), *filter(None, [before.get(WHOLE)])][-MOST_PAST:]
    said: dict[str, Any] = {name: digest(value) for name, value in mapped.data.items()} | {WHOLE: mapped.digest}
    marks = {MADE: bool(before.get(MADE)), PAST: list(past), AT: mapped.version.at, NUMBER: mapped.version.number}
    return said | {name: value for name, value in marks.items() if value}


def _change(scope: Scope, found: Patient, changes: Mapping[str, Any]) -> None:
    """In one transaction; where a changed name moves too many search rows for one, the names go first."""
    try:
        change(scope, found, changes, action=IMPORT_PATIENT)
    except ValueError:  # more actions than a transaction takes: nothing was sent
        first = {name: value for name, value in changes.items() if name in NAMES}
        change(scope, found, first, action=IMPORT_PATIENT)
        rest = {name: value for name, value in changes.items() if name not in NAMES}
        change(scope, queries.patient(scope, found.id), rest, action=IMPORT_PATIENT)
