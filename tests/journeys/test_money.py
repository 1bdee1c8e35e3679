"""From a visit to its receipt, by keys, and the drawer: in real browsers."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from billing import queries
from billing.checkout.services import check_out
from billing.day_close.services import first_id
from billing.invoices.services.crediting import credit
from billing.invoices.services.issuing import Provided
from billing.ledger import queries as ledger
from billing.rules import cash
from billing.takings.services import Taken
from clinnet import clock
from clinnet.accounts import queries as accounts
from patients.queries import patient as get_patient
from patients.services import register
from scheduling.appointments.services import states, walkins
from scheduling.calendar.queries.setup import setup
from tests.browser import faults, on_each_screen, sideways
from tests.journeys.cards import HOME, Booked, at_card, here, newcomer, scope
from tests.journeys.conftest import CLINIC, Visit, listening, today

pytestmark = pytest.mark.browser
__all__ = ["here"]


def somebody_here(name: str) -> tuple[str, str]:
    """A patient of the test's own, who is here for a consultation: their id and their visit's."""
    clinic = scope()
    patient, known = newcomer("Money", family=name), setup(clinic)
    kind = next(each for each in known.visit_types.values() if each.name == "Consultation")
    return patient.id, walkins.walk_in(clinic, patient=patient, visit_type=kind, practitioner=known.practitioners[0])


def test_a_visit_is_paid_in_two_keys_by_card_and_four_in_cash(visit: Visit) -> None:
    patient, here = somebody_here("Tester")
    page = visit("ana.ruiz", HOME)
    row = page.locator(f'[data-card="{here}"]').first
    row.locator("a, button").first.focus()
    page.keyboard.press("k")
    page.wait_for_url("**/check-out/**")
    listening(page)
    page.keyboard.press("2")
    expect(page.locator("#checkout-button")).to_have_text(re.compile("in cash"))
    page.get_by_role("button", name="70.00 was given").click()
    expect(page.locator("#checkout-change")).to_contain_text("Change £5.00")
    assert page.locator("#id_given").input_value() == "70.00"
    page.locator("#id_given").fill("100")
    page.locator("#id_given").press("Tab")
    expect(page.locator("#checkout-change")).to_contain_text("Change £35.00")
    assert faults(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast-line")).to_contain_text(re.compile(r"Change £35\.00.*£65\.00 in cash.*Invoice \d{4}-"))
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast-line")).to_contain_text("its number stays used")
    page.locator(f'[data-card="{here}"]').first.locator("a, button").first.focus()
    page.keyboard.press("k")
    page.wait_for_url("**/check-out/**")
    listening(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast-line")).to_contain_text("£65.00 by card from Money Tester")
    page.goto(f"{HOME}patients/{patient}/money/")
    expect(page.locator("main")).to_contain_text("Owes £0.00")
    assert faults(page) == []


def test_the_next_visit_is_booked_in_one_key_more(visit: Visit) -> None:
    patient, here = somebody_here("Returner")
    page = visit("ana.ruiz", f"{HOME}patients/{patient}/money/check-out/?visit={here}")
    listening(page)
    page.keyboard.press("n")
    expect(page.locator("#id_at option").first).to_have_text(re.compile(r"\d\d:\d\d, Dr "))
    chosen = page.locator("#id_at option").first.inner_text()
    assert faults(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text(f"Booked: {chosen}.")
    expect(page.locator("#toasts")).to_contain_text("£65.00 by card from Money Returner")
    page.goto(f"{HOME}patients/{patient}/appointments/")
    expect(page.locator("main")).to_contain_text(chosen.split(", ")[1])


def cut(page: Page) -> list[str]:
    sums = page.locator(".table-wrap:has(.ages, .paper-total)")
    wide = sums.evaluate_all("all => all.filter((each) => each.scrollWidth > each.clientWidth).length")
    return [*sideways(page), *(["cuts a sum"] if wide else [])]


def test_axe_finds_nothing_on_the_pages_of_money(visit: Visit) -> None:
    page = visit("ines.admin", f"{HOME}money/")
    today = clock.today("Europe/London")
    last = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    found = {}
    for path in (
        "money/",
        "money/catalogue/",
        "money/catalogue/prices/",
        "money/catalogue/file/in/",
        "money/claims/",
        "money/payers/new/",
        "money/price-lists/new/",
        "money/tax-classes/new/",
        "money/catalogue/FBC/",
        "money/unpaid/",
        "money/unpaid/statements/",
        "money/to-bill/",
        f"money/reports/{last}/",
        f"money/reports/{today}/",
        f"money/reports/{today.year}/",
        f"money/drawers/desk-{CLINIC}/{today}/count/",
        f"money/drawers/desk-{CLINIC}/{today}/cash/",
    ):
        page.goto(HOME + path)
        found[path] = on_each_screen(page, cut)
    assert {path: each for path, each in found.items() if each} == {}


def test_letters_of_a_list_are_of_the_row_that_the_focus_is_in(visit: Visit) -> None:
    """L and W of what is unpaid: of the first row, else of that one."""
    clinic, bills = scope(), []
    for name in ("Letters", "Keys"):
        patient, _ = somebody_here(name)
        done = [Provided(queries.setup(clinic).catalog["FBC"], today().isoformat())]
        bills.append((patient, check_out(clinic, patient=get_patient(clinic, patient), done=done)))
    page = visit("ines.admin", f"{HOME}money/unpaid/?age=0")
    for patient, bill in bills:
        for key, path in (("l", f"patients/{patient}/money/call/"), ("w", f"money/{bill}/write-off/")):
            page.locator(f'tr:has(a[href*="{bill}"]) .go-link').focus()
            page.keyboard.press(key)
            page.wait_for_url(f"**/{path}")
            page.go_back()
            listening(page)
    first = page.locator("tbody .go-link").first.get_attribute("href")
    page.keyboard.press("w")
    page.wait_for_url(f"**{first}write-off/")


def test_who_owes_is_reminded_by_keys(visit: Visit) -> None:
    """S and Ctrl+Enter from the list: statements for all of them. A call is written down in two interactions more."""
    patient, _ = somebody_here("Owing")
    clinic = scope()
    done = [Provided(queries.setup(clinic).catalog["FBC"], today().isoformat())]
    check_out(clinic, patient=get_patient(clinic, patient), done=done)
    page = visit("ana.ruiz", f"{HOME}money/unpaid/?age=0")
    page.get_by_role("link", name="Call Owing, Money").click()
    page.wait_for_url("**/call/")
    listening(page)
    assert faults(page) == []
    page.locator("#id_words").fill("Pays on Friday")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast-line")).to_contain_text("Written down.")
    row = page.locator("tr").filter(has_text="Owing, Money")
    expect(row).to_contain_text("called")
    page.keyboard.press("s")
    page.wait_for_url("**/statements/**")
    listening(page)
    expect(page.locator("main")).to_contain_text("reminded within 14 days")
    expect(page.locator("main")).not_to_contain_text("Owing, Money")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Done.")
    assert faults(page) == []


def paid_and_credited(name: str) -> tuple[str, str]:
    """A person whose invoice was credited after they paid it: their id, and what the payment is called."""
    clinic = scope()
    patient, _ = somebody_here(name)
    done = [Provided(queries.setup(clinic).catalog["FBC"], today().isoformat())]
    bill = check_out(clinic, patient=get_patient(clinic, patient), done=done, taken=Taken("card"))
    billed = ledger.billed(clinic, patient, bill)
    credit(clinic, billed=billed, quantities=[1000], reason="Not done")
    return patient, billed.invoice.number


def test_a_refund_is_asked_for_by_one_and_given_by_another(visit: Visit) -> None:
    """Three interactions and two; of two who approve at once one gives the money back."""
    patient, _ = paid_and_credited("Refunded")
    page = visit("ana.ruiz", f"{HOME}patients/{patient}/money/")
    page.keyboard.press("r")
    page.wait_for_url("**/refund/")
    listening(page)
    page.locator("#id_reason").fill("Not done")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast-line")).to_contain_text("Somebody else has to approve it")
    page.goto(f"{HOME}money/refunds/")
    expect(page.locator("li").filter(has_text="Refunded")).to_contain_text("waits for another person")
    office = [visit("ines.admin", f"{HOME}money/refunds/") for _ in range(2)]
    assert faults(office[0]) == []
    for each in office:
        each.locator("li").filter(has_text="Refunded").get_by_role("button", name="Pay back").click()
    said = sorted(each.locator(".toast-line").first.inner_text() for each in office)
    assert "Approved. Give back £24.00 by card." in said[0]
    assert "Somebody answered this just now." in said[1]
    page.goto(f"{HOME}patients/{patient}/money/")
    expect(page.locator("main")).to_contain_text("Owes £0.00")


def test_a_day_is_closed_with_what_it_differs_by_and_what_came_in_meanwhile(visit: Visit) -> None:
    """In the other clinic, whose drawer no other test needs; it is open again afterwards."""
    clinic, there = scope("harbor"), "/c/harbor/"
    drawer = first_id(clinic)
    page = visit("hal.reed", f"{there}money/")
    page.keyboard.press("c")
    page.wait_for_url("**/count/")
    listening(page)
    expect(page.locator("main")).not_to_contain_text("Expected")
    patient = get_patient(clinic, register(clinic, {"given_name": "Came", "family_name": "Meanwhile"}))
    now = clock.today(accounts.clinic("harbor").time_zone)
    done = [Provided(queries.setup(clinic).catalog["FBC"], now.isoformat())]
    check_out(clinic, patient=patient, done=done, taken=Taken("cash"))
    day = queries.drawer_day(clinic, drawer, queries.drawer(clinic, drawer).open_day or "")
    left = day.expected("cash") - 200
    for kind in cash.kinds(accounts.clinic("harbor").money):
        number, left = divmod(left, kind)
        if number:
            page.locator(f"#id_n{kind}").fill(str(number))
    counted = page.locator("[data-counted]")
    expect(counted).to_have_text(re.compile(rf"{day.expected('cash') // 100 - 2}[.,]\d\d"))
    expect(page.locator("main")).not_to_contain_text("Expected")
    page.locator("#id_card").fill(f"{day.expected('card') / 100:.2f}")
    page.locator("#id_transfer").fill(f"{day.expected('transfer') / 100:.2f}")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/close/")
    listening(page)
    expect(page.locator("main")).to_contain_text("cash came in")
    expect(page.locator("main")).to_contain_text("−2.00")
    assert faults(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Say why it differs.")
    page.locator("#id_reason").fill("Change given wrong")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/{day.day}/")
    expect(page.locator("main")).to_contain_text("Change given wrong")
    assert faults(page) == []
    office = visit("ines.admin", f"{there}money/drawers/{drawer}/{day.day}/")
    office.get_by_role("link", name="Reopen").click()
    office.wait_for_url("**/reopen/")
    listening(office)
    office.locator("#id_reason").fill("Coins found")
    office.keyboard.press("Control+Enter")
    office.wait_for_url("**/count/")


def test_what_a_nurse_wrote_down_is_on_the_check_out(visit: Visit) -> None:
    patient, here = somebody_here("Recorded")
    page = visit("nora.daly", f"{HOME}patients/{patient}/appointments/{here}/")
    page.get_by_role("link", name="What was done").click()
    page.wait_for_url("**/done/**")
    listening(page)
    page.keyboard.type("FBC")
    page.keyboard.press("Enter")
    expect(page.locator(".toast-line")).to_contain_text("Full blood count is written down.")
    assert faults(page) == []
    page = visit("ana.ruiz", f"{HOME}patients/{patient}/money/check-out/?visit={here}")
    expect(page.locator("#checkout-lines")).to_contain_text("FBC · Nora Daly")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast-line")).to_contain_text("£89.00 by card")


def test_space_sends_nobody_away_who_was_not_checked_out(visit: Visit, here: Booked) -> None:
    states.finish(scope(), appointment=here.appointment)
    page = visit("ana.ruiz", HOME)
    at_card(page, here)
    page.keyboard.press("Space")
    expect(page.locator("#visit h1")).to_contain_text("is not checked out yet")
    expect(page.locator("#visit").get_by_role("link", name="Pay")).to_be_focused()
    assert here.again().state == "finished"
    assert faults(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/check-out/**")
