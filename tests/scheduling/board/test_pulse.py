"""What each page asks every second: did anything of the clinic's day change?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from clinnet.table import beats
from clinnet.table.kept import Latest
from scheduling.board import queries as board_queries
from tests.people import signed_in_client
from tests.scheduling.at_board import changes, html, today
from tests.scheduling.at_board import seen as seen_in
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["today"]


def pulse(desk: Desk, seen: str = "") -> Any:
    answer: Any = signed_in_client(desk.scope.clinic_id).get(f"/c/{desk.scope.clinic_id}/pulse/?seen={seen}")
    return answer


def written_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on as if another process wrote."""
    monkeypatch.setattr("clinnet.table.writes.beat", lambda written: None)


def seconds_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as a pulse is kept."""
    monkeypatch.setattr(board_queries, "_pulses", Latest(9))


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
    written_elsewhere(monkeypatch)
    seen = pulse(today).content.decode()
    today.book("10:30")
    assert pulse(today, seen).status_code == 204
    settings.CLINNET_PULSE_SECONDS = 0
    seconds_pass(monkeypatch)
    assert pulse(today, seen).status_code == 200


def test_another_day_is_no_news(today: Desk) -> None:
    seen = pulse(today).content.decode()
    today.book(day=today.day + timedelta(days=7))
    assert pulse(today, seen).status_code == 204


def test_a_change_after_the_clock_was_set_back_is_news_elsewhere_too(
    today: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CLINNET_PULSE_SECONDS = 0
    written_elsewhere(monkeypatch)
    with today.clock_at(today.at("10:50")):
        today.book("11:30")
    with today.clock_at(today.at("10:40")):
        seen = pulse(today).content.decode()
        assert pulse(today, seen).status_code == 204
        today.book("11:45", today.patient("Ada", "Ames"))
        assert pulse(today, seen).status_code == 200


# --- What a page has seen ----------------------------------------------------------------------------------------


def test_who_has_seen_all_is_told_so_again_without_a_question(today: Desk) -> None:
    today.book("10:30")
    known = seen_in(html(today))
    first, again = changes(today, known), changes(today, known)
    assert [(each.status_code, units(each)) for each in (first, again)] == [(304, 0.5), (304, 0.0)]
    assert "Server-Timing" not in again  # no call at all


def test_what_this_process_wrote_is_told_at_once_to_who_had_seen_all(today: Desk) -> None:
    today.book("10:30")
    known = seen_in(html(today))
    assert changes(today, known).status_code == 304
    booked = today.book("11:30", today.patient("Ada", "Ames"))
    assert f'id="card-{booked.id}"' in changes(today, known).content.decode()


def test_what_another_process_wrote_is_told_when_the_table_is_asked_anew(
    today: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    today.book("10:30")
    known = seen_in(html(today))
    assert changes(today, known).status_code == 304
    written_elsewhere(monkeypatch)
    today.book("11:30", today.patient("Ada", "Ames"))
    assert changes(today, known).status_code == 304
    seconds_pass(monkeypatch)
    assert changes(today, known).status_code == 200


def test_a_page_that_a_new_pulse_sends_for_its_changes_gets_them(today: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the pulse before said that it lacked nothing."""
    today.book("10:30")
    known = seen_in(html(today))
    assert changes(today, known).status_code == 304
    before = pulse(today)
    assert units(before) == 0.0  # who asked for the changes asked for it
    written_elsewhere(monkeypatch)
    today.book("11:30", today.patient("Ada", "Ames"))
    kept = board_queries._pulses.get((today.scope.clinic_id, today.day.isoformat()))
    assert kept
    monkeypatch.setattr("scheduling.board.queries.time.monotonic", lambda: kept.until)
    assert pulse(today, before.content.decode()).status_code == 200
    assert changes(today, known).status_code == 200


def test_the_pulse_is_the_same_whoever_asked_the_table(today: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    today.book("10:30")
    asked = pulse(today).content
    seconds_pass(monkeypatch)
    assert changes(today, seen_in(html(today))).status_code == 304
    answer = pulse(today)
    assert (answer.content, units(answer)) == (asked, 0.0)


def test_what_a_page_of_another_clinic_or_day_has_seen_says_nothing_here(today: Desk) -> None:
    today.book("10:30")
    known = seen_in(html(today))
    assert changes(today, known).status_code == 304
    clinic, day, other = today.scope.clinic_id, today.day, today.day + timedelta(days=1)
    assert board_queries.news(today.scope, day, known) is None
    assert board_queries.news(today.scope, other, known) == []
    elsewhere = replace(today.scope, clinic=f"{clinic}-other")
    assert board_queries.news(elsewhere, day, known) == []


def test_a_page_that_lacks_something_gets_it_though_another_lacks_nothing(today: Desk) -> None:
    today.book("10:30")
    older = seen_in(html(today))
    today.book("11:30", today.patient("Ada", "Ames"))
    newer = seen_in(html(today))
    assert changes(today, newer).status_code == 304
    assert changes(today, older).status_code == 200
    assert changes(today, newer).status_code == 304
