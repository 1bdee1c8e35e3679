"""Who cannot wait, on every screen."""

import pytest
from playwright.sync_api import Page, expect

from clinnet.table.kept import forget
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services.urgent import calm
from scheduling.appointments.services.walkins import walk_in
from tests.browser import faults
from tests.journeys.cards import HOME, LOOK, Booked, at_card, book, empty_day, here, newcomer, scope, settled
from tests.journeys.conftest import Visit, listening
from tests.taking_turns import fresh_name

pytestmark = pytest.mark.browser
__all__ = ["here"]


def write(page: Page, words: str) -> None:
    """Where the page puts the focus. It does so with its first frame: before people, and not before a test."""
    expect(page.locator("main :is(input, textarea):focus")).to_be_attached()
    page.keyboard.type(words)


def test_an_urgent_call_is_on_every_screen_until_a_clinician_has_them(visit: Visit) -> None:
    desk, doctor = visit("ana.ruiz", f"{HOME}patients/"), visit("amara.okafor", f"{HOME}patients/")
    family = fresh_name()
    desk.keyboard.press("!")
    desk.wait_for_url("**/urgent/")
    write(desk, family)
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
    write(page, "pain in my chest")
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
    write(page, here.family.lower())
    page.keyboard.press("Enter")  # before the answer: it looks
    expect(page.locator("[data-said]")).to_contain_text(f"{here.family}, Vera")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{HOME}")
    assert (here.again().state, here.again().urgent) == ("waiting", True)


def test_other_screens_hear_an_urgent_call_and_an_arrival_by_themselves_and_with_a_sound(visit: Visit) -> None:
    """Within two and three seconds on a machine with nothing else to do; here it is counted in questions, not time."""
    desk, other, board = visit("ana.ruiz", HOME), visit("amara.okafor", f"{HOME}patients/"), visit("ben.okoro", HOME)
    one = book()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    desk.reload()  # the booking came from another process: only of what is done here do the others hear
    listening(desk)
    at_card(desk, one).get_by_role("button", name="Arrive").click()
    expect(desk.locator(f"{one.card}[data-state=waiting]")).to_be_attached()
    expect(board.locator(f"{one.card}[data-state=waiting]")).to_be_attached()
    rang = other.evaluate("Number(document.documentElement.dataset.rang ?? 0)")
    family = fresh_name()
    desk.goto(f"{HOME}urgent/")
    write(desk, family)
    desk.keyboard.press("Tab")
    desk.get_by_label("In their words").fill("pain in my chest")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(f"**{HOME}")
    asked.clear()
    expect(other.locator("#urgent .strip").filter(has_text=family)).to_be_visible()
    heard = next((at for at, url in enumerate(asked) if "/urgent/now/" in url), 0)  # its answer may be slow
    assert len([url for url in asked[:heard] if "/pulse/" in url]) <= 2
    assert other.evaluate("Number(document.documentElement.dataset.rang)") > rang


def test_a_page_that_is_opened_makes_no_sound_and_chooses_nothing(visit: Visit) -> None:
    """Scripts tick the boxes of the person's menu by what the device remembers: that is no change of theirs."""
    page = visit("ana.ruiz", f"{HOME}patients/")
    listening(page)
    assert page.evaluate("['sound', 'theme', 'letter-keys'].filter((name) => localStorage.getItem(name))") == []


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
    here, patient = scope(), newcomer(born="1931-08-09")
    visit = walk_in(here, patient=patient, reason="pain in my chest", urgent=True)
    return Booked(appointment_queries.appointment(here, patient.id, visit), patient.family_name)
