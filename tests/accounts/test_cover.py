"""In Chromium: the page is covered, the password is asked, and the page comes back as it was, or not at all."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import (
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    expect,
    sync_playwright,
)
from pytest_django import Settings

from clinnet.accounts import sessions
from tests.accounts import idp
from tests.browser import PATIENCE, intercept, launch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/c/northside/page/"
ON_THIS_PAGE = "What you typed last is on this page alone: do not close it."  # its form keeps no draft
SIXTEEN_MINUTES = 16 * 60


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser with the page cache of Back, as people's have. Gone with this module: its loop is in Django's way."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = launch(playwright, bfcache=True)
        yield browser
        browser.close()


class Server(idp.Stoppable, ThreadedWSGIServer): ...


@pytest.fixture
def server(provider: idp.Provider, own_pages: None, transactional_db: None) -> Iterator[str]:
    """The address of this process's own site: the tests turn its clock."""
    database = connections["default"]
    database.inc_thread_sharing()
    httpd = Server(
        ("127.0.0.1", 0), QuietWSGIRequestHandler, allow_reuse_address=False, connections_override={"default": database}
    )
    httpd.set_app(StaticFilesHandler(WSGIHandler()))
    httpd.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.stop()
    database.dec_thread_sharing()


@pytest.fixture
def desk(chromium: Browser, server: str, accounts: Any, clinics: Any, settings: Settings) -> Iterator[BrowserContext]:
    """A browser at the front desk. Any refusal of the content security policy fails the test."""
    settings.SITE = server
    context = chromium.new_context(base_url=server)
    context.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    refusals: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            refusals.append(message.text)

    context.on("console", listen)
    yield context
    context.close()
    assert refusals == []


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The server's clock."""
    with time_machine.travel(1_795_000_000, tick=True) as traveller:
        yield traveller


def open_page(desk: BrowserContext, person: str = "ana") -> Page:
    page = desk.new_page()
    page.clock.install()
    page.goto(PAGE)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=person).click()
    page.wait_for_url(f"**{PAGE}")
    return page


def leave_desk(page: Page, clock: time_machine.Traveller) -> None:
    page.get_by_label("Note").fill("Pain since Tuesday")
    clock.shift(SIXTEEN_MINUTES)
    page.clock.fast_forward(SIXTEEN_MINUTES * 1000)
    expect(page.locator("#cover")).to_be_visible()


def until_answered(page: Page, held: list[tuple[Route, APIResponse]]) -> None:
    """The server has answered a request whose answer is held back."""
    end = time.monotonic() + PATIENCE
    while not held:
        assert time.monotonic() < end, "nothing was asked"
        page.evaluate("0")


def sign_in_from(page: Page, button: str, person: str) -> None:
    with page.expect_popup() as opened:
        page.get_by_role("button", name=button, exact=True).click()
    popup = opened.value
    popup.get_by_role("link", name=person).click()


def test_a_left_page_is_covered_and_comes_back_as_it_was(desk: BrowserContext, clock: time_machine.Traveller) -> None:
    page = open_page(desk)
    leave_desk(page, clock)
    expect(page.get_by_text(f"Locked after 15 minutes. {ON_THIS_PAGE} Sign in to go on.")).to_be_visible()
    expect(page.get_by_role("heading", name="García, María")).to_have_count(0)
    assert page.title() == "Locked"
    assert "García" not in page.locator("body").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#cover")).to_be_visible()
    assert page.evaluate("fetch(location.href).then((answer) => answer.status)") == 401

    sign_in_from(page, "Sign in", "ana")
    expect(page.locator("#cover")).to_be_hidden()
    assert "García" in page.title()
    expect(page.get_by_label("Note")).to_have_value("Pain since Tuesday")
    expect(page.get_by_label("Note")).to_be_focused()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("saved Pain since Tuesday in Northside Clinic by Ana Ruiz")).to_be_visible()


def test_the_window_of_the_sign_in_closes_itself(desk: BrowserContext, clock: time_machine.Traveller) -> None:
    page = open_page(desk)
    leave_desk(page, clock)
    sign_in_from(page, "Sign in", "ana")
    expect(page.locator("#cover")).to_be_hidden()
    assert len(desk.pages) == 1


def test_a_covered_page_never_opens_for_somebody_else(desk: BrowserContext, clock: time_machine.Traveller) -> None:
    page = open_page(desk)
    leave_desk(page, clock)
    sign_in_from(page, "Sign in", "ines")
    expect(page.get_by_role("heading", name="Choose a clinic")).to_be_visible()
    assert "Pain" not in page.content()


def test_a_warning_comes_a_minute_before_and_any_key_is_enough(
    desk: BrowserContext, clock: time_machine.Traveller
) -> None:
    page = open_page(desk)
    clock.shift(14 * 60 + 10)
    page.clock.fast_forward((14 * 60 + 10) * 1000)
    warning = page.locator("#cover-warning")
    expect(warning).to_be_visible()
    page.get_by_label("Note").press("x")
    expect(warning).to_be_hidden()
    clock.shift(10 * 60)
    page.clock.fast_forward(10 * 60 * 1000)
    expect(page.locator("#cover")).to_be_hidden()


def test_an_answer_from_before_the_key_does_not_keep_the_warning(
    desk: BrowserContext, clock: time_machine.Traveller
) -> None:
    page = open_page(desk)
    held: list[tuple[Route, APIResponse]] = []
    intercept(page, "**/accounts/cover/state/", lambda route: held.append((route, route.fetch())))
    clock.shift(14 * 60 + 10)
    page.clock.fast_forward((14 * 60 + 10) * 1000)
    warning = page.locator("#cover-warning")
    expect(warning).to_be_visible()
    with page.expect_response("**/accounts/cover/stay/"):
        page.get_by_label("Note").press("x")
    until_answered(page, held)
    with page.expect_request("**/accounts/cover/state/"):  # it asks again
        for route, answer in [*held]:
            route.fulfill(response=answer)
    expect(warning).to_be_hidden()


def test_work_in_one_tab_keeps_the_others_open(desk: BrowserContext, clock: time_machine.Traveller) -> None:
    quiet = open_page(desk)
    clock.shift(10 * 60)
    busy = desk.new_page()
    busy.goto(PAGE)
    clock.shift(6 * 60)
    quiet.clock.fast_forward(SIXTEEN_MINUTES * 1000)
    expect(quiet.locator("#cover")).to_be_hidden()
    expect(quiet.get_by_role("heading", name="García, María")).to_be_visible()


def test_signing_out_takes_the_other_tabs_along_and_back_shows_nothing(desk: BrowserContext) -> None:
    first = open_page(desk)
    second = desk.new_page()
    second.goto(PAGE)
    second.get_by_label("Note").fill("half a sentence")
    first.get_by_role("button", name="Ana Ruiz").click()
    first.get_by_role("button", name="Sign out", exact=True).click()
    expect(first.get_by_role("heading", name="Sign in to Clinnet")).to_be_visible()
    expect(second.get_by_role("heading", name="Sign in to Clinnet")).to_be_visible()
    first.go_back()
    expect(first.get_by_role("heading", name="Sign in to Clinnet")).to_be_visible()
    assert "García" not in first.content()


def test_a_key_that_was_answered_before_the_sign_out_uncovers_nothing(desk: BrowserContext) -> None:
    first = open_page(desk)
    second = desk.new_page()
    second.clock.install()
    second.goto(PAGE)
    second.clock.fast_forward(61_000)
    stay: list[tuple[Route, APIResponse]] = []
    state: list[Route] = []
    intercept(second, "**/accounts/cover/stay/", lambda route: stay.append((route, route.fetch())))
    intercept(second, "**/accounts/cover/state/", state.append)
    with second.expect_request("**/accounts/cover/stay/"):
        second.get_by_label("Note").press("x")
    until_answered(second, stay)
    first.get_by_role("button", name="Ana Ruiz").click()
    first.get_by_role("button", name="Sign out", exact=True).click()
    expect(second.locator("#cover")).to_be_visible()
    with second.expect_response("**/accounts/cover/stay/"):
        for route, answer in [*stay]:
            route.fulfill(response=answer)
    second.evaluate("new Promise(requestAnimationFrame)")
    expect(second.locator("#cover")).to_be_visible()
    second.unroute("**/accounts/cover/state/")
    for route in state:
        route.continue_()
    expect(second.get_by_role("heading", name="Sign in to Clinnet")).to_be_visible()


def test_a_form_sent_too_late_goes_through_after_signing_in(desk: BrowserContext) -> None:
    page = open_page(desk)
    page.get_by_label("Note").fill("Pain since Tuesday")
    sessions.revoke("sub-ana")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You were signed out. Your text")).to_be_visible()
    sign_in_from(page, "Sign in and continue", "ana")
    expect(page.get_by_text("saved Pain since Tuesday")).to_be_visible()


def test_a_form_that_weakens_is_sent_once_the_password_is_typed_again(
    desk: BrowserContext, clock: time_machine.Traveller
) -> None:
    page = open_page(desk)
    page.goto(PAGE.replace("page", "rights"))
    page.get_by_label("Note").fill("Nurse, and doctor")
    clock.shift(11 * 60)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("type your password again: this changes what others may do.")).to_be_visible()
    page.clock.fast_forward(9_000)  # it is asked twice whether this session is open: it is, and that is not enough
    expect(page.get_by_role("button", name="Send again")).to_be_visible()
    sign_in_from(page, "Sign in and continue", "ana")
    expect(page.get_by_text("saved Nurse, and doctor")).to_be_visible()


def test_a_page_of_a_stopped_person_is_covered_without_a_touch(
    desk: BrowserContext, clock: time_machine.Traveller, accounts: dict[str, Any]
) -> None:
    page = open_page(desk)
    accounts["ana"] = None
    clock.shift(130)
    page.clock.fast_forward(130_000)
    expect(page.get_by_text("You were signed out.")).to_be_visible()
