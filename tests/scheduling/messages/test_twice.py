"""Senders at once, crashes in the middle, a mail service that is down: everybody is told, and nobody twice."""

import threading
from datetime import timedelta
from unittest.mock import patch

import pytest

from clinnet import clock
from patients.queries import contacts
from scheduling.appointments.services import moving, states
from scheduling.messages.services import mail, sending, status
from scheduling.messages.services.mail import MailDown, MailRefused
from scheduling.refusals import AlreadyMovedOn
from tests.scheduling.conftest import Desk
from tests.scheduling.messages.leaving import LATER, by_mail, calendar, maria, messages, send, send_at
from tests.scheduling.post import postman

# --- Twice, at once, interrupted -------------------------------------------------------------------------------------


def test_two_senders_at_once_send_once(desk: Desk) -> None:
    appointments = [by_mail(desk, maria(desk, email=f"p{n}@example.org"), f"{8 + n}:00".zfill(5)) for n in range(5)]
    moment, start = clock.now() + LATER, threading.Barrier(4)

    def run() -> None:
        start.wait()
        sending.send_due(desk.scope.clinic_id)

    with desk.clock_at(moment), postman() as post:
        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(each.to for each in post) == [f"p{n}@example.org" for n in range(5)]
    assert [len(messages(desk, each)) for each in appointments] == [1] * 5


def test_a_crash_between_claim_and_send_is_found_after_some_minutes(desk: Desk) -> None:
    appointment, moment = by_mail(desk), clock.now() + LATER
    with (
        desk.clock_at(moment),
        patch.object(sending, "send", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        sending.send_due(desk.scope.clinic_id)
    assert send_at(desk, moment + timedelta(minutes=5)) == []
    (received,) = send_at(desk, moment + timedelta(minutes=11))
    assert calendar(received, "SEQUENCE") == "0"
    assert [each.state for each in messages(desk, appointment)] == ["sent"]


def test_a_crash_between_send_and_writing_it_down_sends_the_same_again(desk: Desk) -> None:
    by_mail(desk)
    moment = clock.now() + LATER
    with (
        desk.clock_at(moment),
        postman() as first,
        patch.object(sending, "_settle", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        sending.send_due(desk.scope.clinic_id)
    (second,) = send_at(desk, moment + timedelta(minutes=11))
    assert [calendar(each, "UID") for each in first] == [calendar(second, "UID")]
    assert calendar(first[0], "SEQUENCE") == calendar(second, "SEQUENCE")


def test_a_cancellation_while_the_confirmation_is_under_way_is_told_too(desk: Desk) -> None:
    appointment, real = by_mail(desk), mail.send

    def meanwhile(each: mail.Mail) -> None:
        states.cancel(desk.scope, appointment=desk.again(appointment), by="clinic", reason="Doctor away")
        real(each)

    with patch.object(sending, "send", meanwhile):
        assert len(send(desk)) == 1
    (second,) = send(desk, LATER * 2)
    assert calendar(second, "METHOD") == "CANCEL"


def test_a_message_that_was_just_sent_is_not_overlooked_by_somebody_who_cancels(desk: Desk) -> None:
    """Who read the visit before, and writes after, is told to look again: else the cancellation would not be told."""
    appointment = by_mail(desk)
    old = desk.again(appointment)
    send(desk)
    with pytest.raises(AlreadyMovedOn):
        states.cancel(desk.scope, appointment=old, by="clinic", reason="Doctor away")


# --- Trouble ---------------------------------------------------------------------------------------------------------


def test_while_the_mail_service_is_down_messages_wait_and_the_clinic_is_told(desk: Desk) -> None:
    appointment, moment = by_mail(desk), clock.now() + LATER
    down = patch.object(sending, "send", side_effect=MailDown("It does not answer."))
    with desk.clock_at(moment), down, pytest.raises(MailDown):
        sending.send_due(desk.scope.clinic_id)
    trouble = status.trouble(desk.scope)
    assert trouble is not None
    assert trouble.problem == "It does not answer."
    assert messages(desk, appointment) == []
    assert desk.again(appointment).sending == {"tries": 1, "problem": "It does not answer."}
    assert send_at(desk, moment + timedelta(minutes=1)) == []
    assert len(send_at(desk, moment + timedelta(minutes=3))) == 1
    assert status.trouble(desk.scope) is None


def test_an_address_that_is_refused_is_a_failure_and_a_mark(desk: Desk) -> None:
    appointment = by_mail(desk)
    with patch.object(sending, "send", side_effect=MailRefused):
        send(desk)
    (message,) = messages(desk, appointment)
    assert (message.state, message.reason) == ("failed", sending.NOT_TAKEN)
    assert send(desk, timedelta(hours=2)) == []
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00"))  # news: tried again
    assert len(send(desk)) == 1
    assert desk.again(appointment).unreached is None


def test_an_address_that_is_none_does_not_stop_the_others(desk: Desk) -> None:
    first = by_mail(desk, maria(desk, email="not an address\nBcc: x@example.org"))
    by_mail(desk, maria(desk, email="well@example.org"), "11:00")
    assert [each.to for each in send(desk)] == ["well@example.org"]
    assert [each.state for each in messages(desk, first)] == ["failed"]


def test_a_message_is_in_the_patient_s_contact_log(desk: Desk) -> None:
    appointment = by_mail(desk)
    send(desk)
    log, _ = contacts(desk.scope, desk.patient_of(appointment))
    assert [(each.direction, each.channel, each.by_name) for each in log] == [("out", "e-mail", "Clinnet")]
    assert log[0].text.startswith("Told: booked for")
