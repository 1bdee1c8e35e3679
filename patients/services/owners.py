"""Which patient here a resource of a file is of: what all who take in more than patients ask alike."""

from collections.abc import Collection

from patients.fhir.parts import Resource
from patients.fhir.references import AMBIGUOUS, Owner, Unclear
from patients.fhir.whose import Whose
from patients.hooks import ImportContext
from patients.rules import likeness

OTHER_PERSON = "It names its patient otherwise than the number that it gives; left out."


def owner(run: ImportContext, file: str, resource: Resource, said: Collection[Whose]) -> Owner | None:
    """By a reference into the files, else by a number that is known here. None: by neither. Raises Unclear."""
    for each in said:
        if each.reference and (found := run.references.owner(file, resource, each.reference, each.display)):
            return found
    for each in said:
        if each.numbers and (id := _by_number(run, each)):
            return Owner(id, "")
    return None


def _by_number(run: ImportContext, whose: Whose) -> str:
    ids = run.holders(whose.numbers)
    if len(ids) > 1:
        raise Unclear(AMBIGUOUS)
    found = next(iter(ids.values()), None)
    if found and whose.person and not likeness.are_one(whose.person, found.data, same_source=False):
        raise Unclear(OTHER_PERSON)
    return found.id if found else ""
