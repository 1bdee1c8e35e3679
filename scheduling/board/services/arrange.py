"""Which columns of the board somebody sees: their own choice, kept on their item of the staff."""

from collections.abc import Sequence

from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import Refused
from clinnet.table.kept import forget
from clinnet.table.once import idempotent
from scheduling.board.rules import arranging
from scheduling.calendar.queries.setup import setup

ARRANGE = Action("board.arrange", "chose the columns of their board")


@idempotent
def arrange(scope: Scope, *, order: Sequence[Staff], shown: Sequence[Staff], once: Once | None = None) -> None:
    """The columns in `order`, of which those are on the board that are `shown` too. Nobody else's board changes."""
    scope.require(Permission.SCHEDULE_READ)
    for each in (*order, *shown):
        scope.must_hold(each)
    if not shown:
        raise Refused("Choose at least one column.")
    ids = [each.id for each in setup(scope).practitioners]
    chosen = arranging.kept(ids, [each.id for each in order], [each.id for each in shown])
    tx = Transaction(scope, once=once)
    me = accounts.member(scope, scope.actor.id)
    tx.update(me, {"columns": chosen or None})
    tx.commit(Event(ARRANGE, "STAFF", me.id))
    forget()
