"""The calendar seen otherwise, in real browsers: a day by its rooms, the week of one practitioner."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser import on_each_screen
from tests.journeys.cards import HOME
from tests.journeys.conftest import Visit, listening, today

pytestmark = pytest.mark.browser


def pages(root: str = HOME) -> list[str]:
    return [f"{root}day/{today().isoformat()}/{view}/" for view in ("rooms", "week", "month")]


def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    found = {}
    for path in [*pages(), f"{HOME}columns/"]:
        page.goto(path)
        listening(page)
        found[path] = on_each_screen(page)
    assert {path: each for path, each in found.items() if each} == {}


JUMPED = """() => {
  const seen = new PerformanceObserver(() => undefined);
  seen.observe({ type: "layout-shift", buffered: true });
  return seen.takeRecords().filter((each) => !each.hadRecentInput).reduce((sum, each) => sum + each.value, 0);
}"""


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_no_page_jumps_while_it_loads(visit: Visit, phone: bool) -> None:
    """In the clinic of which no other test makes strips: each new one moves what is beneath it."""
    root = "/c/harbor/"
    page = visit("hal.reed", f"{root}patients/", phone=phone)
    patient = page.locator(f"main a[href^='{root}patients/01']").first.get_attribute("href") or ""
    jumped = {}
    views = [f"day/{today().isoformat()}/list/", "patients/", "requests/", "book/", "tasks/"]
    for path in [root, *pages(root), *(root + view for view in views), patient]:
        page.goto(path)
        listening(page)
        expect(page.locator("#opening[hx-get]")).to_have_count(0)
        jumped[path] = page.evaluate(JUMPED)
    assert {path: score for path, score in jumped.items() if score >= 0.1} == {}


def test_digits_show_the_day_otherwise_and_brackets_turn_weeks(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    page.keyboard.press("3")
    page.wait_for_url(re.compile("/week/[^/]+/$"))
    listening(page)
    monday = today() - timedelta(days=today().weekday())
    page.keyboard.press("]")
    expect(page.locator(f"#col-{(monday + timedelta(7)).isoformat()}")).to_be_attached()
    listening(page)
    page.keyboard.press("2")
    page.wait_for_url("**/rooms/")


def test_a_click_on_a_free_place_of_a_week_books_there(visit: Visit) -> None:
    page = visit("ana.ruiz", f"{HOME}day/{(today() + timedelta(40)).isoformat()}/week/")
    column = page.locator(".col").nth(1)
    with page.expect_request(re.compile(r"/book/\?")) as asked:
        column.locator(".col-day").click(position={"x": 60, "y": 210})
    assert f"with={column.get_attribute('data-with')}" in asked.value.url
    assert re.search(rf"start={column.get_attribute('data-day')}T\d\d%3A(00|15|30|45)", asked.value.url)
    expect(page.locator("#drawer")).to_be_visible()


def test_ctrl_p_prints_a_page_for_each_practitioner_and_not_the_board(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    listening(page)
    expect(page.locator(".col-edit").first).to_have_css("opacity", "1")  # without a pointer above it
    page.emulate_media(media="print")
    expect(page.locator("#board")).to_be_hidden()
    expect(page.get_by_text("The board does not fit on paper.")).to_be_visible()
    page.emulate_media(media="screen")
    page.keyboard.press("Control+p")
    page.wait_for_url(re.compile("/print/#print$"))


def test_on_a_phone_each_room_stands_above_its_cards(visit: Visit) -> None:
    page = visit("ana.ruiz", f"{pages()[0]}?show=all", phone=True)
    column = page.locator(".col:has(.card)").first
    head, card = column.locator(".col-name"), column.locator(".card").first
    expect(head).to_be_visible()
    above, below = head.bounding_box(), card.bounding_box()
    assert above
    assert below
    assert above["y"] < below["y"]
    expect(page.get_by_label("In", exact=True)).to_contain_text("All rooms")
