"""Nothing typed is lost: a closed browser, another tab, no connection. In a real browser on the real server."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.engine import Site
from tests.journeys.conftest import sign_in

pytestmark = pytest.mark.browser
NEW = "/c/northside/patients/new/"
WHO = "nora.daly"  # nobody else's tests type as her without a stand-in for drafts


@pytest.fixture
def desk(browser: Browser, demo: Site) -> Iterator[BrowserContext]:
    """Nora, signed in, with nothing typed before."""
    with browser.new_context(base_url=demo.url, viewport={"width": 1366, "height": 768}) as context:
        sign_in(context.new_page(), demo, WHO)
        forget(context.pages[0])
        yield context
        for page in context.pages[1:]:
            page.close()
        forget(context.pages[0])


def forget(page: Page) -> None:
    page.goto(NEW)
    page.wait_for_selector("[data-draft]", state="attached")  # the sign-in may still be on its way
    page.evaluate("""async () => {
        const box = document.querySelector("[data-draft]"), form = box.closest("form");
        const body = new URLSearchParams({ form: box.dataset.draft });
        const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
        await fetch(box.dataset.urls.split(" ")[2], { method: "POST", headers, body });
    }""")
    page.goto("about:blank")


def start(context: BrowserContext) -> Page:
    page = context.new_page()
    with page.expect_response(re.compile("/drafts/open/")):
        page.goto(NEW)
    return page


def family(page: Page) -> str:
    return page.get_by_label("Family name", exact=True).input_value()


def test_what_was_typed_is_there_after_the_browser_was_closed(
    browser: Browser, demo: Site, desk: BrowserContext
) -> None:
    page = start(desk)
    page.get_by_label("Family name", exact=True).fill("Quintero")
    page.get_by_role("button", name="Add a phone").click()
    page.get_by_label("Phone", exact=True).nth(1).fill("0116 496 0144")
    page.locator("#more > summary").click()
    page.get_by_role("textbox", name="Notes").fill("Walks with a frame")
    page.get_by_label("Needs an interpreter").check()
    expect(page.locator(".draft-said")).to_contain_text("Saved")
    page.close()

    with browser.new_context(base_url=demo.url) as another:
        sign_in(another.new_page(), demo, WHO)
        page = start(another)
        expect(page.locator(".draft")).to_contain_text("Restored what you typed at")
        assert family(page) == "Quintero"
        expect(page.get_by_label("Phone", exact=True).nth(1)).to_have_value("0116 496 0144")
        expect(page.get_by_role("textbox", name="Notes")).to_have_value("Walks with a frame")
        expect(page.get_by_label("Needs an interpreter")).to_be_checked()

        page.get_by_role("button", name="Discard").click()
        expect(page.locator(".draft")).to_contain_text("Discarded")
        assert family(page) == ""
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".draft-said")).to_contain_text("Saved")
        page.reload()
        expect(page.locator(".draft")).to_contain_text("Restored what you typed at")
        assert family(page) == "Quintero"


def test_what_was_typed_is_there_after_reload_and_back(desk: BrowserContext) -> None:
    page = start(desk)
    page.get_by_label("Family name", exact=True).fill("Quintero")
    page.get_by_role("link", name="Patients").first.click()  # at once: what is typed goes out with the page
    page.wait_for_url("**/patients/")
    page.go_back()
    expect(page.get_by_label("Family name", exact=True)).to_have_value("Quintero")
    page.reload()
    expect(page.get_by_label("Family name", exact=True)).to_have_value("Quintero")


def test_two_tabs_of_one_form_do_not_write_over_each_other(desk: BrowserContext) -> None:
    one, two = start(desk), start(desk)
    one.get_by_label("Family name", exact=True).fill("First")
    expect(one.locator(".draft-said")).to_contain_text("Saved")
    two.get_by_label("Family name", exact=True).fill("Second")
    expect(two.locator(".draft")).to_contain_text("in another tab or on another computer")
    two.get_by_role("button", name="Keep what is here").click()
    expect(two.locator(".draft-said")).to_contain_text("Saved")
    one.get_by_label("Given name", exact=True).fill("Ada")
    expect(one.locator(".draft")).to_contain_text("in another tab or on another computer")
    one.get_by_role("button", name="Show the other").click()
    assert family(one) == "Second"


def test_without_a_connection_the_page_says_that_it_is_not_saved_and_saves_later(desk: BrowserContext) -> None:
    page = start(desk)
    page.route(re.compile("/drafts/keep/"), lambda route: route.abort())
    page.get_by_label("Family name", exact=True).fill("Quintero")
    expect(page.locator(".draft-said")).to_have_text("Not saved: no connection, trying again")
    page.unroute_all()
    expect(page.locator(".draft-said")).to_contain_text("Saved", timeout=10_000)


def test_a_saved_form_is_blank_when_it_is_opened_again(desk: BrowserContext) -> None:
    page = start(desk)
    page.get_by_label("Family name", exact=True).fill("Draftless")
    page.get_by_label("Given name", exact=True).fill("Dora")
    expect(page.locator(".draft-said")).to_contain_text("Saved")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/patients/[0-9A-Z]{26}/"))
    page = start(desk)
    assert family(page) == ""
    expect(page.locator(".draft")).to_be_hidden()
