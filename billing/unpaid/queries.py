"""Everything that is open in a clinic: one range of an index, oldest first."""

from billing.lines import MoneyLine
from clinnet.table import Scope, keys, query

MOST = 2000  # more is not read; the page says so


def unpaid(scope: Scope) -> list[tuple[str, MoneyLine]]:
    """Each invoice's id and line. In one round; the index lags behind what was just written."""
    rows = query(scope, keys.unpaid_of(scope.clinic_id), limit=MOST).rows
    return [(str(row["id"]), MoneyLine.unpack(row.get("line"))) for row in rows]
