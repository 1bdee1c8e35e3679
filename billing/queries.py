"""How a clinic's money is set up: its catalogue and its drawers. The catalogue is kept in the process for seconds."""

from dataclasses import dataclass, field
from functools import partial

from billing.models import OPEN, CatalogItem, Drawer, DrawerDay, Payer
from billing.pricing.models import PriceList, TaxClass
from clinnet import formats, money
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.money import Money
from clinnet.table import Key, Page, Scope, get, get_many, keys, query, query_whole, side_by_side
from clinnet.table.errors import Refused
from clinnet.table.kept import remember

NOT_OPEN = "No drawer is open. Open it first, in Money."
FORGOTTEN = "{} of {} is still open. Count and close it first, in Money."


@dataclass(frozen=True, repr=False)
class MoneySetup:
    clinic: Clinic
    catalog: dict[str, CatalogItem]  # by code
    payers: dict[str, Payer] = field(default_factory=dict)  # by id
    price_lists: dict[str, PriceList] = field(default_factory=dict)  # by id
    tax_classes: dict[str, TaxClass] = field(default_factory=dict)  # by id

    @property
    def offered(self) -> list[CatalogItem]:
        return [each for each in self.catalog.values() if each.active]

    def payer_named(self, name: str) -> Payer | None:
        """Of those that may pay, as a patient's policy calls them."""
        wanted = name.strip().casefold()
        return next((each for each in self.payers.values() if each.active and each.name.casefold() == wanted), None)

    def list_choices(self, chosen: str = "") -> list[tuple[str, str]]:
        """Of a form: the usual prices, and the lists that are in use, or `chosen`."""
        found = [each for each in self.price_lists.values() if each.active or each.id == chosen]
        return [("", "The usual ones"), *sorted(((each.id, each.name) for each in found), key=lambda each: each[1])]

    def tax_class(self, item: CatalogItem) -> TaxClass | None:
        """What it is taxed as, instead of its own rate."""
        return self.tax_classes.get(item.tax_class_id or "")

    def rate_on(self, item: CatalogItem, day: str) -> int:
        """Its tax, of what is done on `day`."""
        found = self.tax_class(item)
        return found.rate_on(day) if found else int(item.rate)

    def parts_of(self, item: CatalogItem) -> list[CatalogItem]:
        """Of a package: its services."""
        return [self.catalog[code] for code in item.parts or []]

    def usual(self, visit_type_id: str) -> list[CatalogItem]:
        """What a visit of this type is billed as, where nothing else was recorded."""
        return [each for each in self.offered if visit_type_id and visit_type_id in each.visit_type_ids]

    def found(self, typed: str) -> CatalogItem | None:
        """By its code, else by the one name that begins so, or that has it in it."""
        typed = typed.strip().casefold().partition(" · ")[0]
        if not typed:
            return None
        by_code = [each for each in self.offered if each.id.casefold() == typed]
        begins = [each for each in self.offered if each.name.casefold().startswith(typed)]
        holds = [each for each in self.offered if typed in each.name.casefold()]
        return next((found[0] for found in (by_code, begins, holds) if len(found) == 1), None)

    def show(self, minor: int) -> str:
        """ "1,250.00" """
        return money.show(Money(minor, self.clinic.money), self.clinic.locale)

    def sum(self, minor: int) -> str:
        """ "£1,250.00" """
        return money.show(Money(minor, self.clinic.money), self.clinic.locale, sign=True)


def setup(scope: Scope) -> MoneySetup:
    return remember(("money", scope.clinic_id), partial(_ask, scope))


def _ask(scope: Scope) -> MoneySetup:
    ranges = (keys.catalog_of, keys.payers_of, keys.price_lists_of, keys.tax_classes_of)
    pages = side_by_side(*(partial(query_whole, scope, each(scope.clinic_id)) for each in ranges))
    items, payers, lists, classes = pages
    return MoneySetup(
        accounts.clinic(scope.clinic_id),
        {each.id: each for each in items.of(CatalogItem)},
        {each.id: each for each in payers.of(Payer)},
        {each.id: each for each in lists.of(PriceList)},
        {each.id: each for each in classes.of(TaxClass)},
    )


def price_list(scope: Scope, id: str) -> PriceList:
    """Raises NotFound."""
    return get(scope, PriceList, PriceList.at(scope.clinic_id, id))


def tax_class(scope: Scope, id: str) -> TaxClass:
    """Raises NotFound."""
    return get(scope, TaxClass, TaxClass.at(scope.clinic_id, id))


def catalog_item(scope: Scope, code: str) -> CatalogItem:
    """Raises NotFound."""
    return get(scope, CatalogItem, CatalogItem.at(scope.clinic_id, code))


def payer(scope: Scope, id: str) -> Payer:
    """Raises NotFound."""
    return get(scope, Payer, Payer.at(scope.clinic_id, id))


def drawers(scope: Scope) -> list[Drawer]:
    return query(scope, keys.drawers_of(scope.clinic_id), limit=50).of(Drawer)


def known_drawers(scope: Scope) -> list[Drawer]:
    """As they were seconds ago."""
    return remember(("drawers", scope.clinic_id), partial(drawers, scope))


def open_days(scope: Scope, today: str, *, work: bool = False, consistent: bool = True) -> Page:
    """The rows of the drawers' days that are open, in one call; with `work` those of what was done on them too.

    Which drawers there are is known for seconds, and so is which day of each was the last: a day that another process
    opened just now is today's.
    """
    places: list[Key] = []
    for each in known_drawers(scope):
        for day in {each.open_day or each.closed_day or today, today}:
            places.append(keys.drawer_day(scope.clinic_id, each.id, day))
            places += [keys.day_sum(scope.clinic_id, day, each.id)] if work else []
    found = get_many(scope, places, consistent=consistent)
    opened = {row["PK"] for row in found.rows if row.get("state") == OPEN}
    return Page([raw for raw in found.raws if raw["PK"]["S"] in opened])


def drawer(scope: Scope, id: str) -> Drawer:
    """Raises NotFound."""
    return get(scope, Drawer, Drawer.at(scope.clinic_id, id))


def drawer_day(scope: Scope, drawer_id: str, day: str) -> DrawerDay:
    """Raises NotFound."""
    return get(scope, DrawerDay, DrawerDay.at(scope.clinic_id, drawer_id, day))


def open_drawer(scope: Scope, today: str, wanted: str = "") -> DrawerDay:
    """The drawer that money goes into: `wanted`, else the first one that is open. Raises Refused.

    One of a day before today has to be closed first; one that was opened for the day to come takes what comes in. What
    is in it is not read: whether it is open still is a condition of the write.
    """
    found = [each for each in drawers(scope) if each.open_day and wanted in ("", each.id)]
    if not found:
        raise Refused(NOT_OPEN)
    chosen = next((each for each in found if each.open_day and each.open_day >= today), None)
    if chosen is None:
        clinic = accounts.clinic(scope.clinic_id)
        raise Refused(FORGOTTEN.format(found[0].name, formats.date(found[0].open_day or "", clinic)))
    place = DrawerDay.at(scope.clinic_id, chosen.id, chosen.open_day or "")
    return DrawerDay(pk=place.pk, sk=place.sk, drawer=chosen.id, day=chosen.open_day)
