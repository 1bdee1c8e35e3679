"""From a visit to its receipt, by keys, and the drawer: in real browsers."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from clinnet import clock
from clinnet.table import Scope
from patients.queries import patient as get_patient
from patients.services import register
from scheduling.appointments.services import walkins
from scheduling.calendar.queries.setup import setup
from tests.browser import faults
from tests.journeys.conftest import Visit, listening

pytestmark = pytest.mark.browser
CLINIC = "northside"
HOME = f"/c/{CLINIC}/"


def somebody_here(name: str) -> tuple[str, str]:
    """A patient of the test's own, who is here for a consultation: their id and their visit's."""
    scope = Scope.system("tests", CLINIC)
    patient = get_patient(scope, register(scope, {"given_name": "Money", "family_name": name}))
    known = setup(scope)
    kind = next(each for each in known.visit_types.values() if each.name == "Consultation")
    return patient.id, walkins.walk_in(scope, patient=patient, visit_type=kind, practitioner=known.practitioners[0])


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


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desk-light", "phone-dark"])
def test_axe_finds_nothing_on_the_pages_of_money(visit: Visit, phone: bool, dark: bool) -> None:
    page = visit("ines.admin", f"{HOME}money/", phone=phone, dark=dark)
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
        "money/to-bill/",
        f"money/reports/{last}/",
        f"money/drawers/desk-{CLINIC}/{today}/count/",
    ):
        page.goto(HOME + path)
        found[path] = faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{path} scrolls sideways"
    assert {path: each for path, each in found.items() if each} == {}
