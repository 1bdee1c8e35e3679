"""Claims that are open, and one of them."""

from billing.ledger import queries as ledger
from billing.ledger.queries import Billed
from billing.lines import MoneyLine
from billing.models import Settlement
from clinnet.table import Scope, get_many, keys, query
from clinnet.table.errors import NotFound
from patients.models import Patient

MOST = 500
SHOWN = 100  # of a payer's, where a transfer is allocated to them


def open_claims(scope: Scope) -> list[tuple[str, MoneyLine]]:
    """Each claim's id and line, oldest first. The index lags behind what was just written."""
    rows = query(scope, keys.claims_of(scope.clinic_id), limit=MOST).rows
    return [(str(row["id"]), MoneyLine.unpack(row.get("line"))) for row in rows]


def claims(scope: Scope, found: list[tuple[str, MoneyLine]]) -> list[Settlement]:
    """As they are now, oldest first."""
    wanted = [Settlement.at(line.patient_id, id) for id, line in found]
    return sorted(get_many(scope, wanted).of(Settlement), key=lambda each: each.id)


def claim_of(scope: Scope, patient: Patient, bill_id: str, payer: str) -> tuple[Billed, Settlement]:
    """Raises NotFound."""
    billed = ledger.billed_of(scope, patient, bill_id)
    claim = next((each for each in billed.claims if each.payer == payer), None)
    if claim is None:
        raise NotFound
    return billed, claim
