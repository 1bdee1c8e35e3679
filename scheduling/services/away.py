"""A practitioner's day is cancelled or handed over: each patient gets another time, or is first to be found one."""

from collections.abc import Sequence
from datetime import date

from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Once, Scope, Transaction
from scheduling.models import Job
from scheduling.services import arrange, jobs, rearranging
from scheduling.services.rearranging import Fate

KIND = "away"
REASON = "Doctor away"


def clear_day(
    scope: Scope, *, day: date, practitioner: Staff, fates: Sequence[Fate], reason: str = "", leave: bool = False,
    once: Once | None = None,
) -> Job:  # fmt: skip
    """Begins the job that moves those who have a time and makes requests of the rest; see `go_on`.

    With `leave` the practitioner is absent from then on, so that nobody is booked meanwhile. A time that was taken
    meanwhile makes a request too. Raises Refused, Denied.
    """
    scope.require(Permission.BOOK)
    tx, entered = Transaction(scope, once=once), ""
    if leave:
        days, event = arrange.add_days(tx, kind="leave", first=day, last=day, practitioner=practitioner,
                                       reason=reason or REASON)  # fmt: skip
        tx.also(event)
        entered = days.id
    return rearranging.begin(tx, kind=KIND, day=day, practitioner=practitioner, fates=fates, otherwise="ask",
                             reason=reason or REASON, leave=entered)  # fmt: skip


jobs.KINDS[KIND] = jobs.Kind(rearranging.step, rearranging.undo)
