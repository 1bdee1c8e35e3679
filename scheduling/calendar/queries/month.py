"""How many times are left on each day of a month, by one type of visit: a month at a glance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.table import Scope, keys, query, side_by_side
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rules import hours, slots, walltime
from scheduling.calendar.rules.slots import Need, Slot
from scheduling.calendar.services import busy

MOST_OF_A_MONTH = 31  # busy rows of one resource, each a UTC day


@dataclass(frozen=True, slots=True)
class DayLeft:
    """`left` visits of the type would still fit; `is_open`: somebody works; `closed` says why nobody does, if known."""

    day: date
    left: int = 0
    is_open: bool = False
    closed: str = ""


def left(scope: Scope, people: Sequence[Staff], need: Need, days: Sequence[date]) -> list[DayLeft]:
    """For each of these days of one month, in order. Days that are over have none left.

    One question for each practitioner and UTC month, side by side. Rooms are not looked at: it says how full a day is,
    and promises nothing.
    """
    known, now = setup(scope), clock.now()
    zone, need = known.clinic.time_zone, Need(need.minutes, need.before, need.after, need.nurse, (), need.kept_for)
    ahead = [day for day in days if day >= clock.today(zone)]
    taken = _taken(scope, people, ahead, zone) if ahead else {}
    found = []
    for day in days:
        open_ = {each.id: known.openings(each.id, day, now) for each in people}
        columns = [slots.Column(id, times, taken.get(id, ())) for id, times in open_.items()] if day in ahead else []
        free = slots.free(slots.Day.of(day, zone, known.grain), columns, need, not_before=walltime.number(now) + 1)
        is_open = any(open_.values())
        found.append(DayLeft(day, how_many(free.slots(), need), is_open, "" if is_open else _why(known, people, day)))
    return found


def _taken(scope: Scope, people: Sequence[Staff], days: Sequence[date], zone: str) -> dict[str, set[int]]:
    """The busy grains of each practitioner on these days."""
    first = walltime.day_bounds(days[0], zone)[0].date()
    last = (walltime.day_bounds(days[-1], zone)[1] - timedelta(minutes=1)).date()
    months = sorted({first.isoformat()[:7], last.isoformat()[:7]})
    asked = [(each.id, keys.busy_practitioner_in(each.id, month)) for each in people for month in months]
    pages = side_by_side(*(partial(query, scope, each, limit=MOST_OF_A_MONTH) for _, each in asked))
    found: dict[str, set[int]] = {each.id: set() for each in people}
    for (id, _), page in zip(asked, pages, strict=True):
        found[id] |= busy.taken(page.rows, clock.now())
    return found


def how_many(free: Iterable[Slot], need: Need) -> int:
    """Visits that fit one after another, of each practitioner for themselves, from the first free start on. Pure."""
    free_from: dict[str, int] = {}
    count = 0
    for slot in sorted(free, key=lambda each: each.start):
        taken = need.practitioner(slot.start)
        if taken.start >= free_from.get(slot.practitioner, taken.start):
            free_from[slot.practitioner] = taken.stop
            count += 1
    return count


def _why(known: Setup, people: Sequence[Staff], day: date) -> str:
    closed = next((found for each in people if (found := hours.closed_for(day, known.plan(each.id)))), None)
    return (closed.reason or closed.kind) if closed else ""
