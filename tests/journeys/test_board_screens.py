"""The day board at twice the size, on a phone, on paper, by night, and without a connection."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import faults, intercept
from tests.journeys.cards import HOME
from tests.journeys.conftest import Visit, today

pytestmark = pytest.mark.browser


def look(page: Page) -> None:
    """The board looks for news now, and not in some seconds."""
    page.evaluate("document.dispatchEvent(new Event('board:look'))")


def at_line(page: Page) -> int:
    """Where on the screen the line of the present is, once the page has come to rest."""
    place: float = page.evaluate(
        """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
          done(document.getElementById("now-line").getBoundingClientRect().top))))"""
    )
    return round(place)


# As wide as it would be if nothing stood beside it; whole pixels would not tell.
WHOLE = """(word) => {
  const wide = word.getBoundingClientRect().width;
  word.style.flex = "none";
  const wanted = word.getBoundingClientRect().width;
  word.style.flex = "";
  return wide >= wanted;
}"""


@pytest.mark.parametrize(("who", "home"), [("ana.ruiz", HOME), ("ben.okoro", "/c/harbor/")])
def test_at_twice_the_size_every_word_of_the_bar_is_whole(visit: Visit, who: str, home: str) -> None:
    """Urgent, the clinic's name and the person's: the search gives way."""
    page = visit(who, home)
    page.set_viewport_size({"width": 683, "height": 384})
    words = page.locator(".bar .bar-word")
    expect(words).to_have_count(3)
    for word in words.all():
        assert word.evaluate(WHOLE), word.inner_text()
        box = word.bounding_box()
        assert box
        assert box["x"] + box["width"] <= 683
    search = page.locator(".find").bounding_box()
    assert search
    assert search["width"] >= 128


def test_the_night_is_folded_and_can_be_shown(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME + f"day/{(today() + timedelta(40)).isoformat()}/")
    midnight = page.locator(".hour").first
    board = page.locator("#board")
    high = page.locator(".gutter-day").evaluate("(place) => place.offsetHeight")
    page.get_by_role("button", name="More of this day").click()
    page.get_by_role("button", name="Show the night").click()
    assert page.locator(".gutter-day").evaluate("(place) => place.offsetHeight") > high
    board.evaluate("(board) => board.scrollTo(0, 0)")
    expect(midnight).to_be_in_viewport()


def test_without_a_connection_the_board_stays_and_says_since_when(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    expect(page.locator("#opening[hx-get]")).to_have_count(0)
    page.mouse.move(600, 500)  # a hand is there
    broken: list[bool] = [True]

    def answer(route: Route) -> None:
        if broken[0]:
            route.abort()
        else:
            route.fulfill(status=304)

    intercept(page, "**/changes/", answer)  # from now on neither others' visits come nor the next minute
    there = at_line(page)
    look(page)
    strip = page.locator("#offline")
    expect(strip).to_contain_text(re.compile(r"No connection since \d+:\d\d\. This is the day as it was then\."))
    assert page.locator("#board .card").count()
    assert page.locator("form.card-step button").first.is_disabled()
    assert at_line(page) == there  # the strip pushes the board down, and what is under the hand stays there
    broken[0] = False
    look(page)
    expect(strip).to_be_hidden()
    assert at_line(page) == there
    assert page.locator("form.card-step button").first.is_enabled()


def test_a_table_that_does_not_answer_is_said_the_same_way(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    intercept(page, "**/changes/", lambda route: route.fulfill(status=503, body="<p data-sentence>Busy.</p>"))
    look(page)
    expect(page.locator("#offline")).to_contain_text("Changes are paused.")


def test_a_phone_has_rows_and_no_grid(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME, phone=True)
    expect(page.locator("#lane-here .lane-row").first).to_be_visible()
    expect(page.locator("#board")).to_be_hidden()
    page.get_by_role("link", name="All", exact=True).click()
    card = page.locator("#board .card").first
    expect(card).to_be_visible()
    assert card.evaluate("(card) => card.offsetHeight") >= 56
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Here now").click()
    url = page.url
    page.locator("#lane-here .row-go").first.click()
    expect(page.locator("#visit")).not_to_be_empty()
    page.go_back()  # takes the details away, and nothing else
    expect(page.locator("#visit")).to_be_empty()
    assert page.url == url


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("who", "path", "phone"),
    [
        ("ana.ruiz", HOME, False),
        ("ana.ruiz", HOME + "?show=all", True),
        ("amara.okafor", HOME, False),
        ("ana.ruiz", f"{HOME}?show=gone", False),
        ("ana.ruiz", HOME + "day/{today}/print/", False),
        ("ana.ruiz", HOME + "day/{today}/note/", False),
    ],
    ids=["board", "phone", "list", "gone", "print", "note"],
)
def test_nothing_stands_in_anybodys_way(visit: Visit, who: str, path: str, phone: bool, dark: bool) -> None:
    page = visit(who, path.format(today=today()), phone=phone, dark=dark)
    expect(page.locator("main")).to_be_attached()
    assert faults(page) == []


def test_the_day_fits_on_paper(visit: Visit) -> None:
    page = visit("ana.ruiz", f"{HOME}day/{today()}/print/")
    pdf = page.pdf(prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert pages >= page.locator(".sheet").count()
    assert b"/MediaBox [0 0 841" in pdf or b"842" in pdf[:200_000]
