"""A note on a bad day: whatever happens around its signature, it is signed once and nothing of it is lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import intercept
from tests.engine import Site
from tests.journeys.charts import asked_to_sign, chart, new_note, on_top, saved
from tests.journeys.conftest import Visit, listening

pytestmark = pytest.mark.browser


def ready_to_sign(visit: Visit, name: str, text: str, who: str) -> Page:
    """The sheet before the signature of a new note."""
    page = chart(visit, name, who=who)
    new_note(page)
    page.locator("[name=s]").fill(text)
    expect(page.locator("[data-draft-said]")).to_contain_text("Saved")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-sure]")).to_contain_text("Signing locks this note for good.")
    asked_to_sign(page)
    return page


def of(page: Page) -> str:
    """The id of the note that is being written."""
    (id,) = re.findall(r"/notes/(\w+)/", page.url)
    return str(id)


def signed(page: Page, text: str, note: str) -> None:
    """Once, and it stands open."""
    saved(page)
    expect(page.locator(".entry[open]")).to_contain_text(re.compile("Signed .*(Bernard|Sato)"))
    expect(page.locator(".entry[open]")).to_contain_text(text)
    expect(page.locator(".time-order .entry", has_text=text)).to_have_count(1)
    expect(page.locator(f".for-you [href*='{note}']")).to_have_count(0)


def test_a_session_that_ends_before_the_signature_loses_nothing_and_it_is_signed_once(
    visit: Visit, demo: Site, end_session: Callable[[str], None]
) -> None:
    page = ready_to_sign(visit, "lan ngu", "Slept badly since Tuesday.", "luc.bernard")
    note = of(page)
    end_session("luc.bernard")
    page.keyboard.press("Control+Enter")
    expect(page.locator("body")).to_contain_text("Not sent yet")
    assert "Slept badly since Tuesday." in page.content()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in and continue").click()
    window = opened.value
    window.locator("input[name=username]").fill("luc.bernard")
    window.locator("input[name=password]").fill(demo.people["luc.bernard"]["password"])
    window.locator("input[name=password]").press("Enter")
    expect(page.locator("body")).to_contain_text("Your text is still here: send it.")
    page.bring_to_front()
    page.get_by_role("button", name="Send again").click()
    signed(page, "Slept badly since Tuesday.", note)


def test_a_double_click_on_sign_signs_once(visit: Visit) -> None:
    page = ready_to_sign(visit, "ivan pet", "Two clicks.", "luc.bernard")
    note = of(page)
    page.locator("[data-sure] [data-primary]").dblclick()
    signed(page, "Two clicks.", note)


def test_a_signature_whose_answer_was_lost_is_sent_again_and_signs_once(visit: Visit) -> None:
    page = ready_to_sign(visit, "zofia kow", "The line went dead.", "luc.bernard")
    note = of(page)

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)  # it arrives
            route.abort("connectionreset")
        else:
            route.continue_()

    intercept(page, "**/notes/**", lose)
    with page.expect_event("requestfailed"):
        page.locator("[data-sure] [data-primary]").click()
    page.wait_for_url("chrome-error://**")
    page.unroute("**/notes/**")
    page.reload()
    signed(page, "The line went dead.", note)


def test_back_after_the_signature_leads_to_nothing_that_can_be_signed_again(visit: Visit) -> None:
    page = ready_to_sign(visit, "mateo", "And back.", "luc.bernard")
    note = of(page)
    page.locator("[data-sure] [data-primary]").click()
    signed(page, "And back.", note)
    page.go_back()
    listening(page)
    signed(page, "And back.", note)
    assert page.locator("form[data-note]").count() == 0


def test_on_a_phone_what_was_asked_after_sign_is_in_sight(visit: Visit) -> None:
    """The sheet lay beneath the bar of Call and Book, and so did the section of which something was wrong."""
    page = chart(visit, "jonas", who="luc.bernard", phone=True)
    new_note(page)
    page.locator("[name=s]").fill("Feels well.")
    page.locator("[name=p]").fill("+problem asthma")
    codes = page.locator("[data-token=p] input")  # they come and go beneath, and Sign moves with them
    expect(codes.first).to_be_visible()
    sign = page.locator("form[data-note] [data-primary]")
    sign.tap()
    expect(page.locator(".note-part .field-error")).to_be_visible()
    expect(codes.first).to_be_checked()
    listening(page)
    on_top(page.locator("[name=p]"))
    page.locator("[name=p]").fill("Fluids.")
    expect(codes).to_have_count(0)
    sign.tap()
    expect(page.locator("[data-sure]")).to_contain_text("Signing locks this note for good.")
    listening(page)
    on_top(page.locator("[data-sure] [data-primary]"))
    assert page.locator(".banner-end").is_hidden()
