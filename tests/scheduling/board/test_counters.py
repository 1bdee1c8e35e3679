"""How many are where, above the board."""

import re

import pytest

from scheduling.appointments.services import states
from tests.scheduling.at_board import html, today
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["today"]


def counters(page: str) -> dict[str, tuple[int, str]]:
    """Each counter with its number and what it says besides."""
    nav = page[page.index('id="board-counts"') :].split("</nav>", maxsplit=1)[0]
    links = re.findall(r'data-show="(\w+)"\s*(?:title="([^"]*)")?.*?</svg>(\d+)', nav, re.S)
    return {name: (int(count), note) for name, note, count in links}


def test_who_is_still_to_come_is_counted_with_how_many_are_late_or_not_confirmed(today: Desk) -> None:
    with today.clock_at(today.at("10:20")):
        late = today.book("10:30")
        sure = today.book("11:00", today.patient("Ada", "Ames"))
        gone = today.book("11:30", today.patient("Ben", "Bolt"))
        states.confirm(today.scope, appointment=sure)
        states.cancel(today.scope, appointment=gone, by="patient", reason="Ill")
    with today.clock_at(today.at("10:40")):
        found = counters(html(today))
    assert found["next"] == (2, "1 late, 1 not confirmed")
    assert found["gone"] == (1, "")
    assert found["waiting"] == (0, "")
    with today.clock_at(today.at("10:41")):
        states.arrive(today.scope, appointment=late)
        assert counters(html(today))["next"] == (1, "")


def test_on_another_day_nobody_is_said_to_wait(desk: Desk) -> None:
    desk.book("10:30")
    assert counters(html(desk)) == {"next": (1, "1 not confirmed")}
