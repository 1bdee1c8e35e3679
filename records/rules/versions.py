"""Versions of one document: which came before and after, and what of an earlier one stands in a later one. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from records.cda.document import Document
from records.cda.offers import Offer
from records.lines import DocumentLine


@dataclass(frozen=True, slots=True, repr=False)
class Filed:
    """A document in a chart: its id, its entry, its line, and the stamp at which it came."""

    id: str
    entry: str
    line: DocumentLine
    at: str


@dataclass(frozen=True, slots=True, repr=False)
class Around:
    """The version before this one and the one after it. `stood`: who took what stood there too (at, name; empty where
    nobody did), by what it says; None where that could not be read. `gone`: what was taken and stands no more.
    """

    before: Filed | None = None
    after: Filed | None = None
    stood: Mapping[str, Mapping[str, Any]] | None = None
    gone: tuple[str, ...] = field(default_factory=tuple)


def sorted_out(mine: Filed, others: Iterable[Filed]) -> tuple[list[Filed], list[Filed]]:
    """The versions before this one, the nearest first, and those after it, the last first."""
    found = list(others)
    before = _reached(mine, found, lambda each, other: is_newer(each.line, other.line))
    after = _reached(mine, found, lambda each, other: is_newer(other.line, each.line))
    return before, after[::-1]


def _reached(mine: Filed, others: Sequence[Filed], leads: Any) -> list[Filed]:
    """From version to version."""
    found: list[Filed] = []
    todo = [mine]
    while todo:
        one, *todo = todo
        new = [each for each in others if each.id != mine.id and each not in found and leads(one, each)]
        new.sort(key=lambda each: (each.line.number, each.line.on, each.at), reverse=True)
        found += new
        todo += new
    return found


def is_newer(line: DocumentLine, other: DocumentLine) -> bool:
    """Whether it says that it takes the place of the other: by name, or as a later number of the same set."""
    named = bool(other.own) and other.own in line.replaces
    return named or (bool(line.set) and line.set == other.set and line.number > other.number)


def says(offer: Offer) -> str:
    """The same for entries that say the same, whatever ids they have."""
    line = offer.line.pack() if offer.line else {}
    return json.dumps([offer.kind, offer.words, line, offer.over, offer.until], sort_keys=True)


def compared(now: Document, earlier: Iterable[tuple[Document, Mapping[str, Any]]]) -> tuple[dict[str, Any], list[str]]:
    """`stood` and `gone`: `earlier` are documents, the nearest first, with the marks of what was taken by key."""
    stood: dict[str, Any] = {}
    words: dict[str, str] = {}
    for document, taken in earlier:
        for each in offers(document):
            stood[says(each)] = stood.get(says(each)) or taken.get(each.key) or {}
            if each.key in taken:
                words[says(each)] = each.words
    there = {says(each) for each in offers(now)}
    return stood, [said for key, said in words.items() if key not in there]


def offers(document: Document) -> list[Offer]:
    return [each for section in document.sections for each in section.offers]
