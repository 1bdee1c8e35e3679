"""On the board, an answer that comes after its person went on to somebody else, or never."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from scheduling.appointments.services import states
from tests.browser import intercept
from tests.journeys.cards import HOME, Booked, at_card, book, day_of, far, here, same_day, scope
from tests.journeys.conftest import Visit
from tests.journeys.late import Late, move_on_its_way

pytestmark = pytest.mark.browser
__all__ = ["far", "here"]


def test_the_answer_to_a_key_takes_the_focus_from_no_other_card(visit: Visit, far: Booked) -> None:
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    late = Late(page, f"**/{far.appointment.id}/step/")
    card = at_card(page, far)
    page.keyboard.press("c")
    late.wait()
    link = at_card(page, other).locator("a.card-go")
    late.come()
    expect(card).to_have_attribute("data-state", "confirmed")
    expect(page.locator("#toasts")).to_contain_text(far.family)
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(link).to_be_focused()


def test_the_answer_to_a_step_takes_the_focus_from_no_other_card(visit: Visit, here: Booked) -> None:
    other = book()
    page = visit("ana.ruiz", HOME)
    late = Late(page, f"**/{here.appointment.id}/step/")
    card = at_card(page, here)
    page.keyboard.press("Space")
    late.wait()
    link = at_card(page, other).locator("a.card-go")
    late.come()
    expect(card).to_have_attribute("data-state", "waiting")
    expect(page.locator("#toasts")).to_contain_text(here.family)
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(link).to_be_focused()


def test_each_of_three_that_are_confirmed_one_after_another_is_confirmed(visit: Visit, far: Booked) -> None:
    """Their forms come when the third has the focus."""
    three = [far, same_day(far), same_day(far)]
    page = visit("ana.ruiz", day_of(far))
    forms = [Late(page, f"**/appointments/{each.appointment.id}/", "GET") for each in three]
    for each in three:
        at_card(page, each)
        page.keyboard.press("c")
    for form in forms:
        form.wait()
        form.come()
    for each in three:
        expect(page.locator(each.card)).to_have_attribute("data-state", "confirmed")
    assert [each.again().state for each in three] == ["confirmed"] * 3


def test_an_undo_that_was_not_heard_stays_and_says_so(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    card = at_card(page, far)
    page.keyboard.press("c")
    expect(card).to_have_attribute("data-state", "confirmed")
    intercept(page, "**/undo/", lambda route: route.abort())
    page.locator(".toast-line").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("We did not hear back.")
    page.unroute("**/undo/")
    page.locator(".toast-line").get_by_role("button", name="Undo").click()
    expect(card).to_have_attribute("data-state", "booked")


@pytest.mark.parametrize("broken", ["no answer", "busy"])
def test_a_move_that_was_not_heard_stays_where_it_was_and_says_so(visit: Visit, far: Booked, broken: str) -> None:
    page = visit("ana.ruiz", day_of(far))
    card = at_card(page, far)
    stood = card.get_attribute("data-start-grain") or ""
    page.keyboard.press("m")
    page.locator(f"#move-form[action*='{far.appointment.id}']").wait_for(state="attached")

    def breaks(route: Route) -> None:
        if route.request.method == "POST":
            return route.abort() if broken == "no answer" else route.fulfill(status=503)
        return route.fallback()

    intercept(page, f"**/{far.appointment.id}/move/", breaks)
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".move-ghost")).to_have_count(0)
    expect(card).to_have_attribute("data-start-grain", stood)
    expect(page.locator("#toasts")).to_contain_text("Try again")


def test_a_card_that_the_board_has_moved_already_is_there_once(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    late = move_on_its_way(page, far)
    with page.expect_response(lambda answer: "/changes/" in answer.url and answer.status == 200):
        page.evaluate("document.dispatchEvent(new Event('board:look'))")
    expect(page.locator(f"{far.card}.is-dragged")).to_have_count(0)
    late.come()
    expect(page.locator("#toasts")).to_contain_text("moved to")
    expect(page.locator(".move-ghost")).to_have_count(0)
    expect(page.locator(far.card)).to_have_count(1)


def test_nobody_else_is_taken_in_hand_while_a_move_is_on_its_way(visit: Visit, far: Booked) -> None:
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far)
    late = Late(page, f"**/{far.appointment.id}/move/")
    for key in ("m", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    late.wait()
    stood = at_card(page, other).get_attribute("data-start-grain") or ""
    for key in ("m", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    late.come()
    expect(page.locator("#toasts")).to_contain_text("moved to")
    expect(page.locator(".move-ghost")).to_have_count(0)
    expect(page.locator(other.card)).to_have_attribute("data-start-grain", stood)
    column = f"[data-column='{far.again().practitioner_id}']"
    expect(page.locator(f"{column} {far.card}")).to_have_count(1)  # it may be drawn anew just now


def confirmed_before_another_is_opened(page: Page, far: Booked) -> tuple[Late, Locator]:
    """The answer to *Confirm* in somebody's details, still on its way, and another one's details, opened since."""
    other = same_day(far)
    at_card(page, far).press("Enter")
    late = Late(page, f"**/{far.appointment.id}/step/")
    page.locator("#visit [data-act=confirm]").click()
    late.wait()
    at_card(page, other).press("Enter")
    shown = page.locator(f"#visit [data-visit='{other.appointment.id}']")
    shown.wait_for()
    return late, shown


def test_the_answer_to_a_button_of_the_details_does_not_replace_another_one_s_details(
    visit: Visit, far: Booked
) -> None:
    page = visit("ana.ruiz", day_of(far))
    late, shown = confirmed_before_another_is_opened(page, far)
    late.come()
    expect(page.locator("#toasts")).to_contain_text(far.family)
    expect(page.locator(far.card)).to_have_attribute("data-state", "confirmed")
    expect(shown).to_be_attached()


def test_a_question_that_comes_late_is_not_asked_in_another_one_s_details(visit: Visit, far: Booked) -> None:
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far).press("Enter")
    late = Late(page, f"**/{far.appointment.id}/cancel/", "GET")
    page.locator("#visit [data-act=cancel]").click()
    late.wait()
    at_card(page, other).press("Enter")
    shown = page.locator(f"#visit [data-visit='{other.appointment.id}']")
    shown.wait_for()
    with page.expect_event("requestfinished", lambda request: "/cancel/" in request.url):
        late.come()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(shown).to_be_attached()


def test_what_was_done_is_said_though_the_board_has_drawn_the_card_anew(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    late = Late(page, f"**/{far.appointment.id}/step/")
    card = at_card(page, far)
    page.keyboard.press("c")
    late.wait()
    page.evaluate("document.dispatchEvent(new Event('board:look'))")
    expect(card).to_have_attribute("data-state", "confirmed")
    late.come()
    page.locator("#toasts", has_text=far.family).get_by_role("button", name="Undo").click()
    expect(card).to_have_attribute("data-state", "booked")


def test_after_a_question_that_did_not_come_the_focus_stays_on_the_next_card(visit: Visit, far: Booked) -> None:
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    intercept(page, "**/cancel/", lambda route: route.abort())
    at_card(page, far).press("x")
    expect(page.locator("#toasts .toast-warning")).to_be_visible()
    card = at_card(page, other)
    card.press("Enter")
    page.locator(f"#visit [data-visit='{other.appointment.id}']").wait_for()
    expect(card.locator("a.card-go")).to_be_focused()


def test_a_key_of_the_details_is_not_pressed_there_for_another_card(visit: Visit, here: Booked) -> None:
    states.no_show(scope(), appointment=here.appointment)
    other = book()
    page = visit("ana.ruiz", HOME)
    at_card(page, here).press("Enter")
    page.locator(f"#visit [data-visit='{here.appointment.id}'] [data-act=came-late]").wait_for()
    at_card(page, other).press("a")  # perhaps for "arrives"
    expect(page.locator(f"#visit [data-visit='{other.appointment.id}']")).to_be_visible()
    assert here.again().state == "noshow"


def test_control_enter_on_a_card_sends_no_form_of_another_one_s_details(visit: Visit, far: Booked) -> None:
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far).press("x")
    expect(page.locator(f"#visit form[action*='{far.appointment.id}'] [name=reason]").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    at_card(page, other).press("Control+Enter")
    page.evaluate("new Promise(requestAnimationFrame)")
    assert [url for url in sent if "/cancel/" in url] == []


def test_a_key_held_down_undoes_what_was_done_last_and_nothing_before(visit: Visit, far: Booked) -> None:
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    for each in (far, other):
        at_card(page, each).press("c")
        expect(page.locator(each.card)).to_have_attribute("data-state", "confirmed")
    undone: list[str] = []
    page.on("request", lambda request: undone.append(request.url) if "/undo/" in request.url else None)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.down("u")
    expect(page.locator(other.card)).to_have_attribute("data-state", "booked")
    expect(page.locator("#toasts form[action*='/undo/']")).to_have_count(1)
    page.keyboard.down("u")
    page.evaluate("new Promise(requestAnimationFrame)")
    page.keyboard.up("u")
    assert len(undone) == 1


def test_an_undo_waits_for_what_it_undoes(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    late = Late(page, f"**/{far.appointment.id}/step/")
    card = at_card(page, far)
    card.press("c")
    late.wait()
    card.press("u")
    late.come()
    expect(page.locator("#toasts")).to_contain_text("Undone.")
    expect(card).to_have_attribute("data-state", "booked")
    assert [each["to"] for each in far.again().stamps or []][-1:] != ["confirmed"]


def test_an_undo_undoes_nothing_before_what_was_not_done(visit: Visit, far: Booked) -> None:
    states.confirm(scope(), appointment=far.appointment)
    page = visit("ana.ruiz", day_of(far))
    card = at_card(page, far)
    held: list[Route] = []
    intercept(page, "**/park/", held.append)
    undone: list[str] = []
    page.on("request", lambda request: undone.append(request.url) if "/undo/" in request.url else None)
    with page.expect_request("**/park/"):
        card.press("p")
    card.press("u")
    held[0].fulfill(status=503)
    expect(page.locator("#toasts .toast-warning")).to_be_visible()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert undone == []


def test_a_key_that_is_not_answered_says_so(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    intercept(page, f"**/appointments/{far.appointment.id}/", lambda route: route.abort())
    at_card(page, far).press("c")
    expect(page.locator("#toasts .toast-warning")).to_contain_text("Try again")


def test_the_answer_to_a_button_of_the_details_takes_the_focus_from_no_words_about_another(
    visit: Visit, far: Booked
) -> None:
    """It went to the next step of whoever's details stand there by then."""
    page = visit("ana.ruiz", day_of(far))
    late, _ = confirmed_before_another_is_opened(page, far)
    page.locator("#visit summary", has_text="Reason and note").click()
    reason = page.locator("#visit").get_by_label("Reason", exact=True)
    reason.fill("Cough")
    late.come()
    expect(page.locator("#toasts")).to_contain_text(far.family)
    expect(page.locator(far.card)).to_have_attribute("data-state", "confirmed")
    expect(reason).to_be_focused()


TWO_FORMS = """() => {
  window.sent = [];
  for (const id of ["first", "second"]) {
    const form = Object.assign(document.createElement("form"), { id });
    form.dataset.confirm = `The ${id}?`;
    document.body.append(form);
    form.addEventListener("submit", (event) => event.preventDefault() ?? sent.push(id));
  }
}"""


def test_a_question_that_comes_late_is_not_answered_by_the_yes_to_another(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    page.evaluate(TWO_FORMS)
    page.evaluate("first.requestSubmit(); second.requestSubmit()")
    asked = page.locator("#confirm")
    expect(asked).to_contain_text("The first?")
    asked.get_by_role("button", name="Yes").click()
    assert page.evaluate("sent") == ["first"]
