"""At another time, for another person, and blocks."""

from datetime import timedelta

import pytest

from clinnet.table.errors import Denied, Refused
from clinnet.table.meter import metered
from scheduling.appointments.services import moving, undoing
from scheduling.board import queries as board_queries
from scheduling.board.services import blocks
from scheduling.refusals import AlreadyMovedOn, SlotTaken
from tests.scheduling.conftest import Desk


def test_a_moved_appointment_frees_its_old_time_and_keeps_its_card(desk: Desk) -> None:
    appointment = desk.book("10:30", reason="Cough, 5 days")
    moving.move(desk.scope, appointment=appointment, start=desk.at("14:00"))
    (card,) = board_queries.board(desk.scope, desk.day).cards
    assert (card.id, card.start, card.patient["f"], card.reason) == (
        appointment.id,
        desk.at("14:00"),
        "García",
        "Cough, 5 days",
    )
    assert "10:30" in desk.free()
    assert "14:00" not in desk.free()
    assert desk.again(appointment).sequence == 1


def test_a_move_by_half_its_length_overlaps_itself_and_nobody_else(desk: Desk) -> None:
    appointment = desk.book("10:30", minutes=30)
    moving.move(desk.scope, appointment=appointment, start=desk.at("10:45"))
    assert {"10:30", "11:15"} <= set(desk.free())
    assert not {"10:45", "11:00"} & set(desk.free())


def test_a_move_to_another_day_leaves_a_tombstone_that_a_poll_sees(desk: Desk) -> None:
    appointment = desk.book("10:30")
    seen = board_queries.board(desk.scope, desk.day).seen
    later = desk.day + timedelta(days=1)
    moving.move(desk.scope, appointment=appointment, start=desk.at("09:00", later), practitioner=desk.doctors[1])
    assert board_queries.board(desk.scope, desk.day).cards == []
    assert [row["state"] for row in board_queries.news(desk.scope, desk.day, seen) or []] == ["moved"]
    (card,) = board_queries.board(desk.scope, later).cards
    assert (card.id, card.practitioner, card.patient["g"]) == (appointment.id, desk.doctors[1].id, "María")


def test_there_and_back_again(desk: Desk) -> None:
    appointment, later = desk.book("10:30"), desk.day + timedelta(days=1)
    moving.move(desk.scope, appointment=appointment, start=desk.at("09:00", later))
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("10:30"))
    assert [card.state for card in board_queries.board(desk.scope, desk.day).cards] == ["booked"]
    assert board_queries.board(desk.scope, later).cards == []


def test_a_move_on_its_day_is_undone(desk: Desk) -> None:
    appointment = desk.book("10:30")
    moving.move(desk.scope, appointment=appointment, start=desk.at("14:00"))
    undoing.undo(desk.scope, appointment=desk.again(appointment))
    assert desk.again(appointment).wall == appointment.wall
    assert "14:00" in desk.free()
    assert "10:30" not in desk.free()


def test_a_move_to_a_taken_time_changes_nothing(desk: Desk) -> None:
    appointment, other = desk.book("10:30"), desk.book("11:00")
    with pytest.raises(SlotTaken, match="SlotTaken"):
        moving.move(desk.scope, appointment=appointment, start=desk.at("11:00"))
    assert desk.again(appointment).wall == appointment.wall
    assert desk.again(other).wall == other.wall


def test_moving_onto_another_needs_permission_and_a_reason(desk: Desk) -> None:
    appointment = desk.book("10:30")
    desk.book("11:00")
    with pytest.raises(Denied):
        moving.move(desk.scope, appointment=appointment, start=desk.at("11:00"), overbook="fit in")
    moving.move(desk.nurse, appointment=appointment, start=desk.at("11:00"), overbook="fit in")
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("12:00"))
    assert desk.again(appointment).overbooked is None
    assert "11:00" not in desk.free()


def test_a_move_takes_another_room_where_its_own_is_taken(desk: Desk) -> None:
    appointment, other = (
        desk.book("10:30", type="Procedure"),
        desk.book("14:00", type="Procedure", practitioner=desk.doctors[1]),
    )
    assert appointment.room_id == other.room_id
    moving.move(desk.scope, appointment=appointment, start=desk.at("14:00"))
    assert desk.again(appointment).room_id not in (None, other.room_id)
    with pytest.raises(SlotTaken):
        moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("14:10"), room=desk.room("Room 1"))


def test_of_two_moves_the_second_is_told(desk: Desk) -> None:
    appointment = desk.book("10:30")
    moving.move(desk.scope, appointment=appointment, start=desk.at("14:00"))
    with pytest.raises(AlreadyMovedOn):
        moving.move(desk.scope, appointment=appointment, start=desk.at("15:00"))


def test_a_move_of_nine_hours_over_midnight_is_one_transaction(desk: Desk) -> None:
    appointment = desk.book("08:00", type="Procedure", minutes=9 * 60)
    with metered() as meter:
        moving.move(desk.scope, appointment=appointment, start=desk.at("06:00", desk.day + timedelta(days=1)))
    assert meter.calls == ["BatchGetItem", "TransactWriteItems"]


def test_a_block_of_nine_hours_holds_time_and_gives_it_back(desk: Desk) -> None:
    id = blocks.block(
        desk.scope, start=desk.at("08:00"), minutes=9 * 60, reason="Team meeting", practitioner=desk.doctor
    )
    with pytest.raises(SlotTaken) as refusal:
        desk.book("10:30")
    assert refusal.value.sentence.startswith("10:30 with Dr Okafor is blocked: Team meeting.")
    (block,) = board_queries.board(desk.scope, desk.day).blocks
    assert (block.id, block.minutes, block.by) == (id, 540, "Ana Ruiz")
    blocks.unblock(desk.scope, block=block)
    assert board_queries.board(desk.scope, desk.day).blocks == []
    desk.book("10:30")
    with pytest.raises(Refused):
        blocks.unblock(desk.scope, block=block)


def test_a_block_does_not_push_anybody_out(desk: Desk) -> None:
    desk.book("10:30")
    with pytest.raises(SlotTaken):
        blocks.block(desk.scope, start=desk.at("10:00"), minutes=60, reason="", practitioner=desk.doctor)
