"""On a slow line, on an old machine: what somebody does while the page's scripts are still on their way, and an answer
that comes after what was done meanwhile.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from patients.services import change
from scheduling.calendar.queries.setup import setup
from tests.browser import intercept
from tests.journeys.cards import HOME, Booked, at_card, day_of, far, newcomer, same_day, scope
from tests.journeys.conftest import Visit, listening, today, without_scripts
from tests.journeys.late import Late

pytestmark = pytest.mark.browser
__all__ = ["far"]
Early = Callable[[str], tuple[Page, Callable[..., None]]]


@pytest.fixture
def early(visit: Visit) -> Early:
    """`early(path)` → a page without its scripts, and what lets them come."""
    page = visit("ana.ruiz", HOME)
    return lambda path: (page, without_scripts(page, path))


@pytest.fixture
def late_page() -> str:
    doctor = setup(scope()).practitioners[0]
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
    intercept(page, board, held.append)
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


def test_an_answer_from_before_a_key_says_nothing_of_the_card(visit: Visit, far: Booked) -> None:
    """Who else is booked there is on its way to the board when the card's own answer overtakes it."""
    page = visit("ana.ruiz", day_of(far))
    card = at_card(page, far)
    other = same_day(far)
    late = Late(page, "**/changes/**", "GET")
    page.evaluate("document.dispatchEvent(new Event('board:look'))")
    late.wait()
    page.keyboard.press("c")
    expect(card).to_have_attribute("data-state", "confirmed")
    late.come()
    expect(page.locator(other.card)).to_be_attached()
    expect(card).to_have_attribute("data-state", "confirmed")
    expect(card.locator(".card-news")).to_have_count(0)


def test_the_one_in_hand_is_moved_and_nobody_who_was_in_hand_before(visit: Visit, far: Booked) -> None:
    """The form of the second card does not come: the first one's, which still stands there, is not sent."""
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far)
    page.keyboard.press("m")
    page.locator(f"#move-form[action*='{far.appointment.id}']").wait_for(state="attached")
    page.keyboard.press("Escape")
    intercept(page, f"**/{other.appointment.id}/move/", lambda route: route.fulfill(status=503))
    at_card(page, other)
    page.keyboard.press("m")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".move-ghost")).to_have_count(0)
    page.reload()
    for each in (far, other):
        assert each.again().start == each.appointment.start


def test_a_card_is_moved_while_another_one_s_details_are_on_their_way(visit: Visit, far: Booked) -> None:
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    held: list[Route] = []
    intercept(page, f"**/appointments/{far.appointment.id}/", held.append)
    with page.expect_request(f"**/appointments/{far.appointment.id}/"):
        at_card(page, far).press("Enter")
    at_card(page, other)
    page.keyboard.press("m")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#toasts")).to_contain_text(other.family)
    assert other.again().start != other.appointment.start
    for route in held:
        route.continue_()
    expect(page.locator(f"#visit [data-visit='{far.appointment.id}']")).to_be_attached()


def test_x_never_cancels_whose_details_were_shown_before(visit: Visit, far: Booked) -> None:
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far).press("Enter")
    page.locator(f"#visit [data-visit='{far.appointment.id}'] [data-act=cancel]").wait_for(state="attached")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/cancel/" in request.url else None)
    intercept(page, f"**/appointments/{other.appointment.id}/", lambda route: route.fulfill(status=503))
    at_card(page, other).press("x")
    expect(page.locator("#toasts .toast-warning")).to_be_visible()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert asked == []


def test_a_list_under_a_hand_shows_what_came_last(visit: Visit, far: Booked) -> None:
    """What came first waits until the hand has left the list: by then it is old."""
    page = visit("ana.ruiz", HOME)
    page.clock.install()
    page.goto(f"{day_of(far)}list/?who={far.appointment.practitioner_id}")
    listening(page)
    news: list[str] = []

    def tell(route: Route) -> None:
        if not news:
            return route.fulfill(status=304)
        return route.fulfill(headers={"ETag": f'"{news[-1]}"'}, body=f"<p>{news[-1]}</p>", content_type="text/html")

    def come(word: str) -> None:
        news.append(word)
        with page.expect_response("**/list/changes/**"):
            page.evaluate("document.dispatchEvent(new Event('visit-changed'))")

    intercept(page, "**/list/changes/**", tell)
    page.clock.pause_at(page.evaluate("Date.now() + 5_000"))
    page.locator(f"#list-{far.appointment.id}").hover()
    come("first")
    page.mouse.move(0, 0)
    come("second")
    expect(page.locator("#list")).to_have_text("second")
    page.clock.run_for(3_000)
    expect(page.locator("#list")).to_have_text("second")


def test_a_new_column_comes_once_nothing_is_in_hand(visit: Visit, far: Booked) -> None:
    """Somebody gets hours on a day that is on the screen: the page that has their column is another one."""
    page = visit("ana.ruiz", day_of(far))
    page.evaluate("window.isThis = true")
    page.keyboard.press("b")
    words = page.locator("#drawer").get_by_label("Who is it for?")
    expect(words).to_be_focused()
    words.fill("Quin")
    page.clock.pause_at(page.evaluate("Date.now() + 5_000"))
    column = '<section class="col" id="col-x"></section>'
    intercept(
        page,
        "**/changes/**",
        lambda route: route.fulfill(body=column, content_type="text/html", headers={"ETag": '"x"'}),
    )
    with page.expect_response(lambda answer: answer.headers.get("etag") == '"x"'):  # not one that was on its way
        page.evaluate("document.dispatchEvent(new Event('board:look'))")
    page.unroute("**/changes/**")
    page.clock.run_for(2_000)
    assert page.evaluate("window.isThis")
    expect(words).to_have_value("Quin")
    page.keyboard.press("Escape")  # the list
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.clock.run_for(2_000)
    assert page.evaluate("window.isThis")  # the next key may be on its way
    with page.expect_event("load"):
        page.clock.run_for(3_000)


@pytest.mark.parametrize("leave", ["Cancel", "Keep theirs"])
def test_who_leaves_a_group_while_it_is_being_saved_is_not_shown_what_was_before(visit: Visit, leave: str) -> None:
    patient = newcomer()
    page = visit("ana.ruiz", f"{HOME}patients/{patient.id}/details/")
    group = page.locator("#address")
    group.locator("[data-edit]").click()
    page.get_by_label("Town or city").fill("Leeds")
    if leave == "Keep theirs":
        change(scope(), patient, {"address": {"city": "York"}})
        page.keyboard.press("Control+Enter")
        group.get_by_label("yours").check()
    held: list[Route] = []
    intercept(page, "**/details/address/", held.append)
    with page.expect_request("**/details/address/"):
        page.keyboard.press("Control+Enter")
    group.get_by_role("link", name=leave).click()
    page.evaluate("fetch(location.href).then((answer) => answer.text())")  # what was pressed last has come by then
    page.unroute("**/details/address/")  # which lets through what is held
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    expect(group).to_contain_text("Leeds")
