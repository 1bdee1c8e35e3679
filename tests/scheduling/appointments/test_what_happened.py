""" "What happened to my appointment?": cancelled and moved ones stay on the patient's page, history says which."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from clinnet import clock
from patients.models import Patient
from scheduling.appointments.rows import patient_appointments
from scheduling.appointments.services import booking, moving, reassign, states
from scheduling.calendar.rules import walltime
from scheduling.waitlist.services import waitlist
from tests.patients.pages import plain
from tests.scheduling.conftest import ZONE, Desk

pytestmark = pytest.mark.django_db


def text(ana: Client, desk: Desk, patient: Patient, page: str = "appointments/") -> str:
    answer = ana.get(f"/c/{desk.scope.clinic_id}/patients/{patient.id}/{page}")
    assert answer.status_code == 200
    return plain(answer.content.decode())


def test_what_was_cancelled_in_the_future_stays_with_who_and_why(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    states.cancel(desk.scope, appointment=desk.book("10:30", maria), by="patient", reason="Work or family")
    desk.book("11:30", maria)
    coming, off = text(ana, desk, maria).split("Not taking place")
    assert "11:30" in coming
    assert "10:30" not in coming.split("Coming")[1]
    assert "10:30" in off
    assert "by the patient: Work or family" in off
    assert "Cancelled" in off


def test_what_was_moved_says_from_where(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    appointment = desk.book("10:30", maria)
    moving.move(desk.scope, appointment=appointment, start=desk.at("11:30"))
    assert f"moved from {walltime.to_wall(desk.at('10:30'), ZONE):%a}" in text(ana, desk, maria)


def test_what_was_given_to_somebody_else_stays(ana: Client, desk: Desk) -> None:
    maria, luis = desk.patient(), desk.patient("Luis", "Costa")
    reassign.change_patient(desk.scope, appointment=desk.book("10:30", maria), patient=luis)
    assert "Booked for somebody else" in text(ana, desk, maria).split("Not taking place")[1]


def test_the_overview_names_the_last_visit_that_took_place(ana: Client, desk: Desk) -> None:
    maria, today = desk.patient(), clock.today(ZONE)
    for days, state in ((9, "seen"), (4, "missed")):
        start = walltime.at(today - timedelta(days=days), "10:30", ZONE)
        with desk.clock_at(start):
            appointment = desk.book(
                "10:30", maria, day=today - timedelta(days=days), scope=desk.nurse, outside_hours=True
            )
        with desk.clock_at(start + timedelta(minutes=40)):
            if state == "seen":
                states.leave(desk.scope, appointment=_here(desk, appointment))
            else:
                states.no_show(desk.scope, appointment=appointment)
    shown = text(ana, desk, maria, "").split("Last visit")[1]
    was = today - timedelta(days=9)
    assert f"{was.day} {was:%b}" in shown[:40]
    assert "Last visit" not in text(ana, desk, desk.patient("Luis", "Costa"), "")


def test_the_last_visit_is_found_beneath_many_that_did_not_take_place(
    ana: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The overview reads the end of the timeline, and more only where that does not reach."""
    monkeypatch.setattr(patient_appointments, "NEWEST", 3)
    maria, today = desk.patient(), clock.today(ZONE)
    _was_here(desk, maria, today - timedelta(days=9))
    here = f"/c/{desk.scope.clinic_id}/patients/{maria.id}/"
    for weeks in range(2):
        desk.book("10:30", maria, day=desk.day + timedelta(weeks=weeks))
    ana.get(here)
    assert '"2 in sequence of 4"' in ana.get(here)["Server-Timing"]
    for weeks in range(2, 5):
        desk.book("10:30", maria, day=desk.day + timedelta(weeks=weeks))
    assert '"3 in sequence of 7"' in ana.get(here)["Server-Timing"]
    shown = text(ana, desk, maria, "")
    assert "and 2 more" in shown
    was = today - timedelta(days=9)
    assert f"{was.day} {was:%b}" in shown.split("Last visit")[1][:40]


def test_requests_are_on_the_overview_however_long_the_timeline(
    ana: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_appointments, "NEWEST", 3)
    maria, today = desk.patient(), clock.today(ZONE)
    waitlist.ask(desk.scope, patient=maria, visit_type=desk.type("Procedure"), parts=["am"])
    here = f"/c/{desk.scope.clinic_id}/patients/{maria.id}/"
    for days in (9, 8, 7):
        assert text(ana, desk, maria, "").count("Procedure · mornings") == 1
        assert '"2 in sequence of 4"' in ana.get(here)["Server-Timing"]
        _was_here(desk, maria, today - timedelta(days=days))
    assert text(ana, desk, maria, "").count("Procedure · mornings") == 1
    assert '"3 in sequence of 5"' in ana.get(here)["Server-Timing"]


def _was_here(desk: Desk, patient: Patient, day: date) -> None:
    with desk.clock_at(walltime.at(day, "10:30", ZONE)):
        appointment = desk.book("10:30", patient, day=day, scope=desk.nurse, outside_hours=True)
    with desk.clock_at(walltime.at(day, "11:10", ZONE)):
        states.leave(desk.scope, appointment=_here(desk, appointment))


def _here(desk: Desk, appointment: Any) -> Any:
    states.arrive(desk.scope, appointment=appointment)
    return desk.again(appointment)


def test_history_says_which_appointment_and_what_it_became(ana: Client, desk: Desk) -> None:
    maria = desk.patient()
    appointment = desk.book("10:30", maria)
    moving.move(desk.scope, appointment=appointment, start=desk.at("11:30"), practitioner=desk.doctors[1])
    states.cancel(desk.scope, appointment=desk.again(appointment), by="clinic", reason="Doctor away")
    waitlist.park(desk.scope, appointment=desk.book("12:30", maria), patient=maria)
    history = text(ana, desk, maria, "history/")
    at = f"{walltime.to_wall(desk.at('10:30'), ZONE):%a} {desk.day.day} {desk.day:%b}"
    assert f"booked an appointment: {at}, 10:30 with Dr Okafor" in history
    assert f"moved an appointment: {at}, 10:30 with Dr Okafor → {at}, 11:30 with Dr Bernard" in history
    assert f"cancelled an appointment: {at}, 11:30 with Dr Bernard Doctor away" in history
    assert f"put an appointment among the requests: {at}, 12:30 with Dr Okafor" in history


def test_a_name_that_is_booked_together_is_in_no_history_of_the_other(ana: Client, desk: Desk) -> None:
    maria, luis = desk.patient(), desk.patient("Luis", "Costa")
    kind = desk.type("Follow-up")
    visits = [booking.Visit(each, kind, desk.doctor, desk.at(at)) for each, at in ((maria, "10:30"), (luis, "10:45"))]
    booking.book_together(desk.scope, visits=visits)
    assert ", 10:45 with Dr" not in text(ana, desk, maria, "history/")
