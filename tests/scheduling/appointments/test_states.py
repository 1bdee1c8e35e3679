"""From booked to left, and back."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from clinnet import clock
from clinnet.table.errors import NotFound, Refused
from clinnet.table.meter import metered
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import states, undoing, walkins
from scheduling.board import queries as board_queries
from scheduling.models import Appointment
from scheduling.refusals import AlreadyMovedOn, NotYet, SlotTaken, TimeGone
from tests.scheduling.conftest import Desk

STEPS = ("confirm", "arrive", "to_room", "ready", "with_doctor", "finish", "leave")
STATES = ("confirmed", "waiting", "room", "ready", "doctor", "finished", "left")


@pytest.fixture
def today(desk: Desk) -> Iterator[Desk]:
    """The desk at half past ten of a day on which everything is open."""
    with desk.clock_at(desk.at("10:30")):
        yield desk


def board_states(desk: Desk) -> list[str]:
    return [card.state for card in board_queries.board(desk.scope, desk.day).cards]


def test_a_visit_goes_through_its_states_and_each_is_undone(today: Desk) -> None:
    appointment = today.book("10:30")
    for step, state in zip(STEPS, STATES, strict=True):
        getattr(states, step)(today.scope, appointment=today.again(appointment))
        assert board_states(today) == [state]
    for state in ("booked", *STATES[:-1])[::-1]:
        undoing.undo(today.scope, appointment=today.again(appointment))
        assert board_states(today) == [state]
    with pytest.raises(Refused):
        undoing.undo(today.scope, appointment=today.again(appointment))


def test_arriving_is_stamped_and_the_card_keeps_its_content(today: Desk) -> None:
    appointment = today.book("10:30", reason="Cough")
    states.arrive(today.scope, appointment=appointment, at=clock.now() - timedelta(minutes=9))
    (card,) = board_queries.board(today.scope, today.day).cards
    assert (card.reason, card.patient["f"], card.start) == ("Cough", "García", today.at("10:30"))
    assert card.arrived is not None
    assert 8 <= (clock.now() - card.arrived).total_seconds() / 60 <= 10
    (stamp,) = today.again(appointment).stamps or []
    assert (stamp["to"], stamp["by"], stamp["was"]) == ("waiting", "Ana Ruiz", {"state": "booked"})


def test_a_time_that_has_not_been_is_refused(today: Desk) -> None:
    appointment = today.book("10:30")
    for at in (clock.now() + timedelta(minutes=5), clock.now() - timedelta(days=1)):
        with pytest.raises(Refused):
            states.arrive(today.scope, appointment=appointment, at=at)


def test_a_state_change_is_one_transaction(today: Desk) -> None:
    appointment = today.book("10:30")
    seen = appointment_queries.visit_and_day(today.scope, appointment.patient_id, appointment.id)
    with metered() as meter:
        states.arrive(today.scope, appointment=appointment, seen=seen)
    assert meter.calls == ["TransactWriteItems"]
    assert meter.write_units <= 16


def test_the_same_step_by_two_people_is_one_and_another_step_is_told(today: Desk) -> None:
    appointment = today.book("10:30")
    states.arrive(today.scope, appointment=appointment)
    states.arrive(today.nurse, appointment=appointment)
    assert len(today.again(appointment).stamps or []) == 1
    with pytest.raises(AlreadyMovedOn):
        states.cancel(today.scope, appointment=appointment, by="patient", reason="Ill")


def test_nobody_is_here_for_a_day_that_has_not_come(desk: Desk) -> None:
    appointment = desk.book("10:30")
    for step in ("arrive", "to_room", "with_doctor", "finish"):
        with pytest.raises(NotYet):
            getattr(states, step)(desk.scope, appointment=appointment)
    assert "10:30. If the patient is here now, move it to today first." in refused(desk, appointment).sentence
    states.confirm(desk.scope, appointment=appointment)
    assert board_states(desk) == ["confirmed"]


def test_the_day_comes_by_the_clinics_clock_and_two_hours_before_one_just_after_midnight(desk: Desk) -> None:
    summer = date(desk.day.year + 1, 6, 15)
    midnight = desk.at("00:00", summer)
    assert midnight.hour == 23  # in UTC it is the day before
    early, late = desk.book("00:10", day=summer, scope=desk.nurse, outside_hours=True), desk.book("09:00", day=summer)
    with desk.clock_at(midnight - timedelta(hours=2)):
        assert refused(desk, early)
    with desk.clock_at(midnight - timedelta(minutes=10)):
        assert refused(desk, late)
        states.arrive(desk.scope, appointment=early)
    with desk.clock_at(midnight + timedelta(minutes=1)):
        states.arrive(desk.scope, appointment=late)


def test_of_a_day_that_is_over_the_true_time_can_still_be_given(desk: Desk) -> None:
    appointment = desk.book("10:30")
    with desk.clock_at(desk.at("09:00", desk.day + timedelta(days=2))):
        with pytest.raises(Refused):
            states.arrive(desk.scope, appointment=appointment, at=desk.at("00:00") - timedelta(minutes=1))
        states.arrive(desk.scope, appointment=appointment, at=desk.at("10:20"))
    (card,) = board_queries.board(desk.scope, desk.day).cards
    assert card.arrived == desk.at("10:20")


def refused(desk: Desk, appointment: Appointment) -> NotYet:
    with pytest.raises(NotYet) as refusal:
        states.arrive(desk.scope, appointment=appointment)
    return refusal.value


@pytest.mark.parametrize("step", ["arrive", "to_room", "ready", "finish", "leave"])
def test_a_cancelled_appointment_takes_no_step(desk: Desk, step: str) -> None:
    appointment = desk.book("10:30")
    states.cancel(desk.scope, appointment=appointment, by="clinic", reason="Doctor away")
    with pytest.raises(Refused):
        getattr(states, step)(desk.scope, appointment=desk.again(appointment))


def test_cancelling_frees_the_time_and_stays_visible(desk: Desk) -> None:
    appointment = desk.book("10:30")
    states.cancel(desk.scope, appointment=appointment, by="patient", reason="Feeling better")
    assert board_states(desk) == ["cancelled"]
    assert "10:30" in desk.free()
    assert (desk.again(appointment).cancelled, desk.again(appointment).sequence) == (
        {"by": "patient", "reason": "Feeling better"},
        1,
    )


def test_a_cancellation_is_undone_unless_the_time_is_somebody_s(desk: Desk) -> None:
    appointment = desk.book("10:30")
    states.cancel(desk.scope, appointment=appointment, by="patient", reason="Ill")
    undoing.undo(desk.scope, appointment=desk.again(appointment))
    back = desk.again(appointment)
    assert back.state == "booked"
    assert not back.cancelled
    assert "10:30" not in desk.free()
    states.cancel(desk.scope, appointment=desk.again(appointment), by="patient", reason="Ill")
    desk.book("10:30")
    with pytest.raises(SlotTaken):
        undoing.undo(desk.scope, appointment=desk.again(appointment))


def test_a_no_show_is_only_after_its_time_and_can_come_late(desk: Desk) -> None:
    appointment = desk.book("10:30")
    with pytest.raises(Refused):
        states.no_show(desk.scope, appointment=appointment)
    with desk.clock_at(desk.at("10:50")):
        states.no_show(desk.scope, appointment=appointment)
        assert board_states(desk) == ["noshow"]
        states.came_late(desk.scope, appointment=desk.again(appointment))
        assert board_states(desk) == ["waiting"]


def test_who_came_late_to_a_time_given_away_joins_the_queue(desk: Desk) -> None:
    appointment = desk.book("10:30", minutes=60)
    with desk.clock_at(desk.at("10:50")):
        states.no_show(desk.scope, appointment=appointment)
        desk.book("11:00")
        with pytest.raises(TimeGone):
            states.came_late(desk.scope, appointment=desk.again(appointment))
        states.came_late(desk.scope, appointment=desk.again(appointment), queue=True)
        assert desk.again(appointment).queued
        states.with_doctor(desk.scope, appointment=desk.again(appointment))
        called = desk.again(appointment)
        assert not called.queued
        assert called.wall == f"{desk.day}T10:50"


def test_a_walk_in_takes_no_time_until_called(desk: Desk) -> None:
    with desk.clock_at(desk.at("11:02")):
        maria = desk.patient()
        before = desk.free()
        id = walkins.walk_in(
            desk.scope, patient=maria, visit_type=desk.type("Follow-up"), urgent=True, reason="pain in my chest"
        )
        appointment = appointment_queries.appointment(desk.scope, maria.id, id)
        (card,) = board_queries.board(desk.scope, desk.day).cards
        assert (card.state, card.start, set(card.flags)) == ("waiting", None, {"U", "W", "Q"})
        assert desk.free() == before
        states.with_doctor(desk.scope, appointment=appointment, practitioner=desk.doctor)
        assert desk.again(appointment).wall == f"{desk.day}T11:00"
        undoing.undo(desk.scope, appointment=desk.again(appointment))
        assert not desk.again(appointment).wall
        assert not desk.again(appointment).practitioner_id
        assert desk.free() == before


def test_a_walk_in_by_mistake_is_undone(desk: Desk) -> None:
    with desk.clock_at(desk.at("11:02")):
        maria = desk.patient()
        id = walkins.walk_in(desk.scope, patient=maria)
        undoing.undo(desk.scope, appointment=appointment_queries.appointment(desk.scope, maria.id, id))
        assert board_states(desk) == []


def test_another_clinic_finds_nothing(desk: Desk, outsider: object) -> None:
    appointment = desk.book("10:30")
    with pytest.raises(NotFound):
        states.arrive(outsider, appointment=appointment)  # type: ignore[arg-type]
    assert board_states(desk) == ["booked"]
