"""A chart as a FHIR R4 bundle, all of it: also of records that were folded into this one. Drafts stay here."""

from collections.abc import Iterator
from typing import cast

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Scope, Topic, Transaction, keys, query
from clinnet.table.values import Raw
from patients.fhir import outgoing
from patients.models import Patient
from patients.rules.shape import PatientData
from patients.timeline import all_ids
from records import queries
from records.fhir import writing
from records.fhir.letters import LetterBody
from records.fhir.writing import Thing
from records.letters.models import Letter
from records.lines import EntryLine
from records.models import CURRENT, ERRORED, LET, SIGNED, Addendum, Entry, Note, Recorded
from records.rules.notes import Section
from records.services.fhir_items import is_given_away

EXPORT = Action("chart.export", "exported the chart as a file", Topic.EXPORTS)
AT_ONCE = 200


def export(scope: Scope, *, patient: Patient) -> str:
    """JSON. Raises where it cannot be written into the trail: what leaves the house can wait."""
    scope.require(Permission.CHART_EXPORT)
    found = list(_things(scope, patient))
    made = writing.bundle(
        outgoing.patient(patient.id, cast(PatientData, patient.data), scope.clinic_id), found, at=clock.stamp()
    )
    Transaction(scope).commit(Event(EXPORT, "PATIENT", patient.id, patient=patient.id))
    return made


def _things(scope: Scope, patient: Patient) -> Iterator[Thing]:
    for id in all_ids(patient):
        for raw in _all(scope, id):
            if found := _thing(raw):
                yield found
    if asked := queries.none_known(queries.summaries(scope, patient)):
        yield Thing("ASKED", f"{patient.id}-none", "", asked["at"], by=asked["by"])


def _all(scope: Scope, id: str) -> Iterator[Raw]:
    cursor = ""
    while True:
        page = query(scope, keys.chart_items(id), limit=AT_ONCE, cursor=cursor)
        yield from page.raws
        if not (cursor := page.next):
            return


def _thing(raw: Raw) -> Thing | None:
    if Recorded.is_one(raw):
        return _recorded(Recorded.read(raw))
    if Note.is_one(raw):
        return _note(Note.read(raw))
    if Addendum.is_one(raw):
        return _addendum(Addendum.read(raw))
    if Letter.is_one(raw):
        return _letter(Letter.read(raw))
    return _entry(Entry.read(raw)) if Entry.is_one(raw) else None


def _recorded(item: Recorded) -> Thing:
    return Thing(
        item.kind,
        item.id,
        item.entry_id,
        item.at_time,
        item.content,
        item.state,
        item.aside or "",
        int(item.version) > 1 or is_given_away(item.errored),
        item.by_name,
        why=(item.ended or {}).get("reason", ""),
    )


def _entry(item: Entry) -> Thing | None:
    """A day on which something was taken over without a visit is no visit."""
    line = EntryLine.unpack(item.line)
    at = item.at_time or item.created_at
    if line.kind or not at:
        return None
    return Thing("ENTRY", item.id, "", at, kept=item.aside or "", by=line.who, title=line.title)


def _note(item: Note) -> Thing | None:
    if item.state != SIGNED:
        return None
    seal = item.sealed
    return Thing(
        "NOTE",
        item.id,
        item.entry_id,
        seal["at"],
        state=ERRORED if item.errored else CURRENT,
        by=seal["name"],
        title=item.title,
        sections=item.written,
        hash=seal["hash"],
    )


def _letter(item: Letter) -> Thing:
    seal = item.sealed
    body = LetterBody(
        item.title,
        item.to or "",
        item.text,
        list(item.facts or []),
        item.head,
        item.about,
        item.since or "",
        item.until or "",
    )
    return Thing(
        LET,
        item.id,
        item.entry_id,
        seal["at"],
        state=ERRORED if item.errored else CURRENT,
        by=seal["name"],
        title=item.title,
        sections=body.sections,
        hash=seal["hash"],
        letter=body,
    )


def _addendum(item: Addendum) -> Thing:
    seal, entry = item.sealed, keys.parse_record(item.sk)
    return Thing(
        "NOTE",
        item.id,
        entry,
        seal["at"],
        by=seal["name"],
        title="Addendum",
        hash=seal["hash"],
        sections=[Section("text", "Text", item.text)],
        appends=item.note_id,
    )
