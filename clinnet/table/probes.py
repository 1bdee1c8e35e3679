"""The alarm of the wall: an item of another clinic was reached. Counted, so that it pages somebody once a minute."""

import logging
import time

from clinnet.table.scope import Scope

wall = logging.getLogger("clinnet.wall")
EVERY = 60.0  # seconds between two lines about one person in one clinic
MOST = 1000  # people who are remembered
_counts: dict[tuple[str | None, str], tuple[float, int]] = {}  # since when, and how many more


def refused(scope: Scope) -> None:
    """Logs the first at once, then a line a minute at most with the number of those since the line before."""
    who, now = (scope.clinic, scope.actor.id), time.monotonic()
    since, more = _counts.get(who, (0.0, 0))
    if who in _counts and now - since < EVERY:
        _counts[who] = (since, more + 1)
        return
    if len(_counts) >= MOST:
        _counts.clear()
    _counts[who] = (now, 0)
    told = f", {more} more since the line before" if more else ""
    wall.error("clinic %s, person %s: an item of another clinic was reached%s", *who, told)
