"""The charts in FHIR files, once their patients are there. Reading a file again changes nothing.

An item's id is made of its source's; what its resource says is kept with it, and tells whether the source has changed
it. What was changed here meanwhile is left as it is.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from clinnet import clock
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Action, Batch, Event, Item, Key, Row, Scope, get_rows, keys
from clinnet.table.errors import ClinnetError, Unavailable
from patients import fhir as resources
from patients.demo.ids import crockford
from patients.fhir.references import Owner, Unclear
from patients.fhir.report import Report
from patients.fhir.whose import whose
from patients.hooks import ImportContext
from patients.models import Patient
from patients.queries import survivors
from patients.services.owners import owner as owner_of
from patients.timeline import all_ids
from records import queries
from records.fhir.reading import ADDENDUM, ASKED, ENTRY, LETTER, NOTE, TAKEN, Chart, Taken
from records.fhir.shapes import everywhere, names_of
from records.letters.models import Letter
from records.lines import EntryLine, NoteLine
from records.models import (
    CURRENT,
    ENDED,
    ERRORED,
    OBS,
    ORD,
    RES,
    SIGNED,
    Addendum,
    Entry,
    Note,
    Recorded,
    addendum_content,
    listed,
    signed_content,
)
from records.queries import Whole
from records.rules.notes import digest, gist
from records.services import fhir_versions as versions
from records.services.fhir_letters import new_letter
from records.services.fhir_moved import Earlier, is_set
from records.services.fhir_summaries import summarise
from records.services.writing import attempt, row_of

IMPORT = Action("chart.import", "imported a chart from a file")
THINGS = "chart items"
ORPHAN = "Its patient is neither in the files nor found here; left out."
OLDER = "A version of it that was imported before, or that is older, comes again; left as it is."
TOUCHED = "It was changed here since it was imported; left as it is."
ELSEWHERE = "Its source said before that it is another patient's: it stands there too, until it is marked there."
BY = "import"  # the id of who recorded it
Sets = defaultdict[str, set[Key]]  # of measurements and results, by patient


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
            found = _Writing(self.run.scope, patient, source, chart, taken, report, self.pretended, self.sets)
            found.write(dry_run=self.run.dry_run)
        except Unavailable:
            raise
        except ClinnetError as error:
            report.leave_out("", error.sentence)


@dataclass(repr=False)
class _Writing:
    """One patient's chart of one file."""

    scope: Scope
    patient: Patient
    source: str
    chart: Chart
    taken: list[Taken]
    report: Report
    pretended: dict[Key, Row]
    sets: Sets
    items: dict[Key, Item] = field(default_factory=dict)  # what is written
    stand: dict[str, Recorded] = field(default_factory=dict)  # by id: what of the file is as the file says

    def write(self, *, dry_run: bool) -> None:
        entries = {each.key: each for each in self.taken if each.kind == ENTRY}
        made = {key: each for each in self.taken if (key := self._key(each, self.patient.id)) is not None}
        there = self._there(made.values())
        self._follow(made, there)
        for key, each in made.items():
            self._one(key, each, there.get(each.key), entries)
        if dry_run:
            self.pretended |= {key: versions.pretended(key, item) for key, item in self.items.items()}
            self.sets[self.patient.id] |= {key for key in self.items if f"#{OBS}#" in key.sk or f"#{RES}#" in key.sk}
            return
        batch, rows = Batch(self.scope), list(self._rows(entries))
        news = {**self.items, **{each.key: each for each in rows}}
        for item in news.values():
            batch.put(item)
        if news:
            batch.commit(Event(IMPORT, "PATIENT", self.patient.id, patient=self.patient.id))
        attempt(
            self.scope, self.patient, lambda: summarise(self.scope, self.patient, self.stand, self._asked(), IMPORT)
        )

    def _id(self, key: str) -> str:
        made = hashlib.sha256("\x1f".join((self.scope.clinic_id, self.source, key)).encode()).digest()
        return crockford(int.from_bytes(made[:16], "big") >> 3)  # the first letter of a ULID has two bits

    def _entry(self, taken: Taken) -> str:
        """Of its encounter, else of its day."""
        return self._id(taken.encounter or f"day {taken.at.astimezone(UTC):%Y-%m-%d}")

    def _key(self, taken: Taken, owner: str) -> Key | None:
        if taken.kind == ENTRY:
            return Entry.at(owner, self._id(taken.key))
        if taken.kind == NOTE:
            return Note.at(owner, self._entry(taken), self._id(taken.key))
        if taken.kind == LETTER:
            return Letter.at(owner, self._entry(taken), self._id(taken.key))
        if taken.kind == ADDENDUM:
            return self._addendum_key(taken, owner)
        return None if taken.kind == ASKED else Recorded.at(owner, self._entry(taken), taken.kind, self._id(taken.key))

    def _addendum_key(self, taken: Taken, owner: str) -> Key | None:
        note = next((each for each in self.taken if (each.kind, each.key) == (NOTE, taken.appends)), None)
        return Addendum.at(owner, self._entry(note), self._id(note.key), self._number(taken)) if note else None

    def _number(self, taken: Taken) -> int:
        later = [each.key for each in self.taken if (each.kind, each.appends) == (ADDENDUM, taken.appends)]
        return later.index(taken.key) + 1

    def _there(self, taken: Iterable[Taken]) -> dict[str, Row]:
        """What was imported before, of this record or of one that was folded into it."""
        places = {key: each.key for each in taken for owner in all_ids(self.patient) if (key := self._key(each, owner))}
        known = get_rows(self.scope, places) | {key: self.pretended[key] for key in places if key in self.pretended}
        return {places[key]: row for key, row in known.items()}

    def _follow(self, made: dict[Key, Taken], there: dict[str, Row]) -> None:
        """What stood at another time, or in another encounter, is taken away from there."""
        sets = {each.key: each for each in made.values() if is_set(each)}
        new = [each for each in sets.values() if self._is_new(each, there.get(each.key))]
        if not new:
            return
        pretended = {key: self.pretended[key] for id in all_ids(self.patient) for key in self.sets[id]}
        found = Earlier(self.scope, self.patient, self.chart, self._id, pretended).moved(new, sets)
        gone = found.known | found.older
        self.taken = [each for each in self.taken if each.key not in gone]
        for key in [key for key, each in made.items() if each.key in gone]:
            del made[key]
        self.report.outcomes[THINGS, "same"] += len(found.older)
        for _ in found.older:
            self.report.note("", OLDER)
        for each, row in found.earlier:
            there[each.key] = row
            self.taken.append(each)
            made |= {key: each for key in [self._key(each, self.patient.id)] if key}

    def _is_new(self, taken: Taken, row: Row | None) -> bool:
        """Here, or again after it was taken away."""
        was_away = row is not None and row.get("state") == ERRORED and taken.state == CURRENT
        return row is None or (was_away and not versions.is_older(taken, row))

    # --- What becomes of one -----------------------------------------------------------------------------------------

    def _one(self, key: Key, taken: Taken, row: Row | None, entries: Mapping[str, Taken]) -> None:
        item = self._item(key, taken, entries)
        if row is None:
            self.report.outcomes[THINGS, "new"] += 1
        elif "sealed" in row or row.get("aside") == taken.kept:
            self.report.outcomes[THINGS, "same"] += 1
            if isinstance(item, Recorded) and row["PK"] == key.pk:
                item.state = row.get("state")
                self.stand[item.id] = item
            return
        elif versions.is_older(taken, row):
            self.report.outcomes[THINGS, "same"] += 1
            self.report.note("", OLDER)
            return
        elif (int(row["version"]) > 1 and taken.kind != ENTRY) or row["PK"] != key.pk:
            self.report.outcomes[THINGS, "same"] += 1
            self.report.note("", TOUCHED)
            return
        else:
            self.report.outcomes[THINGS, "changed"] += 1
            item.created_at, item.line = row.get("createdAt"), item.line or row.get("line")
            if isinstance(item, Entry | Recorded):
                item.source = versions.after(item.source, row)
        self.items[key] = item
        if isinstance(item, Recorded):
            self.stand[item.id] = item

    def _item(self, key: Key, taken: Taken, entries: Mapping[str, Taken]) -> Item:
        if taken.kind == ENTRY:
            return self._new_entry(self._id(taken.key), taken, taken.title)
        if taken.kind == NOTE:
            return self._new_note(key, taken)
        if taken.kind == LETTER:
            return new_letter(self.scope, key, taken, id=self._id(taken.key), owner=self.patient.id, by=BY)
        if taken.kind == ADDENDUM:
            return self._new_addendum(key, taken)
        return self._new_recorded(key, taken, entries.get(taken.encounter))

    def _new_entry(self, id: str, taken: Taken, title: str) -> Entry:
        place, at = Entry.at(self.patient.id, id), clock.stamp(taken.at)
        shown = keys.chart_timeline(self.patient.id, at, id)
        return Entry(
            pk=place.pk,
            sk=place.sk,
            id=id,
            gsi2pk=shown.pk,
            gsi2sk=shown.sk,
            patient_id=self.patient.id,
            at_time=at,
            aside=taken.kept if taken.kind == ENTRY else None,
            source=versions.source(taken) if taken.kind == ENTRY else None,
            line=EntryLine(title=title, who=taken.by, at=at, kind="" if taken.kind == ENTRY else "day").pack(),
        )

    def _new_recorded(self, key: Key, taken: Taken, entry: Taken | None) -> Recorded:
        id, at, owner = self._id(taken.key), clock.stamp(taken.at), self.patient.id
        shown, by = keys.chart_kind(owner, taken.kind, at, id), taken.by or (entry.by if entry else "") or "Imported"
        content = self._content(taken, at, by)
        over = clock.stamp(taken.until or taken.at)
        line = {**content, "z": over, "h": taken.why} if taken.state == ENDED else content
        mark = {"at": at, "by": BY, "name": by, "reason": taken.why or "content"}
        item = Recorded(
            pk=key.pk, sk=key.sk, id=id, gsi2pk=shown.pk, gsi2sk=shown.sk, patient_id=owner,
            entry_id=self._entry(taken), kind=taken.kind, at_time=at, by=BY, by_name=by, content=content, line=line,
            state=taken.state, aside=taken.kept, source=versions.source(taken),
        )  # fmt: skip
        if taken.state == ENDED:
            item.ended = {**mark, "at": over}
        elif taken.state != CURRENT:
            item.errored = mark
        if taken.kind == RES:
            item.reviewed = {"at": at, "by": BY, "name": by, "answer": BY, "said": ""}
            item.line = {**listed(taken.kind, line), "z": at}
        return item

    def _content(self, taken: Taken, at: str, by: str) -> dict[str, Any]:
        entry = self._entry(taken)
        if taken.kind == OBS:
            return {kind: {**line, "a": at, "w": by, "e": entry} for kind, line in taken.content.items()}
        whose = {"i": self.patient.id} if taken.kind in (RES, ORD) else {}
        return {**taken.content, "e": entry} | whose | ({"d": self._id(taken.answers)} if taken.answers else {})

    def _new_note(self, key: Key, taken: Taken) -> Note:
        at, by = clock.stamp(taken.at), taken.by or "Imported"
        sections = [each.stored() for each in taken.sections]
        note = Note(
            pk=key.pk, sk=key.sk, id=self._id(taken.key), patient_id=self.patient.id, entry_id=self._entry(taken),
            author=BY, author_name=by, title=taken.title, template=BY, template_version=1, sections=sections,
            state=SIGNED, created_at=at, updated_at=at,
            line=NoteLine(entry=self._entry(taken), title=taken.title, gist=gist(taken.sections), who=by).pack(),
        )  # fmt: skip
        note.stand_among_its_kind(at)
        note.clinic_id = self.scope.clinic_id
        note.sealed = {"at": at, "by": BY, "name": by, "hash": digest(signed_content(note, sections, at, BY, by))}
        if taken.state != CURRENT:
            note.errored = {"at": at, "by": BY, "name": by, "reason": "content"}
        return note

    def _new_addendum(self, key: Key, taken: Taken) -> Addendum:
        """Its hash is over what this clinic took over."""
        at, by, number = clock.stamp(taken.at), taken.by or "Imported", self._number(taken)
        note = self._id(taken.appends)
        addendum = Addendum(
            pk=key.pk,
            sk=key.sk,
            id=f"{note}-{number}",
            patient_id=self.patient.id,
            note_id=note,
            number=number,
            text="\n".join(each.text for each in taken.sections),
            created_at=at,
        )
        addendum.clinic_id = self.scope.clinic_id
        before = [
            each.sealed["hash"]
            for each in self.items.values()
            if (isinstance(each, Note) and each.id == note) or (isinstance(each, Addendum) and each.note_id == note)
        ]
        addendum.sealed = {
            "at": at,
            "by": BY,
            "name": by,
            "hash": digest(addendum_content(addendum, before, at, BY, by)),
        }
        return addendum

    # --- What is made of them ----------------------------------------------------------------------------------------

    def _rows(self, entries: Mapping[str, Taken]) -> Iterator[Entry]:
        """The row of each entry in which something was written."""
        hang: dict[str, list[Item]] = defaultdict(list)
        for item in self.items.values():
            hang[keys.parse_record(item.sk)].append(item)
        by_id = {self._id(each.key): each for each in entries.values()}
        days = {self._entry(each): each for each in self.taken if each.kind != ENTRY}
        known = get_rows(self.scope, [Entry.at(self.patient.id, id) for id in hang])
        for id, items in hang.items():
            taken = by_id.get(id) or days[id]
            own = next((each for each in items if isinstance(each, Entry)), None)
            there = Entry.at(self.patient.id, id) in known
            whole = queries.whole(self.scope, self.patient, id) if there else Whole(self.patient.id)
            yield self._row(whole, items, own or whole.entry or self._new_entry(id, taken, "Taken over from a file"))

    def _row(self, before: Whole, items: Sequence[Item], entry: Entry) -> Entry:
        news = {each.id for each in items}
        after = replace(
            before,
            entry=entry,
            notes=[*before.notes, *(each for each in items if isinstance(each, Note))],
            addenda=[*before.addenda, *(each for each in items if isinstance(each, Addendum))],
            letters=[*before.letters, *(each for each in items if isinstance(each, Letter))],
            recorded=[
                *(each for each in before.recorded if each.id not in news),
                *(each for each in items if isinstance(each, Recorded)),
            ],
        )
        line = EntryLine.unpack(entry.line)
        made = row_of(after, line.title, line.at, line.who)
        entry.line = replace(made, kind=line.kind).pack()
        return entry

    def _asked(self) -> dict[str, str] | None:
        found = next((each for each in self.taken if each.kind == ASKED and each.state == CURRENT), None)
        return {"at": clock.stamp(found.at), "by": found.by or "another clinic"} if found else None
