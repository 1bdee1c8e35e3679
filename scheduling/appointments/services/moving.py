"""An appointment at another time, with somebody else, in another room."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import Refused, Stale
from clinnet.table.once import idempotent
from scheduling import hooks
from scheduling.appointments.services import changing, persons, trail
from scheduling.appointments.services.booking import OVERBOOK
from scheduling.appointments.services.changing import (
    ELSEWHERE,
    STAMPS,
    UNDO,
    add_change,
    card_line,
    changed,
    hold_of,
    stale_or_gone,
    tried,
)
from scheduling.appointments.services.persons import Person, person_and_row
from scheduling.board.services import cards
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.calendar.services import busy, checks
from scheduling.calendar.services.busy import Hold
from scheduling.calendar.services.taking import Rows, explain, take
from scheduling.messages.services.outbox import SOON, Tell, with_telling
from scheduling.models import BOOKED, COMING, HERE, MOVED, Appointment, Room
from scheduling.refusals import Taken

MOVE = Action("appointment.move", "moved an appointment")


@idempotent
def move(
    scope: Scope,
    *,
    appointment: Appointment,
    start: datetime,
    practitioner: Staff | None = None,
    room: Room | None = None,
    minutes: int = 0,
    overbook: str = "",
    outside_hours: bool = False,
    tell: Tell = SOON,
    once: Once | None = None,
) -> None:
    """To another moment, in one transaction however long it is; the card keeps its id.

    Without `practitioner` or `minutes` these stay, without `room` that one unless it is taken and another will do.
    Refusals as `booking.book`, and AlreadyMovedOn.
    """
    scope.require(Permission.BOOK)
    scope.must_hold(appointment)
    for item in filter(None, (practitioner, room)):
        scope.must_hold(item)
    news = news_of(scope, appointment, start, minutes or int(appointment.minutes or 0))
    news |= {"practitioner_id": practitioner.id} if practitioner else {}
    news |= {"room_id": room.id} if room else {}
    news["overbooked"] = overbook or None
    _check(scope, appointment, news, start, overbook=overbook, outside_hours=outside_hours)
    others = [] if room or overbook else _other_rooms(scope, appointment)
    change_day(scope, appointment, with_telling(appointment, news, tell), other_rooms=others, once=once)


def _other_rooms(scope: Scope, appointment: Appointment) -> list[str]:
    visit_type = setup(scope).visit_types.get(appointment.visit_type_id or "")
    return [id for id in visit_type.room_ids if id != appointment.room_id] if visit_type and appointment.room_id else []


def change_day(
    scope: Scope,
    appointment: Appointment,
    news: dict[str, Any],
    *,
    other_rooms: Sequence[str] = (),
    stamps: list[dict[str, Any]] | None = None,
    once: Once | None = None,
) -> None:
    """New values that may lead to another day: the card goes along. `stamps` where it is an undo."""
    person, card = person_and_row(
        scope, appointment.patient_id, keys.card(scope.clinic_id, appointment.day or "", appointment.id)
    )
    person.check_alive()
    line = card.get("line", {}).get("p", {})
    write = partial(_write, scope, appointment, news, line, person=person, stamps=stamps, once=once)
    try:
        take(write)
    except Taken as taken:
        if not other_rooms or busy.resource_of(taken.key) != "room":
            raise explain(scope, taken, tried(scope, changed(appointment, news))) from None
    except Stale as stale:
        raise stale_or_gone(dict(stale.theirs)) from None
    else:
        return
    change_day(
        scope, appointment, news | {"room_id": other_rooms[0]}, other_rooms=other_rooms[1:], stamps=stamps, once=once
    )


def news_of(scope: Scope, appointment: Appointment, start: datetime, minutes: int) -> dict[str, Any]:
    zone = setup(scope).clinic.time_zone
    return {
        "state": BOOKED if appointment.state in COMING else appointment.state,
        "practitioner_id": appointment.practitioner_id,
        "room_id": appointment.room_id,
        "minutes": minutes,
        "zone": zone,
        "start": clock.stamp(start),
        "end": clock.stamp(start + timedelta(minutes=minutes)),
        "wall": walltime.to_wall(start, zone).isoformat(timespec="minutes"),
        "day": walltime.day_of(start, zone).isoformat(),
        "sequence": int(appointment.sequence) + 1,
        **changing.without_delay(appointment),  # that was of the time before
    }


def _check(
    scope: Scope,
    appointment: Appointment,
    news: Mapping[str, Any],
    start: datetime,
    *,
    overbook: str,
    outside_hours: bool,
) -> None:
    if overbook:
        scope.require(Permission.OVERBOOK)
    practitioner = check_place(scope, appointment, news, start)
    check_hours(scope, appointment, practitioner, start, int(news["minutes"]), anyway=outside_hours)


def check_place(scope: Scope, appointment: Appointment, news: Mapping[str, Any], start: datetime) -> Staff:
    """All but the hours; returns who will see them."""
    if appointment.is_from_elsewhere:
        raise Refused(ELSEWHERE)
    if appointment.state not in (*COMING, *HERE) or not appointment.takes_time:
        raise stale_or_gone({"state": appointment.state})
    if appointment.state in HERE and news["day"] != appointment.day:
        raise Refused("The patient is here today. Undo the arrival first.")
    known = setup(scope)
    practitioner = known.practitioner(news["practitioner_id"] or "")
    visit_type = known.visit_types.get(appointment.visit_type_id or "")
    if practitioner is None or (news["room_id"] and news["room_id"] not in known.rooms):
        raise Refused("Choose somebody who works here, and a room of this clinic.", field="practitioner")
    if visit_type:
        checks.check_who(scope, visit_type, practitioner)
    need = changed(appointment, news).need
    checks.check_moment(start, minutes=need.minutes, around=need.before + need.after + need.nurse)
    return practitioner


def check_hours(
    scope: Scope, appointment: Appointment, practitioner: Staff, start: datetime, minutes: int, *, anyway: bool
) -> None:
    """Raises OutsideHours, or Denied for `anyway` by somebody who may not."""
    visit_type = setup(scope).visit_types.get(appointment.visit_type_id or "")
    kept = "urgent" if appointment.urgent else (visit_type.kept_for or "") if visit_type else ""
    checks.check_open(scope, practitioner, start, minutes, kept_for=kept, anyway=anyway)


def _write(
    scope: Scope,
    appointment: Appointment,
    news: dict[str, Any],
    patient_line: dict[str, Any],
    lapsed: Rows,
    *,
    person: Person,
    stamps: list[dict[str, Any]] | None,
    once: Once | None,
) -> str:
    tx = Transaction(scope, once=once)
    before, after = add_move(tx, appointment, news, patient_line, stamps=stamps)
    persons.swap(tx, person, before, after, lapsed=lapsed)
    return tx.commit(moved_event(scope, appointment, news, back=stamps is not None), result=appointment.id)


def add_move(
    tx: Transaction,
    appointment: Appointment,
    news: Mapping[str, Any],
    patient_line: Mapping[str, Any],
    *,
    stamps: list[dict[str, Any]] | None = None,
) -> tuple[list[Hold], list[Hold]]:
    """The steps of it, item and cards; returns what it held and what it holds then, for `busy.swap`."""
    after = changed(appointment, news)
    was = {name: getattr(appointment, name, None) for name in news}
    stamp = {"to": "", "at": tx.at, "by": tx.scope.actor.name, "was": was}
    after.stamps = [*(appointment.stamps or []), stamp][-STAMPS:] if stamps is None else stamps
    hooks.add_followers(tx, appointment, after)
    add_change(tx, appointment, after, [*news, "stamps", "card_parts"])
    _move_card(tx, appointment, after, patient_line)
    before, held = hold_of(appointment), hold_of(after)
    return [before] if before else [], [held] if held else []


def moved_event(scope: Scope, appointment: Appointment, news: Mapping[str, Any], *, back: bool = False) -> Event:
    changes = {
        name: [getattr(appointment, name), news[name]]
        for name in ("wall", "practitioner_id", "room_id", "minutes")
        if name in news and getattr(appointment, name) != news[name]
    }
    why = news.get("overbooked") or ""
    action = UNDO if back else OVERBOOK if why else MOVE
    about = trail.told(scope, appointment, changed(appointment, news))
    return Event(
        action, "APPOINTMENT", appointment.id, patient=appointment.patient_id, changes=changes, note=why, about=about
    )


def _move_card(tx: Transaction, appointment: Appointment, after: Appointment, patient_line: Mapping[str, Any]) -> None:
    """On one day it changes in place; from another day it leaves a tombstone there."""
    scope = tx.scope
    content = card_line(after) | {"p": dict(patient_line)}
    if appointment.day != after.day:
        gone = {
            "state": MOVED,
            "version": after.version,
            **cards.changed(scope, appointment.day or "", appointment.id, tx.at),
        }
        tx.change_row(keys.card(scope.clinic_id, appointment.day or "", appointment.id), sets=gone)
    filled = {name: value for name, value in content.items() if value not in (None, "", 0, {})}
    tx.put_row(cards.row(scope, after, filled, tx.at))
