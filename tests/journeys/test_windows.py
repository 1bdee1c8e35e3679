"""The browsers of these tests: what one test did to one reaches no other test."""

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import Windows
from tests.engine import Site

pytestmark = pytest.mark.browser


def test_a_window_is_handed_on_unless_its_clock_was_turned(browser: Browser, demo: Site) -> None:
    windows = Windows()

    def made() -> BrowserContext:
        return browser.new_context(base_url=demo.url)

    first = windows.take("a kind", made, demo.url)
    first.goto("/accounts/login/")
    windows.give_back()
    again = windows.take("a kind", made, demo.url)
    assert again is first
    again.clock.install()
    again.goto("/accounts/login/")
    windows.give_back()
    assert windows.take("a kind", made, demo.url) is not first
    windows.give_back()
