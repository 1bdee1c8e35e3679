"""A visit of today and the chart: what is recorded belongs to it, and the board learns that the patient is ready."""

import re

import pytest

from clinnet.accounts.permissions import Role
from clinnet.addresses import reverse
from clinnet.table import keys, query
from patients.models import Patient
from records.lines import EntryLine
from scheduling.appointments import queries
from scheduling.appointments.services import states
from scheduling.models import READY
from tests.patients.pages import Pages, hidden, plain
from tests.people import signed_in_client
from tests.scheduling.at_board import today
from tests.scheduling.conftest import Desk

__all__ = ["today"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(today: Desk) -> Patient:
    return today.patient()


@pytest.fixture
def visit(today: Desk, patient: Patient) -> str:
    """In the waiting room; returns the id."""
    appointment = today.book("10:30", patient)
    states.arrive(today.scope, appointment=appointment)
    return appointment.id


def nurse(desk: Desk, patient: Patient) -> Pages:
    clinic = desk.scope.clinic_id
    return Pages(signed_in_client(clinic, role=Role.NURSE, name="Nora Daly"), clinic, patient)


def test_the_chart_says_that_somebody_is_here(today: Desk, visit: str, patient: Patient) -> None:
    text = nurse(today, patient).text("chart/")
    assert "today · Waiting" in text
    assert "What is recorded now belongs to it." in text


def test_what_is_recorded_is_one_entry_of_the_visit(today: Desk, visit: str, patient: Patient) -> None:
    pages = nurse(today, patient)
    pages.sent("chart/", action="chart/add/", text="bp 142/86 p 74")
    page = str(pages.get("chart/note/")["Location"]).removeprefix(pages.at())
    pages.sent(page, step="sign", a="Well.")
    (row,) = query(today.scope, keys.chart_until(patient.id), limit=5).rows
    assert row["id"] == visit
    assert EntryLine.unpack(row["line"]).gist == "Well."


def test_after_measurements_the_patient_is_ready_with_one_button(today: Desk, visit: str, patient: Patient) -> None:
    pages = nurse(today, patient)
    answer = pages.send("chart/", action="chart/add/", text="bp 142/86 p 74")
    html = pages.client.get(answer["Location"]).content.decode()
    assert "Undo" in plain(html)
    form = next(each for each in re.findall(r"<form.*?</form>", html, re.S) if "step/" in each.split(">")[0])
    url = re.search(r'action="([^"]+)"', form)[1]  # type: ignore[index]  # it is there
    assert pages.client.post(url, hidden(form)).status_code == 302
    assert queries.appointment(today.scope, patient.id, visit).state == READY


def test_a_nurse_finds_ready_in_the_chart_and_a_doctor_does_not(today: Desk, visit: str, patient: Patient) -> None:
    doctor = Pages(signed_in_client(today.scope.clinic_id, role=Role.DOCTOR), today.scope.clinic_id, patient)
    assert f"{visit}/step/" not in doctor.get("chart/").content.decode()
    pages = nurse(today, patient)
    form = hidden(pages.get("chart/").content.decode(), f"{visit}/step/")
    answer = pages.client.post(f"/c/{today.scope.clinic_id}/patients/{patient.id}/appointments/{visit}/step/", form)
    assert "/list/" in answer["Location"]
    assert queries.appointment(today.scope, patient.id, visit).state == READY


def test_nobody_is_offered_ready_twice(today: Desk, visit: str, patient: Patient) -> None:
    states.ready(today.scope, appointment=queries.appointment(today.scope, patient.id, visit))
    text = nurse(today, patient).sent("chart/", action="chart/add/", text="bp 142/86")
    assert "Recorded: 142/86 mmHg. Undo" in text
    assert "Undo Ready" not in text


def test_an_appointment_leads_to_the_chart_for_those_who_may_read_it(today: Desk, visit: str, patient: Patient) -> None:
    url = reverse("scheduling:appointment", args=[today.scope.clinic_id, patient.id, visit])
    for role, leads in ((Role.NURSE, True), (Role.RECEPTIONIST, False)):
        html = signed_in_client(today.scope.clinic_id, role=role).get(url).content.decode()
        assert (f"/patients/{patient.id}/chart/" in html) is leads
