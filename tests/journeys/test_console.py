"""An administrator looks through Manage in a browser: axe-core finds nothing, and nothing scrolls sideways."""

import pytest
from playwright.sync_api import Page, expect

from clinnet import clock
from clinnet.table import Scope
from scheduling.calendar.services.settings import save_room
from tests.browser import faults
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser
MANAGE = "/c/northside/manage/"
PAGES = ("", "trail/", "health/", "cost/", "visits/", "settings/", "settings/clinic/", "settings/logo/",
         "settings/day/", "settings/messages/", "settings/history/", "staff/invite/", "services/",
         "services/?category=Tests", "patients/?ask=joined-in",
         "hours/", "other-days/", "requests/", "unpaid/", "drawers/", "work/", "visit-types/", "schedule/")  # fmt: skip
OPENED = ("rooms/", "staff/", "patients/")


def bulk_of(page: Page) -> list[str]:
    """The preview of something done to one room of our own, and the page of the work that did it."""
    room = save_room(Scope.system("tests", "northside"), name=f"Room {clock.new_id()[-6:]}")
    preview = f"{MANAGE}rooms/bulk/out-of-use/?pick={room}"
    page.goto(preview)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Done.", exact=True)).to_be_visible()
    return [f"{MANAGE}rooms/bulk/into-use/?pick={room}", page.url]


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desk-light", "phone-dark"])
def test_axe_finds_nothing_on_the_management_pages(visit: Visit, phone: bool, dark: bool) -> None:
    page = visit("ines.admin", MANAGE, phone=phone, dark=dark)
    found, paths = {}, [MANAGE + path for path in PAGES]
    for path in OPENED:
        page.goto(MANAGE + path)
        first = page.locator(".go-link").first.get_attribute("href") or ""
        if path == "patients/":
            id = first.rstrip("/").rpartition("/")[2]
            paths.append(f"/c/northside/patients/{id}/opened/")
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
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        found[path] = [*faults(page), *(["scrolls sideways"] if wide else [])]
    assert {path: each for path, each in found.items() if each} == {}
