"""The one way to write into an entry: read it whole, make the steps, and again where somebody else was quicker."""

from collections.abc import Callable
from typing import TypeVar

from clinnet.table import Scope, Transaction, keys
from clinnet.table.errors import Busy, NotFound, Refused
from patients.models import Patient
from records import queries
from records.lines import EntryLine, initials
from records.models import ERRORED, LET, MED, OPEN, PROB, SIGNED, Entry, Note
from records.queries import Whole
from records.rules import notes as rules
from records.rules.said import said

T = TypeVar("T")
TRIES = 4


class Crowded(Refused):
    """Somebody else wrote into this entry meanwhile."""


CROWDED = Crowded("Somebody else writes into this entry just now. Try again.")


def written(scope: Scope, patient: Patient, entry_id: str, write: Callable[[Whole], T]) -> T:
    """What `write` makes of the entry as it is: read again where a step of `place` found it changed. Raises Busy."""
    return attempt(scope, patient, lambda: write(queries.whole(scope, patient, entry_id)))


def attempt(scope: Scope, patient: Patient, read_and_write: Callable[[], T]) -> T:
    """As long as somebody else was quicker. Raises Busy."""
    scope.must_hold(patient)
    for _ in range(TRIES):
        try:
            return read_and_write()
        except Crowded:
            continue
    raise Busy


def place(tx: Transaction, after: Whole, entry_id: str, title: str) -> None:
    """The step that makes the entry's row, from all that hangs in it after this transaction."""
    line = row_of(after, title, tx.at, tx.scope.actor.name).pack()
    if after.entry:
        tx.update(after.entry, {"line": line}, refusal=CROWDED)
        return
    at, shown = Entry.at(after.owner, entry_id), keys.chart_timeline(after.owner, tx.at, entry_id)
    entry = Entry(
        pk=at.pk,
        sk=at.sk,
        id=entry_id,
        gsi2pk=shown.pk,
        gsi2sk=shown.sk,
        patient_id=after.owner,
        at_time=tx.at,
        line=line,
    )
    tx.put(entry, refusal=CROWDED)


def row_of(after: Whole, title: str, at: str, who: str) -> EntryLine:
    """The row of an entry; a new one is called `title`, at a stamp, by somebody.

    Of signed notes that stand the last one speaks, else what is written, else what was recorded.
    """
    before = EntryLine.unpack(after.entry.line if after.entry else None)
    there = [each for each in after.notes if each.state in (OPEN, SIGNED)]
    shown = [each for each in there if not each.errored]
    signed = [each for each in shown if each.state == SIGNED]
    speaks = next(reversed(signed or shown), None)
    stands = [each for each in after.recorded if each.state != ERRORED]
    kinds = [each.kind for each in stands]
    letters = [each for each in after.letters if not each.errored]
    words = [said(each.kind, each.content) for each in stands]
    words += [said(LET, each.line or {}) for each in letters]
    return EntryLine(
        title=before.title or title,
        who=speaks.author_name if speaks else before.who or who,
        gist=rules.gist(speaks.written) if speaks else "; ".join(words)[:160],
        at=before.at or at,
        signed=initials(speaks.author_name) if speaks and signed else "",
        unsigned=len(shown) - len(signed),
        addenda=len(after.addenda),
        medicines=kinds.count(MED),
        problems=kinds.count(PROB),
        errored=len(there) - len(shown),
        letters=len(letters),
        shape="" if there else next(iter(kinds), LET if letters else ""),
        cosign=sum(each.is_open for note in shown if (each := after.cosignature_of(note))),
    )


def must_be(note: Note | None) -> Note:
    if note is None:
        raise NotFound
    return note
