"""Changing who pays. What was invoiced keeps the name and the share that held then."""

from typing import Any

from billing import queries
from billing.models import Payer
from billing.rules.totals import WHOLE
from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, changed
from clinnet.table.errors import Refused
from clinnet.table.kept import forget
from clinnet.table.once import idempotent

SAVE = Action("payer.save", "changed who pays for patients")


@idempotent
def save_payer(
    scope: Scope,
    *,
    payer: Payer | None = None,
    name: str,
    percent: int,
    price_list_id: str = "",
    active: bool = True,
    once: Once | None = None,
) -> str:
    """A new payer, or new values of one; returns its id. `percent`, in thousandths of one, is what they usually pay.

    Prices are those of the list of that id, of the usual one without it.
    """
    scope.require(Permission.CATALOGUE)
    if payer:
        scope.must_hold(payer)
    if not name.strip():
        raise Refused("A payer needs a name.", field="name")
    if not 0 < percent <= WHOLE:
        raise Refused("A payer pays more than nothing, and not more than all.", field="percent")
    values: dict[str, Any] = {
        "name": name.strip(),
        "percent": percent,
        "active": active,
        "price_list_id": price_list_id or None,
    }
    if price_list_id:
        queries.price_list(scope, price_list_id)
    tx, id = Transaction(scope, once=once), payer.id if payer else clock.new_id()
    if payer:
        tx.update(payer, values)
    else:
        place = Payer.at(scope.clinic_id, id)
        tx.put(Payer(pk=place.pk, sk=place.sk, id=id, **values))
    tx.afterwards(forget)
    return tx.commit(Event(SAVE, "PAYER", id, changes=changed(payer, values)), result=id)
