"""Whose a message or a document is, where a machine sends it. A number alone never says it."""

from collections.abc import Sequence

from clinnet.table import Scope, find_row, keys
from patients.models import Patient
from patients.queries import survivors
from patients.rules.names import fold

UNKNOWN = "Its patient is not known here, or by another name or birth date; left for a person."


def whose(scope: Scope, numbers: Sequence[str], families: Sequence[str], born: str) -> Patient | None:
    """The one patient with one of the numbers, one of the family names and the birth date."""
    rows = [find_row(scope, keys.record_number(scope.clinic_id, number)) for number in numbers]
    known = survivors(scope, {str(row["id"]) for row in rows if row})
    found = {each.id: each for each in known.values() if _agrees(each, families, born)}
    return next(iter(found.values())) if len(found) == 1 else None


def _agrees(patient: Patient, families: Sequence[str], born: str) -> bool:
    named = fold(patient.family_name or "") in {fold(each) for each in families if each}
    return named and bool(born) and born == patient.birth_date
