"""Visits that recur."""

from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clinnet import clock
from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from clinnet.table.errors import Refused, Unavailable
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import series
from scheduling.appointments.services import states as states_services
from scheduling.calendar.rules import walltime
from scheduling.calendar.services import checks
from scheduling.calendar.services import settings as schedule_settings
from tests.scheduling.conftest import ZONE, Desk


def plan(desk: Desk, patient: Any, **wanted: Any) -> list[series.Occurrence]:
    usual: dict[str, Any] = {"first": desk.day, "at": "10:30", "weekdays": frozenset({desk.day.weekday()}), "count": 5}
    return series.plan_series(
        desk.scope, patient=patient, visit_type=desk.type("Follow-up"), practitioner=desk.doctor, **(usual | wanted)
    )


def book(desk: Desk, patient: Any, occurrences: list[series.Occurrence], **wanted: Any) -> Any:
    starts = [each.start for each in occurrences]
    return series.book_series(
        desk.scope,
        patient=patient,
        visit_type=desk.type("Follow-up"),
        practitioner=desk.doctor,
        starts=starts,
        **wanted,
    )


def test_a_series_keeps_its_wall_time_over_both_changes_of_the_clock(desk: Desk) -> None:
    maria = desk.patient()
    job = book(desk, maria, plan(desk, maria, count=52))
    lines = [row["line"]["w"] for row in appointment_queries.coming(desk.scope, maria, limit=60)]
    assert len(lines) == 52
    assert {wall[-5:] for wall in lines} == {"10:30"}
    assert {date.fromisoformat(wall[:10]).weekday() for wall in lines} == {desk.day.weekday()}
    assert (job.state, job.cursor, job.plan["skipped"]) == ("done", 52, [])
    assert job_queries.unfinished_jobs(desk.scope) == []
    assert desk.faults() == []


def test_a_weekly_series_has_the_29th_of_february(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "FURTHEST", timedelta(days=9 * 366))  # the next one may be eight years away
    day, week = desk.day, timedelta(weeks=1)
    while (day.month, day.day) != (2, 29):
        day += timedelta(days=1)
    maria = desk.patient()
    planned = plan(desk, maria, first=day - week, weekdays=frozenset({day.weekday()}), count=3)
    assert [(each.day, each.problem) for each in planned] == [(day - week, ""), (day, ""), (day + week, "")]
    book(desk, maria, planned)
    walls = [row["line"]["w"] for row in appointment_queries.coming(desk.scope, maria)]
    assert walls == [f"{each}T10:30" for each in (day - week, day, day + week)]


def test_an_hour_that_the_clock_skips_or_shows_twice_moves_one_visit_and_no_other(desk: Desk) -> None:
    """At half past one, twice a year: an hour later where there is none, and the first of two."""
    week = timedelta(weeks=1)
    for month, reading in ((3, "02:30"), (10, "01:30")):
        sunday = next(
            each for each in (_last_sunday(desk.day.year + n, month) for n in range(3)) if each > desk.day + week
        )
        planned = plan(desk, desk.patient(), first=sunday - week, at="01:30", weekdays=frozenset({6}), count=3)
        assert [f"{walltime.to_wall(each.start, ZONE):%H:%M}" for each in planned] == ["01:30", reading, "01:30"]
        assert [each.day for each in planned] == [sunday - week, sunday, sunday + week]


def _last_sunday(year: int, month: int) -> date:
    return max(date(year, month, each) for each in range(25, 32) if date(year, month, each).weekday() == 6)


def test_what_stands_in_the_way_is_listed_before_anything_is_written(desk: Desk) -> None:
    maria, week = desk.patient(), timedelta(weeks=1)
    desk.book("10:30", day=desk.day + week)
    desk.book("10:30", maria, day=desk.day + 2 * week, practitioner=desk.doctors[1])
    schedule_settings.add_other_days(
        desk.admin, kind="holiday", first=desk.day + 3 * week, last=desk.day + 3 * week, reason="Holiday"
    )
    problems = [each.problem for each in plan(desk, maria)]
    assert problems[:3] == ["", "This time is taken.", "The patient has another appointment then."]
    assert "(Holiday)" in problems[3]
    assert problems[4] == ""


def test_a_visit_taken_meanwhile_is_left_out_and_said(desk: Desk) -> None:
    maria = desk.patient()
    planned = plan(desk, maria)
    other = desk.book("10:30", day=planned[2].day)
    job = book(desk, maria, planned)
    assert len(job.plan["skipped"]) == 1
    assert len(appointment_queries.coming(desk.scope, maria)) == 4
    assert desk.again(other).state == "booked"


def test_an_interrupted_series_is_finished_by_somebody_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    maria, calls = desk.patient(), iter([True, True, False])
    real = series.step

    def step(*arguments: Any) -> None:
        if not next(calls):
            raise Unavailable
        real(*arguments)

    monkeypatch.setitem(jobs.kinds(), series.KIND, replace(jobs.kinds()[series.KIND], step=step, undo=None))
    with pytest.raises(Unavailable):
        book(desk, maria, plan(desk, maria, count=30))
    monkeypatch.setitem(jobs.kinds(), series.KIND, replace(jobs.kinds()[series.KIND], step=real, undo=None))
    (row,) = job_queries.unfinished_jobs(desk.scope)
    job = jobs.go_on(desk.nurse, job=job_queries.job(desk.scope, row["id"]))
    assert (job.state, len(appointment_queries.coming(desk.scope, maria, limit=60))) == ("done", 30)
    assert desk.faults() == []


def test_a_command_goes_on_with_what_is_unfinished(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    maria, calls, out = desk.patient(), iter([True, False, False]), StringIO()
    real = jobs.kinds()[series.KIND]

    def step(*arguments: Any) -> None:
        if not next(calls):
            raise Unavailable
        real.step(*arguments)

    monkeypatch.setitem(jobs.kinds(), series.KIND, replace(real, step=step))
    with pytest.raises(Unavailable):
        book(desk, maria, plan(desk, maria, count=30))
    with pytest.raises(CommandError, match="1 jobs are not finished"):
        call_command("resume_jobs", clinic=desk.scope.clinic_id, stdout=out)
    monkeypatch.setitem(jobs.kinds(), series.KIND, real)
    call_command("resume_jobs", clinic=desk.scope.clinic_id, stdout=out)
    assert "series: done, 30 of 30" in out.getvalue()
    assert job_queries.unfinished_jobs(desk.scope) == []


def test_one_visit_or_the_rest_is_cancelled(desk: Desk) -> None:
    maria = desk.patient()
    book(desk, maria, plan(desk, maria, count=20))
    rows = appointment_queries.coming(desk.scope, maria, limit=30)
    first, fifth = (appointment_queries.appointment(desk.scope, maria.id, rows[number]["id"]) for number in (0, 4))
    states_services.cancel(desk.scope, appointment=first, by="patient", reason="Ill")
    job = series.cancel_rest(desk.scope, appointment=fifth, by="patient", reason="Cost")
    assert len(job.results or {}) == 16
    states = [row["state"] for row in appointment_queries.coming(desk.scope, maria, limit=30)]
    assert states == ["cancelled", *["booked"] * 3, *["cancelled"] * 16]
    assert desk.faults() == []


def test_cancelling_the_rest_is_taken_back_but_for_a_time_that_somebody_took(desk: Desk) -> None:
    maria = desk.patient()
    book(desk, maria, plan(desk, maria, count=20))
    rows = appointment_queries.coming(desk.scope, maria, limit=30)
    third, lost = (appointment_queries.appointment(desk.scope, maria.id, rows[number]["id"]) for number in (2, 7))
    job = series.cancel_rest(desk.scope, appointment=third, by="patient", reason="Cost")
    other = desk.book("10:30", day=date.fromisoformat(lost.day or ""))
    jobs.undo(desk.scope, job=job)
    job = jobs.go_on(desk.scope, job=job_queries.job(desk.scope, job.id))
    states = [row["state"] for row in appointment_queries.coming(desk.scope, maria, limit=30)]
    assert states == [*["booked"] * 7, "cancelled", *["booked"] * 12]
    assert (job.results or {})[lost.id]["y"] == series.LOST
    assert desk.again(other).state == "booked"
    assert desk.faults() == []


def test_an_interrupted_cancelling_is_finished_by_somebody_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    maria, calls = desk.patient(), iter([True, False])
    book(desk, maria, plan(desk, maria, count=20))
    rows = appointment_queries.coming(desk.scope, maria, limit=30)
    first, last = (appointment_queries.appointment(desk.scope, maria.id, rows[number]["id"]) for number in (0, -1))
    real = jobs.kinds()[series.CANCEL]

    def step(*arguments: Any) -> None:
        if not next(calls):
            raise Unavailable
        real.step(*arguments)

    monkeypatch.setitem(jobs.kinds(), series.CANCEL, replace(jobs.kinds()[series.CANCEL], step=step, undo=None))
    with pytest.raises(Unavailable):
        series.cancel_rest(desk.scope, appointment=first, by="clinic", reason="Doctor away")
    monkeypatch.setitem(jobs.kinds(), series.CANCEL, real)
    with desk.clock_at(clock.moment(last.start or "")):
        states_services.arrive(desk.scope, appointment=last)
    (row,) = job_queries.unfinished_jobs(desk.scope)
    job = jobs.go_on(desk.nurse, job=job_queries.job(desk.scope, row["id"]))
    assert (job.state, len(job.results or {})) == ("done", 19)
    states = [row["state"] for row in appointment_queries.coming(desk.scope, maria, limit=30)]
    assert states == [*["cancelled"] * 19, "waiting"]
    assert desk.faults() == []


@pytest.mark.parametrize(
    "wrong",
    [{"count": 401}, {"count": 0}, {"count": 0, "until": date(2020, 1, 1)}, {"weekdays": frozenset()}, {"every": 0}],
)
def test_a_series_that_cannot_be_is_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        plan(desk, desk.patient(), **wrong)


def test_400_visits_are_planned_and_booked(desk: Desk) -> None:
    maria = desk.patient()
    planned = plan(desk, maria, count=400, weekdays=frozenset(range(7)))
    assert len(planned) == 400
    job = book(desk, maria, planned)
    assert (job.cursor, job.plan["skipped"]) == (400, [])
    assert len(appointment_queries.coming(desk.scope, maria, limit=401)) == 400
