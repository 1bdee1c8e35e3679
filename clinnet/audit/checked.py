"""What was found when the trail was held against its seals last: kept for the first page and the trail's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.audit import seals
from clinnet.audit.seals import Fault
from clinnet.table import Action, Event, Once, Scope, Transaction, find_row, keys
from clinnet.table.once import idempotent

VERIFY = Action("audit.verify", "held the trail against its seals")
DAY = timedelta(days=1)
MOST = 50  # faults that are kept; the command names all


@dataclass(frozen=True, slots=True)
class Checked:
    """Stamps: when, and from when to when it was looked at; `since` is empty of all of the trail."""

    at: str
    since: str
    until: str
    faults: list[Fault]


def last(scope: Scope) -> Checked | None:
    row = find_row(scope, keys.audit_checked(scope.clinic_id), consistent=False)
    if row is None:
        return None
    return Checked(row["at"], row.get("since") or "", row["until"], [Fault(*each) for each in row.get("faults", [])])


@idempotent
def check_day(scope: Scope, *, until: datetime, once: Once | None = None) -> None:
    """The day up to a moment. Raises Busy, Unsure or Unavailable."""
    scope.require(Permission.AUDIT_READ)
    until = min(until, clock.now())
    since = until - DAY
    keep(scope, seals.verify(scope, since, until), since=since, until=until, once=once)


def keep(
    scope: Scope, faults: Iterable[Fault], *, since: datetime | None, until: datetime, once: Once | None = None
) -> list[Fault]:
    """The first of them are kept, in place of what was found before; returned as far as they are."""
    found = list(islice(faults, MOST))
    tx = Transaction(scope, once=once)
    kept = [[each.kind, each.bucket, each.event] for each in found]
    sets = {"id": "CHECKED", "type": "CHECKED", "clinicId": scope.clinic, "at": tx.at,
            "since": clock.stamp(since) if since else "", "until": clock.stamp(until), "faults": kept}  # fmt: skip
    tx.change_row(keys.audit_checked(scope.clinic_id), new=True, sets=sets)
    tx.commit(Event(VERIFY, "CHECKED", "CHECKED", note=f"{len(found)} faults" if found else "no fault"))
    return found
