"""Reads of the limits."""

from clinnet.table import Scope, get
from clinnet.table.errors import NotFound
from records.limits.models import Limits
from records.rules.limits import EDITION


def limits(scope: Scope) -> Limits | None:
    try:
        return get(scope, Limits, Limits.at(scope.clinic_id))
    except NotFound:
        return None


def are_confirmed(scope: Scope) -> bool:
    """Whether a doctor has confirmed exactly the numbers that are in use."""
    found = limits(scope)
    return found is not None and found.edition == EDITION and found.state == "confirmed"
