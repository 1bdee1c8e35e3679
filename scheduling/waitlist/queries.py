"""Reads of the wait list."""

from datetime import datetime
from functools import partial

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.table import Row, Scope, get, keys, query, side_by_side
from patients import timeline
from patients.models import Patient
from scheduling.calendar.queries.free_times import busy_rows
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import slots, walltime
from scheduling.calendar.services import busy
from scheduling.models import WaitlistEntry
from scheduling.waitlist import rules as matching

MOST_OPEN = 300


def request(scope: Scope, id: str) -> WaitlistEntry:
    """Raises NotFound."""
    return get(scope, WaitlistEntry, WaitlistEntry.at(scope.clinic_id, id))


def open_requests(scope: Scope, *, limit: int = MOST_OPEN) -> list[Row]:
    """The lines of open requests, most urgent and oldest first."""
    return query(scope, keys.requests_open(scope.clinic_id), limit=limit).rows


def requests_of(scope: Scope, patient: Patient, *, limit: int = 20) -> list[Row]:
    return timeline.lines(scope, patient, keys.requests_of, limit=limit)


def matches(scope: Scope, *, practitioner: Staff, start: datetime, minutes: int) -> list[Row]:
    """Open requests that would take this free time, best first; none where it is past, or taken by now."""
    known, now = setup(scope), clock.now()
    usual = {each.id: int(each.minutes) for each in known.visit_types.values()}
    freed = matching.Freed(walltime.to_wall(start, known.clinic.time_zone), practitioner.id, minutes)
    time = busy.Hold("", walltime.number(start), slots.Need(minutes), practitioner.id)
    if start < now:
        return []
    waiting, rows = side_by_side(partial(open_requests, scope), partial(busy_rows, scope, time.places()))
    grains = time.need.practitioner(time.start)
    return [] if busy.taken(rows, now) & set(grains) else matching.ranked(waiting, freed, usual, now.timestamp())
