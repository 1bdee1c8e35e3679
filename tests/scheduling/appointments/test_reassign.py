"""An appointment given to the patient for whom it was meant, before they came and while they are here."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from clinnet import clock
from clinnet.table import Scope
from clinnet.table.errors import Refused
from clinnet.table.meter import metered
from patients.models import Patient
from patients.queries import history
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking, changing, reassign, states, undoing, walkins
from scheduling.board import queries as board_queries
from scheduling.models import Appointment
from scheduling.refusals import AlreadyMovedOn, PatientBusy
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.usefixtures("faultless")

CHECK = Scope.system("tests")


@pytest.fixture
def today(desk: Desk) -> Iterator[Desk]:
    with desk.clock_at(desk.at("10:31")):
        yield desk


def give(desk: Desk, appointment: Appointment, patient: Patient) -> Appointment:
    reassign.change_patient(desk.scope, appointment=appointment, patient=patient)
    return appointment_queries.appointment(desk.scope, patient.id, appointment.id)


def test_an_appointment_is_given_to_the_right_patient(desk: Desk) -> None:
    wrong, right = desk.patient("Luis"), desk.patient("Luisa")
    appointment = desk.book("10:30", wrong)
    reassign.change_patient(desk.scope, appointment=appointment, patient=right)
    (card,) = board_queries.board(desk.scope, desk.day).cards
    assert (card.id, card.patient_id, card.patient["g"]) == (appointment.id, right.id, "Luisa")
    assert appointment_queries.appointment(desk.scope, right.id, appointment.id).wall == appointment.wall
    assert appointment_queries.appointment(desk.scope, wrong.id, appointment.id).state == "moved"
    with pytest.raises(PatientBusy):
        desk.book("10:30", right, practitioner=desk.doctors[1])
    desk.book("10:30", wrong, practitioner=desk.doctors[1])


def test_a_patient_who_is_busy_is_not_given_another_s_appointment(desk: Desk) -> None:
    right = desk.patient("Luisa")
    appointment = desk.book("10:30")
    desk.book("10:30", right, practitioner=desk.doctors[1])
    with pytest.raises(PatientBusy):
        reassign.change_patient(desk.scope, appointment=appointment, patient=right)


def test_of_somebody_who_waits_state_time_and_stamps_stay(today: Desk) -> None:
    wrong, right = today.patient("Luis"), today.patient("Luisa")
    appointment = today.book("10:30", wrong, reason="Cough")
    states.arrive(today.scope, appointment=appointment, at=clock.now() - timedelta(minutes=9))
    arrived = today.again(appointment)
    with metered() as meter:
        reassign.change_patient(today.scope, appointment=arrived, patient=right)
    # Whether they are in the house already, and the trace of it from before.
    assert sorted(meter.calls) == ["BatchGetItem", "BatchGetItem", "Query", "TransactWriteItems"]
    now = appointment_queries.appointment(today.scope, right.id, appointment.id)
    assert (now.state, now.wall, [each["to"] for each in now.stamps or []]) == (
        "waiting",
        appointment.wall,
        ["waiting", ""],
    )
    (card,) = board_queries.board(today.scope, today.day).cards
    assert (card.patient["g"], card.state, card.reason) == ("Luisa", "waiting", "Cough")
    assert card.arrived == today.at("10:22")
    with pytest.raises(PatientBusy):
        today.book("10:30", right, practitioner=today.doctors[1])
    today.book("10:30", wrong, practitioner=today.doctors[1])
    for patient, action in ((wrong, "taken-from"), (right, "given-to")):
        assert f"appointment.{action}" in [row["line"]["action"] for row in history(today.scope, patient)[0]]


def test_it_goes_back_by_undo_and_then_the_arrival_is_undone_too(today: Desk) -> None:
    wrong, right = today.patient("Luis"), today.patient("Luisa")
    appointment = today.book("10:30", wrong)
    states.arrive(today.scope, appointment=appointment)
    now = give(today, today.again(appointment), right)
    changing.change_words(today.scope, appointment=now, reason="Fever", note="")
    undoing.undo(today.scope, appointment=appointment_queries.appointment(today.scope, right.id, appointment.id))
    back = today.again(appointment)
    assert (back.state, back.reason) == ("waiting", "Fever")
    assert appointment_queries.appointment(today.scope, right.id, appointment.id).state == "moved"
    today.book("10:30", right, practitioner=today.doctors[1])
    undoing.undo(today.scope, appointment=back)
    assert today.again(appointment).state == "booked"


def test_what_was_confirmed_is_confirmed_again_with_the_one_who_did(desk: Desk) -> None:
    wrong, right = desk.patient("Luis"), desk.patient("Luisa")
    visit = booking.Visit(wrong, desk.type("Follow-up"), desk.doctor, desk.at("10:30"), new_patient=True)
    appointment = appointment_queries.appointment(
        desk.scope, wrong.id, booking.book_together(desk.scope, visits=[visit])[0]
    )
    states.confirm(desk.scope, appointment=appointment)
    now = give(desk, desk.again(appointment), right)
    assert now.state == "booked"
    assert not now.new_patient
    undoing.undo(desk.scope, appointment=now)
    assert (desk.again(appointment).state, desk.again(appointment).new_patient) == ("confirmed", True)
    now = give(desk, give(desk, desk.again(appointment), right), wrong)  # there and back by hand
    assert (now.state, len(board_queries.board(desk.scope, desk.day).cards)) == ("booked", 1)


def test_an_undo_finds_the_one_before_busy(today: Desk) -> None:
    wrong, right = today.patient("Luis"), today.patient("Luisa")
    now = give(today, today.book("10:30", wrong), right)
    today.book("10:30", wrong, practitioner=today.doctors[1])
    with pytest.raises(PatientBusy):
        undoing.undo(today.scope, appointment=now)


def test_who_gave_it_away_has_nothing_to_undo(desk: Desk) -> None:
    appointment = desk.book("10:30")
    states.confirm(desk.scope, appointment=appointment)
    give(desk, desk.again(appointment), desk.patient("Luisa"))
    with pytest.raises(AlreadyMovedOn):
        undoing.undo(desk.scope, appointment=desk.again(appointment))


def test_an_urgent_call_for_a_stranger_is_on_every_screen_under_the_right_name(today: Desk) -> None:
    stranger, right = today.patient("", "Unknown adult"), today.patient("João", "Costa")
    id = walkins.walk_in(today.scope, patient=stranger, urgent=True, reason="pain in my chest")
    now = give(today, appointment_queries.appointment(today.scope, stranger.id, id), right)
    (row,) = board_queries.urgent(today.scope, today.day)
    assert (row["line"]["i"], row["line"]["p"]["g"], row["id"]) == (right.id, "João", id)
    undoing.undo(today.scope, appointment=now)
    (row,) = board_queries.urgent(today.scope, today.day)
    assert row["line"]["i"] == stranger.id


@pytest.mark.parametrize("step", ["with_doctor", "finish", "leave"])
def test_a_visit_that_has_begun_stays_and_the_sentence_says_why(today: Desk, step: str) -> None:
    appointment = today.book("10:30")
    states.with_doctor(today.scope, appointment=appointment)
    if step != "with_doctor":
        getattr(states, step)(today.scope, appointment=today.again(appointment))
    with pytest.raises(Refused) as refusal:
        reassign.change_patient(today.scope, appointment=today.again(appointment), patient=today.patient("Luisa"))
    assert refusal.value.sentence.startswith("This visit has begun: what is written and billed")
