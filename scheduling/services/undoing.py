"""The last step as if it had not been."""

from collections.abc import Callable
from functools import partial

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Once, Scope, Transaction
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from scheduling import queries
from scheduling.models import MOVED, Appointment, Request
from scheduling.services import changing, giving, holding, moving, requests
from scheduling.services.changing import Done


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
        return giving.give_back(scope, appointment=appointment, once=once)
    if "sequence" in before:
        before["sequence"] = int(appointment.sequence) + 1
    if before.get("day", appointment.day) != appointment.day:
        moving.change_day(scope, appointment, before, stamps=stamps[:-1], once=once)
        return None
    return changing.change(scope, appointment, before, clock.now(), "appointment.undo", once=once, stamps=stamps[:-1],
                         also=_withdrawn(scope, appointment))  # fmt: skip


def _withdrawn(scope: Scope, appointment: Appointment) -> Callable[[Transaction], None] | None:
    """The step that takes back the request for another time, while it is open."""
    if not (id := (appointment.cancelled or {}).get("request")):
        return None
    asked = queries.request(scope, id)
    if asked.state == requests.DONE:
        raise Refused("Another time has been booked for it since. Cancel that one first.")
    if asked.state != requests.OPEN:
        return None
    if holding.standing(asked):
        raise Refused("Another time is held for it in Requests. Take that back first.")
    return partial(_withdraw, asked=asked)


def _withdraw(tx: Transaction, asked: Request) -> None:
    requests.close(tx, asked, requests.WITHDRAWN)
    holding.bury(tx, asked)
