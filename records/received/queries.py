"""Reads of received documents."""

from functools import partial

from clinnet.table import Page, Scope, keys, query

MOST = 100


def to_read(scope: Scope) -> partial[Page]:
    """What nobody has looked at, the oldest first. A row's line is a DocumentLine."""
    return partial(query, scope, keys.documents_open(scope.clinic_id), limit=MOST)
