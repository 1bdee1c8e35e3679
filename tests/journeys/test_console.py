"""An administrator looks through Manage in a browser: axe-core finds nothing, and nothing scrolls sideways."""

import pytest
from playwright.sync_api import Page, expect

from clinnet import clock
from patients import queries, services
from scheduling.calendar.services.settings import save_room
from tests.browser import on_each_screen
from tests.journeys.cards import scope
from tests.journeys.conftest import Visit, listening

pytestmark = pytest.mark.browser
MANAGE = "/c/northside/manage/"
PAGES = ("", "go/", "trail/", "health/", "cost/", "visits/", "settings/", "settings/clinic/", "settings/logo/",
         "settings/day/", "settings/messages/", "settings/openings/", "settings/history/", "settings/access/",
         "settings/patients/fields/", "trail/?topic=refused", "staff/invite/", "services/",
         "services/?category=Tests", "patients/?ask=joined-in",
         "hours/", "other-days/", "requests/", "unpaid/", "drawers/", "work/", "visit-types/", "schedule/", "phrases/",
         "payers/", "price-lists/", "tax-classes/", "note-templates/", "letter-templates/")  # fmt: skip
WIDE = """document.documentElement.scrollWidth > document.documentElement.clientWidth
  || [...document.querySelectorAll(".table-wrap:has(.manage-table)")].some((it) => it.scrollWidth > it.clientWidth)"""


def tables(page: Page) -> list[str]:
    return ["scrolls sideways"] if page.evaluate(WIDE) else []


OPENED = ("rooms/", "staff/", "patients/")


def bulk_of(page: Page) -> list[str]:
    """The preview of something done to one room of our own, and the page of the work that did it."""
    room = save_room(scope(), name=f"Room {clock.new_id()[-6:]}")
    preview = f"{MANAGE}rooms/bulk/out-of-use/?pick={room}"
    page.goto(preview)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Done.", exact=True)).to_be_visible()
    return [f"{MANAGE}rooms/bulk/into-use/?pick={room}", page.url]


def put_back_of(page: Page, id: str) -> str:
    """Where what a change took from a patient is put back; the change is taken back by itself."""
    clinic = scope()
    was = queries.patient(clinic, id).pronouns
    for pronouns in ("they", was):
        services.change(clinic, queries.patient(clinic, id), {"pronouns": pronouns})
    page.goto(f"/c/northside/patients/{id}/history/")
    return page.get_by_role("link", name="Put back").first.get_attribute("href") or ""


def test_axe_finds_nothing_on_the_management_pages(visit: Visit) -> None:
    page = visit("ines.admin", MANAGE)
    found, paths = {}, [MANAGE + path for path in PAGES]
    for path in OPENED:
        page.goto(MANAGE + path)
        first = (page.locator(".go-link").first.get_attribute("href") or "").partition("?")[0]
        if path == "patients/":
            id = first.rstrip("/").rpartition("/")[2]
            paths += [f"/c/northside/patients/{id}/opened/", put_back_of(page, id)]
        paths += [
            MANAGE + path,
            first,
            f"{first}history/",
            f"{first}raw/",
            *([f"{first}access/"] if path == "staff/" else []),
        ]
    paths += ["/c/northside/signed-in/", *bulk_of(page)]
    for path in paths:
        page.goto(path)
        found[path] = on_each_screen(page, tables)
    assert {path: each for path, each in found.items() if each} == {}


def test_the_keys_of_a_list_move_choose_open_and_lead_anywhere(visit: Visit) -> None:
    page = visit("ines.admin", f"{MANAGE}rooms/")
    here, chosen = page.locator(":focus"), page.locator("input[name=pick]:checked")
    first, second, third = (page.locator("tbody .go-link").nth(number).inner_text() for number in range(3))
    page.keyboard.press("j")
    expect(here).to_have_text(first)
    page.keyboard.press(" ")
    expect(chosen).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(here).to_have_text(third)
    page.keyboard.press("Shift+ ")
    expect(chosen).to_have_count(3)
    page.keyboard.press("k")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name=second)).to_be_visible()
    expect(page.get_by_role("link", name="History")).to_have_attribute("aria-current", "page")
    page.keyboard.press("r")
    expect(page.get_by_role("link", name="In the table")).to_have_attribute("aria-current", "page")
    listening(page)
    page.keyboard.press("g")
    page.keyboard.type(third)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=third)).to_be_visible()
    page.keyboard.press("[")
    expect(page.get_by_role("heading", name=second)).to_be_visible()
    page.keyboard.press("]")
    expect(page.get_by_role("heading", name=third)).to_be_visible()
    page.keyboard.press("d")
    expect(page.get_by_label("Name")).to_have_value("")


def test_enter_in_the_search_of_a_list_opens_the_form_and_leads_back(visit: Visit) -> None:
    page = visit("ines.admin", f"{MANAGE}rooms/")
    name = page.locator("tbody .go-link").last.inner_text()  # no other's begins as the last one's does
    page.keyboard.press("s")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_have_value(name)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".manage-table .go-link")).to_have_text([name])
