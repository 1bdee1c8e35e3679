"""The hand on the board: steps by key, moves by pointer, by tap and by key, and who cannot wait, on every screen."""

import itertools
import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.table import Scope
from clinnet.table.kept import forget
from patients.queries import patient as get_patient
from patients.services import register
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking
from scheduling.appointments.services.urgent import calm
from scheduling.appointments.services.walkins import walk_in
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.models import Appointment
from tests.browser import faults
from tests.engine import Site
from tests.journeys.conftest import Visit, listening, today
from tests.taking_turns import PROCESS, fresh_name

pytestmark = pytest.mark.browser
CLINIC = "northside"
HOME = f"/c/{CLINIC}/"
_turns = itertools.count()


@dataclass(frozen=True)
class Booked:
    appointment: Appointment
    family: str

    @property
    def card(self) -> str:
        return f"#card-{self.appointment.id}"

    def again(self) -> Appointment:
        return appointment_queries.appointment(scope(), self.appointment.patient_id, self.appointment.id)


def scope() -> Scope:
    return Scope.system("tests", CLINIC)


FURTHER = itertools.count(400 + 200 * PROCESS, 7)
# The strip looks for news now, and not in some seconds.
LOOK = "document.dispatchEvent(new Event('visit-changed'))"


def book(*, on: date | None = None) -> Booked:
    """Now, on top of whoever is there; or at the first free time of the day `on` or the next that has one."""
    forget()
    here, family = scope(), fresh_name()
    patient = get_patient(
        here, register(here, {"family_name": family, "given_name": "Vera", "birth_date": "1985-03-14"})
    )
    known = setup(here)
    visit_type = next(each for each in known.visit_types.values() if each.name == "Follow-up")
    doctors, start = known.who_does(visit_type), walltime.moment_of(walltime.number(clock.now()))
    doctor = doctors[0] if on else doctors[next(_turns) % len(doctors)]  # not all on top of one another
    if on:
        wish = free_times.Wish(visit_type, patient, (doctor,))
        start = free_times.search(here, wish, first=on, days=1)[0].slots[2].moment
    id = booking.book(
        here,
        patient=patient,
        visit_type=visit_type,
        practitioner=doctor,
        start=start,
        overbook="" if on else "test",
        outside_hours=True,
    )
    return Booked(appointment_queries.appointment(here, patient.id, id), family)


def empty_day() -> date:
    """Beyond what the demo fills, and what other tests take: a card that one of them moved may not be in the way."""
    return today() + timedelta(days=next(FURTHER))


@pytest.fixture
def far(demo: Site) -> Booked:
    """On a day that nothing else is on."""
    return book(on=empty_day())


@pytest.fixture
def here(demo: Site) -> Booked:
    return book()


def at_card(page: Page, booked: Booked) -> Locator:
    """The card, with the focus on it."""
    card = page.locator(booked.card)
    card.locator("a.card-go").focus()
    return card


def settled(page: Page) -> None:
    """The strips over the board come after it, and push it down."""
    page.wait_for_load_state("networkidle")


def day_of(booked: Booked) -> str:
    return f"{HOME}day/{booked.appointment.day}/"


# --- Steps ---------------------------------------------------------------------------------------------------------


def test_space_arrives_and_u_undoes(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    card = at_card(page, here)
    page.evaluate("performance.now = () => 1000")  # however slow the machine: presses follow one another at once
    page.keyboard.press("Space")
    expect(card).to_have_attribute("data-state", "waiting")
    page.keyboard.press("Space")  # a hand that trembles: it is not the step after
    expect(page.locator("#toasts")).to_contain_text(f"Vera {here.family}")
    expect(page.locator("#toasts")).to_contain_text("14 Mar 1985, is here for")
    expect(card.locator("a.card-go")).to_be_focused()
    page.keyboard.press("u")
    expect(card).to_have_attribute("data-state", "booked")


def test_a_list_is_worked_by_arrows_space_and_u(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", f"{HOME}day/{here.appointment.day}/list/")
    row = page.locator(f"#list-{here.appointment.id}")
    row.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect(row).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#toasts")).to_contain_text(f"Vera {here.family}")
    expect(page.locator(f".list-row:focus-within #list-{here.appointment.id}")).to_be_attached()
    assert here.again().state == "waiting"
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("Undone")
    assert here.again().state == "booked"


def test_arriving_is_one_click(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    settled(page)
    card = page.locator(here.card)
    card.hover()
    card.get_by_role("button", name="Arrive").click()  # 1
    expect(card).to_have_attribute("data-state", "waiting")


def test_a_double_click_arrives_once(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    settled(page)
    card = page.locator(here.card)
    card.hover()
    card.get_by_role("button", name="Arrive").dblclick()
    expect(page.locator("#toasts")).to_contain_text("is here for")
    expect(page.locator(here.card)).to_have_attribute("data-state", "waiting")
    assert [each["to"] for each in here.again().stamps or []] == ["waiting"]


def test_the_toast_undoes_where_it_stands(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    card = at_card(page, here)
    page.keyboard.press("Space")
    page.locator(".toast-line").get_by_role("button", name="Undo").click()
    expect(card).to_have_attribute("data-state", "booked")
    expect(page.locator("#toasts")).to_contain_text("Undone.")
    assert page.url.endswith(HOME)


def test_c_confirms_and_a_letter_in_a_field_is_a_letter(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    card = at_card(page, here)
    page.keyboard.press("c")
    expect(card).to_have_attribute("data-state", "confirmed")
    page.locator("#find-box").focus()
    page.keyboard.type("x ")
    expect(page.locator("#visit form")).to_have_count(0)


def test_p_frees_the_time_and_u_takes_it_back_though_no_card_has_the_focus(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far)
    page.keyboard.press("p")
    expect(page.locator(far.card)).to_have_count(0)
    expect(page.locator("#board")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(far.card)).to_have_count(1)
    assert far.again().state == "booked"


def test_x_cancels_with_a_reason_and_the_card_is_gone(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far)
    page.keyboard.press("x")
    expect(page.locator("#visit [name=reason]").first).to_be_focused()
    asked = page.locator("#visit fieldset").first.bounding_box()
    assert asked
    assert asked["width"] > 250  # not a word wide
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    expect(page.locator(far.card)).to_have_count(0)
    expect(page.locator("#visit")).to_contain_text("by the patient: Ill")
    assert far.again().state == "cancelled"


def test_o_opens_the_patient(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far)
    page.keyboard.press("o")
    page.wait_for_url(f"**/patients/{far.appointment.patient_id}/")


def test_enter_shows_the_details_and_the_next_step_is_one_key_more(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    card = at_card(page, here)
    page.keyboard.press("Enter")
    expect(page.locator("#visit")).to_contain_text("14 Mar 1985")
    page.keyboard.press("Space")
    expect(card).to_have_attribute("data-state", "waiting")
    expect(page.locator("#visit")).to_contain_text("Waiting")


def test_on_a_phone_arriving_is_two_taps(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", f"{HOME}?show=next", phone=True)
    page.locator(here.card).locator("a.card-go").tap()  # 1
    button = page.locator("#visit").get_by_role("button", name="Arrive")
    box = button.bounding_box()
    assert box
    assert (box["height"] >= 48, box["width"] >= 330) == (True, True)
    button.tap()  # 2
    expect(page.locator("#visit")).to_contain_text("Waiting")


# --- Moving --------------------------------------------------------------------------------------------------------


def test_a_card_is_dragged_to_another_doctor_and_back_by_undo(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    settled(page)
    card, other = page.locator(far.card), page.locator("[data-column]").nth(1)
    card.scroll_into_view_if_needed()
    box, there = card.bounding_box(), other.bounding_box()
    assert box
    assert there
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(there["x"] + 40, box["y"] + 12, steps=6)
    expect(page.locator(".move-ghost")).to_be_visible()
    page.mouse.move(there["x"] + 40, box["y"] + 8 + box["height"] * 2, steps=4)
    page.mouse.up()
    expect(page.locator("#toasts")).to_contain_text("moved to")
    moved = far.again()
    assert moved.practitioner_id == other.get_attribute("data-column")
    assert moved.wall != far.appointment.wall
    expect(other.locator(far.card)).to_be_visible()
    expect(page.locator("#visit form")).to_have_count(0)  # a drag is no click
    page.locator(".toast-line").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-column]").nth(0).locator(far.card)).to_be_visible()
    assert (far.again().wall, far.again().practitioner_id) == (far.appointment.wall, far.appointment.practitioner_id)


def test_esc_leaves_a_dragged_card_where_it_was(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    settled(page)
    card = page.locator(far.card)
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 24, box["y"] + 90, steps=6)
    page.keyboard.press("Escape")
    expect(page.locator(".move-ghost")).to_have_count(0)
    page.mouse.up()
    assert far.again().version == far.appointment.version


def test_m_arrows_and_enter_move(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    at_card(page, far)
    for key in ("m", "ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#toasts")).to_contain_text("moved to")
    moved = far.again()
    grain = int(accounts.clinic(CLINIC).slot_grain)
    assert clock.moment(moved.start or "") - clock.moment(far.appointment.start or "") == timedelta(minutes=2 * grain)
    assert moved.practitioner_id == page.locator("[data-column]").nth(1).get_attribute("data-column")
    expect(page.locator(far.card).locator("a.card-go")).to_be_focused()


def test_tap_move_tap(visit: Visit, far: Booked) -> None:
    page = visit("ana.ruiz", day_of(far))
    settled(page)
    page.locator(far.card).locator("a.card-go").click(position={"x": 20, "y": 8})  # 1
    page.locator("#visit").get_by_role("link", name=re.compile("Move")).click()  # 2
    expect(page.locator(".move-hint")).to_contain_text(far.family)
    box = page.locator(far.card).bounding_box()
    assert box
    page.mouse.click(box["x"] + 40, box["y"] + box["height"] * 3)  # 3
    expect(page.locator("#toasts")).to_contain_text("moved to")
    assert far.again().wall != far.appointment.wall


def test_a_taken_time_asks_and_the_card_stays(visit: Visit, demo: Site) -> None:
    first = book(on=empty_day())
    second = book(on=date.fromisoformat(first.appointment.day or ""))
    page = visit("ana.ruiz", day_of(first))
    steps = _grains_between(first, second)
    at_card(page, first)
    page.keyboard.press("m")
    for _ in range(steps):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".move-ghost.is-taken")).to_contain_text(second.family)
    page.keyboard.press("Enter")
    dialog = page.locator("#move-dialog[open]")
    expect(dialog).to_contain_text("Nearest:")
    assert faults(page) == []
    dialog.locator("[data-near]").first.click()
    expect(page.locator("#toasts")).to_contain_text("moved to")


def _grains_between(first: Booked, second: Booked) -> int:
    minutes = (
        clock.moment(second.appointment.start or "") - clock.moment(first.appointment.start or "")
    ).total_seconds() // 60
    return int(minutes) // int(accounts.clinic(CLINIC).slot_grain)


# --- Urgent --------------------------------------------------------------------------------------------------------


def test_an_urgent_call_is_on_every_screen_until_a_clinician_has_them(visit: Visit) -> None:
    desk, doctor = visit("ana.ruiz", f"{HOME}patients/"), visit("amara.okafor", f"{HOME}patients/")
    family = fresh_name()
    desk.keyboard.press("!")
    desk.wait_for_url("**/urgent/")
    desk.keyboard.type(family)
    desk.keyboard.press("Tab")
    desk.get_by_label("In their words").fill("pain in my chest")
    assert faults(desk) == []
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(f"**{HOME}")
    for page in (desk, doctor):
        page.evaluate(LOOK)
        strip = page.locator("#urgent .strip").filter(has_text=family)
        expect(strip).to_contain_text("pain in my chest")
    assert faults(doctor) == []
    expect(desk.locator("#urgent").get_by_role("button", name="I have them")).to_have_count(0)
    doctor.locator("#urgent .strip").filter(has_text=family).get_by_role("button", name="I have them").click()
    for page in (desk, doctor):
        page.evaluate(LOOK)
        expect(page.locator("#urgent .strip").filter(has_text=family)).to_have_count(0)


def test_urgent_on_a_card_is_that_visit(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", HOME)
    at_card(page, here)
    page.keyboard.press("!")
    page.wait_for_url(f"**/appointments/{here.appointment.id}/urgent/")
    assert faults(page) == []
    page.keyboard.type("pain in my chest")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{HOME}")
    strip = page.locator("#urgent .strip").filter(has_text=here.family)
    expect(strip).to_contain_text("pain in my chest")
    assert (here.again().state, here.again().urgent) == ("waiting", True)
    strip.get_by_role("button", name="Not urgent").click()
    expect(page.locator("#toasts")).to_contain_text("is not urgent any more")
    page.evaluate(LOOK)
    expect(strip).to_have_count(0)


def test_enter_in_the_name_of_an_urgent_call_looks_and_calls_nobody(visit: Visit, here: Booked) -> None:
    page = visit("ana.ruiz", f"{HOME}urgent/")
    page.keyboard.type(here.family.lower())
    page.keyboard.press("Enter")  # before the answer: it looks
    expect(page.locator("[data-said]")).to_contain_text(f"{here.family}, Vera")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{HOME}")
    assert (here.again().state, here.again().urgent) == ("waiting", True)


def test_other_screens_hear_an_urgent_call_and_an_arrival_by_themselves_and_with_a_sound(visit: Visit) -> None:
    """Within two and three seconds on a machine with nothing else to do; here it is counted in questions, not time."""
    desk, other, board = visit("ana.ruiz", HOME), visit("amara.okafor", f"{HOME}patients/"), visit("ben.okoro", HOME)
    one = book()
    questions: list[str] = []
    other.on("request", lambda request: questions.append(request.url) if "/pulse/" in request.url else None)
    desk.reload()  # the booking came from another process: only of what is done here do the others hear
    listening(desk)
    at_card(desk, one).get_by_role("button", name="Arrive").click()
    expect(desk.locator(f"{one.card}[data-state=waiting]")).to_be_attached()
    expect(board.locator(f"{one.card}[data-state=waiting]")).to_be_attached()
    rang = other.evaluate("Number(document.documentElement.dataset.rang ?? 0)")
    family = fresh_name()
    desk.goto(f"{HOME}urgent/")
    desk.keyboard.type(family)
    desk.keyboard.press("Tab")
    desk.get_by_label("In their words").fill("pain in my chest")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(f"**{HOME}")
    questions.clear()
    expect(other.locator("#urgent .strip").filter(has_text=family)).to_be_visible()
    assert len(questions) <= 2
    assert other.evaluate("Number(document.documentElement.dataset.rang)") > rang


MOVED = """(buffered) => {
  window.moved = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) window.moved += each.value;
  }).observe({ type: "layout-shift", buffered });
}"""


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_several_urgent_calls_at_once_move_no_page_far(visit: Visit, phone: bool) -> None:
    """Nor do those that are there when a page is opened: each has its place before it comes."""
    page = visit("ana.ruiz", HOME, phone=phone)
    page.evaluate("localStorage.removeItem('urgent-room')")
    settled(page)
    page.evaluate(MOVED, False)
    calls = [call_urgent() for _ in range(4)]
    page.evaluate(LOOK)
    expect(page.locator("#urgent .strip").filter(has_text=calls[-1].family)).to_be_attached(timeout=30_000)
    settled(page)
    assert page.evaluate("window.moved") < 0.1
    for path in (HOME, f"{HOME}day/{empty_day()}/", f"{HOME}tasks/"):
        page.goto(path)
        page.evaluate(MOVED, True)
        expect(page.locator("#urgent .strip").filter(has_text=calls[-1].family)).to_be_attached(timeout=30_000)
        settled(page)
        assert page.evaluate("window.moved") < 0.1, path
    for call in calls:
        calm(scope(), appointment=call.again())


def call_urgent() -> Booked:
    forget()
    here, family = scope(), fresh_name()
    id = register(here, {"family_name": family, "given_name": "Vera", "birth_date": "1931-08-09"})
    visit = walk_in(here, patient=get_patient(here, id), reason="pain in my chest", urgent=True)
    return Booked(appointment_queries.appointment(here, id, visit), family)


# --- Everybody can use them ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desk-light", "phone-dark"])
def test_axe_finds_nothing(visit: Visit, far: Booked, phone: bool, dark: bool) -> None:
    base = f"{HOME}patients/{far.appointment.patient_id}/appointments/{far.appointment.id}/"
    page = visit("amara.okafor", base, phone=phone, dark=dark)
    found = {base: faults(page)}
    for path in (f"{base}cancel/", f"{base}change-patient/", f"{base}check/", f"{HOME}walk-in/", f"{HOME}urgent/"):
        page.goto(path)
        found[path] = faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{path} scrolls sideways"
    page.goto(f"{day_of(far)}?show=all")
    page.locator(far.card).locator("a.card-go").click(position={"x": 20, "y": 8})
    expect(page.locator("#visit [data-visit]")).to_be_visible()
    found["panel"] = faults(page)
    assert {path: each for path, each in found.items() if each} == {}


def test_all_of_it_works_without_javascript(browser: Browser, demo: Site, passes: object, here: Booked) -> None:
    state = passes("ana.ruiz")  # type: ignore[operator]  # the fixture's function
    with browser.new_context(base_url=demo.url, java_script_enabled=False, storage_state=state) as context:
        page = context.new_page()
        page.goto(f"{HOME}patients/{here.appointment.patient_id}/appointments/{here.appointment.id}/")
        page.get_by_role("button", name="Arrive").click()
        expect(page.locator("#main")).to_contain_text("Waiting")
        page.locator("#main").get_by_role("button", name="Undo").click()
        expect(page.locator("#main")).to_contain_text("Booked")
        page.get_by_role("link", name="Cancel").click()
        page.get_by_label("Transport").check()
        page.get_by_role("button", name="Cancel appointment").click()
        expect(page.locator("#main")).to_contain_text("by the patient: Transport")


def test_space_on_a_card_of_a_day_to_come_says_why_nobody_arrives(visit: Visit) -> None:
    booked = book(on=empty_day())
    page = visit("ana.ruiz", f"{HOME}day/{booked.appointment.day}/")
    listening(page)
    page.locator(f"{booked.card} .card-go").focus()
    page.keyboard.press(" ")
    said = page.locator(".toast-info")
    expect(said).to_contain_text("Nobody arrives before the day.")
    expect(said.locator("use").first).to_have_attribute("href", re.compile("#info-circle$"))
    assert booked.again().state == "booked"
