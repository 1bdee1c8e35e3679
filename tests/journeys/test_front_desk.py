"""What a receptionist does all day, in a real browser on the real server."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.engine import Site
from tests.journeys.cards import HOME
from tests.journeys.conftest import Visit, sign_in
from tests.taking_turns import fresh_name

pytestmark = pytest.mark.browser
NEW = "/c/northside/patients/new/"


def register(page: Page, family: str, given: str = "Vera") -> str:
    """Through the form; returns the patient's address."""
    page.goto(NEW)
    page.get_by_label("Family name", exact=True).fill(family)
    page.get_by_label("Given name", exact=True).fill(given)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/patients/[0-9A-Z]{26}/"))
    return page.url


@pytest.mark.parametrize(
    ("username", "lands"),
    [
        ("ana.ruiz", "Northside Clinic"),
        ("nora.daly", "Northside Clinic"),
        ("amara.okafor", "Northside Clinic"),
        ("hal.reed", "Harbor Family Practice"),
        ("ben.okoro", "Harbor Family Practice"),
        ("ines.admin", "Harbor Family Practice"),
        ("new.person", "administrator"),
    ],
)
def test_each_role_signs_in_through_the_hosted_page(browser: Browser, demo: Site, username: str, lands: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        sign_in(page, demo, username)
        expect(page.locator("body")).to_contain_text(lands)


def test_a_call_is_taken_by_keyboard_alone(visit: Visit) -> None:
    page, family = visit("ana.ruiz", HOME), fresh_name()
    page.keyboard.press("/")
    page.keyboard.type(f"{family.lower()} maria 14/3/85")
    expect(page.locator("#find-answer")).to_have_attribute("aria-busy", "false")  # all that was typed is answered
    expect(page.locator("#found-new")).to_contain_text(family)
    page.keyboard.press("Enter")  # nobody fits: the last row is the only one
    page.wait_for_url("**/patients/new/**")
    expect(page.get_by_label("Family name", exact=True)).to_have_value(family)
    assert "maria" not in page.url.lower()
    page.get_by_label("Female").check()
    page.get_by_label("Phone", exact=True).first.fill("0116 496 0144")
    page.get_by_role("button", name="Save", exact=True).click()
    banner = page.locator("#banner")
    expect(banner).to_contain_text(f"{family}, Maria")
    expect(banner).to_contain_text("14 Mar 1985")
    page.keyboard.press("Escape")
    page.locator("body").press("/")
    page.keyboard.type("960144")
    expect(page.locator(".found-row").filter(has_text=family)).to_be_visible()


def test_three_letters_and_enter_open_a_patient(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    page.keyboard.press("/")
    page.keyboard.type("fitzg")
    expect(page.locator("#found-1")).to_contain_text("Fitzgerald")
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_contain_text("Fitzgerald, Rose")


def test_search_and_registration_work_without_javascript(browser: Browser, demo: Site, passes: object) -> None:
    state = passes("ana.ruiz")  # type: ignore[operator]  # the fixture's function
    with browser.new_context(base_url=demo.url, java_script_enabled=False, storage_state=state) as context:
        page, family = context.new_page(), fresh_name()
        page.goto(HOME)
        page.locator("input[name=q]").fill("fitzg")
        page.locator("input[name=q]").press("Enter")
        expect(page.locator("#main")).to_contain_text("Fitzgerald, Rose")
        page.goto(NEW)
        page.get_by_label("Family name", exact=True).fill(family)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#banner")).to_contain_text(family)


def test_a_double_click_registers_once(visit: Visit) -> None:
    page, family = visit("ana.ruiz", NEW), fresh_name()
    page.get_by_label("Family name", exact=True).fill(family)
    page.get_by_role("button", name="Save", exact=True).dblclick()
    page.wait_for_url(re.compile(r"/patients/[0-9A-Z]{26}/"))
    page.goto(HOME)
    page.keyboard.press("/")
    page.keyboard.type(family)
    expect(page.locator(".found-row[data-patient]").filter(has_text=family)).to_have_count(1)


def test_a_save_beside_somebody_elses_shows_both_sides(visit: Visit) -> None:
    mine, theirs = visit("ana.ruiz", HOME), visit("ben.okoro", HOME)
    url = register(mine, fresh_name())
    for page in (mine, theirs):
        page.goto(url + "details/address/")
    theirs.get_by_label("Town or city").fill("Leeds")
    theirs.locator("[data-primary]").first.click()
    expect(theirs.locator("#main")).to_contain_text("Leeds")
    mine.get_by_label("Town or city").fill("York")
    mine.locator("[data-primary]").first.click()
    expect(mine.locator("#main")).to_contain_text("changed this record")
    expect(mine.locator("#main")).to_contain_text("Leeds")
    mine.get_by_label("York").check()
    mine.locator("[data-primary]").first.click()
    expect(mine.locator("input[name=both]")).to_have_count(0)
    expect(mine.locator("#main")).to_contain_text("York")
    theirs.goto(url + "details/")
    expect(theirs.locator("#main")).to_contain_text("York")


def test_two_records_are_merged_and_come_apart_again(visit: Visit) -> None:
    page, family = visit("ana.ruiz", HOME), fresh_name()
    keep = register(page, family, "Anna")
    other = register(page, family, "Ana")
    page.goto(f"{keep}merge/{other.rstrip('/').rpartition('/')[2]}/")
    page.locator("[data-primary]").first.click()
    page.locator("dialog[open] button, #banner").first.wait_for()
    confirm(page)
    page.wait_for_url(keep)
    page.goto(other)
    expect(page).to_have_url(keep)
    expect(page.locator("body")).to_contain_text("was folded into this record")
    page.goto(f"{keep}merge/{other.rstrip('/').rpartition('/')[2]}/undo/")
    page.locator("[data-primary]").first.click()
    confirm(page)
    page.goto(other)
    expect(page).to_have_url(other)


def confirm(page: Page) -> None:
    dialog = page.locator("dialog[open]")
    if dialog.count():
        dialog.locator(".btn-primary, .btn-danger").first.click()


def test_two_tabs_with_two_patients_do_not_mix(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    first, second = register(page, fresh_name()), register(page, fresh_name())
    tabs = page, page.context.new_page()
    for tab, url, note in zip(tabs, (first, second), ("of the first", "of the second"), strict=True):
        tab.goto(url + "details/notes/")
        tab.locator("textarea").fill(note)
    for tab in tabs:
        tab.locator("[data-primary]").first.click()
        expect(tab.locator("textarea")).to_have_count(0)
    for url, note in ((first, "of the first"), (second, "of the second")):
        page.goto(url + "details/")
        expect(page.locator("#main")).to_contain_text(note)


def test_two_tabs_with_two_clinics_do_not_mix(visit: Visit) -> None:
    north = visit("ben.okoro", HOME)
    harbor, family = north.context.new_page(), fresh_name()
    north.goto(NEW)
    harbor.goto("/c/harbor/patients/new/")
    north.get_by_label("Family name", exact=True).fill(family)
    north.get_by_role("button", name="Save", exact=True).click()
    north.wait_for_url(re.compile("/c/northside/patients/[0-9A-Z]{26}/"))
    harbor.goto("/c/harbor/")
    harbor.keyboard.press("/")
    harbor.keyboard.type(family)
    expect(harbor.locator("#found-new")).to_contain_text(family)
    expect(harbor.locator(".found-row[data-patient]")).to_have_count(0)
    assert harbor.goto(north.url.replace("northside", "harbor")).status == 404  # type: ignore[union-attr]


def test_what_was_typed_outlives_the_session(visit: Visit, demo: Site, end_session: Callable[[str], None]) -> None:
    page, family = visit("nora.daly", NEW), fresh_name()
    page.get_by_label("Family name", exact=True).fill(family)
    end_session("nora.daly")
    page.locator("[data-primary]").first.click()
    expect(page.locator("body")).to_contain_text("signed out")
    assert family in page.content()


def test_names_typed_as_people_say_them_are_swapped_by_one_press(visit: Visit) -> None:
    page = visit("ana.ruiz", NEW)
    page.get_by_label("Family name").first.fill("Johnathan")
    page.get_by_label("Given name").first.fill("Smithers")
    page.get_by_role("button", name="Swap the names").click()
    expect(page.get_by_label("Family name").first).to_have_value("Smithers")
    expect(page.get_by_label("Given name").first).to_have_value("Johnathan")
    expect(page.get_by_label("Family name").first).to_be_focused()
