"""The pages on which the schedule is arranged: what they take, what they refuse, and who loses their time."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff, open_clinic
from clinnet.table import Range, Scope, keys, query
from patients import queries as people
from scheduling import affected, checking, queries, services
from scheduling.forms.setup_fields import WEEKDAYS
from scheduling.rules import clocktext, hours, walltime
from scheduling.rules.hours import Session
from scheduling.services import jobs
from scheduling.setup import setup
from tests.conftest import scope_of
from tests.patients.conftest import plain_static_names
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk
from tests.scheduling.test_following import merge
from tests.scheduling.test_races import CHECK
from tests.wall.html import forms_of

pytestmark = pytest.mark.django_db
__all__ = ["plain_static_names"]
PAGES = ["", "day/", "types/new/", "rooms/new/", "days/new/"]


class Office:
    """An administrator in front of the pages of one clinic."""

    def __init__(self, clinic: str) -> None:
        self.browser = signed_in_client(clinic, role=Role.ADMIN, name="Inês Duarte")
        self.root = f"/c/{clinic}/manage/schedule/"

    def get(self, path: str = "") -> str:
        answer = self.browser.get(self.root + path)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def fields(self, path: str) -> dict[str, Any]:
        """What the page's own form would send."""
        form = next(form for form in forms_of(self.get(path)) if "once" in form.fields and "q" not in form.fields)
        return {name: list(values) for name, values in form.fields.items()}

    def send(self, path: str, typed: Mapping[str, Any], *, over: Mapping[str, Any] | None = None) -> tuple[int, str]:
        """Fills the form and sends it; `over` is the form as it was shown, if not just now."""
        answer = self.browser.post(self.root + path, {**(over or self.fields(path)), **typed})
        return answer.status_code, answer.content.decode()

    def next_fields(self, page: str) -> dict[str, Any]:
        """Of the form on a page that was the answer to another."""
        form = next(form for form in forms_of(page) if "once" in form.fields and "q" not in form.fields)
        return {name: list(values) for name, values in form.fields.items()}


@pytest.fixture
def office(desk: Desk) -> Office:
    return Office(desk.scope.here)


def hours_path(desk: Desk, number: int = 0) -> str:
    return f"hours/{desk.doctors[number].id}/"


def week(**days: str) -> dict[str, str]:
    """Rows of the form: monday="08:30-12:30" and so on; all other days empty."""
    found: dict[str, str] = {}
    for number, name in enumerate(WEEKDAYS):
        rows = [row.split("-") for row in days.get(name.lower(), "").split() if row]
        found[f"day-{number}-TOTAL_FORMS"], found[f"day-{number}-INITIAL_FORMS"] = str(len(rows)), "0"
        for at, (start, end) in enumerate(rows):
            found |= {f"day-{number}-{at}-start": start, f"day-{number}-{at}-end": end,
                      f"day-{number}-{at}-breaks": "", f"day-{number}-{at}-valid_from": "",
                      f"day-{number}-{at}-valid_until": ""}  # fmt: skip
    return found


def every_day(text: str) -> dict[str, str]:
    return week(**{name.lower(): text for name in WEEKDAYS})


def sessions(desk: Desk, number: int = 0) -> list[tuple[int, str, str]]:
    kept = setup(desk.scope).hours[desk.doctors[number].id]
    return [(each["weekday"], each["start"], each["end"]) for each in kept.sessions]


def events(scope: Scope) -> int:
    """How many changes the trail has of this clinic in these minutes."""
    at = [clock.now() - timedelta(minutes=minutes) for minutes in (10, 0)]
    buckets = {keys.audit_event(scope.here, clock.stamp(each), "").pk for each in at}
    return sum(len(query(Scope.system("tests", scope.here), Range(each), limit=1000).rows) for each in buckets)


# --- Who may -------------------------------------------------------------------------------------------------------


def pages_of(desk: Desk) -> list[str]:
    known = setup(desk.scope)
    services.add_other_days(desk.admin, kind="leave", first=desk.day, last=desk.day, practitioner=desk.doctors[1])
    days = setup(desk.scope).other_days[0]
    return [*PAGES, hours_path(desk), f"types/{next(iter(known.visit_types))}/", f"rooms/{next(iter(known.rooms))}/",
            f"days/{days.id}/"]  # fmt: skip


def test_an_administrator_opens_every_page(desk: Desk, office: Office) -> None:
    for path in pages_of(desk):
        assert "<h1" in office.get(path)


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.NURSE, Role.DOCTOR])
def test_nobody_else_opens_any(desk: Desk, role: Role) -> None:
    browser = signed_in_client(desk.scope.here, role=role)
    for path in pages_of(desk):
        for send in (browser.get, browser.post):
            assert send(f"/c/{desk.scope.here}/manage/schedule/{path}").status_code == 403


def test_what_another_clinic_has_is_not_found(desk: Desk, office: Office, make_desk: Any, other_clinic: str) -> None:
    there = make_desk(other_clinic)
    for path in pages_of(there)[len(PAGES) :]:
        assert office.browser.get(office.root + path).status_code == 404
        assert office.browser.post(office.root + path).status_code in (404, 422)


# --- All of it at a glance -----------------------------------------------------------------------------------------


def test_home_shows_the_week_the_types_the_rooms_and_the_days(desk: Desk, office: Office) -> None:
    services.add_other_days(desk.admin, kind="holiday", first=desk.day, last=desk.day, reason="St Cecilia")
    page = office.get()
    for text in ("Dr Amara Okafor", "06:00–24:00", "Procedure", "Room 2", "St Cecilia", "every 15 minutes"):
        assert text in page


def test_home_says_what_is_missing_and_where_to_mend_it(desk: Desk, office: Office) -> None:
    assert "What is missing" not in office.get()
    services.save_hours(desk.admin, practitioner=desk.doctors[1], sessions=[])
    services.save_visit_type(desk.admin, name="Long", minutes=300, practitioners=[desk.doctor])
    services.save_hours(desk.admin, practitioner=desk.doctor, sessions=[Session(0, "08:00", "12:00")])
    services.save_room(desk.admin, room=desk.room("Room 1"), name="Room 1", active=False)
    page = office.get()
    assert "Dr Luc Bernard has no working hours" in page
    assert "“Long” lasts 300 minutes" in page
    assert "“Vaccination” needs a room, and none of its rooms is in use." in page
    assert office.root + quote(hours_path(desk, 1)) in page


def test_a_new_clinic_is_told_what_to_do(clinic: str) -> None:
    page = Office(clinic).get()
    assert "Nobody has a column yet" in page
    assert "nothing can be booked before there is one" in page


# --- Weekly hours --------------------------------------------------------------------------------------------------


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
        (week(monday="08:00-12:00") | {"day-0-0-valid_from": "2028-02-29", "day-0-0-valid_until": "2028-02-28"},
         "These hours end before they begin to be valid."),
        (week(monday="08:00-12:00") | {"place": "first"}, "A place is a whole number."),
        (week(monday="8" * 5000 + "-12:00"), "A time is written as 08:30."),
    ],
)  # fmt: skip
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
    services.save_hours(desk.admin, practitioner=desk.doctors[1], sessions=[Session(1, "08:00", "12:00")], kept=kept)
    typed = {"same": "1", "same_as": desk.doctors[1].id}
    fields = office.next_fields(office.send(hours_path(desk), typed)[1])
    assert office.send(hours_path(desk), {}, over=fields)[0] == 302
    assert sessions(desk) == [(1, "08:00", "12:00")]
    assert setup(desk.scope).plan(desk.doctor.id).kept == tuple(kept)


def test_a_kept_time_outside_hours_is_refused(desk: Desk, office: Office) -> None:
    typed = week(monday="08:00-12:00") | {
        "kept-TOTAL_FORMS": "1", "kept-INITIAL_FORMS": "0", "kept-0-weekday": "0", "kept-0-start": "12:00",
        "kept-0-end": "13:00", "kept-0-kept_for": "new", "kept-0-opens_days": "0", "kept-0-opens_at": "",
    }  # fmt: skip
    status, page = office.send(hours_path(desk), typed)
    assert (status, "This is outside the hours of Monday." in page) == (422, True)
    assert office.send(hours_path(desk), typed | {"kept-0-start": "11:45"})[0] == 302


def test_somebody_gets_a_column_with_hours_and_loses_it_without(desk: Desk, office: Office) -> None:
    add_staff(desk.admin, person=f"nora-{desk.scope.here}", username="nora", name="Nora Daly", roles=["nurse"])
    path = f"hours/nora-{desk.scope.here}/"
    assert "No column yet" in office.get()
    assert office.send(path, week(monday="08:00-12:00"))[0] == 302
    assert "Nora Daly" in [each.name for each in setup(desk.scope).practitioners]
    assert office.send(path, week())[0] == 302
    assert "Nora Daly" not in [each.name for each in setup(desk.scope).practitioners]


def test_kept_times_are_kept_until_they_open(desk: Desk, office: Office) -> None:
    weekday = desk.day.weekday()
    typed = {"kept-TOTAL_FORMS": "1", "kept-INITIAL_FORMS": "0", "kept-0-weekday": str(weekday), "kept-0-start": "10",
             "kept-0-end": "11", "kept-0-kept_for": "urgent", "kept-0-opens_days": "1",
             "kept-0-opens_at": "7"}  # fmt: skip
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
    services.save_hours(desk.admin, practitioner=desk.doctor, sessions=[Session(0, "08:00", "09:00")])
    before = events(desk.scope)
    assert office.send(hours_path(desk), typed, over=shown)[0] == 302
    assert sessions(desk) == [(0, "08:00", "09:00")]
    assert events(desk.scope) == before


@pytest.fixture
def island() -> Scope:
    """An administrator of a clinic whose clock moves by half an hour."""
    clinic = f"t{clock.new_id().lower()}"
    open_clinic(Scope.system("tests", clinic), name="Island", time_zone="Australia/Lord_Howe", locale="en-AU",
                country="AU", date_order="DMY")  # fmt: skip
    admin = scope_of(clinic, Role.ADMIN)
    add_staff(admin, person=f"ada-{clinic}", username="ada", name="Dr Ada Bell", roles=["doctor"])
    return admin


@pytest.mark.parametrize(
    ("day", "shown"),
    [("2026-04-05", "01:30-09:00 8.0"), ("2026-10-04", "01:30-09:00 7.0"), ("2026-07-01", "01:30-09:00 7.5")],
)
def test_hours_keep_their_reading_where_the_clock_moves_by_half_an_hour(island: Scope, day: str, shown: str) -> None:
    office = Office(island.here)
    path = f"hours/ada-{island.here}/"
    assert office.send(path, every_day("01:30-09:00"))[0] == 302
    away = {"kind": "leave", "who": f"ada-{island.here}", "first": "2027-04-04", "start": "1:45", "end": "2:15"}
    assert office.send("days/new/", away)[0] == 302
    zone = setup(island).clinic.time_zone
    (opening,) = setup(island).openings(f"ada-{island.here}", date.fromisoformat(day), clock.now())
    ends = [f"{walltime.to_wall(walltime.moment_of(each), zone):%H:%M}" for each in (opening.start, opening.end)]
    assert f"{'-'.join(ends)} {(opening.end - opening.start) / walltime.GRAINS_OF_AN_HOUR}" == shown
    assert "01:45–02:15" in office.get()


# --- Two administrators --------------------------------------------------------------------------------------------


def test_of_two_who_changed_different_weekdays_neither_loses(desk: Desk, office: Office) -> None:
    shown = office.fields(hours_path(desk))
    other = [Session(day, "06:00", "24:00") for day in range(6)]
    services.save_hours(desk.admin, practitioner=desk.doctor, sessions=other)  # no Sundays any more
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


def picks_of(page: str) -> dict[str, str]:
    """The radio groups of a comparison, each with its row."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return {found[1]: row for row in rows if (found := re.search(r'name="(pick-\d+)"', row))}


def test_of_two_who_renamed_a_room_both_sides_are_shown(desk: Desk, office: Office) -> None:
    path = f"rooms/{desk.room('Room 1').id}/"
    shown = office.fields(path)
    services.save_room(desk.admin, room=desk.room("Room 1"), name="Blue room")
    status, page = office.send(path, {"name": "Red room"}, over=shown)
    assert status == 409
    assert "Blue room" in page
    assert "Red room" in page
    status, _ = office.send(path, dict.fromkeys(picks_of(page), "yours"), over=office.next_fields(page))
    assert status == 302
    assert desk.room("Red room")


# --- Who would lose their time -------------------------------------------------------------------------------------


def narrow(desk: Desk, office: Office) -> tuple[dict[str, Any], str]:
    """Hours that end at noon; the answer's form and page."""
    status, page = office.send(hours_path(desk), every_day("06:00-12:00"))
    assert status == 200
    return office.next_fields(page), page


def test_who_would_be_outside_new_hours_is_shown_before_they_are_saved(desk: Desk, office: Office) -> None:
    desk.book("10:30", desk.patient("Rose", "Fitzgerald"))
    desk.book("15:00", desk.patient("Zofia", "Kowalska"))
    _, page = narrow(desk, office)
    assert "Kowalska" in page
    assert "Fitzgerald" not in page
    assert sessions(desk)[0] == (0, "06:00", "24:00")


def test_they_become_requests_and_the_time_is_free(desk: Desk, office: Office) -> None:
    made = [desk.book(f"{hour}:00", desk.patient(f"Given{hour}")) for hour in range(13, 23)]
    fields, _ = narrow(desk, office)
    assert office.send(hours_path(desk), {"affected": "requests"}, over=fields)[0] == 302
    rows = queries.open_requests(desk.scope)
    assert len(rows) == len(made)
    assert {row["line"]["o"] for row in rows} == {"orphaned"}
    assert {desk.again(each).state for each in made} == {"cancelled"}
    assert sessions(desk)[0] == (0, "06:00", "12:00")
    assert checking.check(CHECK, desk.scope.here) == []
    assert queries.unfinished_jobs(desk.scope) == []


def test_a_decision_is_asked_for(desk: Desk, office: Office) -> None:
    desk.book("15:00")
    fields, _ = narrow(desk, office)
    page = office.send(hours_path(desk), {}, over=fields)[1]
    assert "Choose what becomes of them." in page
    assert sessions(desk)[0] == (0, "06:00", "24:00")


def test_they_may_be_kept_as_they_are(desk: Desk, office: Office) -> None:
    made = desk.book("15:00")
    fields, _ = narrow(desk, office)
    assert office.send(hours_path(desk), {"affected": "keep"}, over=fields)[0] == 302
    assert desk.again(made).state == "booked"
    assert queries.open_requests(desk.scope) == []
    assert office.send(hours_path(desk), every_day("06:00-11:00"))[0] == 302  # was outside before: not asked again


def test_a_decision_does_not_count_for_those_who_came_after_it(desk: Desk, office: Office) -> None:
    desk.book("15:00")
    fields, _ = narrow(desk, office)
    late = desk.book("16:00")
    status, page = office.send(hours_path(desk), {"affected": "requests"}, over=fields)
    assert status == 200
    assert "2 patients" in " ".join(page.split())
    assert desk.again(late).state == "booked"


def test_work_that_was_interrupted_is_gone_on_with(desk: Desk, office: Office) -> None:
    made = [desk.book(f"{hour}:00", desk.patient(f"Given{hour}")) for hour in range(13, 23)]
    plan = hours.Plan(desk.doctor.id, tuple(Session(day, "06:00", "12:00") for day in range(7)))
    found = affected.orphans(desk.admin, plans=[plan], days=affected.Days(desk.day, desk.day))
    job = services.save_hours(desk.admin, practitioner=desk.doctor, sessions=plan.sessions, orphaned=found)
    assert job
    services.cancel(desk.scope, appointment=made[0], by="patient", reason="Ill")
    assert "still being turned into requests" in office.get()
    services.go_on(desk.scope, job=job)
    services.go_on(desk.scope, job=queries.job(desk.scope, job.id))
    assert len(queries.open_requests(desk.scope)) == len(made) - 1
    assert checking.check(CHECK, desk.scope.here) == []


def test_what_became_requests_is_taken_back(desk: Desk, office: Office) -> None:
    made = [desk.book(f"{hour}:00", desk.patient(f"Given{hour}")) for hour in range(13, 23)]
    fields, _ = narrow(desk, office)
    answer = office.browser.post(office.root + hours_path(desk), {**fields, "affected": "requests"}, follow=True)
    found = re.search(r"/work/(\w+)/", answer.content.decode())
    assert found
    taken = desk.book("13:00", desk.patient("Quick"), outside_hours=True, scope=desk.nurse)
    helped = next(row for row in queries.open_requests(desk.scope) if row["line"]["i"] == made[1].patient_id)
    services.withdraw(desk.scope, request=queries.request(desk.scope, helped["id"]), reason="Seen elsewhere")
    job = queries.job(desk.scope, found[1])
    jobs.undo(desk.scope, job=job)
    job = services.go_on(desk.scope, job=queries.job(desk.scope, job.id))
    assert job.state == jobs.UNDONE
    assert [desk.again(each).state for each in made] == ["cancelled", "cancelled"] + ["booked"] * 8
    assert desk.again(taken).state == "booked"
    (left,) = queries.open_requests(desk.scope)
    assert left["line"]["i"] == made[0].patient_id
    assert checking.check(CHECK, desk.scope.here) == []


def test_a_person_of_two_records_gets_back_no_time_at_which_they_are_elsewhere(desk: Desk) -> None:
    keep, other, ben = desk.patient("Ann"), desk.patient("Anne"), desk.patient("Ben")
    made = [desk.book("13:00", other), desk.book("14:00", keep), desk.book("15:00", ben), desk.book("16:00", other)]
    merge(desk, keep, other)
    plan = hours.Plan(desk.doctor.id, tuple(Session(day, "06:00", "12:00") for day in range(7)))
    found = affected.orphans(desk.admin, plans=[plan], days=affected.Days(desk.day, desk.day))
    job = services.save_hours(desk.admin, practitioner=desk.doctor, sessions=plan.sessions, orphaned=found)
    assert job
    job = services.go_on(desk.scope, job=job)
    desk.book("13:00", people.patient(desk.scope, keep.id), practitioner=desk.doctors[1])
    jobs.undo(desk.scope, job=job)
    job = services.go_on(desk.scope, job=queries.job(desk.scope, job.id))
    assert (job.state, (job.results or {})[made[0].id]["y"]) == (
        "undone", "Not taken back: the patient has another appointment then.",
    )  # fmt: skip
    assert [desk.again(each).state for each in made] == ["cancelled", "booked", "booked", "booked"]
    assert checking.check(CHECK, desk.scope.here) == []


# --- Other days ----------------------------------------------------------------------------------------------------


def leave(desk: Desk, **typed: str) -> dict[str, str]:
    usual = {"kind": "leave", "who": desk.doctor.id, "first": str(desk.day), "last": "", "start": "", "end": "",
             "reason": "", "stand_in": "", "stand_in_name": ""}  # fmt: skip
    return usual | typed


def test_leave_shows_who_is_booked_and_turns_them_into_requests(desk: Desk, office: Office) -> None:
    made = desk.book("10:30", desk.patient("Zofia", "Kowalska"))
    status, page = office.send("days/new/", leave(desk, reason="Conference"))
    assert status == 200
    assert "Kowalska" in page
    fields = office.next_fields(page)
    assert office.send("days/new/", {"affected": "requests"}, over=fields)[0] == 302
    assert desk.again(made).state == "cancelled"
    assert desk.free() == []
    assert office.send("days/new/", {"affected": "requests"}, over=fields)[0] == 302  # a second click
    assert len(setup(desk.scope).other_days) == 1
    assert len(queries.open_requests(desk.scope)) == 1


def test_a_single_day_may_be_dealt_with_one_by_one(desk: Desk, office: Office) -> None:
    made = desk.book("10:30")
    fields = office.next_fields(office.send("days/new/", leave(desk))[1])
    answer = office.browser.post(f"{office.root}days/new/", {**fields, "affected": "away"})
    assert answer.headers["Location"].endswith(quote(f"/day/{desk.day}/away/{desk.doctor.id}/"))
    assert desk.again(made).state == "booked"
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


def test_part_of_a_day_is_away(desk: Desk, office: Office) -> None:
    assert office.send("days/new/", leave(desk, start="6", end="23:45"))[0] == 302
    assert desk.free() == ["23:45"]


def test_an_extra_session_that_is_taken_away_shows_who_was_booked_in_it(desk: Desk, office: Office) -> None:
    services.save_hours(desk.admin, practitioner=desk.doctor, sessions=[])
    assert office.send("days/new/", leave(desk, kind="extra", start="10:00", end="12:00"))[0] == 302
    made = desk.book("10:30")
    days = setup(desk.scope).other_days[0]
    status, page = office.send(f"days/{days.id}/", {})
    assert status == 200
    assert "García" in page
    fields = office.next_fields(page)
    assert office.send(f"days/{days.id}/", {"affected": "requests"}, over=fields)[0] == 302
    assert desk.again(made).state == "cancelled"


def test_a_locum_sits_in_the_column_and_nobody_loses_their_time(desk: Desk, office: Office) -> None:
    desk.book("10:30")
    assert office.send("days/new/", leave(desk, kind="locum", stand_in_name="Dr Ada Bell"))[0] == 302
    assert "1 patient is booked in the column that Dr Ada Bell takes over" in office.get()
    column = next(
        each for each in queries.board(desk.scope, desk.day).columns if each.practitioner.id == desk.doctor.id
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
        ({"kind": "holiday"}, "This closes the whole clinic."),
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


# --- Types of visit, rooms, rules ----------------------------------------------------------------------------------


def test_a_type_of_visit_is_made_and_changed(desk: Desk, office: Office) -> None:
    typed = {"name": "Child health 🧸", "colour": "pink", "minutes": "20", "nurse": "5", "after": "5",
             "practitioner_ids": [desk.doctor.id], "room_ids": [desk.room("Room 2").id], "kept_for": "new"}  # fmt: skip
    assert office.send("types/new/", typed)[0] == 302
    made = desk.type("Child health 🧸")
    assert (made.minutes, made.nurse, made.colour, made.kept_for) == (20, 5, "pink", "new")
    assert (made.practitioner_ids, made.room_ids) == ([desk.doctor.id], [desk.room("Room 2").id])
    before = events(desk.scope)
    assert office.send(f"types/{made.id}/", {})[0] == 302
    assert events(desk.scope) == before
    changed = {"name": "فحص الأطفال", "practitioner_ids": [], "room_ids": []}
    assert office.send(f"types/{made.id}/", changed)[0] == 302
    made = desk.type("فحص الأطفال")
    assert (made.practitioner_ids, made.room_ids, made.minutes) == ([], [], 20)
    assert "<bdi>فحص الأطفال</bdi>" in office.get()


def test_a_type_out_of_use_is_not_offered(desk: Desk, office: Office) -> None:
    fields = office.fields(f"types/{desk.type('Procedure').id}/")
    fields.pop("active")
    assert office.send(f"types/{desk.type('Procedure').id}/", {}, over=fields)[0] == 302
    assert not desk.type("Procedure").active
    assert "not in use" in office.get()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "A type of visit needs a name."),
        ({"name": "x" * 5000}, "This is longer than 80 characters."),
        ({"name": "FOLLOW-UP"}, "There is a type of this name already."),
        ({"minutes": "0"}, "A visit lasts from 5 minutes to 8 hours"),
        ({"minutes": "12"}, "in steps of five"),
        ({"minutes": "-5"}, "Minutes are not less than 0."),
        ({"minutes": "ten"}, "Minutes are a whole number."),
        ({"minutes": ""}, "How many minutes?"),
        ({"before": "125"}, "last up to 2 hours"),
        ({"colour": "ultraviolet"}, "Choose one of these colours."),
        ({"practitioner_ids": ["nobody"]}, "We can&#x27;t find that here."),
    ],
)
def test_types_that_cannot_be_are_said_beside_the_field(
    desk: Desk, office: Office, typed: dict[str, Any], sentence: str
) -> None:
    count = len(setup(desk.scope).visit_types)
    status, page = office.send("types/new/", {"name": "New", "minutes": "15", "colour": "blue"} | typed)
    assert status == 422
    beside = re.findall(r'class="field-error">.*?<span>(.*?)</span>', page, re.DOTALL)
    assert any(sentence in each for each in beside), beside
    assert len(setup(desk.scope).visit_types) == count


def test_another_clinics_practitioner_or_room_in_the_form_is_not_found(
    desk: Desk, office: Office, make_desk: Any, other_clinic: str
) -> None:
    there = make_desk(other_clinic)
    tries: list[tuple[str, dict[str, Any]]] = [
        ("types/new/", {"name": "New", "minutes": "15", "practitioner_ids": [there.doctor.id]}),
        ("types/new/", {"name": "New", "minutes": "15", "room_ids": [there.room("Room 1").id]}),
        ("days/new/", leave(desk, who=there.doctor.id)),
        ("days/new/", leave(desk, kind="locum", stand_in=there.doctor.id)),
    ]
    for path, typed in tries:
        status, page = office.send(path, typed)
        assert status == 422
        assert "We can&#x27;t find that here." in page
        assert there.doctor.name not in page or there.doctor.name == desk.doctor.name
    fields = office.next_fields(office.send(hours_path(desk), {"same": "1", "same_as": there.doctor.id})[1])
    assert fields["day-0-0-start"] == ["06:00"]


def test_rooms_have_names_of_their_own(desk: Desk, office: Office) -> None:
    shown = office.fields("rooms/new/")
    for _ in range(2):  # a second click
        assert office.send("rooms/new/", {"name": "الغرفة ١"}, over=shown)[0] == 302
    assert desk.room("الغرفة ١").active
    assert len(setup(desk.scope).rooms) == 3
    for name, sentence in (("room 1", "There is a room of this name already."), ("", "A room needs a name."),
                           ("x" * 5000, "This is longer than 80 characters.")):  # fmt: skip
        status, page = office.send("rooms/new/", {"name": name})
        assert (status, sentence in page) == (422, True)


def test_a_room_out_of_use_is_given_to_no_new_appointment(desk: Desk, office: Office) -> None:
    fields = office.fields(f"rooms/{desk.room('Room 1').id}/")
    fields.pop("active")
    assert office.send(f"rooms/{desk.room('Room 1').id}/", {}, over=fields)[0] == 302
    assert desk.book("10:30", type="Procedure").room_id == desk.room("Room 2").id


def test_the_rules_of_the_day_are_changed_once(desk: Desk, office: Office) -> None:
    shown = office.fields("day/")
    typed = {"slot_grain": "10", "late_after": "8", "no_show_after": "25"}
    assert office.send("day/", typed, over=shown)[0] == 302
    clinic = accounts.clinic(desk.scope.here)
    assert (clinic.slot_grain, clinic.late_after, clinic.no_show_after) == (10, 8, 25)
    before = events(desk.scope)
    assert office.send("day/", typed, over=shown)[0] == 302
    assert office.send("day/", {})[0] == 302
    assert events(desk.scope) == before


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"slot_grain": "7"}, "Choose 5, 10 or 15 minutes."),
        ({"late_after": "300"}, "From 0 minutes to 4 hours."),
        ({"late_after": "30", "no_show_after": "20"}, "Not before somebody is late"),
    ],
)
def test_rules_that_cannot_be_are_refused(desk: Desk, office: Office, typed: dict[str, str], sentence: str) -> None:
    status, page = office.send("day/", typed)
    assert (status, sentence in page) == (422, True)


def test_a_clinic_that_writes_am_and_pm_reads_them_too() -> None:
    assert [clocktext.read(text) for text in ("8", "8:30 pm", "12 am", "noon", "0830", "8h15", "24:00")] == [
        "08:00", "20:30", "00:00", "12:00", "08:30", "08:15", "24:00"]  # fmt: skip
    assert clocktext.read("midnight", end=True) == "24:00"
    assert clocktext.shown("20:30", twelve=True) == "8:30 pm"
    assert clocktext.read_stretches("12:30 pm–1:30 pm, 15-15:15") == [("12:30", "13:30"), ("15:00", "15:15")]
    for wrong in ("", "soon", "25:00", "8:61", "13 pm", "1:2:3"):
        with pytest.raises(ValueError, match=r"."):
            clocktext.read(wrong)
