"""From a booking at the desk to the patient's own press on a link, with the mail that the engine was given."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from clinnet import clock
from clinnet.local import mails
from patients.queries import patient as get_patient
from patients.services import register
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.setup import setup
from scheduling.messages.services import messages as messages_services
from scheduling.models import Appointment
from tests.browser import faults
from tests.engine import Site
from tests.journeys.cards import HOME, scope
from tests.journeys.conftest import CLINIC, Visit

pytestmark = pytest.mark.browser


def book(address: str, *, tell_by: str = "email", kind: str = "", **data: Any) -> Appointment:
    """Tomorrow or later, at the first free time."""
    clinic = scope()
    given = {"given_name": "Vera", "family_name": f"Q{clock.new_id()[-6:].title()}", "birth_date": "1980-02-03"}
    patient = get_patient(clinic, register(clinic, {**given, "email": address, **data}))
    known = setup(clinic)
    of = next(each for each in known.visit_types.values() if each.active and not each.kept_for and kind in each.name)
    tomorrow = clock.today(known.clinic.time_zone) + timedelta(days=1)
    (day,) = free_times.search(clinic, free_times.Wish(of, patient), first=tomorrow, days=1)
    slot = day.slots[-1]
    doctor = known.practitioner(slot.practitioner)
    assert doctor is not None
    id = booking.book(clinic, patient=patient, visit_type=of, practitioner=doctor, start=slot.moment, tell_by=tell_by)
    return appointment_queries.appointment(clinic, patient.id, id)


def links_of(address: str) -> list[str]:
    """Of the newest mail or text to an address or number: paths of links. Read from the engine, as it was given."""
    (mail,) = [each for each in mails.messages(Path(os.environ["CLINNET_VAR"])) if each["To"] == [address]][-1:]
    text = mail["BodyText"].partition("[appointment.ics")[0]
    return [urlsplit(each).path for each in re.findall(r"http\S+", text)]


def stranger(browser: Browser, demo: Site, *, dark: bool = False, javascript: bool = True) -> Page:
    """A phone that has never been here."""
    context = browser.new_context(
        base_url=demo.url,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        java_script_enabled=javascript,
        color_scheme="dark" if dark else "light",
        locale="en-GB",
    )
    context.set_default_timeout(15_000)
    return context.new_page()


def test_a_patient_confirms_by_the_link_and_the_board_shows_it(browser: Browser, demo: Site, visit: Visit) -> None:
    appointment = book("confirms@example.org")
    call_command("send_messages", clinic=CLINIC, grace=0)
    confirm, _ = links_of("confirms@example.org")
    page = stranger(browser, demo, javascript=False)
    page.goto(confirm)
    expect(page.locator("main")).to_contain_text("Northside Clinic")
    expect(page.locator("body")).not_to_contain_text("Vera")
    page.get_by_role("button", name="I am coming").click()
    expect(page.locator("main")).to_contain_text("Thank you. We expect you.")
    assert page.context.cookies() == []
    page.context.close()
    board = visit("ana.ruiz", f"{HOME}day/{appointment.day}/")
    expect(board.locator(f"[data-id='{appointment.id}'], #card-{appointment.id}").first).to_contain_text("Confirmed")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_behind_a_link_says_what_to_prepare_and_fits_a_phone(browser: Browser, demo: Site, dark: bool) -> None:
    address = f"prepares-{dark}@example.org".lower()
    book(address, kind="Vaccination")
    call_command("send_messages", clinic=CLINIC, grace=0)
    page = stranger(browser, demo, dark=dark)
    page.goto(links_of(address)[0])
    expect(page.locator(".link-prepare")).to_contain_text("Bring your vaccination card")
    assert faults(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.get_by_role("button", name="I am coming").click()
    expect(page.locator(".link-prepare")).to_be_visible()
    page.goto(links_of(address)[1])
    page.get_by_role("button", name="Cancel this appointment").click()
    expect(page.locator("main")).to_contain_text("is cancelled")
    expect(page.locator(".link-prepare")).to_have_count(0)
    page.context.close()


def test_a_patient_cancels_by_the_link_in_their_language(browser: Browser, demo: Site) -> None:
    appointment = book("cancels@example.org", language="fr")
    call_command("send_messages", clinic=CLINIC, grace=0)
    _, cancel = links_of("cancels@example.org")
    page = stranger(browser, demo)
    page.goto(cancel)
    expect(page.locator("h1")).to_have_text("Votre rendez-vous")
    page.get_by_role("button", name="Annuler ce rendez-vous").click()
    expect(page.locator("main")).to_contain_text("Ce rendez-vous est annulé.")
    page.context.close()
    now = appointment_queries.appointment(scope(), appointment.patient_id, appointment.id)
    assert now.state == "cancelled"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_behind_a_link(browser: Browser, demo: Site, dark: bool) -> None:
    address, number = f"axe-{'dark' if dark else 'light'}@example.org", f"+44770090061{int(dark)}"
    book(address)
    book("", tell_by="sms", phones=[{"number": number}])
    call_command("send_messages", clinic=CLINIC, grace=0)
    page, found = stranger(browser, demo, dark=dark), {}
    for path in [*links_of(address), *links_of(number), "/m/forged/"]:
        page.goto(path)
        found[path] = faults(page)
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.context.close()
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_phone_list_is_worked_off_by_keys(visit: Visit, phone: bool) -> None:
    appointment = book("", phones=[{"number": "+441164960321"}])
    page = visit("ana.ruiz", f"{HOME}phone-list/", phone=phone)
    rows = page.locator(".calls > li")
    expect(rows.first).to_be_visible()
    assert faults(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    action = page.locator("#to-call .calls > li form").first.get_attribute("action") or ""
    first = rows.filter(has=page.locator(f"[action*='{action.split('/')[-3]}']"))
    page.keyboard.press("l")
    expect(page.locator("#try-again").locator(first)).to_contain_text("Left word, today")
    expect(page.locator("#to-call").locator(first)).to_have_count(0)
    row = rows.filter(has=page.locator(f"[action*='{appointment.id}']"))
    row.get_by_role("button", name="Confirmed").click()
    expect(rows.filter(has=page.locator(f"[action*='{appointment.id}']"))).to_have_count(0)


def test_the_board_says_what_happened_overnight_until_it_is_put_away(visit: Visit) -> None:
    page = visit("ben.okoro", HOME)
    strip = page.locator("#opening .strip").first
    expect(strip).to_be_visible()
    more = page.locator("#opening summary")
    expect(more).to_contain_text("more since the clinic closed")
    more.click()
    expect(page.locator("#opening")).to_contain_text("Petrov, Ivan")
    assert faults(page) == []
    page.get_by_role("button", name="Put these notices away for today").click()
    expect(page.locator("#opening .strip")).to_have_count(0)
    with page.expect_response(re.compile("/opening/")):
        page.reload()
    expect(page.locator("#opening .strip")).to_have_count(0)


def test_an_administrator_arranges_messages(visit: Visit) -> None:
    page = visit("ines.admin", f"{HOME}manage/schedule/")
    expect(page.locator("#messages-to-patients")).to_contain_text("48 or 24 hours before")
    page.goto(f"{HOME}manage/settings/clinic/")
    page.get_by_label("Phone").fill("020 7946 0000")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#the-clinic")).to_contain_text("020 7946 0000")
    page.get_by_role("link", name="Words of each message").click()
    expect(page.get_by_role("link", name="Reminder")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Reminder").click()
    page.get_by_label("Text", exact=True).fill("Hello from {clinic}\n\n{times}")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".letter").first).to_contain_text("Hello from Northside Clinic")
    page.get_by_label("Text", exact=True).fill("Hello from {clinic}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("{times} must stand in it once")).to_be_visible()
    assert faults(page) == []


def test_a_bounced_message_is_sent_again_from_the_details(visit: Visit) -> None:
    appointment = book("typo@example.org")
    call_command("send_messages", clinic=CLINIC, grace=0)
    messages_services.record_bounce(scope(), patient_id=appointment.patient_id, appointment_id=appointment.id)
    page = visit("ana.ruiz", f"{HOME}patients/{appointment.patient_id}/appointments/{appointment.id}/")
    messages = page.locator(".visit-messages")
    expect(messages).to_contain_text("Confirmation came back")
    assert faults(page) == []
    expect(page.get_by_role("button", name="Send again")).to_have_count(0)
    page.goto(f"{HOME}patients/{appointment.patient_id}/")
    expect(page.locator("#reach")).to_contain_text("came back")
    assert faults(page) == []
    page.get_by_role("link", name="It works").click()
    page.get_by_role("button", name="Use it again").click()
    expect(page.locator("#reach")).not_to_contain_text("came back")
    page.goto(f"{HOME}patients/{appointment.patient_id}/appointments/{appointment.id}/")
    page.get_by_role("button", name="Send again").click()
    expect(messages).to_contain_text("Confirmation waits")
    call_command("send_messages", clinic=CLINIC, grace=0)
    assert len(links_of("typo@example.org")) == 2
