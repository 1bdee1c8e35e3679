"""A note that needs a second signature gets it, or goes back to its author, who answers with an addendum.

Nothing here writes to the note: its seal and its hash stay those of the first signature.
"""

from collections.abc import Sequence
from typing import Any

from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission, may_cosign
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from records import queries
from records.cosigning.models import BACK, GIVEN, WAITS, Cosignature, cosigned_content
from records.lines import CosignLine, DueLine
from records.models import COSIGN, DUE, Addendum, Note
from records.queries import Whole
from records.rules.notes import digest
from records.services.recording import MOST, Recording, put_part
from records.services.writing import CROWDED, attempt, must_be, place

GIVE = Action("note.cosign", "co-signed a note")
RETURN = Action("note.send-back", "sent a signed note back to its author")

NOT_YOURS = Refused("Another doctor co-signs this note.")
OWN = Refused("Nobody co-signs their own note.")
GIVEN_ALREADY = Refused("This note is co-signed already.")
IS_BACK = Refused("It was sent back: it waits for its author.")
IN_ERROR = Refused("It was marked as entered in error.")
MORE = Refused("Something was added while this page was open. Read it once more.")
NO_REASON = Refused("Say what is to be mended.", field="why")
LONGEST = 500  # characters of a reason


def is_needed(scope: Scope) -> bool:
    """Whether what this person signs waits for a second signature."""
    return scope.actor.id in accounts.supervisors(scope)


def cosigners(scope: Scope) -> str:
    """By whom this person's notes are signed as well, in words; empty where nobody has to."""
    named = accounts.supervisors(scope).get(scope.actor.id)
    if named is None:
        return ""
    return " or ".join(each.name for each in accounts.staff(scope) if each.id in named) or "a doctor"


def may(scope: Scope, author: str) -> bool:
    return may_cosign(scope.permissions, scope.actor.id, author, accounts.supervisors(scope))


def due_of(item: Cosignature) -> DueLine:
    """For the summary: whoever may co-sign, or its author, sees it in the chart."""
    line = CosignLine.unpack(item.line)
    return DueLine(kind=COSIGN, what=item.title, more=line.why, person=item.author, by=line.back, entry=item.entry_id)


def show(to: Recording, entry_id: str, note_id: str, title: str) -> None:
    """Beside what is recorded with a signature: in the chart it says that it waits."""
    if len(to.stand.own.part(DUE).rows) < MOST:  # what is more waits on the list all the same
        due = DueLine(kind=COSIGN, what=title, person=to.scope.actor.id, entry=entry_id)
        to.summarise(DUE, {note_id: due.pack()})


def ask(tx: Transaction, note: Note) -> Cosignature:
    """The step beside the signature of a note, by which it waits on the list."""
    at = Cosignature.at(note.patient_id, note.entry_id, note.id)
    waits = keys.to_cosign(tx.scope.clinic_id, tx.at, note.id)
    item = Cosignature(
        pk=at.pk, sk=at.sk, id=note.id, gsi1pk=waits.pk, gsi1sk=waits.sk, patient_id=note.patient_id,
        entry_id=note.entry_id, note_id=note.id, author=note.author, author_name=note.author_name, title=note.title,
        state=WAITS,
    )  # fmt: skip
    item.line = line_of(item)
    tx.put(item, refusal=CROWDED)
    return item


def line_of(item: Cosignature) -> dict[str, Any]:
    """Its row of the list."""
    last = (item.returned or [])[-1:] if item.state == BACK else []
    line = CosignLine(
        patient_id=item.patient_id,
        entry=item.entry_id,
        title=item.title,
        by=item.author,
        who=item.author_name,
        back=last[0]["name"] if last else "",
        why=last[0]["why"] if last else "",
    )
    return line.pack()


@idempotent
def cosign(scope: Scope, *, patient: Patient, entry_id: str, note_id: str, seen: str, once: Once | None = None) -> None:
    """The second signature, over the hashes of the note and of its addenda. `seen` as `last_hash` was on the page.

    Raises Refused for whoever may not, and where the note was answered, sent back or added to meanwhile.
    """
    scope.require(Permission.NOTE_COSIGN)

    def write() -> None:
        whole = queries.whole(scope, patient, entry_id)
        note, item = _waiting(scope, whole, note_id, seen)
        tx, actor = Transaction(scope, once=once), scope.actor
        over = hashes(note, whole.addenda_of(note))
        content = cosigned_content(item, over, tx.at, actor.id, actor.name)
        seal = {"at": tx.at, "by": actor.id, "name": actor.name, "over": len(over), "hash": digest(content)}
        _change(tx, patient, whole, item, {"state": GIVEN, "sealed": seal})
        tx.commit(Event(GIVE, "NOTE", note.id, patient=patient.id, changes={"hash": [None, seal["hash"]]}))

    attempt(scope, patient, write)


@idempotent
def send_back(
    scope: Scope, *, patient: Patient, entry_id: str, note_id: str, seen: str, why: str, once: Once | None = None
) -> None:
    """It waits for its author, who reads why, until an addendum of theirs answers. Raises Refused as `cosign` does."""
    scope.require(Permission.NOTE_COSIGN)
    if not why.strip() or len(why) > LONGEST:
        raise NO_REASON

    def write() -> None:
        whole = queries.whole(scope, patient, entry_id)
        note, item = _waiting(scope, whole, note_id, seen)
        tx, actor = Transaction(scope, once=once), scope.actor
        mark = {"at": tx.at, "by": actor.id, "name": actor.name, "why": why.strip()}
        _change(tx, patient, whole, item, {"state": BACK, "returned": [*(item.returned or []), mark]})
        tx.commit(Event(RETURN, "NOTE", note.id, patient=patient.id))

    attempt(scope, patient, write)


def _waiting(scope: Scope, whole: Whole, note_id: str, seen: str) -> tuple[Note, Cosignature]:
    """The note, and what waits of it for this person."""
    note = must_be(whole.note(note_id))
    item = whole.cosignature_of(note)
    if item is None or not may(scope, item.author):
        raise OWN if note.author == scope.actor.id else NOT_YOURS
    if note.errored:
        raise IN_ERROR
    if item.state != WAITS:
        raise IS_BACK if item.state == BACK else GIVEN_ALREADY
    if hashes(note, whole.addenda_of(note))[-1] != seen:
        raise MORE
    return note, item


def hashes(note: Note, addenda: Sequence[Addendum]) -> list[str]:
    """Of what was signed, in order."""
    return [note.sealed["hash"], *(each.sealed["hash"] for each in addenda)]


def answered(tx: Transaction, patient: Patient, whole: Whole, note: Note) -> None:
    """The steps beside an addendum: by its author's, what was sent back waits for a doctor again."""
    item = whole.cosignature_of(note)
    if item and item.state == BACK and note.author == tx.scope.actor.id:
        _write(tx, patient, whole, item, {"state": WAITS})


def follow_error(tx: Transaction, patient: Patient, whole: Whole, note: Note) -> None:
    """The steps beside an error mark, or its end: nobody waits for what was entered in error."""
    if (item := whole.cosignature_of(note)) and item.is_open:
        _write(tx, patient, whole, item, {}, waits=not note.errored)


def _change(tx: Transaction, patient: Patient, whole: Whole, item: Cosignature, news: dict[str, Any]) -> None:
    _write(tx, patient, whole, item, news)
    place(tx, whole, item.entry_id, item.title)


def _write(
    tx: Transaction, patient: Patient, whole: Whole, item: Cosignature, news: dict[str, Any], *, waits: bool = True
) -> None:
    """The steps that write the item, its place on the list, and its row of the summary."""
    for name, value in news.items():
        setattr(item, name, value)
    waits = waits and item.is_open
    at = keys.to_cosign(tx.scope.clinic_id, tx.at, item.note_id)
    news |= {"line": line_of(item), "gsi1pk": at.pk if waits else None, "gsi1sk": at.sk if waits else None}
    item.line = news["line"]
    tx.update(item, news, refusal=CROWDED)
    summary = next(each for each in queries.summaries(tx.scope, patient) if each.owner == whole.owner)
    rows = summary.part(DUE).rows
    if waits and (item.note_id in rows or len(rows) < MOST):
        put_part(tx, summary, DUE, {item.note_id: due_of(item).pack()})
    elif item.note_id in rows:
        put_part(tx, summary, DUE, {}, drop=[item.note_id])
