"""Who is booked at times that are about to be otherwise: asked before hours or other days are saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from clinnet import clock
from clinnet.table import Scope, keys, query, side_by_side
from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import hours, walltime
from scheduling.calendar.services import busy
from scheduling.models import COMING

FURTHEST = 3 * 366 + 1  # days: nothing is booked beyond (services/rules.py)
MOST_OF_A_DAY = 1500


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of the clinic's days, both included."""

    first: date
    last: date

    @classmethod
    def coming(cls, first: date, last: date | None = None) -> "Days | None":
        """From `first` (today, where it is past) as far as anything can be booked; None where all of it is past."""
        furthest = first + timedelta(days=FURTHEST)
        last = min(last or furthest, furthest)
        return cls(first, last) if first <= last else None


def orphans(scope: Scope, *, plans: Sequence[hours.Plan], days: Days) -> list[Card]:
    """Coming appointments that are within hours now and would not be by `plans`, in the order of time.

    Each plan is one practitioner's. Busy rows say on which days somebody is booked; only those boards are read where
    a booked time would be outside.
    """
    known, now = setup(scope), clock.now()
    zone = known.clinic.time_zone
    booked = _booked(scope, [plan.who for plan in plans], days, zone, now)
    wanted: dict[date, list[hours.Plan]] = {}
    for plan in plans:
        for day, grains in booked[plan.who].items():
            if grains - _open(day, plan, zone, now):
                wanted.setdefault(day, []).append(plan)
    found = []
    for day, cards in _cards(scope, sorted(wanted), now).items():
        for plan in wanted[day]:
            before, after = (_until_next(day, each, zone, now) for each in (known.plan(plan.who), plan))
            mine = [each for each in cards if each.practitioner == plan.who]
            found += [each for each in mine if (taken := _grains(each)) <= before and not taken <= after]
    return sorted(found, key=lambda each: (each.start or now, each.id))


def booked_with(scope: Scope, *, practitioner: str, days: Days) -> list[Card]:
    """Everybody who is still to come to a practitioner on these days, whatever the hours."""
    now = clock.now()
    zone = setup(scope).clinic.time_zone
    taken = _booked(scope, [practitioner], days, zone, now)[practitioner]
    cards = _cards(scope, sorted(taken), now)
    return [each for day in cards.values() for each in day if each.practitioner == practitioner]


def _booked(
    scope: Scope, people: Sequence[str], days: Days, zone: str, now: datetime
) -> dict[str, dict[date, set[int]]]:
    """The taken grains of each practitioner's days that have any."""
    first, last = walltime.day_bounds(days.first, zone)[0], walltime.day_bounds(days.last, zone)[1]
    asked = [
        (id, keys.busy_practitioner_in(id, *span))
        for id in people
        for span in busy.spans(walltime.number(first), walltime.number(last))
    ]
    pages = side_by_side(*(partial(query, scope, each, limit=31) for _, each in asked)) if asked else []
    found: dict[str, dict[date, set[int]]] = {id: {} for id in people}
    for (id, _), page in zip(asked, pages, strict=True):
        for grain in busy.taken(page.rows, now):
            day = walltime.day_of(walltime.moment_of(grain), zone)
            if days.first <= day <= days.last:
                found[id].setdefault(day, set()).add(grain)
    return found


def _open(day: date, plan: hours.Plan, zone: str, now: datetime) -> set[int]:
    stretches = hours.openings(day, plan, zone=zone, now=now)
    return {grain for each in stretches for grain in range(each.start, each.end)}


def _until_next(day: date, plan: hours.Plan, zone: str, now: datetime) -> set[int]:
    """With the day after: a visit may go on past midnight."""
    return _open(day, plan, zone, now) | _open(day + timedelta(days=1), plan, zone, now)


def _cards(scope: Scope, days: Sequence[date], now: datetime) -> Mapping[date, list[Card]]:
    """Who is still to come on each day."""
    asked = [keys.on_the_day(scope.clinic_id, day.isoformat()) for day in days]
    pages = side_by_side(*(partial(query, scope, each, limit=MOST_OF_A_DAY) for each in asked)) if asked else []
    return {
        day: sorted(
            (card for row in page.rows if row["type"] == "CARD" and _is_coming(card := Card.of(row), now)),
            key=lambda card: (card.start or now, card.id),
        )
        for day, page in zip(days, pages, strict=True)
    }


def _is_coming(card: Card, now: datetime) -> bool:
    return card.state in COMING and card.start is not None and card.start > now


def _grains(card: Card) -> set[int]:
    start = walltime.number(card.start) if card.start else 0
    return set(range(start, start + card.minutes // walltime.GRAIN))
