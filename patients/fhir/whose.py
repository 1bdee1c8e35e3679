"""Whose a resource is, by all that may say it: a reference, numbers, and a patient contained in it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import unquote

from patients.rules.shape import PatientData

from .identity import numbers_of
from .names import names
from .parts import Json, partial_date, text, thing, things

_BY_NUMBER = "identifier="  # of a conditional reference: "Patient?identifier=system|value"


@dataclass(frozen=True, repr=False)
class Whose:
    """One thing that may say whose it is: a reference, numbers, and of a contained patient name and birth."""

    reference: str = ""
    display: str = field(default="", repr=False)
    numbers: PatientData = field(default_factory=PatientData, repr=False)
    person: PatientData = field(default_factory=PatientData, repr=False)


def whose(references: Iterable[object], contained: object) -> Iterator[Whose]:
    """The surest first, of those references that mean a patient."""
    for reference in map(thing, references):
        target, kind = text(reference.get("reference"), 500), text(reference.get("type"))
        numbers = numbers_of({"identifier": reference.get("identifier")}) if kind in ("", "Patient") else {}
        if target.startswith("Patient?") and _BY_NUMBER in target:
            system, _, value = unquote(target.partition(_BY_NUMBER)[2].partition("&")[0]).partition("|")
            yield Whose(numbers=numbers_of({"identifier": {"system": system, "value": value}}))
        elif target.startswith("#"):
            inside = next((each for each in things(contained) if f"#{text(each.get('id'))}" == target), {})
            if text(inside.get("resourceType")) == "Patient" and (own := numbers_of(inside)):
                yield Whose(numbers=own, person=_person(inside))
        elif _is_patient(target, kind):
            yield Whose(target.partition("/_history")[0], text(reference.get("display")), numbers)
        elif numbers and not target:
            yield Whose(numbers=numbers)


def _is_patient(target: str, kind: str) -> bool:
    if not target:
        return False
    return kind == "Patient" or target.startswith(("urn:", "Patient/")) or "/Patient/" in target


def _person(body: Json) -> PatientData:
    found, _ = names(body, synthetic=False, today=date.min)
    if born := partial_date(body.get("birthDate")):
        found["birth_date"] = born
    return found
