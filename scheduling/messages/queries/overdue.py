"""What should have left and did not: the outbox as far back as something may wait in it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from clinnet import clock
from clinnet.table import Row, Scope, keys, query, side_by_side
from scheduling.messages.services import status

OVERDUE = timedelta(minutes=15)  # what is due longer is not being sent
USUAL, UNKNOWN, FARTHEST = 3, 14, 400  # days: a message can become due in the past, as when a visit comes back
MOST = 200


def days(until: datetime, done_until: str, *, usual: int = USUAL) -> list[str]:
    """The UTC days whose outbox may hold something, oldest first.

    `done_until` is the day up to which the sender emptied it (status.State): however long nothing ran, nothing is lost.
    """
    today = until.date()
    since = date.fromisoformat(done_until) if done_until else today - timedelta(days=UNKNOWN)
    back = min(FARTHEST, max(usual, (today - since).days))
    return [(today - timedelta(days=n)).isoformat() for n in range(back, -1, -1)]


def overdue(scope: Scope, *, known: Sequence[str] = (), state: status.State | None = None) -> list[Row]:
    """What has waited too long, oldest first; without the days that are `known` already. Asks nothing of those done."""
    until = clock.now() - OVERDUE
    done_until = (state or status.state(scope)).done_until
    asked = [day for day in days(until, done_until) if day > done_until and day not in known]
    ranges = [keys.due_until(scope.clinic_id, day, clock.stamp(until)) for day in asked]
    pages = side_by_side(*(partial(query, scope, each, limit=MOST) for each in ranges)) if ranges else []
    return [row for page in pages for row in page.rows]
