"""The items of one patient's chart in a file: where each stands, and what it holds."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from clinnet import clock
from clinnet.table import Item, Key, Scope, keys
from patients.demo.ids import crockford
from patients.models import Patient
from records.fhir.taken import ADDENDUM, ASKED, ENTRY, LETTER, NOTE, Taken
from records.letters.models import Letter
from records.lines import EntryLine, NoteLine
from records.models import (
    CURRENT,
    ENDED,
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
from records.rules.notes import digest, gist
from records.services import fhir_versions as versions
from records.services.fhir_letters import new_letter

BY = "import"  # the id of who recorded it
GIVEN_AWAY = "patient"  # of mistakes.REASONS: its source says that it is another patient's


def is_given_away(mark: Mapping[str, Any] | None) -> bool:
    """Whether this mark of an error is that of an import: its source gave it to another patient."""
    return bool(mark and mark.get("by") == BY and mark.get("reason") == GIVEN_AWAY)


def made_id(scope: Scope, source: str, key: str) -> str:
    made = hashlib.sha256("\x1f".join((scope.clinic_id, source, key)).encode()).digest()
    return crockford(int.from_bytes(made[:16], "big") >> 3)  # the first letter of a ULID has two bits


@dataclass(repr=False)
class Making:
    """An item's id is made of its patient's source and of its resource's name there."""

    scope: Scope
    patient: Patient
    source: str
    taken: list[Taken]
    items: dict[Key, Item] = field(default_factory=dict, kw_only=True)  # what is written
    placed: dict[str, str] = field(default_factory=dict, kw_only=True)  # ids of entries in which things stand, by key

    def id_of(self, key: str) -> str:
        return made_id(self.scope, self.source, key)

    def entry_of(self, taken: Taken) -> str:
        """Where it stands already; else that of its encounter, or of its day."""
        return self.placed.get(taken.key) or self.id_of(taken.encounter or f"day {taken.at.astimezone(UTC):%Y-%m-%d}")

    def key_of(self, taken: Taken, owner: str) -> Key | None:
        if taken.kind == ENTRY:
            return Entry.at(owner, self.id_of(taken.key))
        if taken.kind == NOTE:
            return Note.at(owner, self.entry_of(taken), self.id_of(taken.key))
        if taken.kind == LETTER:
            return Letter.at(owner, self.entry_of(taken), self.id_of(taken.key))
        if taken.kind == ADDENDUM:
            return self._addendum_key(taken, owner)
        return (
            None if taken.kind == ASKED else Recorded.at(owner, self.entry_of(taken), taken.kind, self.id_of(taken.key))
        )

    def _addendum_key(self, taken: Taken, owner: str) -> Key | None:
        note = next((each for each in self.taken if (each.kind, each.key) == (NOTE, taken.appends)), None)
        return Addendum.at(owner, self.entry_of(note), self.id_of(note.key), self._number(taken)) if note else None

    def _number(self, taken: Taken) -> int:
        later = [each.key for each in self.taken if (each.kind, each.appends) == (ADDENDUM, taken.appends)]
        return later.index(taken.key) + 1

    def made(self, key: Key, taken: Taken, entries: Mapping[str, Taken]) -> Item:
        if taken.kind == ENTRY:
            return self.new_entry(self.id_of(taken.key), taken, taken.title)
        if taken.kind == NOTE:
            return self._new_note(key, taken)
        if taken.kind == LETTER:
            return new_letter(self.scope, key, taken, id=self.id_of(taken.key), owner=self.patient.id, by=BY)
        if taken.kind == ADDENDUM:
            return self._new_addendum(key, taken)
        return self._new_recorded(key, taken, entries.get(taken.encounter))

    def new_entry(self, id: str, taken: Taken, title: str) -> Entry:
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
        id, at, owner = self.id_of(taken.key), clock.stamp(taken.at), self.patient.id
        shown, by = keys.chart_kind(owner, taken.kind, at, id), taken.by or (entry.by if entry else "") or "Imported"
        content = self._content(taken, at, by)
        over = clock.stamp(taken.until or taken.at)
        line = {**content, "z": over, "h": taken.why} if taken.state == ENDED else content
        mark = {"at": at, "by": BY, "name": by, "reason": taken.why or "content"}
        item = Recorded(
            pk=key.pk, sk=key.sk, id=id, gsi2pk=shown.pk, gsi2sk=shown.sk, patient_id=owner,
            entry_id=self.entry_of(taken), kind=taken.kind, at_time=at, by=BY, by_name=by, content=content, line=line,
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
        entry = self.entry_of(taken)
        if taken.kind == OBS:
            return {kind: {**line, "a": at, "w": by, "e": entry} for kind, line in taken.content.items()}
        whose = {"i": self.patient.id} if taken.kind in (RES, ORD) else {}
        return {**taken.content, "e": entry} | whose | ({"d": self.id_of(taken.answers)} if taken.answers else {})

    def _new_note(self, key: Key, taken: Taken) -> Note:
        at, by = clock.stamp(taken.at), taken.by or "Imported"
        sections = [each.stored() for each in taken.sections]
        note = Note(
            pk=key.pk, sk=key.sk, id=self.id_of(taken.key), patient_id=self.patient.id, entry_id=self.entry_of(taken),
            author=BY, author_name=by, title=taken.title, template=BY, template_version=1, sections=sections,
            state=SIGNED, created_at=at, updated_at=at,
            line=NoteLine(entry=self.entry_of(taken), title=taken.title, gist=gist(taken.sections), who=by).pack(),
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
        note = self.id_of(taken.appends)
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
