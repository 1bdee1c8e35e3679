"""One person is once in the house: walk-in, urgent and Arrive know what they have today."""

from datetime import timedelta
from typing import Any

import pytest

from clinnet.accounts.permissions import Role
from clinnet.table.errors import Refused
from patients import queries as people
from patients.search import search, understood
from patients.services import archive
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import moving, presence, reassign, states, undoing, urgent, walkins
from scheduling.appointments.services.presence import BookedToday, HereAlready
from scheduling.board import queries as board_queries
from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import setup
from scheduling.models import Appointment
from scheduling.refusals import NotYet
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.appointments.test_patient_events import merge
from tests.scheduling.visiting import HTMX, Visits, again, fields, maria, visits

pytestmark = pytest.mark.django_db
__all__ = ["maria", "visits"]


def cards(visits: Visits) -> list[Card]:
    return board_queries.board(visits.desk.scope, visits.desk.day).cards


def strip(visits: Visits) -> str:
    url = f"/c/{visits.desk.scope.clinic_id}/urgent/now/"
    return plain(visits.client.get(url, headers={"HX-Request": "true"}).content.decode())


def send(visits: Visits, page: str, **typed: Any) -> Any:
    url = f"/c/{visits.desk.scope.clinic_id}/{page}/"
    return visits.client.post(url, {**visits.form(url), **typed})


def queued(visits: Visits, maria: Any, **more: Any) -> Appointment:
    id = walkins.walk_in(visits.desk.scope, patient=maria, **more)
    return appointment_queries.appointment(visits.desk.scope, maria.id, id)


# --- Walk-ins ------------------------------------------------------------------------------------------------------


def test_who_is_in_the_queue_is_not_queued_again(visits: Visits, maria: Any) -> None:
    queued(visits, maria)
    answer = send(visits, "walk-in", q="garcía", who=maria.id)
    assert "Here already: waiting since 10:31, without an appointment." in plain(answer.content.decode())
    assert len(cards(visits)) == 1


def test_a_walk_in_who_is_booked_today_is_asked_about_and_arrives_for_it(visits: Visits, maria: Any) -> None:
    booked = visits.desk.book("11:15", maria)
    text = plain(send(visits, "walk-in", q="garcía", who=maria.id, reason="Cough").content.decode())
    assert "They came for this: 11:15 with Dr Okafor" in text
    assert visits.states() == ["booked"]
    said = visits.said(send(visits, "walk-in", q="garcía", who=maria.id, reason="Cough", today=booked.id))
    assert "is here for Dr Okafor, 11:15" in said
    assert visits.states() == ["waiting"]
    assert visits.desk.again(booked).reason == "Cough"


def test_a_walk_in_for_something_else_leaves_the_appointment(visits: Visits, maria: Any) -> None:
    visits.desk.book("11:15", maria)
    send(visits, "walk-in", q="garcía", who=maria.id, today="otherwise")
    assert sorted(visits.states()) == ["booked", "waiting"]


def test_a_visit_of_another_day_or_one_that_is_over_is_nothing_to_ask_about(visits: Visits, maria: Any) -> None:
    over = visits.desk.book("10:30", maria)
    states.leave(visits.desk.scope, appointment=_finished(visits, over))
    visits.desk.book("10:15", maria, day=visits.desk.day + timedelta(days=1))
    assert queued(visits, maria).state == "waiting"


def _finished(visits: Visits, appointment: Appointment) -> Appointment:
    states.finish(visits.desk.scope, appointment=appointment)
    return visits.desk.again(appointment)


def test_the_service_itself_refuses_a_second_presence(visits: Visits, maria: Any) -> None:
    queued(visits, maria)
    with pytest.raises(HereAlready):
        walkins.walk_in(visits.desk.scope, patient=maria, beside=True)


def test_the_service_itself_asks_about_a_booking(visits: Visits, maria: Any) -> None:
    booked = visits.desk.book("11:15", maria)
    with pytest.raises(BookedToday) as refused:
        walkins.walk_in(visits.desk.scope, patient=maria)
    assert [each.id for each in refused.value.visits] == [booked.id]


# --- Arriving ------------------------------------------------------------------------------------------------------


def test_arriving_while_in_the_queue_asks_and_makes_one_of_two(visits: Visits, maria: Any) -> None:
    visit = queued(visits, maria)
    with visits.desk.clock_at(visits.desk.at("10:36")):
        booked = visits.desk.book("11:15", maria)
        visits = again(visits)
        answer = visits.press(booked, "step/", to="waiting", headers=HTMX)
        text = plain(answer.content.decode())
        assert answer.status_code == 422
        assert "is here already Waiting since 10:31, without an appointment" in text
        assert sorted(visits.states()) == ["booked", "waiting"]
        form = fields(answer.content.decode(), visits.url(booked, "step/"))
        visits.client.post(visits.url(booked, "step/"), {**form, "beside": "instead"})
    assert visits.states() == ["waiting"]
    assert visits.desk.again(visit).state == "lapsed"
    now = visits.desk.again(booked)
    assert (now.stamps or [])[-1]["at"] == (visit.stamps or [])[0]["at"]  # they have waited since they came


def test_who_has_two_appointments_may_be_here_for_both(visits: Visits, maria: Any) -> None:
    first, second = visits.desk.book("10:30", maria), visits.desk.book("11:30", maria)
    states.arrive(visits.desk.scope, appointment=first)
    with pytest.raises(HereAlready):
        states.arrive(visits.desk.scope, appointment=second)
    states.arrive(visits.desk.scope, appointment=second, beside=presence.BOTH)
    assert visits.states() == ["waiting", "waiting"]


def test_a_folded_record_is_the_same_person(visits: Visits, maria: Any) -> None:
    other = visits.desk.patient("Maria", "Garcia")
    booked = visits.desk.book("10:30", other)
    merge(visits.desk, maria, other)
    queued(visits, people.folded(visits.desk.scope, maria.id), beside=True)
    with pytest.raises(HereAlready):
        states.arrive(visits.desk.scope, appointment=booked)
    assert "is here already" in plain(visits.press(booked, "step/", to="waiting", headers=HTMX).content.decode())


def test_somebody_elses_visit_is_not_given_to_who_is_here(visits: Visits, maria: Any) -> None:
    queued(visits, maria)
    wrong = visits.desk.book("10:30", visits.desk.patient("João", "Costa"))
    states.arrive(visits.desk.scope, appointment=wrong)
    with pytest.raises(HereAlready):
        reassign.change_patient(visits.desk.scope, appointment=visits.desk.again(wrong), patient=maria)


# --- Urgent --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["booked", "waiting", "room", "ready"])
def test_a_visit_becomes_urgent_where_it_is(visits: Visits, maria: Any, state: str) -> None:
    appointment = visits.desk.book("10:30", maria, reason="Follow-up", tell_by="email")
    if state != "booked":
        states.arrive(visits.desk.scope, appointment=appointment)
    if state in ("room", "ready"):
        states.to_room(visits.desk.scope, appointment=visits.desk.again(appointment))
    if state == "ready":
        states.ready(visits.desk.scope, appointment=visits.desk.again(appointment))
    url = visits.url(appointment, "urgent/")
    said = visits.said(visits.client.post(url, {**visits.form(url), "reason": "pain in my chest"}))
    assert "is on every screen until a clinician has them" in said
    assert "In their words: “ pain in my chest · Follow-up ”" in strip(visits)
    (card,) = cards(visits)
    assert card.state == ("waiting" if state == "booked" else state)
    assert "U" in card.flags


def test_undo_of_an_urgent_call_brings_the_visit_back_as_it_was(visits: Visits, maria: Any) -> None:
    appointment = visits.desk.book("10:30", maria, reason="Follow-up", tell_by="email")
    urgent.call(visits.desk.scope, appointment=appointment, patient=maria, words="chest")
    undoing.undo(visits.desk.scope, appointment=visits.desk.again(appointment))
    now = visits.desk.again(appointment)
    assert (now.state, now.reason, now.gsi1pk) == ("booked", "Follow-up", appointment.gsi1pk)
    assert not now.calls_for_help
    assert "Urgent" not in strip(visits)


def test_the_wait_goes_on_from_when_they_came(visits: Visits, maria: Any) -> None:
    appointment = visits.desk.book("10:30", maria)
    states.arrive(visits.desk.scope, appointment=appointment)
    with visits.desk.clock_at(visits.desk.at("10:55")):
        urgent.call(visits.desk.scope, appointment=visits.desk.again(appointment), patient=maria)
        (card,) = cards(visits)
    assert card.arrived == visits.desk.at("10:31")


def test_calling_for_somebody_by_name_takes_the_visit_that_is_there(visits: Visits, maria: Any) -> None:
    waiting = queued(visits, maria)
    send(visits, "urgent", q="garcía", who=maria.id, reason="chest")
    (card,) = cards(visits)
    assert card.id == waiting.id
    assert "María García" in strip(visits)


def test_an_urgent_walk_in_of_somebody_booked_is_that_appointment(visits: Visits, maria: Any) -> None:
    booked = visits.desk.book("11:15", maria)
    send(visits, "walk-in", q="garcía", who=maria.id, urgent="on")
    (card,) = cards(visits)
    assert (card.id, card.state) == (booked.id, "waiting")
    assert "María García" in strip(visits)


@pytest.mark.parametrize(("page", "urgent"), [("urgent", ""), ("walk-in", "on"), ("walk-in", "")])
def test_a_call_for_help_waits_for_no_archived_record_to_be_restored(
    visits: Visits, maria: Any, page: str, urgent: str
) -> None:
    archive(visits.desk.scope, maria, reason="Moved away")
    more = {"urgent": urgent} if urgent else {}
    answer = send(visits, page, q="garcía", who=maria.id, **more)
    if page == "walk-in" and not urgent:
        assert "This record is archived. Restore it first." in plain(answer.content.decode())
        assert cards(visits) == []
    else:
        assert "María García" in strip(visits)


def test_who_came_on_the_wrong_day_is_moved_to_today_and_arrives(visits: Visits, maria: Any) -> None:
    """The details say why nobody arrives, the step is refused in words, and after the move Arrive is there."""
    booked = visits.desk.book("11:00", maria, day=visits.desk.day + timedelta(days=1))
    assert "Nobody arrives before the day." in visits.html(visits.url(booked))
    assert "Arrive" not in visits.text(booked)
    with pytest.raises(NotYet) as refused:
        states.arrive(visits.desk.scope, appointment=booked)
    assert refused.value.sentence.endswith("If the patient is here now, move it to today first.")
    moving.move(visits.desk.scope, appointment=booked, start=visits.desk.at("10:45"))
    assert "Nobody arrives" not in visits.html(visits.url(booked))
    visits.press(booked, "step/", to="waiting")
    assert visits.states() == ["waiting"]


def test_a_name_on_the_urgent_page_looks_and_never_registers_over_a_match(visits: Visits, maria: Any) -> None:
    answer = send(visits, "urgent", q="garcía")
    assert "Choose who it is" in plain(answer.content.decode())
    assert "García, María" in plain(answer.content.decode())
    assert cards(visits) == []
    clinic = setup(visits.desk.scope).clinic
    assert len(search(visits.desk.scope, understood("garcía", clinic)).hits) == 1
    send(visits, "urgent", q="garcía", who="")
    assert len(cards(visits)) == 1


def test_the_front_desk_takes_a_call_back_from_the_strip_and_the_visit_stays(visits: Visits, maria: Any) -> None:
    waiting = queued(visits, maria, urgent=True)
    url = f"/c/{visits.desk.scope.clinic_id}/urgent/now/"
    html = visits.client.get(url, headers={"HX-Request": "true"}).content.decode()
    calm = visits.url(waiting, "not-urgent/")
    visits.client.post(calm, fields(html, calm))
    assert "Urgent" not in strip(visits)
    (card,) = cards(visits)
    assert (card.state, "U" in card.flags) == ("waiting", False)
    undoing.undo(visits.desk.scope, appointment=visits.desk.again(waiting))
    assert "María García" in strip(visits)


def test_a_nurse_has_them_in_the_room_where_they_are(visits: Visits, maria: Any) -> None:
    appointment = visits.desk.book("10:30", maria)
    states.to_room(visits.desk.scope, appointment=appointment)
    urgent.call(visits.desk.scope, appointment=visits.desk.again(appointment), patient=maria)
    nurse = Visits(signed_in_client(visits.desk.scope.clinic_id, role=Role.NURSE), visits.desk)
    html = nurse.client.get(f"/c/{visits.desk.scope.clinic_id}/urgent/now/", headers={"HX-Request": "true"})
    have = visits.url(appointment, "have/")
    nurse.client.post(have, fields(html.content.decode(), have))
    assert "Urgent" not in strip(visits)
    assert visits.desk.again(appointment).state == "room"


def test_who_is_with_the_doctor_has_a_clinician(visits: Visits, maria: Any) -> None:
    appointment = visits.desk.book("10:30", maria)
    states.with_doctor(visits.desk.scope, appointment=appointment)
    with pytest.raises(Refused) as refused:
        urgent.call(visits.desk.scope, appointment=visits.desk.again(appointment), patient=maria)
    assert refused.value.sentence == "A clinician has them already."


def test_urgent_on_the_booking_of_who_is_here_is_the_visit_for_which_they_are_here(visits: Visits, maria: Any) -> None:
    waiting = queued(visits, maria, beside=True)
    booked = visits.desk.book("11:15", maria)
    url = visits.url(booked, "urgent/")
    visits.client.post(url, visits.form(url))
    assert sorted((each.id, each.state, "U" in each.flags) for each in cards(visits)) == sorted(
        [(waiting.id, "waiting", True), (booked.id, "booked", False)]
    )
    with pytest.raises(HereAlready):
        urgent.call(visits.desk.scope, appointment=booked, patient=maria)
