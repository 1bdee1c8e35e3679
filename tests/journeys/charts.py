"""What the journeys through a chart have in common."""

import re

from playwright.sync_api import Locator, Page, expect

from clinnet import clock
from tests.journeys.conftest import Visit, listening

_ON_TOP = """button => {
  const box = button.getBoundingClientRect();
  const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return button.contains(seen);
}"""


class Counting:
    """A keyboard that counts: a key is one, and so is what is typed into one field."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, key: str) -> None:
        self.count += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.count += 1
        self.page.keyboard.type(text)


def chart(visit: Visit, name: str, *, who: str = "amara.okafor", phone: bool = False, dark: bool = False) -> Page:
    """Of the patient who is found by the name."""
    page = visit(who, "/c/northside/", phone=phone, dark=dark, drafts=True)
    page.locator("input[name=q]").fill(name)
    # Not whoever was seen last, who stands there until the answer comes, and may have the same given name.
    expect(page.locator("#find-answer")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#found-1")).to_contain_text(re.compile(name.split(maxsplit=1)[0], re.IGNORECASE))
    page.goto(f"{page.locator('#found-1').get_attribute('href')}chart/")
    listening(page)
    return page


def saved(page: Page) -> None:
    page.wait_for_url(re.compile(r"\?entry="))
    page.wait_for_selector("html:not([data-answered])", state="attached")  # not the page that answered the one before
    listening(page)
    page.evaluate("document.documentElement.dataset.answered = ''")


def new_note(page: Page) -> None:
    """From a chart. Of no visit: what a note is made of hangs on the visit, and the visit on the hour."""
    page.goto(f"{page.url.partition('?')[0]}entries/{clock.new_id()}/notes/{clock.new_id()}/")
    listening(page)


def filed(page: Page, title: str, values: str) -> None:
    """A result, from a chart."""
    page.goto(f"{page.url.partition('?')[0]}results/new/")
    listening(page)
    page.locator("[name=title]").fill(title)
    page.locator("[name=values]").fill(values)
    page.keyboard.press("Control+Enter")
    saved(page)


def on_top(place: Locator) -> None:
    """Waits until nothing lies over it: what gets the focus is scrolled to, smoothly."""
    place.page.wait_for_function(_ON_TOP, arg=place.element_handle())


def asked_to_sign(page: Page) -> None:
    """Once more, by the page that answers to the first press; and it was read."""
    expect(page.locator("[data-sure]")).to_be_visible()
    listening(page)
    later(page)


def later(page: Page) -> None:
    """A second later by the page's clock: what came is read by now, and no press is too soon for it."""
    page.evaluate("(now => { Date.now = () => now() + 1_000; })(Date.now.bind(Date))")
