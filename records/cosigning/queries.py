"""Reads of what waits for a second signature."""

from functools import partial

from clinnet.table import Page, Scope, keys, query

MOST = 100


def waiting_asked(scope: Scope) -> partial[Page]:
    """Of the whole clinic, the oldest first; who may sign what is a rule about the staff as it is now."""
    return partial(query, scope, keys.all_to_cosign(scope.clinic_id), limit=MOST)
