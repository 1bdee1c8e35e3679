"""Leave, holidays, extra sessions and locums on their pages."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from clinnet.accounts.permissions import Role
from scheduling.board import queries as board_queries
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.services import settings as schedule_settings
from scheduling.waitlist import queries as waitlist_queries
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk
from tests.scheduling.office import Office, leave, office

pytestmark = pytest.mark.django_db
__all__ = ["office"]


def test_leave_shows_who_is_booked_and_turns_them_into_requests(desk: Desk, office: Office) -> None:
    appointment = desk.book("10:30", desk.patient("Zofia", "Kowalska"))
    status, page = office.send("days/new/", leave(desk, reason="Conference"))
    assert status == 200
    assert "Kowalska" in page
    fields = office.next_fields(page)
    assert office.send("days/new/", {"affected": "requests"}, over=fields)[0] == 302
    assert desk.again(appointment).state == "cancelled"
    assert desk.free() == []
    assert office.send("days/new/", {"affected": "requests"}, over=fields)[0] == 302  # a second click
    assert len(setup(desk.scope).other_days) == 1
    assert len(waitlist_queries.open_requests(desk.scope)) == 1


def test_a_single_day_may_be_dealt_with_one_by_one(desk: Desk, office: Office) -> None:
    appointment = desk.book("10:30")
    fields = office.next_fields(office.send("days/new/", leave(desk))[1])
    answer = office.browser.post(f"{office.root}days/new/", {**fields, "affected": "away"})
    assert answer.headers["Location"].endswith(quote(f"/day/{desk.day}/away/{desk.doctor.id}/"))
    assert desk.again(appointment).state == "booked"
    assert desk.free() == []
    longer = leave(desk, last=str(desk.day + timedelta(days=1)))
    assert 'value="away"' not in office.send("days/new/", longer)[1]


def test_a_holiday_is_the_whole_clinics_and_removing_it_restores_the_days(desk: Desk, office: Office) -> None:
    free = desk.free()
    holiday = leave(desk, kind="holiday", who="", reason="Easter", last=str(desk.day + timedelta(days=3)))
    assert office.send("days/new/", holiday)[0] == 302
    assert desk.free() == []
    days = setup(desk.scope).other_days[0]
    shown = office.fields(f"days/{days.id}/")
    assert office.send(f"days/{days.id}/", {}, over=shown)[0] == 302
    assert desk.free() == free
    assert office.send(f"days/{days.id}/", {}, over=shown)[0] == 302  # a second click


def test_a_plan_holds_the_days_of_its_own_practitioner_and_of_the_clinic(desk: Desk, office: Office) -> None:
    for kind, who in (("holiday", ""), ("leave", desk.doctors[0].id), ("leave", desk.doctors[1].id)):
        assert office.send("days/new/", leave(desk, kind=kind, who=who))[0] == 302
    plans = [setup(desk.scope).plan(each.id) for each in desk.doctors]
    assert [sorted(each.who for each in plan.exceptions) for plan in plans] == [["", each.id] for each in desk.doctors]


def test_other_days_are_changed_in_place_and_say_whom_the_change_concerns(desk: Desk, office: Office) -> None:
    """Leave of a day becomes leave of the next, where somebody is booked."""
    following = desk.day + timedelta(days=1)
    appointment = desk.book("10:30", desk.patient("Zofia", "Kowalska"), day=following)
    assert office.send("days/new/", leave(desk, reason="Conference"))[0] == 302
    days = setup(desk.scope).other_days[0]
    assert f"days/new/?instead={days.id}" in office.browser.get(f"{office.root}days/{days.id}/").content.decode()
    page = f"days/new/?instead={days.id}"
    begun = office.fields(page)
    assert [begun[name] for name in ("first", "reason", "who")] == [[str(desk.day)], ["Conference"], [desk.doctor.id]]
    status, text = office.send(page, {"first": str(following), "last": str(following)}, over=begun)
    assert status == 200
    assert "Kowalska" in text
    fields = office.next_fields(text)
    assert office.send(page, {"affected": "requests"}, over=fields)[0] == 302
    assert office.send(page, {"affected": "requests"}, over=fields)[0] == 302  # a second click
    assert office.browser.get(office.root + page).status_code == 404
    assert [(each.first, each.reason) for each in setup(desk.scope).other_days] == [(str(following), "Conference")]
    assert desk.free() != []
    assert desk.again(appointment).state == "cancelled"


def test_a_holiday_is_everybodys_whoever_was_chosen_before(desk: Desk, office: Office) -> None:
    """The field is hidden by then."""
    assert office.send("days/new/", leave(desk, kind="holiday"))[0] == 302
    assert [each.who or "" for each in setup(desk.scope).other_days] == [""]


def test_part_of_a_day_is_away(desk: Desk, office: Office) -> None:
    assert office.send("days/new/", leave(desk, start="6", end="23:45"))[0] == 302
    assert desk.free() == ["23:45"]


def test_an_extra_session_that_is_taken_away_shows_who_was_booked_in_it(desk: Desk, office: Office) -> None:
    schedule_settings.save_hours(desk.admin, practitioner=desk.doctor, sessions=[])
    assert office.send("days/new/", leave(desk, kind="extra", start="10:00", end="12:00"))[0] == 302
    appointment = desk.book("10:30")
    days = setup(desk.scope).other_days[0]
    status, page = office.send(f"days/{days.id}/", {})
    assert status == 200
    assert "García" in page
    fields = office.next_fields(page)
    assert office.send(f"days/{days.id}/", {"affected": "requests"}, over=fields)[0] == 302
    assert desk.again(appointment).state == "cancelled"


def test_a_locum_for_somebody_on_leave_opens_the_days_and_taken_away_shows_who_is_booked(
    desk: Desk, office: Office
) -> None:
    assert office.send("days/new/", leave(desk))[0] == 302
    assert desk.free() == []
    assert office.send("days/new/", leave(desk, kind="locum", stand_in_name="Dr Ada Bell"))[0] == 302
    assert desk.free() != []
    desk.book("10:30")
    locum = next(each for each in setup(desk.scope).other_days if each.kind == "locum")
    status, page = office.send(f"days/{locum.id}/", {})
    assert status == 200
    assert "García" in page


def test_a_locum_sits_in_the_column_and_nobody_loses_their_time(desk: Desk, office: Office) -> None:
    desk.book("10:30")
    assert office.send("days/new/", leave(desk, kind="locum", stand_in_name="Dr Ada Bell"))[0] == 302
    assert "1 patient is booked in the column that Dr Ada Bell takes over" in office.get()
    column = next(
        each for each in board_queries.board(desk.scope, desk.day).columns if each.practitioner.id == desk.doctor.id
    )
    assert (column.locum, bool(column.openings)) == ("Dr Ada Bell", True)


def test_a_locum_of_the_staff_is_known_by_id(desk: Desk, office: Office) -> None:
    assert office.send("days/new/", leave(desk, kind="locum", stand_in=desk.doctors[1].id))[0] == 302
    assert "No patient is booked in the column that Dr Luc Bernard takes over" in office.get()
    (days,) = setup(desk.scope).other_days
    assert (days.reason, days.locum_id) == ("Dr Luc Bernard", desk.doctors[1].id)
    assert days.rule.locum == desk.doctors[1].id


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"first": ""}, "On which day?"),
        ({"first": "2026-02-30"}, "This is not a date."),
        ({"last": "2020-01-01"}, "The last day is before the first."),
        ({"first": "2020-01-01"}, "That day is past."),
        ({"first": "9999-12-30", "last": "9999-12-31"}, "That is more than three years away."),
        ({"first": "2020-01-01", "last": "2020-01-03"}, "That day is past."),
        ({"last": "2099-01-01"}, "That is more than 400 days."),
        ({"start": "10:00"}, "Say both when it begins and when it ends"),
        ({"start": "12:00", "end": "10:00"}, "12:00–10:00 ends before it starts."),
        ({"who": ""}, "Who is away?"),
        ({"kind": "extra"}, "Say when the extra session begins and ends."),
        ({"kind": "locum"}, "Say who sits in the column."),
        ({"kind": "locum", "who": "", "stand_in_name": "Dr Bell"}, "Say whose column it is."),
        ({"kind": "strike"}, "Choose what it is."),
        ({"reason": "a" * 5000}, "This is longer than 120 characters."),
    ],
)
def test_days_that_cannot_be_are_said_beside_the_field(
    desk: Desk, office: Office, typed: dict[str, str], sentence: str
) -> None:
    status, page = office.send("days/new/", leave(desk, **typed))
    assert status == 422
    beside = re.findall(r'class="field-error">.*?<span>(.*?)</span>', page, re.DOTALL)
    assert any(sentence in each for each in beside), beside
    assert setup(desk.scope).other_days == []


def test_a_locum_of_the_staff_sees_the_patients_in_their_list_and_is_warned_of_two_places(
    desk: Desk, office: Office
) -> None:
    made = desk.book("10:30")
    luc = desk.doctors[1]
    typed = leave(desk, kind="locum", stand_in=luc.id, start="10:00", end="12:00")
    assert office.send("days/new/", typed)[0] == 302
    assert f"{luc.name}&#x27;s own column is open then too." in office.get()
    (column, _) = board_queries.board(desk.scope, desk.day).columns
    assert (column.locum, len(column.openings)) == (f"{luc.name} 10:00–12:00", 1)
    list_ = f"/c/{desk.scope.clinic_id}/day/{desk.day}/list/"
    theirs = signed_in_client(desk.scope.clinic_id, role=Role.DOCTOR, person=luc.id, name=luc.name)
    assert f'data-card="{made.id}"' in theirs.get(list_).content.decode()
    assert f"Locum: <bdi>{luc.name}" in theirs.get(f"{list_}?with={desk.doctor.id}").content.decode()


def test_who_is_outside_a_locum_s_hours_is_decided_about_first(desk: Desk, office: Office) -> None:
    desk.book("15:00")
    typed = leave(desk, kind="locum", stand_in_name="Dr Bell", start="10:00", end="12:00")
    status, page = office.send("days/new/", typed)
    assert status == 200
    assert "What becomes of them?" in page
