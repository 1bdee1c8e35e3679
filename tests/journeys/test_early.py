"""What somebody does on a page whose scripts are still on their way: a slow line, an old machine."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from clinnet.table import Scope
from scheduling.calendar.queries.setup import setup
from tests.journeys.conftest import CLINIC, Visit, listening, today, without_scripts

pytestmark = pytest.mark.browser
HOME = f"/c/{CLINIC}/"
Early = Callable[[str], tuple[Page, Callable[..., None]]]


@pytest.fixture
def early(visit: Visit) -> Early:
    """`early(path)` → a page without its scripts, and what lets them come."""
    page = visit("ana.ruiz", HOME)
    return lambda path: (page, without_scripts(page, path))


@pytest.fixture
def late_page() -> str:
    doctor = setup(Scope.system("tests", CLINIC)).practitioners[0]
    return f"{HOME}day/{today()}/late/{doctor.id}/"


def test_the_list_is_of_what_was_typed_before_the_scripts_came(early: Early, late_page: str) -> None:
    page, come = early(late_page)
    page.get_by_label("Minutes late").fill("50")
    shown = page.locator("#late-preview [name=shown]")
    expect(shown).not_to_have_value("50 shift")
    come()
    expect(shown).to_have_value("50 shift")


def test_a_way_chosen_before_the_scripts_came_is_the_way_of_the_list(early: Early, late_page: str) -> None:
    page, come = early(late_page)
    page.get_by_role("radio", name="Tell only").check()
    come()
    expect(page.locator("#late-preview [name=shown]")).to_have_value(re.compile(" tell$"))


def test_keys_pressed_before_the_scripts_came_find_a_patient(early: Early) -> None:
    page, come = early(HOME)
    page.locator("#find-box").wait_for()
    page.locator("#main").focus()
    for key in "/gar":
        page.keyboard.press(key)
    come()
    expect(page.locator("#find-box")).to_be_focused()
    expect(page.locator("#find-box")).to_have_value("gar")
    expect(page.locator("#find-answer")).to_be_visible()


def test_keys_stay_in_their_order_while_only_some_scripts_listen(early: Early) -> None:
    page, come = early(HOME)
    board = re.compile(r"/static/js/board[.\w]*\.js")
    held: list[Route] = []
    page.route(board, lambda route: held.append(route))  # noqa: PLW0108 — Playwright writes on the function it is given
    page.locator("#find-box").wait_for()
    page.keyboard.press("/")
    come(wait=False)
    page.wait_for_selector('[data-open="keys"]:not([hidden])', state="attached")  # keys.js listens, board.js does not
    for key in "4l":
        page.keyboard.press(key)
    for route in held:
        route.continue_()
    listening(page)
    expect(page.locator("#find-box")).to_have_value("4l")


def test_words_typed_into_the_search_before_the_scripts_came_find_a_patient(early: Early) -> None:
    page, come = early(HOME)
    page.locator("#find-box").fill("gar")
    come()
    expect(page.locator("#find-answer")).to_be_visible()


def test_control_enter_pressed_before_the_scripts_came_sends_the_form(early: Early) -> None:
    page, come = early(f"{HOME}patients/new/")
    page.get_by_label("Family name").fill("")
    page.keyboard.press("Control+Enter")
    come()
    expect(page.locator(".field-error").first).to_be_visible()
