"""What the chart shows: rows in time order, and an entry with what was written in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.rules import dates
from clinnet.table import Row, Scope
from records.cosigning.rows import SecondShown, second
from records.cosigning.services import hashes
from records.lines import DocumentLine, EntryLine
from records.models import (
    ALG,
    DISCARDED,
    FILE,
    IMM,
    LET,
    MED,
    OBS,
    ORD,
    RES,
    Addendum,
    Note,
    addendum_content,
    signed_content,
)
from records.prescriptions.rows import sheets
from records.queries import Whole
from records.rules import brought, said
from records.rules import notes as rules
from records.rules.notes import Section
from records.rules.word_diff import Piece, diff
from records.services import ending
from records.services.notes import Written


class Mark(NamedTuple):
    """A word at the end of a row; `kind` is warn or grey."""

    text: str
    kind: str = "grey"


ICONS = {
    OBS: "heartbeat",
    RES: "flask",
    ORD: "flask",
    MED: "receipt-2",
    IMM: "shield-half",
    ALG: "alert-triangle",
    FILE: "download",
    LET: "mail",
}  # of what is no note


@dataclass(frozen=True, slots=True, repr=False)
class EntryRow:
    """One row. `day` is what its column shows; `signed` the initials of who signed, empty where nobody did."""

    id: str
    day: str
    at: str
    title: str
    who: str
    gist: str
    signed: str
    marks: tuple[Mark, ...]
    unsigned: bool
    icon: str = "file-text"


@dataclass(frozen=True, slots=True, repr=False)
class Group:
    """Rows under a head: "November 2026", "Earlier in 2026", "2025"."""

    head: str
    rows: list[EntryRow] = field(default_factory=list)


def groups(found: Iterable[Row], clinic: Clinic) -> list[Group]:
    """The rows in their order, parted by heads."""
    made: list[Group] = []
    now = clock.now().astimezone(ZoneInfo(clinic.time_zone))
    for row in found:
        line = EntryLine.unpack(row.get("line"))
        at = clock.moment(line.at or row.get("createdAt") or clock.stamp()).astimezone(now.tzinfo)
        over = head(at, now) if line.at != dates.UNKNOWN else dates.NOT_KNOWN.capitalize()
        if not made or made[-1].head != over:
            made.append(Group(over))
        made[-1].rows.append(_row(str(row["id"]), line, at, now, clinic))
    return made


def head(at: datetime, now: datetime) -> str:
    if (at.year, at.month) == (now.year, now.month):
        return f"{at:%B %Y}"
    return f"Earlier in {at.year}" if at.year == now.year else str(at.year)


def _row(id: str, line: EntryLine, at: datetime, now: datetime, clinic: Clinic) -> EntryRow:
    marks = [Mark("not signed", "warn")] if line.unsigned else []
    marks += [Mark("to co-sign", "warn")] if line.cosign else []
    marks += [Mark("addendum" if line.addenda == 1 else f"{line.addenda} addenda", "warn")] if line.addenda else []
    marks += [Mark("letter" if line.letters == 1 else f"{line.letters} letters")] if line.letters else []
    marks += [Mark("entered in error")] if line.errored else []
    marks += [Mark(f"Rx {line.medicines}")] if line.medicines else []
    marks += [Mark("1 problem" if line.problems == 1 else f"{line.problems} problems")] if line.problems else []
    return EntryRow(
        id, _day(line, at, now, clinic), at.isoformat(), line.title or "Entry of the older system", line.who, line.gist,
        line.signed, tuple(marks[:2]), bool(line.unsigned), ICONS.get(line.shape, "file-text"),
    )  # fmt: skip


def _day(line: EntryLine, at: datetime, now: datetime, clinic: Clinic) -> str:
    """Of what came in a file no more of its date than was said; the year stands over it."""
    shown = "" if line.at == dates.UNKNOWN else dates.said(at) or at.date().isoformat()
    if len(shown) == len("2026-11-28"):
        return day_of(at, now, clinic)
    return formats.date(shown, clinic).removesuffix(str(at.year)).rstrip()


def day_of(at: datetime, now: datetime, clinic: Clinic) -> str:
    if at.date() == now.date():
        return "Today"
    if (at.year, at.month) == (now.year, now.month):
        return f"{at:%a %-d}"
    return formats.date(at.date().isoformat(), clinic).removesuffix(str(at.year)).rstrip(", ")


@dataclass(frozen=True, slots=True, repr=False)
class AddendumShown:
    text: str
    said: str
    holds: bool


@dataclass(frozen=True, slots=True, repr=False)
class SectionShown:
    """`brought` says from when what stands in it as it was."""

    label: str
    text: str
    brought: str


def _section(section: Section, clinic: Clinic) -> SectionShown:
    days = sorted({each.on for each in section.brought})
    return SectionShown(section.label, section.text, " and ".join(formats.date(day, clinic) for day in days))


@dataclass(frozen=True, slots=True, repr=False)
class NoteShown:
    """`said` is the line of its signature, or who left it unsigned; `holds`: its hash is that of what it says."""

    id: str
    title: str
    sections: list[SectionShown]
    said: str
    hash: str
    holds: bool
    signed: bool
    mine: bool
    addenda: list[AddendumShown]
    errored: str = ""
    versions: int = 0  # how often it said something else before
    second: SecondShown | None = None
    last_hash: str = ""  # of it and its addenda: what a page was made of


def shown(whole: Whole, clinic: Clinic, scope: Scope) -> list[NoteShown]:
    """The notes of an entry for who reads, each with its hash looked at anew."""
    return [_note(each, whole, clinic, scope) for each in whole.notes if each.state != DISCARDED]


def _note(note: Note, whole: Whole, clinic: Clinic, scope: Scope) -> NoteShown:
    seal = note.sealed or {}
    when = formats.when(seal.get("at") or note.updated_at or clock.stamp(), clinic)
    signature = f"Signed {when}, {seal['name']}" if seal else f"Not signed. {note.author_name}, {when}"
    return NoteShown(
        note.id, note.title, [_section(each, clinic) for each in rules.filled(note.written)], signature,
        seal.get("hash", "")[:8], note_holds(note),
        note.is_signed, note.author == scope.actor.id, list(_addenda(note, whole, clinic)),
        _errored(note.errored, clinic), len(whole.versions_of(note.id)), second(note, whole, clinic, scope),
        hashes(note, whole.addenda_of(note))[-1] if note.sealed else "",
    )  # fmt: skip


def _errored(mark: dict[str, str] | None, clinic: Clinic) -> str:
    return f"Entered in error ({mark['name']}, {formats.within(mark['at'], clinic)})" if mark else ""


def note_holds(note: Note) -> bool:
    """Whether a signed note says what was signed; one that is not signed does."""
    if not note.sealed:
        return True
    seal = note.sealed
    return bool(seal["hash"] == rules.digest(signed_content(note, note.sections, seal["at"], seal["by"], seal["name"])))


def _addenda(note: Note, whole: Whole, clinic: Clinic) -> Iterator[AddendumShown]:
    hashes = [(note.sealed or {}).get("hash", "")]
    for each in whole.addenda_of(note):
        seal = each.sealed
        signature = f"Addendum {int(each.number)}, {formats.within(seal['at'], clinic)}, {seal['name']}"
        yield AddendumShown(each.text, signature, addendum_holds(each, hashes))
        hashes.append(seal["hash"])


def addendum_holds(addendum: Addendum, before: list[str]) -> bool:
    seal = addendum.sealed
    content = addendum_content(addendum, before, seal["at"], seal["by"], seal["name"])
    return bool(seal["hash"] == rules.digest(content))


def others(found: Iterable[Row], person: str, clinic: Clinic) -> list[str]:
    """ "Nora Daly has been writing a note since 10:31." for each colleague who is, one sentence a person."""
    now = clock.now().timestamp()
    told = {
        str(row["name"]): str(row["savedAt"]) for row in found if row["person"] != person and row["expiresAt"] > now
    }
    return [f"{name} has been writing a note since {since(at, clinic)}." for name, at in told.items()]


def since(stamp: str, clinic: Clinic) -> str:
    """The time alone of today."""
    at = clock.moment(stamp).astimezone(ZoneInfo(clinic.time_zone))
    return formats.time(at, clinic) if at.date() == clock.today(clinic.time_zone) else formats.when(stamp, clinic)


@dataclass(frozen=True, slots=True, repr=False)
class LastNote:
    """The note from which a section may be brought forward: `on` is an ISO date, `day` that date in words."""

    id: str
    title: str
    who: str
    on: str
    day: str
    sections: list[Section]


def last(note: Note, clinic: Clinic) -> LastNote:
    at = clock.moment(note.sealed["at"]).astimezone(ZoneInfo(clinic.time_zone)).date()
    day = formats.day(at.isoformat(), clinic, clock.today(clinic.time_zone).year)
    return LastNote(note.id, note.title, note.author_name, at.isoformat(), day, rules.filled(note.written))


@dataclass(frozen=True, slots=True, repr=False)
class Sure:
    """What is said before a note is signed: what is recorded with it, and the share that was brought forward."""

    recorded: list[str]
    brought: str
    cosigned_by: str  # whose signature it needs then; empty for none


def sure(typed: Written, recorded: list[str], clinic: Clinic, cosigned_by: str) -> Sure:
    days = {each.on for section in typed.sections for each in section.brought}
    share = brought.share([(each.text, each.brought) for each in typed.sections])
    told = " and ".join(formats.date(day, clinic) for day in sorted(days))
    return Sure(recorded, f"{share} % of this note is from {told}." if days and share else "", cosigned_by)


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """One time that a note was left or signed: when, and its sections with what changed since the time before."""

    when: str
    sections: list[tuple[str, list[Piece]]]


def changes(note: Note, before: Sequence[Row], clinic: Clinic) -> list[Change]:
    """The latest first; the first one has all of its text added."""
    told = [(str(each["at"]), each["sections"]) for each in before]
    told.append((str((note.sealed or {}).get("at") or note.updated_at), note.sections))
    made, earlier = list[Change](), dict[str, str]()
    for at, sections in told:
        texts = {str(each["label"]): str(each["text"]) for each in sections}
        parts = [(label, diff(earlier.get(label, ""), text)) for label, text in texts.items()]
        made.append(Change(formats.when(at, clinic), [(label, pieces) for label, pieces in parts if pieces]))
        earlier = texts
    return made[::-1]


@dataclass(frozen=True, slots=True, repr=False)
class RecordedShown:
    id: str
    text: str
    said: str
    errored: str
    ended: str
    mine: bool
    reason: str
    document: bool = False  # has a page of its own
    sheet: bool = False  # the first medicine of a prescription
    picture: bool = False  # a document that is one


def recorded(whole: Whole, clinic: Clinic, person: str) -> list[RecordedShown]:
    """What hangs in an entry beside notes."""
    first = {sheet[0].id for sheet in sheets(whole)}
    return [
        RecordedShown(
            each.id,
            said.said(each.kind, each.content),
            f"{each.by_name}, {formats.within(each.at_time, clinic)}",
            _errored(each.errored, clinic),
            f"{ending.words(each.kind, each.ended['reason'])} ({each.ended['name']}, "
            f"{formats.within(each.ended['at'], clinic)})"
            if each.ended and not each.errored
            else "",
            each.by == person,
            each.reason or "",
            each.kind == FILE,
            each.id in first,
            each.kind == FILE and bool(DocumentLine.unpack(each.content).thumb),
        )
        for each in whole.recorded
    ]
