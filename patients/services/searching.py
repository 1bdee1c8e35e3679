"""Search rows of those who were registered before a rule gave names further ones."""

from clinnet.table import Action, Event, Key, Row, Scope, Transaction, get_rows
from clinnet.table.errors import Stale
from patients import index
from patients.models import Patient
from patients.queries import survivors

ADD_ROWS = Action("patient.search-rows", "made a patient found by further spellings")


def add_missing_rows(scope: Scope, patient: Patient) -> int:
    """Puts the search rows that the patient lacks; returns how many. Raises Stale where it changed meanwhile."""
    rows = _rows(scope, patient)
    missing = rows.keys() - get_rows(scope, rows).keys()
    if missing:
        tx = Transaction(scope)
        tx.check(patient.key, when={"version": int(patient.version)}, refusal=Stale)
        for key in missing:
            tx.put_row(rows[key], only_new=True, refusal=Stale)
        tx.commit(Event(ADD_ROWS, "PATIENT", patient.id, note=f"{len(missing)} rows"))
    return len(missing)


def _rows(scope: Scope, patient: Patient) -> dict[Key, Row]:
    """Those of a merged record lead to the survivor, as a merge puts them."""
    found = index.rows(scope.clinic_id, patient.id, patient.data)
    if patient.merged_into:
        del found[index.list_key(scope.clinic_id, patient.id, patient.data)]
        survivor = survivors(scope, [patient.id])[patient.id]
        leads = {"id": survivor.id, "line": dict(survivor.line or {}), "alias": True}
        return {key: {"PK": key.pk, "SK": key.sk, **leads} for key in found}
    return found
