"""A note that was written into the wrong chart goes into the right one, as a copy that its author signs anew."""

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.timeline import all_ids
from records import queries
from records.cosigning.services import follow_error
from records.lines import NoteLine
from records.models import OPEN, Note
from records.queries import Whole
from records.rules.notes import gist
from records.services.writing import CROWDED, must_be, place, written

MOVE = Action("note.move", "took a note out of one chart into another")
NOT_MINE = Refused("Only who wrote and signed it can take it to another chart.")


@idempotent
def move_note(
    scope: Scope, *, patient: Patient, other: Patient, entry_id: str, note_id: str, once: Once | None = None
) -> str:
    """Here it stays as entered in error (wrong patient); there it is not signed, and on its author's list.

    Returns "entry/note" of the copy. In one transaction. Addenda stay here: they are about the note as it was signed.
    """
    scope.require(Permission.NOTE_SIGN)
    scope.must_hold(other)
    if other.id in all_ids(patient) or patient.id in all_ids(other):
        raise Refused("That is the same patient.", field="other")
    if other.restricted and queries.open_glass(scope, other) is None:
        raise Refused("That chart is restricted. Open it first, with a reason.", field="other")

    def write(whole: Whole) -> str:
        note = must_be(whole.note(note_id))
        if not note.is_signed or note.errored or note.author != scope.actor.id:
            raise NOT_MINE
        tx = Transaction(scope, once=once)
        mark = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name, "reason": "patient"}
        tx.mark(note, {"errored": mark}, refusal=CROWDED)
        note.errored = mark
        follow_error(tx, patient, whole, note)
        place(tx, whole, entry_id, note.title)
        copy = _copied(tx, note, other)
        tx.also(Event(MOVE, "NOTE", copy.id, patient=other.id, changes={"from": [None, note.id]}))
        event = Event(MOVE, "NOTE", note.id, patient=patient.id, changes={"to": [None, copy.id]})
        return tx.commit(event, f"{copy.entry_id}/{copy.id}")

    return written(scope, patient, entry_id, write)


def _copied(tx: Transaction, note: Note, other: Patient) -> Note:
    """The steps that put it into the other chart, in an entry of its own."""
    entry, id, clinic = clock.new_id(), clock.new_id(), tx.scope.clinic_id
    at, waits = Note.at(other.id, entry, id), keys.unsigned(clinic, note.author, tx.at, id)
    line = NoteLine(
        patient_id=other.id,
        patient=other.line or {},
        entry=entry,
        title=note.title,
        gist=gist(note.written),
        who=note.author_name,
    )
    copy = Note(
        pk=at.pk, sk=at.sk, id=id, gsi1pk=waits.pk, gsi1sk=waits.sk, patient_id=other.id, entry_id=entry,
        author=note.author, author_name=note.author_name, title=note.title, template=note.template,
        template_version=note.template_version, sections=note.sections, state=OPEN, line=line.pack(),
    )  # fmt: skip
    copy.stand_among_its_kind(tx.at)
    tx.put(copy)
    place(tx, Whole(other.id, notes=[copy]), entry, note.title)
    begun = keys.note_begun(note.author, clinic, other.id, entry, id)
    tx.put_row({"PK": begun.pk, "SK": begun.sk, "type": "DRAFT", "savedAt": tx.at})
    return copy
