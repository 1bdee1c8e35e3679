"""Chromium for the browser tests: found, installed where that is possible, or said to be missing.

python -m tests.browser     # what `make test` does first
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import Literal
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Error,
    Page,
    Playwright,
    Route,
    ViewportSize,
    expect,
    sync_playwright,
)

SHELL = "chromium-headless-shell"  # Chromium without windows: half of the processor's time of one that hides them
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
AXE = Path(__file__).resolve().parents[1] / "static/node_modules/axe-core/axe.min.js"
SLOW = int(os.environ.get("CLINNET_SLOW", "0"))  # `make test-slow`: how many times slower Chromium's processor is
ENDED = """() => document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
  .forEach((each) => each.finish())"""
PICTURE = "/static/img/icon.svg"
PATIENCE = 60  # seconds until what does not come is said to be missing
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
DESK = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)
FLAGS = [
    "--disable-background-networking", "--disable-component-update", "--disable-gpu", "--disable-quic",
    "--disable-sync", "--no-first-run",
    "--js-flags=--no-opt --no-maglev",  # a page is left before it gets back what its code took to be made quick
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]  # fmt: skip
_tools: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()  # what a page in a test is told until its end


def chromium() -> str | None:
    """Path of a Chromium: the one named by CHROMIUM, the machine's, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or _playwrights_own()


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def launch(playwright: Playwright, *, bfcache: bool = False) -> Browser:
    """Headless. With `bfcache`, Back may show a page from memory, which Playwright usually prevents."""
    path = chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Browser tests need Chromium, and in CI they are not skipped.")
        pytest.skip("no Chromium on this machine")
    hidden = ["--disable-back-forward-cache"] if bfcache else []
    return playwright.chromium.launch(executable_path=path, args=FLAGS, ignore_default_args=hidden)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


class Windows:
    """Browsers that tests take turns in, each with cookies and storage of its own; what it loaded stays loaded.

    A new one for each test would load style sheets and scripts a thousand times in a run.
    """

    def __init__(self) -> None:
        self._idle: dict[Hashable, list[Page]] = {}
        self._taken: list[tuple[Hashable, Page, str]] = []

    def take(self, kind: Hashable, make: Callable[[], BrowserContext], origin: str) -> Page:
        """One that nobody else has: without cookies, and with nothing stored for `origin`."""
        idle = self._idle.setdefault(kind, [])
        page = idle.pop() if idle else make().new_page()
        self._taken.append((kind, page, origin))
        tools = _tools[page] = page.context.new_cdp_session(page)
        page.context.clear_cookies()
        if SLOW:
            tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
        tools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage"})
        return page

    def give_back(self) -> None:
        for kind, page, origin in self._taken:
            page.unroute_all(behavior="ignoreErrors")
            if not page.is_closed():
                # A page is made slow by work for nothing: it would go on with it while it waits.
                _tools.pop(page).detach()
            if self._left(page, origin) and page.context.pages == [page]:
                self._idle[kind].append(page)
            else:  # closing just the page might wait for ever
                page.context.close()
        self._taken.clear()

    def _left(self, page: Page, origin: str) -> bool:
        """A page that is on its way somewhere may not let go. To a picture of the same site: where nothing of a site
        is open, Chromium ends its process, and the next test pays for a new one.
        """
        try:
            page.goto(f"{origin}{PICTURE}", timeout=2_000)
            return not page.evaluate("'__pwClock' in globalThis")  # a clock that a test has turned stays so
        except Error:
            return False


@pytest.fixture(scope="session")
def _windows(browser: Browser) -> Windows:
    return Windows()


@pytest.fixture
def windows(_windows: Windows) -> Iterator[Windows]:
    yield _windows
    _windows.give_back()


def intercept(
    page: Page, url: str | re.Pattern[str], answer: Callable[[Route], object], *, times: int | None = None
) -> None:
    """`page.route` for a page that is there already. It gets its new way to the network a moment later, and what it
    asks for until then would go to the server, unseen: so it asks for a picture until that comes from here.
    """
    page.route(url, lambda route: answer(route), times=times)  # noqa: PLW0108 — Playwright writes on what it is given
    heard: list[str] = []

    def hear(route: Route) -> None:
        heard.append(route.request.url)
        route.fulfill(status=204)

    page.route(f"**{PICTURE}?*", hear)
    end = time.monotonic() + PATIENCE
    while not heard:
        assert time.monotonic() < end, "the page's requests are not intercepted"
        page.evaluate(f"fetch('{PICTURE}?' + performance.now()).catch(() => undefined).then(() => undefined)")
    page.unroute(f"**{PICTURE}?*")


def faults(page: Page) -> list[str]:
    """What axe-core finds, each as "rule: element". Colours on their way are brought there: those of what is out of
    sight end with the next frame, and a page at rest draws none.
    """
    page.evaluate(ENDED)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((all) => all.violations)")
    return [f"{one['id']}: {node['html'][:150]}" for one in found for node in one["nodes"]]


def sideways(page: Page) -> list[str]:
    return ["scrolls sideways"] if page.evaluate(SIDEWAYS) else []


def on_each_screen(page: Page, more: Callable[[Page], list[str]] = sideways) -> list[str]:
    """What axe-core, and `more`, find on a page as it is and on the other screen, where it stays: at a desk, and on a
    phone at night, narrow, under thumbs, dark. It is not loaded anew: style sheets alone make the difference.
    """
    found = _on_this_screen(page, more)
    phone = page.viewport_size != PHONE
    _tools[page].send("Emulation.setTouchEmulationEnabled", {"enabled": phone})
    page.set_viewport_size(PHONE if phone else DESK)
    colours: Literal["dark", "light"] = "dark" if phone else "light"
    page.emulate_media(color_scheme=colours)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", colours)
    return found + _on_this_screen(page, more)


def _on_this_screen(page: Page, more: Callable[[Page], list[str]]) -> list[str]:
    screen = "phone" if page.viewport_size == PHONE else "desk"
    return [f"{screen}: {each}" for each in (*faults(page), *more(page))]


def _try(*commands: list[str]) -> bool:
    return all(subprocess.run(command, check=False).returncode == 0 for command in commands)


def ensure() -> str | None:
    """Find it, else install it: from Debian's packages when root, else by Playwright's own download."""
    if os.environ.get("CHROMIUM") or shutil.which(SHELL):
        return chromium()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = ["apt-get", "-qq", "-o=Dpkg::Use-Pty=0"]
        install = [*quiet, "install", "-y", "--no-install-recommends"]
        if not _try([*quiet, "update"], [*install, SHELL]) and not chromium():
            _try([*install, "chromium"])
    elif not chromium():
        _try([sys.executable, "-m", "playwright", "install", "chromium"])
    return chromium()


if __name__ == "__main__":
    if ensure() is None:
        sys.stderr.write("Chromium was not found and could not be installed: the browser tests will be skipped.\n")
        sys.exit(1 if os.environ.get("CI") == "true" else 0)
