"""One appointment at another time, or for another patient."""

import re
from datetime import timedelta
from typing import Any

import pytest

from clinnet import clock, formats
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import moving, states
from scheduling.board import queries as board_queries
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk, MakeDesk
from tests.scheduling.visiting import ARRIVED, HTMX, Visits, book, fields, maria, visits

pytestmark = pytest.mark.django_db
__all__ = ["maria", "visits"]


# --- Words, requests, another patient --------------------------------------------------------------------------------


def test_an_appointment_is_given_to_the_right_patient(visits: Visits, maria: Any) -> None:
    appointment, right = book(visits, maria), visits.desk.patient("Marisa", "García", birth_date="1990-01-02")
    url = visits.url(appointment, "change-patient/")
    form = visits.form(url)
    found = plain(visits.client.post(url, {**form, "q": "garcía mari", "find": "1"}).content.decode())
    assert "García, Marisa" in found
    assert "2 Jan 1990" in found
    sent = {**form, "q": "garcía mari", "who": right.id}
    for _ in range(2):
        assert "Marisa García" in visits.said(visits.client.post(url, sent))
    assert appointment_queries.appointment(visits.desk.scope, right.id, appointment.id).state == "booked"
    assert "Booked for somebody else" in plain(visits.client.get(visits.url(appointment)).content.decode())


def test_who_is_here_under_the_wrong_name_is_put_right_and_undone(visits: Visits, maria: Any) -> None:
    appointment, right = book(visits, maria), visits.desk.patient("Luis", "Serrano", birth_date="1990-01-02")
    visits.press(appointment, "step/", to="waiting")
    assert "Change patient" in visits.text(appointment)
    url = visits.url(appointment, "change-patient/")
    assert "Whoever is chosen is Waiting instead, since the same time" in plain(visits.html(url))
    said = visits.said(visits.client.post(url, {**visits.form(url), "q": "serrano", "who": right.id}))
    assert "Changed: Luis Serrano" in said.replace("\u2068", "").replace("\u2069", "")
    assert "is here for Dr Okafor, 10:30" in said
    given = appointment_queries.appointment(visits.desk.scope, right.id, appointment.id)
    assert "Given to this patient Today 10:31 Ana Ruiz" in visits.text(given)
    said = visits.said(visits.press(given, "undo/"))
    assert ARRIVED in said
    assert 'data-act="undo"' not in visits.html(visits.url(given))
    assert visits.states() == ["waiting"]


def test_nobody_chosen_keeps_what_was_typed_and_whom_it_fits(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    for name in ("Luis", "Luisa"):
        visits.desk.patient(name, "Serrano")
    url = visits.url(appointment, "change-patient/")
    html = visits.client.post(url, {**visits.form(url), "q": "serrano"}).content.decode()
    assert 'value="serrano"' in html
    assert "Choose who it is." in html
    assert {"Serrano, Luis", "Serrano, Luisa"} <= set(re.findall(r"<bdi>(Serrano, \w+)</bdi>", html))
    assert "Find them first, then choose." in visits.client.post(url, {**visits.form(url), "q": ""}).content.decode()


def test_of_a_visit_that_has_begun_the_page_says_why_it_stays(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    states.with_doctor(visits.desk.scope, appointment=appointment)
    assert "Change patient" not in visits.text(appointment)
    assert "This visit has begun" in visits.text(appointment, "change-patient/")


def test_a_patient_of_another_clinic_is_not_found(
    visits: Visits, maria: Any, make_desk: MakeDesk, other_clinic: str
) -> None:
    appointment, theirs = book(visits, maria), make_desk(other_clinic).patient("Olga")
    url = visits.url(appointment, "change-patient/")
    html = visits.client.post(url, {**visits.form(url), "who": theirs.id}).content.decode()
    assert "We can't find that here." in plain(html) or "Find them first" in plain(html)
    assert visits.states() == ["booked"]


# --- Moving ----------------------------------------------------------------------------------------------------------


def move(visits: Visits, appointment: Any, headers: dict[str, str] | None = None, **typed: Any) -> Any:
    url = visits.url(appointment, "move/")
    html = visits.client.get(url, headers={**HTMX, "HX-Target": "move-dialog"}).content.decode()

    return visits.client.post(url, {**fields(html), **typed}, headers=headers)


def test_move_leads_to_the_booking_page_from_the_day_of_the_visit_on(visits: Visits, maria: Any) -> None:
    desk, day = visits.desk, visits.desk.day + timedelta(days=6)
    appointment = book(visits, maria, day=day)
    location = visits.client.get(visits.url(appointment, "move/"))["Location"]
    assert location.startswith(f"/c/{desk.scope.clinic_id}/book/?move={appointment.id}&patient={maria.id}")
    first = re.search(r'<th scope="row">\s*(.*?)\s*<', visits.html(location))
    assert first
    assert first[1] == formats.weekday(day, accounts.clinic(desk.scope.clinic_id))


def test_who_moves_a_visit_of_today_is_shown_today(visits: Visits, maria: Any) -> None:
    location = visits.client.get(visits.url(book(visits, maria), "move/"))["Location"]
    first = re.search(r'<th scope="row">\s*(.*?)\s*<', visits.html(location))
    assert first
    assert first[1] == formats.weekday(visits.desk.day, accounts.clinic(visits.desk.scope.clinic_id))


def test_a_move_by_the_clinics_clock_to_another_doctor_can_be_undone(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    said = visits.said(
        move(visits, appointment, start=f"{visits.desk.day}T14:15", practitioner=visits.desk.doctors[1].id)
    )
    assert "14:15 with Dr Bernard." in said
    assert visits.desk.again(appointment).practitioner_id == visits.desk.doctors[1].id
    visits.press(appointment, "undo/")
    assert visits.desk.again(appointment).wall == appointment.wall


def test_a_move_to_another_day_goes_back(visits: Visits, maria: Any) -> None:
    desk, appointment, later = visits.desk, book(visits, maria), visits.desk.day + timedelta(days=1)
    move(visits, appointment, start=clock.stamp(visits.desk.at("09:00", later)))
    assert visits.states() == []
    visits.press(appointment, "undo/")
    assert visits.states() == ["booked"]
    assert board_queries.board(visits.desk.scope, later).cards == []
    assert "10:30" not in visits.desk.free()
    desk.book("09:00", day=later)


def test_a_taken_time_says_so_and_offers_what_is_near(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    visits.desk.book("11:00")
    answer = move(visits, appointment, {**HTMX, "HX-Target": "move-dialog"}, start=f"{visits.desk.day}T11:00")
    assert answer.status_code == 422
    text = plain(answer.content.decode())
    assert "11:00 with Dr Okafor" in text
    assert "Nearest:" in text
    assert "Overbook" not in text
    assert visits.desk.again(appointment).wall == appointment.wall


def test_who_may_overbooks_with_a_reason(desk: Desk, maria: Any) -> None:
    with desk.clock_at(desk.at("10:31")):
        visits = Visits(signed_in_client(desk.scope.clinic_id, role=Role.NURSE), desk)
        appointment = book(visits, maria)
        desk.book("11:00")
        start = f"{desk.day}T11:00"
        assert (
            "Overbook" in move(visits, appointment, {**HTMX, "HX-Target": "move-dialog"}, start=start).content.decode()
        )
        unsaid = move(visits, appointment, {**HTMX, "HX-Target": "move-dialog"}, start=start, squeeze="on")
        assert "Say why." in plain(unsaid.content.decode())
        assert move(visits, appointment, start=start, overbook="fever, fit in", squeeze="on").status_code == 302
        assert desk.again(appointment).overbooked == "fever, fit in"


def test_nobody_overbooks_who_may_not(visits: Visits, maria: Any) -> None:
    appointment = book(visits, maria)
    visits.desk.book("11:00")
    assert move(visits, appointment, start=f"{visits.desk.day}T11:00", overbook="fit in").status_code == 403


def test_outside_hours_asks_those_who_may(desk: Desk, maria: Any) -> None:
    with desk.clock_at(desk.at("10:31")):
        visits = Visits(signed_in_client(desk.scope.clinic_id, role=Role.NURSE), desk)
        appointment = book(visits, maria)
        start = f"{desk.day + timedelta(days=1)}T05:00"
        answer = move(visits, appointment, {**HTMX, "HX-Target": "move-dialog"}, start=start)
        assert "Book anyway" in plain(answer.content.decode())
        assert move(visits, appointment, start=start, outside_hours="on").status_code == 302


@pytest.mark.parametrize("start", ["", "soon", "2026-02-31T10:30", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_start_that_is_none_moves_nothing(visits: Visits, maria: Any, start: str) -> None:
    appointment = book(visits, maria)
    assert move(visits, appointment, start=start).status_code == 422
    assert visits.desk.again(appointment).wall == appointment.wall


# --- What is decided about a time that was changed meanwhile -----------------------------------------------------


@pytest.mark.parametrize(("page", "to"), [("step/", "confirmed"), ("park/", ""), ("cancel/", "")])
def test_an_old_page_confirms_parks_and_cancels_no_other_time_than_it_shows(
    visits: Visits, maria: Any, page: str, to: str
) -> None:
    appointment, desk = book(visits, maria), visits.desk
    url = visits.url(appointment, page)
    shown_at = url if page == "cancel/" else visits.url(appointment)
    old = visits.form(shown_at, url, to)
    moving.move(desk.scope, appointment=appointment, start=desk.at("14:00"))
    answer = visits.client.post(url, {**old, "reason": "Ill"}, headers=HTMX)
    assert answer.status_code == 422
    assert "The time was changed meanwhile. Look again." in plain(answer.content.decode())
    assert desk.again(appointment).state == "booked"
    assert visits.client.post(url, {**visits.form(shown_at, url, to), "reason": "Ill"}).status_code == 302
    assert desk.again(appointment).state == (to or "cancelled")
