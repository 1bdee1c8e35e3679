"""An administrator arranges the schedule in a browser: a type of visit, hours, leave and who is booked then."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from clinnet import clock
from scheduling.calendar.queries.setup import setup
from scheduling.disruptions.queries import affected
from tests.browser import faults, on_each_screen
from tests.journeys.cards import scope
from tests.journeys.conftest import Visit, listening

pytestmark = pytest.mark.browser
ROOT = "/c/harbor/manage/schedule/"
DOCTOR = "Gale Stone"


def booked_day() -> date:
    """The first from the day after tomorrow on which patients come to her: nobody does at a weekend."""
    clinic = scope("harbor")
    doctor = next(each for each in setup(clinic).practitioners if each.name == DOCTOR)
    first = clock.today("America/New_York") + timedelta(days=2)
    days = affected.Days(first, first + timedelta(days=5))
    return min(date.fromisoformat(each.day) for each in affected.booked_with(clinic, practitioner=doctor.id, days=days))


def save(page: Page) -> None:
    page.keyboard.press("Control+Enter")


def toast(page: Page, text: str) -> None:
    expect(page.locator("#toasts")).to_contain_text(text)


def open_hours(page: Page) -> None:
    page.goto(ROOT)
    page.get_by_role("link", name=re.compile(DOCTOR)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Working hours")
    listening(page)  # until then the rest of the page may be on its way


def test_an_administrator_makes_a_type_of_visit(visit: Visit) -> None:
    page = visit("ines.admin", ROOT)
    page.get_by_role("link", name="Add : Types of visit").or_(
        page.get_by_role("link", name="Add: Types of visit")
    ).click()
    page.get_by_label("Name").fill("Travel advice ✈")
    page.get_by_label("Violet").check()
    page.get_by_label("Minutes").first.fill("20")
    page.get_by_label(re.compile(DOCTOR)).check()
    save(page)
    toast(page, "Saved.")
    row = page.get_by_role("row", name=re.compile("Travel advice"))
    expect(row).to_contain_text("20")
    expect(row).to_contain_text(DOCTOR)
    expect(row.locator(".dot-violet")).to_be_visible()


def test_hours_are_typed_and_copied_and_what_is_wrong_stands_beside_the_field(visit: Visit) -> None:
    page = visit("ines.admin", ROOT)
    open_hours(page)
    monday = page.locator("[name=day-0-0-end]")
    monday.fill("6 am")
    save(page)
    expect(page.locator(".field:has([name=day-0-0-end])")).to_contain_text("ends before it starts")
    page.locator("[name=day-0-0-start]").fill("6")
    monday.fill("11:30 pm")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("main [role=alert]")).to_contain_text("Nothing is saved yet")
    expect(page.locator("[name=day-4-0-end]")).to_have_value("11:30 pm")
    save(page)
    toast(page, "are saved")
    expect(page.get_by_role("row", name=re.compile(DOCTOR)).first).to_contain_text("11:30 pm")


def test_a_second_session_is_added_to_a_day(visit: Visit) -> None:
    page = visit("ines.admin", ROOT)
    open_hours(page)
    sunday = page.locator("fieldset.hours", has_text="Sunday").first
    rows = sunday.locator(".repeat-row:visible")
    before = rows.count()
    sunday.get_by_role("button", name=re.compile("Add")).click()
    expect(rows).to_have_count(before + 1)
    expect(rows.last.locator("input").first).to_be_focused()


def test_on_a_phone_a_week_keeps_its_names_and_shows_that_it_goes_on_and_no_hour_is_cut(visit: Visit) -> None:
    page = visit("ines.admin", ROOT, phone=True)
    table = page.get_by_role("region", name="Working hours")
    name = table.get_by_role("rowheader").first
    before = name.bounding_box()
    assert "local" in table.evaluate("(table) => getComputedStyle(table).backgroundAttachment")  # a shade at its edge
    table.evaluate("(table) => table.scrollTo(table.scrollWidth, 0)")
    # A scroll ends on a whole pixel, a cell need not.
    expect(table.get_by_role("columnheader", name="Sun")).to_be_in_viewport(ratio=0.95)
    assert name.bounding_box() == before
    cut = "(fields) => fields.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.value)"
    for clinic, hour, pause in (("harbor", "12:30 pm", "12:30 pm–1:30 pm"), ("northside", "12:30", "12:30–13:30")):
        page.goto(ROOT.replace("harbor", clinic))
        page.get_by_role("region", name="Working hours").get_by_role("link").first.click()
        for field, words in (("start", hour), ("end", hour), ("breaks", pause)):
            page.locator(f"[name=day-0-0-{field}]").fill(words)
        assert page.locator(".hours input:visible").evaluate_all(cut) == []


def test_leave_shows_who_is_booked_and_makes_requests_of_them(visit: Visit) -> None:
    page = visit("ines.admin", ROOT)
    page.keyboard.press("n")
    page.get_by_label("Who", exact=True).select_option(label=DOCTOR)
    page.get_by_label("First day").fill(booked_day().isoformat())
    page.get_by_label("Reason").fill("Conference")
    save(page)
    shown = page.locator("#affected")
    expect(shown.get_by_role("heading")).to_contain_text(
        re.compile(r"\d+\s+patients?\s+(is|are)\s+booked\s+on these days")
    )
    expect(shown.get_by_role("heading")).to_be_focused()
    count = shown.locator("li").count()
    assert faults(page) == []
    shown.get_by_label("Turn them into requests").check()
    save(page)
    toast(page, f"{count} appointment")
    days = page.get_by_role("row", name=re.compile("Conference"))
    expect(days).to_contain_text(DOCTOR)
    days.get_by_role("link").click()
    page.get_by_role("button", name=re.compile("Remove")).click()
    toast(page, "as every week again")


def test_axe_finds_nothing_and_no_page_scrolls_sideways(visit: Visit) -> None:
    root = "/c/northside/manage/schedule/"  # where other days are coming
    page = visit("ines.admin", root)
    links = {
        page.locator(f"main a[href*='/{kind}/']:not([href$='/new/'])").first.get_attribute("href") or ""
        for kind in ("hours", "types", "rooms", "days")
    }
    found = {}
    for path in [
        root,
        f"{root}day/",
        f"{root}types/new/",
        f"{root}rooms/new/",
        f"{root}days/new/",
        *sorted(links - {""}),
    ]:
        page.goto(path)
        found[path] = on_each_screen(page)
    assert {path: each for path, each in found.items() if each} == {}
