"""A practitioner runs late: those who are not here yet are told, come later, or see somebody else."""

from collections.abc import Sequence
from datetime import date

from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.jobs.models import Job
from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import Refused
from scheduling.calendar.rules import walltime
from scheduling.disruptions.services import apply
from scheduling.disruptions.services.apply import Fate

END_LATE = Action("late.end", "said that the doctor is on time again")

KIND = apply.LATE
LONGEST = 8 * 60
HOW_LATE = "Say how late: from 5 minutes to 8 hours, in steps of five."


def run_late(
    scope: Scope, *, day: date, practitioner: Staff, minutes: int, fates: Sequence[Fate], once: Once | None = None
) -> Job:
    """Says on the board how late it is, and begins the job that does the rest; see `go_on`. Raises Refused.

    Where a time was taken meanwhile, the patient is told instead.
    """
    scope.require(Permission.BOOK)
    _check(minutes)
    tx = Transaction(scope, once=once)
    apply.mark_late(tx, day.isoformat(), practitioner.id, minutes)
    return apply.begin(
        tx,
        kind=KIND,
        day=day,
        practitioner=practitioner,
        fates=fates,
        otherwise="tell",
        minutes=minutes,
        reason=f"{minutes} minutes late",
    )


def on_time(scope: Scope, *, day: date, practitioner: Staff, once: Once | None = None) -> None:
    """Not late any more, or not as was said."""
    scope.require(Permission.BOOK)
    scope.must_hold(practitioner)
    tx = Transaction(scope, once=once)
    apply.mark_late(tx, day.isoformat(), practitioner.id, 0)
    tx.commit(Event(END_LATE, "DAY", day.isoformat(), changes={"practitioner": [None, practitioner.id]}))


def _check(minutes: int) -> None:
    if not 0 < minutes <= LONGEST or minutes % walltime.GRAIN:
        raise Refused(HOW_LATE, field="minutes")
