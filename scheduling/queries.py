"""What is asked of the schedule."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.table import Key, Page, Range, Row, Scope, find_row, get, get_many, keys, query, side_by_side
from clinnet.table.errors import NotFound
from patients.models import Patient
from patients.queries import all_ids, survivors
from scheduling import busy
from scheduling.cards import Card
from scheduling.models import MOVED, Appointment, Job, Request, VisitType
from scheduling.rules import hours, matching, slots, walltime
from scheduling.rules.slots import Slot
from scheduling.setup import Setup, setup

MOST_OF_A_DAY = 1500
LATE = "#LATE"  # ends the id of a note that says how late somebody is
MOST_OPEN = 300
MOST_URGENT = 10
OVERLAP = timedelta(seconds=10)  # a change is stamped before it is written, and an index lags


# --- The day -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A practitioner on a day. `closed` says why nothing is open, `locum` who sits there instead.

    `late` are the minutes by which they said to be late.
    """

    practitioner: Staff
    openings: list[hours.Opening]
    locum: str = ""
    closed: str = ""
    note: str = ""
    late: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """A day of the clinic. `stamp` is that of its last change, empty for a day on which nothing was entered.

    `gone` were moved to another day. `seen` is what a page keeps to ask for `news` afterwards.
    """

    day: date
    columns: list[BoardColumn]
    cards: list[Card]
    blocks: list[Card]
    note: str
    stamp: str
    gone: list[Card]
    seen: str


def board(scope: Scope, day: date) -> Board:
    """Everything on a day, tombstones apart: those cancelled and not come are there, those moved away are not."""
    known, now = setup(scope), clock.now()
    rows = query(scope, keys.on_the_day(scope.here, day.isoformat()), limit=MOST_OF_A_DAY).rows
    notes = {row["id"]: row.get("line", {}).get("y", "") for row in rows if row["type"] == "NOTE"}
    cards = [Card.of(row) for row in rows if row["type"] != "NOTE"]
    shown = [each for each in cards if each.state not in ("moved", "lapsed", "gone") and not each.has_lapsed(now)]
    stamp = max((row["GSI1SK"].partition("#")[0] for row in rows), default="")
    return Board(
        day, [_column(known, each, day, now, notes) for each in known.practitioners],
        [each for each in shown if each.kind == "CARD"], [each for each in shown if each.kind == "BLOCK"],
        notes.get("ALL", ""), stamp, [each for each in cards if each.state == MOVED], _seen(rows, stamp),
    )  # fmt: skip


def news(scope: Scope, day: date, seen: str) -> list[Row] | None:
    """The rows that changed about or after what a page has `seen`; None where it has seen all. Half a read unit then.

    Some seconds are read twice, as a change is stamped before it is written: the digest tells old from new.
    """
    stamp = seen.partition("~")[0]
    since = clock.stamp(clock.moment(stamp) - OVERLAP) if stamp else ""
    rows = query(scope, keys.changed_on_the_day(scope.here, day.isoformat(), since), limit=MOST_OF_A_DAY).rows
    return None if _seen(rows, stamp) == seen else rows


def _seen(rows: Iterable[Row], stamp: str) -> str:
    """The stamp of the last change known, and a digest of what changed from some seconds before it on."""
    since = clock.stamp(clock.moment(stamp) - OVERLAP) if stamp else ""
    late = sorted(str(row["GSI1SK"]) for row in rows if row["GSI1SK"] >= since)
    return f"{stamp}~{hashlib.blake2s(' '.join(late).encode(), digest_size=8).hexdigest()}"


def _column(known: Setup, person: Staff, day: date, now: datetime, notes: dict[str, str]) -> BoardColumn:
    plan = known.plan(person.id)
    closed = hours.closed_for(day, plan)
    reason = (closed.reason or closed.kind) if closed else ""
    openings = known.openings(person.id, day, now)
    return BoardColumn(person, openings, hours.locum(day, plan), reason, notes.get(person.id, ""),
                       int(notes.get(f"{person.id}{LATE}") or 0))  # fmt: skip


def card(scope: Scope, day: date, id: str) -> Card | None:
    row = find_row(scope, keys.card(scope.here, day.isoformat(), id))
    return Card.of(row) if row else None


def block(scope: Scope, day: date, id: str) -> Card:
    """Raises NotFound."""
    row = find_row(scope, keys.block(scope.here, day.isoformat(), id))
    if row is None:
        raise NotFound
    return Card.of(row)


def by_tags(scope: Scope, day: date, tags: Iterable[str]) -> list[Card]:
    """The cards and blocks of a day that hold any of these tags of busy times."""
    found, wanted = board(scope, day), set(tags)
    return [each for each in [*found.cards, *found.blocks] if busy.tag_of(each.id) in wanted]


# --- A patient's appointments ------------------------------------------------------------------------------------


def appointment(scope: Scope, patient_id: str, id: str) -> Appointment:
    """Raises NotFound."""
    return get(scope, Appointment, Appointment.at(patient_id, id))


def appointments(scope: Scope, wanted: Iterable[tuple[str, str]]) -> list[Appointment]:
    """Several by (patient's id, id), in one call."""
    return get_many(scope, [Appointment.at(*each) for each in wanted]).of(Appointment)


@dataclass(frozen=True, slots=True, repr=False)
class PatientVisit:
    """An appointment and whose it is."""

    appointment: Appointment
    patient: Patient


def visit(scope: Scope, patient_id: str, id: str) -> PatientVisit:
    """In one call, unless the record was folded into another. Raises NotFound."""
    raws = get_many(scope, [Appointment.at(patient_id, id), Patient.at(patient_id)]).raws
    appointment = next((Appointment.read(raw) for raw in raws if Appointment.is_one(raw)), None)
    patient = next((Patient.read(raw) for raw in raws if Patient.is_one(raw)), None)
    if appointment is None or patient is None:
        raise NotFound
    if patient.merged_into:
        patient = survivors(scope, [patient.merged_into])[patient.merged_into]
    return PatientVisit(appointment, patient)


def coming(scope: Scope, patient: Patient, *, limit: int = 20, since: str = "") -> list[Row]:
    """The lines of appointments from now (or the stamp `since`) on, soonest first, merged records' too.

    Through an index: after a change, a page merges what it changed.
    """
    since = since or clock.stamp()
    ranges = [keys.timeline_from(id, since) for id in all_ids(patient)]
    return _of_all(scope, ranges, limit, backward=False)


def past(scope: Scope, patient: Patient, *, limit: int = 20) -> list[Row]:
    """The lines of appointments up to now, latest first."""
    ranges = [keys.timeline_until(id, clock.stamp()) for id in all_ids(patient)]
    return _of_all(scope, ranges, limit, backward=True)


def _of_all(scope: Scope, ranges: Sequence[Range], limit: int, *, backward: bool) -> list[Row]:
    pages = side_by_side(*(partial(query, scope, each, limit=limit, backward=backward) for each in ranges))
    rows = [row for page in pages for row in page.rows if row["type"] == "APPOINTMENT"]
    return sorted(rows, key=lambda row: str(row["GSI2SK"]), reverse=backward)[:limit]


def urgent(scope: Scope, day: date) -> list[Row]:
    """Who cannot wait and is nobody's yet, longest wait first; `line` has the patient's id `i` and line `p`."""
    return query(scope, keys.urgent_on(scope.here, day.isoformat()), limit=MOST_URGENT).rows


# --- Free times --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FreeDay:
    day: date
    slots: list[Slot] = field(repr=False)


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


def free_times(
    scope: Scope, wish: Wish, *, first: date | None = None, days: int = 5, within: int = 28
) -> list[FreeDay]:
    """The next `days` days that have room, from `first` (today) and within so many days.

    Busy rows are read side by side: one round where the first week is enough.
    """
    known, found = setup(scope), list[FreeDay]()
    day = first or clock.today(known.clinic.time_zone)
    end, look = day + timedelta(days=within), FIRST_LOOK
    while day < end and len(found) < days:
        until = min(day + timedelta(days=look), end)
        found += _free_between(scope, known, wish, day, until)
        day, look = until, FURTHER
    return found[:days]


def _free_between(scope: Scope, known: Setup, wish: Wish, first: date, end: date) -> list[FreeDay]:
    zone, now, need = known.clinic.time_zone, clock.now(), wish.need
    asked = {each.id for each in wish.practitioners}
    people = [each for each in known.who_does(wish.visit_type) if not asked or each.id in asked]
    wanted = [first + timedelta(days=n) for n in range((end - first).days)]
    wanted = [day for day in wanted if not wish.weekdays or day.weekday() in wish.weekdays]
    open_times = {day: {each.id: known.openings(each.id, day, now) for each in people} for day in wanted}
    wanted = [day for day in wanted if any(open_times[day].values())]
    if not wanted:
        return []
    taken = busy_grains(scope, wish, [each.id for each in people], wanted, zone)
    found = []
    for day in wanted:
        columns = [slots.Column(id, openings, taken[keys.busy_practitioner(id, "").pk])
                   for id, openings in open_times[day].items()]  # fmt: skip
        free = slots.free(
            slots.Day.of(day, zone, known.grain), columns, need, patient=taken["patient"],
            rooms={room: taken[keys.busy_room(room, "").pk] for room in need.rooms},
            not_before=walltime.number(now) + 1,
        )  # fmt: skip
        if free := [each for each in free if _in_part(each, wish.part, zone)]:
            found.append(FreeDay(day, free))
    return found


def _in_part(slot: slots.Slot, part: str, zone: str) -> bool:
    return not part or (slot.wall(zone).hour < 12) == (part == "am")


def room_for(scope: Scope, made: Appointment, start: datetime, practitioner: Staff) -> str:
    """The id of the room in which an appointment could be at another time: its own where that is free, else another."""
    known = setup(scope)
    visit_type = known.visit_types.get(made.visit_type_id or "")
    own = made.room_id or ""
    if visit_type is None:
        return own
    rooms = (own, *(each for each in visit_type.room_ids if each != own))
    wish = Wish(visit_type, practitioners=(practitioner,), minutes=int(made.minutes or 0), rooms=rooms, instead_of=made)
    day = walltime.day_of(start, known.clinic.time_zone)
    taken = busy_grains(scope, wish, [], [day], known.clinic.time_zone)
    wanted = set(wish.need.room(walltime.number(start)))
    return next((room for room in rooms if not taken[keys.busy_room(room, "").pk] & wanted), own)


def busy_grains(scope: Scope, wish: Wish, people: list[str], days: list[date], zone: str) -> dict[str, set[int]]:
    """The taken grains of each practitioner and room (by the key of its rows without the month) and of the patient."""
    first, last = walltime.day_bounds(days[0], zone)[0], walltime.day_bounds(days[-1], zone)[1]
    spans = busy.spans(walltime.number(first), walltime.number(last))
    asked: list[tuple[str, Range]] = []
    for month, low, high in spans:
        asked += [(keys.busy_practitioner(id, "").pk, keys.busy_practitioner_in(id, month, low, high)) for id in people]
        asked += [(keys.busy_room(id, "").pk, keys.busy_room_in(id, month, low, high)) for id in wish.need.rooms]
    if patients := [each for each in (wish.patient, *wish.others) if each]:
        low, high = f"{spans[0][0]}-{spans[0][1]}", f"{spans[-1][0]}-{spans[-1][2]}"
        ids = [id for each in patients for id in all_ids(each)]
        asked += [("patient", keys.busy_patient_between(id, low, high)) for id in ids]
    questions: list[Callable[[], Page]] = [partial(query, scope, each, limit=130) for _, each in asked]
    own = busy.tag_of(wish.instead_of.id) if wish.instead_of else ""
    taken: dict[str, set[int]] = {name: set() for name, _ in [*asked, ("patient", None)]}
    for (name, _), page in zip(asked, side_by_side(*questions), strict=True):
        taken[name] |= busy.taken(page.rows, clock.now(), without=own)
    return taken


# --- Requests for a time -----------------------------------------------------------------------------------------


def request(scope: Scope, id: str) -> Request:
    """Raises NotFound."""
    return get(scope, Request, Request.at(scope.here, id))


def open_requests(scope: Scope, *, limit: int = MOST_OPEN) -> list[Row]:
    """The lines of open requests, most urgent and oldest first."""
    return query(scope, keys.requests_open(scope.here), limit=limit).rows


def requests_of(scope: Scope, patient: Patient, *, limit: int = 20) -> list[Row]:
    rows = _of_requests(scope, [keys.requests_of(id) for id in all_ids(patient)], limit)
    return sorted(rows, key=lambda row: str(row["GSI2SK"]), reverse=True)[:limit]


def _of_requests(scope: Scope, ranges: Sequence[Range], limit: int) -> list[Row]:
    pages = side_by_side(*(partial(query, scope, each, limit=limit, backward=True) for each in ranges))
    return [row for page in pages for row in page.rows]


def unfinished_jobs(scope: Scope, *, limit: int = 50) -> list[Row]:
    return query(scope, keys.jobs_open(scope.here), limit=limit).rows


def busy_rows(scope: Scope, wanted: Iterable[Key]) -> list[Row]:
    """Busy rows by key; those that do not exist have nothing in them."""
    return get_many(scope, wanted).rows


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


def job(scope: Scope, id: str) -> Job:
    """Raises NotFound."""
    return get(scope, Job, Job.at(id))
