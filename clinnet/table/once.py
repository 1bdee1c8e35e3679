"""Twice is once: the signed one-time token that every form carries.

A token is random, bound to clinic, person and form. Its item holds a digest of the fields it was used with and the
first result: the same fields again give that result, other fields are a refusal that says so. The write itself looks at
it before all else; what a service refuses before it writes is looked at by `idempotent`.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from clinnet.table import keys
from clinnet.table.errors import Refused
from clinnet.table.keys import Key
from clinnet.table.reads import find_row
from clinnet.table.scope import Scope
from clinnet.table.secrets import blind

FIELD = "once"
DRAFT = "draft"  # where the page keeps a draft: the save that it saw last, or "1" before its first one
PLUMBING = (FIELD, DRAFT, "csrfmiddlewaretoken")  # sent with every form, and nothing that anybody typed
DAYS = 7
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Once:
    """A used token and the digest of what it was used with.

    `draft` is the key of what was kept while the form was typed: the transaction drops it, and sets this to None.
    `seen` names the save of it that the page saw last, as drafts.Mark does; empty if none.
    """

    token: str
    digest: str
    draft: Key | None = None
    seen: str = ""


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
    fields = sorted((name, values) for name, values in posted.items() if name not in PLUMBING)
    seen = (posted.get(DRAFT) or [""])[0]
    kept = keys.draft(scope.actor.id, scope.clinic_id, form) if seen else None
    return Once(token, hashlib.sha256(repr(fields).encode()).hexdigest(), kept, seen if seen != "1" else "")


def first_result(scope: Scope, once: Once) -> str | None:
    """What exactly this form did before: a second click, or a second try after a lost answer. None if nothing."""
    row = find_row(scope, keys.done_once(once.token))
    return str(row.get("result", "")) if row and row.get("digest") == once.digest else None


def was_done(scope: Scope, once: Once) -> bool:
    return first_result(scope, once) is not None


def idempotent(service: Callable[P, T]) -> Callable[P, T]:
    """Of a service with `scope` and `once`: its refusal of a form that was done before becomes the first result.

    An undo leaves nothing more to undo: pressed again, it is still done.
    """

    @wraps(service)
    def wrapped(*args: P.args, **given: P.kwargs) -> T:
        try:
            return service(*args, **given)
        except Refused:
            scope, once = args[0], given.get("once")
            done = first_result(scope, once) if isinstance(scope, Scope) and isinstance(once, Once) else None
            if done is None:
                raise
            return done  # type: ignore[return-value]  # a service that has a result gives the transaction's

    return wrapped
