"""The gallery in a browser: sample pages under the real content security policy, on a server of their own."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, ConsoleMessage, Error, Page

from tests.browser import Windows
from tests.look import gallery


@pytest.fixture
def rendered() -> Iterator[None]:
    """Templates, addresses and plain static names of the gallery."""
    with override_settings(**gallery.SETTINGS):
        yield


Open = Callable[..., Page]


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with gallery.served() as address:
        yield address


@pytest.fixture
def open_sample(browser: Browser, rendered: None, windows: Windows, address: str) -> Iterator[Open]:
    """`open_sample("list", dark=True)` → the page; whatever Chromium complains about fails the test.

    `rendered` before `windows`: a page is left before the settings go that its last request is drawn with.
    """
    said: list[str] = []
    tabs: list[Page] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    def crash(error: Error) -> None:
        said.append(str(error))

    def open_one(name: str, **kind: Any) -> Page:
        tab = windows.take(tuple(kind.items()), partial(gallery.window, browser, **kind), address)
        tabs.append(tab)
        tab.on("console", complain)
        tab.on("pageerror", crash)
        tab.emulate_media(color_scheme="dark" if kind.get("dark") else "light")
        tab.set_viewport_size({"width": kind.get("width", 1366), "height": kind.get("height", 768)})
        tab.goto(f"{address}/sample/{name}")
        return tab

    yield open_one
    for tab in tabs:
        tab.remove_listener("console", complain)
        tab.remove_listener("pageerror", crash)
    # What a page asked for while it was left comes to nothing; a refusal is shown on purpose.
    left = (
        "Failed to load resource",
        "Response Status Error Code",
        "htmx:afterRequest",
        "htmx:sendError",
        "htmx:sendAbort",
    )
    assert [text for text in said if not text.startswith(left)] == []
