"""Changes of prices that were made."""

from billing.models import PriceChange
from clinnet.table import Scope, get, keys, query

MOST = 5


def newest(scope: Scope) -> list[PriceChange]:
    """The last few, newest first."""
    return query(scope, keys.price_changes_of(scope.clinic_id), limit=MOST, backward=True).of(PriceChange)


def change(scope: Scope, id: str) -> PriceChange:
    """Raises NotFound."""
    return get(scope, PriceChange, PriceChange.at(scope.clinic_id, id))
