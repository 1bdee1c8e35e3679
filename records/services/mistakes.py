"""What was entered in error: it is marked, leaves the summary, and stays readable."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import NotFound, Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from records import queries
from records.cosigning.services import follow_error
from records.lines import MedicineLine
from records.models import (
    CURRENT,
    DUE,
    ENDED,
    ERRORED,
    FILE,
    IMM,
    LAB,
    MEAS,
    MED,
    OBS,
    ORD,
    PLAN,
    PROC,
    RES,
    Note,
    Recorded,
)
from records.queries import Summary, Whole
from records.services import pinning
from records.services.ending import ended_with
from records.services.notes import NOT_SIGNED
from records.services.recording import put_part
from records.services.writing import CROWDED, attempt, must_be, place, written

IN_ERROR = Action("chart.error", "marked something as entered in error")
NOTE_IN_ERROR = Action("note.error", "marked a note as entered in error")
PUT_BACK = Action("note.put-back", "took back that a note was entered in error")
REASONS = {"patient": "Wrong patient", "twice": "Entered twice", "content": "Wrong content", "test": "Test"}


@idempotent
def enter_in_error(
    scope: Scope, *, patient: Patient, entry_id: str, recorded_id: str, reason: str, once: Once | None = None
) -> None:
    """By whoever recorded it, or by a doctor. `reason` is one of REASONS. Measurements before it are current again, and
    so is the medicine that it renewed.
    """
    scope.require(Permission.CHART_WRITE)
    if reason not in REASONS:
        raise Refused("Say why.", field="reason")

    def write() -> None:
        stand = queries.standing(scope, patient, entry_id)
        item = next((each for each in stand.whole.recorded if each.id == recorded_id), None)
        if item is None:
            raise NotFound
        if item.by != scope.actor.id and not scope.may(Permission.CHART_CORRECT):
            raise Refused("Only who recorded it, or a doctor, can mark it as entered in error.")
        if item.state == ERRORED:
            return
        tx, older = Transaction(scope, once=once), _renewed(scope, patient, item)
        mark = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name, "reason": reason}
        off: dict[str, Any] = {"gsi1pk": None, "gsi1sk": None}  # nobody waits for it any more
        tx.update(item, {"state": ERRORED, "errored": mark, **off}, refusal=CROWDED)
        rest = [each for each in stand.whole.recorded if each.id != item.id]
        gone = Recorded(**{**item.plain(), "state": ERRORED})
        place(tx, replace(stand.whole, recorded=[*rest, gone]), entry_id, "")
        summary = next(each for each in stand.summaries if each.owner == stand.whole.owner)
        if older:
            _back(tx, stand.summaries, item, older)
        else:
            _leave(tx, scope, patient, summary, item)
        tx.commit(Event(IN_ERROR, "RECORDED", item.id, patient=patient.id))

    attempt(scope, patient, write)


def _renewed(scope: Scope, patient: Patient, item: Recorded) -> Recorded | None:
    """The medicine whose place it took, where that ended with it alone."""
    entry, _, id = MedicineLine.unpack(item.content).renews.partition("/") if item.kind == MED else ("", "", "")
    if not id or item.state != CURRENT:
        return None
    older = next((each for each in queries.whole(scope, patient, entry).recorded if each.id == id), None)
    return older if older and older.state == ENDED and older.ended["reason"] == "renewed" else None


def _back(tx: Transaction, summaries: Sequence[Summary], item: Recorded, older: Recorded) -> None:
    """The steps that take a renewal out of the summary, and put what it renewed back, perhaps of a folded record."""
    tx.update(older, {"state": CURRENT, "ended": None, "line": older.content}, refusal=CROWDED)
    for summary in summaries:
        mine = summary.owner == item.patient_id
        again = {older.id: older.content} if summary.owner == older.patient_id else {}
        if mine or again:
            put_part(tx, summary, MED, again, drop=[item.id] if mine else [])


def _leave(tx: Transaction, scope: Scope, patient: Patient, summary: Summary, item: Recorded) -> None:
    """The step that takes it out of the summary."""
    if item.kind in (IMM, ORD, PROC, PLAN, FILE):
        return
    if item.kind == RES:
        put_part(tx, summary, DUE, {}, drop=[item.id])
        if values := [key for key in pinning.lines_of(item.content, item.id) if key in summary.part(LAB).rows]:
            earlier = pinning.before_this(scope, patient, item.id)
            again = {key: earlier[key] for key in values if key in earlier}
            put_part(tx, summary, LAB, again, drop=[key for key in values if key not in earlier])
        return
    if item.kind != OBS:
        put_part(tx, summary, item.kind, {}, drop=[item.id], ended=ended_with(summary, item, ended=False))
        return
    earlier = queries.measured_before(scope, patient, item.id)
    rows = {kind: line for kind, line in summary.part(MEAS).rows.items() if kind in item.content}
    mine = {kind for kind, line in rows.items() if line.get("i") == item.id}
    others = {kind: _without(line, earlier.get(kind, {})) for kind, line in rows.items() if kind not in mine}
    again = {kind: earlier[kind] for kind in mine if kind in earlier}
    put_part(tx, summary, MEAS, again | others, drop=mine - set(earlier))


def _without(line: dict[str, Any], again: dict[str, Any]) -> dict[str, Any]:
    """A later measurement, with the values before it as they are `again` read: without the mistake."""
    past = again.get("p", []) if again.get("i") == line.get("i") else []
    return {**{name: value for name, value in line.items() if name != "p"}, **({"p": past} if past else {})}


@idempotent
def note_in_error(
    scope: Scope, *, patient: Patient, entry_id: str, note_id: str, reason: str, once: Once | None = None
) -> None:
    """A mark beside its seal, by its author or a doctor: it stays readable, and speaks for its entry no more."""
    scope.require(Permission.NOTE_SIGN)
    if reason not in REASONS:
        raise Refused("Say why.", field="reason")

    def write(whole: Whole) -> None:
        note = _signed(scope, whole, note_id)
        if note.errored:
            return
        tx = Transaction(scope, once=once)
        mark = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name, "reason": reason}
        _marked(tx, patient, whole, note, mark)
        changes = {"reason": [None, reason]}
        tx.commit(Event(NOTE_IN_ERROR, "NOTE", note_id, patient=patient.id, changes=changes))

    written(scope, patient, entry_id, write)


@idempotent
def put_back(scope: Scope, *, patient: Patient, entry_id: str, note_id: str, once: Once | None = None) -> None:
    """It was right after all; both are in the trail."""
    scope.require(Permission.NOTE_SIGN)

    def write(whole: Whole) -> None:
        note = _signed(scope, whole, note_id)
        if not note.errored:
            return
        tx = Transaction(scope, once=once)
        _marked(tx, patient, whole, note, None)
        tx.commit(Event(PUT_BACK, "NOTE", note_id, patient=patient.id))

    written(scope, patient, entry_id, write)


def _signed(scope: Scope, whole: Whole, note_id: str) -> Note:
    note = must_be(whole.note(note_id))
    if not note.is_signed:
        raise NOT_SIGNED
    if note.author != scope.actor.id and not scope.may(Permission.CHART_CORRECT):
        raise Refused("Only who wrote it, or a doctor, can mark it as entered in error.")
    return note


def _marked(tx: Transaction, patient: Patient, whole: Whole, note: Note, mark: dict[str, str] | None) -> None:
    tx.mark(note, {"errored": mark}, refusal=CROWDED)
    note.errored = mark
    follow_error(tx, patient, whole, note)
    place(tx, whole, note.entry_id, note.title)
