"""The next visit is chosen beside the sum, and booked once that is paid."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients.models import Patient
from records.recalls import queries as recalls
from records.recalls.services import Wish, ask_back
from scheduling.appointments import queries as appointments
from scheduling.lines import AppointmentLine
from scheduling.models import Appointment
from tests.billing.conftest import Till
from tests.billing.test_pages import AtTill, at_till
from tests.conftest import scope_of
from tests.patients.pages import plain

pytestmark = pytest.mark.django_db
__all__ = ["at_till"]


def offered(at_till: AtTill, visit: Appointment, **typed: Any) -> dict[str, str]:
    """The times that the page offers, by their value."""
    html = at_till.send(at_till.pays(visit), do="look", **typed).content.decode()
    (field,) = re.findall(r'<select name="at".*?</select>', html, re.DOTALL) or [""]
    return dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]+)', field))


def pay(at_till: AtTill, visit: Appointment, **typed: Any) -> Any:
    return at_till.send(at_till.pays(visit), do="take", **typed)


def booked(till: Till, patient: Patient) -> list[str]:
    lines = [AppointmentLine.unpack(row["line"]) for row in appointments.coming(till.scope, patient)]
    return [f"{each.wall}" for each in lines if each.wall and each.wall > f"{till.desk.day}T23"]


def test_a_time_that_is_chosen_beside_the_sum_is_booked_with_the_payment(
    at_till: AtTill, till: Till, maria: Patient
) -> None:
    visit = till.visit(maria)
    assert offered(at_till, visit) == {}
    times = offered(at_till, visit, following="2weeks")
    day = till.desk.day + timedelta(days=14)
    assert [each for each in times if each.startswith(f"{day}T")]
    assert all(each.endswith(f"~{till.desk.doctor.id}") for each in times if each)
    at = next(iter(times))
    sent = {**at_till.form(at_till.pays(visit)), "do": "take", "following": "2weeks", "at": at}
    first, again = (at_till.client.post(at_till.url(at_till.pays(visit)), sent) for _ in range(2))
    assert first["Location"] == again["Location"]
    said = at_till.said(first)
    assert "£65.00 by card from María García" in said
    assert f"Booked: {times[at]}." in said
    assert len(booked(till, maria)) == 1


def test_a_time_that_somebody_else_took_meanwhile_is_said_and_the_payment_stands(
    at_till: AtTill, till: Till, maria: Patient
) -> None:
    visit = till.visit(maria)
    at = next(iter(offered(at_till, visit, following="soonest")))
    till.desk.book(start=datetime.fromisoformat(at.partition("~")[0]), patient=till.desk.patient("Ivan"))
    answer = pay(at_till, visit, following="soonest", at=at)
    assert "/book/?" in answer["Location"]
    said = at_till.said(answer)
    assert "It is paid, but the next visit is not booked." in said
    assert "£65.00 by card" in said
    assert booked(till, maria) == []


def test_another_time_is_chosen_on_the_booking_page(at_till: AtTill, till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    assert offered(at_till, visit, following="3months")[""] == "Another time, once this is paid"
    assert "from=3months" in pay(at_till, visit, following="3months", at="")["Location"]
    assert booked(till, maria) == []


def test_a_day_on_which_they_come_already_is_not_offered(at_till: AtTill, till: Till, maria: Patient) -> None:
    visit, tomorrow = till.visit(maria), till.desk.day + timedelta(days=1)
    till.desk.book("17:00", maria, day=tomorrow)
    assert not [each for each in offered(at_till, visit, following="soonest") if each.startswith(str(tomorrow))]


def test_an_alert_that_is_to_be_seen_before_booking_is_seen_on_the_booking_page(at_till: AtTill, till: Till) -> None:
    maria = till.desk.patient(alerts=[{"id": "1", "text": "Latex allergy", "stop": True}])
    visit = till.visit(maria)
    assert offered(at_till, visit, following="soonest") == {}
    at = f"{till.desk.day + timedelta(days=1)}T10:00Z~{till.desk.doctor.id}"
    assert "/book/?" in pay(at_till, visit, following="soonest", at=at)["Location"]
    assert booked(till, maria) == []


def still_asked(scope: Scope, patient: Patient) -> list[str]:
    pages = [ask() for ask in recalls.of_patient_asked(scope, patient)]
    return [str(each.what) for each in recalls.still_open(pages)]


def test_who_is_asked_back_is_offered_that_first_and_is_off_the_list_once_booked(
    at_till: AtTill, till: Till, maria: Patient
) -> None:
    doctor = scope_of(till.scope.clinic_id, Role.DOCTOR, "Dr Amara Okafor")
    due = (till.desk.day + timedelta(days=91)).isoformat()
    recall = ask_back(doctor, patient=maria, wish=Wish("blood pressure", due))
    visit = till.visit(maria)
    page = at_till.get(at_till.pays(visit))
    choices = re.findall(r"<option value=\"(\w*)\"[^>]*>([^<]+)", page.partition('name="following"')[2])
    assert choices[1][0] == recall
    assert choices[1][1].endswith(", blood pressure")
    times = offered(at_till, visit, following=recall)
    at = next(iter(times))
    assert at.startswith(due)
    sent = {**at_till.form(at_till.pays(visit)), "do": "take", "following": recall, "at": at}
    first, again = (at_till.client.post(at_till.url(at_till.pays(visit)), sent) for _ in range(2))
    assert "Booked: " in at_till.said(first)
    assert again.status_code == 302
    assert still_asked(till.scope, maria) == []
    assert len(booked(till, maria)) == 1


@pytest.mark.parametrize("at", ["soon", "9999-99-99T10:00Z~x", "2020-01-01T10:00Z~x"])
def test_what_is_no_time_books_nothing_and_the_payment_stands(
    at_till: AtTill, till: Till, maria: Patient, at: str
) -> None:
    visit = till.visit(maria)
    answer = pay(at_till, visit, following="soonest", at=at)
    assert "£65.00 by card" in plain(at_till.said(answer))
    assert booked(till, maria) == []
