"""Booking in a real browser on the real server, with every key, click and typed field counted."""

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect

from scheduling.appointments.services import states
from tests.browser import faults, on_each_screen
from tests.engine import Site
from tests.journeys.cards import HOME, book, newcomer, scope
from tests.journeys.conftest import Visit, today
from tests.taking_turns import fresh_name

pytestmark = pytest.mark.browser
TASKS = f"{HOME}tasks/"
BOOK = f"{HOME}book/"


@dataclass
class Hands:
    """A person at the desk: one interaction is one key or chord, one click, or one field typed, its Tab included."""

    page: Page
    count: int = 0

    def key(self, name: str) -> None:
        self.page.keyboard.press(name)
        self.count += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += 1

    def field(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).first.fill(text)
        self.count += 1

    def check(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()
        self.count += 1


def found(page: Page, text: str) -> None:
    """The answer to what stands in the box now is on screen."""
    expect(page.locator("#found-1")).to_contain_text(text)
    expect(page.locator("#find-answer")).not_to_have_attribute("aria-busy", "true")


def toast(page: Page, text: str) -> None:
    expect(page.locator("#toasts")).to_contain_text(text)


def id_of(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


def ahead(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def test_a_double_click_books_once_and_says_so_once(visit: Visit) -> None:
    whose = newcomer().id
    page = visit("ana.ruiz", f"{BOOK}?patient={whose}")
    page.locator("#booking label:has(input[name=start])").nth(1).click()
    picked = page.locator("#booking input[name=start]:checked").get_attribute("value") or ""
    repeat = page.get_by_role("link", name="Repeat").get_attribute("href") or ""
    assert parse_qs(repeat.partition("?")[2])["start"] == [picked]  # what recurs begins with it
    page.locator("#booking button[data-primary]").dblclick()
    expect(page.locator(".toast-line").filter(has_text="Booked:")).to_have_count(1)
    page.goto(f"{BOOK}?patient={whose}")
    expect(page.locator(".book-known").get_by_text("Already")).to_have_count(1)


def test_a_known_patient_is_booked_with_four_interactions(visit: Visit) -> None:
    page, family = visit("ana.ruiz", TASKS), newcomer().family_name
    hands = Hands(page)
    hands.key("/")
    hands.type(family.lower())
    found(page, family)
    hands.key("Shift+Enter")
    expect(page.locator("#booking input[name=start]:checked")).to_have_count(1)
    said = page.locator("[data-said-here]").inner_text()
    hands.key("Control+Enter")
    toast(page, "Booked:")
    assert hands.count == 4
    expect(page).to_have_url(re.compile(r"/tasks/"))  # back where they came from
    day, time = said.split(", ")[:2]
    toast(page, f"{day}, {time.split('–')[0]}")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    toast(page, "is not booked")


def test_the_next_visit_of_who_is_here_today_takes_four_too(visit: Visit, demo: Site) -> None:
    page, here = visit("ana.ruiz", TASKS), book()
    states.arrive(scope(), appointment=here.appointment)
    hands = Hands(page)
    hands.key("/")
    hands.type(here.family.lower())
    found(page, here.family)
    hands.key("Shift+Enter")
    expect(page.locator("#booking input[name=start]:checked")).to_have_count(1)
    assert not page.locator("[data-said-here]").inner_text().startswith(f"{today():%a} {today().day} ")
    hands.key("Control+Enter")
    toast(page, "Booked:")
    assert hands.count == 4


def test_a_reason_and_another_type_are_one_more_each(visit: Visit) -> None:
    page = visit("ana.ruiz", f"{BOOK}?patient={newcomer().id}")
    hands, types = Hands(page), page.locator("#book-type")
    chosen = page.locator("#booking input[name=start]:checked")
    expect(chosen).to_be_focused()
    first = types.input_value()
    with page.expect_response("**/book/times/"):
        hands.key("t")  # 1
    expect(types).not_to_have_value(first)
    expect(chosen).to_be_focused()
    page.keyboard.press("r")  # goes there, as a Tab does: one field typed, with the key that leads to it
    hands.type("Cough, 5 days")  # 2
    hands.key("Control+Enter")
    toast(page, "Booked:")
    assert hands.count == 3


def test_a_new_patient_is_registered_and_booked_with_seven(visit: Visit) -> None:
    page, family = visit("ana.ruiz", TASKS), fresh_name()
    hands = Hands(page)
    hands.key("/")
    hands.type(f"{family.lower()} maria 17/9/51")
    expect(page.locator("#find-answer")).to_have_attribute("aria-busy", "false")  # all that was typed is answered
    expect(page.locator("#found-new")).to_contain_text(family)
    hands.key("Enter")
    page.wait_for_url("**/patients/new/**")
    hands.check("Female")
    hands.field("Phone", "0116 496 0154")
    hands.key("Control+Enter")
    expect(page.locator("#booking input[name=start]:checked")).to_have_count(1)
    hands.key("Control+Enter")
    toast(page, f"Booked: \u2068Maria {family}")
    assert hands.count == 7


def test_of_two_who_want_one_time_one_wins_and_the_other_is_one_key_from_the_nearest(visit: Visit) -> None:
    ana, ben = visit("ana.ruiz", TASKS), visit("ben.okoro", TASKS)
    for page in (ana, ben):
        page.goto(f"{BOOK}?patient={newcomer().id}&from={ahead(16)}")
        page.get_by_label("With", exact=True).select_option(index=2)
        expect(page.locator("#booking")).to_contain_text("days")
        page.wait_for_url("**with=**")
    chosen = [page.locator("#booking input[name=start]:checked").get_attribute("value") for page in (ana, ben)]
    assert chosen[0] == chosen[1]
    ben.get_by_label("Reason", exact=True).fill("Cough, 5 days")
    ana.keyboard.press("Control+Enter")
    toast(ana, "Booked:")
    ben.keyboard.press("Control+Enter")
    refusal = ben.locator("#booking [role=alert]")
    expect(refusal).to_contain_text("was just booked by Ana. Nearest:")
    expect(ben.get_by_label("Reason", exact=True)).to_have_value("Cough, 5 days")
    nearest = ben.locator("#booking input[name=start]:checked")
    expect(nearest).to_have_count(1)
    assert nearest.get_attribute("value") != chosen[0]
    assert faults(ben) == []
    ben.keyboard.press("Control+Enter")
    toast(ben, "Booked:")


def test_arrows_choose_and_page_down_turns_the_days(visit: Visit) -> None:
    page = visit("ana.ruiz", f"{BOOK}?patient={newcomer().id}&with=any")
    chosen = page.locator("#booking input[name=start]:checked")
    first = chosen.get_attribute("value")
    expect(chosen).to_be_focused()
    page.keyboard.press("ArrowRight")
    assert chosen.get_attribute("value") != first
    said = page.locator("[data-said-here]").inner_text()
    day = page.locator(".times tbody th").first.inner_text()
    page.keyboard.press("PageDown")
    expect(page.locator(".times tbody th").first).not_to_have_text(day)
    expect(page.locator("[data-said-here]")).not_to_have_text(said)
    assert "from=" in page.url


def test_the_drawer_stands_over_the_board_and_loses_nothing(visit: Visit) -> None:
    page, family = visit("ana.ruiz", HOME), newcomer().family_name
    page.keyboard.press("b")
    drawer = page.locator("#drawer")
    expect(drawer.get_by_label("Who is it for?")).to_be_focused()
    page.keyboard.type(family.lower())
    expect(drawer.get_by_role("option").first).to_contain_text(family)  # others sound alike
    page.keyboard.press("Enter")
    expect(drawer.locator("#booking")).to_contain_text(family)
    assert page.url.endswith(HOME)
    drawer.get_by_label("Reason", exact=True).fill("Blood pressure")
    page.keyboard.press("Escape")
    expect(drawer).not_to_be_visible()
    page.keyboard.press("b")
    expect(drawer.get_by_label("Who is it for?")).to_be_focused()  # the next caller may be somebody else
    drawer.get_by_role("button", name="Go on").click()
    expect(drawer.get_by_label("Reason", exact=True)).to_have_value("Blood pressure")
    assert faults(page) == []
    page.keyboard.press("Control+Enter")
    toast(page, "Booked:")
    expect(page).to_have_url(re.compile(f"{HOME}$"))  # once its script has read what changed


def test_search_says_what_is_next_and_control_enter_does_it(visit: Visit) -> None:
    patient = newcomer()
    page = visit("ana.ruiz", f"{BOOK}?patient={patient.id}&from=today&with=any")
    if not page.locator("#booking input[name=start]:checked").count():
        pytest.skip("it is nearly midnight: nothing is free today")
    page.keyboard.press("Control+Enter")
    toast(page, "Booked:")
    page.goto(TASKS)
    hands = Hands(page)
    hands.key("/")
    hands.type(patient.family_name.lower())
    found(page, patient.family_name)
    expect(page.locator(".found-next").first).to_contain_text("Booked")
    expect(page.locator("#found-1")).to_have_attribute("aria-selected", "true")
    hands.key("Control+Enter")
    toast(page, "is here for")
    assert hands.count == 3


def test_a_patient_s_page_leads_to_booking_and_back(visit: Visit) -> None:
    patient = f"{HOME}patients/{newcomer().id}/"
    page = visit("ana.ruiz", patient)
    page.keyboard.press("b")
    page.wait_for_url("**/book/**")
    page.keyboard.press("Control+Enter")
    toast(page, "Booked:")
    expect(page).to_have_url(re.compile(patient))
    expect(page.locator("#today, #coming").first).to_contain_text("Dr")
    page.goto(f"{patient}appointments/")
    page.get_by_role("link", name=re.compile("^Move")).first.click()
    expect(page.locator("#booking")).to_contain_text("Now ")
    page.locator("#booking input[name=start]:not(:checked)").first.check(force=True)
    page.keyboard.press("Control+Enter")
    toast(page, "Moved:")


def test_booking_works_without_javascript(browser: Browser, demo: Site, passes: object) -> None:
    family = newcomer().family_name
    state = passes("ana.ruiz")  # type: ignore[operator]  # the fixture's function
    with browser.new_context(base_url=demo.url, java_script_enabled=False, storage_state=state) as context:
        page = context.new_page()
        page.goto(BOOK)
        page.get_by_label("Who is it for?").fill(family)
        page.get_by_role("button", name="Find", exact=True).click()
        page.locator(".found [data-patient]").first.click()
        page.get_by_label("With", exact=True).select_option("any")
        page.get_by_label("Reason", exact=True).fill("Blood pressure")
        page.get_by_role("button", name="Show times").last.click()
        expect(page.get_by_label("Reason", exact=True)).to_have_value("Blood pressure")
        page.locator("input[name=start]").nth(2).check(force=True)
        page.locator("#booking [data-primary]").click()
        expect(page.locator("#toasts")).to_contain_text("Booked:")


def test_axe_finds_nothing_while_booking(visit: Visit) -> None:
    page = visit("ana.ruiz", TASKS)
    page.goto(f"{HOME}patients/")
    page.locator("input[name=q]").fill("garcía mar")
    found(page, "Garc")
    patient = id_of(page.locator("#found-1").get_attribute("href") or "")
    wrong = {}
    for path in (
        BOOK,
        f"{BOOK}?patient={patient}",
        f"{BOOK}?patient={patient}&with=any&part=am",
        f"{BOOK}series/?patient={patient}",
        f"{HOME}block/",
        f"{HOME}patients/{patient}/appointments/",
    ):
        page.goto(path)
        wrong[path] = on_each_screen(page)
    assert {path: each for path, each in wrong.items() if each} == {}


def test_after_a_series_back_leads_to_its_page(visit: Visit) -> None:
    patient = newcomer().id
    page = visit("ana.ruiz", f"{BOOK}series/?patient={patient}")
    for name in ("type", "practitioner"):
        page.locator(f"#series select[name={name}]").select_option(index=1)
    page.locator("[name=first]").fill(ahead(90))
    page.locator("[name=at]").fill("10:00")
    page.locator("[name=count]").fill("2")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[name=take]:focus")).to_be_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/patients/{patient}/appointments/")
    page.go_back()
    expect(page.get_by_role("heading", name="Recurring visits")).to_be_visible()


def test_on_a_phone_the_button_stays_under_the_thumb(visit: Visit) -> None:
    page = visit("ana.ruiz", f"{BOOK}?patient={newcomer().id}&with=any", phone=True)
    expect(page.locator("#booking [data-primary]")).to_be_in_viewport()
    box = page.locator(".time-face").first.bounding_box()
    assert box
    assert box["height"] >= 47
    page.locator(".time").nth(3).click()
    page.locator("#booking [data-primary]").click()
    toast(page, "Booked:")
