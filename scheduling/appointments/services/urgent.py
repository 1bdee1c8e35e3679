"""Who cannot wait: a visit that there is becomes urgent, and is so no more. Of somebody new see walkins.py."""

from typing import Any

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Once, Scope
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from scheduling.appointments.services import changing, presence, states
from scheduling.appointments.services.changing import Done
from scheduling.appointments.services.strip import line_with
from scheduling.models import COMING, DOCTOR, READY, ROOM, WAITING, Appointment

CALL_FOR_HELP = Action("appointment.urgent", "called for help for the patient")
CALM = Action("appointment.calm", "said that the patient is not urgent any more")

CALLABLE = (*COMING, WAITING, ROOM, READY)
NOT_URGENT = Refused("This call is over already. Look again.")


@idempotent
def call(
    scope: Scope, *, appointment: Appointment, patient: Patient, words: str = "", once: Once | None = None
) -> Done:
    """A visit that there is already becomes urgent; who was to come has arrived. `words` are what they say of it.

    Raises HereAlready where they are here for another visit: that one is urgent.
    """
    scope.require(Permission.BOOK)
    scope.must_hold(appointment)
    if appointment.state == DOCTOR:
        raise Refused("A clinician has them already.")
    if appointment.is_from_elsewhere:
        raise Refused(changing.ELSEWHERE)
    if appointment.state not in CALLABLE:
        raise changing.stale_or_gone({"state": appointment.state})
    moment = clock.now()
    news: dict[str, Any] = {"urgent": True, "urgent_since": clock.stamp(moment)}
    if appointment.state in COMING:
        states.check_day(scope, appointment)
        presence.check_arrival(scope, appointment, beside="", seen=None)
        news["state"] = WAITING
    if words:
        news["reason"] = " · ".join(filter(None, (words, appointment.reason)))
    named = changing.changed(appointment, {"line": line_with(appointment, patient).pack()})
    return changing.change(scope, named, news, moment, CALL_FOR_HELP, once=once, note=words)


@idempotent
def calm(scope: Scope, *, appointment: Appointment, once: Once | None = None) -> Done:
    """They can wait, or a nurse has them in the room where they are. The visit goes on as it was."""
    scope.require(Permission.BOOK)
    scope.must_hold(appointment)
    if not appointment.calls_for_help:
        raise NOT_URGENT
    return changing.change(scope, appointment, {"urgent": None, "urgent_since": None}, clock.now(), CALM, once=once)
