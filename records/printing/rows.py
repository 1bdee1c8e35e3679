"""What stands on the paper: the summary as text, or an entry."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from patients.models import Patient
from patients.rules import names
from records.lines import EntryLine
from records.models import DISCARDED, LET, NOTE, Note
from records.queries import Whole
from records.rules import said
from records.rules.notes import filled
from records.summary.rows import SummaryRow, SummaryShown

What = Literal["summary", "medicines"]
NOT_ASKED = "Not asked yet."


@dataclass(frozen=True, slots=True, repr=False)
class Printed:
    """`what` is summary or medicines; of the latter only the medicines are set. A line is two texts, the first in bold.

    `allergies_said` stands where there are none: that nobody asked, or who did.
    """

    what: What
    clinic: str
    name: str
    born: str
    printed: str
    allergies: tuple[tuple[str, str], ...]
    allergies_said: str
    problems: tuple[tuple[str, str], ...]
    medicines: tuple[tuple[str, str], ...]
    measured: tuple[tuple[str, str], ...]
    measured_when: str


def printed(request: ClinicRequest, patient: Patient, summary: SummaryShown, what: What) -> Printed:
    clinic, now = request.clinic, formats.moment(clock.stamp(), request.clinic)
    foot = f"No. {patient.mrn}. Printed {now} by {request.scope.actor.name}."
    measured = tuple((row.entry, _words(f"{row.what} {row.more}", row.end)) for row in summary.measured)
    return Printed(
        what,
        clinic.name,
        names.full_name(patient.data),
        formats.date(patient.birth_date or "", clinic),
        foot,
        _lines(summary.allergies),
        summary.asked or NOT_ASKED,
        _lines(summary.problems),
        _lines(summary.medicines),
        measured,
        summary.measured_when,
    )


def _lines(found: Iterable[SummaryRow]) -> tuple[tuple[str, str], ...]:
    return tuple((row.what, _words(row.more, row.end)) for row in found)


def _words(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


# --- An entry --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class NotePaper:
    """`signed` is the line of its signature, empty where nobody signed: then it says so. `addenda` have theirs."""

    title: str
    sections: tuple[tuple[str, str], ...]
    signed: str
    left: str  # who left it unsigned, and when
    addenda: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, repr=False)
class EntryPaper:
    """`left_out` says how much of it was entered in error, empty where nothing was."""

    title: str
    clinic: str
    name: str
    on: str
    notes: tuple[NotePaper, ...]
    recorded: tuple[tuple[str, str], ...]
    left_out: str
    foot: str


@dataclass(frozen=True, slots=True, repr=False)
class StretchPaper:
    """Entries of a stretch of time, the oldest first. `said` is from when to when, and of what."""

    clinic: str
    name: str
    said: str
    entries: tuple[EntryPaper, ...]
    left_out: str
    foot: str


def stretch(
    request: ClinicRequest, patient: Patient, wholes: Sequence[Whole], said: str, kinds: Collection[str]
) -> StretchPaper:
    """Of `kinds` of items, all where it is empty. An entry of which nothing is left does not stand there."""
    made = [entry(request, patient, each, kinds) for each in wholes]
    wrong = sum(_wrong(each, kinds) for each in wholes)
    name, foot = _whose(request, patient)
    shown = tuple(each for each in made if each.notes or each.recorded)
    return StretchPaper(request.clinic.name, name, said, shown, _left_out(wrong), foot)


def _of(kind: str, kinds: Collection[str]) -> bool:
    return not kinds or kind in kinds


def _wrong(whole: Whole, kinds: Collection[str]) -> int:
    """How much of it was entered in error."""
    notes = [each for each in whole.notes if each.state != DISCARDED and _of(NOTE, kinds)]
    recorded = [each for each in whole.recorded if _of(each.kind, kinds)]
    return sum(bool(each.errored) for each in notes) + sum(bool(each.errored) for each in recorded)


def _left_out(wrong: int) -> str:
    return f"Left out, as it was entered in error: {wrong}." if wrong else ""


def _whose(request: ClinicRequest, patient: Patient) -> tuple[str, str]:
    """Who it is, and the foot of each page."""
    born = f", born {formats.date(patient.birth_date, request.clinic)}" if patient.birth_date else ""
    name = f"{names.full_name(patient.data)}{born}, no. {patient.mrn}"
    return name, f"{name}. Printed {formats.moment(clock.stamp(), request.clinic)} by {request.scope.actor.name}"


def entry(request: ClinicRequest, patient: Patient, whole: Whole, kinds: Collection[str] = ()) -> EntryPaper:
    """What is written in it and what hangs in it, without what was entered in error."""
    clinic, line = request.clinic, EntryLine.unpack(whole.entry.line if whole.entry else None)
    notes = [each for each in whole.notes if each.state != DISCARDED and _of(NOTE, kinds)]
    letters = [each for each in whole.letters if not each.errored and _of(LET, kinds)]
    name, foot = _whose(request, patient)
    return EntryPaper(
        line.title or "Entry",
        clinic.name,
        name,
        formats.moment(line.at, clinic) if line.at else "",
        tuple(_note(each, whole, request) for each in notes if not each.errored),
        tuple(
            (said.said(each.kind, each.content), f"{each.by_name}, {formats.moment(each.at_time, clinic)}")
            for each in whole.recorded
            if not each.errored and _of(each.kind, kinds)
        )
        + tuple((said.said(LET, each.line or {}), "") for each in letters),
        _left_out(_wrong(whole, kinds)),
        foot,
    )


def _note(note: Note, whole: Whole, request: ClinicRequest) -> NotePaper:
    clinic, seal = request.clinic, note.sealed
    signed = f"Signed {formats.moment(seal['at'], clinic)}, {seal['name']} ({seal['hash'][:8]})" if seal else ""
    left = "" if seal else f"{note.author_name}, {formats.moment(note.updated_at or clock.stamp(), clinic)}"
    addenda = tuple(
        (each.text, f"Addendum {int(each.number)}, {formats.moment(each.sealed['at'], clinic)}, {each.sealed['name']}")
        for each in whole.addenda_of(note)
    )
    sections = tuple((each.label, each.text) for each in filled(note.written))
    return NotePaper(note.title, sections, signed, left, addenda)
