"""Money among the management pages."""

from typing import Any

from billing import queries
from billing.bundles.models import Bundle
from billing.cash_moves.models import CashMove
from billing.catalog.services import SAVE
from billing.day_close.rows import is_off
from billing.imported.models import ImportedBill
from billing.lines import MoneyLine
from billing.mailing.models import Mailing
from billing.models import (
    CatalogItem,
    CreditNote,
    Drawer,
    DrawerDay,
    Entry,
    Invoice,
    Payer,
    PriceChange,
    RefundRequest,
    Settlement,
)
from billing.pricing.models import PriceList, TaxClass
from billing.recorded.models import VisitWork
from billing.refunds.queries import asked as asked_refunds
from billing.reports import queries as reports
from billing.reports.services import PROOF
from billing.rules import typed
from clinnet import formats
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.console import shows
from clinnet.console.home import TODAY, WAITS, HomePart, Line
from clinnet.console.registry import Bulk, Column, Entity, Link, ManagePage, NotManaged, Question, Whole
from clinnet.console.settings.declared import Setting, Subject
from clinnet.console.shows import Reader
from clinnet.forms.fields import Tick
from clinnet.health.work import NIGHTLY, ClockWork
from clinnet.table import Scope, keys
from scheduling.calendar.queries.setup import setup as schedule

READ = Permission.MONEY_READ
GROUP = "Money"
BOOKS = "of the books: shown with the invoice and in the drawer's day, and never changed"


def price(value: Any, reader: Reader) -> str:
    """What holds today, of the usual prices."""
    today = formats.today(reader.clinic)
    held = [each["price"] for each in value or () if each["from"] <= today and not each.get("list")]
    return shows.amount(held[-1], reader) if held else "–"


def prices(value: Any, reader: Reader) -> str:
    """ "65.00 from 1 Jan 2026; 68.00 from 1 Jan 2027; 60.00 from 1 Jan 2027 (Insurers)" """
    lists = queries.setup(reader.scope).price_lists
    return "; ".join(
        f"{shows.amount(each['price'], reader)} from {shows.day(each['from'], reader)}"
        + (f" ({lists[each['list']].name})" if each.get("list") in lists else "")
        for each in value or ()
    )


def rates(value: Any, reader: Reader) -> str:
    """ "20 % from 1 Jan 2026; 21 % from 1 Jan 2027" """
    return "; ".join(f"{rate(each['rate'], reader)} from {shows.day(each['from'], reader)}" for each in value or ())


def rate(value: Any, reader: Reader) -> str:
    return f"{typed.show(int(value))} %" if value else "exempt"


def visits(value: Any, reader: Reader) -> str:
    known = schedule(reader.scope).visit_types
    return ", ".join(known[id].name for id in value or () if id in known)


def told(reader: Reader, path: str, value: Any) -> str:
    shown = {
        "prices": prices,
        "rates": rates,
        "rate": rate,
        "percent": rate,
        "visit_type_ids": visits,
        "active": shows.yes_no,
    }
    return shown.get(path, shows.plain)(value, reader)


AMOUNTS = {
    "opening": "Float",
    "counted": "Counted",
    "variance": "Differs by",
    "stays": "Stays overnight",
    "banked": "For the bank",
    "moved": "In (below 0: out)",
}


def told_of_drawer(reader: Reader, path: str, value: Any) -> str:
    """`counted/CASH` is an amount of the clinic's currency, as `counted` is."""
    show = shows.amount if path.partition("/")[0] in AMOUNTS else shows.day if path.endswith("_day") else shows.plain
    return show(value, reader)


def billed(reader: Reader) -> list[Line]:
    """This month so far; what a drawer took today is not said before it was counted."""
    name = formats.today(reader.clinic)[:7]
    total = sum(net + tax for _, net, tax in reports.month(reader.scope, name).rates)
    url = reverse("billing:report-of", args=[reader.scope.clinic_id, name])
    return [Line("Billed this month", queries.setup(reader.scope).sum(total), url)]


def refunds(reader: Reader) -> list[Line]:
    found = len(asked_refunds(reader.scope)().rows)
    url = reverse("billing:refunds", args=[reader.scope.clinic_id])
    return [Line("Refunds to be answered", str(found), url, "warn")][:found]


def drawers(reader: Reader) -> list[Line]:
    """Those that were counted and differ, and those of a day before that nobody closed."""
    found = list[Line]()
    for drawer in queries.drawers(reader.scope):
        if drawer.open_day:
            day = queries.drawer_day(reader.scope, drawer.id, drawer.open_day)
            url = reverse("billing:money-home", args=[reader.scope.clinic_id])
            if day.counted and is_off(day):
                found.append(Line(f"{drawer.name} was counted and differs", "Close", url, "warn"))
            elif day.day < formats.today(reader.clinic):
                found.append(Line(f"{drawer.name} is open since {shows.day(day.day, reader)}", "Count", url, "warn"))
    return found


def _tax_included(label: str) -> Tick:
    return Tick(label, help_text="Of all services, on every price list. Invoices that were issued stay as they are")


def proved(scope: Scope) -> str:
    """When the books were held against themselves last, and what did not agree."""
    found = reports.proof(scope)
    if not found:
        return "Never yet"
    when = formats.within(found.at, queries.setup(scope).clinic)
    return f"{when}: {found.wrong} {'difference' if found.wrong == 1 else 'differences'}"


ENTITIES = (
    ClockWork(25, PROOF, "The books against themselves", "Every night", proved, why="Under a role that pages have not",
              every=NIGHTLY),
    Subject(40, "money", "Prices and tax", "Invoices are drawn up by it from now on.", needs=Permission.CATALOGUE),
    Setting("money", "tax_included", "Prices have their tax in them", _tax_included, shows.yes_no, keep=bool),
    HomePart(20, TODAY, Permission.MONEY_REPORT, billed),
    ManagePage(46, "Money by period", "cash", "billing:reports", Permission.MONEY_REPORT),
    HomePart(10, WAITS, Permission.MONEY_CORRECT, refunds),
    HomePart(20, WAITS, Permission.MONEY_CORRECT, drawers),
    Entity(
        CatalogItem, "services", "Service", "Services", group=GROUP, icon="receipt-2", read=READ,
        questions=(Whole(keys.catalog_of),),
        columns=(Column("id", "Code"), Column("name"), Column("category", extra=True),
                 Column("rate", "Tax", rate, extra=True),
                 Column("prices", "Price", price, number=True), Column("active", "Offered", shows.yes_no, extra=True)),
        facts=(Column("name"), Column("id", "Code"), Column("category"), Column("prices"), Column("rate", "Tax"),
               Column("visit_type_ids", "Usual for"), Column("active", "Offered")),
        search=("id", "name"), filters=("category", "active"), words=told, order=10,
        bulk=(Bulk("not-offered", "No longer offer", SAVE, {"active": False}),
              Bulk("offered", "Offer again", SAVE, {"active": True})),
        add=Link("billing:new-service", ()), change=Link("billing:service"), write=Permission.CATALOGUE, unlike=(),
    ),
    Entity(
        Settlement, "unpaid", "Invoice", "Unpaid invoices", group=GROUP, icon="file-text", read=READ,
        questions=(Question("Open", keys.unpaid_of),), line=MoneyLine,
        parts=("patient_id", "id"),
        columns=(Column("number", "Number"), Column("day", "Issued", shows.day),
                 Column("total", show=shows.amount, number=True), Column("owed", "Open", shows.amount, number=True)),
        facts=(Column("number"), Column("day", "Issued", shows.day), Column("total", show=shows.amount),
               Column("open", show=shows.amount), Column("state")),
        place=Link("billing:invoice", ("patient_id", "id")), why="What was issued stays as it was.",
    ),
    Entity(
        Drawer, "drawers", "Drawer", "Drawers", group=GROUP, icon="cash", read=READ,
        questions=(Whole(keys.drawers_of),),
        columns=(Column("name"), Column("open_day", "Open for", shows.day),
                 Column("closed_day", "Closed last", shows.day),
                 Column("stays", "Stays overnight", shows.amount, number=True)),
        labels=AMOUNTS, words=told_of_drawer,
        why="A drawer is opened, counted and closed in Money.",
    ),
    Entity(
        Payer, "payers", "Payer", "Payers", group=GROUP, icon="building-bank", read=READ,
        questions=(Whole(keys.payers_of),),
        columns=(Column("name"), Column("percent", "Usually pays", rate, number=True),
                 Column("active", "Pays", shows.yes_no)),
        facts=(Column("name"), Column("percent", "Usually pays"), Column("active", "Pays")),
        search=("name",), words=told, order=20,
        add=Link("billing:new-payer", ()), change=Link("billing:payer"), write=Permission.CATALOGUE,
        unlike=("name",),
    ),
    Entity(
        PriceList, "price-lists", "Price list", "Price lists", group=GROUP, icon="receipt-2", read=READ,
        questions=(Whole(keys.price_lists_of),),
        columns=(Column("name"), Column("active", "In use", shows.yes_no)),
        facts=(Column("name"), Column("active", "In use")), search=("name",), words=told, order=30,
        add=Link("billing:new-price-list", ()), change=Link("billing:price-list"), write=Permission.CATALOGUE,
    ),
    Entity(
        TaxClass, "tax-classes", "Tax class", "Tax classes", group=GROUP, icon="receipt-2", read=READ,
        questions=(Whole(keys.tax_classes_of),),
        columns=(Column("name"), Column("rates", "Tax", rates), Column("note", "Why it is exempt", extra=True)),
        facts=(Column("name"), Column("rates", "Tax"), Column("note", "Why it is exempt")), search=("name",),
        words=told, order=40,
        add=Link("billing:new-tax-class", ()), change=Link("billing:tax-class"), write=Permission.CATALOGUE,
        unlike=("name",),
    ),
    NotManaged(PriceChange, "shown on the page where prices are changed, with its undo"),
    *(NotManaged(each, BOOKS)
      for each in (Invoice, CreditNote, RefundRequest, Entry, DrawerDay, CashMove, VisitWork, Bundle, Mailing,
                   ImportedBill)),
)  # fmt: skip
