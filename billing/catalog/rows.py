"""A service's prices and tax in words."""

from dataclasses import dataclass

from billing.models import CatalogItem
from billing.queries import MoneySetup
from billing.rules import typed
from clinnet import formats


@dataclass(frozen=True, slots=True, repr=False)
class PriceRow:
    words: str  # "66.95 from 1 Jan 2027"
    list: str  # empty of the usual one
    mark: str  # whether it holds: "now", "announced"


def tax(rate: int) -> str:
    return f"{typed.show(rate)} %" if rate else "exempt"


def later(item: CatalogItem, known: MoneySetup, today: str) -> str:
    """ "66.95 from 1 Jan 2027", where a price is to change."""
    found = next((each for each in item.listed() if each["from"] > today), None)
    return _words(int(found["price"]), found["from"], known) if found else ""


def prices(item: CatalogItem, known: MoneySetup, today: str) -> list[PriceRow]:
    """All that it ever cost, by list, the newest first."""
    found = []
    for id in sorted({each.get("list", "") for each in item.prices}):
        named, held = known.price_lists[id].name if id in known.price_lists else "", False
        for each in reversed(item.listed(id)):
            mark = "announced" if each["from"] > today else "" if held else "now"
            held = held or mark == "now"
            found.append(PriceRow(_words(int(each["price"]), each["from"], known), named, mark))
    return found


def _words(price: int, since: str, known: MoneySetup) -> str:
    return f"{known.show(price)} from {formats.date(since, known.clinic)}"
