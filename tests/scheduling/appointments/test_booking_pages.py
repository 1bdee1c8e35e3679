"""Booking, as the person at the desk meets it: without JavaScript, on the real engine."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from clinnet import clock
from patients import services as people
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import states
from scheduling.board import queries as board_queries
from scheduling.calendar.rules import walltime
from scheduling.calendar.services import settings as schedule_settings
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.at_booking import TYPED, Booking, at, booking, controls, looked, times
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["booking"]


def test_the_first_free_time_with_the_usual_doctor_is_ready_to_be_booked(booking: Booking, desk: Desk) -> None:
    maria = desk.patient(practitioner_id=desk.doctors[1].id)
    answer = booking.send(booking.open(maria, **{"from": desk.day.isoformat()}))
    assert answer.status_code == 302, plain(answer.content.decode())
    (card,) = booking.cards()
    assert (card.practitioner, card.start) == (desk.doctors[1].id, desk.at("06:00"))
    (line,) = appointment_queries.coming(desk.scope, maria)
    assert appointment_queries.appointment(desk.scope, maria.id, line["id"]).tell_by == "slip"


def test_who_goes_back_after_booking_does_not_find_that_time_chosen_again(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    start = at(desk, "10:30")
    before = booking.open(maria, start=start)
    assert controls(before)["start"] == start
    booking.send(before)
    again = booking.open(maria, start=start)
    assert "not free" not in plain(again)
    assert controls(again).get("start", "") != start


def test_first_available_says_who_is_behind_now(desk: Desk) -> None:
    """Of whose times within two hours are offered, and of nobody else."""
    waits = desk.book("10:00")
    with desk.clock_at(desk.at("10:02")):
        states.arrive(desk.scope, appointment=waits)
    with desk.clock_at(desk.at("10:30")):
        here = Booking(signed_in_client(desk.scope.clinic_id), desk)
        assert "Dr Okafor is 30 min behind now." in plain(here.open(desk.patient(), **{"with": "any"}))
        assert "behind" not in plain(here.open(desk.patient(), **{"with": desk.doctors[1].id}))
        assert "behind" not in plain(here.open(desk.patient(), **{"with": "any", "from": "tomorrow"}))


# --- A time that somebody else has -----------------------------------------------------------------------------------


def test_the_first_visit_of_a_patient_is_marked_as_that_of_somebody_new(booking: Booking, desk: Desk) -> None:
    patient = desk.patient()
    for time in ("10:30", "11:30"):
        booking.send(booking.open(patient), start=at(desk, time))
    first, second = sorted(booking.cards(), key=lambda card: card.id)
    assert ["V" in each.flags for each in (first, second)] == [True, False]
    assert "new patient" in str(booking.client.get(f"/c/{desk.scope.clinic_id}/day/{desk.day}/").content)


def test_whose_first_booking_was_cancelled_is_still_new(booking: Booking, desk: Desk) -> None:
    patient = desk.patient()
    states.cancel(desk.scope, appointment=desk.book("10:30", patient), by="patient", reason="Ill")
    booking.send(booking.open(patient), start=at(desk, "11:30"))
    assert sum("V" in each.flags for each in booking.cards()) == 1


# --- What the page knows ---------------------------------------------------------------------------------------------


def test_the_last_type_and_who_saw_them_last_are_chosen(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    desk.book("10:30", maria, type="Vaccination", practitioner=desk.doctors[1])
    fields = controls(booking.open(maria))
    assert (fields["type"], fields["with"]) == (desk.type("Vaccination").id, desk.doctors[1].id)
    assert fields["minutes"] == "10"


def test_no_time_is_chosen_in_advance_on_a_day_of_a_visit(booking: Booking, desk: Desk) -> None:
    """Back after booking, and the key once more: a second visit of a day is chosen, not slipped into."""
    maria, asked = desk.patient(), {"from": desk.day.isoformat(), "with": desk.doctor.id}
    assert controls(booking.open(maria, **asked))["start"]
    desk.book("10:30", maria)
    html = booking.open(maria, **asked)
    assert not controls(html).get("start")
    assert "No time is chosen in advance: there is a visit on " in plain(html)
    answer = booking.send(html)
    assert (answer.status_code, "Choose a time." in plain(answer.content.decode())) == (422, True)


def test_what_is_booked_already_and_no_shows_are_said(booking: Booking, desk: Desk) -> None:
    maria = desk.patient(phones=[{"number": "+447700900421", "kind": "mobile"}], birth_date="1985-03-14")
    appointment = desk.book("10:30", maria)
    yesterday = clock.today("Europe/London") - timedelta(days=1)
    with desk.clock_at(desk.at("09:00", yesterday)):
        missed = desk.book("11:30", maria, day=yesterday)
    with desk.clock_at(desk.at("12:30", yesterday)):
        states.no_show(desk.scope, appointment=missed)
    shown = plain(booking.open(maria))
    assert "1 no-show in 12 months" in shown
    day = f"{desk.day:%a} {desk.day.day} {desk.day:%b}"
    assert f"Already booked {day}, 10:30, Dr Okafor" in shown
    assert "Already today" not in shown
    assert "14 Mar 1985" in shown
    assert "07700 900421" in shown
    assert appointment.id not in shown


def test_a_visit_of_today_is_said_apart(desk: Desk) -> None:
    maria = desk.patient()
    desk.book("10:30", maria)
    with desk.clock_at(desk.at("09:00")):
        booking = Booking(signed_in_client(desk.scope.clinic_id), desk)
        shown = plain(booking.open(maria))
    assert re.findall(r"Already today: ([^.]*?10:30, Dr Okafor, Booked)", shown)
    assert shown.count("Already") == 1


def test_a_stop_alert_is_acknowledged_before_booking(booking: Booking, desk: Desk) -> None:
    maria = desk.patient(alerts=[{"id": "1", "text": "Latex allergy", "stop": True}])
    html = booking.open(maria)
    assert "Latex allergy" in plain(html)
    refused = booking.send(html, start=at(desk, "10:30"), **TYPED)
    assert refused.status_code == 422
    assert "Tick that you have seen the alert." in plain(refused.content.decode())
    assert controls(refused.content.decode())["reason"] == TYPED["reason"]
    assert booking.send(html, start=at(desk, "10:30"), seen="on").status_code == 302
    other = desk.patient(alerts=[{"id": "1", "text": "Hard of hearing"}])
    assert "I have seen the stop alert" not in plain(booking.open(other))


@pytest.mark.parametrize(
    ("data", "way"),
    [
        ({}, "slip"),
        ({"email": "m@example.org"}, "slip"),
        ({"email": "m@example.org", "consents": {"messages": {"given": True, "on": "2026-01-01"}}}, "email"),
        ({"email": "m@example.org", "consents": {"messages": {"given": False, "on": "2026-01-01"}}}, "slip"),
    ],
)
def test_how_a_patient_is_told_follows_their_consent(
    booking: Booking, desk: Desk, data: dict[str, Any], way: str
) -> None:
    html = booking.open(desk.patient(**data))
    assert controls(html)["tell_by"] == way
    refused = data.get("consents", {}).get("messages", {}).get("given") is False
    assert ("E-mail" in plain(html)) == bool(data.get("email") and not refused)


def test_nothing_is_booked_for_the_archived(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    people.archive(desk.scope, maria, reason="Moved away")
    html = booking.open(maria)
    assert "This record is archived. Restore it first." in plain(html)
    assert times(html) == []


def test_nothing_is_booked_for_the_dead_also_from_a_page_that_was_open_before(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    before = booking.open(maria, start=at(desk, "10:30"))
    people.record_death(desk.scope, maria, on=desk.day.isoformat())
    html = booking.open(maria)
    assert "deceased" in plain(html)
    assert times(html) == []
    assert "deceased" in plain(booking.send(before).content.decode())
    assert booking.cards() == []


def test_no_name_is_in_an_address_or_a_title(booking: Booking, desk: Desk) -> None:
    maria = desk.patient("Quintessa", "Ravenscroft")
    html = booking.open(maria)
    assert "Ravenscroft" not in html.split("</title>")[0]
    assert [each for each in re.findall(r'(?:href|action)="([^"]*)"', html) if "venscroft" in each.lower()] == []


# --- Other times -----------------------------------------------------------------------------------------------------


def test_show_times_keeps_what_was_typed_and_books_nothing(booking: Booking, desk: Desk) -> None:
    html = looked(booking, booking.open(desk.patient()), **{"from": "tomorrow", "with": desk.doctors[1].id, **TYPED})
    fields = controls(html)
    assert fields["reason"] == TYPED["reason"]
    assert fields["note"] == TYPED["note"]
    assert all(each.endswith(desk.doctors[1].id) for each in times(html))
    tomorrow = clock.today("Europe/London") + timedelta(days=1)
    assert {each[:10] for each in times(html)} <= {str(tomorrow), str(tomorrow + timedelta(days=1))}
    assert board_queries.board(desk.scope, tomorrow).cards == []


def test_mornings_afternoons_and_weekdays_narrow_the_times(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    morning = times(booking.open(maria, part="am", **{"from": desk.day.isoformat()}))
    assert morning
    assert all(walltime.to_wall(clock.moment(each[:16] + "Z"), "Europe/London").hour < 12 for each in morning)
    weekday = desk.day.weekday()
    found = times(booking.open(maria, days=str(weekday)))
    assert {walltime.to_wall(clock.moment(each[:16] + "Z"), "Europe/London").weekday() for each in found} == {weekday}


def test_later_days_follow_the_last_one_shown(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient(), **{"from": desk.day.isoformat()})
    last = max(times(html))[:10]
    later = unescape(re.findall(r'name="later"\s+value="([^"]+)"', html)[0])
    html = booking.send(html, later=later).content.decode()
    assert min(times(html))[:10] > last or min(times(html))[:10] == later
    assert len({each[:10] for each in times(html)}) >= 5


def test_without_a_doctor_everybody_s_first_times_stand_once_with_initials(booking: Booking, desk: Desk) -> None:
    desk.book("10:30")
    html = booking.open(desk.patient(), **{"with": "any", "from": desk.day.isoformat()})
    found = times(html)
    assert len(found) == len({each.split("~")[0] for each in found})
    assert at(desk, "10:30", who=1) in found
    assert "LB" in plain(html)
    assert "AO" in plain(html)


def test_where_nothing_is_free_the_page_says_how_to_go_on(booking: Booking, desk: Desk) -> None:
    schedule_settings.save_hours(desk.admin, practitioner=desk.doctor, sessions=[])
    html = booking.open(desk.patient(), **{"with": desk.doctor.id})
    shown = plain(html)
    assert "No free time in these 4 weeks with Dr Okafor. " in shown
    assert "Later Any doctor Add to requests" in shown
    assert times(booking.send(html, anyone="1").content.decode())


def test_times_alone_are_a_fragment_with_the_page_s_new_address(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient())
    fields = controls(html) | {"part": "pm", "reason": "secret reason"}
    answer = booking.client.post(f"{booking.url}times/", fields, headers={"HX-Request": "true"})
    assert "part=pm" in answer["HX-Replace-Url"]
    assert "secret" not in answer["HX-Replace-Url"]
    assert "secret" not in answer.content.decode()


# --- Who is it for? --------------------------------------------------------------------------------------------------


def test_without_a_patient_the_page_asks_who_and_keeps_the_place(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    start = at(desk, "10:30")
    html = booking.open(None, start=start)
    day = f"{desk.day:%a} {desk.day.day} {desk.day:%b}"
    assert f"{day}, 10:30, Dr Okafor Who is it for?" in plain(html)
    answer = booking.client.post(booking.url, {"find": "1", "q": "garc", "start": start})
    found = unescape(re.findall(r'<a class="found-row"\s+href="([^"]+)"', answer.content.decode())[0])
    assert f"patient={maria.id}" in found
    assert "garc" not in found.lower()
    assert controls(booking.client.get(found).content.decode())["start"] == start


# --- What it costs ---------------------------------------------------------------------------------------------------


def test_a_booking_is_a_round_of_reads_and_a_transaction_of_18_units(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient())
    timing = booking.send(html, start=at(desk, "10:30"))["Server-Timing"]
    assert '"2 in sequence of 3"' in timing  # the patient, and whether they are new, side by side
    assert '"18 units"' in timing


def test_the_page_reads_busy_rows_side_by_side(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    booking.open(maria)
    answer = booking.client.get(booking.url, {"patient": maria.id, "with": "any"})
    assert '"2 in sequence of' in answer["Server-Timing"]


def test_who_is_here_today_is_booked_for_another_day(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    with desk.clock_at(desk.at("10:20")):
        appointment = desk.book("10:30", maria)
        again = Booking(signed_in_client(desk.scope.clinic_id), desk)
        assert "start" not in controls(again.open(maria))  # a second one of today is chosen, not slipped into
        states.arrive(desk.scope, appointment=appointment)
        chosen = controls(again.open(maria))["start"]
        assert chosen.startswith((desk.day + timedelta(days=1)).isoformat())


def test_a_move_goes_where_somebody_chose(booking: Booking, desk: Desk) -> None:
    appointment = desk.book("10:30")
    html = booking.open(whose=appointment.patient_id, move=appointment.id)
    assert "Choose the new time." in plain(html)
    assert "start" not in controls(html)
