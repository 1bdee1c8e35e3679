"""Undo of a booking, within minutes of it: booked by mistake, so that nobody is told of it."""

from collections.abc import Sequence
from datetime import timedelta

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Event, Once, Scope, Transaction
from clinnet.table.errors import Refused, Stale
from clinnet.table.once import idempotent
from scheduling import busy
from scheduling.models import CANCELLED, COMING, Appointment
from scheduling.services import changing

GRACE = timedelta(minutes=15)  # a toast that was left standing; later it is a cancellation, with a reason of its own
REASON = "Booked by mistake"


@idempotent
def unbook(scope: Scope, *, appointments: Sequence[Appointment], once: Once | None = None) -> None:
    """One appointment, or all that were booked together. Raises AlreadyMovedOn, Refused."""
    scope.require(Permission.BOOK)
    for each in appointments:
        scope.must_hold(each)
        if each.state not in COMING:
            raise changing.stale_or_gone({"state": each.state})
        if clock.now() - clock.moment(each.created_at or clock.stamp()) > GRACE:
            raise Refused("That was more than 15 minutes ago. Cancel it instead, and say why.")
    tx, freed = Transaction(scope, once=once), []
    for each in appointments:
        news = {"state": CANCELLED, "cancelled": {"by": "clinic", "reason": REASON}, "sequence": int(each.sequence) + 1}
        freed += changing.add_step(tx, each, news)[0]
    busy.swap(tx, freed, [])
    event, *others = [Event("appointment.unbook", "APPOINTMENT", each.id, patient=each.patient_id, note=REASON)
                      for each in appointments]  # fmt: skip
    for other in others:
        tx.also(other)
    try:
        tx.commit(event)
    except Stale as stale:
        raise changing.stale_or_gone(dict(stale.theirs)) from None
