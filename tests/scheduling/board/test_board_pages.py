"""The board: what stands on it, and what it costs."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table.kept import forget
from scheduling.appointments.services import moving, states, walkins
from scheduling.board.services import blocks
from scheduling.calendar.rules.hours import Session
from scheduling.calendar.services import settings as schedule_settings
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import offers, waitlist
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.at_board import at_desk, card, html, today, url
from tests.scheduling.conftest import ZONE, Desk

pytestmark = pytest.mark.django_db
__all__ = ["today"]
Ask = Callable[..., Any]


# --- The board -------------------------------------------------------------------------------------------------------


def test_a_card_stands_at_its_time_for_its_length(desk: Desk) -> None:
    appointment = desk.book("10:30", reason="Cough")
    found = card(html(desk), appointment.id)
    assert re.search(r'class="card at-126 for-3\s', found)
    assert "García, María" in found
    assert "Cough" in found


def test_an_overbooked_card_stands_beside_the_other(desk: Desk) -> None:
    first = desk.book("10:30")
    second = desk.book("10:30", desk.patient("Björk", "Ólafsdóttir"), overbook="fever, fit in", scope=desk.nurse)
    text = html(desk)
    assert {re.search(r"lane-(\d) of-2", card(text, each.id))[1] for each in (first, second)} == {"1", "2"}  # type: ignore[index]


def test_the_head_of_a_column_says_who_waits_and_how_far_behind_it_is(today: Desk) -> None:
    appointment = today.book("10:30")
    states.arrive(today.scope, appointment=appointment)
    with today.clock_at(today.at("10:55")):
        text = plain(html(today))
    assert "25 ′ min behind 1 waiting" in text


def test_how_far_behind_is_a_question_where_nothing_was_entered_for_long(today: Desk) -> None:
    appointment = today.book("10:30")
    states.arrive(today.scope, appointment=appointment)
    with today.clock_at(today.at("11:20")):
        text = html(today)
    assert "50 ′ min behind? 1 waiting" in plain(text)
    assert "Nothing was entered here since" in text
    assert "col-behind" not in text


def test_cancelled_is_in_gone_alone_and_a_no_show_stays_where_it_was(today: Desk) -> None:
    cancelled, missed = today.book("10:45"), today.book("11:00", today.patient("Layla", "Haddad"))
    states.cancel(today.scope, appointment=cancelled, by="patient", reason="Ill")
    with today.clock_at(today.at("11:30")):
        states.no_show(today.scope, appointment=missed)
        text = html(today)
    assert f'id="card-{cancelled.id}"' not in text
    assert f'id="gone-{cancelled.id}"' in text
    assert "is-noshow" in card(text, missed.id)
    assert '2 <span class="count-word">not coming' in text


def test_a_card_moved_to_another_day_is_told_in_gone(desk: Desk) -> None:
    appointment = desk.book("10:30")
    moving.move(desk.scope, appointment=appointment, start=desk.at("10:30", desk.day + timedelta(1)))
    text = html(desk)
    assert f'id="card-{appointment.id}"' not in text
    assert "Moved" in re.search(rf'<li id="gone-{appointment.id}".*?</li>', text, re.S)[0]  # type: ignore[index]


def test_who_waits_longest_is_first_in_the_lane_and_walk_ins_are_there(today: Desk) -> None:
    appointment = today.book("10:30")
    with today.clock_at(today.at("10:31")):
        walkins.walk_in(today.scope, patient=today.patient("João", "Costa"))
    with today.clock_at(today.at("10:32")):
        states.arrive(today.scope, appointment=appointment)
    with today.clock_at(today.at("10:50")):
        text = html(today)
    lane = plain(text[text.index('id="lane-here"') : text.index('id="lane-gone"')])
    assert lane.index("Costa, João") < lane.index("García, María")
    assert "Any doctor · walk-in" in lane
    assert "19′" in lane


def test_two_people_of_one_name_are_marked(desk: Desk) -> None:
    one = desk.book("10:30", desk.patient("John", "Smith", birth_date="1961-05-03"))
    other = desk.book("10:45", desk.patient("John", "Smith", birth_date="1961-03-05"))
    text = html(desk)
    assert all("same name as somebody else" in card(text, each.id) for each in (one, other))


def test_outside_hours_is_hatched_and_kept_times_say_for_whom(desk: Desk) -> None:
    hours = [Session(weekday, "08:30", "12:00") for weekday in range(7)]
    kept = [services_kept(desk)]
    schedule_settings.save_hours(desk.admin, practitioner=desk.doctor, sessions=hours, kept=kept)
    text = html(desk)
    assert 'class="shut at-0 for-102"' in text
    assert 'class="shut at-144 for-144"' in text
    assert "Kept: urgent" in text


def services_kept(desk: Desk) -> Any:
    from scheduling.calendar.rules.hours import Kept

    return Kept(desk.day.weekday(), "11:00", "12:00", "urgent", "00:00", 0)


def test_a_block_and_what_belongs_to_nobody_are_drawn_too(desk: Desk) -> None:
    blocks.block(desk.scope, start=desk.at("12:00"), minutes=30, reason="Team meeting", practitioner=desk.doctor)
    blocks.block(desk.scope, start=desk.at("13:00"), minutes=30, reason="Cleaning", room=desk.room("Room 1"))
    text = plain(html(desk))
    assert "Team meeting" in text
    assert "Others" in text
    assert "Cleaning" in text


def test_a_held_time_says_for_how_long_and_leads_to_the_requests(today: Desk) -> None:
    patient = today.patient("Zofia", "Kowalska")
    waitlist.ask(today.scope, patient=patient, visit_type=today.type("Follow-up"))
    request = waitlist_queries.request(today.scope, waitlist_queries.open_requests(today.scope)[0]["id"])
    id = offers.offer(
        today.scope,
        request=request,
        patient=patient,
        visit_type=today.type("Follow-up"),
        practitioner=today.doctor,
        start=today.at("11:00"),
        lasts=timedelta(minutes=30),
    )
    found = card(html(today), id)
    assert "30′" in found
    assert f'href="/c/{today.scope.clinic_id}/requests/"' in found


def test_an_empty_day_says_what_to_do(desk: Desk) -> None:
    assert "Nobody booked yet. Press B to book." in plain(html(desk))


def test_a_past_day_asks_nobody_to_book(desk: Desk) -> None:
    with desk.clock_at(desk.at("10:30") + timedelta(days=400)):
        text = plain(html(desk))
    assert "Nobody was booked." in text
    assert "Press B" not in text
    assert f"{desk.day:%a} {desk.day.day} {desk.day:%b} {desk.day.year}" in text


def test_nobody_arrives_on_a_day_that_has_not_come(desk: Desk) -> None:
    appointment = desk.book("10:30")
    for page in ("", "list/"):
        assert f"{appointment.id}/step/" not in html(desk, page)
        with desk.clock_at(desk.at("08:00")):
            assert f"{appointment.id}/step/" in html(desk, page)


def test_a_phone_begins_with_who_is_here_today_and_with_all_of_another_day(desk: Desk) -> None:
    assert 'class="day show-all"' in html(desk)
    with desk.clock_at(desk.at("10:30")):
        assert 'class="day"' in html(desk)


def test_a_holiday_is_named(desk: Desk) -> None:
    schedule_settings.add_other_days(desk.admin, kind="holiday", first=desk.day, last=desk.day, reason="Founders' day")
    text = plain(html(desk))
    assert "Closed on this day (Founders' day)." in text
    assert "Away: Founders' day" in text


@pytest.mark.parametrize("day", ["2026-02-30", "20261122", "tomorrow", "2026-W47-7", "2026-11-5"])
def test_no_such_day_is_not_found(desk: Desk, day: str) -> None:
    for page in ("", "changes/", "list/", "list/changes/", "print/", "note/"):
        assert at_desk(desk).get(f"/c/{desk.scope.clinic_id}/day/{day}/{page}").status_code == 404


def test_the_first_and_the_last_day_have_a_board(desk: Desk) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        assert at_desk(desk).get(f"/c/{desk.scope.clinic_id}/day/{day}/").status_code in (200, 404)


def test_the_date_field_leads_to_its_day(desk: Desk) -> None:
    answer = at_desk(desk).get(f"/c/{desk.scope.clinic_id}/?day={desk.day}")
    assert (answer.status_code, answer["Location"]) == (302, url(desk))
    assert at_desk(desk).get(f"/c/{desk.scope.clinic_id}/?day=never").status_code == 404


def test_the_desk_begins_with_the_board_and_who_sees_patients_with_a_list(desk: Desk) -> None:
    home = f"/c/{desk.scope.clinic_id}/"
    assert 'id="board"' in at_desk(desk).get(home).content.decode()
    for role in (Role.DOCTOR, Role.NURSE):
        text = signed_in_client(desk.scope.clinic_id, role=role, person=f"x-{role}").get(home).content.decode()
        assert 'id="list"' in text
        assert f'/day/{clock.today(ZONE).isoformat()}/"' in text  # the way to the board


def test_one_practitioner_alone_can_be_shown(desk: Desk) -> None:
    other = desk.doctors[1]
    text = at_desk(desk).get(url(desk) + f"?with={desk.doctor.id}&show=all").content.decode()
    assert "col-off" in re.search(rf'<section class="([^"]*)"\s+id="col-{other.id}"', text)[1]  # type: ignore[index]
    assert "col-off" not in re.search(rf'<section class="([^"]*)"\s+id="col-{desk.doctor.id}"', text)[1]  # type: ignore[index]


# --- What it costs ---------------------------------------------------------------------------------------------------


@pytest.fixture
def full(desk: Desk) -> Desk:
    """120 appointments."""
    people = [desk.patient("María", f"García {each}", phones=[{"number": f"+4477009{each:05}"}]) for each in range(60)]
    for number, patient in enumerate(people):
        minutes = 6 * 60 + number * 15
        at = f"{minutes // 60:02}:{minutes % 60:02}"
        desk.book(at, patient, reason="Blood pressure")
        other = people[(number + 30) % 60]
        desk.book(at, other, practitioner=desk.doctors[1], reason="Cough, 5 days")
    return desk


def test_a_full_board_is_light_and_one_read_at_its_floor(full: Desk) -> None:
    html(full)  # who works here is known for some seconds
    answer = at_desk(full).get(url(full))
    timing = re.search(r'desc="(\d+) in .*desc="([\d.]+) units, floor ([\d.]+)', answer["Server-Timing"])
    assert timing is not None
    sequence, units, floor = map(float, timing.groups())
    assert sequence == 1
    assert units <= 1.2 * floor
    assert units <= 15  # ids of a test's clinic are long: 13 in a real one
    assert answer.content.decode().count('<li id="card-') == 120
    sent = signed_in_client(full.scope.clinic_id, headers={"accept-encoding": "gzip"}).get(url(full))
    assert len(sent.content) < 30_000


# --- On paper, and notes ---------------------------------------------------------------------------------------------


def test_a_day_without_practitioners_has_a_board(clinic: str) -> None:
    forget()
    answer = signed_in_client(clinic).get(f"/c/{clinic}/")
    assert answer.status_code == 200


def test_of_another_day_nobody_is_late_and_nobody_waits(today: Desk) -> None:
    late, here = today.book("10:30"), today.book("10:45", today.patient("Ada", "Ames"))
    states.arrive(today.scope, appointment=here)
    with today.clock_at(today.at("09:00", today.day + timedelta(1))):
        text = html(today)
    assert "is-late" not in card(text, late.id)
    assert "is-red" not in card(text, here.id)
    assert "data-from" not in card(text, here.id)
