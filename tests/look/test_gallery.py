"""The frame and the parts in a browser: accessible, at any width and zoom, by keyboard, and without JavaScript."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from clinnet import contributions
from tests.browser import faults, intercept, on_each_screen
from tests.journeys.late import Late
from tests.look import gallery, samples

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
SAMPLES = list(samples.pages())


def too_wide(page: Page) -> int:
    """Pixels by which the page scrolls sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.parametrize("name", SAMPLES)
def test_axe_finds_nothing_in_either_theme(open_sample: Open, name: str) -> None:
    page = open_sample(name)
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert faults(page) == []


def test_what_only_a_phone_at_night_has_wrong_is_found_from_a_desk(open_sample: Open) -> None:
    page = open_sample("list")
    page.evaluate(
        """() => {
          const night = new CSSStyleSheet();
          night.replaceSync("@media (width < 400px) and (pointer: coarse) {[data-bs-theme='dark'] h1 {color: #333}}");
          document.adoptedStyleSheets = [night];
        }"""
    )
    found = on_each_screen(page)
    assert [each.partition(": <")[0] for each in found] == ["phone: color-contrast"]
    assert [each.partition(": <")[0] for each in on_each_screen(page)] == ["phone: color-contrast"]
    assert page.evaluate("[innerWidth, matchMedia('(pointer: coarse)').matches]") == [1366, False]


@pytest.mark.parametrize("name", ["list", "overview", "wrong"])
def test_axe_finds_nothing_on_a_phone(open_sample: Open, name: str) -> None:
    assert faults(open_sample(name, width=390, height=844, touch=True)) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_scrolls_sideways_at_320_px_or_200_percent(open_sample: Open, name: str) -> None:
    page = open_sample(name, width=320, height=640)
    assert too_wide(page) == 0
    page.set_viewport_size({"width": 683, "height": 384})
    assert too_wide(page) == 0


def test_under_a_thumb_controls_are_48_px_high(open_sample: Open) -> None:
    page = open_sample("register", width=390, height=844, touch=True)
    for control in ("#id_family_name", "#id_language", ".form-foot .btn-primary", "details.more > summary"):
        found = page.locator(control).first
        if found.is_visible():  # not in details that are closed
            box = found.bounding_box()
            assert box
            assert box["height"] >= 47.5


def search(page: Page, typed: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(typed)
    expect(page.locator("#found-new")).to_contain_text(f"Register {typed}")


def test_slash_a_few_letters_and_enter_open_the_first_found(open_sample: Open) -> None:
    page = open_sample("list")
    search(page, "idris")
    box = page.locator("#find-box")
    expect(box).to_have_attribute("aria-activedescendant", "found-1")
    expect(box).to_have_attribute("aria-expanded", "true")
    with page.expect_navigation(url="**/patients/01J"):
        page.keyboard.press("Enter")


def test_arrows_choose_shift_enter_books_and_the_last_row_registers(open_sample: Open) -> None:
    page = open_sample("list")
    search(page, "gar")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#find-box")).to_have_attribute("aria-activedescendant", "found-2")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#find-box")).to_have_attribute("aria-activedescendant", "found-new")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation(url="**/b"):
        page.keyboard.press("Shift+Enter")


def test_registering_sends_what_was_typed_by_post(open_sample: Open) -> None:
    page = open_sample("list")
    search(page, "lopez maria 14/3/85")
    with page.expect_request("**/patients/new/") as sent:
        page.keyboard.press("Enter")
    assert sent.value.method == "POST"
    assert "lopez" not in sent.value.url
    assert "typed=lopez+maria+14%2F3%2F85" in (sent.value.post_data or "")
    page.wait_for_url("**/patients/new/")


def test_enter_before_the_answer_opens_nobody_when_several_fit(open_sample: Open) -> None:
    page = open_sample("list")
    page.keyboard.press("/")
    expect(page.locator("#find-answer")).to_be_visible()
    late = Late(page, "**/search/")
    page.keyboard.insert_text("gar")
    page.keyboard.press("Enter")
    late.wait()
    late.come()
    expect(page.locator("#found-1")).to_contain_text("García, Lucía")
    assert page.url.endswith("/sample/list")


def test_enter_before_the_answer_opens_the_only_one(open_sample: Open) -> None:
    page = open_sample("list")
    page.keyboard.press("/")
    expect(page.locator("#find-answer")).to_be_visible()
    late = Late(page, "**/search/")
    page.keyboard.insert_text("idris")
    page.keyboard.press("Enter")
    late.wait()
    with page.expect_navigation(url="**/patients/01J"):
        late.come()


def test_the_empty_box_shows_who_was_seen_last_and_escape_closes(open_sample: Open) -> None:
    page = open_sample("list")
    page.keyboard.press("Control+k")
    expect(page.locator("#find-answer")).to_contain_text("Seen last")
    page.keyboard.press("Escape")
    expect(page.locator("#find-answer")).to_be_hidden()
    assert faults(page) == []


def test_open_results_have_no_fault(open_sample: Open) -> None:
    page = open_sample("list")
    search(page, "gar")
    assert faults(page) == []


def test_without_javascript_the_search_is_a_form(open_sample: Open) -> None:
    page = open_sample("list", js=False)
    page.locator("#find-box").fill("gar")
    with page.expect_request("**/search/") as sent:
        page.keyboard.press("Enter")
    assert sent.value.method == "POST"
    assert "gar" not in sent.value.url


def test_letters_are_keys_only_outside_fields(open_sample: Open) -> None:
    page = open_sample("overview")
    page.locator("#log").fill("")
    page.locator("#log").press("b")
    expect(page.locator("#log")).to_have_value("b")
    page.locator("#log").blur()
    page.keyboard.press("l")
    expect(page.locator("#log")).to_be_focused()
    page.locator("#log").blur()
    with page.expect_navigation(url="**/book"):
        page.keyboard.press("b")


def test_letters_can_be_switched_off_and_stay_off(open_sample: Open) -> None:
    page = open_sample("overview")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Log a call")
    assert faults(page) == []
    page.locator("[data-letter-keys]").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("l")
    expect(page.locator("#log")).not_to_be_focused()


def test_control_enter_sends_the_form_the_focus_is_in(open_sample: Open) -> None:
    page = open_sample("register")
    page.locator("#id_given_name").fill("Ana")
    with page.expect_request(lambda asked: asked.method == "POST") as sent:
        page.keyboard.press("Control+Enter")
    assert "given_name=Ana" in (sent.value.post_data or "")


def test_a_form_on_its_way_is_not_sent_again(open_sample: Open) -> None:
    page = open_sample("register")
    stopped = page.evaluate(
        """() => {
          const form = document.querySelector('main form');
          const sent = [];
          addEventListener('submit', (event) => { sent.push(event.defaultPrevented); event.preventDefault(); });
          form.requestSubmit();
          form.requestSubmit();
          return sent;
        }"""
    )
    assert stopped == [False, True]


def test_the_chosen_colours_stay(open_sample: Open) -> None:
    page = open_sample("list")
    page.locator("[popovertarget=menu-person]").click()
    page.get_by_label("Dark").check()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert faults(page) == []
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_rows_are_added_and_removed(open_sample: Open) -> None:
    page = open_sample("register")
    rows = page.locator(".repeat-row:visible")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Add a phone").click()
    expect(rows).to_have_count(2)
    expect(page.locator("[name=phones-1-number]")).to_be_focused()
    expect(page.locator("[name=phones-TOTAL_FORMS]")).to_have_value("2")
    page.locator("[name=phones-1-number]").fill("1")
    page.get_by_role("button", name="Remove").nth(1).click()
    expect(rows).to_have_count(1)
    expect(page.locator("[name=phones-1-DELETE]")).to_have_value("on")


def test_a_dangerous_action_asks_first(open_sample: Open) -> None:
    page = open_sample("details")
    page.evaluate(
        """() => {
          const form = document.querySelector('main form');
          form.dataset.confirm = 'Archive this record?';
          form.dataset.confirmYes = 'Archive';
        }"""
    )
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#confirm")).to_contain_text("Archive this record?")
    assert faults(page) == []
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("#confirm")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    with page.expect_request(lambda asked: asked.method == "POST"):
        page.get_by_role("button", name="Archive").click()


def test_a_toast_offers_undo_and_can_be_closed(open_sample: Open) -> None:
    page = open_sample("overview")
    toast = page.locator(".toast-line")
    expect(toast).to_contain_text("Saved: address of María García.")
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_have_count(0)


def test_a_server_that_says_no_is_read_in_the_form_and_what_was_typed_stays(open_sample: Open) -> None:
    page = open_sample("details")
    page.locator("#id_email").fill("mari@example.org")
    intercept(
        page,
        "**/sample/refused",
        lambda route: route.fulfill(status=503, body="<p data-sentence>Not saved yet.</p>", content_type="text/html"),
    )
    page.evaluate("htmx.ajax('POST', '/sample/refused', {source: '#id_email', swap: 'none'})")
    expect(page.locator("main form .say")).to_contain_text("Not saved yet.")
    expect(page.locator("#id_email")).to_have_value("mari@example.org")


def test_tabs_fit_a_phone_and_those_that_have_no_room_stand_under_more(open_sample: Open) -> None:
    page = open_sample("overview", width=390, height=844, touch=True)
    row, history = page.locator(".tabs"), page.get_by_role("link", name="History")
    assert row.evaluate("(row) => row.scrollWidth - row.clientWidth") == 0
    expect(history).to_be_hidden()
    page.get_by_role("button", name="More parts").click()
    expect(history).to_be_visible()
    page.set_viewport_size({"width": 683, "height": 384})
    page.reload()
    expect(history).to_be_visible()
    page.keyboard.press("7")
    expect(page).to_have_title("/t/History")


def test_two_tabs_ask_for_samples_at_once(rendered: None) -> None:
    """The gallery once answered nothing: two threads took away each other's places to go."""
    before = contributions.everything
    with ThreadPoolExecutor(4) as threads:
        pages = list(threads.map(gallery.page, ["overview", "list"] * 20))
    assert (len(set(pages)), contributions.everything) == (2, before)
