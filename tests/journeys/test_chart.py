"""The chart by keyboard: each task with the presses that it takes, and no more."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from clinnet import clock
from tests.browser import faults, on_each_screen
from tests.journeys.charts import Counting, chart, later, saved
from tests.journeys.conftest import Visit, listening
from tests.records.cda_files import allergy, document, section
from tests.records.pictures import photo

pytestmark = pytest.mark.browser


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
    expect(page.locator("main")).to_contain_text("Take the schedule back")
    page = chart(visit, "lucía")
    keys = Counting(page)
    keys.press("i")
    page.wait_for_url(re.compile("/vaccines/"))
    listening(page)
    first = page.locator("[name=vaccine]").input_value()
    assert first
    assert faults(page) == []
    keys.type("A4711")
    later(page)
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
    keys.press("y")
    page.wait_for_url(re.compile("/results/"))
    listening(page)
    assert faults(page) == []
    later(page)
    keys.press("y")
    page.wait_for_url(re.compile("/tasks/"))
    listening(page)
    expect(page.locator(".toast-action", has_text="Next: ")).to_be_focused()
    assert keys.count == 2
    here = len(page.context.pages)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/results/"))
    assert len(page.context.pages) == here


def test_a_result_of_which_the_patient_is_told_takes_two_presses_more_than_a_look(visit: Visit) -> None:
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
    keys.press("t")
    expect(page.locator("[name=said]")).to_be_focused()
    keys.type("phone him")
    later(page)
    keys.press("Control+Enter")
    page.wait_for_url(re.compile("/tasks/"))
    expect(page.locator("main")).to_contain_text("Tell a result")  # the desk reads that list: not what is told
    assert keys.count == 4


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


def test_axe_finds_nothing_on_the_pages_of_a_chart(visit: Visit) -> None:
    page = chart(visit, "pieter")
    page.locator(".entry", has_text="Foot check").locator("summary").click()
    expect(page.locator(".entry[open] .sections")).to_be_visible()
    found = {"chart": on_each_screen(page)}
    at = page.url
    for path in (at, f"{at}note/?another=1", f"{at}add/", f"{at}medicines/", f"{at}problems/",
                 f"{at}measurements/", f"{at}growth/", f"{at}part/?kind=notes",
                 f"{at}results/", f"{at}results/new/", f"{at}recall/", f"{at}print/from-to/",
                 f"{at}vaccines/", f"{at}documents/new/", _document(page, at), "/c/northside/chart/vaccines/due/",
                 f"{at}letter/", f"{at}letter/referral/", f"{at}task/",
                 "/c/northside/recalls/", "/c/northside/chart/phrases/", "/c/northside/chart/my-phrases/",
                 "/c/northside/tasks/"):  # fmt: skip
        page.goto(path)
        found[path] = on_each_screen(page)
    assert {path: each for path, each in found.items() if each} == {}


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
