"""Messages about appointments: what leaves, to whom, when and how often."""

import random
import threading
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.test import Client

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.table import Event, Transaction, keys, query
from clinnet.table.errors import Refused, Stale
from clinnet.table.meter import metered
from patients import services as people
from patients.models import Patient
from patients.queries import contacts
from patients.queries import patient as get_patient
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking, changing, moving, reassign, series, states, undoing
from scheduling.board import queries as board_queries
from scheduling.messages.queries import recipients
from scheduling.messages.rules.due import GRACE
from scheduling.messages.services import letters, mail, outbox, sending, status
from scheduling.messages.services.mail import MailDown, MailRefused
from scheduling.models import Appointment, Message
from scheduling.refusals import AlreadyMovedOn
from tests.actions import TESTED
from tests.conftest import scope_of
from tests.patients.conftest import plain_static_names
from tests.patients.pages import hidden
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk
from tests.scheduling.post import Received, postman

LATER, QUARTER = timedelta(minutes=4), timedelta(minutes=15)
__all__ = ["plain_static_names"]


def maria(desk: Desk, **data: Any) -> Patient:
    return desk.patient(**{"email": "maria@example.org", "birth_date": "1985-03-14", **data})


def by_mail(desk: Desk, patient: Patient | None = None, at: str = "10:30", **wanted: Any) -> Appointment:
    return desk.book(at, patient or maria(desk), tell_by="email", **wanted)


def send(desk: Desk, after: timedelta = LATER) -> list[Received]:
    """What leaves when the sender looks so much later."""
    return send_at(desk, clock.now() + after)


def send_at(desk: Desk, moment: datetime) -> list[Received]:
    with desk.clock_at(moment), postman() as post:
        sending.send_due(desk.scope.clinic_id)
    return post


def messages(desk: Desk, appointment: Appointment) -> list[Message]:
    return query(desk.scope, keys.messages_about(appointment.patient_id, appointment.id), limit=20).of(Message)


def calendar(received: Received, name: str) -> str:
    return next(line.partition(":")[2] for line in received.calendar if line.startswith(f"{name}:"))


# --- When ------------------------------------------------------------------------------------------------------------


def test_a_booking_is_confirmed_after_the_grace_and_once(desk: Desk) -> None:
    appointment = by_mail(desk)
    assert send(desk, timedelta(minutes=2)) == []
    (received,) = send(desk)
    assert received.to == "maria@example.org"
    assert send(desk) == send(desk, timedelta(hours=1)) == []
    (message,) = messages(desk, appointment)
    assert (message.state, message.kind, message.to) == ("sent", "booked", ["m…@example.org"])
    now = desk.again(appointment)
    assert now.told is not None
    assert now.told["wall"] == appointment.wall
    assert now.version == appointment.version  # whoever has the visit open is not told that somebody changed it


def test_undo_within_the_grace_sends_nothing(desk: Desk) -> None:
    appointment = by_mail(desk)
    states.cancel(desk.scope, appointment=appointment, by="patient", reason="Booked by mistake")
    assert desk.again(appointment).gsi1pk is None
    assert send(desk) == []


def test_a_move_that_goes_back_within_the_grace_sends_nothing(desk: Desk) -> None:
    appointment = by_mail(desk)
    send(desk)
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00"))
    assert desk.again(appointment).gsi1sk is not None
    undoing.undo(desk.scope, appointment=desk.again(appointment))
    assert send(desk, timedelta(hours=1)) == []


def test_a_move_and_a_cancellation_update_the_calendar(desk: Desk) -> None:
    appointment = by_mail(desk)
    (first,) = send(desk)
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00"))
    (second,) = send(desk)
    states.cancel(desk.scope, appointment=desk.again(appointment), by="clinic", reason="Doctor away")
    (third,) = send(desk)
    assert [calendar(each, "UID") for each in (first, second, third)] == [f"{appointment.id}@clinnet"] * 3
    assert [calendar(each, "SEQUENCE") for each in (first, second, third)] == ["0", "1", "2"]
    assert [calendar(each, "METHOD") for each in (first, second, third)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert "11:00" in second.text
    assert "The earlier time no longer holds." in second.text
    assert "is cancelled. It was:" in third.text
    assert "http" not in third.text
    assert [each.kind for each in messages(desk, appointment)] == ["booked", "changed", "cancelled"]


def test_a_visit_is_given_to_another_patient_and_both_are_told(desk: Desk) -> None:
    appointment, luis = by_mail(desk), maria(desk, given="Luis", email="luis@example.org")
    assert not reassign.is_told(desk.scope, appointment)
    send(desk)
    assert reassign.is_told(desk.scope, desk.again(appointment))
    reassign.change_patient(desk.scope, appointment=desk.again(appointment), patient=luis)
    received = {each.to: each for each in send(desk)}
    assert calendar(received["maria@example.org"], "METHOD") == "CANCEL"
    assert calendar(received["luis@example.org"], "METHOD") == "REQUEST"
    # In a mailbox that both use, what holds must be the later one.
    sequences = [int(calendar(received[f"{name}@example.org"], "SEQUENCE")) for name in ("maria", "luis")]
    assert sequences == sorted(set(sequences))


def test_one_reminder_leaves_two_days_before(desk: Desk) -> None:
    appointment = by_mail(desk, day=desk.day + timedelta(days=9))
    send(desk)
    start = clock.moment(appointment.start or "")
    assert send_at(desk, start - timedelta(hours=49)) == []
    (reminder,) = send_at(desk, start - timedelta(hours=47))
    assert "This is a reminder of your appointment" in reminder.text
    assert send_at(desk, start - timedelta(hours=23)) == []


def test_a_patient_who_is_here_is_sent_nothing_any_more(desk: Desk) -> None:
    appointment = by_mail(desk)
    with desk.clock_at(desk.at("09:00")):
        states.arrive(desk.scope, appointment=appointment)
    assert send(desk) == []


def test_a_series_is_no_flood_of_mail(desk: Desk) -> None:
    starts = [desk.at("10:30", desk.day + timedelta(weeks=n)) for n in range(3)]
    series.book_series(desk.scope, patient=maria(desk), visit_type=desk.type("Follow-up"), practitioner=desk.doctor,
                         starts=starts, tell_by="email")  # fmt: skip
    assert send(desk) == []
    (reminder,) = send_at(desk, starts[1] - timedelta(hours=47))
    assert "reminder" in reminder.text


# --- To whom ---------------------------------------------------------------------------------------------------------


def family(desk: Desk, born: str, **mother: Any) -> Patient:
    tie = people.Tie(known={"kind": "child"}, new={"kind": "parent", "messages": True})
    parent = maria(desk, language="es", **mother)
    id = people.register_for(
        desk.scope, parent, {"given_name": "Lucía", "birth_date": born, "email": "lucia@example.org"}, tie
    )
    return get_patient(desk.scope, id)


def test_a_child_s_messages_go_to_the_guardian_in_their_language(desk: Desk) -> None:
    child = family(desk, (date.today() - timedelta(days=6 * 365)).isoformat())  # noqa: DTZ011  years are enough
    by_mail(desk, child)
    (received,) = send(desk)
    assert received.to == "maria@example.org"
    assert "Su cita en Test Clinic está reservada" in received.text


def test_an_adult_s_messages_do_not_go_to_the_parents(desk: Desk) -> None:
    by_mail(desk, family(desk, "1999-01-01"))
    assert [each.to for each in send(desk)] == ["lucia@example.org"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"email": ""}, recipients.NO_EMAIL),
        ({"consents": {"messages": {"given": False, "on": "2026-01-01"}}}, recipients.NO_CONSENT),
        ({"birth_date": "2020-05-05"}, recipients.NO_GUARDIAN),
    ],
)
def test_who_cannot_be_told_is_known_at_booking(desk: Desk, data: dict[str, Any], reason: str) -> None:
    appointment = by_mail(desk, maria(desk, **data))
    assert appointment.unreached == reason
    assert appointment.gsi1pk is None
    (card,) = board_queries.board(desk.scope, desk.day).cards
    assert "F" in card.flags
    assert send(desk) == []


def test_consent_withdrawn_after_booking_counts(desk: Desk) -> None:
    appointment = by_mail(desk)
    people.change(
        desk.scope, desk.patient_of(appointment), {"consents": {"messages": {"given": False, "on": "2026-01-01"}}}
    )
    assert send(desk) == []
    (message,) = messages(desk, appointment)
    assert (message.state, message.reason) == ("failed", recipients.NO_CONSENT)
    assert desk.again(appointment).unreached == recipients.NO_CONSENT
    (card,) = board_queries.board(desk.scope, desk.day).cards
    assert "F" in card.flags


def test_the_dead_and_test_patients_are_never_written_to(desk: Desk) -> None:
    first, second = by_mail(desk), by_mail(desk, maria(desk, given="Test"), "11:00")
    people.record_death(desk.scope, desk.patient_of(first), on="2026-11-01")
    people.mark_test(desk.scope, desk.patient_of(second), test=True)
    assert send(desk) == []
    assert messages(desk, first) == messages(desk, second) == []
    assert desk.again(first).unreached is None


def test_a_merged_patient_s_messages_go_to_the_survivor(desk: Desk) -> None:
    appointment, survivor = by_mail(desk), maria(desk, email="new@example.org")
    people.merge(scope_of(desk.scope.clinic_id, Role.ADMIN), survivor, desk.patient_of(appointment), {})
    assert [each.to for each in send(desk)] == ["new@example.org"]


# --- A family -------------------------------------------------------------------------------------------------------


def booked_together(desk: Desk) -> list[Appointment]:
    """María at 10:00 and children after her, whose messages go to her."""
    mother = maria(desk)
    members = [mother] + [child_of(desk, mother, n) for n in (1, 2)]
    starts = [desk.at("10:00") + n * QUARTER for n in range(3)]
    visits = [booking.Visit(each, desk.type("Follow-up"), desk.doctor, start, tell_by="email")
              for each, start in zip(members, starts, strict=True)]  # fmt: skip
    ids = booking.book_together(desk.scope, visits=visits)
    return [appointment_queries.appointment(desk.scope, each.id, id) for each, id in zip(members, ids, strict=True)]


def child_of(desk: Desk, mother: Patient, number: int) -> Patient:
    tie = people.Tie(known={"kind": "child"}, new={"kind": "parent", "messages": True})
    born = f"{clock.now().year - 3 - number}-05-05"
    return get_patient(
        desk.scope, people.register_for(desk.scope, mother, {"given_name": "Kid", "birth_date": born}, tie)
    )


def uids(received: Received) -> list[str]:
    return [line.removeprefix("UID:").removesuffix("@clinnet") for line in received.calendar if line.startswith("UID:")]


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


# --- Words -----------------------------------------------------------------------------------------------------------


def test_a_mailbox_shows_nothing_but_date_time_and_clinic(desk: Desk) -> None:
    appointment = by_mail(desk, maria(desk, family="Canaryname", preferred_name="Canarymia", mrn="990077"),
                   reason="Canaryreason", note="Canarynote")  # fmt: skip
    (received,) = send(desk)
    whole = "\n".join([received.subject, received.text, *received.calendar, str(received.message.items())]).lower()
    for word in ("canary", "maría", "garcía", "okafor", "amara", "follow-up", "990077", "1985"):
        assert word not in whole
    day = datetime.fromisoformat(appointment.wall or "")
    assert received.subject == f"Your appointment, {day:%A} {day.day} {day:%B} {day.year}"
    assert "10:30" in received.text
    assert "SUMMARY:Appointment\\, Test Clinic" in received.calendar
    assert max(len(line) for line in received.raw.splitlines()) <= 998
    received.raw.decode("ascii")


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


# --- What it costs, and the command ----------------------------------------------------------------------------------


def test_a_booking_that_will_be_told_costs_one_index_entry_more(desk: Desk) -> None:
    units = {}
    for how, at in (("slip", "10:30"), ("email", "11:30")):
        patient = maria(desk)
        desk.free()  # the schedule's set-up is known
        with metered() as meter:
            booking.book(desk.scope, patient=patient, visit_type=desk.type("Follow-up"), practitioner=desk.doctor,
                          start=desk.at(at), tell_by=how)  # fmt: skip
        assert meter.calls == ["TransactWriteItems"]
        units[how] = meter.write_units
    assert units["email"] == units["slip"] + 1


def test_nothing_due_costs_some_reads_and_no_write(desk: Desk) -> None:
    by_mail(desk)
    sending.send_due(desk.scope.clinic_id)  # the first of a day says that the days before are done
    accounts.clinic(desk.scope.clinic_id)
    with metered() as meter:
        assert sending.send_due(desk.scope.clinic_id) == {}
    assert (meter.write_units, meter.read_units) == (0, 2.5)


@pytest.mark.parametrize("days", [2, 5, 30])
def test_however_long_nothing_ran_what_was_due_leaves_in_the_end(desk: Desk, days: int) -> None:
    desk.day += timedelta(days=60)
    sending.send_due(desk.scope.clinic_id)
    by_mail(desk)
    (received,) = send(desk, timedelta(days=days))
    assert "is booked" in received.text
    assert send(desk, timedelta(days=days, hours=1)) == []


def test_one_that_cannot_be_made_is_tried_on_every_day(desk: Desk) -> None:
    desk.day += timedelta(days=60)
    by_mail(desk)
    with patch.object(letters, "write", side_effect=ZeroDivisionError):
        send(desk, timedelta(days=1))
        send(desk, timedelta(days=9))
    assert len(send(desk, timedelta(days=20))) == 1


def test_the_command_sends_for_every_clinic(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    appointment = by_mail(desk)
    with postman() as post:
        call_command("send_messages", clinic=desk.scope.clinic_id, grace=0)
        call_command("send_messages", clinic=desk.scope.clinic_id, grace=0)
    assert len(post) == 1
    assert capsys.readouterr().out == "1 sent\nNothing was due.\n"
    assert desk.again(appointment).told is not None
    assert desk.scope.clinic_id in accounts.all_clinics()


def test_a_transaction_of_ours_never_changes_the_visit_s_version(desk: Desk) -> None:
    """The sender works beside people: what they have open must not go stale by it."""
    appointment, real = by_mail(desk), Transaction.update

    def refuse(self: Transaction, item: Any, *args: Any, **given: Any) -> None:
        assert not isinstance(item, Appointment)
        real(self, item, *args, **given)

    with patch.object(Transaction, "update", refuse):
        assert len(send(desk)) == 1
    assert desk.again(appointment).version == 1


def test_who_runs_late_tells_those_still_to_come(desk: Desk) -> None:
    appointment = by_mail(desk)
    send(desk)
    tx = Transaction(desk.scope)
    changing.add_step(tx, desk.again(appointment), {"late": 50}, stamps=[])
    tx.commit(Event(TESTED, "APPOINTMENT", appointment.id))
    (received,) = send(desk)
    assert "about 50 minutes late" in received.text
    assert list(received.message.iter_attachments()) == []
    assert send(desk, timedelta(hours=1)) == []


# --- The clinic's own rules ------------------------------------------------------------------------------------------


def rules_page(desk: Desk) -> tuple[Client, str]:
    return signed_in_client(
        desk.scope.clinic_id, role=Role.ADMIN
    ), f"/c/{desk.scope.clinic_id}/manage/schedule/messages/"


@pytest.mark.django_db
def test_an_administrator_says_when_reminders_leave_and_where_the_clinic_is(desk: Desk) -> None:
    browser, url = rules_page(desk)
    form = hidden(browser.get(url).content.decode().partition("<main")[2])
    typed = {"reminders": "24", "address": "5 Mill Lane, London", "phone": "020 7946 0000", "names_in_messages": "on"}
    assert browser.post(url, {**form, **typed}).status_code == 302
    appointment = by_mail(desk, at="14:00")
    (received,) = send(desk)
    assert "5 Mill Lane" in received.text
    assert "Call 020 7946 0000." in received.text
    assert "LOCATION:Test Clinic\\, 5 Mill Lane\\, London" in received.calendar
    start = clock.moment(appointment.start or "")
    assert send_at(desk, start - timedelta(hours=47)) == []
    assert len(send_at(desk, start - timedelta(hours=23))) == 1
    booked_together(desk)
    (family,) = send(desk)
    assert "To cancel only this one (Kid, " in family.text


@pytest.mark.django_db
def test_no_reminders_are_no_reminders(desk: Desk) -> None:
    browser, url = rules_page(desk)
    form = hidden(browser.get(url).content.decode().partition("<main")[2])
    assert browser.post(url, {**form, "reminders": "none", "address": "", "phone": ""}).status_code == 302
    appointment = by_mail(desk)
    send(desk)
    assert desk.again(appointment).gsi1pk is None
    page = browser.get(url).content.decode()
    assert 'value="none" selected' in page


def test_however_many_are_due_all_leave(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PAGE", 2)
    for number in range(7):
        by_mail(desk, maria(desk, email=f"p{number}@example.org"), f"{8 + number:02}:00")
    assert len(send(desk)) == 7


def test_one_that_cannot_be_made_keeps_back_no_other(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    by_mail(desk, maria(desk, email="ill@example.org"))
    by_mail(desk, maria(desk, email="well@example.org"), "11:00")
    real = letters.write

    def write(known: Any, kind: Any, about: Any, way: str) -> Any:
        if "10:30" in (about[0].appointment.wall or ""):
            raise ZeroDivisionError
        return real(known, kind, about, way)

    with patch.object(letters, "write", write):
        assert [each.to for each in send(desk)] == ["well@example.org"]
    assert "could not be made" in caplog.text
    assert "example.org" not in caplog.text


def test_a_patient_who_cancels_a_series_gets_no_heap_of_mail(desk: Desk) -> None:
    starts = [desk.at("10:30", desk.day + timedelta(weeks=n)) for n in range(3)]
    job = series.book_series(desk.scope, patient=maria(desk), visit_type=desk.type("Follow-up"),
                               practitioner=desk.doctor, starts=starts, tell_by="email")  # fmt: skip
    (card,) = board_queries.board(desk.scope, desk.day).cards
    first = appointment_queries.appointment(desk.scope, card.patient_id, card.id)
    moving.move(desk.scope, appointment=first, start=desk.at("11:00"))
    assert [calendar(each, "METHOD") for each in send(desk)] == ["REQUEST"]
    series.cancel_rest(desk.scope, appointment=desk.again(first), by="patient", reason="Seen elsewhere")
    assert [calendar(each, "METHOD") for each in send(desk)] == ["CANCEL"]  # of the one of which there was a message
    assert job.id == first.series_id


def test_whatever_people_do_while_messages_leave_patients_know_in_the_end_what_is_so(desk: Desk) -> None:
    """Moves, cancellations and undo beside two senders, without any grace: the last message says what is."""
    appointments = [by_mail(desk, maria(desk, email=f"p{n}@example.org"), f"{8 + 2 * n:02}:00") for n in range(3)]
    rng, start = random.Random(desk.scope.clinic_id), threading.Barrier(4)
    seeds = [rng.random() for _ in range(2)]

    def act(seed: float) -> None:
        own = random.Random(seed)
        start.wait()
        for _ in range(12):
            now = desk.again(own.choice(appointments))
            with suppress(Refused, Stale):
                what = own.randrange(4)
                if what == 0:
                    later = clock.moment(now.start or "") + timedelta(minutes=own.choice((-5, 5, 30)))
                    moving.move(desk.scope, appointment=now, start=later)
                elif what == 1:
                    states.cancel(desk.scope, appointment=now, by="clinic", reason="Doctor away")
                elif what == 2:
                    states.confirm(desk.scope, appointment=now)
                else:
                    undoing.undo(desk.scope, appointment=now)

    def deliver() -> None:
        start.wait()
        for _ in range(12):
            sending.send_due(desk.scope.clinic_id, early=GRACE)

    with postman() as post:
        threads = [threading.Thread(target=act, args=(seed,)) for seed in seeds]
        threads += [threading.Thread(target=deliver) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sending.send_due(desk.scope.clinic_id, early=GRACE)
    for each in appointments:
        now, told = desk.again(each), outbox.told_of(desk.again(each))
        is_off = outbox.state_of(now) == "off"
        assert told is None or told.state == outbox.state_of(now)
        assert is_off or (told is not None and told.wall == now.wall)
        got = [int(calendar(mail, "SEQUENCE")) for mail in post if f"UID:{now.id}@clinnet" in mail.calendar]
        assert got == sorted(got)  # no later message tells an older thing
        assert now.sending is None
