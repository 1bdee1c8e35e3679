"""Free times: searched from opening hours and busy rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.table import Key, Page, Range, Row, Scope, get_many, keys, query, side_by_side
from patients.models import Patient
from patients.timeline import all_ids
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rules import slots, walltime
from scheduling.calendar.rules.hours import Grains
from scheduling.calendar.rules.slots import Free, Slot
from scheduling.calendar.services import busy
from scheduling.models import Appointment, VisitType


@dataclass(frozen=True, slots=True)
class FreeDay:
    day: date
    free: Free = field(repr=False)

    @property
    def slots(self) -> list[Slot]:
        """All of them, made anew."""
        return self.free.slots()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for. `weekdays` (Monday 0) empty: any; `part`: am, pm or any; `practitioners` empty: whoever."""

    visit_type: VisitType
    patient: Patient | None = None
    practitioners: tuple[Staff, ...] = ()
    minutes: int = 0
    urgent: bool = False
    weekdays: frozenset[int] = frozenset()
    part: str = ""
    rooms: tuple[str, ...] = ()
    instead_of: Appointment | None = None  # one that is to be moved: its own time counts as free
    others: tuple[Patient, ...] = ()  # who come with the patient, and are busy at times of their own

    @property
    def need(self) -> slots.Need:
        need = self.visit_type.need(minutes=self.minutes, urgent=self.urgent)
        return slots.Need(need.minutes, need.before, need.after, need.nurse, self.rooms or need.rooms, need.kept_for)


FIRST_LOOK, FURTHER = 7, 28
Seen = dict[Range, set[int]]  # the taken grains of ranges of busy rows, as several searches of one page read them


def search(
    scope: Scope, wish: Wish, *, first: date | None = None, days: int = 5, within: int = 28, seen: Seen | None = None
) -> list[FreeDay]:
    """The next `days` days that have room, from `first` (today) and within so many days.

    Busy rows are read side by side: one round where the first week is enough. Of several searches for one page each
    range is read once, where they share `seen`.
    """
    known, found = setup(scope), list[FreeDay]()
    day = first or clock.today(known.clinic.time_zone)
    end, look = day + timedelta(days=within), FIRST_LOOK if days <= FIRST_LOOK else FURTHER
    while day < end and len(found) < days:
        until = min(day + timedelta(days=look), end)
        found += islice(_free_between(scope, known, wish, day, until, seen=seen), days - len(found))
        day, look = until, FURTHER
    return found


def _free_between(
    scope: Scope, known: Setup, wish: Wish, first: date, end: date, *, seen: Seen | None
) -> Iterator[FreeDay]:
    """What is busy is read for all these days, and looked through as far as somebody asks."""
    zone, now, need = known.clinic.time_zone, clock.now(), wish.need
    asked = {each.id for each in wish.practitioners}
    people = [each for each in known.who_does(wish.visit_type) if not asked or each.id in asked]
    wanted = [first + timedelta(days=n) for n in range((end - first).days)]
    wanted = [day for day in wanted if not wish.weekdays or day.weekday() in wish.weekdays]
    open_times = {day: {each.id: known.openings(each.id, day, now) for each in people} for day in wanted}
    wanted = [day for day in wanted if any(open_times[day].values())]
    if not wanted:
        return
    taken = as_bits(busy_grains(scope, wish, [each.id for each in people], wanted, zone, seen=seen), wanted[0], zone)
    for day in wanted:
        columns = [
            slots.Column(id, openings, taken[keys.busy_practitioner(id, "").pk])
            for id, openings in open_times[day].items()
        ]
        free = slots.free(
            slots.Day.of(day, zone, known.grain, wish.part),
            columns,
            need,
            patient=taken["patient"],
            rooms={room: taken[keys.busy_room(room, "").pk] for room in need.rooms},
            not_before=walltime.number(now) + 1,
        )
        if free:
            yield FreeDay(day, free)


def as_bits(taken: Mapping[str, Iterable[int]], first: date, zone: str) -> dict[str, Grains]:
    """What is taken from the evening before a day on: put together once for all the days that are looked through."""
    origin = walltime.number(walltime.day_bounds(first, zone)[0]) - slots.MARGIN
    return {name: Grains.of(grains, origin) for name, grains in taken.items()}


def room_for(scope: Scope, appointment: Appointment, start: datetime, practitioner: Staff) -> str:
    """The id of the room in which an appointment could be at another time: its own where that is free, else another."""
    known = setup(scope)
    visit_type = known.visit_types.get(appointment.visit_type_id or "")
    own = appointment.room_id or ""
    if visit_type is None:
        return own
    rooms = (own, *(each for each in visit_type.room_ids if each != own))
    wish = Wish(
        visit_type,
        practitioners=(practitioner,),
        minutes=int(appointment.minutes or 0),
        rooms=rooms,
        instead_of=appointment,
    )
    day = walltime.day_of(start, known.clinic.time_zone)
    taken = busy_grains(scope, wish, [], [day], known.clinic.time_zone)
    wanted = set(wish.need.room(walltime.number(start)))
    return next((room for room in rooms if not taken[keys.busy_room(room, "").pk] & wanted), own)


def busy_grains(
    scope: Scope,
    wish: Wish,
    people: list[str],
    days: list[date],
    zone: str,
    *,
    rooms: bool = True,
    seen: Seen | None = None,
) -> dict[str, set[int]]:
    """The taken grains of each practitioner and room (by the key of its rows without the month) and of the patient."""
    first, last = walltime.day_bounds(days[0], zone)[0], walltime.day_bounds(days[-1], zone)[1]
    spans = busy.spans(walltime.number(first), walltime.number(last))
    asked: list[tuple[str, Range]] = []
    for month, low, high in spans:
        asked += [(keys.busy_practitioner(id, "").pk, keys.busy_practitioner_in(id, month, low, high)) for id in people]
        if rooms:
            asked += [(keys.busy_room(id, "").pk, keys.busy_room_in(id, month, low, high)) for id in wish.need.rooms]
    if patients := [each for each in (wish.patient, *wish.others) if each]:
        low, high = f"{spans[0][0]}-{spans[0][1]}", f"{spans[-1][0]}-{spans[-1][2]}"
        ids = [id for each in patients for id in all_ids(each)]
        asked += [("patient", keys.busy_patient_between(id, low, high)) for id in ids]
    own = busy.tag_of(wish.instead_of.id) if wish.instead_of else ""
    seen = seen if seen is not None and not own else {}
    new = [each for _, each in asked if each not in seen]
    questions: list[Callable[[], Page]] = [partial(query, scope, each, limit=130) for each in new]
    for each, page in zip(new, side_by_side(*questions), strict=True):
        seen[each] = busy.taken(page.rows, clock.now(), without=own)
    taken: dict[str, set[int]] = {name: set() for name, _ in [*asked, ("patient", None)]}
    for name, each in asked:
        taken[name] |= seen[each]
    return taken


def busy_rows(scope: Scope, wanted: Iterable[Key]) -> list[Row]:
    """Busy rows by key; those that do not exist have nothing in them."""
    return get_many(scope, wanted).rows
