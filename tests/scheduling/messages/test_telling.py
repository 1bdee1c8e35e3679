"""When a patient hears of a change: soon, later, not by us, or once it is decided."""

from datetime import timedelta
from typing import Any

import pytest

from clinnet import clock
from clinnet.table.errors import Refused
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.services import moving, states, undoing
from scheduling.front_desk.rows import phone_list
from scheduling.front_desk.services import look
from scheduling.messages import rows as message_rows
from scheduling.messages.services import messages as message_services
from scheduling.messages.services.links import link_of
from scheduling.messages.services.outbox import NOT, SOON, Tell
from scheduling.models import Appointment
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import offers, waitlist
from tests.scheduling.conftest import Desk
from tests.scheduling.messages.leaving import by_mail, calendar, send, send_at

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def told(desk: Desk, at: str = "10:30") -> Appointment:
    appointment = by_mail(desk, at=at, day=desk.day + timedelta(days=6))
    send(desk)
    return desk.again(appointment)


def calls(desk: Desk) -> list[str]:
    return [each.why for each in phone_list.to_call(desk.scope, desk.day + timedelta(days=5)).calls]


def visit_of(desk: Desk, appointment: Appointment) -> PatientVisit:
    return appointment_queries.visit(desk.scope, appointment.patient_id, appointment.id)


def parked(desk: Desk) -> tuple[Appointment, str]:
    appointment = told(desk)
    id = waitlist.park(desk.scope, appointment=appointment, patient=desk.patient_of(appointment))
    return desk.again(appointment), id


# --- Not, and not yet ------------------------------------------------------------------------------------------------


def test_a_move_that_nobody_is_told_of_sends_nothing_but_the_reminder_of_the_new_time(desk: Desk) -> None:
    appointment = told(desk)
    start = desk.at("11:00", desk.day + timedelta(days=6))
    moving.move(desk.scope, appointment=appointment, start=start, tell=NOT)
    assert send(desk, DAY) == []
    (reminder,) = send_at(desk, start - timedelta(hours=47))
    assert "11:00" in reminder.text
    assert "10:30" not in reminder.text
    assert calls(desk) == []


def test_a_cancellation_that_nobody_is_told_of_sends_nothing(desk: Desk) -> None:
    appointment = told(desk)
    states.cancel(desk.scope, appointment=appointment, by="clinic", reason="Doctor away", tell=NOT)
    assert send(desk, DAY) == []
    assert calls(desk) == []


def test_undo_of_a_cancellation_that_nobody_was_told_of_is_no_news(desk: Desk) -> None:
    appointment = told(desk)
    states.cancel(desk.scope, appointment=appointment, by="clinic", reason="Doctor away", tell=NOT)
    undoing.undo(desk.scope, appointment=desk.again(appointment))
    assert send(desk, DAY) == []


def test_the_next_change_is_told_again(desk: Desk) -> None:
    appointment, day = told(desk), desk.day + timedelta(days=6)
    moving.move(desk.scope, appointment=appointment, start=desk.at("11:00", day), tell=NOT)
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("12:00", day))
    (received,) = send(desk)
    assert "12:00" in received.text
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00", day))
    (received,) = send(desk)  # the silence about eleven was about another piece of news
    assert "11:00" in received.text


def test_a_change_is_told_at_the_time_that_was_given(desk: Desk) -> None:
    appointment, later = told(desk), clock.now() + timedelta(hours=5)
    states.cancel(desk.scope, appointment=appointment, by="clinic", reason="Doctor away", tell=Tell(at=later))
    assert send_at(desk, later - timedelta(minutes=5)) == []
    (received,) = send_at(desk, later + timedelta(minutes=1))
    assert "is cancelled" in received.text


def test_a_time_to_tell_that_is_past_or_after_the_visit_is_refused(desk: Desk) -> None:
    appointment = told(desk)
    for moment in (clock.now() - HOUR, clock.moment(appointment.start or "") + HOUR):
        with pytest.raises(Refused):
            states.cancel(desk.scope, appointment=appointment, by="clinic", reason="Away", tell=Tell(at=moment))


def test_what_waits_is_held_back_after_the_change_and_let_go_again(desk: Desk) -> None:
    appointment = told(desk)
    moving.move(desk.scope, appointment=appointment, start=desk.at("11:00", desk.day + timedelta(days=6)))
    assert message_rows.becomes_of(desk.scope, visit_of(desk, appointment)).startswith("They are told by e-mail: ")
    message_services.set_telling(desk.scope, appointment=desk.again(appointment), tell=NOT)
    assert message_rows.becomes_of(desk.scope, visit_of(desk, appointment)) == "They are not told."
    assert send(desk, HOUR) == []
    message_services.set_telling(desk.scope, appointment=desk.again(appointment), tell=SOON)
    assert len(send(desk, HOUR)) == 1
    with pytest.raises(Refused):  # it left
        message_services.set_telling(desk.scope, appointment=desk.again(appointment), tell=NOT)


# --- Parked ----------------------------------------------------------------------------------------------------------


def test_who_is_parked_hears_nothing_and_is_on_the_phone_list(desk: Desk) -> None:
    parked(desk)
    assert send(desk, DAY) == []
    assert calls(desk) == [phone_list.PARKED]


def test_a_parked_appointment_that_comes_back_is_no_news(desk: Desk) -> None:
    appointment, _ = parked(desk)
    undoing.undo(desk.scope, appointment=appointment)
    assert send(desk, DAY) == []
    assert calls(desk) == []


@pytest.mark.parametrize("by_offer", [False, True])
def test_a_time_booked_for_who_was_parked_is_told_as_a_new_time(desk: Desk, by_offer: bool) -> None:
    appointment, id = parked(desk)
    given: Any = {
        "patient": desk.patient_of(appointment),
        "visit_type": desk.type("Follow-up"),
        "practitioner": desk.doctor,
    }
    at = desk.at("15:00", desk.day + timedelta(days=7))
    asked = waitlist_queries.request(desk.scope, id)
    if by_offer:
        offers.offer(desk.scope, request=asked, start=at, **given)
        new = offers.accept(desk.scope, request=waitlist_queries.request(desk.scope, id), **given)
    else:
        new = offers.book(desk.scope, request=asked, start=at, **given)
    (received,) = send(desk)
    assert "has a new time" in received.text
    assert "15:00" in received.text
    assert calendar(received, "UID") == f"{appointment.id}@clinnet"  # one entry in the calendar, at the new time
    assert int(calendar(received, "SEQUENCE")) == 2
    assert send(desk, HOUR) == []
    assert (desk.again(appointment).cancelled or {})["then"] == new
    assert calls(desk) == []
    moved = appointment_queries.appointment(desk.scope, appointment.patient_id, new)
    states.cancel(desk.scope, appointment=moved, by="clinic", reason="Doctor away")
    (received,) = send(desk)
    assert (calendar(received, "UID"), calendar(received, "SEQUENCE")) == (f"{appointment.id}@clinnet", "3")
    assert desk.faults() == []


def test_who_was_parked_before_they_heard_of_it_hears_of_the_booking_alone(desk: Desk) -> None:
    appointment = by_mail(desk)
    id = waitlist.park(desk.scope, appointment=appointment, patient=desk.patient_of(appointment))
    offers.book(
        desk.scope,
        request=waitlist_queries.request(desk.scope, id),
        patient=desk.patient_of(appointment),
        visit_type=desk.type("Follow-up"),
        practitioner=desk.doctor,
        start=desk.at("15:00"),
    )
    (received,) = send(desk)
    assert "is booked" in received.text


@pytest.mark.parametrize(("tell", "letters"), [(SOON, 1), (NOT, 0)])
def test_who_was_parked_hears_of_the_cancellation_when_the_request_is_withdrawn(
    desk: Desk, tell: Tell, letters: int
) -> None:
    _, id = parked(desk)
    waitlist.withdraw(desk.scope, request=waitlist_queries.request(desk.scope, id), tell=tell)
    received = send(desk)
    assert [each.text.count("is cancelled") for each in received] == [1] * letters
    assert send(desk, DAY) == []
    assert calls(desk) == []


def test_the_links_of_who_was_parked_say_that_another_time_is_looked_for(desk: Desk) -> None:
    appointment = told(desk)
    link = link_of("cancel", desk.scope.clinic_id, appointment)
    id = waitlist.park(desk.scope, appointment=appointment, patient=desk.patient_of(appointment))
    assert look(link).status == "parked"
    offers.book(
        desk.scope,
        request=waitlist_queries.request(desk.scope, id),
        patient=desk.patient_of(appointment),
        visit_type=desk.type("Follow-up"),
        practitioner=desk.doctor,
        start=desk.at("15:00"),
    )
    assert look(link).status == "earlier"
