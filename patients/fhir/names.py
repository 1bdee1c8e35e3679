"""Several HumanNames to the one a person is called by, and the others they are known by."""

import re
from collections.abc import Callable
from datetime import date

from patients.rules.shape import PatientData

from .parts import Json, ended, text, texts, things

USES = ("official", "usual", "", "temp", "anonymous", "maiden", "old", "nickname")  # the first found leads
MOST_OTHERS = 20
# Before a family name in running text these belong to it: "Pieter van den Berg".
# fmt: off
PARTICLES = frozenset((
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "du", "la", "le", "ten",
    "ter", "bin", "ibn", "bint", "al", "el", "af", "av", "zu",
))
TITLES = frozenset((
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sr", "sra", "herr", "frau", "mme", "mlle",
))
# fmt: on
_SYNTHEA_DIGITS = re.compile(r"(?<=[^\W\d_])\d+\b")


def without_digits(line: str) -> str:
    """Synthea puts a number after each name so that nobody takes it for a real one ("Adán123")."""
    return _SYNTHEA_DIGITS.sub("", line)


def names(resource: Json, *, synthetic: bool, today: date) -> tuple[PatientData, dict[str, str]]:
    """The name fields, and what of the names has no field. Both empty when there is no name."""
    tidy: Callable[[str], str] = without_digits if synthetic else str
    listed = sorted(things(resource.get("name")), key=lambda name: _rank(name, today))
    read = [(name, parts) for name in listed if (parts := one_name(name, tidy))]
    if not read:
        return {}, {}
    first, data = read[0]
    others: list[str] = []
    for name, parts in read[1:]:
        called = _called(name, parts, data)
        if called and "preferred_name" not in data:
            data["preferred_name"] = called
        elif (line := one_line(parts)) not in (one_line(data), *others):
            others.append(line)
    if others:
        data["other_names"] = others[:MOST_OTHERS]
    suffix = ", ".join(texts(first.get("suffix")))
    return data, {"Suffix": suffix} if suffix else {}


def _rank(name: Json, today: date) -> tuple[bool, int]:
    use = text(name.get("use"))
    return ended(name.get("period"), today), USES.index(use) if use in USES else 3


def _called(name: Json, parts: PatientData, main: PatientData) -> str:
    """What the person is called day by day, if this name says so."""
    given, use = parts.get("given_name", ""), text(name.get("use"))
    if use == "nickname":
        return given or parts.get("family_name", "")
    same_family = parts.get("family_name", "") in ("", main.get("family_name", ""))
    return given if use == "usual" and same_family and given != main.get("given_name") else ""


def one_name(name: Json, tidy: Callable[[str], str] = str) -> PatientData:
    """One HumanName's fields; empty when it names nobody."""
    given = [tidy(each) for each in texts(name.get("given"))]
    family = " ".join(tidy(each) for each in texts(name.get("family")))
    data: PatientData = {}
    if not (given or family):
        data = from_text(tidy(text(name.get("text"))))
    if family:
        data["family_name"] = family
    if given:
        data["given_name"] = given[0]
    if given[1:]:
        data["further_names"] = " ".join(given[1:])
    title = " ".join(texts(name.get("prefix")))
    if data and title:
        data["title"] = title
    return data


def from_text(line: str) -> PatientData:
    """A name written in one line: "Chalmers, Peter James" or "Peter James Chalmers"."""
    before, comma, after = line.partition(",")
    words = after.split() if comma else line.split()
    family = [before.strip()] if comma and before.strip() else []
    data: PatientData = {}
    if words and words[0].rstrip(".").casefold() in TITLES and len(words) > 1:
        data["title"] = words.pop(0)
    if not family and words:
        start = len(words) - 1
        while start > 1 and words[start - 1].casefold() in PARTICLES:
            start -= 1
        family, words = [" ".join(words[start:])], words[:start]
    if family:
        data["family_name"] = family[0]
    if words:
        data["given_name"] = words[0]
    if words[1:]:
        data["further_names"] = " ".join(words[1:])
    return data


def one_line(parts: PatientData) -> str:
    fields = (parts.get("given_name"), parts.get("further_names"), parts.get("family_name"))
    return " ".join(field for field in fields if field)
