"""A letter on its page and on its paper: one and the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.documents import Document, Head, Paper
from records.letters.models import Letter, letter_content
from records.queries import Whole
from records.rules.letters import reads_from_right
from records.rules.notes import digest

TEMPLATE = "records/letters/letter.typ"


@dataclass(frozen=True, slots=True, repr=False)
class Paragraph:
    text: str
    from_right: bool


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """A part of the chart: "Medicines", and its lines."""

    head: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class LetterPaper:
    """What stands on it. `void` says that it was entered in error; `foot` is the line beneath each page."""

    title: str
    clinic: str
    address: str
    to: tuple[str, ...]
    on: str
    about: str
    period: str
    text: tuple[Paragraph, ...]
    facts: tuple[Told, ...]
    signed: str
    void: str
    foot: str


def paper(letter: Letter, clinic: Clinic) -> LetterPaper:
    seal, head, about = letter.sealed, letter.head, letter.about
    on = clock.moment(seal["at"]).astimezone(ZoneInfo(clinic.time_zone)).date().isoformat()
    born = f", born {about['born']}" if about["born"] else ""
    whose = f"{about['patient']}{born}, no. {about['number']}"
    signed = f"Signed {formats.moment(seal['at'], clinic)}, {seal['name']} ({seal['hash'][:8]})"
    return LetterPaper(
        letter.title,
        head["name"],
        ", ".join(part for part in (head["address"], head["phone"]) if part),
        tuple((letter.to or "").splitlines()),
        formats.date(on, clinic),
        whose,
        _period(letter, clinic),
        tuple(Paragraph(each, reads_from_right(each)) for each in letter.text.split("\n")),
        tuple(Told(each["head"], tuple(each["lines"])) for each in letter.facts or []),
        signed,
        "Entered in error" if letter.errored else "",
        f"{whose}. {signed}",
    )


def _period(letter: Letter, clinic: Clinic) -> str:
    if not (letter.since and letter.until):
        return ""
    days = (date.fromisoformat(letter.until) - date.fromisoformat(letter.since)).days + 1
    count = f"{days} days" if days > 1 else "one day"
    return f"From {formats.date(letter.since, clinic)} to {formats.date(letter.until, clinic)} ({count})"


def document(letter: Letter, clinic: Clinic) -> Document:
    return Document(letter.title, TEMPLATE, paper(letter, clinic), Paper.usual(clinic.country), Head.of(clinic))


def letter_holds(letter: Letter) -> bool:
    """Whether it says what was signed."""
    seal = letter.sealed
    return bool(seal["hash"] == digest(letter_content(letter, seal["at"], seal["by"], seal["name"])))


@dataclass(frozen=True, slots=True, repr=False)
class LetterRow:
    """A letter in its entry. `errored` says by whom and when it was marked."""

    id: str
    title: str
    to: str
    said: str
    errored: str


def letters(whole: Whole, clinic: Clinic) -> Iterator[LetterRow]:
    for each in whole.letters:
        signed = f"{each.author_name}, {formats.when(each.sealed['at'], clinic)}"
        to = (each.to or "").partition("\n")[0]
        yield LetterRow(each.id, each.title, to, signed, errored(each, clinic))


def errored(letter: Letter, clinic: Clinic) -> str:
    mark = letter.errored
    return f"Entered in error ({mark['name']}, {formats.when(mark['at'], clinic)})" if mark else ""
