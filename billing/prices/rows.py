"""Changes of prices in words, and the catalogue as lines of a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from billing.models import CatalogItem, PriceChange
from billing.prices.services import NewPrice, Planned
from billing.queries import MoneySetup
from billing.rules import typed
from clinnet import formats


@dataclass(frozen=True, slots=True, repr=False)
class PriceRow:
    code: str
    name: str
    was: str
    now: str
    difference: str
    later: str  # a price that takes its place on a later day
    leave: bool


@dataclass(frozen=True, slots=True)
class PlannedRow:
    code: str
    name: str
    word: str  # New, Changed
    what: str


def price_rows(
    found: Sequence[NewPrice], left: Sequence[str], since: str, price_list_id: str, known: MoneySetup
) -> list[PriceRow]:
    rows = []
    for each in found:
        sign = "+" if each.now > each.was else "−"
        later = next((one for one in each.item.listed(price_list_id) if one["from"] > since), None)
        note = f"{known.show(int(later['price']))} from {formats.date(later['from'], known.clinic)}" if later else ""
        rows.append(PriceRow(each.item.id, each.item.name, known.show(each.was), known.show(each.now),
                             f"{sign}{known.show(abs(each.now - each.was))}", note, each.item.id in left))  # fmt: skip
    return rows


def percent(thousandths: int) -> str:
    """ "+3 %", "−2.5 %"."""
    return f"{'+' if thousandths >= 0 else '−'}{typed.show(abs(thousandths))} %"


def change_words(change: PriceChange, known: MoneySetup) -> str:
    """ "+3 % of 26 services from 1 Jan 2027 · Inês Duarte, 28 Nov 2026"."""
    count, since = len(change.rows), formats.date(change.since, known.clinic)
    made = formats.when(change.created_at or "", known.clinic)
    many = "service" if count == 1 else "services"
    found = known.price_lists.get(change.price_list_id or "")
    of_list = f" on the list {found.name}" if found else ""
    return f"{percent(int(change.percent))} of {count} {many}{of_list} from {since} · {change.by}, {made}"


def planned_rows(planned: Sequence[Planned], known: MoneySetup) -> list[PlannedRow]:
    """Those that are new or changed."""
    rows = []
    for each in planned:
        if each.values:
            name = str(each.values.get("name") or (each.item.name if each.item else ""))
            said = "; ".join(_said(field, value, each, known) for field, value in each.values.items())
            rows.append(PlannedRow(each.code, name, "Changed" if each.item else "New", said))
    return rows


def _said(name: str, value: object, planned: Planned, known: MoneySetup) -> str:
    if name == "prices" and isinstance(value, list):
        before = list(planned.item.prices) if planned.item else []
        new = [each for each in value if each not in before]
        return ", ".join(
            f"{known.show(int(each['price']))} from {formats.date(each['from'], known.clinic)}{_of_list(each, known)}"
            for each in new
        )
    if name == "rate":
        return f"tax {typed.show(int(str(value)))} %" if value else "exempt"
    if name == "tax_class_id":
        return f"taxed as {known.tax_classes[str(value)].name}" if value else "taxed by its own rate"
    if name == "active":
        return "offered" if value else "not offered"
    return f"{name} {value}" if value else f"no {name}"


def _of_list(price: Mapping[str, Any], known: MoneySetup) -> str:
    found = known.price_lists.get(price.get("list", ""))
    return f" on {found.name}" if found else ""


def _tax(item: CatalogItem, known: MoneySetup) -> str:
    """Its class, else its own rate."""
    found = known.tax_class(item)
    return found.name if found else typed.show(int(item.rate)) if item.rate else "exempt"


def file_rows(known: MoneySetup) -> Iterator[Sequence[str]]:
    """A line for each price of each service; the same lines taken in again change nothing."""
    for item in sorted(known.catalog.values(), key=lambda each: each.id):
        for price in item.prices:
            yield (
                item.id,
                item.name,
                item.category or "",
                known.show(int(price["price"])),
                price["from"],
                _tax(item, known),
                "yes" if item.active else "no",
                known.price_lists[price["list"]].name if price.get("list") in known.price_lists else "",
            )
