"""Who changed a record while somebody else had it open: from the trail."""

from collections.abc import Collection

from clinnet.table import Row, Scope, find_row, keys
from patients import queries
from patients.models import Patient

LOOKED = 20


def last(scope: Scope, patient: Patient, names: Collection[str]) -> tuple[str, str]:
    """Who last changed one of the attributes `names`, and when; whoever changed the record last where none is found."""
    newest = _newest(scope, patient)
    found = newest if newest and _touches(newest, names) else None
    if not found:
        rows, _ = queries.history(scope, patient, limit=LOOKED)
        found = next((row for row in rows if _touches(row, names)), newest)
    return (found["line"]["actor"], found["line"]["at"]) if found else ("Somebody", patient.updated_at or "")


def _newest(scope: Scope, patient: Patient) -> Row | None:
    """Read from the table itself: the history is an index, which may lag."""
    if not (patient.updated_at and patient.last_event):
        return None
    return find_row(scope, keys.audit_event(scope.clinic_id, patient.updated_at, patient.last_event))


def _touches(row: Row, names: Collection[str]) -> bool:
    return bool(set(row["line"].get("fields", ())) & set(names))
