"""Offers: a free time is held for a request until it is answered, and accepting books it; or it is booked at once."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.timeline import all_ids
from scheduling import hooks
from scheduling.appointments.services import booking, changing, persons
from scheduling.appointments.services.booking import Visit, with_rooms
from scheduling.appointments.services.persons import Person
from scheduling.board.services import cards
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.calendar.services import checks
from scheduling.calendar.services.busy import Hold
from scheduling.calendar.services.taking import Rows, explain, take
from scheduling.lines import WaitlistLine
from scheduling.messages.queries import recipients
from scheduling.messages.services import outbox
from scheduling.models import BOOKED, HELD, Room, VisitType, WaitlistEntry
from scheduling.refusals import SlotTaken, Taken
from scheduling.waitlist.services import holding, parking
from scheduling.waitlist.services.waitlist import DONE, GONE, OPEN, close

OFFER_TIME = Action("request.offer", "held a time for the patient")
TAKE_BACK = Action("request.take-back", "took a held time back")

OFFER = timedelta(minutes=15)


def _check(request: WaitlistEntry, patient: Patient) -> None:
    """Still open, and this patient's; perhaps of a record that was folded into theirs since."""
    if request.patient_id not in all_ids(patient) or request.state != OPEN:
        raise GONE


def _tell_by(scope: Scope, patient: Patient) -> str:
    """A message, where one can go."""
    return recipients.usual_way(patient, clock.today(setup(scope).clinic.time_zone))


@idempotent
def offer(
    scope: Scope,
    *,
    request: WaitlistEntry,
    patient: Patient,
    visit_type: VisitType,
    practitioner: Staff,
    start: datetime,
    room: Room | None = None,
    lasts: timedelta = OFFER,
    once: Once | None = None,
) -> str:
    """Holds a time for a request until `lasts` is over; returns the id that the appointment will have.

    Raises as `book`, and Refused while another offer for it stands.
    """
    visit = Visit(patient, visit_type, practitioner, start, room, int(request.minutes or 0), request.reason or "",
                  request.note or "", urgent=request.urgency == 1)  # fmt: skip
    booking.check(scope, visit, overbook="", outside_hours=False)
    _check(request, patient)
    if holding.standing(request):
        raise Refused("Another time is held for this request. Take that back first.")
    (visit,) = with_rooms(scope, [visit])
    id, until = clock.new_id(), int((clock.now() + lasts).timestamp())
    hold = booking.hold_of(visit, id, until=until)
    try:
        return take(partial(_write_offer, scope, request, visit, hold, once=once))
    except Taken as taken:
        raise explain(scope, taken, visit.tried) from None


def _write_offer(
    scope: Scope, request: WaitlistEntry, visit: Visit, hold: Hold, lapsed: Rows, *, once: Once | None
) -> str:
    tx = Transaction(scope, once=once)
    persons.swap(tx, Person([visit.patient]), [], [hold], lapsed=lapsed)
    appointment = booking.build(scope, visit, hold.id)
    content = cards.line(appointment, visit.patient.line, since=tx.at)
    content |= {"e": hold.until, "h": [hold.need.before, hold.need.after], "q": request.id}
    tx.put_row(cards.row(scope, appointment, content, tx.at, state=HELD))
    offered = {
        "id": hold.id, "patient": hold.patient, "until": hold.until, "day": appointment.day, "start": appointment.start,
        "practitioner": hold.practitioner, "room": hold.room, "minutes": hold.need.minutes,
        "before": hold.need.before, "after": hold.need.after, "nurse": hold.need.nurse, "type": visit.visit_type.id,
    }  # fmt: skip
    line = holding.in_line(WaitlistLine.unpack(request.line), offered).pack()
    tx.update(request, {"offer": offered, "line": line}, refusal=GONE, state=OPEN)
    changes = {"offer": [None, appointment.wall]}
    event = Event(OFFER_TIME, "REQUEST", request.id, patient=request.patient_id, changes=changes)
    return tx.commit(event, result=hold.id)


@idempotent
def accept(
    scope: Scope,
    *,
    request: WaitlistEntry,
    patient: Patient,
    visit_type: VisitType,
    practitioner: Staff | None,
    room: Room | None = None,
    new_patient: bool = False,
    once: Once | None = None,
) -> str:
    """The time that is held becomes an appointment; returns its id. Also past its end, if nobody took it over.

    Raises SlotTaken where somebody did, and Refused once the time itself is past.
    """
    scope.require(Permission.BOOK)
    _check(request, patient)
    held = holding.held(request)
    if held is None or practitioner is None or (practitioner.id, patient.id) != (held.practitioner, held.patient):
        raise GONE
    start = walltime.moment_of(held.start)
    checks.check_moment(start, minutes=held.need.minutes)
    checks.check_patient(scope, patient)
    checks.check_who(scope, visit_type, practitioner)
    visit = Visit(patient, visit_type, practitioner, start, room, held.need.minutes,
                  request.reason or "", request.note or "", _tell_by(scope, patient),
                  new_patient=new_patient)  # fmt: skip
    tx = Transaction(scope, once=once)
    appointment = booking.build(scope, visit, held.id)
    appointment.room_id, appointment.before, appointment.after, appointment.nurse = (
        held.room or None,
        held.need.before or None,
        held.need.after or None,
        held.need.nurse or None,
    )
    appointment.line = booking.line_of(appointment).pack()
    final = changing.hold_of(appointment)
    persons.swap(tx, Person([patient]), [held], [final] if final else [])
    parked = parking.parked_for(scope, request)
    if parked:
        parking.replace(tx, parked, appointment.id)
    outbox.enter(scope, appointment, patient, instead_of=parked)
    hooks.add_followers(tx, None, appointment)
    tx.put(appointment)
    tx.put_row(cards.row(scope, appointment, cards.line(appointment, patient.line, since=tx.at), tx.at, state=BOOKED))
    close(tx, request, DONE, appointment_id=appointment.id)
    try:
        return tx.commit(booking.booked_event(scope, appointment), result=appointment.id)
    except Taken:
        raise SlotTaken("The time was held until a moment ago and somebody else has it now. Offer another.") from None


@idempotent
def book(
    scope: Scope,
    *,
    request: WaitlistEntry,
    patient: Patient,
    visit_type: VisitType,
    practitioner: Staff,
    start: datetime,
    room: Room | None = None,
    new_patient: bool = False,
    once: Once | None = None,
) -> str:
    """A free time is booked for a request at once, without an offer; returns the appointment's id. Raises as `book`."""
    visit = Visit(patient, visit_type, practitioner, start, room, _minutes(request, visit_type), request.reason or "",
                  request.note or "", _tell_by(scope, patient), urgent=request.urgency == 1,
                  new_patient=new_patient)  # fmt: skip
    booking.check(scope, visit, overbook="", outside_hours=False)
    _check(request, patient)
    (visit,) = with_rooms(scope, [replace(visit, urgent=False)])
    id = clock.new_id()
    try:
        return take(partial(_write_booking, scope, request, visit, id, once=once))
    except Taken as taken:
        raise explain(scope, taken, visit.tried) from None


def _minutes(request: WaitlistEntry, visit_type: VisitType) -> int:
    """The length that was asked for, of the type that was asked for."""
    return int(request.minutes or 0) if request.visit_type_id == visit_type.id else 0


def _write_booking(
    scope: Scope, request: WaitlistEntry, visit: Visit, id: str, lapsed: Rows, *, once: Once | None
) -> str:
    tx, hold = Transaction(scope, once=once), booking.hold_of(visit, id)
    # One past its end is no longer this request's to give up: perhaps somebody took it over, and left it again.
    held = holding.held(request) if holding.standing(request) else None
    persons.swap(tx, Person([visit.patient]), [held] if held else [], [hold], lapsed=lapsed)
    parked = parking.parked_for(scope, request)
    if parked:
        parking.replace(tx, parked, id)
    appointment = booking.add(tx, visit, id, instead_of=parked)
    holding.bury(tx, request)
    close(tx, request, DONE, appointment_id=id)
    return tx.commit(booking.booked_event(scope, appointment), result=id)


@idempotent
def take_back(scope: Scope, *, request: WaitlistEntry, once: Once | None = None) -> None:
    """The offer is withdrawn or refused; the request stays open and the time is free."""
    scope.require(Permission.BOOK)
    tx = Transaction(scope, once=once)
    line = holding.in_line(WaitlistLine.unpack(request.line), None).pack()
    tx.update(request, {"offer": None, "line": line}, refusal=GONE, state=OPEN)
    holding.release(tx, request)
    tx.commit(Event(TAKE_BACK, "REQUEST", request.id, patient=request.patient_id))
