"""The pages on which the schedule is arranged: who opens them, and all of it at a glance."""

from typing import Any
from urllib.parse import quote

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules.hours import Session
from scheduling.calendar.services import settings as schedule_settings
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk
from tests.scheduling.office import Office, hours_path, office

pytestmark = pytest.mark.django_db
__all__ = ["office"]


PAGES = ["", "types/new/", "rooms/new/", "days/new/"]


# --- Who may -------------------------------------------------------------------------------------------------------


def pages_of(desk: Desk) -> list[str]:
    known = setup(desk.scope)
    schedule_settings.add_other_days(
        desk.admin, kind="leave", first=desk.day, last=desk.day, practitioner=desk.doctors[1]
    )
    days = setup(desk.scope).other_days[0]
    return [
        *PAGES,
        hours_path(desk),
        f"types/{next(iter(known.visit_types))}/",
        f"rooms/{next(iter(known.rooms))}/",
        f"days/{days.id}/",
    ]


def test_an_administrator_opens_every_page(desk: Desk, office: Office) -> None:
    for path in pages_of(desk):
        assert "<h1" in office.get(path)


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.NURSE, Role.DOCTOR])
def test_nobody_else_opens_any(desk: Desk, role: Role) -> None:
    browser = signed_in_client(desk.scope.clinic_id, role=role)
    for path in pages_of(desk):
        for send in (browser.get, browser.post):
            assert send(f"/c/{desk.scope.clinic_id}/manage/schedule/{path}").status_code == 403


def test_what_another_clinic_has_is_not_found(desk: Desk, office: Office, make_desk: Any, other_clinic: str) -> None:
    there = make_desk(other_clinic)
    for path in pages_of(there)[len(PAGES) :]:
        assert office.browser.get(office.root + path).status_code == 404
        assert office.browser.post(office.root + path).status_code in (404, 422)


# --- All of it at a glance -----------------------------------------------------------------------------------------


def test_home_shows_the_week_the_types_the_rooms_and_the_days(desk: Desk, office: Office) -> None:
    schedule_settings.add_other_days(desk.admin, kind="holiday", first=desk.day, last=desk.day, reason="St Cecilia")
    page = office.get()
    for text in ("Dr Amara Okafor", "06:00–24:00", "Procedure", "Room 2", "St Cecilia", "every 15 minutes"):
        assert text in page


def test_home_says_what_is_missing_and_where_to_mend_it(desk: Desk, office: Office) -> None:
    assert "What is missing" not in office.get()
    schedule_settings.save_hours(desk.admin, practitioner=desk.doctors[1], sessions=[])
    schedule_settings.save_visit_type(desk.admin, name="Long", minutes=300, practitioners=[desk.doctor])
    schedule_settings.save_hours(desk.admin, practitioner=desk.doctor, sessions=[Session(0, "08:00", "12:00")])
    schedule_settings.save_room(desk.admin, room=desk.room("Room 1"), name="Room 1", active=False)
    page = office.get()
    assert "Dr Luc Bernard has no working hours" in page
    assert "“Long” lasts 300 minutes" in page
    assert "“Vaccination” needs a room, and none of its rooms is in use." in page
    assert office.root + quote(hours_path(desk, 1)) in page


def test_a_new_clinic_is_told_what_to_do(clinic: str) -> None:
    page = Office(clinic).get()
    assert "Nobody has a column yet" in page
    assert "nothing can be booked before there is one" in page


def test_manage_says_which_time_zone_rules_are_in_use(office: Office) -> None:
    assert clock.zone_rules().sentence(clock.today("Europe/London")) in office.get()
