"""What a task at a chart takes in keys (what is typed into one field is one), where no other journey counts it.

All rows of the specification, its number, and ours:
  a chart from the doctor's list           1    1  test_a_doctor_calls_the_next_and_has_the_chart_with_one_key
  a note of four lines, signed             7    7  test_a_note_of_four_lines_is_written_and_signed_with_seven_presses
  seven measurements, the patient Ready    8    4  test_seven_measurements_take_three_presses_and_one_more_...
  an allergy, a medicine, a problem     3 each  3  test_an_allergy_measurements_a_medicine_and_a_problem_take_...
  a medicine against an allergy            5    5  test_against_an_allergy_a_medicine_takes_two_presses_more
  three renewed and printed                3    3  test_three_medicines_are_renewed_and_printed_with_three_presses
  the same without one of them             4    4  test_three_medicines_of_which_one_is_left_out_take_four_presses
  a normal result, on the list             1    1  test_a_normal_result_is_looked_at_on_the_list_with_one_press
  a normal result, from its chart          2    2  test_a_normal_result_is_looked_at_with_two_presses_and_...
  a result of which somebody is told       4    4  test_a_result_of_which_the_patient_is_told_takes_two_presses_...
  a sick note, signed and printed          5    5  test_a_sick_note_is_signed_and_printed_with_five_presses
  the vaccine that is due                  3    3  test_the_vaccine_that_is_due_takes_three_presses_and_...
  an addendum                              3    3  test_d_on_a_row_that_is_closed_adds_to_its_note
  a co-signature                           2    2  test_a_nurses_note_is_co_signed_with_two_presses
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from clinnet import clock
from scheduling.appointments.services import states
from scheduling.models import READY, ROOM
from tests.browser import faults
from tests.engine import Site
from tests.journeys.cards import HOME, Booked, book, scope
from tests.journeys.charts import Counting, chart, filed, later, saved
from tests.journeys.conftest import Visit, listening

pytestmark = pytest.mark.browser


def at(page: Page, address: str) -> None:
    page.wait_for_url(re.compile(address))
    listening(page)


def in_room() -> Booked:
    booked = book()
    states.arrive(scope(), appointment=booked.again())
    states.to_room(scope(), appointment=booked.again())
    return booked


def test_seven_measurements_take_three_presses_and_one_more_says_that_the_patient_is_ready(
    visit: Visit, demo: Site
) -> None:
    booked = in_room()
    page = chart(visit, booked.family, who="nora.daly")
    keys = Counting(page)
    keys.press("v")
    keys.type("142/86 p 74 t 36.7 r 16 s 97 w 93.1")
    keys.press("Enter")
    saved(page)
    for shown in ("142/86", "74", "36.7", "16", "97", "93.1"):
        expect(page.locator(".summary-cells")).to_contain_text(shown)
    assert keys.count == 3
    ready = page.locator(".toast-action[data-focus]")
    expect(ready).to_be_focused()
    later(page)
    keys.press("Enter")
    at(page, "/list/")
    assert booked.again().state == READY
    assert keys.count == 4


def test_a_press_too_many_says_of_nobody_that_they_are_ready(visit: Visit, demo: Site) -> None:
    booked = in_room()
    page = chart(visit, booked.family, who="nora.daly")
    page.clock.set_fixed_time(clock.now() + timedelta(hours=1))
    page.keyboard.press("v")
    page.keyboard.type("p 74")
    page.keyboard.press("Enter")
    saved(page)
    expect(page.locator(".toast-action[data-focus]")).to_be_focused()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.keyboard.press("Enter")
    page.evaluate("new Promise(requestAnimationFrame)")
    assert [url for url in sent if "/step/" in url] == []
    assert booked.again().state == ROOM


def test_two_numbers_the_wrong_way_round_take_one_press_more(visit: Visit, demo: Site) -> None:
    page = chart(visit, book().family, who="nora.daly")
    keys = Counting(page)
    keys.press("v")
    keys.type("86/142 p 74")
    keys.press("Enter")
    take = page.get_by_role("button", name="Take 142/86 mmHg")
    expect(take).to_be_focused()
    assert faults(page) == []
    listening(page)
    later(page)
    keys.press("Enter")
    saved(page)
    expect(page.locator(".summary-cells")).to_contain_text("142/86")
    assert keys.count == 4


def test_a_normal_result_is_looked_at_on_the_list_with_one_press(visit: Visit) -> None:
    page = chart(visit, "lan ngu", who="luc.bernard")
    filed(page, "Ferritin", "Ferritin 60 ug/L (30-300)")
    tasks = visit("luc.bernard", f"{HOME}tasks/")
    row = tasks.locator(".rows > li", has_text="Ferritin: 60 ug/L")
    row.locator("a").focus()
    keys = Counting(tasks)
    assert faults(tasks) == []
    keys.press("y")
    expect(tasks.locator(".toasts")).to_contain_text("Looked at.")
    expect(tasks.locator(".rows > li", has_text="Ferritin: 60 ug/L")).to_have_count(0)
    assert keys.count == 1


def test_a_second_press_so_soon_is_not_for_the_next_result(visit: Visit) -> None:
    page = chart(visit, "lan ngu", who="luc.bernard")
    for title in ("Zinc", "Iron"):
        filed(page, title, f"{title} 12 umol/L (11-18)")
    tasks = visit("luc.bernard", f"{HOME}tasks/")
    tasks.locator(".rows > li", has_text="Zinc: 12").locator("a").focus()
    tasks.keyboard.press("y")
    expect(tasks.locator(".toasts")).to_contain_text("Looked at.")
    listening(tasks)
    tasks.evaluate(
        """() => {
          const sent = Number(sessionStorage.getItem("list-sent"));
          Date.now = () => sent + 500; // however slow the machine
          document.addEventListener("submit", (event) => (window.stopped = event.defaultPrevented));
        }"""
    )
    tasks.locator(".rows > li", has_text="Iron: 12").locator("a").focus()
    tasks.keyboard.press("y")
    assert tasks.evaluate("window.stopped")


def test_an_abnormal_result_is_opened_from_the_list_and_not_looked_at_there(visit: Visit) -> None:
    page = chart(visit, "siobh", who="luc.bernard")  # of whom no other module files results meanwhile
    filed(page, "Sodium", "Na 129 mmol/L (135-145)")
    tasks = visit("luc.bernard", f"{HOME}tasks/")
    row = tasks.locator(".rows > li", has_text="Sodium: Na 129")
    expect(row.get_by_role("button")).to_have_count(0)
    row.locator("a").focus()
    tasks.keyboard.press("y")
    at(tasks, "/results/")
    assert faults(tasks) == []
    tasks.keyboard.press("s")
    expect(tasks.locator("[name=weeks]")).to_be_visible()
    expect(tasks.locator("[name=said]")).to_be_focused()
    tasks.keyboard.type("next week")
    later(tasks)
    tasks.keyboard.press("Control+Enter")
    at(tasks, "/tasks/")


def test_three_medicines_of_which_one_is_left_out_take_four_presses(visit: Visit, demo: Site) -> None:
    page = chart(visit, book().family)
    for name in ("cetirizine 10 od 7d", "amoxicillin 500 tds 7d", "paracetamol 500 tds 7d"):
        page.keyboard.press("m")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        saved(page)
    keys = Counting(page)
    keys.press("r")
    at(page, "/medicines/")
    ticks = page.locator("input[name=id]:checked")
    expect(ticks).to_have_count(3)
    ticks.first.focus()  # Tab leads there
    keys.press("Space")
    keys.press("Control+Enter")
    saved(page)
    expect(page.locator(".toasts")).to_contain_text("2 renewed, RX-")
    expect(page.locator(".toast-action", has_text="Print")).to_be_focused()
    with page.context.expect_event("request", lambda asked: "/prescriptions/" in asked.url):
        keys.press("Enter")
    assert keys.count == 4
    for sheet in page.context.pages:  # which the tests after this one share
        if sheet is not page:
            sheet.close()


def test_a_sick_note_is_signed_and_printed_with_five_presses(visit: Visit) -> None:
    page = chart(visit, "jonas")
    keys = Counting(page)
    keys.press("l")
    at(page, "/letter/$")
    keys.type("sick 5d")
    keys.press("Enter")
    at(page, "/letter/sick/")
    keys.press("Control+Enter")
    at(page, "/letters/")
    expect(page.locator(".letter")).to_contain_text("(5 days)")
    with page.context.expect_event("request", lambda asked: asked.url.endswith("/print/")):
        keys.press("Enter")
    assert keys.count == 5


def test_d_on_a_row_that_is_closed_adds_to_its_note(visit: Visit) -> None:
    page = chart(visit, "rose fitz")
    page.locator(".entry:not([open])", has_text="Long-term review").last.locator("summary").focus()
    keys = Counting(page)
    keys.press("d")
    at(page, "/addendum/")
    keys.type("Told by phone.")
    keys.press("Control+Enter")
    saved(page)
    expect(page.locator(".entry[open]")).to_contain_text("Addendum")
    assert keys.count == 3
