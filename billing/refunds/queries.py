"""Refunds that were asked for and not answered yet."""

from collections.abc import Callable
from functools import partial

from billing.models import ASKED, RefundRequest
from clinnet.table import Page, Scope, get, get_many, keys, query

MOST = 50


def asked(scope: Scope) -> Callable[[], Page]:
    return partial(query, scope, keys.refunds_asked(scope.clinic_id), limit=MOST)


def waiting(scope: Scope) -> list[RefundRequest]:
    """Oldest first; the list is an index, which lags: what was answered since is left out."""
    rows = asked(scope)().rows
    found = get_many(scope, [RefundRequest.at(keys.parse_patient(row["PK"]), row["id"]) for row in rows])
    return sorted((each for each in found.of(RefundRequest) if each.state == ASKED), key=lambda each: each.id)


def refund(scope: Scope, patient_id: str, id: str) -> RefundRequest:
    """Raises NotFound."""
    return get(scope, RefundRequest, RefundRequest.at(patient_id, id))
