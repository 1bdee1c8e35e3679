"""What whoever opens the clinic is told."""

import io
import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.test import Client

from clinnet import clock
from clinnet.table import keys as table_keys
from clinnet.table import query
from clinnet.table.errors import Refused
from clinnet.table.meter import metered
from patients import services as people
from scheduling.appointments.services import states
from scheduling.calendar.rules.hours import Session
from scheduling.calendar.services import settings as schedule_settings
from scheduling.front_desk import services as by_link
from scheduling.front_desk.rows import morning_summary, phone_list
from scheduling.messages.services import messages, status
from scheduling.messages.services.links import link_of
from tests.patients.pages import hidden, plain
from tests.scheduling.conftest import Desk, MakeDesk
from tests.scheduling.front_desk.calling import bounce, details, listed, told
from tests.scheduling.messages.leaving import LATER, by_mail, maria, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(clinic: str, make_desk: MakeDesk) -> Desk:
    """Everything is tomorrow: on the phone list."""
    made = make_desk(clinic)
    made.day = clock.today("Europe/London") + timedelta(days=1)
    return made


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
    schedule_settings.add_other_days(
        desk.admin, kind="leave", first=desk.day, last=desk.day, practitioner=desk.doctor, reason="conference"
    )
    assert told(desk) == ["Dr Okafor is away tomorrow (conference), with 1 patient booked."]


def test_the_strip_says_who_is_away_for_a_part_of_the_day(desk: Desk) -> None:
    by_mail(desk)
    by_mail(desk, maria(desk, given="Ada", family="Ames"), at="14:00")
    schedule_settings.add_other_days(
        desk.admin,
        kind="leave",
        first=desk.day,
        last=desk.day,
        practitioner=desk.doctor,
        start="13:00",
        end="15:00",
        reason="dentist",
    )
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
