"""The day as a doctor's or a nurse's list."""

from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.test import Client

from clinnet.accounts.permissions import Role
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import states, walkins
from tests.patients.pages import hidden, plain
from tests.people import signed_in_client
from tests.scheduling.at_board import html, seen, today, url
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["today"]


def doctors_list(desk: Desk) -> Client:
    return signed_in_client(desk.scope.clinic_id, role=Role.DOCTOR, person=desk.doctor.id, name=desk.doctor.name)


def test_a_doctor_sees_their_own_and_anybodys_and_not_the_others(today: Desk) -> None:
    today.book("10:30")
    today.book("10:30", today.patient("Ada", "Ames"), practitioner=today.doctors[1])
    walkins.walk_in(today.scope, patient=today.patient("João", "Costa"))
    text = plain(html(today, "list/", doctors_list(today)))
    assert "García, María" in text
    assert "Costa, João" in text
    assert "Ames, Ada" not in text


def test_who_is_ready_is_called_before_who_waits_longer_and_urgent_before_all(today: Desk) -> None:
    waiting, ready = today.book("10:30"), today.book("10:45", today.patient("Ada", "Ames"))
    states.arrive(today.scope, appointment=waiting)
    with today.clock_at(today.at("10:35")):
        states.arrive(today.scope, appointment=ready)
        states.to_room(today.scope, appointment=today.again(ready))
        client = doctors_list(today)
        assert "Next: Ames, Ada" in plain(html(today, "list/", client))
        walkins.walk_in(today.scope, patient=today.patient("João", "Costa"), urgent=True)
        assert "Next: Costa, João Urgent" in " ".join(plain(html(today, "list/", client)).split())


def test_who_is_with_the_nurse_is_not_ready_and_not_called_before_who_waits(today: Desk) -> None:
    with_nurse, waiting = today.book("10:30", type="Vaccination"), today.book("10:45", today.patient("Ada", "Ames"))
    states.arrive(today.scope, appointment=with_nurse)
    states.to_room(today.scope, appointment=today.again(with_nurse))
    states.arrive(today.scope, appointment=waiting)
    text = plain(html(today, "list/", doctors_list(today)))
    assert "In room, nurse first 1" in text
    assert "Next: Ames, Ada" in text


def test_a_doctor_calls_whoever_is_next_with_one_button(today: Desk) -> None:
    id = walkins.walk_in(today.scope, patient=(patient := today.patient("João", "Costa")))
    client = doctors_list(today)
    form = hidden(html(today, "list/", client), f"{id}/step/")
    assert (form["to"], form["practitioner"]) == ("doctor", today.doctor.id)
    answer = client.post(f"/c/{today.scope.clinic_id}/patients/{patient.id}/appointments/{id}/step/", form)
    assert answer["Location"] == f"/c/{today.scope.clinic_id}/patients/{patient.id}/chart/"
    appointment = appointment_queries.appointment(today.scope, patient.id, id)
    assert (appointment.state, appointment.practitioner_id) == ("doctor", today.doctor.id)


def test_who_was_called_by_mistake_is_called_back_on_the_list(today: Desk) -> None:
    id = walkins.walk_in(today.scope, patient=(patient := today.patient("João", "Costa")))
    client = doctors_list(today)
    form = hidden(html(today, "list/", client), f"{id}/step/")
    visit = f"/c/{today.scope.clinic_id}/patients/{patient.id}/appointments/{id}/"
    chart = client.get(client.post(f"{visit}step/", form)["Location"]).content.decode()
    answer = client.post(f"{visit}undo/", hidden(chart, f"{id}/undo/"))
    assert unquote_plus(answer["Location"]) == f"{url(today, 'list/')}?with={today.doctor.id}"


def test_a_doctor_is_told_who_is_still_with_them_before_the_next(today: Desk) -> None:
    first = today.book("10:30", today.patient("Ada", "Ames"))
    states.arrive(today.scope, appointment=first)
    states.with_doctor(today.scope, appointment=today.again(first))
    walkins.walk_in(today.scope, patient=today.patient("João", "Costa"))
    assert "Ames, Ada is still with you" in " ".join(plain(html(today, "list/", doctors_list(today))).split())
    states.finish(today.scope, appointment=today.again(first))
    assert "still with you" not in plain(html(today, "list/", doctors_list(today)))


def test_a_call_that_is_refused_stays_on_the_list(today: Desk) -> None:
    id = walkins.walk_in(today.scope, patient=(patient := today.patient("João", "Costa")))
    client = doctors_list(today)
    form = hidden(html(today, "list/", client), f"{id}/step/")
    states.leave(today.scope, appointment=appointment_queries.appointment(today.scope, patient.id, id))
    answer = client.post(f"/c/{today.scope.clinic_id}/patients/{patient.id}/appointments/{id}/step/", form)
    assert "/list/" in answer["Location"]


@pytest.mark.parametrize(("role", "leads"), [(Role.DOCTOR, True), (Role.NURSE, True), (Role.RECEPTIONIST, False)])
def test_a_name_leads_to_the_chart_of_those_who_may_read_it(today: Desk, role: Role, leads: bool) -> None:
    booked = today.book("10:30")
    text = html(today, "list/?with=all", signed_in_client(today.scope.clinic_id, role=role))
    assert (f"/patients/{booked.patient_id}/chart/" in text) is leads
    assert f'href="/c/{today.scope.clinic_id}/patients/{booked.patient_id}/appointments/{booked.id}/"' in text


def test_a_nurse_sees_everybody_and_calls_who_waits_longest_to_a_room(today: Desk) -> None:
    first, second = (
        today.book("10:30"),
        today.book("10:30", today.patient("Ada", "Ames"), practitioner=today.doctors[1]),
    )
    states.arrive(today.scope, appointment=second)
    with today.clock_at(today.at("10:33")):
        states.arrive(today.scope, appointment=first)
        nurse = signed_in_client(today.scope.clinic_id, role=Role.NURSE)
        text = html(today, "list/", nurse)
    assert "Next: Ames, Ada" in plain(text)
    assert hidden(text, f"{second.id}/step/")["to"] == "room"
    assert "García, María" in plain(text)


def test_whoever_is_in_a_room_is_the_nurse_s_until_ready(today: Desk) -> None:
    appointment = today.book("10:30")
    states.arrive(today.scope, appointment=appointment)
    states.to_room(today.scope, appointment=today.again(appointment))
    text = html(today, "list/", signed_in_client(today.scope.clinic_id, role=Role.NURSE))
    assert "In room, nurse first 1" in plain(text)
    assert hidden(text, f"{appointment.id}/step/")["to"] == "ready"
    assert "Ready 1" in plain(html(today, "list/", doctors_list(today)))


def test_whose_list_can_be_chosen_and_must_be_of_this_clinic(today: Desk) -> None:
    today.book("10:30", practitioner=today.doctors[1])
    client = doctors_list(today)
    assert "García, María" not in plain(html(today, "list/", client))
    for whose in (today.doctors[1].id, "all"):
        assert "García, María" in client.get(url(today, f"list/?with={whose}")).content.decode()
    assert client.get(url(today, "list/?with=somebody")).status_code == 404


def test_a_list_asks_what_is_new_as_the_board_does(today: Desk) -> None:
    appointment, client = today.book("10:30"), doctors_list(today)
    known = seen(html(today, "list/", client))

    def again() -> Any:
        return client.get(url(today, "list/changes/"), headers={"if-none-match": f'"{known}"'})

    assert again().status_code == 304
    with today.clock_at(today.at("10:31")):
        states.arrive(today.scope, appointment=appointment)
        assert "Next: García, María" in plain(again().content.decode())


def test_whoever_is_booked_with_nobody_is_the_doctor_s_who_presses_the_row(today: Desk) -> None:
    id = walkins.walk_in(today.scope, patient=(patient := today.patient("João", "Costa")))
    appointment = appointment_queries.appointment(today.scope, patient.id, id)
    states.to_room(today.nurse, appointment=appointment)
    client = doctors_list(today)
    row = html(today, "list/", client).partition("list-ready")[2]
    form = hidden(row, f"{id}/step/")
    assert "practitioner" not in form
    client.post(f"/c/{today.scope.clinic_id}/patients/{patient.id}/appointments/{id}/step/", form)
    assert today.again(appointment).practitioner_id == today.doctor.id
    assert "Costa, João" in plain(html(today, "list/", client))


def test_everybody_names_the_doctor_and_says_from_whom_the_next_is_taken_over(today: Desk) -> None:
    theirs = today.book("10:30", practitioner=today.doctors[1])
    states.arrive(today.scope, appointment=theirs)
    client = doctors_list(today)
    text = " ".join(plain(html(today, "list/?with=all", client)).split())
    assert "with Dr Bernard" in text
    assert "Take over from Dr Bernard" in text
    form = hidden(html(today, "list/?with=all", client), f"{theirs.id}/step/")
    path = f"/c/{today.scope.clinic_id}/patients/{theirs.patient_id}/appointments/{theirs.id}/"
    client.post(f"{path}step/", form)
    text = " ".join(plain(client.get(path).content.decode()).split())
    assert "is with Dr Okafor, who took over from Dr Bernard" in text
    assert "With doctor: Dr Okafor, who took over from Dr Bernard Today 10:30" in text
    history = client.get(f"/c/{today.scope.clinic_id}/patients/{theirs.patient_id}/history/").content.decode()
    assert "Dr Amara Okafor took over from Dr Bernard" in plain(history)


def test_on_everybody_one_s_own_come_before_another_s(today: Desk) -> None:
    theirs, mine = today.book("10:30", practitioner=today.doctors[1]), today.book("10:45", today.patient("Ada", "Ames"))
    states.arrive(today.scope, appointment=theirs)
    with today.clock_at(today.at("10:35")):
        states.arrive(today.scope, appointment=mine)
        text = plain(html(today, "list/?with=all", doctors_list(today)))
    assert "Next: Ames, Ada" in text
    assert "Take over" not in text


@pytest.mark.parametrize("name", ["Follow-up", "Vaccination"])
def test_a_nurse_s_next_step_is_the_same_on_every_page(today: Desk, name: str) -> None:
    appointment = today.book("10:30", type=name)
    states.arrive(today.scope, appointment=appointment)
    states.to_room(today.scope, appointment=today.again(appointment))
    nurse = signed_in_client(today.scope.clinic_id, role=Role.NURSE)
    patient = f"/c/{today.scope.clinic_id}/patients/{appointment.patient_id}/"
    pages = [
        url(today),
        url(today, "list/"),
        f"{patient}appointments/{appointment.id}/",
        patient,
        f"{patient}appointments/",
    ]
    steps = [hidden(nurse.get(page).content.decode(), f"{appointment.id}/step/")["to"] for page in pages]
    assert steps == ["ready"] * len(pages)


def test_the_next_one_s_alerts_stand_in_words_and_marks_stand_in_rows(today: Desk) -> None:
    rose = today.patient(
        "Rose",
        "Fitzgerald",
        alerts=[{"id": "1", "text": "Walks with a frame", "stop": True}],
        interpreter=True,
        language="fr",
    )
    states.arrive(today.scope, appointment=today.book("10:30", rose))
    for role in (Role.NURSE, Role.DOCTOR):
        text = html(today, "list/?with=all", signed_in_client(today.scope.clinic_id, role=role))
        next_, _, rows = text.partition("list-waiting")
        assert "Walks with a frame" in plain(next_.partition("call-next")[2])
        assert "Interpreter: French" in plain(next_)
        assert "alert" in plain(rows)


def test_a_room_that_is_taken_is_said_and_a_free_one_is_offered(today: Desk) -> None:
    one, two = today.room("Room 1"), today.room("Room 2")
    there = today.book("10:30", room=two)
    states.to_room(today.scope, appointment=there)
    waits = today.book("10:45", today.patient("Ada", "Ames"), room=two)
    states.arrive(today.scope, appointment=waits)
    nurse = signed_in_client(today.scope.clinic_id, role=Role.NURSE)
    text = html(today, "list/", nurse)
    assert "Room 2 is taken by García, María" in plain(text)
    assert "Call next into Room 1" in plain(text)
    form = hidden(text, f"{waits.id}/step/")
    assert f'name="room" value="{one.id}"' in text
    nurse.post(
        f"/c/{today.scope.clinic_id}/patients/{waits.patient_id}/appointments/{waits.id}/step/",
        {**form, "room": one.id},
    )
    assert today.again(waits).room_id == one.id
    assert "taken by" not in plain(html(today, "list/", nurse))


def test_a_walk_in_is_called_into_a_room_and_another_is_a_key_away(today: Desk) -> None:
    walkins.walk_in(today.scope, patient=today.patient("João", "Costa"))
    text = plain(html(today, "list/", signed_in_client(today.scope.clinic_id, role=Role.NURSE)))
    assert "Room 2 1 Call next into Room 1 N" in text


def test_two_in_one_room_are_told_on_the_board_too(today: Desk) -> None:
    for at, given in (("10:30", "Ada"), ("10:45", "Ben")):
        made = today.book(at, today.patient(given, "Ames"), room=today.room("Room 1"))
        states.to_room(today.scope, appointment=made)
    text = plain(html(today))
    assert "Ames, Ada is in this room too" in text
    assert "Ames, Ben is in this room too" in text
