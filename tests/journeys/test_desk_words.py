"""Small things that a receptionist relies on: who is taken, what is forgotten, what is named and what is in hand."""

import re
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.engine import Site
from tests.journeys.cards import HOME, Booked, at_card, book, day_of, empty_day, far, newcomer
from tests.journeys.conftest import Visit
from tests.taking_turns import fresh_name

pytestmark = pytest.mark.browser
__all__ = ["far"]


def asked(page: Page, text: str) -> None:
    """Who is it for, in the drawer: the list is of what was typed."""
    page.keyboard.press("b")
    expect(page.locator("#drawer").get_by_label("Who is it for?")).to_be_focused()
    page.keyboard.type(text)


def test_arrows_choose_in_the_drawer_and_enter_takes_who_is_marked(visit: Visit) -> None:
    family = fresh_name()
    for given in ("Ann", "Zoe"):
        newcomer(given, family=family)
    page = visit("ana.ruiz", HOME)
    asked(page, family.lower())
    options = page.locator("#drawer").get_by_role("option")
    expect(options.filter(has_text=family)).to_have_count(3)  # two, and the offer to register one
    marked = page.locator("#drawer [role=option][aria-selected=true]")
    expect(marked).to_contain_text("Ann")
    page.keyboard.press("ArrowDown")
    expect(marked).to_contain_text("Zoe")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer #booking")).to_contain_text(f"{family}, Zoe")


def test_enter_that_is_faster_than_the_list_stays_in_the_drawer(visit: Visit) -> None:
    family = newcomer("Ann").family_name
    page = visit("ana.ruiz", HOME)
    asked(page, family.lower())
    page.keyboard.press("Enter")
    expect(page.locator("#drawer #booking")).to_contain_text(f"{family}, Ann")
    assert page.url.endswith(HOME)


def test_e_on_details_opens_the_first_group_with_its_field_in_focus(visit: Visit) -> None:
    page = visit("ana.ruiz", f"{HOME}patients/{newcomer().id}/details/")
    page.keyboard.press("e")
    expect(page.locator("#name").get_by_label("Family name").first).to_be_focused()


@pytest.mark.parametrize("width", [1366, 390])
def test_the_first_page_stands_in_the_middle_and_says_whom_to_ask(browser: Browser, demo: Site, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 768}) as context:
        page = context.new_page()
        page.goto(demo.url)
        box = page.locator(".wall").bounding_box()
        assert box
        assert abs(box["x"] - (width - box["x"] - box["width"])) <= 2
        assert box["x"] >= 12
        expect(page.locator(".wall")).to_contain_text("asks the clinic's administrator")


def test_without_scripts_no_key_is_promised(browser: Browser, demo: Site, passes: object) -> None:
    state = passes("ana.ruiz")  # type: ignore[operator]  # the fixture's function
    with browser.new_context(base_url=demo.url, java_script_enabled=False, storage_state=state) as context:
        page = context.new_page()
        for path in ("", "patients/", "patients/new/", "tasks/", "book/", "walk-in/", "requests/"):
            page.goto(HOME + path)
            assert (path, page.locator("kbd:visible").count()) == (path, 0)


def test_cancel_in_the_drawer_means_cancel(visit: Visit) -> None:
    family = newcomer("Ann").family_name
    page = visit("ana.ruiz", HOME)
    asked(page, family.lower())
    expect(page.locator("#drawer [role=option][aria-selected=true]")).to_contain_text(family)
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    drawer.get_by_label("Reason", exact=True).fill("Knee")
    drawer.get_by_role("link", name="Cancel").click()
    expect(drawer).not_to_be_visible()
    page.keyboard.press("b")
    expect(drawer.get_by_label("Who is it for?")).to_be_focused()
    expect(drawer).not_to_contain_text(family)


def test_a_place_that_was_clicked_is_named_before_anybody_is_chosen_and_its_card_is_then_in_hand(visit: Visit) -> None:
    family, day = newcomer("Ann").family_name, empty_day()
    page = visit("ana.ruiz", f"{HOME}day/{day}/")
    column = page.locator('.col:not([data-with=""])').first
    doctor = column.get_attribute("data-with")
    time = page.evaluate(
        """(column) => {
          const open = document.querySelector(`.col[data-with="${column}"] .col-day`).getBoundingClientRect();
          return [open.left + open.width / 2, Math.max(open.top, 200) + 120];
        }""",
        doctor,
    )
    page.mouse.click(*time)
    drawer = page.locator("#drawer")
    chosen = drawer.locator(".book-chosen")
    expect(chosen).to_contain_text(re.compile(r"\d\d:\d\d, "))
    at = re.search(r"\d\d:\d\d", chosen.inner_text())
    assert at
    page.keyboard.type(family.lower())
    expect(page.locator("#drawer [role=option][aria-selected=true]")).to_contain_text(family)
    page.keyboard.press("Enter")
    expect(drawer.locator("#booking")).to_contain_text(at[0])
    drawer.get_by_role("button", name=re.compile("^Book")).click()
    expect(page.locator("#toasts")).to_contain_text("Booked:")
    expect(page.locator(".card a.card-go:focus")).to_contain_text(family)


def test_the_ghost_of_a_move_says_whom_it_would_meet(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    other = book(on=date.fromisoformat(far.appointment.day or ""))
    page.reload()
    at_card(page, other)
    page.keyboard.press("m")
    for _ in range(8):
        if "is-taken" in (page.locator(".move-ghost").get_attribute("class") or ""):
            break
        page.keyboard.press("ArrowUp")
    expect(page.locator(".move-ghost")).to_contain_text(f"taken: {far.family}")
    expect(page.locator(".move-hint")).to_contain_text("taken by")
    page.keyboard.press("Escape")
    expect(page.locator(".move-ghost")).to_have_count(0)
