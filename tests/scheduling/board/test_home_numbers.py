"""What the first page of Manage tells of today, and how it writes the hours of a week."""

from clinnet.accounts import queries as accounts
from clinnet.console.shows import Reader
from scheduling.console import numbers_today, week
from tests.scheduling.conftest import Desk


def test_home_counts_who_is_expected_and_says_nothing_of_an_empty_day(desk: Desk) -> None:
    reader = Reader(desk.admin, accounts.clinic(desk.admin.clinic_id))
    with desk.clock_at(desk.at("09:00")):
        assert numbers_today(reader) == []
        desk.book("10:30")
        told = {each.label: each.value for each in numbers_today(reader)}
    assert told == {"Still expected": "1", "Here now": "0", "Seen": "0", "Did not come": "0", "Cancelled": "0"}


def test_days_in_a_row_with_the_same_hours_are_told_once() -> None:
    days = [
        (0, "08:30", "12:30"),
        (0, "13:00", "17:00"),
        (1, "08:30", "12:30"),
        (1, "13:00", "17:00"),
        (3, "9:00", "12:00"),
    ]
    sessions = [{"weekday": day, "start": start, "end": end} for day, start, end in days]
    reader: Reader = None  # type: ignore[assignment]  # it is not asked
    assert week(sessions, reader) == "Mon–Tue 08:30–12:30, 13:00–17:00; Thu 9:00–12:00"
