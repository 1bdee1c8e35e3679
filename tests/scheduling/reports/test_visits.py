"""A month's visits: each day is counted once it is over, and the report reads what was counted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import open_clinic
from clinnet.contributions import Seeding
from clinnet.table import Scope
from clinnet.table.errors import Denied
from clinnet.table.meter import metered
from scheduling.appointments.services import states
from scheduling.calendar.queries.setup import setup
from scheduling.demo.services import reports as demo
from scheduling.reports import queries, rows, rules, services
from scheduling.reports.queries import Sum
from tests.patients.pages import hidden, plain
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk


def cancelled(desk: Desk, appointment: Any) -> None:
    states.cancel(desk.scope, appointment=appointment, by="patient", reason="Ill")


def counted(desk: Desk) -> Desk:
    """Three visits of a day, of which one was cancelled and one did not come; counted two days later."""
    desk.book("10:30")
    cancelled(desk, desk.book("11:00", desk.patient("Luisa")))
    missed = desk.book("11:30", desk.patient("Piotr"))
    with desk.clock_at(desk.at("12:30")):
        states.no_show(desk.scope, appointment=desk.again(missed))
    return desk


def test_a_day_that_is_over_is_counted_and_the_report_reads_one_range(desk: Desk) -> None:
    counted(desk)
    first = desk.day.replace(day=1)
    assert services.count(Scope.system("count_days", desk.scope.clinic_id), [desk.day]) == 1
    assert services.count(Scope.system("count_days", desk.scope.clinic_id), [desk.day]) == 1  # the same again
    with metered() as meter:
        found = queries.month(desk.scope, first)
    assert meter.calls.count("Query") <= 1 + 5  # and those of the schedule's set-up
    day = found.days[desk.day.isoformat()]
    assert (day.seen, day.missed, day.cancelled, day.open, day.visits) == (0, 1, 1, 1, 2)
    assert 0 < day.booked < day.offered
    assert found.people[desk.doctor.id].visits == 2
    assert sum(each.visits for each in found.types.values()) == 2
    by_person, by_type, by_day = rows.tables(found, setup(desk.scope))
    assert by_day.total.figures[:4] == ("2", "0", "1 (50%)", "1")
    assert (by_person.total.word, by_person.lines[0].word) == ("Everybody", desk.doctor.name)
    assert by_type.lines[0].figures[0] == "2"


def test_waiting_is_told_by_hour_and_practitioner_without_reading_a_visit_again(desk: Desk) -> None:
    for number, (name, waits) in enumerate((("Ana", 4), ("Luisa", 12), ("Piotr", 31))):
        start = desk.at("10:00") + timedelta(minutes=40 * number)
        visit = desk.book(f"{start:%H:%M}", desk.patient(name))
        for minutes, step in ((0, states.arrive), (waits - 3, states.to_room), (waits, states.with_doctor)):
            with desk.clock_at(start + timedelta(minutes=minutes)):
                step(desk.scope, appointment=desk.again(visit))
    services.count(Scope.system("count_days", desk.scope.clinic_id), [desk.day])
    found = queries.month(desk.scope, desk.day.replace(day=1))
    assert dict(found.total.waits) == {0: 1, 10: 1, 30: 1}
    assert dict(found.total.rooms) == {0: 1, 5: 1, 25: 1}
    by_hour, by_person = (each for each in rows.tables(found, setup(desk.scope)) if each.name.startswith("Waiting"))
    assert by_hour.total.figures == ("3", "12 min", "34 min")
    assert [(each.word, each.figures[0]) for each in by_hour.lines] == [
        ("Until a room", "3"), ("Arrived 10:00–11:00", "2"), ("Arrived 11:00–12:00", "1"),
    ]  # fmt: skip
    assert (by_person.total.word, by_person.lines[0].word) == ("Everybody", desk.doctor.name)


@pytest.mark.parametrize(
    ("counts", "half", "most"),
    [({}, None, None), ({0: 10}, 2, 4), ({0: 1, 240: 1}, 5, 244), ({10: 5, 15: 5}, 15, 19)],
)
def test_a_share_of_those_who_waited_is_read_from_classes(
    counts: dict[int, int], half: int | None, most: int | None
) -> None:
    assert (rules.percentile(counts, 0.5), rules.percentile(counts, 0.9)) == (half, most)


@pytest.mark.django_db
def test_the_page_counts_the_month_for_an_administrator_and_gives_it_as_a_file(desk: Desk) -> None:
    counted(desk)
    with desk.clock_at(desk.at("12:00") + timedelta(days=2)):
        browser = signed_in_client(desk.scope.clinic_id, role=Role.ADMIN, name="Inês Duarte")
        month = f"{desk.day:%Y-%m}"
        services.count_nightly(Scope.system("count_days", desk.scope.clinic_id))
        url = f"/c/{desk.scope.clinic_id}/manage/visits/?month={month}"
        shown = said(browser, url)
        assert "Complete until" in shown
        html = browser.get(url).content.decode()
        assert '<rect class="is-missed"' in html
        answer = browser.post(url, hidden(html[html.index("<main") :]), follow=True)
        assert "days were counted." in plain(answer.content.decode())
        lines = browser.get(f"{url}&file=1").content.decode().splitlines()
        assert lines[0] == "\ufeffBy practitioner"
        assert "Day,Visits,Seen,Did not come,Cancelled,Used,New patients" in lines
        assert browser.get(f"{url}x").status_code == 404
        year = url.replace(f"month={month}", f"year={desk.day:%Y}")
        shown = said(browser, year)
        assert f"{desk.day:%B %Y}" in shown
        assert "Count this month now" not in shown
        assert "Month,Visits,Seen,Did not come,Cancelled,Used,New patients" in (
            browser.get(f"{year}&file=1").content.decode().splitlines()
        )
        assert browser.get(f"{year}x").status_code == 404
        found = queries.year(desk.scope, desk.day.year)
        assert found.days[month].missed == 1
        assert found.total.missed == 1
        assert [each.missed for each in found.chart] == [int(each == desk.day.month) for each in range(1, 13)]
        with pytest.raises(Denied):
            services.count_month(desk.scope, first=desk.day.replace(day=1))
        call_command("count_days", clinic=desk.scope.clinic_id)


@pytest.mark.engine
def test_the_last_month_of_a_demo_is_counted_once() -> None:
    id = f"t{clock.new_id().lower()}"
    named = {"name": "Demo", "time_zone": "Europe/London", "locale": "en-GB", "country": "GB", "date_order": "DMY"}
    open_clinic(Scope.system("tests", id), demo=True, **named)
    seeding = Seeding(id, clock.now(), "1", 3, 1, people=True, day=True)
    assert list(demo.fill(seeding)) == ["Demo has 31 days counted for its reports."]
    assert list(demo.fill(seeding)) == list(demo.fill(replace(seeding, day=False))) == []


def said(browser: Client, url: str) -> str:
    return plain(browser.get(url).content.decode())


def test_bars_of_a_month_stand_side_by_side_and_fit() -> None:
    found = rows.bars([Sum(seen=number, missed=1) for number in range(31)])
    assert {each.kind for each in found} == {"seen", "missed"}
    assert max(each.x + each.width for each in found) <= rows.WIDTH
    assert min(each.y for each in found) >= 0
    assert rows.bars([Sum()]) == []
