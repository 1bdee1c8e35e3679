"""Who stands on the phone list."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clinnet import clock
from clinnet.table import Event, Transaction
from clinnet.table.errors import NotFound
from patients import services as people
from patients.queries import patient as get_patient
from scheduling.appointments.forms.booking import told_by
from scheduling.appointments.services import changing, moving, states
from scheduling.board import queries as board_queries
from scheduling.front_desk.rows import phone_list
from scheduling.messages.queries import recipients
from scheduling.messages.services import messages
from tests.actions import TESTED
from tests.patients.pages import hidden, plain
from tests.scheduling.conftest import Desk, MakeDesk
from tests.scheduling.front_desk.calling import bounce, listed, log, says
from tests.scheduling.messages.leaving import by_mail, child_of, maria, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(clinic: str, make_desk: MakeDesk) -> Desk:
    """Everything is tomorrow: on the phone list."""
    made = make_desk(clinic)
    made.day = clock.today("Europe/London") + timedelta(days=1)
    return made


def test_whom_a_message_reaches_is_not_called(desk: Desk) -> None:
    appointment = by_mail(desk)
    assert listed(desk) == {}
    send(desk)
    assert listed(desk) == {}
    assert desk.again(appointment).unreached is None


def test_who_has_no_address_is_called_until_confirmed(desk: Desk) -> None:
    appointment = desk.book("10:30", desk.patient(phones=[{"number": "+447700900123"}]))
    other = by_mail(desk, maria(desk, email=""), "11:00")
    assert listed(desk) == {appointment.id: recipients.NO_EMAIL, other.id: recipients.NO_EMAIL}
    states.confirm(desk.scope, appointment=appointment)
    assert list(listed(desk)) == [other.id]


def test_who_said_no_to_messages_is_by_phone_only(desk: Desk) -> None:
    no = {"messages": {"given": False, "on": "2026-01-01"}}
    appointment = by_mail(desk, maria(desk, consents=no))
    assert listed(desk) == {appointment.id: "No consent for messages: by phone only"}


def test_a_bounce_brings_them_to_the_list_and_that_address_is_not_written_to_again(desk: Desk) -> None:
    appointment = by_mail(desk)
    assert not bounce(desk, appointment)  # nothing was sent yet
    send(desk)
    assert bounce(desk, desk.again(appointment))
    assert not bounce(desk, desk.again(appointment))
    assert listed(desk) == {appointment.id: "Mailbox does not exist"}
    (card,) = board_queries.board(desk.scope, desk.day).cards
    assert "F" in card.flags
    assert send(desk, timedelta(hours=3)) == []
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00"))
    assert send(desk) == []
    why = "E-mail to them comes back: Mailbox does not exist"
    assert listed(desk) == {appointment.id: why}
    maria = desk.patient_of(appointment)
    assert told_by(maria) == "slip"
    other = by_mail(desk, maria, at="12:00")
    assert send(desk) == []
    assert desk.again(other).unreached == why


def test_of_two_parents_the_one_whose_address_came_back_is_left_out(desk: Desk) -> None:
    mother = maria(desk)
    child = child_of(desk, mother, 1)
    father = maria(desk, given="José", email="jose@example.org")
    people.link(desk.scope, child, father, {"kind": "parent", "messages": True})
    appointment = by_mail(desk, get_patient(desk.scope, child.id))
    assert {each.to for each in send(desk)} == {"maria@example.org", "jose@example.org"}
    messages.record_bounce(
        desk.scope, patient_id=child.id, appointment_id=appointment.id, addresses=["jose@example.org"]
    )
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00"))
    assert [each.to for each in send(desk)] == ["maria@example.org"]


def test_an_address_that_came_back_is_marked_on_the_patient_until_it_works_or_changes(desk: Desk, ana: Client) -> None:
    appointment = by_mail(desk)
    send(desk)
    bounce(desk, desk.again(appointment))
    page = f"/c/{desk.scope.clinic_id}/patients/{appointment.patient_id}/"
    assert "came back Mailbox does not exist." in plain(ana.get(page).content.decode())
    html = ana.get(f"{page}email-works/").content.decode()
    assert ana.post(f"{page}email-works/", hidden(html.partition("<main")[2])).status_code == 302
    assert "came back" not in plain(ana.get(page).content.decode())
    assert desk.patient_of(appointment).mailbox == "maria@example.org"
    messages.tell_again(desk.scope, appointment=desk.again(appointment), patient=desk.patient_of(appointment))
    send(desk)
    bounce(desk, desk.again(appointment))
    people.change(desk.scope, desk.patient_of(appointment), {"email": "right@example.org"})
    assert desk.patient_of(appointment).mailbox == "right@example.org"


def test_a_bounce_of_another_clinic_s_message_is_not_found(desk: Desk, outsider: Any) -> None:
    appointment = by_mail(desk)
    send(desk)
    with pytest.raises(NotFound):
        messages.record_bounce(outsider, patient_id=appointment.patient_id, appointment_id=appointment.id)


def test_who_was_moved_or_cancelled_by_the_clinic_and_has_no_mail_is_called(desk: Desk) -> None:
    moved, off = desk.book("10:30", maria(desk)), desk.book("12:00", maria(desk))
    mistake, own = desk.book("13:00", maria(desk)), desk.book("14:00", maria(desk))
    assert listed(desk) == {}  # they have an address, and a slip
    moving.move(desk.scope, appointment=moved, start=desk.at("11:00"))
    states.cancel(desk.scope, appointment=off, by="clinic", reason="Doctor away")
    states.cancel(desk.scope, appointment=mistake, by="clinic", reason="Booked by mistake")
    states.cancel(desk.scope, appointment=own, by="patient", reason="Ill")
    assert list(listed(desk)) == [moved.id, off.id]
    first, second = says(desk)
    assert re.fullmatch(r"Now \w+ \d+ \w+, 11:00 with Dr Okafor, no longer .*10:30. Are they coming\?", first)
    assert second.endswith("12:00 with Dr Okafor is cancelled. Offer another time.")


def test_who_was_moved_to_a_far_day_is_called_before_coming_at_the_old_time(desk: Desk) -> None:
    appointment, told = desk.book("10:30", maria(desk)), by_mail(desk, at="11:00")
    far = desk.day + timedelta(days=20)
    for each, time in ((appointment, "10:30"), (told, "11:00")):
        moving.move(desk.scope, appointment=each, start=desk.at(time, far))
    assert list(listed(desk)) == [appointment.id]
    (sentence,) = says(desk)
    assert re.fullmatch(r"Now .*, 10:30 with Dr Okafor, no longer .*10:30. Are they coming\?", sentence)
    log(desk, appointment, "confirmed")
    assert listed(desk) == {}


def test_who_is_to_see_somebody_else_is_told_so(desk: Desk) -> None:
    appointment = desk.book("10:30", maria(desk))
    moving.move(desk.scope, appointment=appointment, start=desk.at("10:30"), practitioner=desk.doctors[1])
    (sentence,) = says(desk)
    assert sentence.endswith("10:30 with Dr Bernard, no longer Dr Okafor. Are they coming?")


def test_who_is_to_be_told_of_a_delay_is_called_though_confirmed(desk: Desk) -> None:
    appointment = desk.book("10:30", maria(desk))
    states.confirm(desk.scope, appointment=appointment)
    tx = Transaction(desk.scope)
    changing.add_step(tx, desk.again(appointment), {"late": 50, "to_call": "late 50 min"}, stamps=[])
    tx.commit(Event(TESTED, "APPOINTMENT", appointment.id))
    assert listed(desk) == {appointment.id: "Late 50 min"}
    assert "Dr Okafor is 50 minutes late" in says(desk)[0]
    log(desk, appointment, "confirmed")
    assert listed(desk) == {}
    assert desk.again(appointment).state == "confirmed"


def test_the_dead_test_patients_and_what_is_past_are_not_called(desk: Desk) -> None:
    dead, test = desk.book("10:30", desk.patient()), desk.book("11:00", desk.patient())
    people.record_death(desk.scope, desk.patient_of(dead), on="2026-11-01")
    people.mark_test(desk.scope, desk.patient_of(test), test=True)
    late = desk.book("12:00", desk.patient())
    assert list(listed(desk)) == [late.id]
    with desk.clock_at(desk.at("12:01")):
        assert phone_list.to_call(desk.scope, desk.day).calls == []


def test_a_child_without_a_number_is_called_by_the_parent_s(desk: Desk) -> None:
    mother = desk.patient(phones=[{"number": "+447700900123"}])
    tie = people.Tie(known={"kind": "child"}, new={"kind": "parent", "messages": True})
    id = people.register_for(desk.scope, mother, {"given_name": "Lucía", "birth_date": "2020-05-05"}, tie)
    desk.book("10:30", get_patient(desk.scope, id))
    (call,) = phone_list.to_call(desk.scope, clock.today("Europe/London")).calls
    assert (call.number, call.who) == ("+447700900123", "María García")
