"""Booking: how a double booking is prevented.

The transaction that puts the appointment also takes each five minutes of practitioner, room and patient, on the
condition that nothing is there (scheduling/calendar/services/busy.py). Whoever comes second is refused by the table
itself.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Key, Once, Scope, Transaction, keys
from clinnet.table.errors import Refused
from patients.models import Patient
from scheduling import hooks
from scheduling.appointments.services import persons, trail
from scheduling.appointments.services.persons import Person
from scheduling.board.services import cards
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.slots import Need
from scheduling.calendar.services import busy, checks
from scheduling.calendar.services.busy import Hold
from scheduling.calendar.services.taking import Rows, Tried, explain, take
from scheduling.lines import AppointmentLine
from scheduling.messages.services import outbox
from scheduling.models import BOOKED, Appointment, Room, VisitType
from scheduling.refusals import SlotTaken, Taken

BOOK = Action("appointment.book", "booked an appointment")
OVERBOOK = Action("appointment.overbook", "booked an appointment on top of another")

MOST_TOGETHER = 8
SQUEEZED = frozenset({"practitioner", "room"})  # overbooking doubles these; a patient is never in two places


@dataclass(frozen=True, slots=True)
class Visit:
    """What is wanted for one person. `start` is a moment in UTC; `minutes` 0 is the type's own length.

    Without `room` a free one is chosen where the type needs one. `tell_by`: email, slip or nothing.
    """

    patient: Patient
    visit_type: VisitType
    practitioner: Staff
    start: datetime
    room: Room | None = None
    minutes: int = 0
    reason: str = ""
    note: str = ""
    tell_by: str = ""
    urgent: bool = False
    new_patient: bool = False

    @property
    def need(self) -> Need:
        return self.visit_type.need(minutes=self.minutes, urgent=self.urgent)

    @property
    def tried(self) -> Tried:
        return Tried(
            self.start,
            self.need.minutes,
            self.practitioner,
            self.patient,
            self.visit_type,
            self.room.name if self.room else "",
        )


def book(
    scope: Scope, *, patient: Patient, visit_type: VisitType, practitioner: Staff, start: datetime,
    room: Room | None = None, minutes: int = 0, reason: str = "", note: str = "", tell_by: str = "",
    urgent: bool = False, overbook: str = "", outside_hours: bool = False, once: Once | None = None,
) -> str:  # fmt: skip
    """One appointment; returns its id. `overbook` is the reason for a second patient at a taken time.

    Raises SlotTaken with what is nearest, PatientBusy, OutsideHours (ask, then `outside_hours`), Refused, Denied.
    """
    visit = Visit(patient, visit_type, practitioner, start, room, minutes, reason, note, tell_by, urgent)
    return book_together(scope, visits=[visit], overbook=overbook, outside_hours=outside_hours, once=once)[0]


def book_together(
    scope: Scope,
    *,
    visits: Sequence[Visit],
    overbook: str = "",
    outside_hours: bool = False,
    also: Callable[[Transaction, str], None] | None = None,
    once: Once | None = None,
) -> list[str]:
    """Several, all or none: a family back to back or side by side. Returns their ids in the same order.

    `also` adds steps to the transaction; it is given the id of the first.
    """
    if not 0 < len(visits) <= MOST_TOGETHER:
        raise Refused(f"From one to {MOST_TOGETHER} can be booked together.")
    for visit in visits:
        check(scope, visit, overbook=overbook, outside_hours=outside_hours)
    wanted = with_rooms(scope, visits)
    ids = [clock.new_id() for _ in wanted]
    avoid: set[str] = set()
    while True:
        try:
            return take(partial(_write, scope, wanted, ids, overbook=overbook, also=also, once=once)).split()
        except Taken as taken:
            number = which(taken, wanted, ids)
            room = wanted[number].room
            if busy.resource_of(taken.key) != "room" or room is None or visits[number].room is not None:
                raise explain(scope, taken, wanted[number].tried) from None
            avoid.add(room.id)  # nobody asked for this room: another will do
            wanted = with_rooms(scope, visits, avoid=avoid)


def check(scope: Scope, visit: Visit, *, overbook: str, outside_hours: bool) -> None:
    """All that can be known before writing."""
    scope.require(Permission.BOOK)
    if overbook:
        scope.require(Permission.OVERBOOK)
    checks.check_patient(scope, visit.patient)
    checks.check_who(scope, visit.visit_type, visit.practitioner)
    if visit.room:
        scope.must_hold(visit.room)
    need = visit.need
    checks.check_moment(visit.start, minutes=need.minutes, around=need.before + need.after + need.nurse)
    kept = visit.need.kept_for
    checks.check_open(scope, visit.practitioner, visit.start, need.minutes, kept_for=kept, anyway=outside_hours)


def with_rooms(scope: Scope, visits: Sequence[Visit], *, avoid: Collection[str] = ()) -> list[Visit]:
    """Each visit with a room, where its type needs one: a free one, none of them twice at once.

    Where none looks free it is the first, and the write refuses it: a form sent twice finds its own booking there, and
    only the write knows that. Raises SlotTaken when all are to be avoided.
    """
    missing = [visit for visit in visits if visit.need.rooms and visit.room is None]
    if not missing:
        return list(visits)
    places = {
        room: set(Hold("", walltime.number(visit.start), visit.need, room=room).places())
        for visit in missing
        for room in visit.need.rooms
    }
    rows = free_times.busy_rows(scope, {key for each in places.values() for key in each})
    taken = {
        room: busy.taken([row for row in rows if Key(row["PK"], row["SK"]) in keys_], clock.now())
        for room, keys_ in places.items()
    }
    found = []
    for visit in visits:
        grains = set(visit.need.room(walltime.number(visit.start)))
        left = [room for room in visit.need.rooms if room not in avoid]
        able = [room for room in left if not taken[room] & grains] if visit in missing else []
        if visit in missing and not left:
            raise SlotTaken("No room is free at that time. Choose another time.")
        if visit in missing:
            room = setup(scope).rooms[(able or left)[0]]
            taken[room.id] |= grains
            found.append(replace(visit, room=room))
        else:
            found.append(visit)
    return found


def which(taken: Taken, visits: Sequence[Visit], ids: Sequence[str]) -> int:
    """The place of the visit that wanted the time that was found taken."""
    for number, (visit, id) in enumerate(zip(visits, ids, strict=True)):
        places = hold_of(visit, id).places()
        names = places.get(taken.key) or _by_another_record(taken, places)
        if names & (taken.clashes.keys() or names):
            return number
    return 0


def _by_another_record(taken: Taken, places: busy.Places) -> set[str]:
    """The visit's own time that day, where what is taken is a row of another of the person's records."""
    if busy.resource_of(taken.key) != "patient":
        return set()
    return next((names for key, names in places.items() if key.sk == taken.key.sk), set())


def hold_of(visit: Visit, id: str, *, overbook: bool = False, until: int = 0) -> Hold:
    return Hold(
        id,
        walltime.number(visit.start),
        visit.need,
        visit.practitioner.id,
        visit.room.id if visit.room else "",
        visit.patient.id,
        SQUEEZED if overbook else frozenset(),
        until,
    )


def _write(
    scope: Scope,
    visits: Sequence[Visit],
    ids: Sequence[str],
    lapsed: Rows,
    *,
    overbook: str,
    also: Callable[[Transaction, str], None] | None,
    once: Once | None,
) -> str:
    tx = Transaction(scope, once=once)
    if also:
        also(tx, ids[0])
    holds = [hold_of(visit, id, overbook=bool(overbook)) for visit, id in zip(visits, ids, strict=True)]
    busy.swap(tx, [], holds, lapsed=lapsed)
    people = [Person([visit.patient]) for visit in visits]
    persons.check_free(tx, zip(people, holds, strict=True), lapsed)
    persons.check_records(tx, [visit.patient for visit in visits])
    together = [f"{visit.patient.id}/{id}" for visit, id in zip(visits, ids, strict=True)] if len(ids) > 1 else []
    appointments = [
        add(tx, visit, id, overbook=overbook, together=together) for visit, id in zip(visits, ids, strict=True)
    ]
    event, *others = [booked_event(scope, each) for each in appointments]
    for other in others:
        tx.also(other)
    return tx.commit(event, result=" ".join(ids))


def booked_event(scope: Scope, appointment: Appointment) -> Event:
    changes = {"wall": [None, appointment.wall]}  # with whom, `about` says
    action = OVERBOOK if appointment.overbooked else BOOK
    return Event(
        action,
        "APPOINTMENT",
        appointment.id,
        patient=appointment.patient_id,
        changes=changes,
        note=appointment.overbooked or "",
        about=trail.named(scope, appointment),
    )


def add(
    tx: Transaction,
    visit: Visit,
    id: str,
    *,
    overbook: str = "",
    series_id: str = "",
    together: Sequence[str] = (),
    instead_of: Appointment | None = None,
) -> Appointment:
    """The steps that put an appointment and its card; its time is taken apart. `instead_of` is a parked one."""
    appointment = build(tx.scope, visit, id)
    appointment.overbooked, appointment.series_id, appointment.together = (
        overbook or None,
        series_id or None,
        list(together) or None,
    )
    appointment.line = line_of(appointment).pack()
    outbox.enter(tx.scope, appointment, visit.patient, instead_of=instead_of)
    hooks.add_followers(tx, None, appointment)
    tx.put(appointment)
    tx.put_row(cards.row(tx.scope, appointment, cards.line(appointment, visit.patient.line, since=tx.at), tx.at))
    return appointment


def build(scope: Scope, visit: Visit, id: str) -> Appointment:
    """The appointment item, not yet written."""
    zone, need = setup(scope).clinic.time_zone, visit.need
    start = clock.stamp(visit.start)
    end = clock.stamp(visit.start + timedelta(minutes=need.minutes))
    place = Appointment.at(visit.patient.id, id)
    line = keys.timeline(visit.patient.id, start, place.sk)
    return Appointment(
        pk=place.pk, sk=place.sk, gsi2pk=line.pk, gsi2sk=line.sk, id=id, state=BOOKED, patient_id=visit.patient.id,
        practitioner_id=visit.practitioner.id, room_id=visit.room.id if visit.room else None,
        visit_type_id=visit.visit_type.id, day=walltime.day_of(visit.start, zone).isoformat(),
        wall=walltime.to_wall(visit.start, zone).isoformat(timespec="minutes"), zone=zone, start=start, end=end,
        minutes=need.minutes, before=need.before or None, after=need.after or None, nurse=need.nurse or None,
        reason=visit.reason or None, note=visit.note or None, tell_by=visit.tell_by or None,
        booked_by=scope.actor.name, urgent=visit.urgent or None,
        new_patient=visit.new_patient or None,
    )  # fmt: skip


def _moved_from(appointment: Appointment) -> str:
    """The reading that its last move left."""
    walls = [str(wall) for each in appointment.stamps or [] if (wall := (each.get("was") or {}).get("wall"))]
    return walls[-1] if walls and walls[-1] != appointment.wall else ""


def line_of(appointment: Appointment) -> AppointmentLine:
    """What one row of a patient's list of appointments shows."""
    off = appointment.cancelled or {}
    return AppointmentLine(
        cancelled=cards.brief(f"by the {off['by']}: {off['reason']}") if off.get("by") and off.get("reason") else "",
        moved_from=_moved_from(appointment),
        wall=appointment.wall or "",
        minutes=int(appointment.minutes or 0),
        practitioner_id=appointment.practitioner_id or "",
        visit_type_id=appointment.visit_type_id or "",
        reason=cards.brief(appointment.reason),
        sequence=int(appointment.sequence),
        series_id=appointment.series_id or "",
        day_only=bool(appointment.day_only),
    )
