"""What a source gives to another patient leaves the one who had it: there it is entered in error from then on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from itertools import product
from typing import Any

from clinnet import clock
from clinnet.table import Key, Row, get_many, get_rows, keys
from clinnet.table.values import row_to_raw
from patients.fhir.parts import Json
from patients.fhir.report import Report
from patients.hooks import ImportContext
from patients.models import Patient
from patients.queries import survivors
from patients.timeline import all_ids
from records import queries
from records.fhir.measured import places
from records.fhir.reading import Chart
from records.fhir.taken import ENTRY
from records.models import ERRORED, OBS, RES, Entry, Recorded
from records.services import fhir_versions as versions
from records.services.fhir_items import BY, GIVEN_AWAY, made_id
from records.services.fhir_names import Names
from records.services.fhir_writing import HANGS, MOST, THINGS, Fresh, Sets, Writing

GONE = "Its source gives it to another patient than before: at patient {} it is entered in error now."
SIGNED = "Its source gives it to another patient than before. At patient {} it is signed: mark it there by hand."
TOUCHED = "Its source gives it to another patient than before. At patient {} somebody changed it: mark it by hand."
BY_NAME = "its source"


@dataclass(repr=False)
class Given:
    """One run. `pretended` and `sets` are a dry run's."""

    run: ImportContext
    names: Names
    pretended: dict[Key, Row]
    sets: Sets
    zone: tzinfo

    def leave_others(self, patient: Patient, fresh: Iterable[Fresh], report: Report) -> None:
        """`fresh` is what this patient did not have before."""
        owned: dict[str, list[Fresh]] = defaultdict(list)
        for each in fresh:
            owner = self.names.owner(each.everywhere)
            if owner and owner not in all_ids(patient):
                owned[owner].append(each)
        known = survivors(self.run.scope, owned) if owned else {}
        for id, given in owned.items():
            other = known.get(id) or self.run.pretended(id)
            if other and other.id != patient.id:
                self._leave(other, given, report)

    def _leave(self, other: Patient, given: Sequence[Fresh], report: Report) -> None:
        """Of a record, and of those that were folded into it."""
        scope = self.run.scope
        folded = get_many(scope, map(Patient.at, other.absorbed)).of(Patient) if other.absorbed else []
        for record in (other, *folded):
            writing = Writing(scope, record, "", [], Chart({}, self.zone), report, self.pretended, self.sets)
            leaving = _Leaving(writing, given, (*(record.sources or {}), *all_ids(record)), other.id)
            for row in self._rows(record, given):
                leaving.one(row)
            leaving.entries()
            writing.store(dry_run=self.run.dry_run)

    def _rows(self, record: Patient, given: Sequence[Fresh]) -> Iterator[Row]:
        scope, pk = self.run.scope, keys.patient(record.id).pk
        kinds = {kind for each in given for kind in ((OBS, RES) if each.taken.parts else (each.taken.kind,))} - {ENTRY}
        lines = [row for kind in kinds for row in queries.of_kind(scope, record, kind, MOST)]
        wanted = [Key(row["PK"], row["SK"]) for row in lines if row["PK"] == pk]
        mine = {key: row for key, row in self.pretended.items() if key.pk == pk and row["type"] in HANGS}
        found = (get_rows(scope, wanted) if wanted else {}) | mine
        return (found[key] for key in sorted(found))


@dataclass(repr=False)
class _Leaving:
    """What leaves one record. `sources` are those of which an item of it may be."""

    writing: Writing
    given: Sequence[Fresh]
    sources: Sequence[str]
    shown: str  # the id of the record, as a person finds it
    ids: dict[str, Fresh] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for source, each in product(self.sources, self.given):
            self.ids[made_id(self.writing.scope, source, each.name)] = each

    def one(self, row: Row) -> None:
        _, id = keys.parse_recorded(row["SK"])
        if row.get("errored") or row.get("state") == ERRORED:
            return
        if id in self.ids:
            each = self.ids[id]
            if self._may(row, [each]):
                self._whole(row, each)
        elif row.get("aside"):
            self._values(row, id)

    def _may(self, row: Row, given: Sequence[Fresh]) -> bool:
        """Whether it is as it came; else a person is told."""
        said = SIGNED if "sealed" in row else TOUCHED if int(row["version"]) > 1 else GONE
        for each in given:
            self.writing.report.note(each.where, said.format(self.shown))
        if said == GONE:
            self.writing.report.outcomes[THINGS, "gone"] += 1
        return said == GONE

    def _whole(self, row: Row, each: Fresh) -> None:
        item = Recorded.read(row_to_raw(row))
        item.state, item.errored = ERRORED, self._mark()
        item.source = versions.after(versions.source(each.taken), row) | self._versions_of_values(row)
        self._put(item)

    def _versions_of_values(self, row: Row) -> dict[str, Any]:
        """Of a report that leaves whole: what it says of its values, and which of those were given away with it."""
        before = (row.get("source") or {}).get("of", {})
        given = {each.name: [each.version.at, each.version.number] for each in self.given if each.taken.parts}
        of = {**before, **{name: said for name, said in given.items() if name in before}}
        return {"of": of} if of else {}

    def entries(self) -> None:
        """Of an encounter nothing is left, unless something stands in its entry that did not come with it."""
        record, scope = self.writing.patient, self.writing.scope
        ids = [id for id, each in self.ids.items() if each.taken.kind == ENTRY]
        for raw in get_many(scope, [Entry.at(record.id, id) for id in ids]).raws if ids else ():
            item = Entry.read(raw)
            if item.aside and item.gsi2pk:
                self.writing.items[item.key] = item
                self.writing.off.add(item.id)
                self.writing.report.note(self.ids[item.id].where, GONE.format(self.shown))
                self.writing.report.outcomes[THINGS, "gone"] += 1

    def _values(self, row: Row, id: str) -> None:
        """Those of a set, or of a report that stays."""
        lost = {each.name: each for each in self.given if each.taken.parts}
        parts = versions.parts_of(row)
        gone = [lost[each.name] for each in parts if each.name in lost and not each.is_wrong]
        found = self._place_of(row, [each.kept for each in parts], id) if gone else None
        if not found or not self._may(row, gone):
            return
        self.writing.source, key, encounter, at = found
        now = [
            replace(each.in_error(), version=lost[each.name].version) if each.name in lost else each for each in parts
        ]
        taken = replace(self.writing.chart.again(key, encounter, at, now), by=str(row.get("byName") or ""))
        item = self.writing.made(Key(row["PK"], row["SK"]), taken, {})
        if isinstance(item, Recorded):
            item.created_at = row.get("createdAt")
            item.source = versions.after(item.source, row, versions.replaced(parts, now))
            item.errored = self._mark() if item.state == ERRORED else None
            self._put(item)

    def _place_of(self, row: Row, kept: Sequence[Json], id: str) -> tuple[str, str, str, str] | None:
        """(source, key, encounter, at)."""
        entry, (kind, _) = keys.parse_record(row["SK"]), keys.parse_recorded(row["SK"])
        for source, (key, encounter, at) in product(self.sources, places(kind, kept)):
            if made_id(self.writing.scope, source, key) == id:
                stands = not encounter or made_id(self.writing.scope, source, encounter) == entry
                if stands:
                    return source, key, encounter, at
        return None

    def _mark(self) -> dict[str, str]:
        return {"at": clock.stamp(), "by": BY, "name": BY_NAME, "reason": GIVEN_AWAY}

    def _put(self, item: Recorded) -> None:
        self.writing.items[item.key] = item
        self.writing.stand[item.id] = item
