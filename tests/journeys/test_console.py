"""An administrator looks through Manage in a browser: axe-core finds nothing, and nothing scrolls sideways."""

import pytest

from tests.browser import faults
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser
MANAGE = "/c/northside/manage/"
PAGES = ("", "trail/", "health/", "cost/", "settings/", "settings/clinic/", "settings/logo/", "settings/day/",
         "settings/messages/",
         "settings/history/", "staff/invite/", "services/", "services/?category=Tests", "patients/?ask=joined-in",
         "hours/", "other-days/", "requests/", "unpaid/", "drawers/", "work/", "visit-types/", "schedule/")  # fmt: skip
OPENED = ("rooms/", "staff/", "patients/")


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desk-light", "phone-dark"])
def test_axe_finds_nothing_on_the_management_pages(visit: Visit, phone: bool, dark: bool) -> None:
    page = visit("ines.admin", MANAGE, phone=phone, dark=dark)
    found, paths = {}, [MANAGE + path for path in PAGES]
    for path in OPENED:
        page.goto(MANAGE + path)
        first = page.locator(".go-link").first.get_attribute("href") or ""
        paths += [MANAGE + path, first, f"{first}history/", *([f"{first}access/"] if path == "staff/" else [])]
    for path in paths:
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        found[path] = [*faults(page), *(["scrolls sideways"] if wide else [])]
    assert {path: each for path, each in found.items() if each} == {}
