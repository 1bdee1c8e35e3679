"""A note by keyboard: written with as few presses as it takes, kept whatever happens, and signed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import faults, intercept
from tests.engine import Site
from tests.journeys.cards import newcomer
from tests.journeys.charts import Counting, asked_to_sign, chart, new_note, on_top, saved
from tests.journeys.conftest import Visit, listening
from tests.journeys.late import breaks_off

pytestmark = pytest.mark.browser


def test_a_note_of_four_lines_is_written_and_signed_with_seven_presses(visit: Visit) -> None:
    page = chart(visit, newcomer().family_name)
    keys = Counting(page)
    keys.press("n")
    page.wait_for_url(re.compile("/notes/"))
    listening(page)
    for text in ("Tired.", "142/86.", "Stable.", "Go on."):
        keys.type(text)
        page.keyboard.press("Tab")
    expect(page.locator("[data-draft-said]")).to_contain_text("Saved")
    keys.press("Control+Enter")
    expect(page.locator("[data-sure]")).to_contain_text("Signing locks this note for good.")
    asked_to_sign(page)
    keys.press("Control+Enter")
    saved(page)
    expect(page.locator(".entry[open]")).to_contain_text(re.compile("Signed .*Okafor"))
    assert keys.count == 7


def test_an_abbreviation_takes_two_presses_and_a_blank_is_filled_by_typing(visit: Visit) -> None:
    page = chart(visit, "layla")
    page.goto("/c/northside/chart/my-phrases/")
    page.locator("[name=short]").fill("hte")
    page.locator("[name=text]").fill("Heart {heart?}, lungs {lungs?}.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".phrase-row").first).to_contain_text(".hte")
    page.go_back()
    page = chart(visit, "layla")
    new_note(page)
    box, keys = page.locator("[name=o]"), Counting(page)
    box.focus()
    keys.type(".ht")
    expect(page.locator("#inserts [aria-selected=true]")).to_contain_text(".hte")
    keys.press("Tab")
    keys.type("normal")
    keys.press("F2")
    keys.type("clear")
    expect(box).to_have_value("Heart normal, lungs clear.")
    assert keys.count == 5
    expect(page.locator("#inserts")).to_be_hidden()


def test_a_line_after_a_plus_is_recorded_with_the_signature(visit: Visit) -> None:
    page = chart(visit, "zofia kow")
    new_note(page)
    keys = Counting(page)
    page.locator("[name=a]").focus()
    keys.type("+dx gout")
    expect(page.locator("[data-token=a] input").first).to_be_checked()
    keys.press("Enter")
    expect(page.locator("[name=a]")).to_have_value(re.compile(r"^\+problem .+ \(M1[\w.]+\)$"))
    page.locator("[name=p]").focus()
    keys.type("+rx paracetamol 500 tds 7d")
    expect(page.locator("[data-token=p]")).to_contain_text("three times a day")
    assert faults(page) == []
    keys.press("Control+Enter")
    expect(page.locator(".note-happens")).to_contain_text("paracetamol")
    asked_to_sign(page)
    assert faults(page) == []
    keys.press("Control+Enter")
    saved(page)
    expect(page.locator(".summary")).to_contain_text("paracetamol")
    assert keys.count == 5


def test_a_problem_whose_code_nobody_chose_is_offered_again_where_signing_is_refused(visit: Visit) -> None:
    page = chart(visit, "layla")
    new_note(page)
    page.locator("[name=s]").fill("Toe hurts.")
    page.locator("[name=a]").fill("Since Monday.\n+dx gout")
    page.locator("[name=p]").fill("Colchicine.")
    expect(page.locator("[data-to-do]")).to_have_text("Before signing: 1 problem without a code")
    page.keyboard.press("Control+Enter")
    part = page.locator(".note-part", has=page.locator("[name=a]"))
    expect(part.locator(".field-error")).to_contain_text("+dx gout: Choose which, or record it as it is typed.")
    expect(page.locator("[name=a]")).to_be_focused()
    expect(part.locator("[data-token] input").first).to_be_checked()
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("[name=a]")).to_have_value(re.compile(r"^Since Monday\.\n\+problem .+ \(M1[\w.]+\)$"))
    expect(page.locator("[data-to-do]")).to_be_empty()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-sure]")).to_contain_text("Signing locks this note for good.")


def test_enter_before_the_codes_of_a_problem_have_come_brings_them(visit: Visit) -> None:
    page = chart(visit, "zofia kow")
    new_note(page)
    page.locator("[name=a]").focus()
    page.keyboard.type("+dx gout")
    page.keyboard.press("Enter")  # at once
    expect(page.locator("[data-token=a] input").first).to_be_checked()
    expect(page.locator("[name=a]")).to_have_value("+dx gout")
    page.keyboard.press("Enter")
    expect(page.locator("[name=a]")).to_have_value(re.compile(r"\(M1[\w.]+\)$"))


def test_what_is_brought_forward_is_confirmed_one_by_one_before_it_is_signed(visit: Visit) -> None:
    page = chart(visit, "rose fitz")
    new_note(page)
    box = page.locator("[name=p]")
    box.focus()
    page.keyboard.type(".la")
    expect(page.locator("#insert-last")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    expect(page.locator("[data-marks=p]")).to_contain_text("from")
    expect(box).not_to_have_value("")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("is neither changed nor confirmed.")
    listening(page)
    page.get_by_role("button", name="Still so").click()
    expect(page.locator("[data-marks=p]")).to_contain_text("still so")
    assert faults(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-sure]")).to_contain_text("100 % of this note is from")


def test_what_the_last_note_does_not_say_or_did_not_come_is_told(visit: Visit) -> None:
    """The abbreviation went, and nothing came."""
    page = chart(visit, "joão")
    new_note(page)
    lost, none = "The last note did not come. Try again.", "No signed note of this kind is in this chart yet."
    intercept(page, "**/last-note/**", lambda route: route.abort(), times=1)
    breaks_off(page, "/last-note/")
    box = page.locator("[name=o]")
    box.focus()
    for said, times in ((lost, 1), (lost, 2), (none, 1)):
        page.keyboard.type(".la")
        page.keyboard.press("Tab")
        expect(page.locator(".toast-line", has_text=said)).to_have_count(times)
    expect(box).to_have_value("")


def test_a_note_that_was_left_in_another_tab_is_not_written_over_and_can_be_signed(visit: Visit) -> None:
    """What is typed here stands on an older state of the note: both are shown to choose from, and the page goes on."""
    page = chart(visit, newcomer().family_name, who="luc.bernard")
    page.keyboard.press("n")
    page.wait_for_url(re.compile("/notes/"))
    listening(page)
    here, other = page.url, page.context.new_page()
    other.goto(here)
    listening(other)
    other.locator("[name=s]").fill("Cough since Monday.")
    other.keyboard.press("Control+s")
    expect(other.locator("[data-draft-said]")).to_contain_text("Saved")
    other.locator("[data-leave]").click()
    saved(other)
    page.locator("[name=p]").fill("Fluids.")
    expect(page.locator("[data-draft-said]")).to_contain_text("Saved")
    page.locator("[data-note] > .form-foot [data-primary]").click()
    asked_to_sign(page)
    page.locator("[data-sure] [data-primary]").click()
    expect(page.locator("main")).to_contain_text("The note changed while this page was open.")
    page.goto(here)
    expect(page.locator(".draft")).to_contain_text("You typed into this form before")
    expect(page.locator("[name=s]")).to_have_value("Cough since Monday.")
    page.get_by_role("button", name="Show the other").click()
    expect(page.locator("[name=p]")).to_have_value("Fluids.")
    page.locator("[data-note] > .form-foot [data-primary]").click()
    asked_to_sign(page)
    page.locator("[data-sure] [data-primary]").click()
    saved(page)
    expect(page.locator(".entry[open]")).to_contain_text(re.compile("Signed .*Bernard"))
    other.close()


def test_after_ten_minutes_a_note_stands_in_the_chart_and_is_written_on(visit: Visit) -> None:
    """F8 turns what stands beside it."""
    page = chart(visit, newcomer().family_name, who="luc.bernard")
    new_note(page)
    page.locator("[name=s]").fill("Cough since Monday.")
    expect(page.locator("[data-draft-said]")).to_contain_text("Saved")
    page.evaluate("(now => { Date.now = () => now() + 601_000; })(Date.now.bind(Date))")
    page.keyboard.press("Tab")
    expect(page.locator("[data-checkpoint-said]")).to_contain_text("In the chart, not signed")
    page.keyboard.press("F8")
    expect(page.locator("#last-note")).to_contain_text(re.compile("No signed note|Assessment|Plan"))
    page.keyboard.press("F8")
    expect(page.locator("#left-results .time-order")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("F8")
    expect(page.locator("#left-summary")).to_be_visible()
    page.locator("[name=p]").fill("Fluids.")
    page.locator("[data-note] > .form-foot [data-primary]").click()
    asked_to_sign(page)
    page.locator("[data-sure] [data-primary]").click()
    saved(page)
    expect(page.locator(".entry[open]")).to_contain_text(re.compile("Signed .*Bernard"))
    expect(page.locator(".entry[open]")).to_contain_text("Versions")


def test_a_site_that_is_killed_in_the_middle_of_a_note_loses_nothing_of_it(
    visit: Visit, demo: Site, end_session: Callable[[str], None]
) -> None:
    page = chart(visit, newcomer().family_name, who="luc.bernard")
    page.keyboard.press("n")
    page.wait_for_url(re.compile("/notes/"))
    listening(page)
    at = page.url
    page.locator("[name=s]").fill("Cough since Monday.")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-draft-said]")).to_contain_text("Saved")
    with demo.killed():
        page.locator("[name=p]").fill("Fluids.")
    with page.expect_response(re.compile("/chart/keep/"), timeout=40_000) as kept:
        page.locator("[name=p]").press("End")
        page.keyboard.type(" Rest.")
    assert kept.value.status == 200
    expect(page.locator("[data-draft-said]")).to_contain_text("Saved")
    end_session("luc.bernard")
    again = visit("luc.bernard", at.removeprefix(demo.url), drafts=True)
    expect(again.locator("[name=p]")).to_have_value("Fluids. Rest.")
    expect(again.locator("[name=s]")).to_have_value("Cough since Monday.")
    expect(again.locator(".draft")).to_contain_text("Restored what you typed at")


def test_a_nurses_note_is_co_signed_with_two_presses(visit: Visit) -> None:
    page = chart(visit, "zofia kow", who="nora.daly")
    new_note(page)
    page.locator("[name=s]").fill("Dressing changed.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-sure]")).to_contain_text("waits for the signature of Dr Luc Bernard as well.")
    asked_to_sign(page)
    page.keyboard.press("Control+Enter")
    saved(page)
    expect(page.locator(".entry[open]")).to_contain_text("Waits for a second signature")
    tasks = visit("luc.bernard", "/c/northside/tasks/")
    listening(tasks)
    keys = Counting(tasks)
    tasks.locator("a[href*='/cosign/']", has_text="Kowalska").first.focus()
    keys.press("Enter")
    tasks.wait_for_url(re.compile("/cosign/"))
    listening(tasks)
    assert faults(tasks) == []
    keys.press("Control+Enter")
    expect(tasks.locator("body")).to_contain_text("Co-signed.")
    assert keys.count == 2


def test_on_a_phone_a_note_is_written_without_scrolling_past_the_summary(visit: Visit) -> None:
    page = chart(visit, "pieter", phone=True)
    new_note(page)
    note, summary = page.locator("form[data-note]").bounding_box(), page.locator(".summary").bounding_box()
    assert note is not None
    assert summary is not None
    assert note["y"] < summary["y"]
    on_top(page.locator("form[data-note] [data-primary]"))


def test_the_foot_of_a_note_says_what_is_left_to_do_before_it_can_be_signed(visit: Visit) -> None:
    page = chart(visit, "rose fitz")
    new_note(page)
    left = page.locator("[data-to-do]")
    expect(left).to_be_empty()
    page.locator("[name=p]").focus()
    page.keyboard.type(".la")
    expect(page.locator("#insert-last")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    page.locator("[name=o]").fill("Seen by {who?} on {date?}.")
    expect(left).to_have_text("Before signing: 2 blanks (F2), 1 passage brought forward")
    assert faults(page) == []
    page.locator("[name=o]").fill("Seen by Nora.")
    page.get_by_role("button", name="Still so").click()
    expect(left).to_be_empty()


def test_a_restricted_chart_counts_the_last_minutes_while_a_note_is_written(visit: Visit) -> None:
    page = chart(visit, "Greta Holm")
    page.get_by_role("textbox").last.fill("Chest pain, called from the ward")
    page.keyboard.press("Enter")
    strip = page.locator("[data-lock]")
    expect(strip).to_contain_text("This restricted chart is open to you until")
    page.clock.install()
    page.keyboard.press("n")
    expect(strip).to_contain_text("Your note is saved as you type.")
    listening(page)
    page.clock.fast_forward("55:30")
    expect(strip).to_contain_text("Locked out of this chart in 5 minutes.")
    page.clock.fast_forward("04:30")
    expect(strip).to_contain_text("Locked out of this chart until you give a reason again.")
