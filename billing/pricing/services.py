"""Changing price lists and tax classes. What was invoiced keeps the price and the rate that held then."""

from dataclasses import replace
from typing import Any

from billing.pricing.models import PriceList, TaxClass
from billing.rules.totals import WHOLE
from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, changed
from clinnet.table.errors import Refused
from clinnet.table.kept import forget
from clinnet.table.once import idempotent

SAVE_LIST = Action("pricelist.save", "changed a price list")
SAVE_CLASS = Action("taxclass.save", "changed what services are taxed as")


@idempotent
def save_price_list(
    scope: Scope, *, price_list: PriceList | None = None, name: str, active: bool = True, once: Once | None = None
) -> str:
    """A new list, or new values of one; returns its id."""
    scope.require(Permission.CATALOGUE)
    values = {"name": _named(name, "A price list needs a name."), "active": active}
    return _save(PriceList, price_list, values, Event(SAVE_LIST, "PRICELIST", ""), Transaction(scope, once=once))


@idempotent
def save_tax_class(
    scope: Scope,
    *,
    tax_class: TaxClass | None = None,
    name: str,
    rate: int,
    since: str,
    note: str = "",
    once: Once | None = None,
) -> str:
    """A new class, or new values of one; returns its id. `rate`, in thousandths of a percent, holds from `since` on, a
    date: it takes the place of one from the same day.
    """
    scope.require(Permission.CATALOGUE)
    if not 0 <= rate <= WHOLE:
        raise Refused("A tax is from 0 to 100 per cent.", field="rate")
    before = [dict(each) for each in tax_class.rates] if tax_class else []
    if not tax_class or tax_class.rate_on(since) != rate:
        before = [each for each in before if each["from"] != since] + [{"from": since, "rate": rate}]
    rates = sorted(before, key=lambda each: str(each["from"]))
    values = {"name": _named(name, "A tax class needs a name."), "rates": rates, "note": note.strip() or None}
    return _save(TaxClass, tax_class, values, Event(SAVE_CLASS, "TAXCLASS", ""), Transaction(scope, once=once))


def _named(name: str, sentence: str) -> str:
    if not name.strip():
        raise Refused(sentence, field="name")
    return name.strip()


def _save(
    kind: type[PriceList] | type[TaxClass],
    known: PriceList | TaxClass | None,
    values: dict[str, Any],
    event: Event,
    tx: Transaction,
) -> str:
    id = known.id if known else clock.new_id()
    if known:
        tx.scope.must_hold(known)
        tx.update(known, values)
    else:
        place = kind.at(tx.scope.clinic_id, id)
        tx.put(kind(pk=place.pk, sk=place.sk, id=id, **values))
    tx.afterwards(forget)
    return tx.commit(replace(event, id=id, changes=changed(known, values)), result=id)
