"""A family that was booked together: one letter, and a state of its own for each."""

import re
import threading
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from clinnet import clock
from patients import services as people
from patients.queries import patient as get_patient
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking, moving, states
from scheduling.messages.services import mail, sending
from scheduling.messages.services.mail import MailDown
from scheduling.models import Message
from tests.scheduling.conftest import Desk
from tests.scheduling.messages.leaving import (
    LATER,
    QUARTER,
    booked_together,
    calendar,
    maria,
    messages,
    send,
    send_at,
    uids,
)
from tests.scheduling.messages.test_sms import network
from tests.scheduling.post import postman


def test_a_family_booked_together_is_told_in_one_letter_and_each_keeps_its_state(desk: Desk) -> None:
    appointments = booked_together(desk)
    (received,) = send(desk)
    assert uids(received) == [each.id for each in appointments]
    assert "Your appointments at Test Clinic are booked:" in received.text
    assert [received.text.count(word) for word in ("10:00", "10:15", "10:30", "/m/")] == [3, 3, 3, 6]
    for who in ("You", "First child, born in ", "Second child, born in "):
        assert received.text.count(f"To cancel only this one ({who}") == 1
    assert "Kid" not in received.text
    assert [[(each.state, each.kind) for each in messages(desk, one)] for one in appointments] == [
        [("sent", "booked")]
    ] * 3
    assert send(desk, timedelta(hours=1)) == []
    (reminder,) = send_at(desk, clock.moment(appointments[0].start or "") - timedelta(hours=24))
    assert uids(reminder) == [each.id for each in appointments]
    assert send_at(desk, clock.moment(appointments[2].start or "") - timedelta(hours=23)) == []
    moving.move(desk.scope, appointment=desk.again(appointments[1]), start=desk.at("12:00"))
    (changed,) = send(desk)
    assert [calendar(changed, name) for name in ("UID", "SEQUENCE", "METHOD")] == [
        f"{appointments[1].id}@clinnet",
        "1",
        "REQUEST",
    ]
    moving.move(desk.scope, appointment=desk.again(appointments[0]), start=desk.at("12:30"))
    (changed,) = send(desk)
    assert "To cancel only this one (You, 12:30)" in changed.text
    assert re.search(r"The earlier time no longer holds: .*, 10:00\.", changed.text)


@pytest.mark.parametrize(("way", "same"), [("email", True), ("email", False), ("sms", True), ("sms", False)])
def test_of_two_adults_of_one_mailbox_a_change_says_whose_it_is(desk: Desk, way: str, same: bool) -> None:
    numbers = [{"number": "+447700900421", "kind": "mobile"}]
    couple = [maria(desk, phones=numbers), maria(desk, given="Juan", birth_date="1980-01-01", phones=numbers)]
    if not same:
        other = [{"number": "+447700900422", "kind": "mobile"}]
        people.change(desk.scope, couple[1], {"email": "juan@example.org", "phones": other})
        couple[1] = get_patient(desk.scope, couple[1].id)
    kind, ids = desk.type("Follow-up"), []
    visits = [
        booking.Visit(each, kind, desk.doctor, desk.at("10:00") + n * QUARTER, tell_by=way)
        for n, each in enumerate(couple)
    ]
    ids = booking.book_together(desk.scope, visits=visits)
    with network() as before:
        send(desk)
    first = appointment_queries.appointment(desk.scope, couple[0].id, ids[0])
    moving.move(desk.scope, appointment=first, start=desk.at("12:00"))
    with network() as found:
        letters = [each.text for each in send(desk, timedelta(hours=1))]
    (text,) = letters or [text for _, text in found]
    assert len(before) == (2 if way == "sms" else 0)
    assert ("Adult, born in 1985" in text) == same
    assert ("(You, 12:00)" in text) == (way == "email" and not same)


def test_who_is_taken_back_or_moved_within_the_grace_is_not_in_the_family_s_letter(desk: Desk) -> None:
    appointments = booked_together(desk)
    states.cancel(desk.scope, appointment=appointments[1], by="patient", reason="Booked by mistake")
    with desk.clock_at(clock.now() + timedelta(minutes=2)):
        moving.move(desk.scope, appointment=appointments[2], start=desk.at("12:00"))
    (first,) = send(desk)
    assert uids(first) == [appointments[0].id]
    (second,) = send(desk, timedelta(minutes=6))
    assert uids(second) == [appointments[2].id]


def test_each_of_a_family_with_an_address_of_their_own_gets_one_letter(desk: Desk) -> None:
    appointments = booked_together(desk)
    people.change(
        desk.scope, desk.patient_of(appointments[1]), {"birth_date": "1990-01-01", "email": "grown@example.org"}
    )
    received = {each.to: uids(each) for each in send(desk)}
    assert received == {
        "maria@example.org": [appointments[0].id, appointments[2].id],
        "grown@example.org": [appointments[1].id],
    }


def test_a_crash_after_a_family_s_letter_leaves_all_of_them_told_or_none(desk: Desk) -> None:
    appointments, moment = booked_together(desk), clock.now() + LATER
    real, calls = sending.put_message, list[str]()

    def dies(*given: Any, **more: Any) -> Message:
        calls.append("")
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*given, **more)

    with (
        desk.clock_at(moment),
        postman() as first,
        patch.object(sending, "put_message", dies),
        pytest.raises(KeyboardInterrupt),
    ):
        sending.send_due(desk.scope.clinic_id)
    assert [desk.again(each).told for each in appointments] == [None] * 3
    assert send_at(desk, moment + timedelta(minutes=5)) == []
    (second,) = send_at(desk, moment + timedelta(minutes=11))
    assert uids(second) == uids(first[0]) == [each.id for each in appointments]
    assert [len(messages(desk, each)) for each in appointments] == [1] * 3


def test_one_of_a_family_who_is_cancelled_while_the_letter_leaves_is_told_so_and_nobody_twice(desk: Desk) -> None:
    appointments, real = booked_together(desk), mail.send

    def meanwhile(each: mail.Mail) -> None:
        states.cancel(desk.scope, appointment=desk.again(appointments[1]), by="clinic", reason="Doctor away")
        real(each)

    with patch.object(sending, "send", meanwhile):
        assert [uids(each) for each in send(desk)] == [[each.id for each in appointments]]
    (second,) = send(desk, LATER * 2)
    assert (uids(second), calendar(second, "METHOD")) == ([appointments[1].id], "CANCEL")


def test_senders_at_once_send_a_family_s_letter_once(desk: Desk) -> None:
    booked_together(desk)
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        sending.send_due(desk.scope.clinic_id)

    with desk.clock_at(clock.now() + LATER), postman() as post:
        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(post) == 1


def test_where_the_mail_service_goes_down_on_the_way_who_was_told_is_not_told_again(desk: Desk) -> None:
    appointments, moment, real = booked_together(desk), clock.now() + LATER, mail.send
    people.change(
        desk.scope, desk.patient_of(appointments[1]), {"birth_date": "1990-01-01", "email": "grown@example.org"}
    )

    def once(each: mail.Mail) -> None:
        if each.to != "maria@example.org":
            raise MailDown("It does not answer.")
        real(each)

    with desk.clock_at(moment), patch.object(sending, "send", once), postman() as first, pytest.raises(MailDown):
        sending.send_due(desk.scope.clinic_id)
    assert [each.to for each in first] == ["maria@example.org"]
    assert [each.to for each in send_at(desk, moment + timedelta(minutes=30))] == ["grown@example.org"]
