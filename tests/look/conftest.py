"""The gallery in a browser: sample pages under the real content security policy, without a server."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from django.test import override_settings
from playwright.sync_api import Browser, Page

from tests.look import gallery


@pytest.fixture
def rendered() -> Iterator[None]:
    """Templates, addresses and plain static names of the gallery."""
    with override_settings(**gallery.SETTINGS):
        yield


Open = Callable[..., Page]


@pytest.fixture
def open_sample(browser: Browser, rendered: None, settings: LazySettings) -> Iterator[Open]:
    """`open_sample("list", dark=True)` → the page; whatever Chromium complains about fails the test."""
    said: list[str] = []
    made = []

    def open_one(name: str, **kind: object) -> Page:
        window = gallery.window(browser, **kind)  # type: ignore[arg-type]
        made.append(window)
        tab = window.new_page()
        tab.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto(f"{gallery.ADDRESS}/sample/{name}")
        return tab

    yield open_one
    for window in made:
        window.unroute_all(behavior="ignoreErrors")  # an answer on its way would keep `close` waiting for ever
        window.close()
    # There is no server: what a page asks for is refused, and what it asked for while it was left comes to nothing.
    refused_on_purpose = (
        "Failed to load resource",
        "Response Status Error Code",
        "htmx:afterRequest",
        "htmx:sendError",
    )
    assert [text for text in said if not text.startswith(refused_on_purpose)] == []
