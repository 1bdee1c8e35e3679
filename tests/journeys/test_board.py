"""The day board in real browsers: keys, filters, two people at once, and the doctor's list."""

import re
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from clinnet import clock
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking, moving, states
from scheduling.board import queries as board_queries
from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from tests.browser import intercept
from tests.journeys.cards import HOME, newcomer, scope
from tests.journeys.conftest import Visit, listening, today

pytestmark = pytest.mark.browser
# Pairs of cards that cover each other.
MEETING = """() => {
  const boxes = [...document.querySelectorAll(".card")].map((card) => [card.id, card.getBoundingClientRect()]);
  const beside = (a, b) => a.left >= b.right - 1 || b.left >= a.right - 1;
  const below = (a, b) => a.top >= b.bottom - 1 || b.top >= a.bottom - 1;
  const meet = (a, b) => !beside(a, b) && !below(a, b);
  const met = ([id, a], i) => boxes.slice(0, i).filter(([, b]) => meet(a, b)).map(([other]) => [id, other]);
  return boxes.flatMap(met);
}"""


def somebody(column: int) -> Card:
    """Booked for about now, in a column of the test's own, so that tests do not meet."""
    known = setup(scope())
    patient = newcomer("Board", family=f"Tester{column}")
    practitioner = known.practitioners[column]
    kind = next(each for each in known.visit_types.values() if practitioner in known.who_does(each))
    start = walltime.moment_of(walltime.number(clock.now()))
    id = booking.book(
        scope(),
        patient=patient,
        visit_type=kind,
        practitioner=practitioner,
        start=start,
        overbook="fit in",
        outside_hours=True,
    )
    appointment = appointment_queries.appointment(scope(), patient.id, id)
    found = board_queries.card(scope(), date.fromisoformat(appointment.day or ""), id)
    assert found is not None
    return found


def arrive(card: Card, at: datetime | None = None) -> None:
    appointment = appointment_queries.appointment(scope(), card.patient_id, card.id)
    states.arrive(scope(), appointment=appointment, at=at)


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.closest('[data-card]')?.dataset.card ?? ''")
    return found


def look(page: Page) -> None:
    """The board looks for news now, and not in some seconds."""
    page.evaluate("document.dispatchEvent(new Event('board:look'))")


def test_it_opens_with_now_at_a_third_and_no_card_behind_another(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    expect(page.locator("#board .card").first).to_be_attached()
    place = page.evaluate(
        """() => {
          const board = document.getElementById("board").getBoundingClientRect();
          const line = document.getElementById("now-line").getBoundingClientRect();
          return (line.top - board.top) / board.height;
        }"""
    )
    left = page.evaluate("(board.scrollHeight - document.getElementById('now-line').offsetTop) / board.clientHeight")
    assert 0.2 < place < (0.5 if left > 2 / 3 else 1)  # late in the evening the rest of the day is less than a board
    assert page.evaluate(MEETING) == []
    assert page.evaluate("Math.min(...[...document.querySelectorAll('.card')].map((c) => c.offsetHeight))") >= 24
    assert page.evaluate("Math.min(...[...document.querySelectorAll('.col')].map((c) => c.offsetWidth))") >= 128


def test_arrows_move_between_cards_and_enter_opens_the_details(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    expect(page.locator(".card.is-current")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    first = focused(page)
    assert first
    page.keyboard.press("ArrowRight")
    second = focused(page)
    assert second not in ("", first)
    middle = page.locator(".cards:has(.card:nth-child(3)) .card:nth-child(2) .card-go").first
    middle.focus()
    second = focused(page)
    page.keyboard.press("ArrowDown")
    assert focused(page) != second
    page.keyboard.press("ArrowUp")
    assert focused(page) == second
    page.keyboard.press("Enter")
    expect(page.locator("#visit")).not_to_be_empty()
    expect(page.locator("#lane")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#lane")).to_be_visible()
    assert focused(page) == second


FAMILIES_CUT = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  return [...document.querySelectorAll("#board .card-name")].filter((name) => {
    const { fontWeight, fontSize, fontFamily } = getComputedStyle(name);
    pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    const width = name.getBoundingClientRect().width;
    const family = pen.measureText(name.textContent.split(",")[0]).width;
    return width && name.scrollWidth > name.clientWidth && family > width - 8;
  }).length;
}"""


def test_beside_the_details_as_much_of_a_name_is_read_as_without(visit: Visit) -> None:
    """The columns are narrower then, and what stands beside the name is smaller."""
    page = visit("ana.ruiz", HOME)
    intercept(page, "**/changes/", lambda route: route.fulfill(status=304))  # no cards of others come meanwhile
    before = page.evaluate(FAMILIES_CUT)
    page.locator("#board .card.is-booked a.card-go").first.click()
    expect(page.locator("#visit h2, #visit h1").first).to_be_visible()
    page.locator("#board .card.is-open a.card-go").evaluate("link => link.blur()")
    assert page.evaluate(FAMILIES_CUT) <= before + 2


def test_counters_filter_and_gone_is_a_list(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    left = page.locator(".card.is-left .card-name").first
    expect(left).to_be_attached()
    page.locator("#count-waiting").click()
    assert left.evaluate("(name) => getComputedStyle(name).visibility") == "hidden"
    page.locator("#count-waiting").click()
    assert left.evaluate("(name) => getComputedStyle(name).visibility") == "visible"
    page.locator("#count-gone").click()
    expect(page.locator("#lane-gone")).to_be_visible()
    expect(page.locator("#lane-gone")).to_contain_text("Cancelled")


def test_letters_of_the_board(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    page.keyboard.press("h")
    expect(page.locator("#lane")).to_be_hidden()
    page.reload()
    expect(page.locator("#lane")).to_be_hidden()  # this device remembers
    page.keyboard.press("h")
    expect(page.locator("#lane")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator("body")).to_have_class(re.compile("discreet"))
    page.keyboard.press("s")
    page.keyboard.press("]")
    page.wait_for_url("**/day/*/")
    page.keyboard.press("t")
    page.wait_for_url(f"**{HOME}")


def test_what_one_does_the_other_sees_within_a_look(visit: Visit) -> None:
    card = somebody(1)
    mine = visit("ana.ruiz", HOME)
    shown = mine.locator(f"#card-{card.id}")
    expect(shown).to_have_attribute("data-state", re.compile("booked|confirmed"))
    arrive(card)
    expect(shown).to_have_attribute("data-state", "waiting")  # nobody pressed anything: ten seconds at most
    expect(mine.locator(f"#here-{card.id}")).to_be_attached()


def test_a_card_in_hand_stays_and_says_who_changed_it(visit: Visit) -> None:
    card = somebody(2)
    page = visit("ana.ruiz", HOME)
    page.locator(f"#go-{card.id}").focus()
    arrive(card)
    look(page)
    shown = page.locator(f"#card-{card.id}")
    expect(shown.locator(".card-news")).to_contain_text(re.compile(r"Changed at \d+:\d\d by \w+\. Show"))
    assert shown.get_attribute("data-state") in ("booked", "confirmed")
    assert focused(page) == card.id
    shown.get_by_role("button", name="Show").click()
    expect(shown).to_have_attribute("data-state", "waiting")
    assert focused(page) == card.id


def test_one_press_on_the_card_arrives_a_patient(visit: Visit) -> None:
    card = somebody(3)
    page = visit("ana.ruiz", HOME)
    shown = page.locator(f"#card-{card.id}")
    expect(page.locator("#opening[hx-get]")).to_have_count(0)  # what it says pushes the board down
    shown.hover()
    shown.get_by_role("button", name="Arrive").click()
    expect(shown).to_have_attribute("data-state", "waiting")
    expect(page.locator("#toasts")).to_contain_text("is here for")
    expect(page.locator(f"#here-{card.id}")).to_be_attached()


def test_what_is_cancelled_leaves_its_place_on_the_other_screen(visit: Visit) -> None:
    card = somebody(4)
    page = visit("ana.ruiz", HOME)
    states.cancel(
        scope(),
        appointment=appointment_queries.appointment(scope(), card.patient_id, card.id),
        by="patient",
        reason="Ill",
    )
    look(page)
    expect(page.locator(f"#card-{card.id}")).to_have_count(0)


def test_what_moves_to_another_column_is_there_and_nowhere_else(visit: Visit) -> None:
    card = somebody(5)
    page = visit("ana.ruiz", HOME)
    others = [each for each in setup(scope()).practitioners if each.id != card.practitioner]
    appointment = appointment_queries.appointment(scope(), card.patient_id, card.id)
    kind = setup(scope()).visit_types[appointment.visit_type_id or ""]
    to = next(each for each in others if each in setup(scope()).who_does(kind))
    start = clock.moment(appointment.start or "")
    moving.move(scope(), appointment=appointment, start=start, practitioner=to, overbook="fit in", outside_hours=True)
    look(page)
    expect(page.locator(f"#col-{to.id} #card-{card.id}")).to_be_attached()
    expect(page.locator(f'.card[data-card="{card.id}"]')).to_have_count(1)
    assert page.evaluate(MEETING) == []


def test_a_click_on_a_free_place_books_there(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME + f"day/{(today() + timedelta(40)).isoformat()}/")
    practitioner, family = setup(scope()).practitioners[0], newcomer().family_name
    with page.expect_request(re.compile(r"/book/\?")) as asked:
        page.locator(f"#col-{practitioner.id} .col-day").click(position={"x": 60, "y": 210})
    assert f"with={practitioner.id}" in asked.value.url
    assert re.search(r"start=\d{4}-\d\d-\d\dT\d\d%3A(00|15|30|45)", asked.value.url)
    expect(page.locator("#drawer")).to_be_visible()
    expect(page.locator("#drawer .book-chosen")).to_contain_text(practitioner.name.split()[-1])
    expect(page.locator("#drawer .find-hint")).to_be_hidden()  # nothing was typed yet
    page.keyboard.type(family, delay=20)
    page.locator("#drawer [role=option][data-id]").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("#drawer [data-primary]").wait_for()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".card:focus-within")).to_contain_text(family)  # what was booked is in hand
    assert "changed" not in page.url


def test_what_can_be_done_with_a_column_is_seen_without_a_mouse_over_it(visit: Visit) -> None:
    page = visit("ana.ruiz", HOME)
    more = page.get_by_role("button", name="More of Dr").first
    assert more.evaluate("(button) => getComputedStyle(button).opacity") == "1"
    expect(more.locator("svg")).to_be_in_viewport(ratio=1)
    more.click()
    for words in ("Note", "Running late", "Cancel or hand over the day"):
        expect(page.get_by_role("link", name=words, exact=True).first).to_be_in_viewport(ratio=1)


def test_a_doctor_calls_the_next_and_has_the_chart_with_one_key(visit: Visit) -> None:
    card = somebody(6)
    arrive(card, clock.now() - timedelta(hours=6))
    page = visit("amara.okafor", f"{HOME}day/{today()}/list/?with={card.practitioner}")
    following = page.locator("#call-next bdi").inner_text()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/chart/$"))
    expect(page.locator(".banner")).to_contain_text(following)
    expect(page.locator("#toasts")).to_contain_text("is with")


def test_enter_on_a_name_opens_the_chart_and_the_time_leads_to_the_visit(visit: Visit) -> None:
    page = visit("amara.okafor", f"{HOME}day/{today()}/list/?with=all")
    row = page.locator(".list-row").first
    expect(row.locator("a.list-time")).to_have_attribute("href", re.compile("/appointments/"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/chart/$"))


def test_a_second_press_does_not_call_the_one_after(visit: Visit) -> None:
    cards = [somebody(6), somebody(6)]
    for hours, card in zip((5, 4), cards, strict=True):  # longer than anybody waits whom another test needs
        arrive(card, clock.now() - timedelta(hours=hours))
    page = visit("ana.ruiz", f"{HOME}day/{today()}/list/?with={cards[0].practitioner}")
    step = page.locator(".call-next form").get_attribute("action") or ""  # of an urgent one, if another test left one
    called = step.split("/")[-3]
    assert len(called) == 26
    page.keyboard.press("n")
    expect(page.locator(f".list-row[data-card='{called}']")).to_be_visible()
    expect(page.locator(f".list-waiting [data-card='{called}']")).to_have_count(0)
    expect(page.locator("#list-who")).to_have_value(cards[0].practitioner)
    listening(page)
    counted = "Number(sessionStorage.getItem('list-sent')) >= performance.timing.responseStart"
    assert page.evaluate(counted)  # not from the press: the answer may have been slow
    page.evaluate(
        """() => {
          const sent = Number(sessionStorage.getItem("list-sent"));
          Date.now = () => sent + 500; // however slow the machine
          document.addEventListener("submit", (event) => (window.stopped = event.defaultPrevented));
        }"""
    )
    page.keyboard.press("n")
    assert page.evaluate("window.stopped")
