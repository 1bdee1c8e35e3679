"""The last step as if it had not been."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import Refused, Stale
from clinnet.table.once import idempotent
from scheduling.appointments.services import changing, moving, reassign, trail
from scheduling.appointments.services.changing import UNDO, Done
from scheduling.calendar.services import busy
from scheduling.models import CANCELLED, COMING, MOVED, Appointment, WaitlistEntry
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import answering, holding, waitlist

UNBOOK = Action("appointment.unbook", "took back an appointment that had just been booked")

GRACE = timedelta(minutes=15)  # a toast that was left standing; later one asks, or cancels with a reason


@idempotent
def undo(scope: Scope, *, appointment: Appointment, seen: int = 0, once: Once | None = None) -> Done:
    """A move goes back, to another day too; what was given to another patient goes back to the first; a request that
    was made of it is withdrawn. `seen` is the version that the person looked at: what somebody else did since is not
    undone. Raises SlotTaken where the time is somebody's by now, AlreadyMovedOn.
    """
    scope.require(Permission.BOOK)
    if appointment.state == MOVED or (seen and seen != appointment.version):
        raise changing.stale_or_gone({"state": appointment.state})
    stamps = list(appointment.stamps or [])
    if not stamps:
        raise Refused("There is nothing to undo.")
    before = dict(stamps[-1]["was"])
    if "patient_id" in before:
        return reassign.give_back(scope, appointment=appointment, once=once)
    if "sequence" in before:
        before["sequence"] = int(appointment.sequence) + 1
    if before.get("day", appointment.day) != appointment.day:
        moving.change_day(scope, appointment, before, stamps=stamps[:-1], once=once)
        return None
    return changing.change(
        scope,
        appointment,
        before,
        clock.now(),
        UNDO,
        once=once,
        stamps=stamps[:-1],
        also=_withdrawn(scope, appointment),
    )


def step_of_another(scope: Scope, appointment: Appointment) -> dict[str, Any] | None:
    """The stamp that `undo` would take back, where it is not this person's own of the last minutes: ask first."""
    if not appointment.stamps:
        return None
    last: dict[str, Any] = appointment.stamps[-1]
    just_now = clock.now() - clock.moment(last["at"]) <= GRACE
    return None if just_now and last["by"] == scope.actor.name else last


def _withdrawn(scope: Scope, appointment: Appointment) -> Callable[[Transaction], None] | None:
    """The step that takes back the request for another time, while it is open."""
    if not (id := (appointment.cancelled or {}).get("request")):
        return None
    asked = waitlist_queries.request(scope, id)
    if asked.state == waitlist.DONE:
        raise Refused("Another time has been booked for it since. Cancel that one first.")
    if asked.state != waitlist.OPEN:
        return None
    if holding.standing(asked):
        raise Refused("Another time is held for it in Requests. Take that back first.")
    return partial(_withdraw, asked=asked)


def _withdraw(tx: Transaction, asked: WaitlistEntry) -> None:
    waitlist.close(tx, asked, waitlist.WITHDRAWN)
    holding.bury(tx, asked)


REASON = "Booked by mistake"


@idempotent
def unbook(
    scope: Scope,
    *,
    appointments: Sequence[Appointment],
    answered: Sequence[WaitlistEntry] = (),
    once: Once | None = None,
) -> None:
    """One appointment, or all that were booked together, the first one first; requests that it answered wait again.

    Raises AlreadyMovedOn, Refused.
    """
    scope.require(Permission.BOOK)
    for each in appointments:
        scope.must_hold(each)
        if each.state not in COMING:
            raise changing.stale_or_gone({"state": each.state})
        if clock.now() - clock.moment(each.created_at or clock.stamp()) > GRACE:
            raise Refused("That was more than 15 minutes ago. Cancel it instead, and say why.")
    tx, freed = Transaction(scope, once=once), []
    answering.add_reopen(tx, answered, appointments[0].id)
    for each in appointments:
        news = {"state": CANCELLED, "cancelled": {"by": "clinic", "reason": REASON}, "sequence": int(each.sequence) + 1}
        freed += changing.add_step(tx, each, news)[0]
    busy.swap(tx, freed, [])
    event, *others = [
        Event(UNBOOK, "APPOINTMENT", each.id, patient=each.patient_id, note=REASON, about=trail.named(scope, each))
        for each in appointments
    ]
    for other in others:
        tx.also(other)
    try:
        tx.commit(event)
    except Stale as stale:
        raise changing.stale_or_gone(dict(stale.theirs)) from None
