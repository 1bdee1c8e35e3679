"""Twice is once, also where the first time made the second impossible: an undo leaves nothing more to undo.

The write itself looks at the once token before all else. What a service refuses before it writes is looked at here.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from clinnet.table import Once, Scope, find_row, keys
from clinnet.table.errors import Refused

P = ParamSpec("P")
T = TypeVar("T")


def first_result(scope: Scope, once: Once) -> str | None:
    """What exactly this form did before, None if it did nothing."""
    row = find_row(scope, keys.done_once(once.token))
    return str(row.get("result", "")) if row and row.get("digest") == once.digest else None


def twice_is_once(service: Callable[P, T]) -> Callable[P, T]:
    """A refusal to a form that was done before becomes the first result."""

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
