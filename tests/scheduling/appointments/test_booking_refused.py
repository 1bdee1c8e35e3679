"""A time that cannot be booked: taken, outside hours, none at all; what was typed stays."""

from datetime import timedelta
from typing import Any

import pytest

from clinnet import clock
from scheduling.calendar.rules import walltime
from scheduling.calendar.services import settings as schedule_settings
from tests.patients.pages import plain
from tests.scheduling.at_booking import TYPED, Booking, at, booking, controls, nurse, times
from tests.scheduling.conftest import Desk, MakeDesk

pytestmark = pytest.mark.django_db
__all__ = ["booking", "nurse"]


# --- A time that somebody else has -----------------------------------------------------------------------------------


def test_a_taken_time_keeps_everything_that_was_typed_and_chooses_the_nearest(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    html = booking.open(maria, **{"from": desk.day.isoformat(), "with": desk.doctor.id})
    desk.book("10:30")
    answer = booking.send(html, start=at(desk, "10:30"), **TYPED)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "10:30 with Dr Okafor was just booked by Ana. Nearest: 10:45, 10:15, 11:00." in plain(html)
    fields = controls(html)
    assert {name: fields[name] for name in TYPED} == TYPED
    assert fields["start"] == times(html)[0] == at(desk, "10:45")
    assert times(html)[:3] == [at(desk, clock_time) for clock_time in ("10:45", "10:15", "11:00")]
    assert booking.send(html).status_code == 302  # one key
    (own,) = [card for card in booking.cards() if card.patient_id == maria.id]
    assert (own.start, own.reason) == (desk.at("10:45"), "Cough, 5 days")


def test_a_receptionist_is_not_offered_to_overbook_and_cannot(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient())
    desk.book("10:30")
    shown = booking.send(html, start=at(desk, "10:30")).content.decode()
    assert "Overbook" not in plain(shown)
    answer = booking.send(html, squeeze=at(desk, "10:30"), overbook="fever, fit in")
    assert answer.status_code == 403
    assert len(booking.cards()) == 1


def test_overbooking_needs_a_reason_and_shows_it(nurse: Booking, desk: Desk) -> None:
    html = nurse.open(desk.patient())
    desk.book("10:30")
    html = nurse.send(html, start=at(desk, "10:30"), **TYPED).content.decode()
    assert "Dr Okafor already has someone at 10:30. Book a second patient? Reason:" in plain(html)
    answer = nurse.send(html, squeeze=at(desk, "10:30"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Say why a second patient is booked." in plain(html)
    assert controls(html)["reason"] == TYPED["reason"]
    assert nurse.send(html, squeeze=at(desk, "10:30"), overbook="fever, fit in").status_code == 302
    assert sorted("O" in card.flags for card in nurse.cards()) == [False, True]


def test_a_patient_who_is_busy_then_is_named(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    html = booking.open(maria, **{"with": desk.doctor.id})
    desk.book("10:30", maria, practitioner=desk.doctors[1])
    answer = booking.send(html, start=at(desk, "10:30"))
    assert answer.status_code == 422
    assert "María already has 10:30 with Dr Bernard that day." in plain(answer.content.decode())


def test_outside_hours_is_asked_of_those_who_may(nurse: Booking, booking: Booking, desk: Desk) -> None:
    maria, start = desk.patient(), at(desk, "05:30")
    html = booking.open(maria, start=start, **{"with": desk.doctor.id})
    assert "not free, or outside hours" in plain(html)
    refused = plain(booking.send(html).content.decode())
    assert "This is outside Dr Okafor's hours (06:00–00:00). Choose another time." in refused
    assert "A nurse, a doctor or an administrator may book it anyway." in refused
    html = nurse.send(nurse.open(maria, start=start)).content.decode()
    assert "Book anyway?" in plain(html)
    assert nurse.send(html, anyway=start).status_code == 302
    assert [card.start for card in nurse.cards()] == [desk.at("05:30")]


def test_a_second_press_gives_the_first_appointment(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient())
    first, second = (booking.send(html, start=at(desk, "10:30")) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert len(booking.cards()) == 1


# --- What cannot be --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", ["0", "-15", "7", "1560", "x", "9" * 30])
def test_lengths_that_cannot_be_are_refused_with_a_sentence(booking: Booking, desk: Desk, minutes: str) -> None:
    html = booking.open(desk.patient())
    answer = booking.send(html, start=at(desk, "10:30"), minutes=minutes)
    assert answer.status_code == 422
    assert "It lasts from 5 minutes to 10 hours, in steps of five." in plain(answer.content.decode())
    assert f'value="{minutes}"' in answer.content.decode()
    assert booking.cards() == []


def test_a_past_time_is_refused(booking: Booking, desk: Desk) -> None:
    past = f"{desk.at('10:30') - timedelta(days=9):%Y-%m-%dT%H:%MZ}~{desk.doctor.id}"
    answer = booking.send(booking.open(desk.patient()), start=past)
    assert answer.status_code == 422
    assert "That time is past." in plain(answer.content.decode())


@pytest.mark.parametrize("start", ["", "soon", "2026-13-40T10:30", "0001-01-01T00:00~x", "2026-11-26T10:30Z"])
def test_a_start_that_is_none_is_refused(booking: Booking, desk: Desk, start: str) -> None:
    answer = booking.send(booking.open(desk.patient()), start=start)
    assert answer.status_code in (404, 422)
    assert booking.cards() == []


def test_a_reading_that_the_clock_skips_is_the_time_after_it(booking: Booking, desk: Desk) -> None:
    """29 March 2026, London: 01:30 does not exist."""
    day = date_of_change("spring")
    html = booking.open(desk.patient(), start=f"{day}T01:30", **{"with": desk.doctor.id})
    assert "02:30" in plain(html.split('name="start"')[1])
    assert times(html)[0] == f"{day}T01:30Z~{desk.doctor.id}"


def test_a_reading_that_the_clock_shows_twice_is_the_first_and_both_can_be_booked(booking: Booking, desk: Desk) -> None:
    day = date_of_change("autumn")
    first = booking.open(desk.patient(), start=f"{day}T01:30", **{"with": desk.doctor.id})
    assert times(first)[0] == f"{(desk.at('01:30', day)):%Y-%m-%dT%H:%MZ}~{desk.doctor.id}"
    assert times(first)[0].startswith(f"{day}T00:30Z")
    second = booking.open(desk.patient(), start=f"{day}T01:30Z", **{"with": desk.doctor.id})
    assert times(second)[0].startswith(f"{day}T01:30Z")


def date_of_change(season: str) -> Any:
    """The next day on which London's clock changes."""
    day = clock.today("Europe/London") + timedelta(days=2)
    while True:
        hours = walltime.day_bounds(day, "Europe/London")
        length = (hours[1] - hours[0]).total_seconds() / 3600
        if length == (23 if season == "spring" else 25):
            return day
        day += timedelta(days=1)


def test_a_type_that_nobody_does_says_so(booking: Booking, desk: Desk) -> None:
    gone = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
    schedule_settings.save_visit_type(desk.admin, name="Acupuncture", minutes=20, practitioners=[desk.doctors[1]])
    type_id = desk.type("Acupuncture").id
    schedule_settings.save_hours(desk.admin, practitioner=desk.doctors[1], sessions=[])
    html = booking.open(desk.patient(), type=type_id)
    assert times(html) == []
    assert "No free time" in plain(html)
    assert booking.client.get(booking.url, {"type": gone}).status_code == 404


def test_a_reason_of_5000_characters_is_refused_and_kept(booking: Booking, desk: Desk) -> None:
    answer = booking.send(booking.open(desk.patient()), start=at(desk, "10:30"), reason="x" * 5000)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Shorten it." in plain(html)
    assert controls(html)["reason"] == "x" * 5000
    assert controls(html)["start"] == at(desk, "10:30")


def test_ids_of_another_clinic_are_not_found(
    booking: Booking, desk: Desk, other_clinic: str, make_desk: MakeDesk
) -> None:
    there = make_desk(other_clinic)
    stranger, maria = there.patient(), desk.patient()
    appointment = there.book("10:30", stranger)
    html = booking.open(maria)
    foreign = {
        "patient": stranger.id,
        "type": there.type("Follow-up").id,
        "also": stranger.id,
        "start": f"{desk.at('10:30'):%Y-%m-%dT%H:%MZ}~{there.doctor.id}",
    }
    for name, value in foreign.items():
        answer = booking.send(html, **({"start": at(desk, "10:30")} | {name: value}))
        assert answer.status_code == 404, name
    for query in (
        {"patient": stranger.id},
        {"type": foreign["type"]},
        {"with": there.doctor.id},
        {"patient": stranger.id, "move": appointment.id},
        {"patient": maria.id, "move": appointment.id},
    ):
        assert booking.client.get(booking.url, query).status_code == 404, query
    assert booking.cards() == []


@pytest.mark.parametrize(
    "query",
    [
        {"from": "soon"},
        {"from": "2026-02-31"},
        {"part": "night"},
        *({"start": odd} for odd in ("x", "0001-01-01T00:00", "9999-12-31T23:55Z")),
    ],
)
def test_an_address_that_cannot_be_is_not_found(booking: Booking, query: dict[str, str]) -> None:
    assert booking.client.get(booking.url, query).status_code == 404


def test_an_address_with_odd_lengths_says_what_is_possible(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient(), minutes="-5")
    assert "It lasts from 5 minutes to 10 hours" in plain(html)
    assert times(html) == []
