"""Twice is once: the signed one-time token that every form carries.

A token is random, bound to clinic, person and form. Its item holds a digest of the fields it was used with and the
first result: the same fields again give that result, other fields are a refusal that says so.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from clinnet.table.errors import Refused
from clinnet.table.scope import Scope
from clinnet.table.secrets import blind

FIELD = "once"
DAYS = 7


@dataclass(frozen=True, slots=True)
class Once:
    """A used token and the digest of what it was used with."""

    token: str
    digest: str


def _seal(scope: Scope, form: str, token: str) -> str:
    return blind("once", scope.clinic or "", scope.actor.id, form, token)


def issue(scope: Scope, form: str) -> str:
    """A fresh token for one rendering of `form`."""
    token = secrets.token_hex(12)
    return f"{token}.{_seal(scope, form, token)}"


def used(scope: Scope, form: str, posted: Mapping[str, list[str]]) -> Once:
    """The token in what was posted. Raises Refused for one that is missing, forged, or another form's or person's."""
    token, _, seal = (posted.get(FIELD) or [""])[0].partition(".")
    if not hmac.compare_digest(seal, _seal(scope, form, token)):
        raise Refused("This form is out of date. Look again and send it once more.")
    fields = sorted((name, values) for name, values in posted.items() if name not in (FIELD, "csrfmiddlewaretoken"))
    return Once(token, hashlib.sha256(repr(fields).encode()).hexdigest())
