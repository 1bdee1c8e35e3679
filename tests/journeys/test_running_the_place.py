"""An administrator runs the clinic in a browser, from the first day of a doctor to a trail that somebody changed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from clinnet import clock
from clinnet.audit import seals
from clinnet.table import keys, query
from clinnet.table.connection import call
from scheduling.calendar.services.settings import save_room
from tests.engine import Site
from tests.journeys.cards import HOME, scope
from tests.journeys.conftest import Visit, sign_in
from tests.journeys.late import Late

pytestmark = pytest.mark.browser
MANAGE = f"{HOME}manage/"


@pytest.fixture
def ines(browser: Browser, demo: Site) -> Iterator[Page]:
    """An administrator who just typed the password: it is asked again before what others may do is changed."""
    size = {"width": 1366, "height": 768}
    with browser.new_context(base_url=demo.url, viewport=size) as context:  # type: ignore[arg-type]  # a plain dict is one
        page = context.new_page()
        sign_in(page, demo, "ines.admin")
        yield page


def toast(page: Page, text: str) -> None:
    expect(page.locator("#toasts")).to_contain_text(text)


def test_a_doctor_is_invited_gets_her_hours_and_the_first_patient(ines: Page) -> None:
    there = "/c/harbor/"  # on the boards of Northside other tests know who stands beside whom
    name = f"Dr Wren Hale{clock.new_id()[-6:].lower()}"
    ines.goto(f"{there}manage/staff/")
    ines.keyboard.press("a")
    ines.get_by_label(re.compile("^Name")).fill(name)
    ines.get_by_label(re.compile("^E-mail")).fill("wren.hale@example.org")
    ines.get_by_label("Doctor").check()
    ines.keyboard.press("Control+Enter")
    toast(ines, f"{name} was invited. The mail is valid for three days.")
    ines.goto(f"{there}manage/schedule/")
    ines.get_by_role("link", name=re.compile(name)).first.click()
    for day in range(7):
        ines.locator(f"[name=day-{day}-0-start]").fill("0:00")
        ines.locator(f"[name=day-{day}-0-end]").fill("24:00")
    ines.keyboard.press("Control+Enter")
    toast(ines, "are saved")
    ines.goto(f"{there}patients/")
    ines.locator(".go-link").first.click()
    expect(ines.locator("#banner")).to_be_visible()
    ines.keyboard.press("b")
    ines.get_by_label("With").select_option(label=name)
    hers = f"[name=start][data-said*='{name.removeprefix('Dr Wren ')}']"  # not what stood there before
    expect(ines.locator(hers).first).to_be_attached()
    ines.get_by_role("radio", name=re.compile(r"\d:\d\d")).last.check(force=True)
    ines.keyboard.press("Control+Enter")
    expect(ines.locator("main")).to_contain_text(name.removeprefix("Dr Wren "))


def test_prices_are_changed_by_per_cent_with_a_preview_and_taken_back(ines: Page) -> None:
    ines.goto("/c/harbor/money/catalogue/prices/")  # other tests pay the prices of Northside meanwhile
    ines.get_by_label(re.compile("per cent", re.IGNORECASE)).first.fill("3")
    ines.keyboard.press("Control+Enter")
    expect(ines.get_by_role("columnheader", name="New price")).to_be_visible()
    ines.keyboard.press("Control+Enter")
    toast(ines, "can be taken back")
    ines.get_by_role("button", name="Undo").first.click()
    toast(ines, "prices are as they were")


@pytest.mark.parametrize("percent", ["3", "three"], ids=["shown", "refused"])
def test_a_percentage_that_is_typed_while_the_prices_are_looked_at_stays(ines: Page, percent: str) -> None:
    ines.goto(f"{HOME}money/catalogue/prices/")
    box, form = ines.locator("[name=percent]"), ines.locator("#looked")
    box.fill(percent)
    late = Late(ines, "**/catalogue/prices/")
    ines.keyboard.press("Control+Enter")
    late.wait()
    box.fill("12")
    late.come()
    expect(form).to_contain_text("Look again.")
    expect(box).to_have_value("12")
    expect(form.get_by_role("columnheader", name="New price")).to_have_count(0)
    ines.keyboard.press("Control+Enter")
    expect(form.get_by_role("columnheader", name="New price")).to_be_visible()
    expect(box).to_have_value("12")


def test_the_words_of_a_message_are_shown_before_they_are_saved_and_a_wrong_field_is_refused(ines: Page) -> None:
    ines.goto(f"{MANAGE}schedule/messages/texts/")
    words = ines.locator("[name=text]")
    ours = words.input_value()
    words.fill(f"{ours}\nPlease bring your {{insurence}} card.")
    ines.get_by_role("button", name="Show", exact=True).click()
    expect(ines.locator(".field:has([name=text])")).to_contain_text("insurence")
    words.fill(f"{ours}\nPlease bring your insurance card.")
    ines.get_by_role("button", name="Show", exact=True).click()
    expect(ines.locator(".letter").first).to_contain_text("Please bring your insurance card.")
    ines.keyboard.press("Control+Enter")
    toast(ines, "Saved.")


def test_who_opened_a_chart_is_two_presses_away(visit: Visit) -> None:
    doctor = visit("amara.okafor", f"{HOME}patients/")
    doctor.locator(".go-link").first.click()
    doctor.wait_for_url(re.compile(r"/patients/[0-9A-Z]{26}/"))
    url = doctor.url
    doctor.goto(f"{url.rstrip('/')}/chart/")
    expect(doctor.locator("#banner")).to_be_visible()
    page = visit("ines.admin", url)
    page.get_by_role("button", name="More").first.click()
    page.get_by_role("link", name="Who opened this").click()
    expect(page.locator("main")).to_contain_text("Dr Amara Okafor")


def test_an_event_that_was_taken_out_of_the_trail_stands_in_red_on_the_first_page(visit: Visit) -> None:
    save_room(scope(), name=f"Room {clock.new_id()[-6:]}")
    rows = query(scope(), keys.audit_between("northside", clock.stamp()), limit=5).rows
    with patch.object(clock, "now", return_value=clock.now() + timedelta(minutes=15)):
        seals.seal(scope())
    event = keys.Key(rows[0]["PK"], rows[0]["SK"])
    call("TransactWriteItems", TransactItems=[{"Delete": {"TableName": settings.CLINNET_TABLE, "Key": event.raw()}}])
    page = visit("ines.admin", f"{MANAGE}trail/")
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_role("alert")).to_contain_text(rows[0]["id"])
    page.goto(MANAGE)
    expect(page.locator("main")).to_contain_text("The trail is not as it was written")
