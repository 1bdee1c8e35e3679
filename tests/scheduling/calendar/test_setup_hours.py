"""Weekly hours on their page: what it takes, what it refuses, and two who change them at once."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff, open_clinic
from clinnet.table import Scope
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import clocktext, hours, walltime
from scheduling.calendar.rules.hours import Session
from scheduling.calendar.services import settings as schedule_settings
from tests.conftest import scope_of
from tests.scheduling.conftest import Desk
from tests.scheduling.office import Office, events, every_day, hours_path, office, picks_of, sessions, week

pytestmark = pytest.mark.django_db
__all__ = ["office"]


def test_hours_are_typed_as_people_write_them(desk: Desk, office: Office) -> None:
    typed = week(monday="8:30-1230 13.30-5pm", friday="9-24:00") | {"day-0-1-breaks": "15:00 to 15:15"}
    assert office.send(hours_path(desk), typed)[0] == 302
    assert sessions(desk) == [(0, "08:30", "12:30"), (0, "13:30", "17:00"), (4, "09:00", "24:00")]
    assert setup(desk.scope).hours[desk.doctor.id].sessions[1]["breaks"] == [["15:00", "15:15"]]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (week(monday="17:00-08:30"), "17:00–08:30 ends before it starts."),
        (week(monday="09:00-09:00"), "09:00–09:00 ends before it starts."),
        (week(monday="08:00-12:00 11:00-13:00"), "This overlaps with other hours of Monday."),
        (week(monday="08:03-12:00"), "Hours are kept to five minutes."),
        (week(monday="later-12:00"), "A time is written as 08:30."),
        (week(monday="08:00-25:00"), "A time is written as 08:30."),
        (week(monday="08:00-12:00") | {"day-0-0-end": ""}, "Until when?"),
        (week(monday="08:00-12:00") | {"day-0-0-breaks": "12:30-13:00"}, "is not inside 08:00–12:00."),
        (week(monday="08:00-12:00") | {"day-0-0-breaks": "lunch"}, "Breaks are written as 12:30–13:30."),
        (week(monday="08:00-12:00") | {"day-0-0-valid_from": "2027-02-29"}, "This is not a date."),
        (
            week(monday="08:00-12:00") | {"day-0-0-valid_from": "2028-02-29", "day-0-0-valid_until": "2028-02-28"},
            "These hours end before they begin to be valid.",
        ),
        (week(monday="08:00-12:00") | {"place": "first"}, "A place is a whole number."),
        (week(monday="8" * 5000 + "-12:00"), "A time is written as 08:30."),
    ],
)
def test_hours_that_cannot_be_are_said_beside_the_field(
    desk: Desk, office: Office, typed: dict[str, str], sentence: str
) -> None:
    before = sessions(desk)
    status, page = office.send(hours_path(desk), typed)
    assert status == 422
    beside = re.findall(r'class="field-error">.*?<span>(.*?)</span>', page, re.DOTALL)
    assert any(sentence in each for each in beside), beside
    assert sessions(desk) == before


def test_hours_may_begin_on_the_29th_of_february(desk: Desk, office: Office) -> None:
    typed = every_day("08:00-12:00") | {"day-1-0-valid_from": "2028-02-29", "day-1-0-valid_until": "2028-02-29"}
    assert office.send(hours_path(desk), typed)[0] == 302
    plan = setup(desk.scope).plan(desk.doctor.id)
    assert [each for each in plan.sessions if each.is_on(date(2028, 2, 29))] != []
    assert [each for each in plan.sessions if each.is_on(date(2028, 3, 7))] == []


def test_a_weekday_is_copied_to_others_and_nothing_is_saved(desk: Desk, office: Office) -> None:
    before = events(desk.scope)
    typed = week(monday="08:30-12:30 13:30-17:00", wednesday="1-2") | {"copy": "1", "copy_from": "0"}
    status, page = office.send(hours_path(desk), {**typed, "copy_to": ["1", "2"]})
    assert status == 200
    assert "Nothing is saved yet" in page
    fields = office.next_fields(page)
    assert [fields[f"day-{day}-0-start"] for day in (0, 1, 2)] == [["08:30"]] * 3
    assert fields["day-2-1-end"] == ["17:00"]
    assert events(desk.scope) == before
    assert office.send(hours_path(desk), {}, over=fields)[0] == 302
    assert [day for day, _, _ in sessions(desk)] == [0, 0, 1, 1, 2, 2]


def test_what_is_copied_stays_as_it_was_typed_also_where_it_is_wrong(desk: Desk, office: Office) -> None:
    typed = week(monday="half8-12:00") | {"copy": "1", "copy_from": "0", "copy_to": "1"}
    fields = office.next_fields(office.send(hours_path(desk), typed)[1])
    assert fields["day-1-0-start"] == ["half8"]


@pytest.mark.parametrize("total", ["9" * 5000, "-1", "many", "", "5000"])
@pytest.mark.parametrize("button", [{}, {"copy": "1", "copy_from": "0", "copy_to": ["1", "99", "x"]}])
def test_a_number_of_rows_that_cannot_be_does_no_harm(
    desk: Desk, office: Office, total: str, button: dict[str, Any]
) -> None:
    status, _ = office.send(hours_path(desk), {"day-0-TOTAL_FORMS": total, **button})
    assert status in (200, 302, 422)


def test_hours_are_taken_over_from_somebody_else(desk: Desk, office: Office) -> None:
    kept = [hours.Kept(1, "08:00", "09:00", "urgent", opens_at="07:00")]
    schedule_settings.save_hours(
        desk.admin, practitioner=desk.doctors[1], sessions=[Session(1, "08:00", "12:00")], kept=kept
    )
    typed = {"same": "1", "same_as": desk.doctors[1].id}
    fields = office.next_fields(office.send(hours_path(desk), typed)[1])
    assert office.send(hours_path(desk), {}, over=fields)[0] == 302
    assert sessions(desk) == [(1, "08:00", "12:00")]
    assert setup(desk.scope).plan(desk.doctor.id).kept == tuple(kept)


def test_a_kept_time_outside_hours_is_refused(desk: Desk, office: Office) -> None:
    typed = week(monday="08:00-12:00") | {
        "kept-TOTAL_FORMS": "1",
        "kept-INITIAL_FORMS": "0",
        "kept-0-weekday": "0",
        "kept-0-start": "12:00",
        "kept-0-end": "13:00",
        "kept-0-kept_for": "new",
        "kept-0-opens_days": "0",
        "kept-0-opens_at": "",
    }
    status, page = office.send(hours_path(desk), typed)
    assert (status, "This is outside the hours of Monday." in page) == (422, True)
    assert office.send(hours_path(desk), typed | {"kept-0-start": "11:45"})[0] == 302


def test_somebody_gets_a_column_with_hours_and_loses_it_without(desk: Desk, office: Office) -> None:
    add_staff(desk.admin, person=f"nora-{desk.scope.clinic_id}", username="nora", name="Nora Daly", roles=["nurse"])
    path = f"hours/nora-{desk.scope.clinic_id}/"
    assert "No column yet" in office.get()
    assert office.send(path, week(monday="08:00-12:00"))[0] == 302
    assert "Nora Daly" in [each.name for each in setup(desk.scope).practitioners]
    assert office.send(path, week())[0] == 302
    assert "Nora Daly" not in [each.name for each in setup(desk.scope).practitioners]


def test_kept_times_are_kept_until_they_open(desk: Desk, office: Office) -> None:
    weekday = desk.day.weekday()
    typed = {
        "kept-TOTAL_FORMS": "1",
        "kept-INITIAL_FORMS": "0",
        "kept-0-weekday": str(weekday),
        "kept-0-start": "10",
        "kept-0-end": "11",
        "kept-0-kept_for": "urgent",
        "kept-0-opens_days": "1",
        "kept-0-opens_at": "7",
    }
    assert office.send(hours_path(desk), typed)[0] == 302
    (kept,) = setup(desk.scope).plan(desk.doctor.id).kept
    assert kept == hours.Kept(weekday, "10:00", "11:00", "urgent", "07:00", 1)
    assert "10:00" not in desk.free()
    assert office.fields(hours_path(desk))["kept-0-opens_at"] == ["07:00"]


def test_hours_as_they_are_are_not_written_again(desk: Desk, office: Office) -> None:
    office.send(hours_path(desk), {})
    before, version = events(desk.scope), setup(desk.scope).hours[desk.doctor.id].version
    assert office.send(hours_path(desk), {})[0] == 302
    assert events(desk.scope) == before
    assert setup(desk.scope).hours[desk.doctor.id].version == version


def test_a_second_click_saves_hours_once(desk: Desk, office: Office) -> None:
    shown = office.fields(hours_path(desk))
    typed = every_day("07:00-20:00")
    assert office.send(hours_path(desk), typed, over=shown)[0] == 302
    schedule_settings.save_hours(desk.admin, practitioner=desk.doctor, sessions=[Session(0, "08:00", "09:00")])
    before = events(desk.scope)
    assert office.send(hours_path(desk), typed, over=shown)[0] == 302
    assert sessions(desk) == [(0, "08:00", "09:00")]
    assert events(desk.scope) == before


@pytest.fixture
def island() -> Scope:
    """An administrator of a clinic whose clock moves by half an hour."""
    clinic = f"t{clock.new_id().lower()}"
    open_clinic(
        Scope.system("tests", clinic),
        name="Island",
        time_zone="Australia/Lord_Howe",
        locale="en-AU",
        country="AU",
        date_order="DMY",
    )
    admin = scope_of(clinic, Role.ADMIN)
    add_staff(admin, person=f"ada-{clinic}", username="ada", name="Dr Ada Bell", roles=["doctor"])
    return admin


def next_change() -> date:
    """The coming first Sunday of April, on which Lord Howe's clock goes back half an hour at two."""
    today = clock.today("Australia/Lord_Howe")
    first = date(today.year + (today.month > 3), 4, 1)
    return first + timedelta(days=6 - first.weekday())


@pytest.mark.parametrize(
    ("day", "shown"),
    [("2026-04-05", "01:30-09:00 8.0"), ("2026-10-04", "01:30-09:00 7.0"), ("2026-07-01", "01:30-09:00 7.5")],
)
def test_hours_keep_their_reading_where_the_clock_moves_by_half_an_hour(island: Scope, day: str, shown: str) -> None:
    office = Office(island.clinic_id)
    path = f"hours/ada-{island.clinic_id}/"
    assert office.send(path, every_day("01:30-09:00"))[0] == 302
    away = {
        "kind": "leave",
        "who": f"ada-{island.clinic_id}",
        "first": str(next_change()),
        "start": "1:45",
        "end": "2:15",
    }
    assert office.send("days/new/", away)[0] == 302
    zone = setup(island).clinic.time_zone
    (opening,) = setup(island).openings(f"ada-{island.clinic_id}", date.fromisoformat(day), clock.now())
    ends = [f"{walltime.to_wall(walltime.moment_of(each), zone):%H:%M}" for each in (opening.start, opening.end)]
    assert f"{'-'.join(ends)} {(opening.end - opening.start) / walltime.GRAINS_OF_AN_HOUR}" == shown
    assert "01:45–02:15" in office.get()


# --- Two administrators --------------------------------------------------------------------------------------------


def test_of_two_who_changed_different_weekdays_neither_loses(desk: Desk, office: Office) -> None:
    shown = office.fields(hours_path(desk))
    other = [Session(day, "06:00", "24:00") for day in range(6)]
    schedule_settings.save_hours(desk.admin, practitioner=desk.doctor, sessions=other)  # no Sundays any more
    typed = {"day-0-0-start": "07:00", "day-0-0-end": "12:00"}
    status, page = office.send(hours_path(desk), typed, over=shown)
    assert status == 409
    assert "07:00–12:00" in page
    assert "Sunday" in page
    fields = office.next_fields(page)
    picks = {name: "yours" if "07:00–12:00" in row else "theirs" for name, row in picks_of(page).items()}
    status, page = office.send(hours_path(desk), picks, over=fields)
    assert status == 200
    assert office.send(hours_path(desk), {}, over=office.next_fields(page))[0] == 302
    assert sessions(desk)[0] == (0, "07:00", "12:00")
    assert [day for day, _, _ in sessions(desk)] == [0, 1, 2, 3, 4, 5]


def test_a_clinic_that_writes_am_and_pm_reads_them_too() -> None:
    assert [clocktext.read(text) for text in ("8", "8:30 pm", "12 am", "noon", "0830", "8h15", "24:00")] == [
        "08:00",
        "20:30",
        "00:00",
        "12:00",
        "08:30",
        "08:15",
        "24:00",
    ]
    assert clocktext.read("midnight", end=True) == "24:00"
    assert clocktext.shown("20:30", twelve=True) == "8:30 pm"
    assert clocktext.read_stretches("12:30 pm–1:30 pm, 15-15:15") == [("12:30", "13:30"), ("15:00", "15:15")]
    for wrong in ("", "soon", "25:00", "8:61", "13 pm", "1:2:3"):
        with pytest.raises(ValueError, match=r"."):
            clocktext.read(wrong)
