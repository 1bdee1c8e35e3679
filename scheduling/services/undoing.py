"""The last step as if it had not been."""

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Once, Scope
from clinnet.table.errors import Refused
from scheduling.models import Appointment
from scheduling.services import moving, states
from scheduling.services.states import Done
from scheduling.services.twice import twice_is_once


@twice_is_once
def undo(scope: Scope, *, appointment: Appointment, seen: int = 0, once: Once | None = None) -> Done:
    """A move goes back, to another day too. `seen` is the version that the person looked at: what somebody else did
    since is not undone. Raises SlotTaken where the time is somebody's by now, AlreadyMovedOn.
    """
    scope.require(Permission.BOOK)
    if seen and seen != appointment.version:
        raise states.stale_or_gone({"state": appointment.state})
    stamps = list(appointment.stamps or [])
    if not stamps:
        raise Refused("There is nothing to undo.")
    before = dict(stamps[-1]["was"])
    if "sequence" in before:
        before["sequence"] = int(appointment.sequence) + 1
    if before.get("day", appointment.day) != appointment.day:
        moving.change_day(scope, appointment, before, stamps=stamps[:-1], once=once)
        return None
    return states.change(scope, appointment, before, clock.now(), "appointment.undo", once=once, stamps=stamps[:-1])
