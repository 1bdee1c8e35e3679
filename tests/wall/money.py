"""The money of a filled clinic: a service, an open drawer, and an invoice of the patient's that is paid in part."""

from collections.abc import Mapping
from typing import Any

from billing import queries
from billing.catalog import services as catalog
from billing.checkout.services import Bill, check_out, mark
from billing.day_close import services as day_close
from billing.invoices.services import crediting
from billing.invoices.services.issuing import Cover, Provided
from billing.ledger import queries as ledger
from billing.ledger.queries import Billed
from billing.models import CatalogItem, Drawer, DrawerDay, Entry, Payer, PriceChange, RefundRequest, Settlement
from billing.payers import services as payers
from billing.prices import queries as price_queries
from billing.prices import services as prices
from billing.pricing import services as pricing
from billing.pricing.models import PriceList, TaxClass
from billing.recorded import queries as recorded_queries
from billing.recorded import services as recorded_services
from billing.recorded.models import VisitWork
from billing.refunds import queries as refund_queries
from billing.refunds import services as refunds
from billing.reminders import services as reminders
from billing.takings.services import Taken
from billing.unbilled import services as unbilled
from clinnet import clock
from clinnet.table import Scope
from patients import queries as patients
from patients.models import Patient
from scheduling.appointments import queries as appointments
from scheduling.models import Appointment
from tests.wall.schedule import ZONE

ENTITIES = (
    CatalogItem,
    Drawer,
    DrawerDay,
    Billed,
    Provided,
    Entry,
    RefundRequest,
    PriceChange,
    Payer,
    Settlement,
    Cover,
    VisitWork,
    PriceList,
    TaxClass,
)
# What the services take besides objects, by name.
VALUES: Mapping[str, Any] = {
    "code": "REACHED", "price": 100, "since": "2026-11-01", "opening": 0, "stays": 0, "pieces": {}, "card": 0,
    "transfer": 0, "taken": Taken("card"), "quantities": [100], "amount": 100, "method": "card",
    "words": "Reached", "percent": 3000, "rate": 20_000, "planned": [], "wrong": [],
    "name": "Reached", "state": "sent", "rest": "person", "amounts": [100], "total": 100,
}  # fmt: skip


def settle_money(scope: Scope, word: str, patient: Patient, over: str) -> dict[str, list[str]]:
    """The ids are named as URLs name them; `over` is the id of a visit that has nothing to bill."""
    code = catalog.save(
        scope, code=clock.new_id()[-8:], name=f"Cough {word}", price=6500, since="2020-01-01", category=f"Kind {word}"
    )
    visit = appointments.appointment(scope, patient.id, over)
    recorded_services.record(scope, appointment=visit, recorded=None, item=queries.catalog_item(scope, code))
    unbilled.excuse(scope, appointment=visit, reason=word)
    change = prices.change(scope, items=[queries.catalog_item(scope, code)], percent=10_000, since="2099-01-01")
    drawer = day_close.open_drawer(scope, opening=15000)
    done = [Provided(queries.catalog_item(scope, code), clock.today(ZONE).isoformat(), by=word)]
    payer = payers.save_payer(scope, name=f"Payer {word}", percent=80_000)
    price_list = pricing.save_price_list(scope, name=f"Prices {word}")
    tax_class = pricing.save_tax_class(scope, name=f"Tax {word}", rate=20_000, since="2020-01-01")
    cover = Cover(queries.payer(scope, payer), 50_000)
    bill = check_out(scope, patient=patient, done=done, cover=cover, taken=Taken("card", 1000))
    other = ledger.billed(scope, patient.id, check_out(scope, patient=patient, done=done, taken=Taken("card")))
    note = crediting.credit(scope, billed=other, quantities=[900], reason=word)
    payment = ledger.entries_about(scope, other.invoice)[1].id
    refund = refunds.ask(scope, payment=ledger.entry(scope, patient.id, payment), amount=100, reason=word)
    day = queries.drawer_day(scope, drawer, clock.today(ZONE).isoformat())
    day_close.count(scope, session=day, pieces={5000: 2}, card=1000, transfer=0)
    statements = reminders.begin(scope, patients=[patient])
    return {
        "code": [code],
        "drawer_id": [drawer],
        "bill_id": [bill],
        "credit_id": [note],
        "payment_id": [payment],
        "refund_id": [refund],
        "change_id": [change],
        "payer_id": [payer],
        "list_id": [price_list],
        "class_id": [tax_class],
        "year": [day.day[:4]],
        "statements_id": [statements],
        "period": [day.day[:7]],
    }


def shown_at_checkout(scope: Scope, ids: dict[str, list[str]]) -> dict[str, str]:
    """What its page sends back of what it says, with the first service on it."""
    known, patient = queries.setup(scope), patients.patient(scope, ids["patient_id"][0])
    bill = Bill(patient, [Provided(known.catalog[ids["code"][0]], clock.today(ZONE).isoformat())])
    return {"shown": "6500", "billed": mark(known, [bill])}


def _visit(scope: Scope, ids: dict[str, list[str]]) -> Appointment:
    """Of which something is written down."""
    return appointments.appointment(scope, ids["patient_id"][0], ids["appointment_id"][7])


def loaded(service: str, hint: Any, scope: Scope, ids: dict[str, list[str]]) -> Any:
    """An object of that type. Raises KeyError for another type."""
    drawer = queries.drawer(scope, ids["drawer_id"][0])
    item = queries.catalog_item(scope, ids["code"][0])
    made: dict[Any, Any] = {
        CatalogItem: lambda: item,
        Drawer: lambda: drawer,
        DrawerDay: lambda: queries.drawer_day(scope, drawer.id, drawer.open_day or drawer.closed_day or ""),
        Billed: lambda: ledger.billed(scope, ids["patient_id"][0], ids["bill_id"][0]),
        Entry: lambda: ledger.entry(scope, ids["patient_id"][0], ids["payment_id"][0]),
        RefundRequest: lambda: refund_queries.refund(scope, ids["patient_id"][0], ids["refund_id"][0]),
        Payer: lambda: queries.payer(scope, ids["payer_id"][0]),
        PriceList: lambda: queries.price_list(scope, ids["list_id"][0]),
        TaxClass: lambda: queries.tax_class(scope, ids["class_id"][0]),
        Cover: lambda: Cover(queries.payer(scope, ids["payer_id"][0]), 50_000),
        Settlement: lambda: ledger.billed(scope, ids["patient_id"][0], ids["bill_id"][0]).claims[0],
        PriceChange: lambda: price_queries.change(scope, ids["change_id"][0]),
        VisitWork: lambda: recorded_queries.recorded(scope, _visit(scope, ids)),
        Provided: lambda: Provided(item, clock.today(ZONE).isoformat()),
    }
    return made[hint]()
