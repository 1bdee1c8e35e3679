"""A month at a glance: what is left of each day, and why nothing is."""

import re
from datetime import timedelta

import pytest

from scheduling.calendar.queries.month import how_many
from scheduling.calendar.rules.slots import Need, Slot
from scheduling.calendar.services import settings as schedule_settings
from tests.patients.pages import plain
from tests.scheduling.at_board import at_desk, html, url
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db


def cell(desk: Desk, page: str = "month/") -> str:
    """What the month says of the desk's day: "1 72 free"."""
    link = url(desk)
    found = re.search(rf'<td class="month-(\w+)">\s*<a href="{link}".*?</a>', html(desk, page), re.S)
    assert found is not None
    return f"{found[1]}: {plain(found[0])}"


def month_of_one(desk: Desk, type: str = "Follow-up") -> str:
    return f"month/?with={desk.doctor.id}&type={desk.type(type).id}"


def test_a_booked_time_is_one_less_of_the_doctor_and_of_all(desk: Desk) -> None:
    assert "72 free" in cell(desk, month_of_one(desk))  # from six to midnight, a quarter of an hour each
    desk.book("10:30")
    assert "71 free" in cell(desk, month_of_one(desk))
    assert "143 free" in cell(desk, f"month/?type={desk.type('Follow-up').id}")


def test_longer_visits_are_fewer_and_their_buffers_count(desk: Desk) -> None:
    assert how_many([Slot(start, "doc") for start in range(0, 36, 3)], Need(15)) == 12
    assert how_many([Slot(start, "doc") for start in range(0, 36, 3)], Need(30, 5, 10)) == 4
    free = int(re.search(r"(\d+) free", cell(desk, month_of_one(desk, "Procedure")))[1])  # type: ignore[index]
    assert 20 <= free <= 36


def test_a_day_on_which_nothing_is_left_is_full(desk: Desk) -> None:
    desk.book("06:00", minutes=600)
    desk.book("16:00", desk.patient("Ana", "Sá"), minutes=465)
    assert cell(desk, month_of_one(desk)).startswith("few: ")
    desk.book("23:45", desk.patient("Jo", "Li"))
    assert cell(desk, month_of_one(desk)).startswith("full: ")
    assert "Full" in cell(desk, month_of_one(desk))


def test_a_closed_day_says_why(desk: Desk) -> None:
    schedule_settings.add_other_days(desk.admin, kind="holiday", first=desk.day, last=desk.day, reason="Founders' day")
    said = cell(desk)
    assert said.startswith("closed: ")
    assert "Closed Founders' day" in said


def test_days_that_are_over_say_nothing(desk: Desk) -> None:
    later = desk.day.replace(day=1) + timedelta(days=40)
    with desk.clock_at(desk.at("10:30", later)):
        assert re.fullmatch(rf"past: {desk.day.day}", cell(desk).strip())


def test_a_month_is_one_round_of_a_question_for_each_practitioner(desk: Desk) -> None:
    desk.day = (desk.day.replace(day=1) + timedelta(days=75)).replace(day=15)  # wholly ahead
    html(desk, "month/")
    timing = at_desk(desk).get(url(desk, "month/"))["Server-Timing"]
    asked = re.search(r'desc="1 in sequence of (\d)"', timing)
    assert asked is not None
    assert int(asked[1]) in (2, 4)  # in summer the month begins on the evening before, in UTC


def test_what_is_not_of_this_clinic_is_not_found(desk: Desk) -> None:
    for asked in ("with=nobody", "type=nothing"):
        assert at_desk(desk).get(url(desk, f"month/?{asked}")).status_code == 404
