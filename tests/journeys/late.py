"""Answers that stay on the line."""

import time

from playwright.sync_api import APIResponse, Page, Route

from tests.browser import PATIENCE, intercept
from tests.journeys.cards import Booked, at_card

BREAKS = """([part, reader]) => {
  const read = Response.prototype[reader];
  Response.prototype[reader] = function () {
    if (!this.url.includes(part)) return read.call(this);
    Response.prototype[reader] = read;
    return Promise.reject(new TypeError("network error"));
  };
}"""


def breaks_off(page: Page, part: str, reader: str = "text") -> None:
    """The head of the next answer from such an address comes, and of its body nothing."""
    page.evaluate(BREAKS, [part, reader])


class Late:
    """Requests that reach the server, and whose answers stay on the line until they are let come."""

    def __init__(self, page: Page, url: str, method: str = "POST") -> None:
        self.page, self.url, self.method = page, url, method
        self.held: list[tuple[Route, APIResponse]] = []
        intercept(page, url, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method != self.method:
            return route.fallback()
        return self.held.append((route, route.fetch()))

    def wait(self, count: int = 1) -> None:
        end = time.monotonic() + PATIENCE
        while len(self.held) < count:
            assert time.monotonic() < end, f"{self.url} was not asked"
            self.page.evaluate("new Promise(requestAnimationFrame)")

    def come(self) -> None:
        for route, answer in self.held:  # before unroute, which lets through what is held
            route.fulfill(response=answer)
        self.page.unroute(self.url)


def move_on_its_way(page: Page, booked: Booked) -> Late:
    """Two steps down, by keys; what the server says of it stays on the line."""
    at_card(page, booked)
    late = Late(page, f"**/{booked.appointment.id}/move/")
    for key in ("m", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    late.wait()
    return late
