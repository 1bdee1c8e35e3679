"""What waits: as much of each list as its count needs, side by side. And a document by its number."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from billing.lines import MoneyLine
from billing.refunds.queries import asked
from billing.rules import numbers
from billing.rules.ageing import LAST
from clinnet.table import Page, Scope, find_row, keys, query, side_by_side

MOST = 50  # of each; of more the page says 50+


@dataclass(frozen=True, slots=True, repr=False)
class Waits:
    """At most one more than MOST of each; claims by how far they are. The indexes lag behind what was just written."""

    refunds: int
    claims: tuple[str, ...]
    old: tuple[int, ...]  # what is open of each invoice of a person's that is older than the first column


def waits(scope: Scope, today: date) -> Waits:
    """In one round."""
    until = (today - timedelta(days=LAST[0] + 1)).isoformat()
    ranges = (keys.claims_of(scope.clinic_id), keys.unpaid_until(scope.clinic_id, until))
    refunds, claims, old = side_by_side(asked(scope), *(partial(query, scope, each, limit=MOST + 1) for each in ranges))
    return Waits(
        len(refunds.rows), tuple(each.claim for each in _lines(claims)), tuple(each.owed for each in _lines(old))
    )


def _lines(page: Page) -> list[MoneyLine]:
    return [MoneyLine.unpack(row.get("line")) for row in page.rows]


def document(scope: Scope, number: numbers.Counter) -> tuple[str, str] | None:
    """The ids of its patient and its own. None where no such number was given."""
    row = find_row(scope, keys.document_number(scope.clinic_id, number.name, number.n))
    return (str(row["patientId"]), str(row["billId"])) if row else None
