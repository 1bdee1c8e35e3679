"""Letters and digits are keys, and sometimes they are what somebody writes."""

import pytest
from playwright.sync_api import expect

from tests.browser import intercept
from tests.journeys.cards import HOME, newcomer
from tests.journeys.charts import chart
from tests.journeys.conftest import Visit, listening
from tests.journeys.late import Late
from tests.taking_turns import fresh_name

pytestmark = pytest.mark.browser


def test_while_the_line_is_half_written_a_digit_leads_nowhere(visit: Visit) -> None:
    page = chart(visit, "thandi")
    here = page.url
    page.keyboard.press("v")
    page.keyboard.type("bp 142")
    page.keyboard.press("Tab")
    page.keyboard.press("2")
    expect(page.locator("[data-line] [name=text]")).to_have_value("vitals bp 142")
    assert page.url == here
    page.locator("[data-line] [name=text]").fill("")
    page.locator("h1").evaluate("document.activeElement.blur()")
    page.keyboard.press("1")  # as everywhere: the first tab
    page.wait_for_url(lambda url: url != here)


def test_after_esc_the_key_that_finds_begins_anew_but_not_in_a_date(visit: Visit) -> None:
    page = visit("ana.ruiz", "/c/northside/patients/")
    listening(page)
    box, answer = page.locator("#find-box"), page.locator("#find-answer")
    page.keyboard.press("/")
    page.keyboard.type("smi")
    expect(answer).to_be_visible()
    page.keyboard.press("Escape")
    expect(answer).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("gar")
    expect(box).to_have_value("gar")
    box.fill("14/3")
    page.keyboard.press("/")
    expect(box).to_have_value("14/3/")


def test_a_list_that_was_closed_stays_closed_when_its_answer_comes(visit: Visit) -> None:
    """Or the next Esc closes it once more instead of leaving the box, and the key after that is a letter in it."""
    family = newcomer("Ada").family_name
    page = visit("ana.ruiz", f"{HOME}patients/")
    listening(page)
    box, answer = page.locator("#find-box"), page.locator("#find-answer")
    page.keyboard.press("/")
    expect(answer).to_be_visible()
    late = Late(page, "**/search/")
    page.keyboard.insert_text(family)
    late.wait()
    page.keyboard.press("Escape")
    late.come()
    expect(answer).to_contain_text(family)
    expect(answer).to_be_hidden()
    page.keyboard.press("Enter")  # her row was not seen yet
    expect(answer).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(box).not_to_be_focused()


CLOSED = """(drawer) => {
  drawer.close();
  const key = new KeyboardEvent("keydown", { key: "b", bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(key);
}"""


def test_a_key_pressed_as_the_drawer_closes_is_not_typed_into_what_is_gone(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    page.keyboard.press("b")
    drawer = page.locator("#drawer")
    expect(drawer.get_by_label("Who is it for?")).to_be_focused()
    drawer.evaluate(CLOSED)
    expect(drawer.get_by_label("Who is it for?")).to_be_focused()
    expect(drawer).to_be_visible()


def test_enter_asks_again_for_what_was_not_answered(visit: Visit) -> None:
    family = fresh_name()
    for given in ("Ada", "Vera"):
        newcomer(given, family=family)
    page = visit("ana.ruiz", f"{HOME}patients/")
    page.keyboard.press("/")
    expect(page.locator("#find-answer")).to_be_visible()
    intercept(page, "**/search/", lambda route: route.fulfill(status=503))
    page.keyboard.insert_text(family)
    expect(page.locator("#toasts")).to_contain_text("Try again")
    page.unroute("**/search/")
    page.keyboard.press("Enter")
    expect(page.locator("#find-answer [data-id]")).to_have_count(2)
