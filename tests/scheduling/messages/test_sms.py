"""Text messages about appointments: to whom, in what words, and what is known of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from django.test import Client
from pytest_django import Settings

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import find_row, keys
from patients import services as people
from patients.models import Patient
from patients.queries import contacts
from patients.queries import patient as get_patient
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import moving, states
from scheduling.calendar.queries.setup import setup
from scheduling.messages import rows
from scheduling.messages.queries import recipients
from scheduling.messages.queries.sms_cost import spent
from scheduling.messages.services import links, sending, sms, status
from scheduling.messages.services.messages import record_bounce, tell_again
from scheduling.models import Appointment
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk
from tests.scheduling.messages.leaving import messages, send

MOBILE, OTHER = "+447700900421", "+447700900422"
AGREED = {"messages": {"given": True, "on": "2026-01-01"}}
LATER = timedelta(minutes=4)


def phone(number: str, **more: Any) -> dict[str, Any]:
    return {"number": number, "kind": "mobile", **more}


def ann(desk: Desk, **data: Any) -> Patient:
    return desk.patient(**{"phones": [phone(MOBILE)], "birth_date": "1985-03-14", **data})


def by_text(desk: Desk, patient: Patient | None = None, at: str = "10:30", **wanted: Any) -> Appointment:
    return desk.book(at, patient or ann(desk), tell_by="sms", **wanted)


@contextmanager
def network(*, error: Exception | None = None) -> Iterator[list[tuple[str, str]]]:
    """Numbers and texts; everything goes on to the engine's own service, unless that fails."""
    found: list[tuple[str, str]] = []
    real = sms.client().publish

    def publish(**given: Any) -> Any:
        if error:
            raise error
        found.append((given["PhoneNumber"], given["Message"]))
        return real(**given)

    with patch.object(sms.client(), "publish", publish):
        yield found


def texts(desk: Desk, after: timedelta = LATER, error: Exception | None = None) -> list[tuple[str, str]]:
    with desk.clock_at(clock.now() + after), network(error=error) as found:
        sending.send_due(desk.scope.clinic_id)
    return found


def refusal(code: str, said: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": said}}, "Publish")


def line(desk: Desk, appointment: Appointment) -> rows.Line:
    """The first."""
    visit = appointment_queries.visit(desk.scope, appointment.patient_id, appointment.id)
    return rows.lines(desk.scope, visit, setup(desk.scope).clinic)[0]


def test_a_booking_is_confirmed_by_text_after_the_grace_and_once(desk: Desk) -> None:
    appointment = by_text(desk)
    assert line(desk, appointment).what == "Confirmation waits"
    assert line(desk, appointment).detail == "by text message"
    ((to, text),) = texts(desk)
    assert to == MOBILE
    assert "10:30. Confirm or cancel: http" in text
    assert texts(desk) == texts(desk, timedelta(hours=1)) == []
    (message,) = messages(desk, appointment)
    assert (message.state, message.way, message.to, message.parts) == ("sent", "sms", ["…421"], 1)
    assert desk.again(appointment).version == appointment.version


def test_of_a_text_nothing_is_claimed_but_that_it_was_handed_over(desk: Desk) -> None:
    appointment = by_text(desk)
    texts(desk)
    said = line(desk, appointment)
    assert said.what == "Confirmation handed over"
    assert said.detail.endswith("to …421, 1 part")
    (contact,) = contacts(desk.scope, desk.patient_of(appointment))[0]
    assert contact.channel == "message"


def test_a_text_names_nobody(desk: Desk) -> None:
    by_text(desk, ann(desk, given="Annabel", family="Featherstone"), reason="Chest pain")
    ((_, text),) = texts(desk)
    for word in ("Annabel", "Featherstone", "Chest", desk.doctor.name.split()[-1]):
        assert word not in text


def test_a_move_and_a_cancellation_are_told_by_text_too(desk: Desk) -> None:
    appointment = by_text(desk)
    texts(desk)
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00"))
    ((_, moved),) = texts(desk)
    day = f"{desk.day:%a} {desk.day.day} {desk.day:%b}"
    assert f"your appointment of {day}, 10:30 is now on {day}, 11:00." in moved
    states.cancel(desk.scope, appointment=desk.again(appointment), by="clinic", reason="Doctor away")
    ((_, off),) = texts(desk)
    assert "is cancelled" in off
    assert "http" not in off


def test_mail_is_still_mail_and_no_text(desk: Desk) -> None:
    desk.book("10:30", ann(desk, email="ann@example.org"), tell_by="email")
    with network() as found:
        (mail,) = send(desk)
    assert (mail.to, found) == ("ann@example.org", [])


def test_a_childs_text_goes_to_who_looks_after_it(desk: Desk) -> None:
    mother = ann(desk)
    born = f"{clock.now().year - 8}-03-14"
    child = desk.patient(given="Mateo", birth_date=born, phones=[])
    people.link(desk.scope, child, mother, {"kind": "parent", "messages": True})
    by_text(desk, get_patient(desk.scope, child.id))
    ((to, text),) = texts(desk)
    assert to == MOBILE
    assert f"(Child, born in {born[:4]})" in text
    assert "Mateo" not in text


@pytest.mark.parametrize(
    ("phones", "reason"),
    [
        ([], recipients.NO_MOBILE),
        ([phone("+442079460018")], recipients.NO_MOBILE),
        ([phone("07700 900421 or ask Tom")], recipients.NO_MOBILE),
        ([phone(f"{MOBILE} x12")], recipients.NO_MOBILE),
    ],
)
def test_what_is_no_mobile_gets_no_text(desk: Desk, phones: list[dict[str, Any]], reason: str) -> None:
    appointment = by_text(desk, ann(desk, phones=phones))
    assert desk.again(appointment).unreached == reason
    assert texts(desk) == []


@pytest.mark.parametrize(
    ("listed", "number"),
    [
        ([phone("+442079460018"), phone(MOBILE), phone(OTHER)], MOBILE),
        ([phone(MOBILE), phone(OTHER, preferred=True)], OTHER),
        ([phone("+52 1 55 1234 5678")], "+525512345678"),
        ([phone("+12025550143")], "+12025550143"),
        ([phone("+12025550143", kind="home")], ""),
    ],
)
def test_a_text_goes_to_the_mobile_that_they_prefer(listed: list[dict[str, Any]], number: str) -> None:
    assert Patient(phones=listed).mobile == number


def test_a_number_that_is_none_is_marked_and_not_chosen_again(desk: Desk) -> None:
    appointment = by_text(desk, patient := ann(desk))
    assert texts(desk, error=refusal("InvalidParameter", "Invalid parameter: PhoneNumber Reason: not valid")) == []
    (message,) = messages(desk, appointment)
    assert (message.state, message.reason) == ("failed", "The text service says that it is no valid number")
    patient = get_patient(desk.scope, patient.id)
    assert (patient.mobile, patient.no_texts) == ("", "The text service says that it is no valid number")
    assert recipients.usual_way(patient, desk.day) == ""
    people.trust_numbers(desk.scope, patient)
    assert get_patient(desk.scope, patient.id).mobile == MOBILE


def test_another_number_is_used_after_one_failed(desk: Desk) -> None:
    patient = ann(desk, phones=[phone(MOBILE), phone(OTHER)])
    by_text(desk, patient)
    texts(desk, error=refusal("OptedOut"))
    by_text(desk, get_patient(desk.scope, patient.id), "11:30")
    ((to, _),) = texts(desk)
    assert to == OTHER


@pytest.mark.parametrize(
    "error",
    [
        refusal("Throttling"),
        refusal("AuthorizationError"),
        refusal("InvalidParameter", "SenderID"),
        EndpointConnectionError(endpoint_url="http://x"),
    ],
)
def test_a_service_that_is_down_keeps_texts_and_no_mail(desk: Desk, error: Exception) -> None:
    appointment = by_text(desk)
    desk.book("11:30", ann(desk, email="ann@example.org"), tell_by="email")
    with network(error=error):
        (mail,) = send(desk)
    assert mail.to == "ann@example.org"
    assert (desk.again(appointment).sending or {})["problem"].startswith("The text service does not")
    assert status.trouble(desk.scope) is not None
    ((to, _),) = texts(desk, timedelta(hours=1))
    assert to == MOBILE
    assert status.trouble(desk.scope) is None


def test_a_link_is_short_and_leads_to_both_things_that_can_be_done(desk: Desk, client: Client) -> None:
    appointment = by_text(desk)
    ((_, text),) = texts(desk)
    (address,) = re.findall(r"/t/[a-z2-7]{16}", text)
    page = client.get(address)
    assert page.status_code == 200
    assert not page.cookies
    confirm, cancel = re.findall(r'(?:action|href)="(/m/[^"]+)"', page.content.decode())
    assert desk.again(appointment).state == "booked"  # who only looks changes nothing
    client.post(confirm)
    assert desk.again(appointment).state == "confirmed"
    page = client.get(address)
    assert "We expect you" in page.content.decode()
    assert client.get(cancel).status_code == 200
    client.post(cancel)
    assert desk.again(appointment).state == "cancelled"
    assert "is cancelled" in client.get(address).content.decode()


def test_the_link_of_an_earlier_time_says_so(desk: Desk, client: Client) -> None:
    appointment = by_text(desk)
    ((_, text),) = texts(desk)
    (address,) = re.findall(r"/t/[a-z2-7]{16}", text)
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00"))
    assert "an earlier time" in client.get(address).content.decode()


@pytest.mark.engine
@pytest.mark.parametrize("code", ["abcdefghijklmnop", "x", "a" * 200])
def test_a_guessed_link_leads_nowhere(client: Client, code: str) -> None:
    assert client.get(f"/t/{code}").status_code == 404


def test_the_table_does_not_hold_the_link_itself(desk: Desk) -> None:
    appointment = by_text(desk)
    texts(desk)
    code = links.short_address(desk.scope.clinic_id, desk.again(appointment)).rpartition("/")[2]
    assert find_row(desk.scope, keys.short_link(code)) is None
    assert links.open_short(code) is not None


def test_what_the_clinic_pays_is_counted_by_month(desk: Desk) -> None:
    by_text(desk)
    by_text(desk, ann(desk, phones=[phone(OTHER)]), "11:30")
    moment = clock.now() + LATER
    texts(desk)
    row = find_row(desk.scope, keys.counter(desk.scope.clinic_id, f"SMS#{clock.stamp(moment)[:7]}"))
    assert row is not None
    assert (row["n"], row["messages"]) == (2, 2)


@pytest.mark.parametrize(
    ("data", "way"),
    [
        ({"email": "a@example.org", "consents": AGREED}, "email"),
        ({"consents": AGREED}, "sms"),
        ({}, ""),
        ({"email": "a@example.org", "reach_by": "sms"}, "sms"),
        ({"email": "a@example.org", "reach_by": "sms", "phones": []}, "email"),
        ({"reach_by": "sms", "consents": {"messages": {"given": False, "on": "2026-01-01"}}}, ""),
    ],
)
def test_the_usual_way_is_what_they_want_and_what_can_be(desk: Desk, data: dict[str, Any], way: str) -> None:
    patient = Patient(**{"phones": [phone(MOBILE)], "birth_date": "1985-03-14", **data})
    assert recipients.usual_way(patient, desk.day) == way


def test_where_texts_are_not_set_up_none_is_offered(desk: Desk, settings: Settings) -> None:
    settings.CLINNET_SMS = False
    assert recipients.usual_way(ann(desk, consents=AGREED), desk.day) == ""


def test_the_clinic_sees_what_texts_cost_and_what_each_says(desk: Desk, settings: Settings) -> None:
    settings.CLINNET_SMS_PRICE = "0.0375 EUR"
    by_text(desk)
    moment = clock.now() + LATER
    texts(desk)
    assert spent(desk.scope, clock.stamp(moment)[:7]).sentence == (
        "1 text message handed over this month, in 1 part, about 0.04 EUR."
    )
    settings.CLINNET_SMS_PRICE = ""
    assert spent(desk.scope, clock.stamp(moment)[:7]).cost is None
    assert spent(desk.scope, "1999-01").sentence == "No text message was handed over this month."


@pytest.mark.django_db
def test_the_page_of_the_words_shows_the_text_message_and_its_parts(desk: Desk) -> None:
    admin = signed_in_client(desk.scope.clinic_id, role=Role.ADMIN)
    page = admin.get(
        f"/c/{desk.scope.clinic_id}/manage/schedule/messages/texts/?kind=cancelled&language=de"
    ).content.decode()
    assert "ist abgesagt." in page
    assert "1 part: " in page


def test_mail_that_comes_back_says_nothing_about_a_text(desk: Desk) -> None:
    appointment = by_text(desk, ann(desk, email="ann@example.org"))
    texts(desk)
    asked = {"patient_id": appointment.patient_id, "appointment_id": appointment.id}
    assert not record_bounce(sending.scope_of(desk.scope.clinic_id), **asked, addresses=["ann@example.org"])
    assert [each.state for each in messages(desk, appointment)] == ["sent"]


def test_where_texts_fail_the_confirmation_can_leave_by_mail(desk: Desk) -> None:
    appointment = by_text(desk, ann(desk, email="ann@example.org"))
    visit = appointment_queries.visit(desk.scope, appointment.patient_id, appointment.id)
    assert rows.by(desk.scope, visit) == ""
    texts(desk, error=refusal("OptedOut"))
    visit = appointment_queries.visit(desk.scope, appointment.patient_id, appointment.id)
    assert rows.by(desk.scope, visit) == "by e-mail"
    tell_again(desk.scope, appointment=visit.appointment, patient=visit.patient)
    (mail,) = send(desk)
    assert mail.to == "ann@example.org"
