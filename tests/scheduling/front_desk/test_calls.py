"""What becomes of a call, on its visit and in the contact log."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.console.settings import services as settings
from clinnet.table.errors import Denied
from clinnet.table.meter import metered
from patients.queries import contacts
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import moving, states, undoing
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules.hours import Session
from scheduling.calendar.services import settings as schedule_settings
from scheduling.front_desk.rows import phone_list
from scheduling.messages import rows as message_rows
from scheduling.messages.queries import recipients
from tests.conftest import scope_of
from tests.patients.pages import hidden, plain
from tests.scheduling.conftest import Desk, MakeDesk
from tests.scheduling.front_desk.calling import listed, log
from tests.scheduling.messages.leaving import by_mail, maria, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(clinic: str, make_desk: MakeDesk) -> Desk:
    """Everything is tomorrow: on the phone list."""
    made = make_desk(clinic)
    made.day = clock.today("Europe/London") + timedelta(days=1)
    return made


# --- Calls -----------------------------------------------------------------------------------------------------------


def test_a_call_is_kept_on_the_visit_and_in_the_contact_log(desk: Desk) -> None:
    appointment = desk.book("10:30", desk.patient())
    for outcome in ("no answer", "left word"):
        log(desk, appointment, outcome)
    (call,) = phone_list.to_call(desk.scope, clock.today("Europe/London")).calls
    assert call.last is not None
    assert (call.last["outcome"], call.last["by"]) == ("left word", "Ana Ruiz")
    kept, _ = contacts(desk.scope, desk.patient_of(appointment))
    assert [each.text.rpartition(": ")[2] for each in kept] == ["left word", "no answer"]
    visit = appointment_queries.visit(desk.scope, appointment.patient_id, appointment.id)
    assert [line.what for line in message_rows.lines(desk.scope, visit, accounts.clinic(desk.scope.clinic_id))] == [
        "Called: no answer",
        "Called: left word",
    ]
    log(desk, appointment, "confirmed")
    assert desk.again(appointment).state == "confirmed"
    undoing.undo(desk.scope, appointment=desk.again(appointment))
    assert desk.again(appointment).state == "booked"


def test_who_was_told_of_the_cancellation_leaves_the_list(desk: Desk) -> None:
    appointment = desk.book("10:30", desk.patient())
    states.cancel(desk.scope, appointment=appointment, by="clinic", reason="Doctor away")
    log(desk, appointment, "confirmed")
    assert listed(desk) == {}
    assert desk.again(appointment).state == "cancelled"


def test_a_call_before_the_move_does_not_count(desk: Desk) -> None:
    appointment = desk.book("10:30", desk.patient())
    log(desk, appointment, "confirmed")
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00"))
    assert list(listed(desk)) == [appointment.id]


def test_only_who_may_book_logs_calls(desk: Desk) -> None:
    appointment = desk.book("10:30", desk.patient())
    nobody = scope_of(desk.scope.clinic_id, Role.RECEPTIONIST)
    bare = type(nobody)(nobody.clinic, nobody.actor, frozenset())
    with pytest.raises(Denied):
        log(desk, appointment, "confirmed", bare)


def test_the_page_lists_them_and_takes_one_key_each(desk: Desk, ana: Client) -> None:
    appointment = desk.book(
        "10:30", desk.patient("Ivan", "Petrov", birth_date="1969-07-07", phones=[{"number": "+447700900123"}])
    )
    url = f"/c/{desk.scope.clinic_id}/phone-list/"
    html = ana.get(url).content.decode()
    page = plain(html)
    for word in ("Petrov, Ivan", "7 Jul 1969", "07700 900123", "10:30", "Are they coming?", "No e-mail address"):
        assert word in page
    assert 'href="tel:+447700900123"' in html
    for key in ("c", "l", "n"):
        assert html.count(f'data-key="{key}"') == 1
    move, cancel = (
        next(each for each in re.findall(r'href="([^"]*)"', html) if word in each) for word in ("move=", "/cancel/")
    )
    for page, back in ((move, url), (cancel, "phones")):  # the time does not suit them
        text = ana.get(page.replace("&amp;", "&")).content.decode()
        assert "Petrov, Ivan" in plain(text)
        assert f'name="back" value="{back}"' in re.sub(r"\s+", " ", text)
    where = f"/c/{desk.scope.clinic_id}/patients/{appointment.patient_id}/appointments/{appointment.id}/called/"
    assert ana.post(where, {**hidden(html, "called/"), "outcome": "left word"}).status_code == 302
    again = plain(ana.get(url).content.decode())
    assert "Left word, today" in again
    assert "Try again 1" in again
    html = ana.get(url).content.decode()
    ana.post(where, {**hidden(html, "called/"), "outcome": "confirmed"})
    assert "Nobody has to be called." in plain(ana.get(url).content.decode())
    assert desk.again(appointment).state == "confirmed"


def test_a_made_up_outcome_is_refused(desk: Desk, ana: Client) -> None:
    appointment = desk.book("10:30", desk.patient())
    html = ana.get(f"/c/{desk.scope.clinic_id}/phone-list/").content.decode()
    where = f"/c/{desk.scope.clinic_id}/patients/{appointment.patient_id}/appointments/{appointment.id}/called/"
    ana.post(where, {**hidden(html, "called/"), "outcome": "shouted"})
    assert desk.again(appointment).calls is None


def test_the_list_reads_three_days_and_all_people_at_once(desk: Desk) -> None:
    for number in range(8):
        desk.book(f"{9 + number:02}:00", desk.patient(f"P{number}", phones=[{"number": "+447700900123"}]))
        by_mail(desk, maria(desk), f"{9 + number:02}:30")
    send(desk, timedelta())
    listed(desk)
    with metered() as meter:
        assert len(listed(desk)) == 8
    # Three days; whether messages leave, and the outbox of today.
    assert sorted(meter.calls) == ["BatchGetItem", "GetItem", *["Query"] * 4]
    assert meter.sequence == 3


def test_the_list_looks_as_far_ahead_as_others_are_reminded_and_over_a_weekend(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today("Europe/London")
    far = desk.book(day=today + timedelta(days=5))
    assert far.id not in listed(desk)
    settings.change(desk.admin, clinic=accounts.clinic(desk.scope.clinic_id), values={"reminders": "120,24"})
    assert listed(desk)[far.id] == recipients.NO_EMAIL
    settings.change(desk.admin, clinic=accounts.clinic(desk.scope.clinic_id), values={"reminders": "336"})
    assert phone_list.last_day(setup(desk.scope), today) == today + timedelta(days=7)
    settings.change(desk.admin, clinic=accounts.clinic(desk.scope.clinic_id), values={"reminders": "24"})
    later = today + timedelta(days=5)
    for doctor in desk.doctors:
        schedule_settings.save_hours(
            desk.admin, practitioner=doctor, sessions=[Session(later.weekday(), "08:00", "18:00")]
        )
    assert far.id in listed(desk)
    near = desk.book(day=today + timedelta(days=2), outside_hours=True, scope=desk.admin)
    monkeypatch.setattr(phone_list, "MOST", 1)
    found = phone_list.to_call(desk.scope, today)
    assert ([each.appointment.id for each in found.calls], found.more) == ([near.id], True)


# --- The details of a visit ------------------------------------------------------------------------------------------


def test_the_details_say_what_was_sent_and_what_waits(desk: Desk, ana: Client) -> None:
    appointment = by_mail(desk)
    url = f"/c/{desk.scope.clinic_id}/patients/{appointment.patient_id}/appointments/{appointment.id}/messages/"
    assert "Confirmation waits" in plain(ana.get(url).content.decode())
    send(desk)
    page = plain(ana.get(url, headers={"HX-Request": "true"}).content.decode())
    assert "Confirmation sent" in page
    assert "m…@example.org" in page
    assert "maria@example.org" not in page
