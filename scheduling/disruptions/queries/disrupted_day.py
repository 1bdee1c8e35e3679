"""Whom a bad day concerns, and what there is for each: read before anything is changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Key, Page, Scope, keys, query, side_by_side
from patients.models import Patient
from patients.queries import survivors
from patients.rules import phones
from patients.timeline import all_ids
from scheduling import words
from scheduling.appointments import queries as appointment_queries
from scheduling.board import queries as board_queries
from scheduling.board.rules import pace
from scheduling.board.rules.pace import Planned
from scheduling.board.services.cards import Card
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.free_times import FreeDay
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rules import proposals, walltime
from scheduling.calendar.rules.proposals import Losing
from scheduling.calendar.rules.slots import Ahead, Free, Slot
from scheduling.calendar.services import busy
from scheduling.messages.queries import recipients
from scheduling.models import COMING, Appointment

PHONE, NOBODY = "phone", "nobody"
LOOK_AHEAD, DAYS = 21, 10  # where other times are looked for, and how many days that have some


@dataclass(frozen=True, slots=True, repr=False)
class Hit:
    """Somebody still to come. `options` are times for them, the one proposed first; `clash` why it cannot be,
    `warning` what is to be known about the one proposed.

    `reach` is how they can be told: email, phone or nobody.
    """

    appointment: Appointment
    patient: Patient
    reach: str
    options: Sequence[Slot] = ()
    clash: str = ""
    warning: str = ""

    @property
    def start(self) -> int:
        return walltime.number(clock.moment(self.appointment.start or ""))


@dataclass(frozen=True, slots=True)
class Part:
    """Of a day, by the clinic's clock: "13:00" to "15:00", or to "24:00"."""

    start: str
    end: str

    def moments(self, day: date, zone: str) -> tuple[datetime, datetime]:
        return walltime.at(day, self.start, zone), walltime.at(day, self.end, zone)

    def grains(self, day: date, zone: str) -> range:
        return range(*(walltime.number(each) for each in self.moments(day, zone)))


def meets(card: Card, start: datetime, end: datetime) -> bool:
    return bool(card.start and card.start < end and card.start + timedelta(minutes=card.minutes) > start)


def coming(
    scope: Scope, *, day: date, practitioner: Staff, ago: timedelta | None = None, part: Part | None = None
) -> list[Hit]:
    """Everybody booked with a practitioner who is not here yet, in the order of time; not those `ago` past and more.

    With `part` those alone whose visit is in it, or reaches into it.
    """
    known, now = setup(scope), clock.now()
    cards = [
        each for each in board_queries.board(scope, day).cards if each.practitioner == practitioner.id and each.start
    ]
    if part:
        cards = [each for each in cards if meets(each, *part.moments(day, known.clinic.time_zone))]
    since = now - ago if ago is not None else None
    wanted = [each for each in cards if each.state in COMING and (not since or (each.start or since) > since)]
    found = appointment_queries.appointments(scope, [(each.patient_id, each.id) for each in wanted])
    people = survivors(scope, {each.patient_id for each in found})
    today = clock.today(known.clinic.time_zone)
    hits = [
        Hit(appointment, people[appointment.patient_id], reach(appointment, people[appointment.patient_id], today))
        for appointment in found
        if appointment.patient_id in people and appointment.start and appointment.state in COMING
    ]
    return sorted(hits, key=lambda hit: (hit.start, hit.appointment.id))


def reach(appointment: Appointment, patient: Patient, today: date) -> str:
    """How they hear of a change: one of recipients.BY_MESSAGE, PHONE or NOBODY."""
    way = appointment.tell_by if appointment.tell_by in recipients.BY_MESSAGE else ""
    why_not = recipients.obstacle(patient, today, way or recipients.EMAIL)
    if way and not why_not:
        return way
    number = phones.preferred(patient.phones).get("number") or any(link.get("phone") for link in patient.links or [])
    return PHONE if number and why_not not in recipients.NEVER else NOBODY


# --- Later the same day ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Day:
    """What is taken by others than those who are to be moved: grains of practitioner, rooms and patients, by id."""

    known: Setup
    practitioner: Staff
    end: int  # the grain at which the practitioner's hours end
    taken: Mapping[str, set[int]]

    def room_for(self, hit: Hit, start: int) -> str | None:
        """The room that is free then, its own if possible; None where it needs one and none is."""
        appointment = hit.appointment
        if not appointment.room_id:
            return ""
        visit_type = self.known.visit_types.get(appointment.visit_type_id or "")
        rooms = [appointment.room_id, *(visit_type.room_ids if visit_type else ())]
        grains = set(appointment.need.room(start))
        return next((room for room in rooms if grains.isdisjoint(self.taken.get(room, ()))), None)

    def clash(self, hit: Hit, start: int, room: str | None) -> str:
        need = hit.appointment.need
        if any(not self.taken.get(id, set()).isdisjoint(need.patient(start)) for id in all_ids(hit.patient)):
            return "Has another appointment then."
        return "No room is free then." if room is None else ""

    def is_after_hours(self, hit: Hit, start: int) -> bool:
        return start + -(-hit.appointment.need.minutes // walltime.GRAIN) > self.end


def later(scope: Scope, hits: Sequence[Hit], *, day: date, practitioner: Staff, minutes: int) -> list[Hit]:
    """Each with the time it has when the practitioner is so late, or with what stands in the way.

    Those whose time stays, as a gap took up the delay, have neither. Who cannot move is gone around.
    """
    here, stuck, may = _day(scope, hits, day, practitioner), dict[str, str](), scope.may(Permission.OUTSIDE_HOURS)
    around = set(here.taken[practitioner.id])
    while True:
        planned = [
            Planned(hit.appointment.id, hit.start, hit.appointment.need)
            for hit in hits
            if hit.appointment.id not in stuck
        ]
        starts = pace.shifted(planned, minutes, around)
        options, clashes, warnings = dict[str, Slot](), dict[str, str](), dict[str, str]()
        for hit in hits:
            if start := starts.get(hit.appointment.id):
                id, room = hit.appointment.id, here.room_for(hit, start)
                outside = f"After {words.short(practitioner)}'s hours." if here.is_after_hours(hit, start) else ""
                clash = here.clash(hit, start, room) or ("" if may else outside)
                options[id], warnings[id] = Slot(start, practitioner.id, (room,) if room else ()), outside
                clashes |= {id: clash} if clash else {}
        if not clashes:
            return [_later(hit, options, stuck, warnings) for hit in hits]
        stuck |= clashes
        around |= {
            grain
            for hit in hits
            if hit.appointment.id in clashes
            for grain in hit.appointment.need.practitioner(hit.start)
        }


def _later(hit: Hit, options: Mapping[str, Slot], stuck: Mapping[str, str], warnings: Mapping[str, str]) -> Hit:
    id = hit.appointment.id
    if clash := stuck.get(id):
        return replace(hit, clash=clash)
    return replace(hit, options=[options[id]], warning=warnings[id]) if id in options else hit


def _day(scope: Scope, hits: Sequence[Hit], day: date, practitioner: Staff) -> _Day:
    known, now = setup(scope), clock.now()
    first, end = walltime.day_bounds(day, known.clinic.time_zone)
    dates = [date.fromordinal(n) for n in range(first.date().toordinal(), end.date().toordinal() + 2)]
    types = [known.visit_types.get(hit.appointment.visit_type_id or "") for hit in hits]
    rooms = {hit.appointment.room_id or "" for hit in hits} | {room for each in types if each for room in each.room_ids}
    people = {id for hit in hits for id in all_ids(hit.patient)}
    resources = [
        (busy.RESOURCES["practitioner"], {practitioner.id}),
        (busy.RESOURCES["room"], rooms - {""}),
        (busy.RESOURCES["patient"], people),
    ]
    asked: dict[Key, str] = {key(id, str(each)): id for key, ids in resources for id in ids for each in dates}
    own = {busy.tag_of(hit.appointment.id) for hit in hits}
    taken: dict[str, set[int]] = {id: set() for id in (practitioner.id, *asked.values())}
    for row in free_times.busy_rows(scope, asked):
        taken[asked[Key(row["PK"], row["SK"])]] |= busy.taken([row], now, besides=own)
    openings = known.openings(practitioner.id, day, now)
    return _Day(known, practitioner, max((each.end for each in openings), default=0), taken)


# --- With somebody else, or on another day -----------------------------------------------------------------------


def elsewhere(
    scope: Scope,
    hits: Sequence[Hit],
    *,
    day: date,
    practitioner: Staff,
    that_day: bool = False,
    part: Part | None = None,
) -> list[Hit]:
    """Each with the best free times of all who do such visits: scheduling/calendar/rules/proposals.py has the rule.

    Not with `practitioner` on that day, or in that `part` of it; with `that_day` on no other.
    """
    zone = setup(scope).clinic.time_zone
    away = part.grains(day, zone) if part else None
    elsewhere = _patients_busy(scope, hits, day)
    losing = [_losing(hit, elsewhere) for hit in hits]
    found: dict[tuple[str, int, bool], Ahead] = {}
    seen: free_times.Seen = {}
    for hit in hits:
        if (asked := _asked(hit)) not in found:
            days = _free(scope, hit, day, seen, that_day=that_day)
            found[asked] = Ahead(
                _without(each.free, practitioner, hit, away) if each.day == day else each.free for each in days
            )
    options = proposals.propose(losing, {hit.appointment.id: found[_asked(hit)] for hit in hits}, zone)
    return [replace(hit, options=options[hit.appointment.id]) for hit in hits]


def _without(free: Free, practitioner: Staff, hit: Hit, away: range | None) -> Free:
    """What is left of the day that is cancelled, or of which the grains `away` are."""
    needs = ((start, hit.appointment.need.practitioner(start)) for start in free.starts)
    gone = [start for start, need in needs if away is None or (need.start < away.stop and away.start < need.stop)]
    return free.without(practitioner.id, gone)


def _asked(hit: Hit) -> tuple[str, int, bool]:
    return hit.appointment.visit_type_id or "", int(hit.appointment.minutes or 0), bool(hit.appointment.urgent)


def _losing(hit: Hit, elsewhere: Mapping[str, frozenset[int]]) -> Losing:
    appointment = hit.appointment
    return Losing(
        appointment.id,
        walltime.to_wall(clock.moment(appointment.start or ""), appointment.zone or "UTC"),
        appointment.need,
        appointment.practitioner_id or "",
        hit.patient.practitioner_id or "",
        bool(appointment.urgent),
        elsewhere.get(hit.patient.id, frozenset()),
    )


def _free(scope: Scope, hit: Hit, day: date, seen: free_times.Seen, *, that_day: bool) -> list[FreeDay]:
    visit_type = setup(scope).visit_types.get(hit.appointment.visit_type_id or "")
    if visit_type is None or not visit_type.active:
        return []
    wish = free_times.Wish(visit_type, minutes=int(hit.appointment.minutes or 0), urgent=bool(hit.appointment.urgent))
    days, within = (1, 1) if that_day else (DAYS, LOOK_AHEAD)
    return free_times.search(scope, wish, first=day, days=days, within=within, seen=seen)


def _patients_busy(scope: Scope, hits: Sequence[Hit], day: date) -> dict[str, frozenset[int]]:
    """The grains at which each patient has something else in the days to come."""
    if not hits:
        return {}
    low, high = str(day - timedelta(days=1)), str(day + timedelta(days=LOOK_AHEAD + 1))
    asked = [(hit.patient.id, id) for hit in hits for id in all_ids(hit.patient)]
    questions: list[Callable[[], Page]] = [
        partial(query, scope, keys.busy_patient_between(id, low, high), limit=LOOK_AHEAD + 3) for _, id in asked
    ]
    own = {busy.tag_of(hit.appointment.id) for hit in hits}
    found: dict[str, set[int]] = {}
    for (patient, _), page in zip(asked, side_by_side(*questions), strict=True):
        found.setdefault(patient, set()).update(busy.taken(page.rows, clock.now(), besides=own))
    return {patient: frozenset(grains) for patient, grains in found.items()}
