"""The chart by keyboard: each task with the presses that it takes, and no more."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from clinnet import clock
from tests.browser import faults
from tests.engine import Site
from tests.journeys.conftest import Visit, listening
from tests.records.cda_files import allergy, document, section
from tests.records.pictures import photo

pytestmark = pytest.mark.browser


class Counting:
    """A keyboard that counts: a key is one, and so is what is typed into one field."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, key: str) -> None:
        self.count += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.count += 1
        self.page.keyboard.type(text)


def chart(visit: Visit, name: str, *, who: str = "amara.okafor", phone: bool = False, dark: bool = False) -> Page:
    """Of the patient who is found by the name."""
    page = visit(who, "/c/northside/", phone=phone, dark=dark, drafts=True)
    page.locator("input[name=q]").fill(name)
    # Not whoever was seen last, who stands there until the answer comes.
    expect(page.locator("#found-1")).to_contain_text(re.compile(name.split(maxsplit=1)[0], re.IGNORECASE))
    page.goto(f"{page.locator('#found-1').get_attribute('href')}chart/")
    listening(page)
    return page


def saved(page: Page) -> None:
    page.wait_for_url(re.compile(r"\?entry="))
    listening(page)


def test_a_note_of_four_lines_is_written_and_signed_with_seven_presses(visit: Visit) -> None:
    page = chart(visit, "zofia kow")
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
    listening(page)
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
    page.goto(f"{chart(visit, 'layla').url}note/?another=1")
    listening(page)
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
    page.goto(f"{page.url}note/?another=1")
    listening(page)
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
    listening(page)
    assert faults(page) == []
    keys.press("Control+Enter")
    saved(page)
    expect(page.locator(".summary")).to_contain_text("paracetamol")
    assert keys.count == 5


def test_a_problem_whose_code_nobody_chose_is_offered_again_where_signing_is_refused(visit: Visit) -> None:
    page = chart(visit, "layla")
    page.goto(f"{page.url}note/?another=1")
    listening(page)
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
    page.goto(f"{page.url}note/?another=1")
    listening(page)
    page.locator("[name=a]").focus()
    page.keyboard.type("+dx gout")
    page.keyboard.press("Enter")  # at once
    expect(page.locator("[data-token=a] input").first).to_be_checked()
    expect(page.locator("[name=a]")).to_have_value("+dx gout")
    page.keyboard.press("Enter")
    expect(page.locator("[name=a]")).to_have_value(re.compile(r"\(M1[\w.]+\)$"))


def test_what_is_brought_forward_is_confirmed_one_by_one_before_it_is_signed(visit: Visit) -> None:
    page = chart(visit, "rose fitz")
    page.goto(f"{page.url}note/?another=1")
    listening(page)
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


def test_a_note_that_was_left_in_another_tab_is_not_written_over_and_can_be_signed(visit: Visit) -> None:
    """What is typed here stands on an older state of the note: both are shown to choose from, and the page goes on."""
    page = chart(visit, "ivan pet", who="luc.bernard")
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
    page.locator("[data-sure] [data-primary]").click()
    expect(page.locator("main")).to_contain_text("The note changed while this page was open.")
    page.goto(here)
    expect(page.locator(".draft")).to_contain_text("You typed into this form before")
    expect(page.locator("[name=s]")).to_have_value("Cough since Monday.")
    page.get_by_role("button", name="Show the other").click()
    expect(page.locator("[name=p]")).to_have_value("Fluids.")
    page.locator("[data-note] > .form-foot [data-primary]").click()
    page.locator("[data-sure] [data-primary]").click()
    saved(page)
    expect(page.locator(".entry[open]")).to_contain_text(re.compile("Signed .*Bernard"))
    other.close()


def test_after_ten_minutes_a_note_stands_in_the_chart_and_is_written_on(visit: Visit) -> None:
    """F8 turns what stands beside it."""
    page = chart(visit, "ivan pet", who="luc.bernard")
    page.goto(f"{page.url}note/?another=1")
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
    page.locator("[data-sure] [data-primary]").click()
    saved(page)
    expect(page.locator(".entry[open]")).to_contain_text(re.compile("Signed .*Bernard"))
    expect(page.locator(".entry[open]")).to_contain_text("Versions")


def test_a_site_that_is_killed_in_the_middle_of_a_note_loses_nothing_of_it(
    visit: Visit, demo: Site, end_session: Callable[[str], None]
) -> None:
    page = chart(visit, "lan ngu", who="luc.bernard")
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


def test_an_allergy_measurements_a_medicine_and_a_problem_take_three_presses_each(visit: Visit) -> None:
    page = chart(visit, "jonas")
    for letter, text, shown in (
        ("g", "latex rash severe", "latex"),
        ("v", "bp 142/86 p 74 t 36.7", "142/86"),
        ("m", "amoxicillin 500 tds 7d", "1 three times a day for 7 days"),
    ):
        keys = Counting(page)
        keys.press(letter)
        keys.type(text)
        keys.press("Enter")
        saved(page)
        expect(page.locator(".summary")).to_contain_text(shown)
        assert keys.count == 3
    keys = Counting(page)
    keys.press("p")
    keys.type("dia")
    expect(page.locator(".choices input").first).to_be_checked()
    keys.press("Enter")
    expect(page.locator(".summary")).not_to_contain_text("No problems recorded.")
    assert keys.count == 3


def test_the_vaccine_that_is_due_takes_three_presses_and_the_next_one_stands_chosen(visit: Visit) -> None:
    page = chart(visit, "lucía")
    page.keyboard.press("i")
    page.wait_for_url(re.compile("/vaccines/"))
    confirm = page.get_by_role("button", name="Confirm the schedule")
    if confirm.count():
        confirm.click()
    page = chart(visit, "lucía")
    keys = Counting(page)
    keys.press("i")
    page.wait_for_url(re.compile("/vaccines/"))
    listening(page)
    first = page.locator("[name=vaccine]").input_value()
    assert first
    assert faults(page) == []
    keys.type("A4711")
    keys.press("Control+Enter")
    expect(page.locator(".toasts")).to_contain_text(f"Recorded: {first}.")
    expect(page.locator("main")).to_contain_text("lot A4711")
    expect(page.locator("[name=vaccine]")).not_to_have_value(first)
    assert keys.count == 3
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(re.compile("/chart/"))
    expect(page.locator("main")).to_contain_text("Entered in error")
    expect(page.locator(".summary")).to_contain_text("overdue since")


def test_three_medicines_are_renewed_and_printed_with_three_presses(visit: Visit) -> None:
    page = chart(visit, "pieter")
    keys = Counting(page)
    keys.press("r")
    page.wait_for_url(re.compile("/medicines/"))
    listening(page)
    keys.press("Control+Enter")
    saved(page)
    expect(page.locator(".toasts")).to_contain_text("3 renewed, RX-")
    expect(page.locator(".toast-action", has_text="Print")).to_be_focused()
    with page.context.expect_event("request", lambda asked: "/prescriptions/" in asked.url):
        keys.press("Enter")
    assert keys.count == 3
    for sheet in page.context.pages:  # which the tests after this one share
        if sheet is not page:
            sheet.close()


def test_a_normal_result_is_looked_at_with_two_presses_and_enter_opens_the_next(visit: Visit) -> None:
    page = chart(visit, "jonas")
    results = page.url
    for value in ("4", "5"):
        page.goto(f"{results}results/new/")
        listening(page)
        page.locator("[name=title]").fill("CRP")
        page.locator("[name=values]").fill(f"CRP {value} mg/L (<6)")
        page.keyboard.press("Control+Enter")
        saved(page)
    keys = Counting(page)
    for _ in range(2):
        keys.press("y")
        page.wait_for_url(re.compile("/results/"))
        listening(page)
        if keys.count == 1:
            assert faults(page) == []
    page.wait_for_url(re.compile("/tasks/"))
    listening(page)
    expect(page.locator(".toast-action", has_text="Next: ")).to_be_focused()
    assert keys.count == 2
    here = len(page.context.pages)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/results/"))
    assert len(page.context.pages) == here


def test_a_result_of_which_the_patient_is_told_takes_three_presses_more_than_a_look(visit: Visit) -> None:
    page = chart(visit, "rose fitz")
    results = page.url
    page.goto(f"{results}results/new/")
    listening(page)
    page.locator("[name=title]").fill("Potassium")
    page.locator("[name=values]").fill("K 5.9 mmol/L (3.5-5.3)")
    page.keyboard.press("Control+Enter")
    saved(page)
    keys = Counting(page)
    keys.press("y")
    page.wait_for_url(re.compile("/results/"))
    listening(page)
    keys.press("w")
    expect(page.locator("[name=answer]")).to_be_focused()
    keys.type("Tell")
    for _ in range(2):
        page.keyboard.press("Tab")
    keys.type("phone him")
    keys.press("Control+Enter")
    page.wait_for_url(re.compile("/tasks/"))
    expect(page.locator("main")).to_contain_text("Tell a result")  # the desk reads that list: not what is told
    assert keys.count == 5


def test_against_an_allergy_a_medicine_takes_two_presses_more(visit: Visit) -> None:
    page = chart(visit, "thandi")
    keys = Counting(page)
    keys.press("m")
    keys.type("flucloxacillin 500 qds 7d")
    keys.press("Enter")
    expect(page.locator(".line-asked")).to_contain_text("Flucloxacillin is a penicillin.")
    listening(page)
    keys.type("benefit outweighs")
    keys.press("Control+Enter")
    saved(page)
    assert keys.count == 5


def test_an_addendum_takes_three_presses(visit: Visit) -> None:
    page = chart(visit, "rose fitz")
    row = page.locator(".entry", has_text="Long-term review")
    row.locator("summary").click()
    expect(row.locator("[data-addendum]")).to_be_visible()
    keys = Counting(page)
    keys.press("d")
    page.wait_for_url(re.compile("/addendum/"))
    listening(page)
    keys.type("Told by phone.")
    keys.press("Control+Enter")
    saved(page)
    expect(page.locator(".entry[open]")).to_contain_text("Addendum 1")
    assert keys.count == 3


def test_a_sick_note_takes_five_presses(visit: Visit) -> None:
    page = chart(visit, "jonas")
    keys = Counting(page)
    keys.press("l")
    page.wait_for_url(re.compile("/letter/$"))
    listening(page)
    keys.type("sick")
    keys.press("Enter")
    page.wait_for_url(re.compile("/letter/sick/"))
    listening(page)
    keys.type("5d")
    keys.press("Control+Enter")
    page.wait_for_url(re.compile("/letters/"))
    expect(page.locator(".letter")).to_contain_text("(5 days)")
    assert faults(page) == []
    assert keys.count == 5


def test_a_letter_that_one_tab_signed_is_not_signed_by_another_unasked(visit: Visit) -> None:
    page = chart(visit, "jonas")
    page.goto(f"{page.url}letter/patient/")
    listening(page)
    page.locator("[name=text]").fill("All is well.")
    expect(page.locator(".draft-said")).to_contain_text("Saved")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".draft")).to_contain_text("Restored what you typed at")
    page.locator("main [data-primary]").click()
    page.wait_for_url(re.compile("/letters/"))
    other.locator("main [data-primary]").click()
    expect(other.locator("main")).to_contain_text("This letter is signed already, from another tab.")
    other.goto(other.url)
    listening(other)
    expect(other.locator(".draft")).to_be_hidden()
    expect(other.locator("[name=text]")).to_have_value(re.compile("text"))
    other.close()


def test_a_nurses_note_is_co_signed_with_two_presses(visit: Visit) -> None:
    page = chart(visit, "zofia kow", who="nora.daly")
    page.goto(f"{page.url}note/?another=1")
    listening(page)
    page.locator("[name=s]").fill("Dressing changed.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-sure]")).to_contain_text("waits for the signature of Dr Luc Bernard as well.")
    listening(page)
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


ON_TOP = """button => {
  const box = button.getBoundingClientRect();
  const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return button.contains(seen);
}"""


def test_on_a_phone_a_note_is_written_without_scrolling_past_the_summary(visit: Visit) -> None:
    page = chart(visit, "pieter", phone=True)
    page.goto(f"{page.url}note/?another=1")
    note, summary = page.locator("form[data-note]").bounding_box(), page.locator(".summary").bounding_box()
    assert note is not None
    assert summary is not None
    assert note["y"] < summary["y"]
    assert page.locator("form[data-note] [data-primary]").evaluate(ON_TOP), "something lies over Sign"


def test_on_a_phone_measurements_are_typed_field_by_field_with_the_number_pad(visit: Visit) -> None:
    page = chart(visit, "jonas", who="nora.daly", phone=True)
    keys = Counting(page)
    page.locator(".banner-end [data-begin='vitals ']").tap()
    pad = page.locator("[data-pad]")
    assert {each.get_attribute("inputmode") for each in pad.locator("input").all()} == {"numeric", "decimal"}
    for value in ("142", "86", "74", "36.7", "16", "97", "93.1"):
        keys.type(value)
        page.keyboard.press("Enter")  # Next, on the phone's keyboard
    expect(page.locator("#understood")).to_contain_text("93.1")
    assert faults(page) == []
    pad.get_by_role("button", name="Record").tap()
    saved(page)
    for shown in ("142/86", "36.7", "93.1"):
        expect(page.locator(".summary-cells")).to_contain_text(shown)
    assert keys.count == 7


def test_the_foot_of_a_note_says_what_is_left_to_do_before_it_can_be_signed(visit: Visit) -> None:
    page = chart(visit, "rose fitz")
    page.goto(f"{page.url}note/?another=1")
    listening(page)
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


def _document(page: Page, chart: str) -> str:
    """The address of a document that is filed now, whomever it names."""
    table = f"<table><tr><td>{'wide ' * 9}</td><td>{'x' * 60}</td></tr></table>"
    parts = (section("48765-2", "Allergies", allergy("Latex", reaction="Rash")), section("30954-2", "Text", text=table))
    data = document(*parts, title=f"Sent {clock.new_id()}")
    sent: FilePayload = {"name": "x.xml", "mimeType": "text/xml", "buffer": data}
    page.goto(f"{chart}documents/new/")
    page.set_input_files("input[type=file]", sent)
    page.locator("#filed [type=submit]").click()
    filed, asked = page.get_by_role("button", name="Into the chart"), page.locator("#filed .line-asked")
    expect(filed.or_(asked)).to_have_count(1)
    if asked.count():
        page.set_input_files("input[type=file]", sent)
        page.locator("#filed [type=submit]").click()
    expect(page.get_by_role("button", name="Into the chart")).to_have_count(1)
    return page.url


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desk-light", "phone-dark"])
def test_axe_finds_nothing_on_the_pages_of_a_chart(visit: Visit, phone: bool, dark: bool) -> None:
    page = chart(visit, "pieter", phone=phone, dark=dark)
    page.locator(".entry", has_text="Foot check").locator("summary").click()
    expect(page.locator(".entry[open] .sections")).to_be_visible()
    found = {"chart": faults(page)}
    at = page.url
    for path in (at, f"{at}note/?another=1", f"{at}add/", f"{at}medicines/", f"{at}problems/",
                 f"{at}measurements/", f"{at}growth/", f"{at}part/?kind=notes",
                 f"{at}results/", f"{at}results/new/", f"{at}recall/", f"{at}print/from-to/",
                 f"{at}vaccines/", f"{at}documents/new/", _document(page, at), "/c/northside/chart/vaccines/due/",
                 f"{at}letter/", f"{at}letter/referral/", f"{at}task/",
                 "/c/northside/recalls/", "/c/northside/chart/phrases/", "/c/northside/chart/my-phrases/",
                 "/c/northside/tasks/"):  # fmt: skip
        page.goto(path)
        found[path] = faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{path} scrolls sideways"
    assert {path: each for path, each in found.items() if each} == {}


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


def test_a_picture_is_still_chosen_where_something_else_was_refused(visit: Visit) -> None:
    page = chart(visit, "zofia kow", who="nora.daly", phone=True)
    page.goto(page.url.partition("?")[0] + "documents/new/")
    page.set_input_files("input[type=file]", FilePayload(name="IMG.jpg", mimeType="image/jpeg", buffer=photo()))
    page.locator("[name=title]").fill("w" * 81)
    page.locator("#filed [type=submit]").click()
    expect(page.locator("#filed")).to_contain_text("longer than 80 characters")
    listening(page)
    page.locator("[name=title]").fill("Left heel")
    page.locator("#filed [type=submit]").click()
    expect(page.locator("h1.time-head")).to_contain_text("Picture: Left heel")
