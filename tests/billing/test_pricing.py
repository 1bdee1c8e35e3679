"""Which price and which tax a service has: by its list, its day and its tax class; packages; tax in the price."""

from dataclasses import replace
from typing import Any

import pytest

from billing import queries
from billing.catalog import services as catalog
from billing.invoices.services import crediting
from billing.invoices.services.agreeing import agreed
from billing.invoices.services.issuing import Cover, Provided
from billing.models import Payer
from billing.payers.services import save_payer
from billing.prices import queries as changes
from billing.prices import services as prices
from billing.prices.rules import read
from billing.pricing import services as pricing
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.console.settings import services as settings
from patients.models import Patient
from tests.billing.conftest import Till, refused
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill
from tests.patients.pages import plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
BEFORE, SINCE, LATER = "2020-01-01", "2026-11-01", "2099-01-01"


def put(till: Till, code: str, price: int, *, since: str = BEFORE, **more: Any) -> None:
    """A new service, or another price of one that keeps the rest."""
    item = queries.setup(till.scope).catalog.get(code)
    kept = {"name": item.name, "rate": int(item.rate)} if item else {"name": f"Service {code}"}
    catalog.save(till.desk.admin, item=item, code=code, price=price, since=since, **{**kept, **more})


def priced(till: Till, *codes: str, day: str = "", cover: Cover | None = None, **more: Any) -> list[tuple[int, int]]:
    """Amount and rate of each line that these become."""
    done = [Provided(till.item(code), day or till.today, **more) for code in codes]
    return [(each.line.amount, each.line.rate) for each in agreed(queries.setup(till.scope), done, cover)]


def insurer(till: Till, list_name: str = "Insurers") -> tuple[str, Cover]:
    id = pricing.save_price_list(till.desk.admin, name=list_name)
    payer = save_payer(till.desk.admin, name="AXA Health", percent=80_000, price_list_id=id)
    return id, Cover(queries.payer(till.scope, payer), 80_000)


def tax_in_price(till: Till) -> None:
    clinic = accounts.clinic(till.scope.clinic_id)
    settings.change(till.desk.admin, clinic=clinic, values={"tax_included": True})


def test_the_price_is_that_of_the_payers_list_on_the_day_it_was_done(till: Till, maria: Patient) -> None:
    id, cover = insurer(till)
    put(till, "FBC", 2200, since=SINCE, price_list_id=id)
    put(till, "FBC", 2000, since=LATER, price_list_id=id)
    put(till, "FBC", 9900, since=LATER)
    assert priced(till, "FBC", "CONS15", cover=cover) == [(2200, 0), (6500, 0)]  # the second is not on their list
    assert priced(till, "FBC", day="2026-10-31", cover=cover) == [(2400, 0)]  # their list had none yet
    assert (priced(till, "FBC"), priced(till, "FBC", day=LATER)) == ([(2400, 0)], [(9900, 0)])
    assert priced(till, "FBC", day=LATER, cover=cover) == [(2000, 0)]
    billed = till.check_out(maria, "FBC", cover=cover)
    assert (billed.invoice.total, billed.claims[0].total, billed.settlement.total) == (2200, 1760, 440)
    put(till, "FBC", 1, since=BEFORE, price_list_id=id)  # nothing of what was invoiced changes
    assert (till.again(billed).invoice.lines[0]["price"], wrong(till)) == (2200, [])


def test_a_list_is_raised_and_taken_back_by_itself(till: Till) -> None:
    id, cover = insurer(till)
    put(till, "FBC", 2200, price_list_id=id)
    items = [till.item("FBC"), till.item("CONS15")]
    change = prices.change(till.desk.admin, items=items, percent=10_000, since=LATER, price_list_id=id)
    assert priced(till, "FBC", "CONS15", day=LATER, cover=cover) == [(2420, 0), (6500, 0)]
    assert priced(till, "FBC", day=LATER) == [(2400, 0)]
    put(till, "FBC", 2500, since=LATER)  # the usual price of the same day
    known = [till.item("FBC")]
    assert prices.undo(till.desk.admin, change=changes.change(till.scope, change), items=known) == "1"
    assert priced(till, "FBC", day=LATER, cover=cover) + priced(till, "FBC", day=LATER) == [(2200, 0), (2500, 0)]


def test_a_tax_class_changes_the_rate_of_all_its_services_from_its_day(till: Till, maria: Patient) -> None:
    office, law = till.desk.admin, "Exempt: VATA 1994, Sch. 9, Gr. 7."
    standard = pricing.save_tax_class(office, name="Standard", rate=20_000, since=BEFORE)
    care = pricing.save_tax_class(office, name="Care", rate=0, since=BEFORE, note=law)
    put(till, "LETTER", 3000, tax_class_id=standard)
    put(till, "FBC", 2400, tax_class_id=care)
    billed = till.check_out(maria, "LETTER", "FBC")
    known = queries.setup(till.scope).tax_classes[standard]
    pricing.save_tax_class(office, tax_class=known, name="Standard", rate=21_000, since=LATER)
    assert priced(till, "LETTER", "FBC") == [(3000, 20_000), (2400, 0)]
    assert priced(till, "LETTER", day=LATER) == [(3000, 21_000)]
    lines = till.again(billed).invoice.lines
    assert [(int(each["rate"]), each.get("note")) for each in lines] == [(20_000, None), (0, law)]
    desk = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    assert law in plain(desk.get(f"patients/{maria.id}/money/{billed.invoice.id}/"))
    with refused("0 to 100"):
        pricing.save_tax_class(office, name="All", rate=100_001, since=BEFORE)


def test_tax_that_is_in_the_price_is_in_it_from_the_page_to_the_credit_note(till: Till, maria: Patient) -> None:
    put(till, "PEN", 999, rate=20_000)
    tax_in_price(till)
    billed = till.check_out(maria, "PEN", "PEN", "PEN", method="card")
    invoice = billed.invoice
    assert (invoice.included, invoice.total) == (True, 2997)
    assert [(each["net"], each["tax"]) for each in invoice.rates] == [(2497, 500)]  # 501 by each line
    for one in ([1000, 0, 0], [0, 1000, 0], [0, 0, 1000]):
        crediting.credit(till.desk.admin, billed=till.again(billed), quantities=one, reason="Any")
    assert (till.again(billed).settlement.credited_total, wrong(till)) == (2997, [])
    desk = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    form = desk.form(f"patients/{maria.id}/money/check-out/")
    looked = desk.client.post(desk.url(f"patients/{maria.id}/money/check-out/"), form | {"add": "PEN", "do": "look"})
    assert "9.99" in plain(looked.content.decode())
    assert "11.99" not in plain(looked.content.decode())
    assert "Prices include tax." in plain(desk.get(f"patients/{maria.id}/money/{invoice.id}/"))


def test_a_package_is_shared_out_over_its_parts_with_the_tax_of_each(till: Till, maria: Patient) -> None:
    put(till, "CHECK", 10_000, parts=["CONS15", "FBC", "LETTER"])  # alone they are 65.00, 24.00 and 30.00
    parts = priced(till, "CHECK")
    assert parts == [(5462, 0), (2017, 0), (2521, 20_000)]
    assert sum(amount for amount, _ in parts) == 10_000
    dearer = priced(till, "CHECK", quantity=2000, percent_off=33_333)
    assert sum(amount for amount, _ in dearer) == 13_333  # rounded once, then shared out
    billed = till.check_out(maria, "CHECK", method="card")
    assert [each["name"] for each in billed.invoice.lines][1] == "Full blood count (Service CHECK)"
    assert (billed.invoice.total, wrong(till)) == (10_504, [])
    with refused("as a whole"):
        priced(till, "CHECK", quantity=1500)
    clerk = replace(till.provided("CHECK"), percent_off=10_000)
    assert till.check_out(maria, "CHECK").invoice.total == 10_504
    assert agreed(queries.setup(till.scope), [clerk])[0].amount_off == 546
    for parts_, said in ((["FBC"], "of 2 to"), (["CHECK", "FBC"], "neither packages"), (["FBC", "NONE"], "neither")):
        with refused(said):
            put(till, "OTHER", 100, parts=parts_)


def test_the_office_makes_lists_classes_and_packages_and_takes_them_out_and_in(till: Till) -> None:
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    office.send("money/price-lists/new/", name="Insurers", active="on")
    office.send("money/tax-classes/new/", name="Standard", rate="20", since=BEFORE)
    known = queries.setup(till.scope)
    (lists, classes) = (list(known.price_lists), list(known.tax_classes))
    office.send("money/payers/new/", name="AXA", percent="80", price_list_id=lists[0], active="on")
    payer: Payer = next(iter(queries.setup(till.scope).payers.values()))
    assert payer.price_list_id == lists[0]
    there = "money/catalogue/FBC/"
    office.send(there, price="22", since=LATER, price_list_id=lists[0], tax_class_id=classes[0], active="on")
    page = plain(office.get(there))
    assert "22.00 from 1 Jan 2099 Insurers announced" in page
    assert "24.00 from 1 Jan 2020 now" in page
    out = office.get("money/catalogue/file/")
    assert "FBC,Full blood count,,22.00,2099-01-01,Standard,yes,Insurers" in out
    found = list(read(out, "GBP", "en-GB", till.today))
    planned, bad = prices.plan(queries.setup(till.scope), found)
    assert (bad, [each.code for each in planned if each.values]) == ([], [])
    more = "Code,Price,From,List,Tax\nFBC,21,2099-02-01,insurers,20\nFBC,20,2099-02-01,,20\nX,1,,nobody,\nY,1,,,what\n"
    planned, bad = prices.plan(queries.setup(till.scope), list(read(more, "GBP", "en-GB", till.today)))
    assert [each.why.partition(".")[0] for each in bad] == [
        "No price list is called nobody",
        "No tax class is called what",
    ]
    prices.take_in(till.desk.admin, planned=planned, wrong=[])
    item = till.item("FBC")
    assert (item.price_on("2099-02-01", lists[0]), item.price_on("2099-02-01")) == (2100, 2000)
    assert item.tax_class_id is None
    assert item.rate == 20_000
