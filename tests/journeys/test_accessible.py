"""axe-core on every page of the site, at a desk and on a phone, light and dark."""

import pytest
from playwright.sync_api import expect

from tests.browser import on_each_screen
from tests.journeys.cards import HOME
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser
OTHERS = ["", "patients/", "patients/new/", "nothing/"]
PATIENT = [
    "",
    "contacts/",
    "details/",
    "details/name/",
    "details/contact/",
    "details/insurance/",
    "details/alerts/",
    "history/",
    "merge/",
    "photo/change/",
    "archive/",
    "deceased/",
    "relatives/new/",
    "family/link/",
    "family/outsider/",
]


def test_axe_finds_nothing_on_any_page(visit: Visit) -> None:
    page = visit("amara.okafor", HOME)
    page.locator("input[name=q]").fill("garcía lu")
    expect(page.locator("#found-1")).to_be_visible()
    expect(page.locator("#find-answer")).not_to_have_attribute("aria-busy", "true")  # rows of an older answer are dim
    found = {"search": on_each_screen(page)}
    patient = page.locator("#found-1").get_attribute("href") or ""
    for path in [
        HOME,
        f"{HOME}patients/",
        f"{HOME}patients/new/",
        f"{HOME}nothing/",
        *(patient + tab for tab in PATIENT),
    ]:
        page.goto(path)
        found[path] = on_each_screen(page)
    assert {path: each for path, each in found.items() if each} == {}
