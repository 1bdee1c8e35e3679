"""What is new on the board, and what asking costs."""

from datetime import timedelta

import pytest

from clinnet.table.meter import metered
from scheduling.appointments.services import states
from scheduling.calendar.services import settings as schedule_settings
from tests.scheduling.at_board import card, changes, html, seen, today, url
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["today"]


def test_nothing_new_costs_half_a_read_unit(desk: Desk) -> None:
    desk.book("10:30")
    known = seen(html(desk))
    with metered() as meter:
        answer = changes(desk, known)
    assert answer.status_code == 304
    assert answer.content == b""
    assert "0.5 units" in answer["Server-Timing"]
    assert (meter.sequence, meter.read_units) in ((0, 0), (1, 0.5))  # the request has a meter of its own


def test_nothing_on_an_empty_day_is_nothing_new(desk: Desk) -> None:
    assert changes(desk, seen(html(desk))).status_code == 304


def test_a_change_brings_its_column_the_counters_and_the_lane(today: Desk) -> None:
    with today.clock_at(today.at("10:20")):
        today.book("10:30", today.patient("Ada", "Ames"), practitioner=today.doctors[1])
    appointment = today.book("10:30")
    known = seen(html(today))
    with today.clock_at(today.at("10:31")):
        states.arrive(today.nurse, appointment=appointment)
    answer = changes(today, known)
    text = answer.content.decode()
    assert "is-waiting" in card(text, appointment.id)
    assert 'data-by="Nora"' in card(text, appointment.id)
    assert f'id="here-{appointment.id}"' in text
    assert f'id="col-{today.doctors[1].id}"' not in text
    with today.clock_at(today.at("10:32")):
        assert changes(today, answer["ETag"].removeprefix("W/").strip('"')).status_code == 304


def test_a_change_within_the_seconds_that_are_read_twice_is_not_missed(today: Desk) -> None:
    first, second = today.book("10:30"), today.book("10:45", today.patient("Ada", "Ames"))
    states.arrive(today.scope, appointment=first)
    known = seen(html(today))
    with today.clock_at(today.at("10:30") - timedelta(seconds=3)):  # stamped before, written after
        states.arrive(today.scope, appointment=second)
    assert changes(today, known).status_code == 200


def test_a_board_hears_of_changes_after_the_clock_was_set_back(today: Desk) -> None:
    first, second = today.book("10:30"), today.book("10:45", today.patient("Ada", "Ames"))
    with today.clock_at(today.at("10:50")):
        states.arrive(today.scope, appointment=first)
        known = seen(html(today))
        assert changes(today, known).status_code == 304
    with today.clock_at(today.at("10:40")):
        states.arrive(today.scope, appointment=second)
        assert "is-waiting" in card(changes(today, known).content.decode(), second.id)


def test_a_cancelled_card_is_missing_from_its_column_in_the_answer(desk: Desk) -> None:
    appointment = desk.book("10:30")
    known = seen(html(desk))
    states.cancel(desk.scope, appointment=appointment, by="patient", reason="Ill")
    text = changes(desk, known).content.decode()
    assert f'id="col-{desk.doctor.id}"' in text
    assert f'id="card-{appointment.id}"' not in text


def test_a_note_is_news_for_all_columns(desk: Desk) -> None:
    desk.book("10:30")
    known = seen(html(desk))
    schedule_settings.note_day(desk.scope, day=desk.day, text="Lift out of order")
    text = changes(desk, known).content.decode()
    assert text.count('id="col-') == len(desk.doctors)


@pytest.mark.parametrize("known", ["", "nonsense", "2026-13-01~x", "~", "x~y~z"])
def test_who_says_nothing_that_we_said_gets_all(desk: Desk, known: str) -> None:
    answer = changes(desk, known)
    assert answer.status_code == 200
    assert answer.content.decode().count('id="col-') == len(desk.doctors)


def test_asking_what_is_new_does_not_count_as_being_there(desk: Desk) -> None:
    from django.urls import resolve

    from clinnet.accounts.access import access_of

    for page in ("changes/", "list/changes/"):
        access = access_of(resolve(url(desk, page)).func)
        assert access is not None
        assert access.background
