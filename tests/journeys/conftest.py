"""The demo clinics on the real server, and people in front of real browsers."""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import date
from unittest.mock import patch

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, StorageState

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.management.commands import seed
from tests.browser import DESK, PHONE, Windows
from tests.engine import Site
from tests.taking_turns import seeding

PATIENTS = 60
CLINIC = "northside"
SIGNED_IN_FOR = 300  # seconds: an administrator's password counts for ten minutes, and nobody's session for long
KEPT: dict[str, tuple[float, StorageState]] = {}  # when somebody signed in, and their cookies
Visit = Callable[..., Page]


def where_it_is_ten() -> str:
    """A time zone in which the desk is busy now: early and late a day has few patients, and no free times."""
    ahead = (10 - clock.now().hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+}"  # the names of these zones count westwards


@pytest.fixture(scope="session")
def demo(site: Site) -> Site:
    """The site with both demo clinics in its table. In the first it is between ten and eleven in the morning."""
    northside = seed.DEMOS[CLINIC]._replace(time_zone=where_it_is_ten())
    with seeding(), patch.dict(seed.DEMOS, {CLINIC: northside}):
        call_command("seed", patients=PATIENTS, verbosity=0)
    return site


def today() -> date:
    """That clinic's day."""
    return clock.today(accounts.clinic(CLINIC).time_zone)


# Tests share a few people: what one test typed must not be brought back in another's form. A script of the page, not a
# `route`, with which Playwright turns the browser's cache off. As nothing is kept, no form says which save it saw.
NOBODY_TYPED = """(() => {
  const ask = window.fetch;
  const drafts = () => Promise.resolve(Response.json({ drafts: {}, at: "10:42" }));
  window.fetch = (what, how) => (/\\/drafts\\//.test(what?.url ?? what) ? drafts() : ask(what, how));
  document.addEventListener("formdata", ({ formData }) => formData.get("draft") && formData.set("draft", "1"));
})()"""


def listening(page: Page) -> None:
    """Waits until the page's scripts listen; static/js/ready.js says so."""
    page.wait_for_selector("html[data-ready]", state="attached")


def without_scripts(page: Page, path: str) -> Callable[..., None]:
    """Goes to a page whose scripts are still on their way; returns what lets them come, and waits until all listen."""
    main, held = re.compile(r"/static/js/main[.\w]*\.js"), list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    def come(*, wait: bool = True) -> None:
        for route in held:  # before unroute, which lets through what is held
            route.continue_()
        page.unroute(main)
        if wait:
            listening(page)

    page.route(main, hold)
    page.goto(path, wait_until="commit")
    return come


def sign_in(page: Page, site: Site, username: str) -> None:
    """Through Cognito's own page, as people do."""
    page.goto(site.url)
    page.get_by_role("button", name="Sign in").first.click()
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(site.people[username]["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{site.url}/**")


@pytest.fixture(scope="session")
def passes(browser: Browser, demo: Site) -> Callable[[str], StorageState]:
    """The cookies of somebody who signed in for the tests of the next minutes."""

    def of(username: str) -> StorageState:
        if username not in KEPT or time.monotonic() - KEPT[username][0] > SIGNED_IN_FOR:
            with browser.new_context() as context:
                sign_in(context.new_page(), demo, username)
                KEPT[username] = (time.monotonic(), context.storage_state())
        return KEPT[username][1]

    return of


@pytest.fixture
def visit(browser: Browser, windows: Windows, demo: Site, passes: Callable[[str], StorageState]) -> Iterator[Visit]:
    """`visit("ana.ruiz", "/c/northside/")` → a page in a browser of its own; any refusal by the policy fails."""
    refused: list[str] = []
    pages: list[Page] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Permissions-Policy" in message.text:
            refused.append(message.text)

    def go(username: str, path: str, *, phone: bool = False, dark: bool = False, drafts: bool = False) -> Page:
        size = PHONE if phone else DESK

        def made() -> BrowserContext:
            context = browser.new_context(base_url=demo.url, viewport=size, has_touch=phone)
            if not drafts:
                context.add_init_script(NOBODY_TYPED)
            return context

        page = windows.take((phone, drafts), made, demo.url)
        page.context.add_cookies(passes(username).get("cookies", []))  # type: ignore[arg-type]  # as they are read
        page.context.set_default_timeout(15_000)
        pages.append(page)
        page.on("console", listen)
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.goto(path)
        listening(page)
        return page

    yield go
    for page in pages:
        page.remove_listener("console", listen)
    assert refused == []


@pytest.fixture
def end_session(demo: Site, passes: Callable[[str], StorageState]) -> Callable[[str], None]:
    """As after a night: the server does not know this person's session any more. Others' go on."""

    def end(username: str) -> None:
        cookies = passes(username).get("cookies", [])
        (key,) = (each["value"] for each in cookies if each["name"].startswith("clinnet"))  # and the site's port
        del KEPT[username]
        with sqlite3.connect(demo.var / "db.sqlite3", timeout=10) as database:
            database.execute("DELETE FROM django_session WHERE session_key = ?", [key])

    return end
