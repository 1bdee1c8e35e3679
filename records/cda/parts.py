"""The elements of a document, read within bounds, and what stands in them: words, times, quantities. Pure.

Times keep the day of the sender's own clock, and no more of it than was sent. Units and numbers stay text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # it has no types
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]  # nor has this

LARGEST = 10 * 1024 * 1024  # bytes
DEEPEST, MOST = 100, 150_000  # elements in one another, and in all
V3, TYPE = "{urn:hl7-org:v3}", "{http://www.w3.org/2001/XMLSchema-instance}type"
LOINC, SNOMED = "2.16.840.1.113883.6.1", "2.16.840.1.113883.6.96"
ICD_10_CM, CVX = "2.16.840.1.113883.6.90", "2.16.840.1.113883.12.292"
STAMP = re.compile(r"(\d{4})(\d\d)?(\d\d)?(?:\d{2,6}(?:\.\d+)?)?(?:[+-]\d{4}|Z)?", re.ASCII)
MOODS = {"INT": "planned", "RQO": "ordered", "PRP": "proposed", "PRMS": "promised", "GOL": "a goal"}
LONGEST = 300  # characters of words
TOO_LARGE = "This file is larger than 10 MB."
TOO_DEEP = "This file is built too deep or of too many parts. It is not read."
DECLARES = "This file declares a document type or entities, which no such document needs. It is not read."
BROKEN = "This is no whole XML file: it is broken, or not in the alphabet that it names."


SILENT = frozenset((
    "", "unknown", "unk", "other", "n/a", "na", "null", "not available", "not specified", "unspecified", "no code",
    "uncoded", "not coded", "problem", "condition", "finding", "clinical finding", "medication", "drug", "substance",
))  # fmt: skip


class NotReadable(ValueError):
    """No CDA document; the text says why, without a patient's data."""


class _Bounded(TreeBuilder):
    """Refuses while it reads. HL7's own elements lose their namespace."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.count = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self.depth, self.count = self.depth + 1, self.count + 1
        if self.depth > DEEPEST or self.count > MOST:
            raise NotReadable(TOO_DEEP)
        return super().start(tag.removeprefix(V3), attrs)

    def end(self, tag: Any, /) -> Element:
        self.depth -= 1
        return super().end(tag.removeprefix(V3))


def parsed(data: bytes) -> Element:
    """The root. No entity is read, nothing is fetched. Raises NotReadable."""
    if len(data) > LARGEST:
        raise NotReadable(TOO_LARGE)
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except NotReadable:
        raise
    except DefusedXmlException:
        raise NotReadable(DECLARES) from None
    except (ParseError, LookupError, ValueError):  # of an encoding that nobody knows
        raise NotReadable(BROKEN) from None
    return root


@dataclass(frozen=True, slots=True, repr=False)
class Texts:
    """What the narrative says where an entry points into it, by ID."""

    by_id: Mapping[str, Element]

    @classmethod
    def of(cls, root: Element) -> "Texts":
        found: dict[str, Element] = {}
        for each in root.iter():
            if id := each.get("ID"):
                found.setdefault(id, each)
        return cls(found)

    def of_element(self, element: Element | None) -> str:
        """The words of an originalText, text or value: its own, else those that it points at."""
        if element is None:
            return ""
        if own := plain("".join(_begin(element))):
            return own
        pointed = element.find("reference")
        target = self.by_id.get((pointed.get("value") or "").removeprefix("#")) if pointed is not None else None
        return plain(" ".join(_begin(target))) if target is not None else ""


def _begin(element: Element) -> Iterator[str]:
    """Its texts, as far as words may go: many entries may point at one long text."""
    left = LONGEST * 4
    for each in islice(element.itertext(), LONGEST):
        yield each[:left]
        left -= len(each)
        if left <= 0:
            return


def plain(words: str) -> str:
    """On one line, without what cannot be seen; where it is cut it says so."""
    line = " ".join(seen(words[: LONGEST * 4]).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 2].rstrip()} …"


def seen(words: str) -> str:
    return words if words.isprintable() else "".join(each if each.isprintable() else " " for each in words)


# --- Codes -----------------------------------------------------------------------------------------------------------


def codings(element: Element | None) -> Iterator[Element]:
    """The code and its translations."""
    if element is not None:
        yield element
        yield from element.findall("translation")


def code_of(element: Element | None, system: str) -> str:
    """The code of one system (an OID), also where it is a translation of a local one."""
    found = (each.get("code") or "" for each in codings(element) if each.get("codeSystem") == system)
    return plain(next(filter(None, found), ""))


def codes_of(element: Element | None) -> set[str]:
    return {each.get("code") or "" for each in codings(element)} - {""}


def words_of(element: Element | None, texts: Texts) -> str:
    """Its name: the code's, else what was written, else a translation's, else the bare code; empty if nothing is."""
    if element is None:
        return ""
    shown = plain(element.get("displayName") or "")
    written = "" if says(shown) else texts.of_element(element.find("originalText"))
    others = (plain(each.get("displayName") or "") for each in element.findall("translation"))
    code = plain(element.get("code") or "")
    found = next(filter(says, (shown, written, *others)), "")
    return found or shown or written or code or texts.of_element(element)


def says(words: str) -> bool:
    """Whether it names something: some senders code all that they cannot code as "Unknown", or as "Problem"."""
    return bool(words) and words.casefold().strip(" .*-") not in SILENT


def named(thing: Element | None, texts: Texts) -> str:
    """Of a thing with a code and a name: the code's own name, else the name, else what is written about the code."""
    if thing is None:
        return ""
    code = thing.find("code")
    shown = plain(code.get("displayName") or "") if code is not None and told(code) else ""
    return (shown if says(shown) else "") or texts.of_element(thing.find("name")) or words_of(code, texts)


def sited(words: str, observation: Element, texts: Texts) -> str:
    """With the place on the body and what else narrows a code: of two knees one is not the other."""
    value = observation.find("value")
    narrowed = [each.find("value") for each in value.iter("qualifier")] if value is not None else []
    places = dict.fromkeys(words_of(each, texts) for each in (*observation.findall("targetSiteCode"), *narrowed))
    return ", ".join((words, *(each for each in places if each and each.casefold() not in words.casefold())))


def denied(*elements: Element | None) -> bool:
    """Whether one of them says that this is not so."""
    return any(each is not None and each.get("negationInd") in ("true", "1") for each in elements)


def not_a_fact(*elements: Element | None) -> str:
    """Why this is no fact about the patient: it is planned or asked for, or about somebody else; else empty."""
    there = [each for each in elements if each is not None]
    moods = (each.get("moodCode") or "EVN" for each in there)
    if mood := next((each for each in moods if each != "EVN"), ""):
        return f"it is {MOODS.get(mood, 'not yet done')} there"
    return "it is about a relative" if any(each.find("subject/relatedSubject") is not None for each in there) else ""


def told(element: Element | None) -> bool:
    """Whether it says something: an element with a nullFlavor says that it does not."""
    return element is not None and not element.get("nullFlavor")


# --- Times and quantities --------------------------------------------------------------------------------------------


def day(value: str | None) -> str:
    """An ISO date, partial as it was sent ("2020", "2020-11"); empty for what is none."""
    found = STAMP.fullmatch((value or "").strip())
    if found is None:
        return ""
    year, month, on = found.groups()
    try:
        date(int(year), int(month or 1), int(on or 1))
    except ValueError:
        return ""
    return "-".join(part for part in (year, month, on) if part) if int(year) >= 1850 else ""


def clock_of(element: Element | None) -> str:
    """What the sender's clock said ("10:15"), of a time or of when it began; empty where only a day was sent."""
    low = element.find("low") if element is not None else None
    sent = [each.get("value") or "" for each in (element, low) if each is not None]
    found = (re.match(r"\d{8}([01]\d|2[0-3])([0-5]\d)", each, re.ASCII) for each in sent)
    return next((f"{each[1]}:{each[2]}" for each in found if each), "")


@dataclass(frozen=True, slots=True)
class Interval:
    """ISO dates, partial or empty. `closed`: it is over, also where nobody knows since when."""

    low: str = ""
    high: str = ""
    closed: bool = False

    @property
    def is_turned(self) -> bool:
        """It ends before it begins."""
        least = min(len(self.low), len(self.high))
        return self.high[:least] < self.low[:least]

    def is_over(self, today: str) -> bool:
        """`high` is the last day of it, or its month, or its year."""
        return self.closed and (not self.high or self.high < today[: len(self.high)])


def interval(element: Element | None) -> Interval:
    """Of an effectiveTime; a single point is where it began. Over at a date that is not known: high is UNK."""
    if element is None:
        return Interval()
    low, high = element.find("low"), element.find("high")
    begun = day(element.get("value")) or day(low.get("value") if low is not None else "")
    ended = day(high.get("value")) if high is not None else ""
    unknown = high is not None and high.get("nullFlavor") == "UNK"
    return Interval(begun, ended, bool(ended) or unknown)


def quantity(element: Element | None) -> tuple[str, str]:
    """Number and unit as they were sent; "1" is no unit."""
    if not told(element):
        return "", ""
    assert element is not None  # noqa: S101 - it says something
    unit = plain(element.get("unit") or "")
    return plain(element.get("value") or "")[:40], "" if unit == "1" else unit[:40]


def first(element: Element | None, *paths: str) -> Element | None:
    """The first that is there of several places."""
    found = (element.find(path) for path in paths) if element is not None else iter(())
    return next((each for each in found if each is not None), None)
