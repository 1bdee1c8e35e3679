"""What sending costs, the command that does it, and the clinic's own rules for it."""

import random
import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.console.settings import services as settings
from clinnet.table import Event, Transaction
from clinnet.table.errors import Refused, Stale
from clinnet.table.meter import metered
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking, changing, moving, series, states, undoing
from scheduling.board import queries as board_queries
from scheduling.messages.rules.due import GRACE
from scheduling.messages.services import letters, outbox, sending
from scheduling.models import Appointment
from tests.actions import TESTED
from tests.patients.pages import hidden
from tests.scheduling.conftest import Desk
from tests.scheduling.messages.leaving import (
    booked_together,
    by_mail,
    calendar,
    maria,
    send,
    send_at,
    settings_page,
)
from tests.scheduling.post import postman

# --- What it costs, and the command ----------------------------------------------------------------------------------


def test_a_booking_that_will_be_told_costs_one_index_entry_more(desk: Desk) -> None:
    units = {}
    for how, at in (("slip", "10:30"), ("email", "11:30")):
        patient = maria(desk)
        desk.free()  # the schedule's set-up is known
        with metered() as meter:
            booking.book(
                desk.scope,
                patient=patient,
                visit_type=desk.type("Follow-up"),
                practitioner=desk.doctor,
                start=desk.at(at),
                tell_by=how,
            )
        assert meter.calls == ["TransactWriteItems"]
        units[how] = meter.write_units
    assert units["email"] == units["slip"] + 1


def test_nothing_due_costs_some_reads_and_no_write(desk: Desk) -> None:
    by_mail(desk)
    sending.send_due(desk.scope.clinic_id)  # the first of a day says that the days before are done
    accounts.clinic(desk.scope.clinic_id)
    with metered() as meter:
        assert sending.send_due(desk.scope.clinic_id) == {}
    assert (meter.write_units, meter.read_units) == (0, 3.5)  # half a unit of it asks for invoices, half for letters


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


@pytest.mark.django_db
def test_an_administrator_says_when_reminders_leave_and_where_the_clinic_is(desk: Desk) -> None:
    browser, url = settings_page(desk)
    form = hidden(browser.get(url).content.decode().partition("<main")[2])
    typed = {"reminders": "24", "names_in_messages": "on", "sure": "names_in_messages"}
    assert browser.post(url, {**form, **typed}).status_code == 302
    where = {"address": "5 Mill Lane, London", "phone": "020 7946 0000"}
    settings.change(desk.admin, clinic=accounts.clinic(desk.scope.clinic_id), values=where)
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
    browser, url = settings_page(desk)
    form = hidden(browser.get(url).content.decode().partition("<main")[2])
    assert browser.post(url, {**form, "reminders": "none"}).status_code == 302
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
    job = series.book_series(
        desk.scope,
        patient=maria(desk),
        visit_type=desk.type("Follow-up"),
        practitioner=desk.doctor,
        starts=starts,
        tell_by="email",
    )
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
