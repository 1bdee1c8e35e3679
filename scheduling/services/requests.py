"""Requests for a time: the waiting list, and all who lost theirs. An offer holds a time until it is answered.

The hold is in the same busy times as an appointment, with its end beside it: past it, whoever comes takes the time
over (scheduling/busy.py), and nothing has to run in the background.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Event, Once, Row, Scope, Transaction, keys
from clinnet.table.errors import Refused, Stale
from patients.models import Patient
from scheduling import busy, cards, walltime
from scheduling.busy import Hold
from scheduling.models import BOOKED, CANCELLED, COMING, HELD, LAPSED, Appointment, Request, Room, VisitType
from scheduling.refusals import SlotTaken, Taken
from scheduling.services import booking, rules, states
from scheduling.services.booking import Visit, with_rooms
from scheduling.services.taking import Rows, explain, take
from scheduling.services.twice import twice_is_once
from scheduling.slots import Need

_NOT_OFFERED = ("f", "a", "v")  # of a line: see _offered
OPEN, DONE, WITHDRAWN = "open", "done", "withdrawn"
OFFER = timedelta(minutes=15)
SOURCES = ("waitlist", "noshow", "orphaned", "parked", "cancelled-day")
GONE = Refused("Somebody has dealt with this request already. Look again.")


def ask(
    scope: Scope, *, patient: Patient, visit_type: VisitType, practitioners: Sequence[Staff] = (), minutes: int = 0,
    weekdays: Sequence[int] = (), parts: Sequence[str] = (), since: date | None = None, until: date | None = None,
    urgency: int = 2, source: str = "waitlist", reason: str = "", note: str = "", once: Once | None = None,
) -> str:  # fmt: skip
    """A new request; returns its id. `weekdays` (Monday 0) and `parts` (am, pm) empty: any. `urgency` 1 is first."""
    scope.require(Permission.BOOK)
    rules.check_patient(scope, patient)
    for item in (visit_type, *practitioners):
        scope.must_hold(item)
    if urgency not in (1, 2, 3) or source not in SOURCES or not set(parts) <= {"am", "pm"}:
        raise Refused("Choose how urgent it is, and which part of the day.", field="urgency")
    tx = Transaction(scope, once=once)
    wanted: dict[str, Any] = {
        "visit_type_id": visit_type.id, "practitioner_ids": [each.id for each in practitioners] or None,
        "minutes": minutes or None, "weekdays": list(weekdays) or None, "parts": list(parts) or None,
        "since": str(since) if since else None, "until": str(until) if until else None, "note": note or None,
    }  # fmt: skip
    made = add(tx, patient, wanted, urgency=urgency, source=source, reason=reason)
    return tx.commit(Event("request.ask", "REQUEST", made.id, patient=patient.id), result=made.id)


def add(
    tx: Transaction, patient: Patient, wanted: dict[str, Any], *, urgency: int, source: str, reason: str
) -> Request:
    """The step that puts a request."""
    id = clock.new_id()
    place, mine = Request.at(tx.scope.here, id), keys.request_of(patient.id, tx.at, id)
    listed = keys.request_open(tx.scope.here, urgency, tx.at, id)
    made = Request(
        pk=place.pk, sk=place.sk, gsi1pk=listed.pk, gsi1sk=listed.sk, gsi2pk=mine.pk, gsi2sk=mine.sk, id=id,
        state=OPEN, patient_id=patient.id, urgency=urgency, source=source, reason=reason or None, **wanted,
    )  # fmt: skip
    made.line = line_of(made, dict(patient.line or {}))
    tx.put(made)
    return made


def line_of(made: Request, patient: dict[str, Any]) -> dict[str, Any]:
    """What a row of the list shows, and all that the matcher needs."""
    line = {
        "i": made.patient_id, "p": patient, "t": made.visit_type_id, "d": made.practitioner_ids, "m": made.minutes,
        "w": made.weekdays, "h": made.parts, "s": made.since, "e": made.until, "u": made.urgency, "o": made.source,
        "y": (made.reason or "")[: cards.REASON], "c": len(made.calls or []), **_offered(made.offer or {}),
    }  # fmt: skip
    return {name: value for name, value in line.items() if value not in (None, "", [], {}, 0)}


def _offered(offer: dict[str, Any]) -> dict[str, Any]:
    """In a line: until when a time is held, which, and with whom."""
    if not offer:
        return {}
    return {"f": offer["until"], "a": walltime.number(clock.moment(offer["start"])), "v": offer["practitioner"]}


@twice_is_once
def change(
    scope: Scope, *, request: Request, visit_type: VisitType, practitioners: Sequence[Staff] = (),
    weekdays: Sequence[int] = (), parts: Sequence[str] = (), since: date | None = None, until: date | None = None,
    urgency: int = 2, reason: str = "", note: str = "", once: Once | None = None,
) -> None:  # fmt: skip
    """Other wishes. Raises Stale where somebody changed them first."""
    scope.require(Permission.BOOK)
    for item in (visit_type, *practitioners):
        scope.must_hold(item)
    if request.state != OPEN:
        raise GONE
    tx = Transaction(scope, once=once)
    news: dict[str, Any] = {
        "visit_type_id": visit_type.id, "practitioner_ids": [each.id for each in practitioners] or None,
        "weekdays": list(weekdays) or None, "parts": list(parts) or None, "since": str(since) if since else None,
        "until": str(until) if until else None, "urgency": urgency, "reason": reason or None, "note": note or None,
        "minutes": request.minutes if visit_type.id == request.visit_type_id else None,
    }  # fmt: skip
    after = Request(**{**request.plain(), **news})
    listed = keys.request_open(scope.here, urgency, request.created_at or tx.at, request.id)
    place = {"gsi1pk": listed.pk, "gsi1sk": listed.sk, "line": line_of(after, (request.line or {}).get("p", {}))}
    tx.update(request, news | place, state=OPEN)
    changes = {name: [getattr(request, name), value] for name, value in news.items()}
    tx.commit(Event("request.change", "REQUEST", request.id, patient=request.patient_id, changes=changes))


@twice_is_once
def withdraw(scope: Scope, *, request: Request, reason: str = "", once: Once | None = None) -> None:
    """Not wanted any more. A time held for it is free again."""
    scope.require(Permission.BOOK)
    tx = Transaction(scope, once=once)
    close(tx, request, WITHDRAWN)
    _release(tx, request)
    tx.commit(Event("request.withdraw", "REQUEST", request.id, patient=request.patient_id, note=reason))


@twice_is_once
def log_call(scope: Scope, *, request: Request, outcome: str, once: Once | None = None) -> None:
    """A call made about it: confirmed, left word, no answer."""
    scope.require(Permission.BOOK)
    tx = Transaction(scope, once=once)
    calls = [*(request.calls or []), {"at": tx.at, "by": scope.actor.name, "outcome": outcome}][-20:]
    line = {**(request.line or {}), "c": len(calls)}
    tx.update(request, {"calls": calls, "line": line}, refusal=GONE)
    tx.commit(Event("request.call", "REQUEST", request.id, patient=request.patient_id, note=outcome))


def close(tx: Transaction, request: Request, state: str, **more: Any) -> None:
    """The step that takes it off the list."""
    news = {"state": state, "offer": None, "gsi1pk": None, "gsi1sk": None, **more}
    tx.update(request, news, refusal=GONE, state=OPEN)


# --- Offers ------------------------------------------------------------------------------------------------------


@twice_is_once
def offer(
    scope: Scope, *, request: Request, patient: Patient, visit_type: VisitType, practitioner: Staff, start: datetime,
    room: Room | None = None, lasts: timedelta = OFFER, once: Once | None = None,
) -> str:  # fmt: skip
    """Holds a time for a request until `lasts` is over; returns the id that the appointment will have.

    Raises as `book`, and Refused while another offer for it stands.
    """
    visit = Visit(patient, visit_type, practitioner, start, room, int(request.minutes or 0), request.reason or "",
                  request.note or "", urgent=request.urgency == 1)  # fmt: skip
    booking.check(scope, visit, overbook="", outside_hours=False)
    if request.patient_id != patient.id or request.state != OPEN:
        raise GONE
    if standing(request):
        raise Refused("Another time is held for this request. Take that back first.")
    (visit,) = with_rooms(scope, [visit])
    id, until = clock.new_id(), int((clock.now() + lasts).timestamp())
    hold = booking.hold_of(visit, id, until=until)
    try:
        return take(partial(_write_offer, scope, request, visit, hold, once=once))
    except Taken as taken:
        raise explain(scope, taken, visit.tried) from None


def standing(request: Request) -> bool:
    """Whether a time is held for it now."""
    return bool(request.offer and request.offer["until"] > clock.now().timestamp())


def _write_offer(scope: Scope, request: Request, visit: Visit, hold: Hold, lapsed: Rows, *, once: Once | None) -> str:
    tx = Transaction(scope, once=once)
    busy.swap(tx, [], [hold], lapsed=lapsed)
    booking.check_folded(tx, visit.patient, hold)
    made = booking.build(scope, visit, hold.id)
    content = cards.line(made, visit.patient.line, since=tx.at)
    content |= {"e": hold.until, "h": [hold.need.before, hold.need.after], "q": request.id}
    tx.put_row(cards.row(scope, made, content, tx.at, state=HELD))
    offered = {
        "id": hold.id, "until": hold.until, "day": made.day, "start": made.start, "practitioner": hold.practitioner,
        "room": hold.room, "minutes": hold.need.minutes, "before": hold.need.before, "after": hold.need.after,
        "nurse": hold.need.nurse, "type": visit.visit_type.id,
    }  # fmt: skip
    line = {**(request.line or {}), **_offered(offered)}
    tx.update(request, {"offer": offered, "line": line}, refusal=GONE, state=OPEN)
    changes = {"offer": [None, made.wall]}
    event = Event("request.offer", "REQUEST", request.id, patient=request.patient_id, changes=changes)
    return tx.commit(event, result=hold.id)


def _held(request: Request) -> Hold | None:
    offered = request.offer
    if not offered:
        return None
    need = Need(offered["minutes"], offered["before"], offered["after"], offered["nurse"])
    return Hold(offered["id"], walltime.number(clock.moment(offered["start"])), need, offered["practitioner"],
                offered["room"], request.patient_id, until=offered["until"])  # fmt: skip


def hold_of(row: Row) -> Hold:
    """What a held time's card occupies."""
    line = row["line"]
    before, after = line.get("h") or (0, 0)
    need = Need(line["m"], before, after, line.get("n", 0))
    return Hold(row["id"], line["u"], need, line.get("d", ""), line.get("r", ""), line["i"], until=line["e"])


@twice_is_once
def accept(
    scope: Scope, *, request: Request, patient: Patient, visit_type: VisitType, practitioner: Staff,
    room: Room | None = None, once: Once | None = None,
) -> str:  # fmt: skip
    """The time that is held becomes an appointment; returns its id. Also past its end, if nobody took it over.

    Raises SlotTaken where somebody did.
    """
    scope.require(Permission.BOOK)
    rules.check_patient(scope, patient)
    rules.check_who(scope, visit_type, practitioner)
    held, offered = _held(request), request.offer
    if held is None or offered is None or patient.id != request.patient_id or practitioner.id != held.practitioner:
        raise GONE
    visit = Visit(patient, visit_type, practitioner, walltime.moment_of(held.start), room, held.need.minutes,
                  request.reason or "", request.note or "")  # fmt: skip
    tx = Transaction(scope, once=once)
    made = booking.build(scope, visit, held.id)
    made.room_id, made.before, made.after, made.nurse = (
        held.room or None, held.need.before or None, held.need.after or None, held.need.nurse or None,
    )  # fmt: skip
    made.line = booking.line_of(made)
    final = states.hold_of(made)
    busy.swap(tx, [held], [final] if final else [])
    tx.put(made)
    tx.put_row(cards.row(scope, made, cards.line(made, patient.line, since=tx.at), tx.at, state=BOOKED))
    close(tx, request, DONE, appointment_id=made.id)
    try:
        return tx.commit(booking.booked_event(made), result=made.id)
    except Taken:
        raise SlotTaken("The time was held until a moment ago and somebody else has it now. Offer another.") from None


@twice_is_once
def book(
    scope: Scope, *, request: Request, patient: Patient, visit_type: VisitType, practitioner: Staff, start: datetime,
    room: Room | None = None, once: Once | None = None,
) -> str:  # fmt: skip
    """A free time is booked for a request at once, without an offer; returns the appointment's id. Raises as `book`."""
    visit = Visit(patient, visit_type, practitioner, start, room, _minutes(request, visit_type), request.reason or "",
                  request.note or "", urgent=request.urgency == 1)  # fmt: skip
    booking.check(scope, visit, overbook="", outside_hours=False)
    if request.patient_id != patient.id or request.state != OPEN:
        raise GONE
    (visit,) = with_rooms(scope, [replace(visit, urgent=False)])
    id = clock.new_id()
    try:
        return take(partial(_write_booking, scope, request, visit, id, once=once))
    except Taken as taken:
        raise explain(scope, taken, visit.tried) from None


def _minutes(request: Request, visit_type: VisitType) -> int:
    """The length that was asked for, of the type that was asked for."""
    return int(request.minutes or 0) if request.visit_type_id == visit_type.id else 0


def _write_booking(scope: Scope, request: Request, visit: Visit, id: str, lapsed: Rows, *, once: Once | None) -> str:
    tx, held, hold = Transaction(scope, once=once), _held(request), booking.hold_of(visit, id)
    busy.swap(tx, [held] if held else [], [hold], lapsed=lapsed)
    booking.check_folded(tx, visit.patient, hold)
    made = booking.add(tx, visit, id)
    _bury(tx, request)
    close(tx, request, DONE, appointment_id=id)
    return tx.commit(booking.booked_event(made), result=id)


@twice_is_once
def take_back(scope: Scope, *, request: Request, once: Once | None = None) -> None:
    """The offer is withdrawn or refused; the request stays open and the time is free."""
    scope.require(Permission.BOOK)
    tx = Transaction(scope, once=once)
    line = {name: value for name, value in (request.line or {}).items() if name not in _NOT_OFFERED}
    tx.update(request, {"offer": None, "line": line}, refusal=GONE, state=OPEN)
    _release(tx, request)
    tx.commit(Event("request.take-back", "REQUEST", request.id, patient=request.patient_id))


def _release(tx: Transaction, request: Request) -> None:
    if held := _held(request):
        busy.swap(tx, [held], [])
    _bury(tx, request)


def _bury(tx: Transaction, request: Request) -> None:
    """The card of a held time."""
    if request.offer:
        gone = {"state": LAPSED, **cards.changed(tx.scope, request.offer["day"], request.offer["id"], tx.at)}
        tx.change_row(keys.card(tx.scope.here, request.offer["day"], request.offer["id"]), sets=gone)


# --- From an appointment -----------------------------------------------------------------------------------------


@twice_is_once
def park(
    scope: Scope, *, appointment: Appointment, patient: Patient, source: str = "parked", urgency: int = 2,
    by: str = "clinic", reason: str = "", once: Once | None = None,
) -> str:  # fmt: skip
    """An appointment gives up its time and becomes a request for another, in one step; returns the request's id."""
    scope.require(Permission.BOOK)
    scope.must_hold(patient)
    if appointment.state not in COMING or appointment.patient_id != patient.id:
        raise states.stale_or_gone({"state": appointment.state})
    tx = Transaction(scope, once=once)
    made, freed, held = add_park(tx, appointment, patient, source=source, urgency=urgency, by=by, reason=reason)
    busy.swap(tx, freed, held)
    event = Event("appointment.park", "APPOINTMENT", appointment.id, patient=patient.id, note=reason)
    try:
        return tx.commit(event, result=made.id)
    except Stale as stale:
        raise states.stale_or_gone(dict(stale.theirs)) from None


def add_park(
    tx: Transaction, appointment: Appointment, patient: Patient, *, source: str, urgency: int = 2, by: str = "clinic",
    reason: str = "",
) -> tuple[Request, list[Hold], list[Hold]]:  # fmt: skip
    """The steps of it; returns the request, and what was held and is held then, for `busy.swap`."""
    wanted: dict[str, Any] = {"visit_type_id": appointment.visit_type_id, "minutes": appointment.minutes,
                              "practitioner_ids": [appointment.practitioner_id], "note": appointment.note}  # fmt: skip
    made = add(tx, patient, wanted, urgency=urgency, source=source, reason=appointment.reason or "")
    news = {"state": CANCELLED, "cancelled": {"by": by, "reason": reason or "Another time is looked for"},
            "sequence": int(appointment.sequence) + 1}  # fmt: skip
    return made, *states.add_step(tx, appointment, news)
