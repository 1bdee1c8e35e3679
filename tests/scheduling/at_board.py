"""Somebody in front of the day: its board, its lists, its paper."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk


@pytest.fixture
def today(desk: Desk) -> Iterator[Desk]:
    """The desk at half past ten of a day on which everything is open."""
    with desk.clock_at(desk.at("10:30")):
        yield desk


def url(desk: Desk, page: str = "") -> str:
    return f"/c/{desk.scope.clinic_id}/day/{desk.day.isoformat()}/{page}"


def at_desk(desk: Desk) -> Client:
    """A receptionist who has just signed in: the clock of these tests is turned."""
    return signed_in_client(desk.scope.clinic_id)


def html(desk: Desk, page: str = "", client: Client | None = None) -> str:
    answer = (client or at_desk(desk)).get(url(desk, page))
    assert answer.status_code == 200, plain(answer.content.decode())
    return str(answer.content.decode())


def card(text: str, id: str) -> str:
    return re.search(rf'<li id="card-{id}".*?</li>', text, re.S)[0]  # type: ignore[index]


def changes(desk: Desk, seen: str) -> Any:
    return at_desk(desk).get(url(desk, "changes/"), headers={"if-none-match": f'"{seen}"'})


def seen(text: str) -> str:
    return re.search(r'data-seen="([^"]*)"', text)[1]  # type: ignore[index]
