"""Who would lose their time by new hours: shown before these are saved, and made requests of."""

import re
from typing import Any

import pytest

from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from patients import queries as people
from scheduling.appointments.services import states
from scheduling.calendar.rules import hours
from scheduling.calendar.rules.hours import Session
from scheduling.calendar.services import settings as schedule_settings
from scheduling.disruptions.queries import affected
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import waitlist
from tests.scheduling.appointments.test_patient_events import merge
from tests.scheduling.conftest import Desk
from tests.scheduling.office import Office, every_day, hours_path, office, sessions

pytestmark = pytest.mark.django_db
__all__ = ["office"]


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
    appointments = [desk.book(f"{hour}:00", desk.patient(f"Given{hour}")) for hour in range(13, 23)]
    fields, _ = narrow(desk, office)
    assert office.send(hours_path(desk), {"affected": "requests"}, over=fields)[0] == 302
    rows = waitlist_queries.open_requests(desk.scope)
    assert len(rows) == len(appointments)
    assert {row["line"]["o"] for row in rows} == {"orphaned"}
    assert {desk.again(each).state for each in appointments} == {"cancelled"}
    assert sessions(desk)[0] == (0, "06:00", "12:00")
    assert desk.faults() == []
    assert job_queries.unfinished_jobs(desk.scope) == []


def test_a_decision_is_asked_for(desk: Desk, office: Office) -> None:
    desk.book("15:00")
    fields, _ = narrow(desk, office)
    page = office.send(hours_path(desk), {}, over=fields)[1]
    assert "Choose what becomes of them." in page
    assert sessions(desk)[0] == (0, "06:00", "24:00")


def test_they_may_be_kept_as_they_are(desk: Desk, office: Office) -> None:
    appointment = desk.book("15:00")
    fields, _ = narrow(desk, office)
    assert office.send(hours_path(desk), {"affected": "keep"}, over=fields)[0] == 302
    assert desk.again(appointment).state == "booked"
    assert waitlist_queries.open_requests(desk.scope) == []
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
    appointments = [desk.book(f"{hour}:00", desk.patient(f"Given{hour}")) for hour in range(13, 23)]
    plan = hours.Plan(desk.doctor.id, tuple(Session(day, "06:00", "12:00") for day in range(7)))
    found = affected.orphans(desk.admin, plans=[plan], days=affected.Days(desk.day, desk.day))
    job = schedule_settings.save_hours(desk.admin, practitioner=desk.doctor, sessions=plan.sessions, orphaned=found)
    assert job
    states.cancel(desk.scope, appointment=appointments[0], by="patient", reason="Ill")
    assert "still being turned into requests" in office.get()
    jobs.go_on(desk.scope, job=job)
    jobs.go_on(desk.scope, job=job_queries.job(desk.scope, job.id))
    assert len(waitlist_queries.open_requests(desk.scope)) == len(appointments) - 1
    assert desk.faults() == []


def test_what_became_requests_is_taken_back(desk: Desk, office: Office) -> None:
    appointments = [desk.book(f"{hour}:00", desk.patient(f"Given{hour}")) for hour in range(13, 23)]
    fields, _ = narrow(desk, office)
    answer = office.browser.post(office.root + hours_path(desk), {**fields, "affected": "requests"}, follow=True)
    found = re.search(r"/work/(\w+)/", answer.content.decode())
    assert found
    taken = desk.book("13:00", desk.patient("Quick"), outside_hours=True, scope=desk.nurse)
    helped = next(
        row for row in waitlist_queries.open_requests(desk.scope) if row["line"]["i"] == appointments[1].patient_id
    )
    waitlist.withdraw(desk.scope, request=waitlist_queries.request(desk.scope, helped["id"]), reason="Seen elsewhere")
    job = job_queries.job(desk.scope, found[1])
    jobs.undo(desk.scope, job=job)
    job = jobs.go_on(desk.scope, job=job_queries.job(desk.scope, job.id))
    assert job.state == jobs.UNDONE
    assert [desk.again(each).state for each in appointments] == ["cancelled", "cancelled"] + ["booked"] * 8
    assert desk.again(taken).state == "booked"
    (left,) = waitlist_queries.open_requests(desk.scope)
    assert left["line"]["i"] == appointments[0].patient_id
    assert desk.faults() == []


def test_a_person_of_two_records_gets_back_no_time_at_which_they_are_elsewhere(desk: Desk) -> None:
    keep, other, ben = desk.patient("Ann"), desk.patient("Anne"), desk.patient("Ben")
    appointments = [
        desk.book("13:00", other),
        desk.book("14:00", keep),
        desk.book("15:00", ben),
        desk.book("16:00", other),
    ]
    merge(desk, keep, other)
    plan = hours.Plan(desk.doctor.id, tuple(Session(day, "06:00", "12:00") for day in range(7)))
    found = affected.orphans(desk.admin, plans=[plan], days=affected.Days(desk.day, desk.day))
    job = schedule_settings.save_hours(desk.admin, practitioner=desk.doctor, sessions=plan.sessions, orphaned=found)
    assert job
    job = jobs.go_on(desk.scope, job=job)
    desk.book("13:00", people.patient(desk.scope, keep.id), practitioner=desk.doctors[1])
    jobs.undo(desk.scope, job=job)
    job = jobs.go_on(desk.scope, job=job_queries.job(desk.scope, job.id))
    assert (job.state, (job.results or {})[appointments[0].id]["y"]) == (
        "undone",
        "Not taken back: the patient has another appointment then.",
    )
    assert [desk.again(each).state for each in appointments] == ["cancelled", "booked", "booked", "booked"]
    assert desk.faults() == []
