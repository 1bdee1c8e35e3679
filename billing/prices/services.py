"""Many services of the catalogue changed in one transaction: all of them, or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from billing.catalog.services import CODE, with_price
from billing.models import CatalogItem, PriceChange
from billing.prices import rules
from billing.prices.rules import FileRow, WrongRow
from billing.queries import MoneySetup
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction
from clinnet.table.errors import Refused
from clinnet.table.kept import forget
from clinnet.table.once import idempotent

CHANGE = Action("prices.change", "changed prices by a percentage", Topic.MONEY)
UNDO = Action("prices.undo", "took back a change of prices", Topic.MONEY)
TAKE_IN = Action("catalogue.take-in", "took in a file of services")

MOST = 90  # services in one transaction
DONE, UNDONE = "done", "undone"
TOO_MANY = Refused(f"{MOST} services can be changed at once. Take fewer: one category, or a part of the file.")
NOTHING = Refused("No price changes by that.", field="percent")
NOT_AS_MUCH = Refused("A price is from 0 up, and not as much as that.", field="percent")
PAST = Refused("Prices of days that are past stay as they were.", field="since")
QUICKER = Refused("Somebody changed the catalogue just now. Look at it again.")
HOLDS = Refused("These prices hold by now. Change them anew instead.")
WRONG = Refused("Nothing was taken in: mend the lines that are refused first.")
SAME = Refused("Nothing in the file differs from the catalogue.")
NO_CLASS = "No tax class is called {}. Make it first, or write a rate in per cent."
NO_LIST = "No price list is called {}. Make it first, or leave it empty for the usual prices."


@dataclass(frozen=True, slots=True, repr=False)
class NewPrice:
    """What a service costs on the day, and what it is to cost from then on."""

    item: CatalogItem
    was: int
    now: int


@dataclass(frozen=True, slots=True, repr=False)
class Planned:
    """A service of the file: `item` None is a new one, `values` are what differs; without any it is unchanged."""

    code: str
    item: CatalogItem | None
    values: Mapping[str, Any] = field(default_factory=dict)


def new_prices(
    items: Sequence[CatalogItem], percent: int, step: int, since: str, price_list_id: str = ""
) -> list[NewPrice]:
    """Of those that have a price of that list on that day and whose price would be another one."""
    found = [(each, price) for each in items if (price := each.listed_on(since, price_list_id)) is not None]
    changed = [NewPrice(each, price, rules.raised(price, percent, step)) for each, price in found]
    return [each for each in changed if each.was != each.now]


@idempotent
def change(
    scope: Scope,
    *,
    items: Sequence[CatalogItem],
    percent: int = 0,
    step: int = 1,
    since: str,
    price_list_id: str = "",
    once: Once | None = None,
) -> str:
    """Every price of a list by `percent` (thousandths of one), rounded once to `step` minor units, from `since` on.

    Returns the change's id, by which it is taken back. Raises Refused.
    """
    scope.require(Permission.CATALOGUE)
    for item in items:
        scope.must_hold(item)
    if since < _today(scope):
        raise PAST
    found = new_prices(items, percent, step, since, price_list_id)
    if not found:
        raise NOTHING
    if len(found) > MOST:
        raise TOO_MANY
    if not all(rules.is_price(each.now) for each in found):
        raise NOT_AS_MUCH
    tx, id = Transaction(scope, once=once), clock.new_id()
    for each in found:
        tx.update(each.item, {"prices": with_price(each.item.prices, each.now, since, price_list_id)}, refusal=QUICKER)
    place = PriceChange.at(scope.clinic_id, id)
    rows = [[each.item.id, each.was, each.now, _from(each.item, since, price_list_id)] for each in found]
    tx.put(
        PriceChange(pk=place.pk, sk=place.sk, id=id, percent=percent, step=step, since=since, rows=rows, state=DONE,
                    by=scope.actor.name, price_list_id=price_list_id or None)
    )  # fmt: skip
    tx.afterwards(forget)
    changes = {each.item.id: [each.was, each.now] for each in found}
    return tx.commit(Event(CHANGE, "PRICECHANGE", id, changes=changes, note=since), result=id)


@idempotent
def undo(scope: Scope, *, change: PriceChange, items: Sequence[CatalogItem], once: Once | None = None) -> str:
    """Until the prices hold; returns how many are as before. One that somebody changed since stays as it is."""
    scope.require(Permission.CATALOGUE)
    for each in (change, *items):
        scope.must_hold(each)
    if not may_undo(change, _today(scope)):
        raise HOLDS
    tx, back, known = Transaction(scope, once=once), 0, {each.id: each for each in items}
    theirs, since = change.price_list_id or "", change.since
    for code, _, now, before in change.rows:
        item = known.get(code)
        if item is None or _from(item, since, theirs) != now:
            continue
        rest = [each for each in item.prices if (each["from"], each.get("list", "")) != (since, theirs)]
        prices = rest if before is None else with_price(rest, int(before), since, theirs)
        tx.update(item, {"prices": prices}, refusal=QUICKER)
        back += 1
    tx.update(change, {"state": UNDONE}, refusal=QUICKER, state=DONE)
    tx.afterwards(forget)
    return tx.commit(Event(UNDO, "PRICECHANGE", change.id, note=f"{back} of {len(change.rows)}"), result=str(back))


def may_undo(change: PriceChange, today: str) -> bool:
    return change.state == DONE and today < change.since


def plan(known: MoneySetup, found: Sequence[FileRow | WrongRow]) -> tuple[list[Planned], list[WrongRow]]:
    """What a file would do, service by service; and the lines that are refused."""
    catalog, rows = known.catalog, [each for each in found if isinstance(each, FileRow)]
    wrong = [each for each in found if isinstance(each, WrongRow)] + list(rules.contradictions(rows))
    lists = {"": ""} | {each.name.casefold(): each.id for each in known.price_lists.values()}
    classes = {"": ""} | {each.name.casefold(): each.id for each in known.tax_classes.values()}
    no_list = [each for each in rows if each.price_list not in lists]
    no_class = [each for each in rows if (each.tax_class or "") not in classes]
    wrong += [WrongRow(each.line, each.code, NO_LIST.format(each.price_list)) for each in no_list]
    wrong += [WrongRow(each.line, each.code, NO_CLASS.format(each.tax_class)) for each in no_class]
    rows = [
        replace(
            each,
            price_list=lists[each.price_list],
            tax_class=classes[each.tax_class] if each.tax_class else each.tax_class,
        )
        for each in rows
        if each not in no_list + no_class
    ]
    theirs: dict[str, list[FileRow]] = {}
    for row in rows:
        theirs.setdefault(row.code, []).append(row)
    planned = []
    for code, lines in theirs.items():
        item = catalog.get(code)
        if item is None and (why := _why_not(lines[0])):
            wrong.append(WrongRow(lines[0].line, code, why))
        else:
            planned.append(_planned(code, item, lines))
    return planned, sorted(wrong, key=lambda each: each.line)


def _why_not(row: FileRow) -> str:
    """Why this line cannot be a new service."""
    if not CODE.fullmatch(row.code):
        return "A code is of letters and figures, and of dashes between them."
    return "" if row.name and row.price is not None else "A new service needs a name and a price."


def _planned(code: str, item: CatalogItem | None, lines: Sequence[FileRow]) -> Planned:
    said, prices = lines[0], list(item.prices) if item else []
    for each in lines:
        if each.price is not None:
            prices = with_price(prices, each.price, each.since, each.price_list)
    values = {
        "name": said.name,
        "category": said.category,
        "rate": said.rate,
        "tax_class_id": said.tax_class,
        "active": said.active,
        "prices": prices,
    }
    if item is None:
        kept = {name: value for name, value in values.items() if value not in (None, "")}
        return Planned(code, None, {"rate": 0, "active": True} | kept)
    return Planned(
        code,
        item,
        {
            name: value
            for name, value in values.items()
            if value is not None and value != (getattr(item, name) or type(value)())
        },
    )


@idempotent
def take_in(scope: Scope, *, planned: Sequence[Planned], wrong: Sequence[WrongRow], once: Once | None = None) -> str:
    """Writes what `plan` found; returns how many services are new or changed. Raises Refused where a line is wrong."""
    scope.require(Permission.CATALOGUE)
    differing = [each for each in planned if each.values]
    for each in differing:
        if each.item:
            scope.must_hold(each.item)
    if wrong:
        raise WRONG
    if not differing:
        raise SAME
    if len(differing) > MOST:
        raise TOO_MANY
    tx, changes = Transaction(scope, once=once), {}
    for each in differing:  # an empty category is removed
        if each.item:
            tx.update(each.item, each.values, refusal=QUICKER)
        else:
            at = CatalogItem.at(scope.clinic_id, each.code)
            tx.put(CatalogItem(pk=at.pk, sk=at.sk, id=each.code, visit_type_ids=[], **each.values), refusal=QUICKER)
        changes[each.code] = [None, sorted(each.values)]
    tx.afterwards(forget)
    count = str(len(differing))
    return tx.commit(Event(TAKE_IN, "CATALOG", "file", changes=changes, note=count), result=count)


def _from(item: CatalogItem, since: str, price_list_id: str) -> int | None:
    """The list's price that begins on just that day."""
    return next((int(each["price"]) for each in item.listed(price_list_id) if each["from"] == since), None)


def _today(scope: Scope) -> str:
    return clock.today(accounts.clinic(scope.clinic_id).time_zone).isoformat()
