"""The type of a visit, and its length, changed where it stands."""

from typing import Any

import pytest

from clinnet.table.errors import Refused
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import retyping, states, undoing, walkins
from scheduling.board import queries as board_queries
from scheduling.calendar.services import settings
from scheduling.refusals import AlreadyMovedOn, SlotTaken
from tests.scheduling.conftest import Desk
from tests.scheduling.messages.leaving import by_mail, send
from tests.scheduling.visiting import HTMX, Visits, maria, visits

pytestmark = pytest.mark.django_db
__all__ = ["maria", "visits"]


def test_another_type_keeps_the_time_and_takes_its_own_length_room_and_buffers(desk: Desk) -> None:
    appointment = desk.book("10:30")
    retyping.change_type(desk.scope, appointment=appointment, visit_type=desk.type("Procedure"))
    now = desk.again(appointment)
    assert (now.state, now.wall, int(now.minutes or 0)) == ("booked", appointment.wall, 30)
    assert (int(now.before or 0), int(now.after or 0)) == (5, 10)
    assert now.room_id in desk.type("Procedure").room_ids
    (card,) = board_queries.board(desk.scope, desk.day).cards
    assert (card.visit_type, card.minutes, card.room) == (desk.type("Procedure").id, 30, now.room_id)
    assert "10:45" not in desk.free()
    assert desk.faults() == []
    undoing.undo(desk.scope, appointment=now)
    back = desk.again(appointment)
    assert (back.visit_type_id, back.minutes) == (appointment.visit_type_id, appointment.minutes)
    assert not back.room_id
    assert desk.faults() == []


def test_who_comes_next_is_not_run_over_but_a_shorter_length_fits(desk: Desk) -> None:
    appointment = desk.book("10:30")
    desk.book("11:00")
    with pytest.raises(SlotTaken):  # thirty minutes, and ten after them
        retyping.change_type(desk.scope, appointment=appointment, visit_type=desk.type("Procedure"))
    retyping.change_type(desk.scope, appointment=appointment, visit_type=desk.type("Procedure"), minutes=20)
    assert desk.again(appointment).end == desk.at("10:50").isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_type_that_the_doctor_does_not_do_is_refused(desk: Desk) -> None:
    appointment, kind = desk.book("10:30"), desk.type("Vaccination")
    kind.practitioner_ids = [desk.doctors[1].id]
    with pytest.raises(Refused) as refused:
        retyping.change_type(desk.scope, appointment=appointment, visit_type=kind)
    assert "does not do" in refused.value.sentence


def test_a_longer_visit_does_not_run_past_closing(desk: Desk) -> None:
    appointment = desk.book("23:45")
    with pytest.raises(Refused) as refused:
        retyping.change_type(desk.scope, appointment=appointment, visit_type=desk.type("Follow-up"), minutes=30)
    assert refused.value.sentence.endswith("Choose a shorter length.")


def test_somebody_who_is_here_or_in_the_queue_can_be_given_another_type(visits: Visits, maria: Any) -> None:
    desk = visits.desk
    appointment = desk.book("10:30", maria)
    states.arrive(desk.scope, appointment=appointment)
    retyping.change_type(desk.scope, appointment=desk.again(appointment), visit_type=desk.type("Vaccination"))
    assert desk.again(appointment).state == "waiting"
    other = desk.patient("João", "Costa")
    id = walkins.walk_in(desk.scope, patient=other)

    queued = appointment_queries.appointment(desk.scope, other.id, id)
    retyping.change_type(desk.scope, appointment=queued, visit_type=desk.type("Procedure"))
    assert (desk.again(queued).queued, desk.again(queued).visit_type_id) == (True, desk.type("Procedure").id)


def test_a_visit_that_is_over_keeps_its_type(desk: Desk) -> None:
    appointment = desk.book("10:30")
    states.cancel(desk.scope, appointment=appointment, by="patient", reason="Ill")
    with pytest.raises(AlreadyMovedOn):
        retyping.change_type(desk.scope, appointment=desk.again(appointment), visit_type=desk.type("Procedure"))


def test_nobody_is_written_to_about_another_type(desk: Desk) -> None:
    appointment = by_mail(desk)
    send(desk)
    retyping.change_type(desk.scope, appointment=desk.again(appointment), visit_type=desk.type("Procedure"))
    assert send(desk) == []


def test_who_was_told_to_come_is_called_where_nobody_comes_any_more(desk: Desk) -> None:
    settings.save_visit_type(desk.admin, name="Call", minutes=15, colour="blue", remote="phone")
    told, untold = by_mail(desk), by_mail(desk, at="11:00")
    send(desk)
    call, here = desk.type("Call"), desk.type("Follow-up")
    for start, kind, said in ((told, call, "it is by phone now"), (told, here, "it is at the clinic now")):
        retyping.change_type(desk.scope, appointment=desk.again(start), visit_type=kind)
        assert desk.again(told).to_call == said
    undoing.undo(desk.scope, appointment=desk.again(told))
    assert desk.again(told).to_call == "it is by phone now"
    retyping.change_type(desk.scope, appointment=desk.again(untold), visit_type=desk.type("Procedure"))
    assert desk.again(untold).to_call is None


def test_who_was_told_or_has_a_slip_is_called_where_something_else_is_to_be_prepared(desk: Desk) -> None:
    settings.save_visit_type(desk.admin, name="Blood", minutes=15, colour="red", preparation={"en": "Come fasting."})
    told, slip, untold = by_mail(desk), desk.book("11:00", tell_by="slip"), desk.book("11:30")
    send(desk)
    for each in (told, slip, untold):
        retyping.change_type(desk.scope, appointment=desk.again(each), visit_type=desk.type("Blood"))
    said = "what to prepare is different now"
    assert [desk.again(each).to_call for each in (told, slip, untold)] == [said, said, None]


def test_the_details_change_it_and_say_so(visits: Visits, maria: Any) -> None:
    appointment, kind = visits.desk.book("10:30", maria), visits.desk.type("Procedure")
    text = visits.said(visits.press(appointment, "type/", visit_type=kind.id, minutes=""))
    assert "is booked as Procedure, 30 min." in text
    assert "Type or length changed" in visits.text(appointment)


def test_a_refusal_stands_in_the_details(visits: Visits, maria: Any) -> None:
    appointment, kind = visits.desk.book("10:45", maria), visits.desk.type("Procedure")
    visits.desk.book("11:00")
    answer = visits.press(appointment, "type/", visit_type=kind.id, minutes="", headers=HTMX)
    assert answer.status_code == 422
    assert "Nearest:" in answer.content.decode()
    assert visits.desk.again(appointment).visit_type_id == visits.desk.type("Follow-up").id
