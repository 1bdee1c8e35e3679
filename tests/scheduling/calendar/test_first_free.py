"""A page that shows each start once finds what it would find if everybody were asked."""

from datetime import timedelta

import pytest

from clinnet.table.meter import metered
from scheduling.calendar.queries import first_free, free_times
from scheduling.calendar.queries.free_times import FreeDay, Wish
from scheduling.calendar.queries.setup import setup
from tests.scheduling.conftest import Desk


@pytest.fixture(autouse=True)
def _one_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_free, "FEW", 1)


def shown(days: list[FreeDay], usual: str) -> list[tuple[int, str, str]]:
    """Start, practitioner and room of each time that the page would show."""
    found: dict[int, tuple[int, str, str]] = {}
    for day in days:
        for slot in sorted(day.slots, key=lambda each: (each.start, each.practitioner != usual)):
            found.setdefault(slot.start, (slot.start, slot.practitioner, slot.room))
    return list(found.values())


def both(desk: Desk, wish: Wish, usual: str = "", days: int = 2) -> tuple[list[tuple[int, str, str]], ...]:
    first = first_free.search(desk.scope, wish, usual=usual, first=desk.day, days=days, within=28)
    every = free_times.search(desk.scope, wish, first=desk.day, days=days, within=28)
    assert [each.day for each in first] == [each.day for each in every]
    return shown(first, usual), shown(every, usual)


@pytest.mark.parametrize("usual", [None, 0, 1])
@pytest.mark.parametrize("kind", ["Follow-up", "Procedure", "Vaccination"])
def test_the_same_times_are_shown(desk: Desk, kind: str, usual: int | None) -> None:
    patient = desk.patient("Bo", "Berg")
    for at, who in (("09:00", 0), ("09:15", 0), ("09:15", 1), ("10:00", 1), ("23:45", 0)):
        desk.book(at, practitioner=desk.doctors[who])
    desk.book("11:00", patient)
    desk.book("12:00", type="Procedure")
    for part in ("", "am", "pm"):
        wish = Wish(desk.type(kind), patient, part=part)
        first, every = both(desk, wish, "" if usual is None else desk.doctors[usual].id)
        assert first == every


def test_nobody_else_is_asked_where_the_first_is_free(desk: Desk) -> None:
    wish = Wish(desk.type("Follow-up"), desk.patient())
    setup(desk.scope)
    with metered() as few:
        first_free.search(desk.scope, wish, usual="", first=desk.day, days=1, within=1)
    with metered() as everybody:
        free_times.search(desk.scope, wish, first=desk.day, days=1, within=1)
    assert len(few.calls) < len(everybody.calls)
    assert few.read_units < everybody.read_units


def test_the_others_are_asked_in_one_call_and_for_no_more_units(desk: Desk) -> None:
    desk.book("10:30")
    wish = Wish(desk.type("Follow-up"), desk.patient("Bo"))
    setup(desk.scope)
    with metered() as few:
        found = first_free.search(desk.scope, wish, usual="", first=desk.day, days=1, within=1)
    with metered() as everybody:
        free_times.search(desk.scope, wish, first=desk.day, days=1, within=1)
    assert {slot.practitioner for slot in found[0].slots} == {each.id for each in desk.doctors}
    assert few.calls.count("BatchGetItem") == 1
    assert few.read_units <= everybody.read_units


def test_where_many_days_have_starts_left_the_others_are_asked_by_month(desk: Desk) -> None:
    for ahead in range(5):
        desk.book(day=desk.day + timedelta(days=ahead))
    wish = Wish(desk.type("Follow-up"), desk.patient("Bo"))
    with metered() as few:
        first, every = both(desk, wish, days=5)
    assert first == every
    assert "BatchGetItem" not in few.calls
