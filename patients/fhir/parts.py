"""Reading JSON that may hold anything anywhere: what is not of the expected kind counts as absent."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

Json = Mapping[str, Any]

LONGEST_TEXT = 250
MOST_IN_A_LIST = 40  # a patient has to fit into one item of 400 kB, whatever a file repeats
# Control characters, lone surrogates (which no UTF-8 store takes) and the marks that turn the direction of
# the text around them. Joiners and plain direction marks stay: Persian and Hindi names are written with them.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]+")
# Also as HL7 v2 writes it (19850304), and without its zeros.
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?(?:T.*)?")
_DATE_OF_V2 = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{4}|[0-9]{6})?")
EARLIEST_YEAR, LATEST_YEAR = 1850, 2200
NOON = "T12:00:00"
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?"
)  # a zone also without its colon


class Exact(float):
    """A number of a file that still knows how it was written: 1.50 is not 1.5 to a laboratory."""

    def __init__(self, written: str) -> None:
        self.written = written


class BadResource(Exception):
    """What cannot be imported; `sentence` tells the person who asked why, without patient data."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Problem:
    """One part of a file that could not be read; the rest of the file goes on."""

    where: str
    sentence: str


@dataclass(frozen=True, repr=False)
class Resource:
    """One FHIR resource, where it stood, and what stood beside it in the same bundle (by reference).

    `within` is the bundle or list in which it stood: "line 2", "entry 3"; "" for the file's own.
    """

    kind: str
    body: dict[str, Any] = field(repr=False)
    where: str = ""
    url: str = field(default="", repr=False)
    beside: Mapping[str, Json] = field(default_factory=dict, repr=False)
    within: str = ""


def text(value: object, longest: int = LONGEST_TEXT) -> str:
    """One clean line; numbers are taken as if they had been quoted, which hand-written files forget."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    if isinstance(value, int) and abs(value) > 10**30:
        return ""
    # Cut before the work as well as after: a line of many megabytes is not a name.
    line = _UNWANTED.sub(" ", str(value)[: longest * 4])
    return " ".join(unicodedata.normalize("NFC", line).split())[:longest].strip()


def lines(value: object, longest: int) -> str:
    """A text of several lines, its spaces as they are."""
    if not isinstance(value, str):
        return ""
    spaced = value[: longest * 4].replace("\r\n", "\n").replace("\t", " ")
    plain = (_UNWANTED.sub("", each) for each in spaced.split("\n"))
    return "\n".join(plain)[:longest].strip("\n")


def texts(value: object) -> list[str]:
    """The lines of a list; one value where a list belongs counts as a list of one."""
    found = (text(each) for each in (value[:MOST_IN_A_LIST] if isinstance(value, list) else [value]))
    return [each for each in found if each]


def thing(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def things(value: object) -> list[Json]:
    listed = value[:MOST_IN_A_LIST] if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, dict)]


def partial_date(value: object) -> str:
    """A FHIR date, or the date of a dateTime: "1985", "1985-03" or "1985-03-14"; "" when it is none."""
    written = text(value, 64)
    found = _DATE.fullmatch(written) or _DATE_OF_V2.fullmatch(written)
    if not found or int(found[1]) < EARLIEST_YEAR:
        return ""
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return ""
    return "-".join(part.zfill(2) for part in found.groups() if part)


def moment(value: object, zone: tzinfo = UTC) -> datetime | None:
    """A dateTime or instant, in UTC; a day alone is its noon. None where it is no full date.

    What names no zone is read in `zone`.
    """
    written = text(value, 40)
    if not _MOMENT.fullmatch(written):
        return None
    try:
        found = datetime.fromisoformat(written if "T" in written else written + NOON)
        found = (found.replace(tzinfo=zone) if found.tzinfo is None else found).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else None


@dataclass(frozen=True, order=True)
class Version:
    """Which version of a resource it is: `at` its instant in UTC, in a form that sorts; `number` its meta.versionId.

    "" and 0 where the source does not say, or writes another thing than a number.
    """

    at: str = ""
    number: int = 0

    def is_before(self, other: "Version") -> bool | None:
        """None where the two cannot be compared."""
        if self.at and other.at and self.at != other.at:
            return self.at < other.at
        if self.number and other.number and self.number != other.number:
            return self.number < other.number
        return False if self.at and other.at else None


def version(resource: Json) -> Version:
    meta = thing(resource.get("meta"))
    number, at = text(meta.get("versionId"), 12), moment(meta.get("lastUpdated"))
    return Version(sortable(at), int(number) if number.isascii() and number.isdecimal() else 0)


def sortable(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else ""


def version_kept(at: object, number: object) -> Version:
    """As an import kept it; earlier releases kept the instant as the source had written it."""
    known = int(str(number)) if str(number or "").isdecimal() else 0
    return Version(sortable(moment(at)), known)


def came_before(now: Version, known: Version, digest: str, past: Collection[str]) -> bool:
    """Whether what says `now` of its version is an older one than is known here: by its date or number, else (or where
    both are the same) because it was seen already: `digest`, among the `past` ones.
    """
    older = now.is_before(known)
    return digest in past if older is None or now == known else older


def is_after(day: str, today: date) -> bool:
    """Whether a partial date lies wholly after today."""
    return day > today.isoformat()[: len(day)]


def ended(value: object, today: date) -> bool:
    """Whether a Period was over before today."""
    end = partial_date(thing(value).get("end"))
    return bool(end) and end < today.isoformat()[: len(end)]


def begins_later(value: object, today: date) -> bool:
    """Whether a Period begins after today."""
    start = partial_date(thing(value).get("start"))
    return bool(start) and is_after(start, today)


def codes(concept: object) -> Iterator[tuple[str, str]]:
    """(system, code) of a Coding or a CodeableConcept."""
    for coding in [thing(concept), *things(thing(concept).get("coding"))]:
        code = text(coding.get("code"))
        if code:
            yield text(coding.get("system")), code


def label(concept: object) -> str:
    """A Coding or CodeableConcept in words, as near to words as it has."""
    whole = thing(concept)
    codings = [whole, *things(whole.get("coding"))]
    displays = (text(coding.get("display")) for coding in codings)
    own = text(whole.get("text"))
    shown = next((display for display in displays if display), "")
    # Synthea and others repeat the bare code as the text ("M"); a display that says more wins.
    if own and not (len(own) <= 2 < len(shown)):
        return own
    return shown or next((code for _, code in codes(whole)), "")
