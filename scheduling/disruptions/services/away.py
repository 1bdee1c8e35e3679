"""A practitioner's day is cancelled or handed over: each patient gets another time, or is first to be found one."""

from collections.abc import Sequence
from datetime import date

from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.jobs.models import Job
from clinnet.table import Once, Scope, Transaction
from scheduling.calendar.services import settings as schedule_settings
from scheduling.disruptions.queries.disrupted_day import Part
from scheduling.disruptions.services import apply
from scheduling.disruptions.services.apply import Fate

KIND = apply.AWAY
REASON = "Doctor away"


def clear_day(
    scope: Scope,
    *,
    day: date,
    practitioner: Staff,
    fates: Sequence[Fate],
    reason: str = "",
    leave: bool = False,
    part: Part | None = None,
    once: Once | None = None,
) -> Job:
    """Begins the job that moves those who have a time and makes requests of the rest; see `go_on`.

    `part` is what is cancelled of the day. With `leave` the practitioner is absent from then on, so that nobody is
    booked meanwhile. A time that was taken meanwhile makes a request too. Raises Refused, Denied.
    """
    scope.require(Permission.BOOK)
    tx, entered = Transaction(scope, once=once), ""
    if leave:
        days, event = schedule_settings.add_days(
            tx,
            kind="leave",
            first=day,
            last=day,
            practitioner=practitioner,
            start=part.start if part else "",
            end=part.end if part else "",
            reason=reason or REASON,
        )
        tx.also(event)
        entered = days.id
    return apply.begin(
        tx,
        kind=KIND,
        day=day,
        practitioner=practitioner,
        fates=fates,
        otherwise="ask",
        reason=reason or REASON,
        leave=entered,
        hours=(part.start, part.end) if part else (),
    )
