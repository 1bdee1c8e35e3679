"""A practitioner runs late: those who are not here yet are told, come later, or see somebody else."""

from collections.abc import Sequence
from datetime import date, timedelta

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.jobs.models import Job
from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import Refused, Stale
from scheduling.appointments.services import changing
from scheduling.calendar.rules import walltime
from scheduling.disruptions.queries import disrupted_day
from scheduling.disruptions.services import apply
from scheduling.disruptions.services.apply import Fate
from scheduling.models import CONFIRMED, Appointment

END_LATE = Action("late.end", "said that the doctor is on time again")

KIND = apply.LATE
LONGEST = 8 * 60
ON_TIME = "on time again"
LATELY = timedelta(hours=12)  # a call before that was about something else
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


def on_time(scope: Scope, *, day: date, practitioner: Staff, once: Once | None = None) -> int:
    """Not late any more, or not as was said: nobody else is told of it. Returns how many heard of it and come later.

    Those are on the phone list.
    """
    scope.require(Permission.BOOK)
    scope.must_hold(practitioner)
    hits = disrupted_day.coming(scope, day=day, practitioner=practitioner)
    heard = sum(_on_time(scope, each.appointment) for each in hits if each.appointment.late)
    tx = Transaction(scope, once=once)
    apply.mark_late(tx, day.isoformat(), practitioner.id, 0)
    tx.commit(Event(END_LATE, "DAY", day.isoformat(), changes={"practitioner": [None, practitioner.id]}))
    return heard


def _on_time(scope: Scope, appointment: Appointment) -> bool:
    """Whether they heard of the delay: by a message, or from somebody who called."""
    call = (appointment.calls or [{}])[-1]
    lately = bool(call) and clock.now() - clock.moment(call["at"]) < LATELY
    called = lately and call["outcome"] == CONFIRMED and not appointment.to_call
    heard = called or bool((appointment.told or {}).get("late"))
    news = changing.without_delay(appointment) | ({"to_call": ON_TIME} if heard else {})
    stamps = list(appointment.stamps or [])
    try:
        changing.change(scope, appointment, news, clock.now(), END_LATE, stamps=stamps)
    except (Refused, Stale):
        return False  # somebody does something about it at this moment
    return heard


def _check(minutes: int) -> None:
    if not 0 < minutes <= LONGEST or minutes % walltime.GRAIN:
        raise Refused(HOW_LATE, field="minutes")
