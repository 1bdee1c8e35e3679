"""What is said where an answer never comes, or where nobody looks any more when it does."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from scheduling.appointments.services import states, undoing
from scheduling.calendar.queries.setup import setup
from scheduling.waitlist.services import waitlist
from tests.browser import intercept
from tests.engine import Site
from tests.journeys.cards import HOME, Booked, at_card, book, day_of, far, newcomer, same_day, scope
from tests.journeys.conftest import Visit, today
from tests.journeys.late import Late, breaks_off
from tests.taking_turns import fresh_name

pytestmark = pytest.mark.browser
__all__ = ["far"]


def test_details_that_were_opened_last_are_not_given_up_for_an_answer_about_the_ones_before(
    visit: Visit, far: Booked
) -> None:
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far).press("Enter")
    page.locator(f"#visit [data-visit='{far.appointment.id}']").wait_for()
    done = Late(page, f"**/{far.appointment.id}/step/")
    at_card(page, far).press("c")
    done.wait()
    details = Late(page, f"**/appointments/{other.appointment.id}/", "GET")
    at_card(page, other).press("Enter")
    details.wait()
    done.come()
    expect(page.locator(far.card)).to_have_attribute("data-state", "confirmed")
    details.come()
    expect(page.locator(f"#visit [data-visit='{other.appointment.id}']")).to_be_visible()


def test_what_a_key_cannot_do_opens_no_details_over_those_opened_since(visit: Visit, far: Booked) -> None:
    """C on somebody who is confirmed already; before that is known, somebody else is opened."""
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    card = at_card(page, far)
    card.press("c")
    expect(card).to_have_attribute("data-state", "confirmed")
    late = Late(page, f"**/appointments/{far.appointment.id}/", "GET")
    card.press("c")
    late.wait()
    at_card(page, other).press("Enter")
    shown = page.locator(f"#visit [data-visit='{other.appointment.id}']")
    shown.wait_for()
    late.come()
    expect(page.locator("#toasts .toast-warning")).to_contain_text(far.family)
    expect(shown).to_be_visible()


@pytest.mark.parametrize("opened", [False, True], ids=["closed", "open"])
def test_a_key_whose_details_are_given_up_for_another_s_says_that_nothing_is_done(
    visit: Visit, far: Booked, opened: bool
) -> None:
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    if opened:
        at_card(page, far).press("Enter")
        page.locator(f"#visit [data-visit='{far.appointment.id}']").wait_for()
    late = Late(page, f"**/appointments/{far.appointment.id}/", "GET")
    at_card(page, far).press("x")
    late.wait()
    at_card(page, other).press("Enter")
    shown = page.locator(f"#visit [data-visit='{other.appointment.id}']")
    shown.wait_for()
    late.come()
    expect(page.locator("#toasts .toast-warning")).to_contain_text(f"{far.family}, Vera: nothing is done")
    expect(shown).to_be_attached()


def test_an_old_undo_in_details_that_keep_what_is_typed_undoes_nothing_that_came_since(
    visit: Visit, far: Booked
) -> None:
    states.confirm(scope(), appointment=far.appointment)
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far).press("Enter")
    undo = page.locator("#visit [data-act=undo]")
    page.locator("#visit summary", has_text="Reason and note").click()
    reason = page.locator("#visit").get_by_label("Reason", exact=True)
    reason.fill("Cough")
    undoing.undo(scope(), appointment=far.again())
    states.confirm(scope(), appointment=far.again())
    page.evaluate("document.dispatchEvent(new Event('board:look'))")
    expect(page.locator(far.card)).to_contain_text("Changed at")
    undo.click()
    expect(page.locator("#visit [role=alert]")).to_contain_text("This appointment has changed: Confirmed. Look again.")
    expect(reason).to_have_value("Cough")
    assert far.again().state == "confirmed"


def test_enter_after_a_key_leaves_it_the_details_that_it_waits_for(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    late = Late(page, f"**/appointments/{far.appointment.id}/", "GET")
    card = at_card(page, far)
    card.press("x")
    late.wait()
    card.press("Enter")
    late.come()
    expect(page.locator("#visit [name=reason]").first).to_be_visible()


def test_a_key_whose_answer_breaks_off_says_that_nothing_is_done(visit: Visit, far: Booked) -> None:
    """C takes the form of the details; when that is known to be lost, somebody else has the focus."""
    other = same_day(far)
    page = visit("ana.ruiz", day_of(far))
    card = at_card(page, far)
    late = Late(page, f"**/appointments/{far.appointment.id}/", "GET")
    breaks_off(page, f"/appointments/{far.appointment.id}/")
    card.press("c")
    late.wait()
    at_card(page, other)
    late.come()
    expect(page.locator("#toasts .toast-warning")).to_contain_text(far.family)
    expect(page.locator("#toasts .toast-warning")).to_contain_text("not done, as no answer came")


def booking(page: Page, family: str) -> Locator:
    """The drawer, in which one press books a time for the patient of that name."""
    drawer = asked_for(page)
    page.keyboard.type(family)
    expect(drawer.locator("[role=option][aria-selected=true]")).to_contain_text(family)
    page.keyboard.press("Enter")
    expect(drawer.locator("[name=start]:checked")).to_be_focused()
    return drawer


def asked_for(page: Page) -> Locator:
    """The drawer, which asks who it is for."""
    page.keyboard.press("b")
    drawer = page.locator("#drawer")
    expect(drawer.get_by_label("Who is it for?")).to_be_focused()
    return drawer


@pytest.mark.parametrize("meanwhile", ["closed", "somebody else is asked for"])
def test_a_booking_that_is_refused_after_its_drawer_was_closed_says_so(
    visit: Visit, far: Booked, meanwhile: str
) -> None:
    family = newcomer().family_name
    page = visit("ana.ruiz", day_of(far))
    drawer = booking(page, family)
    held: list[Route] = []
    intercept(page, "**/book/", held.append)
    with page.expect_request("**/book/"):
        page.keyboard.press("Control+Enter")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    if meanwhile != "closed":
        asked_for(page)
    held[0].fulfill(status=422, content_type="text/html", body='<form id="booking"><p>Somebody took it.</p></form>')
    expect(page.locator("#toasts .toast-warning")).to_have_text(
        re.compile(f"{family}.*it was refused, and nothing is done")
    )


def test_a_booking_that_is_done_after_its_drawer_was_closed_leaves_what_is_typed_since(
    visit: Visit, far: Booked
) -> None:
    family = newcomer().family_name
    page = visit("ana.ruiz", day_of(far))
    page.evaluate("window.isThis = true")
    drawer = booking(page, family)
    drawer.get_by_label("Reason").fill("Cough")
    late = Late(page, "**/book/")
    page.keyboard.press("Control+Enter")
    late.wait()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    asked_for(page)
    expect(drawer).to_contain_text("You were booking")
    page.keyboard.type("Quin")
    late.come()
    expect(page.locator("#toasts .toast-success")).to_have_text(re.compile(f"{family}.*: booked"))
    expect(drawer).not_to_contain_text("You were booking")
    expect(drawer.get_by_label("Who is it for?")).to_have_value("Quin")
    assert page.evaluate("window.isThis")


def test_a_board_that_is_not_answered_says_so_and_asks_again(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    page.evaluate("""() => {
      window.tooLate = new AbortController();
      AbortSignal.timeout = () => window.tooLate.signal;
    }""")
    held: list[Route] = []
    intercept(page, "**/changes/", held.append)
    with page.expect_request("**/changes/"):
        page.evaluate("document.dispatchEvent(new Event('board:look'))")
    page.evaluate("window.tooLate.abort()")
    expect(page.locator("#offline")).to_contain_text("No connection since")
    page.unroute("**/changes/")
    page.evaluate("AbortSignal.timeout = () => undefined")
    page.evaluate("document.dispatchEvent(new Event('board:look'))")
    expect(page.locator("#offline")).to_be_hidden()


def test_a_form_that_is_not_answered_can_be_sent_again(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far).press("Enter")
    confirm = page.locator("#visit [data-act=confirm]")
    confirm.wait_for()
    patience = page.evaluate("htmx.config.timeout")
    assert patience > 0
    held: list[Route] = []
    intercept(page, "**/step/", held.append)
    page.evaluate("htmx.config.timeout = 1")
    confirm.click()
    expect(page.locator("#visit")).to_contain_text("We did not hear back. Try again: it will not be done twice.")
    page.unroute("**/step/")
    page.evaluate("patience => { htmx.config.timeout = patience }", patience)
    confirm.click()
    expect(page.locator(far.card)).to_have_attribute("data-state", "confirmed")


def test_back_on_a_phone_calls_off_the_details_that_are_on_their_way(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", f"{day_of(far)}?show=all", phone=True)
    url = page.url
    late = Late(page, f"**/appointments/{far.appointment.id}/", "GET")
    page.locator(far.card).locator("a.card-go").tap()
    late.wait()
    page.go_back()
    late.come()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.locator("#visit")).to_be_empty()
    assert page.url == url


def test_the_drawer_opens_though_its_style_sheet_does_not_come(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    intercept(page, re.compile(r"/css/booking[.\w]*\.css"), lambda route: route.abort())
    page.keyboard.press("b")
    expect(page.locator("#drawer").get_by_label("Who is it for?")).to_be_focused()


def test_the_requests_come_though_the_board_has_drawn_its_side_anew(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    late = Late(page, "**/requests/**", "GET")
    page.locator("#lane [data-lane=requests]").click()
    late.wait()
    page.evaluate("document.getElementById('lane').dataset.before = ''")
    book()
    page.evaluate("document.dispatchEvent(new Event('board:look'))")
    page.locator("#lane:not([data-before])").wait_for()
    late.come()
    expect(page.locator("#lane-requests #requests-list")).to_be_visible()


def request_for(family: str) -> str:
    """For today alone: a time that is freed on another day is offered to five of those who want it."""
    kind = next(each for each in setup(scope()).visit_types.values() if each.name == "Follow-up")
    return waitlist.ask(scope(), patient=newcomer(family=family), visit_type=kind, urgency=1, until=today())


@pytest.mark.parametrize("overtakes", [False, True])
def test_of_two_calls_that_are_logged_one_after_another_both_stand_in_the_list(
    visit: Visit, demo: Site, overtakes: bool
) -> None:
    """Each is answered with the list anew, from which the other's button has gone."""
    asked = {family: request_for(family) for family in (fresh_name(), fresh_name())}
    page = visit("ana.ruiz", f"{HOME}requests/")
    late = [Late(page, f"**/requests/{id}/call/") for id in asked.values()]
    for each, family in zip(late, asked, strict=True):
        row = page.locator(".asked", has_text=family)
        row.locator("summary").click()
        row.locator(".ask-call button").first.click()
        each.wait()
    said = page.locator("#toasts .toast-line")
    for count, each in enumerate(reversed(late) if overtakes else late, start=1):
        each.come()
        expect(said).to_have_count(count)
    for family in asked:
        expect(page.locator(".asked", has_text=family)).to_contain_text("1 call")


def test_requests_that_are_asked_for_again_before_a_call_is_logged_show_the_call(visit: Visit, demo: Site) -> None:
    family = fresh_name()
    request_for(family)
    page = visit("ana.ruiz", HOME)
    tab = page.locator("#lane [data-lane=requests]")
    tab.click()
    row = page.locator("#lane-requests .asked", has_text=family)
    row.locator("summary").click()
    before = Late(page, "**/requests/**", "GET")
    tab.click()
    before.wait()
    row.locator(".ask-call button").first.click()
    expect(row).to_contain_text("1 call")
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/requests/")):
        before.come()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(row).to_contain_text("1 call")


def test_a_call_that_is_answered_after_the_list_was_narrowed_does_not_widen_it(visit: Visit, demo: Site) -> None:
    family = fresh_name()
    id = request_for(family)
    page = visit("ana.ruiz", f"{HOME}requests/")
    row = page.locator(".asked", has_text=family)
    late = Late(page, f"**/requests/{id}/call/")
    narrowed = Late(page, "**/requests/?*", "GET")
    why = page.get_by_label("Why they wait")
    why.select_option("waitlist")
    narrowed.wait()
    row.locator("summary").click()
    row.locator(".ask-call button").first.click()
    late.wait()
    narrowed.come()
    expect(page.locator("#requests-list[data-of^=waitlist]")).to_be_attached()
    late.come()
    expect(page.locator("#toasts .toast-line")).to_have_count(1)
    expect(page.locator("#requests-list[data-of^=waitlist]")).to_be_attached()
    expect(why).to_have_value("waitlist")


def test_nothing_is_booked_at_a_time_that_was_offered_before_another_day_was_chosen(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", f"{HOME}book/?patient={far.appointment.patient_id}")
    time = page.locator("#booking [name=start]:checked")
    offered = time.input_value()
    late = Late(page, "**/book/times/")
    page.get_by_label("From this date on").fill(f"{today() + timedelta(days=60)}")
    page.get_by_label("From this date on").press("Tab")
    late.wait()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#booking")).to_contain_text("Choose a time.")
    assert time.input_value() > offered
