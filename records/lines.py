"""What the rows of the chart carry. Stored under the letters: see clinnet/rules/lines.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from clinnet.rules.lines import Packed, letter


@dataclass(frozen=True, kw_only=True, repr=False)
class EntryLine(Packed):
    """A row of the chart in time order: one entry. What hangs in it is told by `gist` and the marks."""

    title: str = letter("t", "")
    who: str = letter("w", "")
    gist: str = letter("g", "")
    kind: str = letter("k", "")  # day: no visit, but a day of what was taken over from a file
    at: str = letter("a", "")  # stamp
    signed: str = letter("s", "")  # initials of who signed last
    unsigned: int = letter("u", 0)  # notes that are not signed
    addenda: int = letter("d", 0)
    medicines: int = letter("r", 0)  # prescribed in it
    problems: int = letter("x", 0)
    errored: int = letter("e", 0)  # notes that were entered in error
    letters: int = letter("l", 0)
    shape: str = letter("i", "")  # the kind of what was recorded first, where nothing is written in it
    cosign: int = letter("c", 0)  # signed notes that wait for a second signature, or were sent back


@dataclass(frozen=True, kw_only=True, repr=False)
class NoteLine(Packed):
    """A row of a list of notes: of those that are not signed, and of a chart's."""

    patient_id: str = letter("i", "")
    patient: dict[str, Any] = field(default_factory=dict, metadata={"letter": "p"})  # the patient's own line
    entry: str = letter("e", "")
    title: str = letter("t", "")
    gist: str = letter("g", "")
    who: str = letter("w", "")
    sections: Sequence[str] = letter("c", ())


@dataclass(frozen=True, kw_only=True, repr=False)
class CosignLine(Packed):
    """A signed note that waits for a second signature. `back`: by whom it was sent back to its author, and `why`."""

    patient_id: str = letter("i", "")
    entry: str = letter("e", "")
    title: str = letter("t", "")
    by: str = letter("b", "")  # its author's id
    who: str = letter("w", "")
    back: str = letter("k", "")
    why: str = letter("y", "")


@dataclass(frozen=True, kw_only=True, repr=False)
class AllergyLine(Packed):
    """An allergy or intolerance, in the summary and in the chart. `severity` is that of the reaction, as told."""

    substance: str = letter("s", "")
    kind: str = letter("k", "allergy")  # allergy, intolerance, unknown
    reactions: Sequence[str] = letter("r", ())
    severity: str = letter("v", "")  # mild, moderate, severe
    since: str = letter("y", "")  # an ISO date, partial or whole
    entry: str = letter("e", "")  # in which it was recorded


@dataclass(frozen=True, kw_only=True, repr=False)
class ProblemLine(Packed):
    """A problem: words as chosen or typed, with a code of ICD-10-CM or without."""

    words: str = letter("t", "")
    code: str = letter("c", "")
    since: str = letter("y", "")
    entry: str = letter("e", "")
    ended: str = letter("z", "")  # stamp; in the row of its kind alone
    why: str = letter("h", "")  # it ended: a key of ending.REASONS, or renewed
    ended_by: str = letter("o", "")  # the name


@dataclass(frozen=True, kw_only=True, repr=False)
class MedicineLine(Packed):
    """A medicine, in words. `until` is the first day without, an ISO date; empty where nothing says."""

    name: str = letter("n", "")
    strength: str = letter("s", "")
    form: str = letter("f", "")
    directions: str = letter("d", "")
    start: str = letter("b", "")
    until: str = letter("u", "")
    quantity: int = letter("q", 0)
    refills: int = letter("x", 0)
    renews: str = letter("r", "")  # entry/id of the one whose place it took
    entry: str = letter("e", "")
    ended: str = letter("z", "")  # stamp; in the row of its kind alone
    why: str = letter("h", "")
    ended_by: str = letter("o", "")


@dataclass(frozen=True, kw_only=True, repr=False)
class ImmunisationLine(Packed):
    """A dose. `cvx` is empty where the vaccine is in no list: it counts for no series."""

    vaccine: str = letter("n", "")
    cvx: str = letter("c", "")
    on: str = letter("o", "")  # an ISO date
    lot: str = letter("l", "")
    expires: str = letter("x", "")  # an ISO date
    site: str = letter("s", "")
    source: str = letter("f", "here")  # a key of rules/vaccines.SOURCES
    maker: str = letter("m", "")
    entry: str = letter("e", "")


@dataclass(frozen=True, kw_only=True, repr=False)
class OrderLine(Packed):
    """What was ordered. `patient_id` and `by` (a person's id) are for the list of what has no result yet."""

    what: str = letter("t", "")
    kind: str = letter("k", "lab")  # a key of rules/results.KINDS
    why: str = letter("y", "")
    patient_id: str = letter("i", "")
    by: str = letter("w", "")
    entry: str = letter("e", "")
    ended: str = letter("z", "")  # stamp; in the row of its kind alone
    how: str = letter("h", "")  # it ended: a key of ending.REASONS, or resulted
    ended_by: str = letter("o", "")


@dataclass(frozen=True, kw_only=True, repr=False)
class ValueLine(Packed):
    """One value of a result, as sent."""

    name: str = letter("n", "")
    value: str = letter("v", "")
    unit: str = letter("u", "")
    range: str = letter("r", "")
    flag: str = letter("f", "")  # a key of rules/results.FLAGS
    code: str = letter("c", "")  # LOINC


@dataclass(frozen=True, kw_only=True, repr=False)
class ResultLine(Packed):
    """A result with its values (packed ValueLines). `person` looks at it, where it is one; else any doctor does."""

    title: str = letter("t", "")
    values: Sequence[Mapping[str, Any]] = letter("v", ())
    severity: str = letter("x", "2")  # of rules/results.py
    on: str = letter("o", "")  # an ISO date
    comment: str = letter("m", "")
    person: str = letter("w", "")
    patient_id: str = letter("i", "")
    order: str = letter("d", "")  # the order's id
    entry: str = letter("e", "")
    seen: str = letter("z", "")  # stamp; in the row of its kind alone


@dataclass(frozen=True, kw_only=True, repr=False)
class OtherLine(Packed):
    """A procedure or a plan of another clinic, in words. Dates are ISO, partial or whole."""

    what: str = letter("t", "")
    more: str = letter("g", "")
    on: str = letter("o", "")
    until: str = letter("u", "")
    state: str = letter("s", "")
    entry: str = letter("e", "")


@dataclass(frozen=True, kw_only=True, repr=False)
class DocumentLine(Packed):
    """A document that was received, or a picture or PDF: those have their `media` type. `file` is the key of its bytes,
    `thumb` that of a small picture. `names` says whom it names where that is not the chart's patient, and somebody
    filed it all the same. `patient_id` is for the list of what nobody has looked at."""

    title: str = letter("t", "")
    sender: str = letter("f", "")
    on: str = letter("o", "")  # an ISO date, partial or whole
    file: str = letter("k", "")
    thumb: str = letter("h", "")
    media: str = letter("m", "")
    names: str = letter("w", "")
    patient_id: str = letter("i", "")
    entry: str = letter("e", "")
    own: str = letter("d", "")  # digest of the id that its sender gave it
    set: str = letter("s", "")  # the same of all its versions, of which it has this
    number: int = letter("n", 0)
    replaces: Sequence[str] = letter("r", ())  # digests of ids
    seen: str = letter("z", "")  # stamp; in the row of its kind alone


@dataclass(frozen=True, kw_only=True, repr=False)
class LetterLine(Packed):
    """A signed letter."""

    title: str = letter("t", "")
    to: str = letter("o", "")
    who: str = letter("w", "")
    entry: str = letter("e", "")
    errored: str = letter("x", "")  # "1": entered in error


@dataclass(frozen=True, kw_only=True, repr=False)
class RecallLine(Packed):
    """A patient who is asked back. `by` is the name of who asks."""

    patient_id: str = letter("i", "")
    what: str = letter("t", "")
    how: str = letter("h", "")  # a key of rules/recalls.HOW
    by: str = letter("w", "")
    tries: int = letter("n", 0)


@dataclass(frozen=True, kw_only=True, repr=False)
class TaskLine(Packed):
    """Something to be done about a patient, as a Task has it. `by` is the name of who wrote it."""

    patient_id: str = letter("i", "")
    what: str = letter("t", "")
    due: str = letter("d", "")
    owner: str = letter("o", "")
    by: str = letter("w", "")


@dataclass(frozen=True, kw_only=True, repr=False)
class IncomingLine(Packed):
    """A document that waits for a doctor, as an Incoming has it. `by` is the name of who handed it in."""

    patient_id: str = letter("i", "")
    title: str = letter("t", "")
    media: str = letter("m", "")
    doctor: str = letter("o", "")
    by: str = letter("w", "")
    at: str = letter("a", "")  # stamp


@dataclass(frozen=True, kw_only=True, repr=False)
class DueLine(Packed):
    """What waits for somebody, in the summary. `kind` is that of what waits: RES, or COSIGN.

    Of a note to co-sign `person` is its author; `by` sent it back, and `more` says why.
    """

    kind: str = letter("k", "")
    what: str = letter("t", "")
    more: str = letter("g", "")
    severity: str = letter("x", "")  # of a result
    person: str = letter("w", "")  # for whom; empty: for whoever may
    by: str = letter("b", "")
    entry: str = letter("e", "")


PAST = 7


@dataclass(frozen=True, kw_only=True, repr=False)
class MeasuredLine(Packed):
    """One value, with number and unit as typed. `mark` is ▲ or ▼. In the summary it has what came before it."""

    text: str = letter("v", "")
    lower: str = letter("l", "")  # the diastolic number
    unit: str = letter("u", "")  # a code of records/rules/units.py
    mark: str = letter("m", "")
    at: str = letter("a", "")  # stamp
    who: str = letter("w", "")
    entry: str = letter("e", "")
    range: str = letter("r", "")  # of a value of a result, as sent
    past: Sequence[str] = letter("p", ())  # up to seven values before it in the same unit, the oldest first

    @property
    def value(self) -> str:
        """ "93.1", or "142/86"."""
        return f"{self.text}/{self.lower}" if self.lower else self.text

    def after(self, before: "MeasuredLine | None") -> "MeasuredLine":
        past = (*before.past, before.value)[-PAST:] if before and before.unit == self.unit else ()
        return replace(self, past=past)


def initials(name: str) -> str:
    """ "AO" of "Dr Amara Okafor": capitals of the words, titles left out."""
    words = [word for word in name.split() if not word.endswith(".") and word not in ("Dr", "Prof", "Mr", "Mrs", "Ms")]
    return "".join(word[0] for word in words if word[:1].isupper())[:3] or name[:2].upper()
