"""What each page asks every second: did anything of the clinic's day change?"""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from clinnet.table import beats
from clinnet.table.kept import Latest
from scheduling.board import queries as board_queries
from tests.people import signed_in_client
from tests.scheduling.at_board import plain_static_names, today
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["plain_static_names", "today"]


def pulse(desk: Desk, seen: str = "") -> Any:
    answer: Any = signed_in_client(desk.scope.clinic_id).get(f"/c/{desk.scope.clinic_id}/pulse/?seen={seen}")
    return answer


def units(answer: Any) -> float:
    return 0.5 if "0.5 units" in answer.headers.get("Server-Timing", "") else 0.0


def test_nothing_new_is_an_empty_answer_that_reads_nothing(today: Desk) -> None:
    first = pulse(today)
    assert (first.status_code, units(first)) == (200, 0.5)
    again = pulse(today, first.content.decode())
    assert (again.status_code, again.content, units(again)) == (204, b"", 0.0)


def test_what_this_process_wrote_is_news_at_once(today: Desk) -> None:
    seen = pulse(today).content.decode()
    today.book("10:30")
    answer = pulse(today, seen)
    assert answer.status_code == 200
    assert answer.content.decode() != seen
    assert units(answer) == 0.5


def test_what_another_process_wrote_is_news_when_it_is_asked_anew(
    today: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beats, "_counts", Latest(9))
    monkeypatch.setattr("clinnet.table.writes.beat", lambda written: None)  # it did not write here
    seen = pulse(today).content.decode()
    today.book("10:30")
    assert pulse(today, seen).status_code == 204
    settings.CLINNET_PULSE_SECONDS = 0
    monkeypatch.setattr(board_queries, "_pulses", Latest(9))
    assert pulse(today, seen).status_code == 200


def test_another_day_is_no_news(today: Desk) -> None:
    seen = pulse(today).content.decode()
    today.book(day=today.day + timedelta(days=7))
    assert pulse(today, seen).status_code == 204


def test_a_change_after_the_clock_was_set_back_is_news_elsewhere_too(
    today: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CLINNET_PULSE_SECONDS = 0
    monkeypatch.setattr("clinnet.table.writes.beat", lambda written: None)
    with today.clock_at(today.at("10:50")):
        today.book("11:30")
    with today.clock_at(today.at("10:40")):
        seen = pulse(today).content.decode()
        assert pulse(today, seen).status_code == 204
        today.book("11:45", today.patient("Ada", "Ames"))
        assert pulse(today, seen).status_code == 200
