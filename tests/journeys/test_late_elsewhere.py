"""On the board, an answer that comes after its person began to write or to look for somebody."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.cards import HOME, Booked, at_card, day_of, far, here
from tests.journeys.conftest import Visit
from tests.journeys.late import Late, move_on_its_way
from tests.journeys.test_money import somebody_here

pytestmark = pytest.mark.browser
__all__ = ["far", "here"]


def sought(page: Page, letters: str = "") -> Locator:
    """By now somebody looks for a patient."""
    page.keyboard.press("/")
    box = page.locator("#find-box")
    expect(box).to_be_focused()
    page.keyboard.type(letters)
    return box


def test_a_key_that_leads_elsewhere_leads_nobody_away_who_types_by_now(visit: Visit) -> None:
    _, id = somebody_here("Gone")
    page = visit("ana.ruiz", HOME)
    late = Late(page, f"**/appointments/{id}/", "GET")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/check-out/" in request.url else None)
    page.locator(f'[data-card="{id}"]').first.locator("a, button").first.focus()
    page.keyboard.press("k")
    late.wait()
    box = sought(page, "gar")
    with page.expect_response(f"**/appointments/{id}/"):
        late.come()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(box).to_have_value("gar")
    assert asked == []


def test_a_question_that_comes_late_takes_the_focus_from_no_search(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    late = Late(page, "**/cancel/", "GET")
    at_card(page, far).press("x")
    late.wait()
    box = sought(page)
    late.come()
    expect(page.locator("#visit [name=reason]").first).to_be_visible()
    expect(box).to_be_focused()


def test_the_answer_to_a_move_takes_the_focus_from_no_search(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    late = move_on_its_way(page, far)
    box = sought(page)
    late.come()
    expect(page.locator("#toasts")).to_contain_text("moved to")
    expect(page.locator(".move-ghost")).to_have_count(0)
    expect(box).to_be_focused()


def test_a_drawer_that_comes_late_opens_over_nobody_who_types_by_now(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    late = Late(page, "**/book/**", "GET")
    page.keyboard.press("b")
    late.wait()
    box = sought(page, "gar")
    late.come()
    drawer = page.locator("#drawer")
    expect(drawer.locator("h1")).to_be_attached()
    page.wait_for_selector("link[href*=booking]", state="attached")
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(box).to_be_focused()
    expect(drawer).to_be_hidden()
    box.blur()
    page.keyboard.press("b")
    expect(drawer.get_by_label("Who is it for?")).to_be_focused()


def test_a_drawer_that_comes_late_opens_over_somebody_who_ticks_a_reason_by_now(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far).press("x")
    reasons = page.locator("#visit [name=reason]")
    expect(reasons.first).to_be_focused()
    late = Late(page, "**/book/**", "GET")
    page.keyboard.press("b")
    late.wait()
    reasons.last.check()
    late.come()
    expect(page.locator("#drawer").get_by_label("Who is it for?")).to_be_focused()
    assert reasons.last.is_checked()


@pytest.mark.parametrize("pressed", ["key", "button"])
def test_what_is_typed_into_the_details_while_an_answer_is_on_its_way_stays(
    visit: Visit, far: Booked, pressed: str
) -> None:
    """They would be drawn anew with the focus on the next step, which Space then presses."""
    page = visit("ana.ruiz", day_of(far))
    card = at_card(page, far)
    card.press("Enter")
    page.locator(f"#visit [data-visit='{far.appointment.id}']").wait_for()
    late = Late(page, f"**/{far.appointment.id}/step/")
    if pressed == "key":
        at_card(page, far).press("c")
    else:
        page.locator("#visit [data-act=confirm]").click()
    late.wait()
    page.locator("#visit summary", has_text="Reason and note").click()
    reason = page.locator("#visit").get_by_label("Reason", exact=True)
    reason.fill("Cough")
    with page.expect_response("**/changes/**"):  # what was done is heard of
        late.come()
    expect(page.locator("#toasts")).to_contain_text(far.family)
    page.evaluate("fetch(location.href).then((answer) => answer.text())")
    expect(reason).to_have_value("Cough")
    expect(reason).to_be_focused()
    reason.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    assert far.again().state == "confirmed"
