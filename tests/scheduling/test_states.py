"""From booked to left, and back."""

from datetime import timedelta

import pytest

from clinnet import clock
from clinnet.table.errors import NotFound, Refused
from clinnet.table.meter import metered
from scheduling import queries, services
from scheduling.refusals import AlreadyMovedOn, SlotTaken, TimeGone
from tests.scheduling.conftest import Desk

STEPS = ("confirm", "arrive", "to_room", "ready", "with_doctor", "finish", "leave")
STATES = ("confirmed", "waiting", "room", "ready", "doctor", "finished", "left")


def board_states(desk: Desk) -> list[str]:
    return [card.state for card in queries.board(desk.scope, desk.day).cards]


def test_a_visit_goes_through_its_states_and_each_is_undone(desk: Desk) -> None:
    made = desk.book("10:30")
    for step, state in zip(STEPS, STATES, strict=True):
        getattr(services, step)(desk.scope, appointment=desk.again(made))
        assert board_states(desk) == [state]
    for state in ("booked", *STATES[:-1])[::-1]:
        services.undo(desk.scope, appointment=desk.again(made))
        assert board_states(desk) == [state]
    with pytest.raises(Refused):
        services.undo(desk.scope, appointment=desk.again(made))


def test_arriving_is_stamped_and_the_card_keeps_its_content(desk: Desk) -> None:
    made = desk.book("10:30", reason="Cough")
    services.arrive(desk.scope, appointment=made, at=clock.now() - timedelta(minutes=9))
    (card,) = queries.board(desk.scope, desk.day).cards
    assert (card.reason, card.patient["f"], card.start) == ("Cough", "García", desk.at("10:30"))
    assert card.arrived is not None
    assert 8 <= (clock.now() - card.arrived).total_seconds() / 60 <= 10
    (stamp,) = desk.again(made).stamps or []
    assert (stamp["to"], stamp["by"], stamp["was"]) == ("waiting", "Ana Ruiz", {"state": "booked"})


def test_a_time_that_has_not_been_is_refused(desk: Desk) -> None:
    made = desk.book("10:30")
    for at in (clock.now() + timedelta(minutes=5), clock.now() - timedelta(days=1)):
        with pytest.raises(Refused):
            services.arrive(desk.scope, appointment=made, at=at)


def test_a_state_change_is_one_transaction(desk: Desk) -> None:
    made = desk.book("10:30")
    with metered() as meter:
        services.arrive(desk.scope, appointment=made)
    assert meter.calls == ["TransactWriteItems"]
    assert meter.write_units <= 16


def test_the_same_step_by_two_people_is_one_and_another_step_is_told(desk: Desk) -> None:
    made = desk.book("10:30")
    services.arrive(desk.scope, appointment=made)
    services.arrive(desk.nurse, appointment=made)
    assert len(desk.again(made).stamps or []) == 1
    with pytest.raises(AlreadyMovedOn):
        services.cancel(desk.scope, appointment=made, by="patient", reason="Ill")


@pytest.mark.parametrize("step", ["arrive", "to_room", "ready", "finish", "leave"])
def test_a_cancelled_appointment_takes_no_step(desk: Desk, step: str) -> None:
    made = desk.book("10:30")
    services.cancel(desk.scope, appointment=made, by="clinic", reason="Doctor away")
    with pytest.raises(Refused):
        getattr(services, step)(desk.scope, appointment=desk.again(made))


def test_cancelling_frees_the_time_and_stays_visible(desk: Desk) -> None:
    made = desk.book("10:30")
    services.cancel(desk.scope, appointment=made, by="patient", reason="Feeling better")
    assert board_states(desk) == ["cancelled"]
    assert "10:30" in desk.free()
    assert (desk.again(made).cancelled, desk.again(made).sequence) == (
        {"by": "patient", "reason": "Feeling better"}, 1,
    )  # fmt: skip


def test_a_cancellation_is_undone_unless_the_time_is_somebody_s(desk: Desk) -> None:
    made = desk.book("10:30")
    services.cancel(desk.scope, appointment=made, by="patient", reason="Ill")
    services.undo(desk.scope, appointment=desk.again(made))
    back = desk.again(made)
    assert back.state == "booked"
    assert not back.cancelled
    assert "10:30" not in desk.free()
    services.cancel(desk.scope, appointment=desk.again(made), by="patient", reason="Ill")
    desk.book("10:30")
    with pytest.raises(SlotTaken):
        services.undo(desk.scope, appointment=desk.again(made))


def test_a_no_show_is_only_after_its_time_and_can_come_late(desk: Desk) -> None:
    made = desk.book("10:30")
    with pytest.raises(Refused):
        services.no_show(desk.scope, appointment=made)
    with desk.clock_at(desk.at("10:50")):
        services.no_show(desk.scope, appointment=made)
        assert board_states(desk) == ["noshow"]
        services.came_late(desk.scope, appointment=desk.again(made))
        assert board_states(desk) == ["waiting"]


def test_who_came_late_to_a_time_given_away_joins_the_queue(desk: Desk) -> None:
    made = desk.book("10:30", minutes=60)
    with desk.clock_at(desk.at("10:50")):
        services.no_show(desk.scope, appointment=made)
        desk.book("11:00")
        with pytest.raises(TimeGone):
            services.came_late(desk.scope, appointment=desk.again(made))
        services.came_late(desk.scope, appointment=desk.again(made), queue=True)
        assert desk.again(made).queued
        services.with_doctor(desk.scope, appointment=desk.again(made))
        called = desk.again(made)
        assert not called.queued
        assert called.wall == f"{desk.day}T10:50"


def test_a_walk_in_takes_no_time_until_called(desk: Desk) -> None:
    with desk.clock_at(desk.at("11:02")):
        maria = desk.patient()
        before = desk.free()
        id = services.walk_in(desk.scope, patient=maria, visit_type=desk.type("Follow-up"), urgent=True,
                              reason="pain in my chest")  # fmt: skip
        made = queries.appointment(desk.scope, maria.id, id)
        (card,) = queries.board(desk.scope, desk.day).cards
        assert (card.state, card.start, set(card.flags)) == ("waiting", None, {"U", "W", "Q"})
        assert desk.free() == before
        services.with_doctor(desk.scope, appointment=made, practitioner=desk.doctor)
        assert desk.again(made).wall == f"{desk.day}T11:00"
        services.undo(desk.scope, appointment=desk.again(made))
        assert not desk.again(made).wall
        assert not desk.again(made).practitioner_id
        assert desk.free() == before


def test_a_walk_in_by_mistake_is_undone(desk: Desk) -> None:
    with desk.clock_at(desk.at("11:02")):
        maria = desk.patient()
        id = services.walk_in(desk.scope, patient=maria)
        services.undo(desk.scope, appointment=queries.appointment(desk.scope, maria.id, id))
        assert board_states(desk) == []


def test_another_clinic_finds_nothing(desk: Desk, outsider: object) -> None:
    made = desk.book("10:30")
    with pytest.raises(NotFound):
        services.arrive(outsider, appointment=made)  # type: ignore[arg-type]
    assert board_states(desk) == ["booked"]
