"""What the table has to hold over time: each app says what of its items must agree.

`manage.py check_schedule` asks it. An app contributes a ConsistencyCheck; all look at the same reading of the table.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from clinnet import contributions
from clinnet.contributions import Contribution
from clinnet.table import Scope
from clinnet.table.errors import NotFound, Refused, Stale
from clinnet.table.scans import every_raw
from clinnet.table.values import Raw


@dataclass(frozen=True)
class Issue:
    """One thing that is wrong; `kind` and `what` name it, without patient data. `fix` writes, where it can be known."""

    kind: str
    clinic: str
    what: str
    fix: Callable[[], None] | None = field(default=None, compare=False, repr=False)
    turn: float = field(default=0, compare=False, repr=False)  # when to fix it, among those of its kind


class Look(Protocol):
    """One reading of the whole table: keeps of it what has to agree, then says what does not."""

    def take_in(self, raw: Raw) -> None: ...

    def issues(self, scope: Scope, *, clocks: bool) -> Iterable[Issue]:
        """With `clocks` only what follows from newer rules of time zones."""


@dataclass(frozen=True)
class ConsistencyCheck(Contribution):
    """What an app's items must agree on. `begin` starts a reading."""

    name: str
    begin: Callable[[], Look]


def check(scope: Scope, clinic: str = "", *, clocks: bool = False) -> list[Issue]:
    """What is wrong, in one clinic or in all; with `clocks` only what follows from newer rules of time zones.

    Looks twice: what is only under way is gone the second time.
    """
    first = _look(scope, clinic, clocks=clocks)
    if not first:
        return []
    second = set(_look(scope, clinic, clocks=clocks))
    return [issue for issue in first if issue in second]


def _look(scope: Scope, clinic: str, *, clocks: bool) -> list[Issue]:
    looks = [each.begin() for each in contributions.of(ConsistencyCheck)]
    for raw in every_raw(scope):
        for look in looks:
            look.take_in(raw)
    found = [issue for look in looks for issue in look.issues(scope, clocks=clocks)]
    asked = {issue for issue in found if clinic in ("", issue.clinic)}
    return sorted(asked, key=lambda each: (each.kind, each.turn, each.what))


def fix(issues: Iterable[Issue]) -> int:
    """Repairs what can be known; returns how many. A double booking needs a person.

    What somebody changed since it was looked at is left for the next look.
    """
    count = 0
    for issue in issues:
        with suppress(Refused, Stale, NotFound):
            if issue.fix:
                issue.fix()
                count += 1
    return count
