"""Cash in and out of an open drawer, with what it was for: so the count of the evening agrees."""

from billing.cash_moves.models import CashMove
from billing.ledger import services as ledger
from billing.models import CASH, OPEN, DrawerDay
from billing.rules import cash
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent

MOVE = Action("drawer.move", "put cash into a drawer, or took some out", Topic.DRAWERS)

NOTHING = Refused("Say how much.", field="amount")
COINS = Refused("Coins cannot pay that.", field="amount")
WHY = Refused("Say what it is for.", field="reason")
# Without the sum: who counts the drawer tonight does not know it.
NOT_THERE = Refused("There is not as much cash in the drawer.", field="amount")


@idempotent
def move(scope: Scope, *, session: DrawerDay, amount: int, reason: str, once: Once | None = None) -> str:
    """`amount` goes in, or out where it is below zero. Returns the id. Raises Refused."""
    scope.require(Permission.MONEY_TAKE)
    scope.must_hold(session)
    if session.state != OPEN:
        raise ledger.CLOSED
    if not amount:
        raise NOTHING
    if not cash.can_be_paid(amount, accounts.clinic(scope.clinic_id).money):
        raise COINS
    if not reason.strip():
        raise WHY
    if session.expected(CASH) + amount < 0:
        raise NOT_THERE
    tx, id = Transaction(scope, once=once), clock.new_id()
    place = CashMove.at(scope.clinic_id, session.drawer, session.day, id)
    made = CashMove(pk=place.pk, sk=place.sk, id=id, drawer=session.drawer, day=session.day, amount=amount,
                    reason=reason.strip(), at_time=tx.at, by=scope.actor.name, by_id=scope.actor.id)  # fmt: skip
    ledger.post_cash(tx, session, made)
    event = Event(MOVE, "DRAWER", session.drawer, changes={"moved": [None, amount]}, note=made.reason)
    return tx.commit(event, result=id)
