"""Notes: left in the chart unsigned, signed for good, discarded; and the addenda to them.

Nothing that is signed changes: `Transaction` puts that condition on every write to a chart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from clinnet import formats
from clinnet.accounts.permissions import Permission
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Action, Event, Once, Row, Scope, Transaction, drafts, get_rows, keys
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.timeline import all_ids
from records import queries
from records.cosigning import services as cosigning
from records.lines import NoteLine
from records.models import DISCARDED, OPEN, SIGNED, VERSION, Addendum, Note, addendum_content, signed_content
from records.queries import Whole
from records.rules import notes as rules
from records.rules import tokens
from records.rules.notes import SOAP, Section, Template
from records.rules.tokens import in_words
from records.services import typing
from records.services.recording import NONE, Answers, Moment, Recording
from records.services.typing import Typed
from records.services.writing import CROWDED, attempt, must_be, place, written

LEAVE = Action("note.leave", "left a note in the chart, not signed")
SIGN = Action("note.sign", "signed a note")
DISCARD = Action("note.discard", "discarded a note that was not signed")
ADD = Action("note.addendum", "added an addendum to a signed note")

CHANGED = Refused("The note changed while this page was open. Read it once more, then sign.")
NOBODY_ELSES = Refused("Only who wrote a note can sign or change it. Write a note of your own.")
EMPTY = Refused("Nothing is written yet.")
NOT_SIGNED = Refused("The note is not signed yet: its author can go on in it.")
BACK_DAYS = 30  # a discarded note can be had back


@dataclass(frozen=True, slots=True, repr=False)
class Written:
    """A note as the page sent it. `version` is that of the note in the chart when the page was opened, 0 for none."""

    entry_id: str
    note_id: str
    title: str
    sections: tuple[Section, ...]
    version: int = 0
    template: Template = SOAP


@idempotent
def leave_note(scope: Scope, *, patient: Patient, typed: Written, once: Once | None = None) -> str:
    """Stands in the chart from now on, marked as not signed, for colleagues to read; returns its id."""
    scope.require(Permission.NOTE_WRITE)
    if not rules.filled(typed.sections):
        raise EMPTY
    return written(
        scope, patient, typed.entry_id, lambda whole: _write(Transaction(scope, once=once), patient, typed, whole, None)
    )


def checkpoint(scope: Scope, *, patient: Patient, typed: Written) -> int:
    """As `leave_note`, while its author goes on writing; returns its version. The same text again writes nothing."""
    scope.require(Permission.NOTE_WRITE)
    if not rules.filled(typed.sections):
        raise EMPTY

    def write(whole: Whole) -> int:
        old = whole.note(typed.note_id)
        if old and old.author == scope.actor.id and old.sections == [each.stored() for each in typed.sections]:
            return int(old.version)
        _write(Transaction(scope), patient, typed, whole, None, going_on=True)
        return typed.version + 1

    return written(scope, patient, typed.entry_id, write)


@idempotent
def sign_note(
    scope: Scope, *, patient: Patient, typed: Written, answers: Answers = NONE, once: Once | None = None
) -> str:
    """Locked for good, with a hash over what it says and who says so; returns its id.

    What its tokens say is recorded in the same transaction, and stands in the note in words. Raises Refused for what
    `check` refuses, Asked for what a token has to be meant by, and where another page changed it.
    """
    scope.require(Permission.NOTE_SIGN)
    check(scope, typed)

    def write() -> str:
        to = _recording(scope, patient, typed, answers, once)
        said = _record(to, typed)
        if cosigning.is_needed(scope):
            cosigning.show(to, typed.entry_id, typed.note_id, typed.title)
        to.settle(answers.given)
        sections = tuple(replace(each, text=in_words(each.text, said.__getitem__)) for each in typed.sections)
        return _write(to.tx, patient, replace(typed, sections=sections), to.stand.whole, to)

    return attempt(scope, patient, write)


def what_happens(scope: Scope, *, patient: Patient, typed: Written, answers: Answers = NONE) -> list[str]:
    """What the signature would record, in words; nothing is written. Raises what `sign_note` does."""
    scope.require(Permission.NOTE_SIGN)
    check(scope, typed)
    to = _recording(scope, patient, typed, answers, None)
    said = _record(to, typed)
    to.settle(answers.given)
    return list(said.values())


def _recording(scope: Scope, patient: Patient, typed: Written, answers: Answers, once: Once | None) -> Recording:
    scope.must_hold(patient)
    stand = queries.standing(scope, patient, typed.entry_id)
    return Recording(Transaction(scope, once=once), patient, Moment(typed.entry_id, typed.title), stand, answers.reason)


def _record(to: Recording, typed: Written) -> dict[str, str]:
    """The steps of its tokens; each in words, by what was typed."""
    said: dict[str, str] = {}
    for key, token in [(section.key, each) for section in typed.sections for each in tokens.found(section.text)]:
        text, code = tokens.parted(token)
        found = typing.understood(Typed(text, code), clinic_of(to.scope.clinic_id))
        if found.refused or len(said) == tokens.MOST:
            raise Refused(f"+{token}: {' '.join(found.refused) or 'A note can do no more.'}", field=key)
        if token in said:
            continue
        to.questions += typing.questions(found)
        typing.step_of(found)(to)
        said[token] = ", ".join(found.chips)
    return said


def check(scope: Scope, typed: Written) -> None:
    """Raises Refused for what cannot be signed: an empty note, one with a blank, one that lacks what it must say, one
    with what was brought forward and is neither changed nor confirmed.
    """
    if not rules.filled(typed.sections):
        raise EMPTY
    if blanks := rules.blanks(typed.sections):
        left = f"{len(blanks)} blanks are left" if len(blanks) > 1 else "One blank is left"
        raise Refused(f"{left}: {', '.join(blanks)}")
    if missing := rules.missing(typed.sections, typed.template):
        raise Refused(f"Nobody signs this without: {', '.join(missing)}.")
    if same := rules.left(typed.sections):
        count = f"{len(same)} passages" if len(same) > 1 else "One passage"
        day = formats.date(same[0].on, clinic_of(scope.clinic_id))
        raise Refused(f"{count} of {day} {'are' if len(same) > 1 else 'is'} neither changed nor confirmed.")


def _write(
    tx: Transaction, patient: Patient, typed: Written, whole: Whole, sign: Recording | None, *, going_on: bool = False
) -> str:
    """Left in the chart, perhaps while it is written on, or, with what is recorded by it, signed."""
    scope, old = tx.scope, whole.note(typed.note_id)
    _check_mine(scope, old, typed)
    sections = [each.stored() for each in typed.sections]
    new = _new(scope, whole, typed, sections)
    news: dict[str, Any] = {"title": typed.title, "sections": sections, "state": OPEN, "line": _line(new, patient)}
    waiting = keys.unsigned(scope.clinic_id, scope.actor.id, old.created_at or tx.at if old else tx.at, typed.note_id)
    news |= {"gsi1pk": waiting.pk, "gsi1sk": waiting.sk}
    if sign:
        new.tokens = [each.id for each in sign.items] or None
        news |= {
            "state": SIGNED,
            "gsi1pk": None,
            "gsi1sk": None,
            "tokens": new.tokens,
            "sealed": _seal(scope, tx, new, sections),
        }
    for name, value in news.items():
        setattr(new, name, value)
    if old:
        _keep_version(tx, old, sections)
        tx.update(old, news, refusal=CHANGED)
    else:
        new.stand_among_its_kind(tx.at)
        tx.put(new, refusal=CROWDED)
    notes = [*(each for each in whole.notes if each.id != new.id), new]
    after = replace(whole, notes=notes, recorded=[*whole.recorded, *(sign.items if sign else [])])
    if sign and cosigning.is_needed(scope):
        after.cosignatures.append(cosigning.ask(tx, new))
    place(tx, after, typed.entry_id, typed.title)
    if sign:
        _off_my_list(tx, patient, typed.entry_id, typed.note_id)
        for event in sign.events:
            tx.also(event)
    else:
        tx.put_row(_begun(tx, patient, typed))
        if not going_on:
            _off_their_pages(tx, patient, typed.note_id)
    changes = {"hash": [None, new.sealed["hash"]]} if sign else {}
    return tx.commit(Event(SIGN if sign else LEAVE, "NOTE", new.id, patient=patient.id, changes=changes), new.id)


def _keep_version(tx: Transaction, old: Note, sections: list[dict[str, Any]]) -> None:
    """What it said so far, where it says something else now."""
    if old.sections == sections:
        return
    at = keys.note_version(old.patient_id, old.entry_id, old.id, int(old.version))
    tx.put_row({"PK": at.pk, "SK": at.sk, "type": VERSION, "note": old.id, "number": int(old.version),
                "at": old.updated_at, "name": old.author_name, "sections": old.sections}, only_new=True)  # fmt: skip


def _check_mine(scope: Scope, old: Note | None, typed: Written) -> None:
    if old is None:
        if typed.version:
            raise CHANGED
        return
    if old.author != scope.actor.id:
        raise NOBODY_ELSES
    if old.version != typed.version:
        raise CHANGED


def _new(scope: Scope, whole: Whole, typed: Written, sections: list[dict[str, Any]]) -> Note:
    at = Note.at(whole.owner, typed.entry_id, typed.note_id)
    note = Note(
        pk=at.pk,
        sk=at.sk,
        id=typed.note_id,
        patient_id=whole.owner,
        entry_id=typed.entry_id,
        author=scope.actor.id,
        author_name=scope.actor.name,
        title=typed.title,
        template=typed.template.id,
        template_version=typed.template.version,
        sections=sections,
    )
    note.clinic_id = scope.clinic_id
    return note


def _begun(tx: Transaction, patient: Patient, typed: Written) -> Row:
    key = keys.note_begun(tx.scope.actor.id, tx.scope.clinic_id, patient.id, typed.entry_id, typed.note_id)
    return {"PK": key.pk, "SK": key.sk, "type": "DRAFT", "savedAt": tx.at}


def _off_my_list(tx: Transaction, patient: Patient, entry_id: str, note_id: str) -> None:
    """It may have been begun in a record that was folded into this one since."""
    for id in all_ids(patient):
        tx.delete_row(keys.note_begun(tx.scope.actor.id, tx.scope.clinic_id, id, entry_id, note_id))
    _off_their_pages(tx, patient, note_id)


def _off_their_pages(tx: Transaction, patient: Patient, note_id: str) -> None:
    """Colleagues are not told any more that it is being written."""
    for id in all_ids(patient):
        tx.delete_row(keys.writing(id, tx.scope.clinic_id, tx.scope.actor.id, note_id))


def _line(note: Note, patient: Patient) -> dict[str, Any]:
    line = NoteLine(
        patient_id=patient.id,
        patient=patient.line or {},
        entry=note.entry_id,
        title=note.title,
        gist=rules.gist(note.written),
        who=note.author_name,
    )
    return line.pack()


def _seal(scope: Scope, tx: Transaction, note: Note, sections: list[dict[str, Any]]) -> dict[str, str]:
    content = signed_content(note, sections, tx.at, scope.actor.id, scope.actor.name)
    return {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name, "hash": rules.digest(content)}


@idempotent
def discard_note(
    scope: Scope, *, patient: Patient, entry_id: str, note_id: str, forms: Sequence[str], once: Once | None = None
) -> None:
    """Off every list; what was typed can be had back for 30 days at the note's address. `forms` may name its draft."""
    scope.require(Permission.NOTE_WRITE)
    kept = drafts.find(scope, [*forms])
    mine = [keys.note_begun(scope.actor.id, scope.clinic_id, id, entry_id, note_id) for id in all_ids(patient)]
    begun = get_rows(scope, mine)

    def write(whole: Whole) -> None:
        tx, note = Transaction(scope, once=once), whole.note(note_id)
        if not (note or kept or begun):
            return
        if note:
            _check_mine(scope, note, Written(entry_id, note_id, "", (), int(note.version)))
            tx.update(note, {"state": DISCARDED, "gsi1pk": None, "gsi1sk": None})
            note.state = DISCARDED
            place(tx, whole, entry_id, note.title)
        for form in kept:
            tx.change_row(drafts.key_of(scope, form), sets={"expiresAt": drafts.in_days(BACK_DAYS)}, new=True)
        _off_my_list(tx, patient, entry_id, note_id)
        tx.commit(Event(DISCARD, "NOTE", note_id, patient=patient.id))

    written(scope, patient, entry_id, write)


@idempotent
def add_addendum(
    scope: Scope, *, patient: Patient, entry_id: str, note_id: str, text: str, once: Once | None = None
) -> str:
    """A later word beneath a signed note, signed by saving it, by whoever may write notes; returns its number."""
    scope.require(Permission.NOTE_SIGN)
    if not text.strip():
        raise Refused("Write the addendum.", field="text")

    def write(whole: Whole) -> str:
        note = must_be(whole.note(note_id))
        if not note.is_signed:
            raise NOT_SIGNED
        tx, before = Transaction(scope, once=once), whole.addenda_of(note)
        number, at = len(before) + 1, Addendum.at(whole.owner, entry_id, note.id, len(before) + 1)
        addendum = Addendum(
            pk=at.pk,
            sk=at.sk,
            id=f"{note.id}-{number}",
            patient_id=whole.owner,
            note_id=note.id,
            number=number,
            text=text,
        )
        addendum.clinic_id = scope.clinic_id
        content = addendum_content(addendum, cosigning.hashes(note, before), tx.at, scope.actor.id, scope.actor.name)
        addendum.sealed = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name, "hash": rules.digest(content)}
        tx.put(addendum, refusal=CROWDED)
        cosigning.answered(tx, patient, whole, note)
        place(tx, replace(whole, addenda=[*whole.addenda, addendum]), entry_id, note.title)
        event = Event(ADD, "NOTE", note.id, patient=patient.id, changes={"hash": [None, addendum.sealed["hash"]]})
        return tx.commit(event, str(number))

    return written(scope, patient, entry_id, write)
