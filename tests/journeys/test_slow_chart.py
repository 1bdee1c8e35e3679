"""Chart and money on a slow line: an answer that comes after what was done meanwhile, or never."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from clinnet import clock
from tests.browser import intercept
from tests.journeys.cards import HOME
from tests.journeys.charts import chart, new_note, saved
from tests.journeys.conftest import Visit, listening
from tests.journeys.test_money import somebody_here

pytestmark = pytest.mark.browser


def held_back(page: Page, url: str, about: Callable[[dict[str, list[str]]], bool]) -> Callable[[], None]:
    """What is asked there and is `about` it waits until the returned function is called; it is answered as of now."""
    held: list[Route] = []
    free: list[bool] = []

    def hold(route: Route) -> None:
        if about(parse_qs(route.request.post_data or "")) and not free:
            held.append(route)
        else:
            route.continue_()

    def come() -> None:
        free.append(True)
        for route in held:
            route.continue_()

    intercept(page, url, hold)
    return come


def test_a_code_that_was_offered_for_other_words_is_not_recorded(visit: Visit) -> None:
    """The codes of what was typed before still stand there when the line is sent."""
    page = chart(visit, "jonas")
    line = page.locator("[data-line] [name=text]")
    line.fill("problem gout")
    expect(page.locator(".choices")).to_contain_text("M10")
    held_back(page, "**/chart/understood/", lambda sent: sent["text"] == ["problem asthma"])
    line.fill("problem asthma")
    line.press("Enter")
    expect(page.locator("main")).to_contain_text("Choose which, or record it as it is typed.")
    expect(page.locator(".choices input").first).to_have_value(re.compile("^J45"))
    expect(page.locator(".summary")).not_to_contain_text("out")


def in_another_line(visit: Visit) -> Locator:
    """The field of a note in which the codes of the second line come when the caret is in the first one."""
    page = chart(visit, "layla")
    new_note(page)
    box = page.locator("[name=a]")
    come = held_back(page, "**/chart/understood/", lambda sent: sent["text"] == ["dx gout"])
    with page.expect_request("**/chart/understood/"):
        box.fill("+allergy latex rash\n+dx gout")
    box.press("Control+Home")
    box.press("End")
    come()
    expect(page.locator("[data-token=a] input").first).to_be_checked()
    return box


def test_the_codes_of_one_line_of_a_note_are_not_written_over_another(visit: Visit) -> None:
    box = in_another_line(visit)
    box.press("Enter")
    expect(box).to_have_value("+allergy latex rash\n\n+dx gout")


def test_a_code_that_is_clicked_is_written_into_its_own_line(visit: Visit) -> None:
    box = in_another_line(visit)
    box.page.locator("[data-token=a] label").nth(1).click()
    expect(box).to_have_value(re.compile(r"^\+allergy latex rash\n\+problem .+ \(M1[\w.]+\)$"))


def test_a_line_of_a_note_is_ended_where_its_codes_do_not_come(visit: Visit) -> None:
    page = chart(visit, "layla")
    new_note(page)
    intercept(page, "**/chart/understood/", lambda route: route.fulfill(status=503))
    box = page.locator("[name=a]")
    with page.expect_response("**/chart/understood/"):
        box.fill("+dx gout")
    box.press("Enter")
    expect(box).to_have_value("+dx gout\n")


def test_a_note_is_left_where_the_answer_to_its_checkpoint_was_lost(visit: Visit) -> None:
    page = chart(visit, "layla")
    page.clock.install()
    new_note(page)
    page.locator("[name=s]").fill("Cough since Monday.")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    intercept(page, "**/checkpoint/", lose, times=1)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/checkpoint/")):
        page.clock.fast_forward("10:15")
    page.keyboard.type(" Fluids.")
    page.keyboard.press("Escape")
    expect(page.locator("#toasts")).to_contain_text("Left in the chart, not signed.")


def test_a_note_is_signed_though_the_answer_to_its_checkpoint_breaks_off(visit: Visit) -> None:
    page = chart(visit, "layla")
    page.clock.install()
    new_note(page)
    page.locator("[name=s]").fill("Cough since Friday.")
    page.evaluate("""() => {
        const { json } = Response.prototype;
        window.begun = new Promise((begins) => {
            Response.prototype.json = function () {
                if (!this.url.endsWith("/checkpoint/")) return json.call(this);
                Response.prototype.json = json;
                begins();
                return new Promise((_, breaks) => { window.breakOff = () => breaks(new TypeError("network error")); });
            };
        });
    }""")
    page.clock.fast_forward("10:15")
    page.evaluate("begun")
    page.keyboard.press("Control+Enter")
    page.evaluate("breakOff()")
    expect(page.locator("[data-sure]")).to_contain_text("Signing locks this note for good.")


def test_results_that_did_not_come_beside_a_note_are_asked_for_again(visit: Visit) -> None:
    page = chart(visit, "rose fitz")
    new_note(page)
    intercept(page, "**/part/**", lambda route: route.fulfill(status=503), times=1)
    button = page.locator("[data-turn=left-results]")
    button.click()
    expect(page.locator("#toasts .toast-warning")).to_be_visible()
    button.click()
    expect(page.locator("#left-results .time-order")).to_be_attached()


def test_a_late_answer_about_drafts_does_not_take_this_page_for_another(visit: Visit) -> None:
    """Whether there is a draft is answered after this page has saved one itself."""
    page = chart(visit, "layla")
    come = held_back(page, "**/drafts/**", lambda sent: True)
    new_note(page)
    page.locator("[name=s]").fill("Cough.")
    expect(page.locator("[data-draft-said]")).to_contain_text("Saved as a draft")
    save = held_back(page, "**/chart/keep/", lambda sent: True)
    page.locator("[name=s]").fill("Cough since Monday.")
    with page.expect_response("**/drafts/**"):
        come()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.locator(".draft")).to_be_hidden()
    with page.expect_response("**/chart/keep/"):
        save()
        page.keyboard.press("Tab")


def test_the_last_note_that_comes_late_does_not_take_the_focus(visit: Visit) -> None:
    page = chart(visit, "rose fitz")
    new_note(page)
    come = held_back(page, "**/last-note/**", lambda sent: True)
    page.locator("[name=p]").press_sequentially(".la")
    expect(page.locator("#insert-last")).to_have_attribute("aria-selected", "true")
    with page.expect_request("**/last-note/**"):
        page.keyboard.press("Tab")
    page.locator("[name=o]").press_sequentially("Chest ")
    come()
    expect(page.locator("[name=p]")).not_to_have_value("")
    page.keyboard.type("clear.")
    expect(page.locator("[name=o]")).to_have_value("Chest clear.")


def test_an_entry_that_comes_late_leads_nowhere_once_the_focus_is_elsewhere(visit: Visit) -> None:
    """D opened it; by then somebody types into the line."""
    page = chart(visit, "rose fitz")
    come = held_back(page, "**/entries/**", lambda sent: True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/addendum/" in request.url else None)
    row = page.locator(".entry", has_text="Long-term review")
    row.locator("summary").focus()
    with page.expect_request("**/entries/**"):
        page.keyboard.press("d")
    line = page.locator("[data-line] [name=text]")
    line.fill("bp 142/86")
    come()
    expect(row.locator("[data-addendum]")).to_be_visible()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert asked == []
    expect(line).to_have_value("bp 142/86")


def test_a_note_is_discarded_after_its_checkpoint_and_not_before(visit: Visit) -> None:
    """It would stand in the chart afterwards."""
    page = chart(visit, "layla")
    page.clock.install()
    new_note(page)
    page.locator("[name=s]").fill("Of somebody else.")
    come = held_back(page, "**/checkpoint/", lambda sent: True)
    with page.expect_request("**/checkpoint/"):
        page.clock.fast_forward("10:15")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#confirm")).to_be_hidden()
    come()
    page.locator("#confirm").get_by_role("button", name="Discard").click()
    expect(page.locator("#toasts")).to_contain_text("Discarded.")
    expect(page.locator("main")).not_to_contain_text("Of somebody else.")


def looked(sent: dict[str, list[str]]) -> bool:
    return "look" in sent.get("do", [])


def check_out(visit: Visit, name: str) -> Page:
    patient, here = somebody_here(name)
    page = visit("ana.ruiz", f"{HOME}patients/{patient}/money/check-out/?visit={here}")
    listening(page)
    return page


def test_a_visit_is_paid_though_its_sum_is_still_on_its_way(visit: Visit) -> None:
    page = check_out(visit, "Quick")
    held_back(page, "**/check-out/**", looked)
    with page.expect_request("**/check-out/**"):
        page.keyboard.press("3")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("£65.00 by transfer from Money Quick")


def test_what_is_typed_into_a_line_while_its_sum_is_on_its_way_stays(visit: Visit) -> None:
    page = check_out(visit, "Typing")
    come = held_back(page, "**/check-out/**", looked)
    page.locator("[name=quantity-0]").fill("2")
    with page.expect_request("**/check-out/**"):
        page.keyboard.press("Tab")
    page.keyboard.type("10")
    with page.expect_response("**/check-out/**"):
        come()
    page.keyboard.press("Tab")
    expect(page.locator("#checkout-sum")).to_contain_text("To pay £117.00")
    expect(page.locator("[name=off-0]")).to_have_value("10")
    expect(page.locator("[name=quantity-0]")).to_have_value("2")


def test_a_press_too_many_records_no_dose_of_the_vaccine_that_is_due_next(visit: Visit) -> None:
    """The page that answers has the next one chosen, and its button in the same place."""
    page = chart(visit, "lucía")
    page.goto(f"{page.url}vaccines/")
    if (confirm := page.get_by_role("button", name="Confirm the schedule")).count():
        confirm.click()
    expect(page.locator("main")).to_contain_text("Take the schedule back")
    listening(page)
    given = page.locator("[aria-label=Given] li")
    before, sent = given.count(), list[str]()
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/give/") else None)
    page.clock.set_fixed_time(clock.now() + timedelta(hours=1))
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toasts")).to_contain_text("Recorded: ")
    listening(page)
    page.keyboard.press("Control+Enter")
    page.evaluate("new Promise(requestAnimationFrame)")
    assert len(sent) == 1
    expect(given).to_have_count(before + 1)


def test_a_press_too_many_signs_nothing_that_nobody_has_read(visit: Visit) -> None:
    page = chart(visit, "layla")
    new_note(page)
    page.locator("[name=s]").fill("Not yet.")
    page.clock.set_fixed_time(clock.now() + timedelta(hours=1))
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-sure]")).to_contain_text("Signing locks this note for good.")
    listening(page)
    page.keyboard.press("Control+Enter")
    page.evaluate("new Promise(requestAnimationFrame)")
    page.goto(f"{page.url.partition('/entries/')[0]}/")
    expect(page.locator(".summary")).to_be_visible()
    expect(page.locator(".time-order .entry", has_text="Not yet.")).to_have_count(0)


def test_a_press_too_many_records_nothing_that_was_offered_instead(visit: Visit) -> None:
    """What was probably meant has the focus on the page that refuses."""
    page = chart(visit, "jonas")
    page.clock.set_fixed_time(clock.now() + timedelta(hours=1))
    page.locator("[data-line] [name=text]").fill("h 1.78")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take 178 cm")).to_be_focused()
    listening(page)
    page.keyboard.press("Enter")
    page.evaluate("new Promise(requestAnimationFrame)")
    page.goto(f"{page.url.partition('/chart/')[0]}/chart/")
    expect(page.locator(".summary")).to_be_visible()
    expect(page.locator(".summary")).not_to_contain_text("178 cm")


def test_measurements_that_were_refused_on_a_phone_stand_in_their_fields(visit: Visit) -> None:
    page = chart(visit, "jonas", who="nora.daly", phone=True)
    vitals = page.locator("[data-begin='vitals ']").first
    vitals.tap()
    pad = page.locator("[data-pad]")
    upper, lower, pulse = (pad.locator("input").nth(at) for at in range(3))
    for field, value in ((upper, "86"), (lower, "142"), (pulse, "74")):
        field.fill(value)
    pad.get_by_role("button", name="Record").tap()
    expect(page.get_by_role("button", name="Take 142/86 mmHg")).to_be_visible()
    listening(page)
    vitals.tap()
    expect(pulse).to_have_value("74")
    upper.fill("142")
    lower.fill("86")
    pad.get_by_role("button", name="Record").tap()
    saved(page)
    for shown in ("142/86", "74"):
        expect(page.locator(".summary-cells")).to_contain_text(shown)


@pytest.mark.parametrize(("phone", "pulse"), [(True, "83"), (False, "84")], ids=["phone", "desk"])
def test_what_was_asked_about_and_not_meant_is_mended_where_it_was_typed(visit: Visit, phone: bool, pulse: str) -> None:
    page = chart(visit, "jonas", who="nora.daly", phone=phone)
    line, pad = page.locator("[data-line] [name=text]"), page.locator("[data-pad]")
    send = pad.get_by_role("button", name="Record") if phone else page.locator(".line-field [type=submit]")
    line.fill("w 93")
    line.press("Enter")
    saved(page)
    if phone:
        page.locator("[data-begin='vitals ']").first.tap()
        pad.locator("[data-name=p]").fill(pulse)
        pad.locator("[data-name=w]").fill("205")
    else:
        line.fill(f"p {pulse} w 205")
    send.click()
    page.locator(".line-asked").wait_for()
    listening(page)
    page.get_by_role("link", name="Not that").click()
    expect(page.locator(".line-asked")).to_have_count(0)
    expect(line).to_have_value(f"p {pulse} w 205")
    if phone:
        pad.locator("[data-name=w]").fill("93")
    else:
        line.press("Backspace")
        line.press("Backspace")
        line.press("Backspace")
        page.keyboard.type("93")
    send.click()
    expect(page.locator(".summary-cells")).to_contain_text(pulse)


def test_a_file_that_may_have_come_is_not_said_to_be_lost(visit: Visit) -> None:
    """The last that was heard of it is less than what was sent, and no answer comes."""
    page = chart(visit, "zofia kow", who="nora.daly")
    page.goto(page.url.partition("?")[0] + "documents/new/")
    listening(page)
    page.set_input_files("input[type=file]", FilePayload(name="a.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4"))
    intercept(page, "**/documents/new/", lambda route: route.abort())
    form = page.locator("#filed")
    form.evaluate(
        "(form) => htmx.trigger(form, 'htmx:xhr:progress', { lengthComputable: true, loaded: 90, total: 100 })"
    )
    form.locator("[type=submit]").click()
    expect(form).to_contain_text("The connection broke at 90 %.")
    expect(form).to_contain_text("it will not be filed twice")
    expect(form).not_to_contain_text("Not filed")
