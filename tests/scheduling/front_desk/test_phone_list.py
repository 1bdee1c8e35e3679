"""Who has to be called, what becomes of a call; and what whoever opens the clinic is told."""

import io
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.test import Client

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.table import Event, Transaction, query
from clinnet.table import keys as table_keys
from clinnet.table.errors import Denied, NotFound, Refused
from clinnet.table.meter import metered
from patients import services as people
from patients.queries import contacts
from patients.queries import patient as get_patient
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.forms.booking import told_by
from scheduling.appointments.services import changing, moving, states, undoing
from scheduling.board import queries as board_queries
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules.hours import Session
from scheduling.calendar.services import settings as schedule_settings
from scheduling.front_desk import services as by_link
from scheduling.front_desk.rows import morning_summary, phone_list
from scheduling.messages import rows as message_rows
from scheduling.messages.queries import recipients
from scheduling.messages.services import messages, status
from scheduling.messages.services.links import link_of
from scheduling.models import Appointment
from tests.actions import TESTED
from tests.conftest import scope_of
from tests.patients.conftest import plain_static_names
from tests.patients.pages import hidden, plain
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk, MakeDesk
from tests.scheduling.messages.test_messages import LATER, by_mail, child_of, maria, send

pytestmark = pytest.mark.django_db
__all__ = ["plain_static_names"]


@pytest.fixture
def desk(clinic: str, make_desk: MakeDesk) -> Desk:
    """Everything is tomorrow: on the phone list."""
    made = make_desk(clinic)
    made.day = clock.today("Europe/London") + timedelta(days=1)
    return made


@pytest.fixture
def ana(desk: Desk) -> Client:
    return signed_in_client(desk.scope.clinic_id)


def listed(desk: Desk) -> dict[str, str]:
    """Whom to call, and why."""
    return {
        call.appointment.id: call.why for call in phone_list.to_call(desk.scope, clock.today("Europe/London")).calls
    }


def says(desk: Desk) -> list[str]:
    return [call.say for call in phone_list.to_call(desk.scope, clock.today("Europe/London")).calls]


def bounce(desk: Desk, appointment: Appointment) -> bool:
    return messages.record_bounce(
        desk.scope, patient_id=appointment.patient_id, appointment_id=appointment.id, reason="Mailbox does not exist"
    )


# --- Who stands on it ------------------------------------------------------------------------------------------------


def test_whom_a_message_reaches_is_not_called(desk: Desk) -> None:
    appointment = by_mail(desk)
    assert listed(desk) == {}
    send(desk)
    assert listed(desk) == {}
    assert desk.again(appointment).unreached is None


def test_who_has_no_address_is_called_until_confirmed(desk: Desk) -> None:
    appointment = desk.book("10:30", desk.patient(phones=[{"number": "+447700900123"}]))
    other = by_mail(desk, maria(desk, email=""), "11:00")
    assert listed(desk) == {appointment.id: recipients.NO_EMAIL, other.id: recipients.NO_EMAIL}
    states.confirm(desk.scope, appointment=appointment)
    assert list(listed(desk)) == [other.id]


def test_who_said_no_to_messages_is_by_phone_only(desk: Desk) -> None:
    no = {"messages": {"given": False, "on": "2026-01-01"}}
    appointment = by_mail(desk, maria(desk, consents=no))
    assert listed(desk) == {appointment.id: "No consent for messages: by phone only"}


def test_a_bounce_brings_them_to_the_list_and_that_address_is_not_written_to_again(desk: Desk) -> None:
    appointment = by_mail(desk)
    assert not bounce(desk, appointment)  # nothing was sent yet
    send(desk)
    assert bounce(desk, desk.again(appointment))
    assert not bounce(desk, desk.again(appointment))
    assert listed(desk) == {appointment.id: "Mailbox does not exist"}
    (card,) = board_queries.board(desk.scope, desk.day).cards
    assert "F" in card.flags
    assert send(desk, timedelta(hours=3)) == []
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00"))
    assert send(desk) == []
    why = "E-mail to them comes back: Mailbox does not exist"
    assert listed(desk) == {appointment.id: why}
    maria = desk.patient_of(appointment)
    assert told_by(maria) == "slip"
    other = by_mail(desk, maria, at="12:00")
    assert send(desk) == []
    assert desk.again(other).unreached == why


def test_of_two_parents_the_one_whose_address_came_back_is_left_out(desk: Desk) -> None:
    mother = maria(desk)
    child = child_of(desk, mother, 1)
    father = maria(desk, given="José", email="jose@example.org")
    people.link(desk.scope, child, father, {"kind": "parent", "messages": True})
    appointment = by_mail(desk, get_patient(desk.scope, child.id))
    assert {each.to for each in send(desk)} == {"maria@example.org", "jose@example.org"}
    messages.record_bounce(
        desk.scope, patient_id=child.id, appointment_id=appointment.id, addresses=["jose@example.org"]
    )
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("11:00"))
    assert [each.to for each in send(desk)] == ["maria@example.org"]


def test_an_address_that_came_back_is_marked_on_the_patient_until_it_works_or_changes(desk: Desk, ana: Client) -> None:
    appointment = by_mail(desk)
    send(desk)
    bounce(desk, desk.again(appointment))
    page = f"/c/{desk.scope.clinic_id}/patients/{appointment.patient_id}/"
    assert "came back Mailbox does not exist." in plain(ana.get(page).content.decode())
    html = ana.get(f"{page}email-works/").content.decode()
    assert ana.post(f"{page}email-works/", hidden(html.partition("<main")[2])).status_code == 302
    assert "came back" not in plain(ana.get(page).content.decode())
    assert desk.patient_of(appointment).mailbox == "maria@example.org"
    messages.tell_again(desk.scope, appointment=desk.again(appointment), patient=desk.patient_of(appointment))
    send(desk)
    bounce(desk, desk.again(appointment))
    people.change(desk.scope, desk.patient_of(appointment), {"email": "right@example.org"})
    assert desk.patient_of(appointment).mailbox == "right@example.org"


def test_a_bounce_of_another_clinic_s_message_is_not_found(desk: Desk, outsider: Any) -> None:
    appointment = by_mail(desk)
    send(desk)
    with pytest.raises(NotFound):
        messages.record_bounce(outsider, patient_id=appointment.patient_id, appointment_id=appointment.id)


def test_who_was_moved_or_cancelled_by_the_clinic_and_has_no_mail_is_called(desk: Desk) -> None:
    moved, off = desk.book("10:30", maria(desk)), desk.book("12:00", maria(desk))
    mistake, own = desk.book("13:00", maria(desk)), desk.book("14:00", maria(desk))
    assert listed(desk) == {}  # they have an address, and a slip
    moving.move(desk.scope, appointment=moved, start=desk.at("11:00"))
    states.cancel(desk.scope, appointment=off, by="clinic", reason="Doctor away")
    states.cancel(desk.scope, appointment=mistake, by="clinic", reason="Booked by mistake")
    states.cancel(desk.scope, appointment=own, by="patient", reason="Ill")
    assert list(listed(desk)) == [moved.id, off.id]
    first, second = says(desk)
    assert re.fullmatch(r"Now \w+ \d+ \w+, 11:00 with Dr Okafor, no longer .*10:30. Are they coming\?", first)
    assert second.endswith("12:00 with Dr Okafor is cancelled. Offer another time.")


def test_who_was_moved_to_a_far_day_is_called_before_coming_at_the_old_time(desk: Desk) -> None:
    appointment, told = desk.book("10:30", maria(desk)), by_mail(desk, at="11:00")
    far = desk.day + timedelta(days=20)
    for each, time in ((appointment, "10:30"), (told, "11:00")):
        moving.move(desk.scope, appointment=each, start=desk.at(time, far))
    assert list(listed(desk)) == [appointment.id]
    (sentence,) = says(desk)
    assert re.fullmatch(r"Now .*, 10:30 with Dr Okafor, no longer .*10:30. Are they coming\?", sentence)
    log(desk, appointment, "confirmed")
    assert listed(desk) == {}


def test_who_is_to_see_somebody_else_is_told_so(desk: Desk) -> None:
    appointment = desk.book("10:30", maria(desk))
    moving.move(desk.scope, appointment=appointment, start=desk.at("10:30"), practitioner=desk.doctors[1])
    (sentence,) = says(desk)
    assert sentence.endswith("10:30 with Dr Bernard, no longer Dr Okafor. Are they coming?")


def test_who_is_to_be_told_of_a_delay_is_called_though_confirmed(desk: Desk) -> None:
    appointment = desk.book("10:30", maria(desk))
    states.confirm(desk.scope, appointment=appointment)
    tx = Transaction(desk.scope)
    changing.add_step(tx, desk.again(appointment), {"late": 50, "to_call": "late 50 min"}, stamps=[])
    tx.commit(Event(TESTED, "APPOINTMENT", appointment.id))
    assert listed(desk) == {appointment.id: "Late 50 min"}
    assert "Dr Okafor is 50 minutes late" in says(desk)[0]
    log(desk, appointment, "confirmed")
    assert listed(desk) == {}
    assert desk.again(appointment).state == "confirmed"


def test_the_dead_test_patients_and_what_is_past_are_not_called(desk: Desk) -> None:
    dead, test = desk.book("10:30", desk.patient()), desk.book("11:00", desk.patient())
    people.record_death(desk.scope, desk.patient_of(dead), on="2026-11-01")
    people.mark_test(desk.scope, desk.patient_of(test), test=True)
    late = desk.book("12:00", desk.patient())
    assert list(listed(desk)) == [late.id]
    with desk.clock_at(desk.at("12:01")):
        assert phone_list.to_call(desk.scope, desk.day).calls == []


def test_a_child_without_a_number_is_called_by_the_parent_s(desk: Desk) -> None:
    mother = desk.patient(phones=[{"number": "+447700900123"}])
    tie = people.Tie(known={"kind": "child"}, new={"kind": "parent", "messages": True})
    id = people.register_for(desk.scope, mother, {"given_name": "Lucía", "birth_date": "2020-05-05"}, tie)
    desk.book("10:30", get_patient(desk.scope, id))
    (call,) = phone_list.to_call(desk.scope, clock.today("Europe/London")).calls
    assert (call.number, call.who) == ("+447700900123", "María García")


# --- Calls -----------------------------------------------------------------------------------------------------------


def log(desk: Desk, appointment: Appointment, outcome: str, scope: Any = None) -> None:
    messages.log_visit_call(
        scope or desk.scope, appointment=desk.again(appointment), patient=desk.patient_of(appointment), outcome=outcome
    )


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
    appointment = desk.book("10:30", desk.patient("Ivan", "Petrov", birth_date="1969-07-07",
                                           phones=[{"number": "+447700900123"}]))  # fmt: skip
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
    assert "Left word, Today" in again
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
    messages.set_message_rules(desk.admin, clinic=accounts.clinic(desk.scope.clinic_id), reminders=[120, 24])
    assert listed(desk)[far.id] == recipients.NO_EMAIL
    messages.set_message_rules(desk.admin, clinic=accounts.clinic(desk.scope.clinic_id), reminders=[14 * 24])
    assert phone_list.last_day(setup(desk.scope), today) == today + timedelta(days=7)
    messages.set_message_rules(desk.admin, clinic=accounts.clinic(desk.scope.clinic_id), reminders=[24])
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


# --- What whoever opens the clinic is told ---------------------------------------------------------------------------


def told(desk: Desk) -> list[str]:
    return [strip.text for strip in morning_summary.opening(desk.scope, clock.today("Europe/London"))]


def test_a_quiet_night_says_nothing(desk: Desk) -> None:
    assert told(desk) == []


def test_the_strip_says_what_patients_did_by_link(desk: Desk) -> None:
    first, second = by_mail(desk, maria(desk, given="Layla", family="Haddad")), by_mail(desk, at="11:00")
    by_link.answer(link_of("cancel", desk.scope.clinic_id, first))
    by_link.answer(link_of("confirm", desk.scope.clinic_id, second))
    (text,) = told(desk)
    assert text.startswith("Answers by link since ")
    assert text.endswith(": 1 cancelled (\u2068Haddad, Layla\u2069, tomorrow 10:30) and 1 confirmed.")


def test_the_strip_says_what_reached_nobody_and_that_mail_is_down(desk: Desk) -> None:
    appointment = by_mail(desk, maria(desk, given="Ivan", family="Petrov"))
    send(desk)
    bounce(desk, appointment)
    status.is_down(desk.scope, "The mail service does not answer.")
    down, unsent = told(desk)
    assert down.endswith("The mail service does not answer.")
    assert unsent == "1 message reached nobody: \u2068Petrov, Ivan\u2069."  # apart: a name from right to left


def test_the_strip_says_that_nothing_sends(desk: Desk) -> None:
    noon = desk.at("12:00", clock.today("Europe/London"))
    with desk.clock_at(noon):
        by_mail(desk)
    with desk.clock_at(noon + LATER + timedelta(minutes=20)):
        assert "1 message to patients should have left by now: nothing sends them." in told(desk)


@pytest.mark.parametrize("days", [1, 2, 4, 13])
def test_what_did_not_leave_never_falls_silent(desk: Desk, days: int) -> None:
    """Nothing sends, from a Friday evening to a Tuesday or longer."""
    noon = desk.at("12:00", clock.today("Europe/London"))
    desk.day += timedelta(days=days)
    with desk.clock_at(noon):
        appointment = by_mail(desk)
    with desk.clock_at(noon + timedelta(days=days)):
        today = clock.today("Europe/London")
        strips = [each.text for each in morning_summary.opening(desk.scope, today)]
        assert "1 message to patients should have left by now: nothing sends them." in strips
        (call,) = phone_list.to_call(desk.scope, today).calls
        assert (call.appointment.id, call.why) == (appointment.id, phone_list.NOT_LEFT)


def test_the_strip_says_who_is_away_with_patients_booked(desk: Desk) -> None:
    by_mail(desk)
    schedule_settings.add_other_days(desk.admin, kind="leave", first=desk.day, last=desk.day, practitioner=desk.doctor,
                            reason="conference")  # fmt: skip
    assert told(desk) == ["Dr Okafor is away tomorrow (conference), with 1 patient booked."]


def test_the_strip_says_who_is_away_for_a_part_of_the_day(desk: Desk) -> None:
    by_mail(desk)
    by_mail(desk, maria(desk, given="Ada", family="Ames"), at="14:00")
    schedule_settings.add_other_days(desk.admin, kind="leave", first=desk.day, last=desk.day, practitioner=desk.doctor,
                            start="13:00", end="15:00", reason="dentist")  # fmt: skip
    assert told(desk) == ["Dr Okafor is away tomorrow, 13:00–15:00 (dentist), with 1 patient booked."]
    (strip,) = morning_summary.opening(desk.scope, clock.today("Europe/London"))
    assert strip.url.endswith(f"/away/{quote(desk.doctor.id)}/?since=13:00&until=15:00")


def test_before_a_weekend_the_strip_speaks_of_the_next_working_day(desk: Desk) -> None:
    later = clock.today("Europe/London") + timedelta(days=3)
    for doctor in desk.doctors:
        schedule_settings.save_hours(
            desk.admin, practitioner=doctor, sessions=[Session(later.weekday(), "08:00", "18:00")]
        )
    desk.book(day=later)
    schedule_settings.add_other_days(desk.admin, kind="leave", first=later, last=later, practitioner=desk.doctor)
    assert told(desk) == [f"Dr Okafor is away on {later:%A} (leave), with 1 patient booked."]


def test_the_strip_is_cheap_asked_apart_and_put_away(desk: Desk, ana: Client) -> None:
    appointment = by_mail(desk)
    send(desk)
    bounce(desk, appointment)
    told(desk)
    with metered() as meter:
        assert len(told(desk)) == 1
    assert meter.sequence == 1
    assert meter.read_units <= 9
    url = f"/c/{desk.scope.clinic_id}/day/{clock.today('Europe/London')}/opening/"
    html = ana.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "1 message reached nobody" in html
    assert ana.post(f"{url}away/", hidden(html, "away/")).status_code == 302
    assert "reached nobody" not in ana.get(url, headers={"HX-Request": "true"}).content.decode()
    assert (
        query(desk.scope, table_keys.messages_about(appointment.patient_id, appointment.id), limit=5).rows[0]["state"]
        == "bounced"
    )


def test_another_day_has_no_such_strip(desk: Desk, ana: Client) -> None:
    appointment = by_mail(desk)
    send(desk)
    bounce(desk, appointment)
    html = ana.get(f"/c/{desk.scope.clinic_id}/day/{desk.day}/opening/").content.decode()
    assert "reached nobody" not in html
    assert ana.get(f"/c/{desk.scope.clinic_id}/day/tomorrow/opening/").status_code == 404


def test_the_mail_service_s_reports_are_read_by_a_command(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    appointment = by_mail(desk)
    (received,) = send(desk)
    headers = [{"name": name, "value": str(value)} for name, value in received.message.items()]
    line = json.dumps({"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}, "mail": {"headers": headers}})
    unknown = line.replace(appointment.id, "01NOBODY")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{line}\n{line}\n{unknown}\nnonsense\n\n"))
    call_command("record_bounces")
    assert capsys.readouterr().out == "1 came back, 3 other reports.\n"
    assert listed(desk) == {appointment.id: "The message came back"}


def details(desk: Desk, appointment: Appointment) -> str:
    return f"/c/{desk.scope.clinic_id}/patients/{appointment.patient_id}/appointments/{appointment.id}/messages/"


def test_a_corrected_address_is_written_to_again(desk: Desk, ana: Client) -> None:
    appointment = by_mail(desk, at="22:00")
    send(desk)
    bounce(desk, appointment)
    people.change(desk.scope, desk.patient_of(appointment), {"email": "right@example.org"})
    html = ana.get(details(desk, appointment)).content.decode()
    assert "Send again" in html
    assert ana.post(f"{details(desk, appointment)}send/", hidden(html, "send/")).status_code == 302
    assert listed(desk) == {}
    assert [each.to for each in send(desk)] == ["right@example.org"]
    assert "Send again" in ana.get(details(desk, appointment)).content.decode()


def test_a_message_that_will_find_nobody_says_so_before_it_is_tried(desk: Desk, ana: Client) -> None:
    appointment = by_mail(desk, at="22:00")
    send(desk)
    people.change(desk.scope, desk.patient_of(appointment), {"email": ""})
    states.cancel(desk.scope, appointment=desk.again(appointment), by="clinic", reason="Doctor away")
    shown = plain(ana.get(details(desk, appointment)).content.decode())
    assert "Cancellation cannot leave No e-mail address" in shown
    assert "Cancellation waits" not in shown


def test_somebody_with_a_slip_can_have_a_mail_too(desk: Desk, ana: Client) -> None:
    appointment = desk.book("22:00", maria(desk), tell_by="slip")
    html = ana.get(details(desk, appointment)).content.decode()
    assert "Send by e-mail" in html
    answer = ana.post(f"{details(desk, appointment)}send/", hidden(html, "send/"), headers={"HX-Request": "true"})
    assert "Confirmation waits" in plain(answer.content.decode())
    assert "Send" not in plain(ana.get(details(desk, appointment)).content.decode().partition("<main")[2])  # it waits
    assert [each.to for each in send(desk)] == ["maria@example.org"]


def test_whom_nothing_can_be_sent_is_not_offered_it(desk: Desk, ana: Client) -> None:
    appointment = desk.book("22:00", desk.patient())
    assert "Send by e-mail" not in ana.get(details(desk, appointment)).content.decode()
    with pytest.raises(Refused) as refusal:
        messages.tell_again(desk.scope, appointment=appointment, patient=desk.patient_of(appointment))
    assert refusal.value.sentence == "No e-mail address."
    other = desk.book("21:00", maria(desk))
    states.cancel(desk.scope, appointment=other, by="patient", reason="Ill")
    with pytest.raises(Refused):
        messages.tell_again(desk.scope, appointment=desk.again(other), patient=desk.patient_of(other))
