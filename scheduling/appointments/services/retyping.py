"""Another type of visit, or another length, at the time that it has: nobody is written to, as that stays.

Where it is by phone or video from then on, or no more, or something else is to be prepared, somebody calls: what they
were told says otherwise.
"""

from datetime import timedelta
from typing import Any

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Once, Scope
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from scheduling.appointments.services import changing
from scheduling.appointments.services.changing import Done
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules.slots import Need
from scheduling.calendar.services import checks
from scheduling.models import COMING, HERE, Appointment, VisitType
from scheduling.refusals import OutsideHours

NOW = {"phone": "it is by phone now", "video": "it is by video now", "": "it is at the clinic now"}
PREPARE = "what to prepare is different now"
CHANGE_TYPE = Action("appointment.type", "changed the type or the length of an appointment")


@idempotent
def change_type(
    scope: Scope, *, appointment: Appointment, visit_type: VisitType, minutes: int = 0, once: Once | None = None
) -> Done:
    """`minutes` 0 is the type's own length. A room of the new type is taken where the present one will not do.

    Raises SlotTaken where it does not fit before the next one, Refused past closing, AlreadyMovedOn.
    """
    scope.require(Permission.BOOK)
    for item in (appointment, visit_type):
        scope.must_hold(item)
    if appointment.is_from_elsewhere:
        raise Refused(changing.ELSEWHERE)
    if appointment.state not in (*COMING, *HERE):
        raise changing.stale_or_gone({"state": appointment.state})
    need = visit_type.need(minutes=minutes)
    news: dict[str, Any] = {
        "visit_type_id": visit_type.id,
        "minutes": need.minutes,
        "before": need.before or None,
        "after": need.after or None,
        "nurse": need.nurse or None,
    }
    before = setup(scope).visit_types.get(appointment.visit_type_id or "")
    knows = bool(appointment.told) or appointment.tell_by == "slip"
    if knows and appointment.state in COMING and (why := _to_call(before, visit_type)):
        news["to_call"] = why
    _check(scope, appointment, visit_type, need)
    if appointment.start:
        news["end"] = clock.stamp(clock.moment(appointment.start) + timedelta(minutes=need.minutes))
        news["room_id"] = _room(scope, appointment, visit_type, news)
    return changing.change(scope, appointment, news, clock.now(), CHANGE_TYPE, once=once)


def _to_call(before: VisitType | None, after: VisitType) -> str:
    if (before.remote if before else None) != after.remote:
        return NOW[after.remote or ""]
    return PREPARE if ((before.preparation if before else None) or {}) != (after.preparation or {}) else ""


def _check(scope: Scope, appointment: Appointment, visit_type: VisitType, need: Need) -> None:
    practitioner = setup(scope).practitioner(appointment.practitioner_id or "")
    checks.check_length(need.minutes, around=need.before + need.after + need.nurse)
    if practitioner is None:
        return
    checks.check_who(scope, visit_type, practitioner)
    before = int(appointment.minutes or 0)
    if not appointment.start or need.minutes <= before:
        return
    start = clock.moment(appointment.start)
    try:
        checks.check_open(scope, practitioner, start, before, kept_for=need.kept_for, anyway=False)
    except OutsideHours:
        return  # somebody put it there on purpose
    try:
        checks.check_open(scope, practitioner, start, need.minutes, kept_for=need.kept_for, anyway=False)
    except OutsideHours as outside:
        sentence = outside.sentence.replace("Book anyway?", "Choose a shorter length.")
        raise Refused(sentence, field="minutes") from None


def _room(scope: Scope, appointment: Appointment, visit_type: VisitType, news: dict[str, Any]) -> str | None:
    """The present one where it will do; else one of the type's that is free; none where none is needed."""
    if not visit_type.room_ids or appointment.room_id in visit_type.room_ids:
        return appointment.room_id
    practitioner = setup(scope).practitioner(appointment.practitioner_id or "")
    if practitioner is None:
        return str(visit_type.room_ids[0])
    wanted = changing.changed(appointment, news | {"room_id": visit_type.room_ids[0]})
    return free_times.room_for(scope, wanted, clock.moment(appointment.start or ""), practitioner)
