"""Reads of the chart."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from clinnet import clock
from clinnet.table import Page, Row, Scope, get, keys, query, side_by_side
from clinnet.table.errors import Unavailable
from clinnet.table.values import Raw, row_from_raw
from patients import timeline
from patients.models import Patient
from patients.timeline import all_ids
from records.cosigning.models import Cosignature
from records.letters.models import Letter
from records.lines import DueLine, EntryLine, MeasuredLine
from records.models import ALG, DUE, ERRORED, LAB, MEAS, OBS, VERSION, Addendum, Entry, Glass, Note, Recorded
from records.rules.growth import days_of_gestation

MOST_AT_ONCE = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class Whole:
    """An entry with all that hangs in it; `owner` is the id of the record that it stands in, perhaps a folded one."""

    owner: str
    entry: Entry | None = None
    notes: list[Note] = field(default_factory=list)
    addenda: list[Addendum] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    versions: list[Row] = field(default_factory=list)
    cosignatures: list[Cosignature] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)

    def cosignature_of(self, note: Note) -> Cosignature | None:
        return next((each for each in self.cosignatures if each.note_id == note.id), None)

    def versions_of(self, note_id: str) -> list[Row]:
        """What a note said before, the oldest first: number, at, name, sections."""
        return sorted((each for each in self.versions if each["note"] == note_id), key=lambda each: int(each["number"]))

    def note(self, id: str) -> Note | None:
        return next((each for each in self.notes if each.id == id), None)

    def addenda_of(self, note: Note) -> list[Addendum]:
        return [each for each in self.addenda if each.note_id == note.id]


def whole(scope: Scope, patient: Patient, entry_id: str) -> Whole:
    """The entry wherever it stands, of this record or of one that was folded into it; without an `entry` if nowhere."""
    asked = whole_asked(scope, patient, entry_id)
    pages = side_by_side(*asked) if len(asked) > 1 else [asked[0]()]
    return whole_of(patient, pages) or Whole(patient.id)


def whole_asked(scope: Scope, patient: Patient, entry_id: str) -> list[partial[Page]]:
    """The questions of `whole`, to be asked beside others; none without an id."""
    if not entry_id:
        return []
    return [partial(_all, scope, keys.entry_whole(id, entry_id)) for id in all_ids(patient)]


def _all(scope: Scope, asked: keys.Range) -> Page:
    """Its last page too: what is decided by an entry is decided by all of it."""
    page = query(scope, asked, limit=MOST_AT_ONCE)
    raws = list(page.raws)
    while page.next:
        page = query(scope, asked, limit=MOST_AT_ONCE, cursor=page.next)
        raws += page.raws
    return Page(raws)


def whole_of(patient: Patient, pages: Sequence[Page]) -> Whole | None:
    """What their answers say."""
    found = [(id, page.raws) for id, page in zip(all_ids(patient), pages, strict=False) if page.raws]
    return _whole(*found[0]) if found else None


def _whole(owner: str, raws: Iterable[Raw]) -> Whole:
    found = Whole(owner)
    entry = None
    for raw in raws:
        if Entry.is_one(raw):
            entry = Entry.read(raw)
        elif Note.is_one(raw):
            found.notes.append(Note.read(raw))
        elif Addendum.is_one(raw):
            found.addenda.append(Addendum.read(raw))
        elif Cosignature.is_one(raw):
            found.cosignatures.append(Cosignature.read(raw))
        elif Letter.is_one(raw):
            found.letters.append(Letter.read(raw))
        elif Recorded.is_one(raw):
            found.recorded.append(Recorded.read(raw))
        elif raw.get("type") == {"S": VERSION}:
            found.versions.append(row_from_raw(raw))
    found.notes.sort(key=lambda each: each.id)
    found.recorded.sort(key=lambda each: each.id)
    return replace(found, entry=entry)


LOOKED_THROUGH, SIGNED_ENTRIES = 60, 6


def last_signed(scope: Scope, patient: Patient, fits: Callable[[Note], bool]) -> Note | None:
    """The latest signed note that fits and stands, of the last entries that have one. In two rounds."""
    raws, _ = timeline.newest(scope, patient, keys.chart_until, LOOKED_THROUGH)
    rows = [row for row in Page(raws).rows if EntryLine.unpack(row.get("line")).signed]
    asked = [partial(whole, scope, patient, str(row["id"])) for row in rows[:SIGNED_ENTRIES]]
    for found in side_by_side(*asked) if len(asked) > 1 else [ask() for ask in asked]:
        for note in reversed(found.notes):
            if note.is_signed and not note.errored and fits(note):
                return note
    return None


# --- The summary -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """A part of a record's summary: packed lines by id. `n` counts its changes, 0 where it was never written.

    `asked`: at and by, where the patient was asked and has no allergies. `overrides`: warnings that were answered.
    `ended`: ids of problems that are over, the last of them.
    """

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    n: int = 0
    asked: dict[str, str] | None = None
    overrides: list[dict[str, Any]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, repr=False)
class Summary:
    """The left side of one record's chart."""

    owner: str
    parts: dict[str, Part] = field(default_factory=dict)

    def part(self, name: str) -> Part:
        return self.parts.get(name, Part())


def summary_asked(scope: Scope, patient: Patient) -> list[partial[Page]]:
    """The questions for the summary, to be asked beside others: one for each record, consistent."""
    return [partial(query, scope, keys.chart_summaries(id), limit=10) for id in all_ids(patient)]


def summaries(scope: Scope, patient: Patient) -> list[Summary]:
    asked = summary_asked(scope, patient)
    return summaries_of(patient, side_by_side(*asked) if len(asked) > 1 else [asked[0]()])


def summaries_of(patient: Patient, pages: Sequence[Page]) -> list[Summary]:
    """What their answers say: this record's own first, then those of what was folded into it."""
    return [
        Summary(id, {keys.parse_chart_summary(row["SK"]): _part(row) for row in page.rows})
        for id, page in zip(all_ids(patient), pages, strict=True)
    ]


def _part(row: Row) -> Part:
    return Part(row.get("rows", {}), int(row["n"]), row.get("asked"), row.get("overrides", []), row.get("ended", []))


def summaries_or_none(patient: Patient, pages: Sequence[Page | None]) -> list[Summary] | None:
    """None where one of them could not be read: what is not known is not empty."""
    read = [page for page in pages if page is not None]
    return summaries_of(patient, read) if len(read) == len(pages) else None


def summaries_if_read(scope: Scope, patient: Patient) -> list[Summary] | None:
    try:
        return summaries(scope, patient)
    except Unavailable:
        return None


def with_summary(scope: Scope, patient: Patient, ask: Callable[[], T]) -> tuple[T, list[Summary] | None]:
    """What `ask` reads, and the summary, read beside it: None where that could not be read."""
    answers: list[Any] = side_by_side(ask, partial(summaries_if_read, scope, patient))
    return answers[0], answers[1]


def rows_of(summaries: Iterable[Summary], part: str) -> dict[str, dict[str, Any]]:
    """Of the record and of those that were folded into it; of each kind of measurement or value the latest."""
    found: dict[str, dict[str, Any]] = {}
    for id, line in (row for each in summaries for row in each.part(part).rows.items()):
        if part not in (MEAS, LAB) or id not in found or line.get("a", "") > found[id].get("a", ""):
            found[id] = line
    return found


def gestation(summaries: Iterable[Summary]) -> int | None:
    """Days of gestation at birth; None where the chart does not say it."""
    packed = rows_of(summaries, MEAS).get("gestation")
    return days_of_gestation(MeasuredLine.unpack(packed)) if packed else None


def none_known(summaries: Sequence[Summary]) -> dict[str, str] | None:
    """That there are no allergies, as who was asked when: `at` (a stamp) and `by`. None where some are listed.

    What the record's own list says, once it was begun; till then what a folded one says.
    """
    own, *folded = [each.part(ALG) for each in summaries]
    if rows_of(summaries, ALG):
        return None
    return own.asked if own.n else next((part.asked for part in folded if part.asked), None)


def due_lines(summaries: Iterable[Summary], kind: str) -> dict[str, DueLine]:
    """What waits about this patient, of one kind, by id."""
    lines = {id: DueLine.unpack(line) for id, line in rows_of(summaries, DUE).items()}
    return {id: line for id, line in lines.items() if line.kind == kind}


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """An entry and the summary, as they are before something is recorded."""

    whole: Whole
    summaries: list[Summary]

    @property
    def own(self) -> Summary:
        return self.summaries[0]


def standing(scope: Scope, patient: Patient, entry_id: str) -> Standing:
    """In one round."""
    entry, summary = whole_asked(scope, patient, entry_id), summary_asked(scope, patient)
    pages = side_by_side(*entry, *summary)
    found = whole_of(patient, pages[: len(entry)]) or Whole(patient.id)
    return Standing(found, summaries_of(patient, pages[len(entry) :]))


def stacked(line: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """A measurement, packed, as the summary has it: on top of the one `before` it there."""
    return MeasuredLine.unpack(line).after(MeasuredLine.unpack(before) if before else None).pack()


def measured_before(scope: Scope, patient: Patient, without: str) -> dict[str, dict[str, Any]]:
    """The latest value of each kind as the summary has it, of the last 30 sets that are not `without` or in error."""
    found: dict[str, dict[str, Any]] = {}
    for row in reversed(of_kind(scope, patient, OBS, 30)):
        if row["id"] != without and row.get("state") != ERRORED:
            found |= {kind: stacked(line, found.get(kind)) | {"i": row["id"]} for kind, line in row["line"].items()}
    return found


def of_kind(scope: Scope, patient: Patient, kind: str, limit: int) -> list[Row]:
    """What is of one kind, the newest first, also what has ended or is in error. `line` is its packed line."""
    return timeline.lines(scope, patient, partial(keys.chart_of_kind, kind=kind), limit=limit)


# --- What is being written ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begun:
    """A note that a person is writing: where it is, and a stamp of its beginning."""

    patient_id: str
    entry_id: str
    note_id: str
    at: str


def begun_asked(scope: Scope, patient_id: str = "", *, fresh: bool = True) -> partial[Page]:
    """The person's own notes that are begun and neither signed nor discarded, of all patients or of one."""
    person, clinic = scope.actor.id, scope.clinic_id
    asked = keys.notes_begun_about(person, clinic, patient_id) if patient_id else keys.notes_begun_by(person, clinic)
    return partial(query, scope, asked, limit=50, fresh=fresh)


def begun_about_asked(scope: Scope, patient: Patient, *, fresh: bool = True) -> list[partial[Page]]:
    """The person's own notes of one patient, also those begun in a record that was folded into this one since."""
    return [begun_asked(scope, id, fresh=fresh) for id in all_ids(patient)]


def begun_about(scope: Scope, patient: Patient) -> list["Begun"]:
    asked = begun_about_asked(scope, patient)
    pages = side_by_side(*asked) if len(asked) > 1 else [asked[0]()]
    return begun(row for page in pages for row in page.rows)


def begun(rows: Iterable[Row]) -> list[Begun]:
    """The latest first."""
    found = [Begun(*keys.parse_note_begun(row["SK"]), row["savedAt"]) for row in rows]
    return sorted(found, key=lambda each: each.at, reverse=True)


def writing_asked(scope: Scope, patient: Patient) -> list[partial[Page]]:
    """Who is writing a note about this patient: savedAt, person, name, expiresAt."""
    about = [keys.writing_about(id, scope.clinic_id) for id in all_ids(patient)]
    return [partial(query, scope, each, limit=10, fresh=False) for each in about]


# --- Restricted charts -------------------------------------------------------------------------------------------


def open_glass(scope: Scope, patient: Patient) -> Glass | None:
    """Until when a restricted chart is open to this person."""
    found = query(scope, keys.glass_of(patient.id, scope.actor.id), limit=1, backward=True).of(Glass)
    return found[0] if found and found[0].until > clock.now().timestamp() else None


def glass(scope: Scope, patient_id: str, person: str, id: str) -> Glass:
    """Raises NotFound."""
    return get(scope, Glass, Glass.at(patient_id, person, id))


def to_review(scope: Scope) -> partial[Page]:
    """The oldest first; a line has the patient's id (i) and the person's (w)."""
    return partial(query, scope, keys.glasses_open(scope.clinic_id), limit=50)
