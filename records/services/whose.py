"""Whose a message or a document is, where a machine sends it. A number alone never says it."""

from collections.abc import Iterator, Sequence

from clinnet.table import Key, Scope, get_rows, keys
from patients.models import Patient
from patients.queries import survivors
from patients.rules.names import fold
from patients.rules.typed import plain_identifier

UNKNOWN = "Its patient is not known here, or by another name or birth date; left for a person."


def whose(scope: Scope, numbers: Sequence[str], families: Sequence[str], born: str) -> Patient | None:
    """The one patient with one of the numbers, one of the family names and the birth date.

    A number is ours, also without its zeros, or the national one.
    """
    places = {place for number in numbers if number for place in _places(scope.clinic_id, number)}
    known = survivors(scope, {str(row["id"]) for row in get_rows(scope, places).values()})
    found = {each.id: each for each in known.values() if _agrees(each, families, born)}
    return next(iter(found.values())) if len(found) == 1 else None


def _places(clinic: str, number: str) -> Iterator[Key]:
    yield from (
        keys.record_number(clinic, each) for each in (number, *([number.zfill(6)] if number.isdecimal() else []))
    )
    if plain := plain_identifier(number):
        yield keys.national_id(clinic, plain)


def _agrees(patient: Patient, families: Sequence[str], born: str) -> bool:
    named = fold(patient.family_name or "") in {fold(each) for each in families if each}
    return named and bool(born) and born == patient.birth_date
