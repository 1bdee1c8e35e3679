"""A letter comes to the desk: the receptionist hands it on, and a doctor finds it on Tasks, looks and files it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import faults
from tests.journeys.charts import chart
from tests.journeys.conftest import Visit, listening
from tests.records.pictures import photo

pytestmark = pytest.mark.browser
TASKS = "/c/northside/tasks/"


def scan(width: int) -> FilePayload:
    """Another one for each width."""
    return FilePayload(name="scan.jpg", mimeType="image/jpeg", buffer=photo((width, 300)))


def whole(page: Page) -> None:
    """No fault, and nothing that scrolls sideways."""
    listening(page)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desk-light", "phone-dark"])
def test_what_the_desk_hands_in_is_filed_by_a_doctor(visit: Visit, phone: bool, dark: bool) -> None:
    at = chart(visit, "zofia kow").url.partition("chart/")[0]
    desk = visit("ana.ruiz", at, phone=phone, dark=dark)
    desk.get_by_role("link", name="File a document").click()
    whole(desk)
    desk.set_input_files("input[type=file]", scan(410 + phone))
    desk.locator("#filed [type=submit]").click()
    expect(desk.locator("[name=title]")).to_be_focused()  # it was not said what it is
    title = f"Letter from City Hospital {int(phone)}"
    desk.keyboard.type(title)
    desk.locator("[name=doctor]").select_option(label="Dr Amara Okafor")
    desk.locator("#filed [type=submit]").click()
    expect(desk.locator(".toasts")).to_contain_text("With Dr Amara Okafor to file.")
    expect(desk.locator("main")).to_contain_text("With Dr Amara Okafor to file")
    expect(desk.locator("body")).not_to_contain_text(title)
    whole(desk)

    doctor = visit("amara.okafor", TASKS, phone=phone, dark=dark)
    row = doctor.locator("li", has_text=f"Picture: {title}")
    whole(doctor)
    row.get_by_role("link").click()
    expect(doctor.locator(".filed-picture img")).to_be_visible()
    whole(doctor)
    doctor.get_by_role("link", name="Another patient").click()
    whole(doctor)
    doctor.go_back()
    listening(doctor)
    doctor.get_by_role("button", name="Into the chart").click()
    expect(doctor.locator(".toasts")).to_contain_text("Filed in the chart.")
    expect(row).to_have_count(0)


def test_a_session_that_ended_keeps_the_chosen_file(visit: Visit, end_session: Callable[[str], None]) -> None:
    at = chart(visit, "zofia kow").url.partition("chart/")[0]
    desk = visit("ben.okoro", f"{at}hand-in/")
    desk.set_input_files("input[type=file]", scan(420))
    desk.locator("[name=title]").fill("Referral")
    end_session("ben.okoro")
    desk.locator("#filed [type=submit]").click()
    expect(desk.get_by_role("button", name=re.compile("Sign in"))).to_be_visible()
    assert desk.evaluate("document.querySelector('input[type=file]').files.length") == 1
