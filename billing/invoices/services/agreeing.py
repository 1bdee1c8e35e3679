"""What was done at the price that was agreed: of the list of who pays, with that day's tax; a package by its parts.

A package's price, and what is taken off it, are shared out over its services by what each costs alone: so the tax of
each is its own, and they come to the package's price.
"""

from collections.abc import Sequence
from dataclasses import replace

from billing.invoices.services.issuing import Cover, Provided
from billing.queries import MoneySetup
from billing.rules.totals import ONE, off_the_whole
from clinnet.money import share
from clinnet.table.errors import Refused

WHOLE_ONES = Refused("A package is sold as a whole.")


def agreed(known: MoneySetup, done: Sequence[Provided], cover: Cover | None = None) -> list[Provided]:
    """The lines of an invoice. Raises Refused where something has no price on its day, or cannot be."""
    return [part for each in done for part in parts_of(known, as_agreed(known, each, cover), cover)]


def as_agreed(known: MoneySetup, provided: Provided, cover: Cover | None) -> Provided:
    """With its price, which is None where it has none, and its tax; a package is still one."""
    taxed, price_list = known.tax_class(provided.item), cover.payer.price_list_id if cover else None
    return replace(
        provided,
        price=provided.item.price_on(provided.day, price_list or ""),
        rate=known.rate_on(provided.item, provided.day),
        note=taxed.note or "" if taxed else "",
    )


def parts_of(known: MoneySetup, provided: Provided, cover: Cover | None) -> list[Provided]:
    """Of a package its services, of anything else itself."""
    if not provided.item.parts or provided.bundle:
        return [provided]
    line = provided.line
    if provided.quantity % ONE:
        raise WHOLE_ONES
    parts = [
        as_agreed(known, Provided(item, provided.day, provided.by, provided.quantity, package=provided.item), cover)
        for item in known.parts_of(provided.item)
    ]
    prices = share(line.price, [each.price or 0 for each in parts])
    fulls = [price * (provided.quantity // ONE) for price in prices]
    offs = off_the_whole(line.full - line.amount, fulls)
    return [replace(each, price=price, amount_off=off) for each, price, off in zip(parts, prices, offs, strict=True)]
