"""Requests for a time: the waiting list, and all who lost theirs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import Refused, Stale
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.timeline import all_ids
from scheduling.appointments.services import changing, trail
from scheduling.board.services import cards
from scheduling.calendar.services import busy, checks
from scheduling.calendar.services.busy import Hold
from scheduling.lines import WaitlistLine
from scheduling.messages.services.outbox import NOT, SOON, Tell, with_telling
from scheduling.models import CANCELLED, COMING, Appointment, VisitType, WaitlistEntry
from scheduling.waitlist.services import holding, parking

ASK = Action("request.ask", "put the patient among those who want a time")
CHANGE_WISH = Action("request.change", "changed what the patient wants")
WITHDRAW = Action("request.withdraw", "took the patient off the list of requests")
REOPEN = Action("request.reopen", "put the patient back on the list of requests")
CALL_ABOUT_WISH = Action("request.call", "called about a time")
PARK = Action("appointment.park", "put an appointment among the requests")

OPEN, DONE, WITHDRAWN = "open", "done", "withdrawn"
SOURCES = ("waitlist", "noshow", "orphaned", "parked", "cancelled-day")
GONE = Refused("Somebody has dealt with this request already. Look again.")


def ask(
    scope: Scope, *, patient: Patient, visit_type: VisitType, practitioners: Sequence[Staff] = (), minutes: int = 0,
    weekdays: Sequence[int] = (), parts: Sequence[str] = (), since: date | None = None, until: date | None = None,
    urgency: int = 2, source: str = "waitlist", reason: str = "", note: str = "", once: Once | None = None,
) -> str:  # fmt: skip
    """A new request; returns its id. `weekdays` (Monday 0) and `parts` (am, pm) empty: any. `urgency` 1 is first."""
    scope.require(Permission.BOOK)
    checks.check_patient(scope, patient)
    for item in (visit_type, *practitioners):
        scope.must_hold(item)
    if urgency not in (1, 2, 3) or source not in SOURCES or not set(parts) <= {"am", "pm"}:
        raise Refused("Choose how urgent it is, and which part of the day.", field="urgency")
    tx = Transaction(scope, once=once)
    wanted: dict[str, Any] = {
        "visit_type_id": visit_type.id,
        "practitioner_ids": [each.id for each in practitioners] or None,
        "minutes": minutes or None,
        "weekdays": list(weekdays) or None,
        "parts": list(parts) or None,
        "since": str(since) if since else None,
        "until": str(until) if until else None,
        "note": note or None,
    }
    entry = add(tx, patient, wanted, urgency=urgency, source=source, reason=reason)
    return tx.commit(Event(ASK, "REQUEST", entry.id, patient=patient.id), result=entry.id)


def add(
    tx: Transaction, patient: Patient, wanted: dict[str, Any], *, urgency: int, source: str, reason: str
) -> WaitlistEntry:
    """The step that puts a request."""
    id = clock.new_id()
    place, mine = WaitlistEntry.at(tx.scope.clinic_id, id), keys.request_of(patient.id, tx.at, id)
    listed = keys.request_open(tx.scope.clinic_id, urgency, tx.at, id)
    entry = WaitlistEntry(
        pk=place.pk, sk=place.sk, gsi1pk=listed.pk, gsi1sk=listed.sk, gsi2pk=mine.pk, gsi2sk=mine.sk, id=id,
        state=OPEN, patient_id=patient.id, urgency=urgency, source=source, reason=reason or None, **wanted,
    )  # fmt: skip
    entry.line = line_of(entry, dict(patient.line or {})).pack()
    tx.put(entry)
    return entry


def line_of(entry: WaitlistEntry, patient: dict[str, Any]) -> WaitlistLine:
    """What a row of the list shows, and all that the matcher needs."""
    line = WaitlistLine(
        patient_id=entry.patient_id,
        patient=patient,
        visit_type_id=entry.visit_type_id or "",
        practitioner_ids=entry.practitioner_ids or (),
        minutes=int(entry.minutes or 0),
        weekdays=entry.weekdays or (),
        parts=entry.parts or (),
        since=entry.since or "",
        until=entry.until or "",
        urgency=int(entry.urgency),
        source=entry.source or "",
        reason=cards.brief(entry.reason),
        calls=len(entry.calls or []),
    )
    return holding.in_line(line, entry.offer)


@idempotent
def change(
    scope: Scope, *, request: WaitlistEntry, visit_type: VisitType, practitioners: Sequence[Staff] = (),
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
        "visit_type_id": visit_type.id,
        "practitioner_ids": [each.id for each in practitioners] or None,
        "weekdays": list(weekdays) or None,
        "parts": list(parts) or None,
        "since": str(since) if since else None,
        "until": str(until) if until else None,
        "urgency": urgency,
        "reason": reason or None,
        "note": note or None,
        "minutes": request.minutes if visit_type.id == request.visit_type_id else None,
    }
    after = WaitlistEntry(**{**request.plain(), **news})
    listed = keys.request_open(scope.clinic_id, urgency, request.created_at or tx.at, request.id)
    line = line_of(after, WaitlistLine.unpack(request.line).patient)
    place = {"gsi1pk": listed.pk, "gsi1sk": listed.sk, "line": line.pack()}
    tx.update(request, news | place, state=OPEN)
    changes = {name: [getattr(request, name), value] for name, value in news.items()}
    tx.commit(Event(CHANGE_WISH, "REQUEST", request.id, patient=request.patient_id, changes=changes))


@idempotent
def withdraw(
    scope: Scope, *, request: WaitlistEntry, reason: str = "", tell: Tell = SOON, once: Once | None = None
) -> None:
    """Not wanted any more. A time held for it is free again.

    Whoever was parked hears only now that their appointment is cancelled, unless `tell` says otherwise.
    """
    scope.require(Permission.BOOK)
    tx = Transaction(scope, once=once)
    if parked := parking.parked_for(scope, request):
        parking.withdraw(tx, parked, tell)
    close(tx, request, WITHDRAWN, withdrawn_for=reason or None)
    holding.release(tx, request)
    tx.commit(Event(WITHDRAW, "REQUEST", request.id, patient=request.patient_id, note=reason))


@idempotent
def reopen(scope: Scope, *, request: WaitlistEntry, once: Once | None = None) -> None:
    """Wanted after all, as it was; a time that was held for it is not."""
    scope.require(Permission.BOOK)
    tx = Transaction(scope, once=once)
    add_reopen(tx, request, WITHDRAWN)
    if parked := parking.withdrawn_with(scope, request):
        parking.take_up(tx, parked)
    tx.commit(Event(REOPEN, "REQUEST", request.id, patient=request.patient_id))


@idempotent
def log_call(scope: Scope, *, request: WaitlistEntry, outcome: str, once: Once | None = None) -> None:
    """A call made about it: confirmed, left word, no answer."""
    scope.require(Permission.BOOK)
    tx = Transaction(scope, once=once)
    calls = [*(request.calls or []), {"at": tx.at, "by": scope.actor.name, "outcome": outcome}][-20:]
    line = replace(WaitlistLine.unpack(request.line), calls=len(calls)).pack()
    tx.update(request, {"calls": calls, "line": line}, refusal=GONE)
    tx.commit(Event(CALL_ABOUT_WISH, "REQUEST", request.id, patient=request.patient_id, note=outcome))


def add_reopen(tx: Transaction, request: WaitlistEntry, state: str) -> None:
    """The step that puts it back on the list, where it was; `state` is what it is until then."""
    listed = keys.request_open(tx.scope.clinic_id, int(request.urgency), request.created_at or tx.at, request.id)
    line = holding.in_line(WaitlistLine.unpack(request.line), None).pack()
    news = {
        "state": OPEN,
        "gsi1pk": listed.pk,
        "gsi1sk": listed.sk,
        "line": line,
        "withdrawn_for": None,
        "appointment_id": None,
    }
    tx.update(request, news, refusal=GONE, state=state)


def close(tx: Transaction, request: WaitlistEntry, state: str, **more: Any) -> None:
    """The step that takes it off the list."""
    news = {"state": state, "offer": None, "gsi1pk": None, "gsi1sk": None, **more}
    tx.update(request, news, refusal=GONE, state=OPEN)


# --- From an appointment -----------------------------------------------------------------------------------------


@idempotent
def park(
    scope: Scope,
    *,
    appointment: Appointment,
    patient: Patient,
    source: str = "parked",
    urgency: int = 2,
    by: str = "clinic",
    reason: str = "",
    once: Once | None = None,
) -> str:
    """An appointment gives up its time and becomes a request for another, in one step; returns the request's id.

    The patient hears nothing until that is decided: a new time when one is booked for the request, the cancellation
    when it is withdrawn (parking.py). Until then they are on the phone list.
    """
    scope.require(Permission.BOOK)
    scope.must_hold(patient)
    if appointment.state not in COMING or appointment.patient_id not in all_ids(patient):
        raise changing.stale_or_gone({"state": appointment.state})
    if appointment.is_from_elsewhere:
        raise Refused(changing.ELSEWHERE)
    tx = Transaction(scope, once=once)
    entry, freed, held = add_park(
        tx, appointment, patient, source=source, urgency=urgency, by=by, reason=reason, tell=NOT
    )
    busy.swap(tx, freed, held)
    about = trail.named(scope, appointment)
    event = Event(PARK, "APPOINTMENT", appointment.id, patient=patient.id, note=reason, about=about)
    try:
        return tx.commit(event, result=entry.id)
    except Stale as stale:
        raise changing.stale_or_gone(dict(stale.theirs)) from None


def add_park(
    tx: Transaction,
    appointment: Appointment,
    patient: Patient,
    *,
    source: str,
    urgency: int = 2,
    by: str = "clinic",
    reason: str = "",
    tell: Tell = SOON,
) -> tuple[WaitlistEntry, list[Hold], list[Hold]]:
    """The steps of it; returns the request, and what was held and is held then, for `busy.swap`.

    Where the clinic took the time for good (leave, other hours) the patient hears of the cancellation SOON.
    """
    wanted: dict[str, Any] = {
        "visit_type_id": appointment.visit_type_id,
        "minutes": appointment.minutes,
        "practitioner_ids": [appointment.practitioner_id],
        "note": appointment.note,
        "parked": f"{appointment.patient_id}/{appointment.id}",
    }
    entry = add(tx, patient, wanted, urgency=urgency, source=source, reason=appointment.reason or "")
    told = {"by": by, "reason": reason or "Another time is looked for", "request": entry.id}
    news = {"state": CANCELLED, "cancelled": told, "sequence": int(appointment.sequence) + 1}
    return entry, *changing.add_step(tx, appointment, with_telling(appointment, news, tell))
