"""The hand on the board: steps by key, moves by pointer, by tap and by key."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Locator, expect

from clinnet import clock
from clinnet.accounts import queries as accounts
from tests.browser import faults, on_each_screen
from tests.engine import Site
from tests.journeys.cards import HOME, Booked, at_card, book, day_of, empty_day, far, here, settled
from tests.journeys.conftest import CLINIC, Visit, listening

pytestmark = pytest.mark.browser
__all__ = ["far", "here"]


# --- Steps ---------------------------------------------------------------------------------------------------------


def test_space_arrives_and_u_undoes(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    card = at_card(page, here)
    page.evaluate("performance.now = () => 1000")  # however slow the machine: presses follow one another at once
    page.keyboard.press("Space")
    expect(card).to_have_attribute("data-state", "waiting")
    page.keyboard.press("Space")  # a hand that trembles: it is not the step after
    expect(page.locator("#toasts")).to_contain_text(f"Vera {here.family}")
    expect(page.locator("#toasts")).to_contain_text("14 Mar 1985, is here for")
    expect(card.locator("a.card-go")).to_be_focused()
    page.keyboard.press("u")
    expect(card).to_have_attribute("data-state", "booked")


def test_a_list_is_worked_by_arrows_space_and_u(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", f"{HOME}day/{here.appointment.day}/list/")
    row = page.locator(f"#list-{here.appointment.id}")
    row.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect(row).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#toasts")).to_contain_text(f"Vera {here.family}")
    expect(page.locator(f".list-row:focus-within #list-{here.appointment.id}")).to_be_attached()
    assert here.again().state == "waiting"
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("Undone")
    assert here.again().state == "booked"


def point_at(card: Locator) -> None:
    """Far from the edge: to a button half out of sight the page would be scrolled, away from the pointer."""
    card.evaluate("card => card.scrollIntoView({ block: 'center', behavior: 'instant' })")
    card.hover()


def test_arriving_is_one_click(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    settled(page)
    card = page.locator(here.card)
    point_at(card)
    card.get_by_role("button", name="Arrive").click()  # 1
    expect(card).to_have_attribute("data-state", "waiting")


def test_a_double_click_arrives_once(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    settled(page)
    card = page.locator(here.card)
    point_at(card)
    card.get_by_role("button", name="Arrive").dblclick()
    expect(page.locator("#toasts")).to_contain_text("is here for")
    expect(page.locator(here.card)).to_have_attribute("data-state", "waiting")
    assert [each["to"] for each in here.again().stamps or []] == ["waiting"]


def test_the_toast_undoes_where_it_stands(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    card = at_card(page, here)
    page.keyboard.press("Space")
    page.locator(".toast-line").get_by_role("button", name="Undo").click()
    expect(card).to_have_attribute("data-state", "booked")
    expect(page.locator("#toasts")).to_contain_text("Undone.")
    assert page.url.endswith(HOME)


def test_c_confirms_and_a_letter_in_a_field_is_a_letter(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    card = at_card(page, here)
    page.keyboard.press("c")
    expect(card).to_have_attribute("data-state", "confirmed")
    page.locator("#find-box").focus()
    page.keyboard.type("x ")
    expect(page.locator("#visit form")).to_have_count(0)


def test_p_frees_the_time_and_u_takes_it_back_though_no_card_has_the_focus(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far)
    page.keyboard.press("p")
    expect(page.locator(far.card)).to_have_count(0)
    expect(page.locator("#board")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(far.card)).to_have_count(1)
    assert far.again().state == "booked"


def test_x_cancels_with_a_reason_and_the_card_is_gone(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far)
    page.keyboard.press("x")
    expect(page.locator("#visit [name=reason]").first).to_be_focused()
    asked = page.locator("#visit fieldset").first.bounding_box()
    assert asked
    assert asked["width"] > 250  # not a word wide
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    expect(page.locator(far.card)).to_have_count(0)
    expect(page.locator("#visit")).to_contain_text("by the patient: Ill")
    assert far.again().state == "cancelled"


def test_o_opens_the_patient(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far)
    page.keyboard.press("o")
    page.wait_for_url(f"**/patients/{far.appointment.patient_id}/")


def test_enter_shows_the_details_and_the_next_step_is_one_key_more(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    card = at_card(page, here)
    page.keyboard.press("Enter")
    expect(page.locator("#visit")).to_contain_text("14 Mar 1985")
    page.keyboard.press("Space")
    expect(card).to_have_attribute("data-state", "waiting")
    expect(page.locator("#visit")).to_contain_text("Waiting")


def test_on_a_phone_arriving_is_two_taps(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", f"{HOME}?show=next", phone=True)
    page.locator(here.card).locator("a.card-go").tap()  # 1
    button = page.locator("#visit").get_by_role("button", name="Arrive")
    box = button.bounding_box()
    assert box
    assert (box["height"] >= 48, box["width"] >= 330) == (True, True)
    button.tap()  # 2
    expect(page.locator("#visit")).to_contain_text("Waiting")


# --- Moving --------------------------------------------------------------------------------------------------------


def test_a_card_is_dragged_to_another_doctor_and_back_by_undo(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    settled(page)
    card, other = page.locator(far.card), page.locator("[data-column]").nth(1)
    card.scroll_into_view_if_needed()
    box, there = card.bounding_box(), other.bounding_box()
    assert box
    assert there
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(there["x"] + 40, box["y"] + 12, steps=6)
    expect(page.locator(".move-ghost")).to_be_visible()
    page.mouse.move(there["x"] + 40, box["y"] + 8 + box["height"] * 2, steps=4)
    page.mouse.up()
    expect(page.locator("#toasts")).to_contain_text("moved to")
    moved = far.again()
    assert moved.practitioner_id == other.get_attribute("data-column")
    assert moved.wall != far.appointment.wall
    expect(other.locator(far.card)).to_be_visible()
    expect(page.locator("#visit form")).to_have_count(0)  # a drag is no click
    page.locator(".toast-line").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-column]").nth(0).locator(far.card)).to_be_visible()
    assert (far.again().wall, far.again().practitioner_id) == (far.appointment.wall, far.appointment.practitioner_id)


def test_esc_leaves_a_dragged_card_where_it_was(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    settled(page)
    card = page.locator(far.card)
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 24, box["y"] + 90, steps=6)
    page.keyboard.press("Escape")
    expect(page.locator(".move-ghost")).to_have_count(0)
    page.mouse.up()
    assert far.again().version == far.appointment.version


def test_m_arrows_and_enter_move(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far)
    for key in ("m", "ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#toasts")).to_contain_text("moved to")
    moved = far.again()
    grain = int(accounts.clinic(CLINIC).slot_grain)
    assert clock.moment(moved.start or "") - clock.moment(far.appointment.start or "") == timedelta(minutes=2 * grain)
    assert moved.practitioner_id == page.locator("[data-column]").nth(1).get_attribute("data-column")
    expect(page.locator(far.card).locator("a.card-go")).to_be_focused()


def test_tap_move_tap(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    settled(page)
    page.locator(far.card).locator("a.card-go").click(position={"x": 20, "y": 8})  # 1
    page.locator("#visit").get_by_role("link", name=re.compile("Move")).click()  # 2
    expect(page.locator(".move-hint")).to_contain_text(far.family)
    box = page.locator(far.card).bounding_box()
    assert box
    page.mouse.click(box["x"] + 40, box["y"] + box["height"] * 3)  # 3
    expect(page.locator("#toasts")).to_contain_text("moved to")
    assert far.again().wall != far.appointment.wall


def test_a_taken_time_asks_and_the_card_stays(visit: Visit, demo: Site) -> None:
    first = book(on=empty_day())
    second = book(on=date.fromisoformat(first.appointment.day or ""))
    page = visit("ana.ruiz", day_of(first))
    steps = _grains_between(first, second)
    at_card(page, first)
    page.keyboard.press("m")
    for _ in range(steps):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".move-ghost.is-taken")).to_contain_text(second.family)
    page.keyboard.press("Enter")
    dialog = page.locator("#move-dialog[open]")
    expect(dialog).to_contain_text("Nearest:")
    assert faults(page) == []
    dialog.locator("[data-near]").first.click()
    expect(page.locator("#toasts")).to_contain_text("moved to")


def _grains_between(first: Booked, second: Booked) -> int:
    minutes = (
        clock.moment(second.appointment.start or "") - clock.moment(first.appointment.start or "")
    ).total_seconds() // 60
    return int(minutes) // int(accounts.clinic(CLINIC).slot_grain)


# --- Everybody can use them ----------------------------------------------------------------------------------------


def test_axe_finds_nothing(visit: Visit, far: Booked) -> None:
    base = f"{HOME}patients/{far.appointment.patient_id}/appointments/{far.appointment.id}/"
    page = visit("amara.okafor", base)
    found = {base: on_each_screen(page)}
    for path in (f"{base}cancel/", f"{base}change-patient/", f"{base}check/", f"{HOME}walk-in/", f"{HOME}urgent/"):
        page.goto(path)
        found[path] = on_each_screen(page)
    page.goto(f"{day_of(far)}?show=all")
    page.locator(far.card).locator("a.card-go").click(position={"x": 20, "y": 8})
    expect(page.locator("#visit [data-visit]")).to_be_visible()
    found["panel"] = on_each_screen(page)
    assert {path: each for path, each in found.items() if each} == {}


def test_all_of_it_works_without_javascript(browser: Browser, demo: Site, passes: object, here: Booked) -> None:
    state = passes("ana.ruiz")  # type: ignore[operator]  # the fixture's function
    with browser.new_context(base_url=demo.url, java_script_enabled=False, storage_state=state) as context:
        page = context.new_page()
        page.goto(f"{HOME}patients/{here.appointment.patient_id}/appointments/{here.appointment.id}/")
        page.get_by_role("button", name="Arrive").click()
        expect(page.locator("#main")).to_contain_text("Waiting")
        page.locator("#main").get_by_role("button", name="Undo").click()
        expect(page.locator("#main")).to_contain_text("Booked")
        page.get_by_role("link", name="Cancel").click()
        page.get_by_label("Transport").check()
        page.get_by_role("button", name="Cancel appointment").click()
        expect(page.locator("#main")).to_contain_text("by the patient: Transport")


def test_space_on_a_card_of_a_day_to_come_says_why_nobody_arrives(visit: Visit) -> None:
    booked = book(on=empty_day())
    page = visit("ana.ruiz", f"{HOME}day/{booked.appointment.day}/")
    listening(page)
    page.locator(f"{booked.card} .card-go").focus()
    page.keyboard.press(" ")
    said = page.locator(".toast-info")
    expect(said).to_contain_text("Nobody arrives before the day.")
    expect(said.locator("use").first).to_have_attribute("href", re.compile("#info-circle$"))
    assert booked.again().state == "booked"
