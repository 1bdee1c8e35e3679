"""A day is finished at once: who did not come, who has left, and all of it taken back."""

import re
from datetime import timedelta

import pytest

from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Once
from clinnet.table.errors import Refused
from scheduling.appointments.services import changing, states, walkins
from scheduling.evening import services
from scheduling.evening.services import End
from scheduling.models import Appointment
from tests.people import signed_in_client
from tests.scheduling.at_desk import AtDesk
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
ONCE = 'name="once"'


def of(desk: Desk) -> dict[str, str]:
    """Who is asked about, by given name, and how they stand."""
    return {each.patient["g"]: each.state for each in services.unfinished(desk.scope, desk.day)}


def as_proposed(desk: Desk) -> list[End]:
    cards = services.unfinished(desk.scope, desk.day)
    return [End(each, "noshow" if each.state in ("booked", "confirmed") else "left") for each in cards]


def evening_of(desk: Desk) -> dict[str, Appointment]:
    """One never came, one is with the doctor, one is at the till, one is still to come."""
    made = {
        name: desk.book(at, desk.patient(name))
        for name, at in (("Ann", "10:00"), ("Ben", "10:15"), ("Cat", "10:30"), ("Dan", "23:00"))
    }
    with desk.clock_at(desk.at("10:35")):
        states.with_doctor(desk.scope, appointment=made["Ben"])
        states.finish(desk.scope, appointment=made["Cat"])
    return {name: desk.again(each) for name, each in made.items()}


def run(desk: Desk, ends: list[End]) -> Job:
    return jobs.go_on(desk.scope, job=services.finish(desk.scope, day=desk.day, ends=ends))


def test_who_never_came_and_who_has_left_is_said_of_all_at_once_and_taken_back(desk: Desk) -> None:
    made = evening_of(desk)
    with desk.clock_at(desk.at("22:00")):
        assert of(desk) == {"Ann": "booked", "Ben": "doctor", "Cat": "finished"}
        job = run(desk, as_proposed(desk))
        assert {name: desk.again(each).state for name, each in made.items()} == {
            "Ann": "noshow",
            "Ben": "left",
            "Cat": "left",
            "Dan": "booked",
        }
        assert (job.state, of(desk)) == ("done", {})
        left = desk.again(made["Cat"]).stamps or []
        assert left[-1]["at"] == made["Cat"].end  # not the hours until somebody said so
        assert desk.faults() == []
        assert jobs.may_undo(job)
        jobs.undo(desk.scope, job=job, once=Once(f"back {job.id}", "x"))
        job = jobs.go_on(desk.scope, job=job_queries.job(desk.scope, job.id))
        assert job.state == "undone"
    again = {name: desk.again(each) for name, each in made.items()}
    assert {name: (each.state, each.stamps) for name, each in again.items()} == {
        name: (each.state, each.stamps) for name, each in made.items()
    }
    assert desk.faults() == []


def test_who_changes_meanwhile_is_left_alone_and_so_is_who_changed_since(desk: Desk) -> None:
    made = evening_of(desk)
    with desk.clock_at(desk.at("22:00")):
        ends = as_proposed(desk)
        states.arrive(desk.scope, appointment=made["Ann"])
        job = run(desk, ends)
        assert [desk.again(made[name]).state for name in ("Ann", "Ben")] == ["waiting", "left"]
        assert (job.results or {})[made["Ann"].id]["w"] == "changed"
        states.cancel(desk.scope, appointment=made["Dan"], by="patient", reason="Ill")
        visit = desk.again(made["Ben"])
        changing.change_words(desk.scope, appointment=visit, reason="Cough", note="")
        jobs.undo(desk.scope, job=job, once=Once(f"back {job.id}", "x"))
        job = jobs.go_on(desk.scope, job=job_queries.job(desk.scope, job.id))
        assert [desk.again(made[name]).state for name in ("Ann", "Ben", "Cat")] == ["waiting", "left", "finished"]
        assert "somebody changed it since" in (job.results or {})[made["Ben"].id]["y"]
    assert desk.faults() == []


def test_a_time_that_somebody_has_by_now_is_not_taken_back(desk: Desk) -> None:
    ann = desk.book("10:00", desk.patient("Ann"))
    with desk.clock_at(desk.at("10:14")):
        assert services.unfinished(desk.scope, desk.day) == []  # their time is not over
        walkins.walk_in(desk.scope, patient=desk.patient("Eve"), practitioner=desk.doctor)
    with desk.clock_at(desk.at("23:30")):
        assert of(desk) == {"Ann": "booked", "Eve": "waiting"}  # who has no time is there too
        job = run(desk, as_proposed(desk))
    with desk.clock_at(desk.at("09:00")):
        desk.book("10:00", desk.patient("Fay"))
    with desk.clock_at(desk.at("23:40")):
        jobs.undo(desk.scope, job=job, once=Once(f"back {job.id}", "x"))
        job = jobs.go_on(desk.scope, job=job_queries.job(desk.scope, job.id))
        assert "Not taken back. " in (job.results or {})[ann.id]["y"]
        assert of(desk) == {"Fay": "booked", "Eve": "waiting"}
    assert desk.faults() == []


def test_nobody_who_is_here_stayed_away(desk: Desk) -> None:
    evening_of(desk)
    with desk.clock_at(desk.at("22:00")):
        (ben,) = [each for each in services.unfinished(desk.scope, desk.day) if each.state == "doctor"]
        for ends, said in (([End(ben, "noshow")], "did not stay away"), ([End(ben, "left")] * 301, "More than 300")):
            with pytest.raises(Refused) as refused:
                services.finish(desk.scope, day=desk.day, ends=ends)
            assert said in refused.value.sentence


def test_it_goes_on_where_it_was_interrupted_and_two_do_each_step_once(desk: Desk) -> None:
    made = evening_of(desk)
    with desk.clock_at(desk.at("22:00")):
        job = services.finish(desk.scope, day=desk.day, ends=as_proposed(desk))
        services.step(desk.scope, job)
        services.step(desk.scope, job)  # the same, by somebody who read the job before
        job = job_queries.job(desk.scope, job.id)
        assert (int(job.cursor), desk.again(made["Ben"]).state) == (1, "doctor")
        assert jobs.go_on(desk.nurse, job=job).state == "done"
    assert [len(desk.again(made[name]).stamps or []) for name in ("Ann", "Ben", "Cat")] == [1, 2, 2]


def test_the_page_proposes_by_the_hour_and_the_morning_leads_to_it(desk: Desk) -> None:
    made = evening_of(desk)
    path = f"day/{desk.day}/finish/"
    with desk.clock_at(desk.at("12:00")):
        ana = AtDesk(signed_in_client(desk.scope.clinic_id), desk)
        assert "Nothing of this day stands open." in ana.text(f"day/{desk.day - timedelta(days=1)}/finish/")
        html = ana.html(path)
        assert "1 did not arrive and is past its time." in ana.text(path)
        assert re.findall(r'value="(\w+)" selected', html) == ["noshow", "keep", "keep"]
        assert f'href="{ana.at(path)}"' in ana.html(f"day/{desk.day}/")
    with desk.clock_at(desk.at("09:00", desk.day + timedelta(days=1))):
        ana = AtDesk(signed_in_client(desk.scope.clinic_id), desk)
        opening = ana.text(f"day/{desk.day + timedelta(days=1)}/opening/")
        assert "4 appointments of yesterday are not finished: come, no-show or left? Finish the day" in opening
        chosen = dict(zip(re.findall(r'id="(row-\w+)"', ana.html(path)), ("left", "left", "keep", "keep"), strict=True))
        assert "Nothing was chosen." in ana.press(path, having=ONCE, **dict.fromkeys(chosen, "keep"))
        text = ana.press(path, having=ONCE, **chosen)
        assert f"Finished: {desk.day:%a}" in text
        assert "Done, 2 of 2" in text
        assert ana.again() == text  # sent twice
        assert [desk.again(made[name]).state for name in ("Ann", "Ben", "Cat", "Dan")] == [
            "left",
            "left",
            "finished",
            "booked",
        ]
