"""Time without a patient: a meeting, cleaning, a machine that is away."""

from datetime import datetime
from functools import partial

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import Refused
from scheduling.board.services import cards
from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.slots import Need
from scheduling.calendar.services import busy, checks
from scheduling.calendar.services.busy import Hold
from scheduling.calendar.services.taking import Rows, Tried, explain, take
from scheduling.models import Room
from scheduling.refusals import Taken

ADD_BLOCK = Action("block.add", "blocked a time")
REMOVE_BLOCK = Action("block.remove", "opened a blocked time again")

BLOCKED, GONE = "block", "gone"
UNBLOCKED = Refused("Somebody has taken this block away already.")


def block(
    scope: Scope,
    *,
    start: datetime,
    minutes: int,
    reason: str,
    practitioner: Staff | None = None,
    room: Room | None = None,
    once: Once | None = None,
) -> str:
    """Holds time of a practitioner, a room or both; returns the id. Raises SlotTaken where somebody is booked."""
    scope.require(Permission.BOOK)
    if practitioner is None and room is None:
        raise Refused("Choose whose time, or which room.", field="practitioner")
    for item in filter(None, (practitioner, room)):
        scope.must_hold(item)
    checks.check_moment(start, minutes=minutes)
    id = clock.new_id()
    hold = Hold(
        id, walltime.number(start), Need(minutes), practitioner.id if practitioner else "", room.id if room else ""
    )
    try:
        return take(partial(_write, scope, hold, start, reason.strip(), once=once))
    except Taken as taken:
        tried = Tried(start, minutes, practitioner, room_name=room.name if room else "")
        raise explain(scope, taken, tried) from None


def _write(scope: Scope, hold: Hold, start: datetime, reason: str, lapsed: Rows, *, once: Once | None) -> str:
    tx = Transaction(scope, once=once)
    busy.swap(tx, [], [hold], lapsed=lapsed)
    day = walltime.day_of(start, setup(scope).clinic.time_zone).isoformat()
    content = {
        "d": hold.practitioner,
        "r": hold.room,
        "u": hold.start,
        "m": hold.need.minutes,
        "y": reason[:120],
        "b": scope.actor.name,
    }
    content = {name: value for name, value in content.items() if value}
    tx.put_row(cards.row_of(scope, keys.block(scope.clinic_id, day, hold.id), hold.id, content, tx.at, state=BLOCKED))
    return tx.commit(Event(ADD_BLOCK, "BLOCK", hold.id, changes={"day": [None, day]}, note=reason), result=hold.id)


def hold_of(card: Card) -> Hold:
    """What a block occupies."""
    return Hold(
        card.id, walltime.number(card.start or walltime.EPOCH), Need(card.minutes), card.practitioner, card.room
    )


def unblock(scope: Scope, *, block: Card, once: Once | None = None) -> None:
    """The time is free again; the row stays as a tombstone. `block` is one of a board's blocks."""
    scope.require(Permission.BOOK)
    if block.kind != "BLOCK":
        raise Refused("This is not a block.")
    tx = Transaction(scope, once=once)
    gone = {"state": GONE, "version": block.version + 1, **cards.changed(scope, block.day, block.id, tx.at)}
    tx.change_row(
        keys.block(scope.clinic_id, block.day, block.id), sets=gone, when={"state": BLOCKED}, refusal=UNBLOCKED
    )
    busy.swap(tx, [hold_of(block)], [])
    tx.commit(Event(REMOVE_BLOCK, "BLOCK", block.id))
