"""The later visits of a series go where one of them was moved to."""

from datetime import datetime, timedelta
from html import unescape

import pytest

from clinnet import clock
from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from clinnet.table import Row
from clinnet.table.errors import Refused
from patients.models import Patient
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import moving, series, states
from scheduling.disruptions.services import series_move
from scheduling.models import Appointment
from tests.patients.pages import plain
from tests.scheduling.at_booking import Booking, booking
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["booking"]
WEEK = timedelta(weeks=1)


@pytest.fixture
def weekly(desk: Desk) -> tuple[Patient, list[Appointment]]:
    """Four visits, a week apart, at 10:30 with Dr Okafor."""
    maria = desk.patient()
    starts = [desk.at("10:30", desk.day + number * WEEK) for number in range(4)]
    series.book_series(
        desk.scope, patient=maria, visit_type=desk.type("Follow-up"), practitioner=desk.doctor, starts=starts
    )
    return maria, [_again(desk, maria, row["id"]) for row in _lines(desk, maria)]


def _lines(desk: Desk, patient: Patient) -> list[Row]:
    return appointment_queries.coming(desk.scope, patient, limit=50)


def _again(desk: Desk, patient: Patient, id: str) -> Appointment:
    return appointment_queries.appointment(desk.scope, patient.id, id)


def walls(desk: Desk, patient: Patient) -> list[datetime]:
    return [datetime.fromisoformat(row["line"]["w"]) for row in _lines(desk, patient)]


def test_by_as_many_days_to_its_time_and_its_doctor(desk: Desk, weekly: tuple[Patient, list[Appointment]]) -> None:
    maria, (first, second, *_) = weekly
    other = desk.doctors[1]
    start = desk.at("11:15", desk.day + WEEK + timedelta(days=1))
    job = series_move.move_rest(desk.scope, patient=maria, appointment=second, start=start, practitioner=other)
    assert job.state == jobs.DONE
    assert walls(desk, maria)[:2] == [datetime.fromisoformat(each.wall or "") for each in (first, second)]
    assert [f"{wall:%H:%M}" for wall in walls(desk, maria)[2:]] == ["11:15", "11:15"]
    assert [wall.date() for wall in walls(desk, maria)[2:]] == [
        desk.day + number * WEEK + timedelta(days=1) for number in (2, 3)
    ]
    doctors = [_again(desk, maria, row["id"]).practitioner_id for row in _lines(desk, maria)]
    assert doctors == [desk.doctor.id] * 2 + [other.id] * 2


def test_over_a_change_of_the_clock_the_later_ones_keep_the_reading(desk: Desk) -> None:
    changes = desk.day + 2 * WEEK
    while desk.at("12:00", changes) - desk.at("12:00", changes - WEEK) == WEEK:
        changes += timedelta(days=1)
    maria = desk.patient()
    starts = [desk.at("10:30", changes + number * WEEK) for number in (-2, -1, 0, 1)]
    series.book_series(
        desk.scope, patient=maria, visit_type=desk.type("Follow-up"), practitioner=desk.doctor, starts=starts
    )
    first = _again(desk, maria, _lines(desk, maria)[0]["id"])
    start = desk.at("11:15", changes - 2 * WEEK)
    moving.move(desk.scope, appointment=first, start=start)
    series_move.move_rest(desk.scope, patient=maria, appointment=first, start=start, practitioner=desk.doctor)
    assert {f"{wall:%H:%M}" for wall in walls(desk, maria)} == {"11:15"}
    moments = [clock.moment(_again(desk, maria, row["id"]).start or "") for row in _lines(desk, maria)]
    assert moments == [desk.at("11:15", changes + number * WEEK) for number in (-2, -1, 0, 1)]
    assert moments[3] - moments[0] != 3 * WEEK


def test_a_week_later_none_stands_in_the_way_of_another_that_is_still_to_move(
    desk: Desk, weekly: tuple[Patient, list[Appointment]]
) -> None:
    maria, (first, *_) = weekly
    start = desk.at("10:30", desk.day + WEEK)
    job = series_move.move_rest(desk.scope, patient=maria, appointment=first, start=start, practitioner=desk.doctor)
    assert [each["w"] for each in (job.results or {}).values()] == ["moved"] * 3


def test_a_week_earlier_none_stands_in_the_way_of_another_that_is_still_to_move(
    desk: Desk, weekly: tuple[Patient, list[Appointment]]
) -> None:
    maria, (first, second, *_) = weekly
    states.cancel(desk.scope, appointment=first, by="patient", reason="Ill")
    moving.move(desk.scope, appointment=second, start=desk.at("10:30"))
    start = desk.at("10:30")
    job = series_move.move_rest(desk.scope, patient=maria, appointment=second, start=start, practitioner=desk.doctor)
    assert [each["w"] for each in (job.results or {}).values()] == ["moved"] * 2


def test_one_whose_new_time_is_taken_stays_and_is_said(desk: Desk, weekly: tuple[Patient, list[Appointment]]) -> None:
    maria, (first, *_, last) = weekly
    desk.book("11:00", desk.patient("Ada", "Ames"), day=desk.day + 3 * WEEK)
    job = series_move.move_rest(
        desk.scope, patient=maria, appointment=first, start=desk.at("11:00"), practitioner=desk.doctor
    )
    assert (job.results or {})[last.id]["w"] == "kept"
    assert _again(desk, maria, last.id).wall == last.wall
    assert [f"{wall:%H:%M}" for wall in walls(desk, maria)] == ["10:30", "11:00", "11:00", "10:30"]


def test_it_is_taken_back(desk: Desk, weekly: tuple[Patient, list[Appointment]]) -> None:
    maria, (first, *_) = weekly
    before = walls(desk, maria)
    start = desk.at("11:00", desk.day + timedelta(days=2))
    job = series_move.move_rest(desk.scope, patient=maria, appointment=first, start=start, practitioner=desk.doctor)
    jobs.undo(desk.scope, job=job)
    now = jobs.go_on(desk.scope, job=job_queries.job(desk.scope, job.id))
    assert now.state == jobs.UNDONE
    assert walls(desk, maria) == before


def test_a_visit_of_no_series_has_no_later_ones(desk: Desk) -> None:
    maria = desk.patient()
    appointment = desk.book("10:30", maria)
    with pytest.raises(Refused, match="Refused"):
        series_move.move_rest(
            desk.scope, patient=maria, appointment=appointment, start=desk.at("11:00"), practitioner=desk.doctor
        )


def test_the_move_page_moves_the_later_ones_by_a_tick_once(
    booking: Booking, desk: Desk, weekly: tuple[Patient, list[Appointment]]
) -> None:
    maria, (first, *_) = weekly
    html = booking.open(maria, move=first.id, **{"from": desk.day.isoformat()})
    assert "Move all later ones of the series as well" in plain(html)
    to = f"{desk.at('11:00'):%Y-%m-%dT%H:%MZ}~{desk.doctor.id}"
    for _ in range(2):  # pressed twice it is one move
        answer = booking.send(html, start=to, rest="on")
        assert answer.status_code == 302
    page = unescape(plain(booking.client.get(answer["Location"]).content.decode()))
    assert "3 later ones of the series moved as well." in page
    assert "See the later ones" in page
    assert {f"{wall:%H:%M}" for wall in walls(desk, maria)} == {"11:00"}


def test_without_the_tick_one_is_moved(booking: Booking, desk: Desk, weekly: tuple[Patient, list[Appointment]]) -> None:
    maria, (first, *_) = weekly
    html = booking.open(maria, move=first.id, **{"from": desk.day.isoformat()})
    booking.send(html, start=f"{desk.at('11:00'):%Y-%m-%dT%H:%MZ}~{desk.doctor.id}")
    assert [f"{wall:%H:%M}" for wall in walls(desk, maria)] == ["11:00", "10:30", "10:30", "10:30"]
