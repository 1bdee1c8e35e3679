"""A practitioner runs late: who is told, who comes later, who sees somebody else; whatever happens in the middle."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from clinnet import clock
from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Once
from clinnet.table.errors import Refused, Unavailable
from patients.models import Patient
from scheduling.appointments.services import moving, states, undoing
from scheduling.board import queries as board_queries
from scheduling.board.services import blocks
from scheduling.calendar.rules import walltime
from scheduling.calendar.services import settings as schedule_settings
from scheduling.disruptions.queries import disrupted_day
from scheduling.disruptions.queries.disrupted_day import Hit
from scheduling.disruptions.services import apply, late
from scheduling.disruptions.services.apply import Fate, Way
from scheduling.front_desk.rows import phone_list
from scheduling.messages.services import messages
from scheduling.models import Appointment
from tests.scheduling.conftest import ZONE, Desk
from tests.scheduling.messages.leaving import send, send_at

pytestmark = pytest.mark.usefixtures("faultless")


def hits(desk: Desk, minutes: int = 50, *, day: date | None = None) -> list[Hit]:
    day = day or desk.day
    coming = disrupted_day.coming(desk.scope, day=day, practitioner=desk.doctor)
    return disrupted_day.later(desk.scope, coming, day=day, practitioner=desk.doctor, minutes=minutes)


def fates(found: list[Hit], otherwise: Way = "tell") -> list[Fate]:
    return [
        Fate(hit.appointment, "move", hit.options[0]) if hit.options else Fate(hit.appointment, otherwise)
        for hit in found
    ]


def run(desk: Desk, wanted: list[Fate], minutes: int = 50, *, once: Once | None = None, day: date | None = None) -> Job:
    job = late.run_late(
        desk.scope, day=day or desk.day, practitioner=desk.doctor, minutes=minutes, fates=wanted, once=once
    )
    return jobs.go_on(desk.scope, job=job)


def times(desk: Desk, *appointment: Appointment) -> list[str]:
    return [(desk.again(each).wall or "")[-5:] for each in appointment]


def reachable(desk: Desk, given: str = "María", **data: Any) -> Patient:
    return desk.patient(given, email=f"{given.lower()}@example.org", **data)


def test_everyone_not_here_yet_comes_later_and_gaps_take_up_delay(desk: Desk) -> None:
    here = desk.book("09:45")
    with desk.clock_at(desk.at("09:00")):
        states.arrive(desk.scope, appointment=here)
    appointments = [desk.book(at) for at in ("10:00", "10:15", "10:30", "12:00")]
    job = run(desk, fates(hits(desk)))
    assert times(desk, here, *appointments) == ["09:45", "10:50", "11:05", "11:20", "12:00"]
    assert job.state == "done"
    assert board_queries.board(desk.scope, desk.day).columns[0].late == 50


def test_everybody_can_be_told_by_message_by_phone_or_not_at_all(desk: Desk) -> None:
    one = desk.book("10:00", reachable(desk), tell_by="email")
    two = desk.book("10:15", desk.patient("Ivan", phones=[{"number": "+442079460000", "kind": "mobile"}]))
    three = desk.book("10:30", desk.patient("Rose"))
    found = hits(desk)
    assert [hit.reach for hit in found] == ["email", "phone", "nobody"]
    run(desk, [Fate(hit.appointment, "tell") for hit in found])
    after = [desk.again(each) for each in (one, two, three)]
    assert [(each.late, each.to_call) for each in after] == [(50, None), (50, "late 50 min"), (50, "late 50 min")]
    assert times(desk, one, two, three) == ["10:00", "10:15", "10:30"]
    flags = {card.id: card.flags for card in board_queries.board(desk.scope, desk.day).cards}
    assert "L" in flags[two.id]
    assert "L" not in flags[one.id]


def test_clashes_are_seen_before_anything_is_written_and_gone_around(desk: Desk) -> None:
    maria = desk.patient()
    one, two = desk.book("10:00", maria), desk.book("10:15")
    desk.book("10:45", maria, practitioner=desk.doctors[1])
    desk.book("23:45")
    found = hits(desk, 45)
    assert [hit.clash for hit in found] == ["Has another appointment then.", "", ""]
    run(desk, fates(found))
    assert times(desk, one, two) == ["10:00", "11:00"]


def test_the_end_of_hours_stops_those_who_may_not_book_there(desk: Desk) -> None:
    desk.book("23:45")
    assert [hit.clash for hit in hits(desk, 10)] == ["After Dr Okafor's hours."]
    coming = disrupted_day.coming(desk.nurse, day=desk.day, practitioner=desk.doctor)
    (hit,) = disrupted_day.later(desk.nurse, coming, day=desk.day, practitioner=desk.doctor, minutes=10)
    assert (hit.clash, hit.warning, len(hit.options)) == ("", "After Dr Okafor's hours.", 1)


def test_another_room_is_found_where_the_own_one_is_taken(desk: Desk) -> None:
    appointment = desk.book("10:00", type="Procedure")
    other = desk.book("10:30", type="Procedure", practitioner=desk.doctors[1], room=desk.room("Room 1"))
    assert desk.again(appointment).room_id == desk.room("Room 1").id
    run(desk, fates(hits(desk, 30)), 30)
    assert (times(desk, appointment), desk.again(appointment).room_id) == (["10:30"], desk.room("Room 2").id)
    third = desk.book("12:00", type="Procedure", room=desk.room("Room 1"))
    for doctor, room in ((desk.doctors[1], "Room 1"),):
        desk.book("12:30", type="Procedure", practitioner=doctor, room=desk.room(room))
    blocks.block(desk.scope, start=desk.at("12:30"), minutes=60, reason="Cleaning", room=desk.room("Room 2"))
    found = {hit.appointment.id: hit.clash for hit in hits(desk, 120)}
    assert found[third.id] == ""
    assert other.id not in found


def test_some_see_somebody_else(desk: Desk) -> None:
    appointments = [desk.book(at) for at in ("10:00", "10:15")]
    desk.book("10:00", practitioner=desk.doctors[1])
    coming = disrupted_day.coming(desk.scope, day=desk.day, practitioner=desk.doctor)
    found = disrupted_day.elsewhere(desk.scope, coming, day=desk.day, practitioner=desk.doctor, that_day=True)
    assert {slot.practitioner for hit in found for slot in hit.options} == {desk.doctors[1].id}
    run(desk, fates(found))
    assert times(desk, *appointments) == ["09:45", "10:15"]
    assert [desk.again(each).practitioner_id for each in appointments] == [desk.doctors[1].id] * 2


def test_25_patients_are_killed_in_the_middle_and_finished_by_somebody_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    appointments = [desk.book(f"{8 + n // 4:02}:{n % 4 * 15:02}") for n in range(25)]
    calls, real = iter([*[True] * 12, False]), jobs.kinds()[late.KIND]

    def step(*arguments: Any) -> None:
        if not next(calls):
            raise Unavailable
        real.step(*arguments)

    monkeypatch.setitem(jobs.kinds(), late.KIND, replace(jobs.kinds()[late.KIND], step=step, undo=None))
    with pytest.raises(Unavailable):
        run(desk, fates(hits(desk)))
    assert desk.faults() == []
    (row,) = job_queries.unfinished_jobs(desk.scope)
    assert (row["line"]["c"], row["line"]["n"], row["line"]["b"]) == (12, 25, "Ana Ruiz")
    monkeypatch.setitem(jobs.kinds(), late.KIND, real)
    job = jobs.go_on(desk.nurse, job=job_queries.job(desk.scope, row["id"]))
    assert (job.state, job_queries.unfinished_jobs(desk.scope)) == ("done", [])
    assert times(desk, *appointments) == [f"{(530 + n * 15) // 60:02}:{(530 + n * 15) % 60:02}" for n in range(25)]


def test_pressed_twice_it_happens_once(desk: Desk) -> None:
    appointment, once = desk.book("10:00"), Once(clock.new_id(), "same")
    wanted = fates(hits(desk))
    first = run(desk, wanted, once=once)
    again = run(desk, wanted, once=once)
    assert (first.id, times(desk, appointment)) == (again.id, ["10:50"])


def test_two_who_go_on_at_once_do_each_step_once(desk: Desk) -> None:
    appointment = desk.book("10:00")
    job = late.run_late(desk.scope, day=desk.day, practitioner=desk.doctor, minutes=50, fates=fates(hits(desk)))
    apply.step(desk.scope, job)
    apply.step(desk.nurse, job)  # with the job as it was
    assert (desk.again(appointment).version, times(desk, appointment)) == (2, ["10:50"])


def test_whoever_came_or_was_moved_meanwhile_stays_and_a_taken_time_is_said(desk: Desk) -> None:
    here, moved, taken = (desk.book(at) for at in ("09:00", "09:15", "09:30"))
    wanted = fates(hits(desk, 60))
    with desk.clock_at(desk.at("09:00")):
        states.arrive(desk.scope, appointment=here)
    moving.move(desk.scope, appointment=moved, start=desk.at("16:00"))
    desk.book("10:30")
    job = run(desk, wanted, 60)
    results = job.results or {}
    said = {id: done["w"] for id, done in results.items()}
    assert said == {here.id: "changed", moved.id: "changed", taken.id: "told"}
    assert results[taken.id]["y"] == "10:30 with Dr Okafor was just booked by Ana."
    assert times(desk, here, moved, taken) == ["09:00", "16:00", "09:30"]


def test_it_is_undone_until_messages_leave(desk: Desk) -> None:
    appointments = [desk.book(at, tell_by="email") for at in ("10:00", "10:15")]
    told = desk.book("12:00")
    found = hits(desk)
    job = run(desk, [*fates(found[:2]), Fate(told, "tell")])
    states.confirm(desk.scope, appointment=desk.again(appointments[1]))
    jobs.undo(desk.nurse, job=job)
    job = jobs.go_on(desk.nurse, job=job_queries.job(desk.scope, job.id))
    assert (job.state, times(desk, *appointments)) == ("undone", ["10:00", "11:05"])
    assert (job.results or {})[appointments[1].id]["y"] == "Not taken back: somebody changed it since."
    after = desk.again(told)
    assert not after.late
    assert not after.to_call
    assert board_queries.board(desk.scope, desk.day).columns[0].late == 0
    with pytest.raises(Refused):
        jobs.undo(desk.nurse, job=job)


def test_two_who_were_booked_at_one_time_both_go_back_to_it(desk: Desk) -> None:
    appointments = [desk.book("10:00"), desk.book("10:00", overbook="fever, fit in", scope=desk.nurse)]
    job = run(desk, fates(hits(desk)))
    assert "10:00" not in times(desk, *appointments)
    jobs.undo(desk.nurse, job=job)
    jobs.go_on(desk.nurse, job=job_queries.job(desk.scope, job.id))
    assert times(desk, *appointments) == ["10:00", "10:00"]
    assert [bool(desk.again(each).overbooked) for each in appointments] == [False, True]


def test_after_the_messages_it_cannot_be_undone(desk: Desk) -> None:
    desk.book("10:00")
    job = run(desk, fates(hits(desk)))
    with desk.clock_at(clock.now() + timedelta(minutes=4)), pytest.raises(Refused):
        jobs.undo(desk.scope, job=job)


def test_a_time_that_somebody_has_by_now_is_not_taken_back(desk: Desk) -> None:
    appointment = desk.book("10:00")
    job = run(desk, fates(hits(desk)))
    desk.book("10:00")
    jobs.undo(desk.scope, job=job)
    job = jobs.go_on(desk.scope, job=job_queries.job(desk.scope, job.id))
    assert (job.state, times(desk, appointment)) == ("undone", ["10:50"])
    assert "Not taken back. 10:00 with Dr Okafor was just booked" in (job.results or {})[appointment.id]["y"]


def test_nobody_affected_says_it_on_the_board_alone(desk: Desk) -> None:
    job = run(desk, [])
    assert (job.state, job.total) == ("done", 0)
    assert board_queries.board(desk.scope, desk.day).columns[0].late == 50
    late.on_time(desk.scope, day=desk.day, practitioner=desk.doctor)
    assert board_queries.board(desk.scope, desk.day).columns[0].late == 0


def test_on_time_again_nobody_is_told_of_a_delay_and_who_heard_of_it_is_called(desk: Desk) -> None:
    untold, told = (
        desk.book("10:00", reachable(desk), tell_by="email"),
        desk.book("11:00", reachable(desk, "Ana"), tell_by="email"),
    )
    called, waiting = desk.book("12:00"), desk.book("13:00")
    send(desk)
    with desk.clock_at(desk.at("09:00")):
        job = run(desk, [Fate(each, "tell") for each in (told, called, waiting)])
        assert job.state == "done"
        assert "50 minutes late" in send_at(desk, desk.at("09:04"))[0].text
        run(desk, [Fate(desk.again(untold), "tell")])
        again = desk.again(called)
        messages.log_visit_call(desk.scope, appointment=again, patient=desk.patient_of(called), outcome="confirmed")
        assert late.on_time(desk.scope, day=desk.day, practitioner=desk.doctor) == 2
        after = [desk.again(each) for each in (untold, told, called, waiting)]
        assert [each.to_call for each in after] == [None, "on time again", "on time again", None]
        assert not any(each.late for each in after)
        assert send_at(desk, desk.at("09:09")) == []
        calls = phone_list.to_call(desk.scope, desk.day).calls
        said = {each.appointment.id: each.why for each in calls}
    assert {said[each.id] for each in (told, called)} == {"On time again"}
    assert "Late" not in " ".join(said.values())


def test_a_delay_is_of_its_day_and_does_not_go_along(desk: Desk) -> None:
    appointment = desk.book("12:00")
    run(desk, [Fate(appointment, "tell")])
    assert desk.again(appointment).to_call == "late 50 min"
    moving.move(desk.scope, appointment=desk.again(appointment), start=desk.at("12:00", desk.day + timedelta(days=1)))
    assert not desk.again(appointment).late
    assert not desk.again(appointment).to_call
    undoing.undo(desk.scope, appointment=desk.again(appointment))
    assert (desk.again(appointment).late, desk.again(appointment).to_call) == (50, "late 50 min")


@pytest.mark.parametrize("minutes", [0, -5, 7, 1000])
def test_nobody_is_late_by_such_minutes(desk: Desk, minutes: int) -> None:
    with pytest.raises(Refused):
        run(desk, [], minutes)


def sundays_of_change() -> list[date]:
    """The coming days on which London's clocks go forward and back."""
    today = clock.today(ZONE)
    days = [today + timedelta(days=n) for n in range(2, 370)]
    return [day for day in days if (b := walltime.day_bounds(day, ZONE))[1] - b[0] != timedelta(hours=24)]


@pytest.mark.parametrize("which", [0, 1])
def test_on_the_day_the_clock_changes_minutes_are_minutes(desk: Desk, which: int) -> None:
    day = sundays_of_change()[which]
    schedule_settings.add_other_days(
        desk.admin, kind="extra", first=day, last=day, practitioner=desk.doctor, start="00:00", end="06:00"
    )
    appointment = desk.book("00:45", day=day)
    before = datetime.fromisoformat(appointment.start or "")
    run(desk, fates(hits(desk, 50, day=day)), day=day)
    assert datetime.fromisoformat(desk.again(appointment).start or "") - before == timedelta(minutes=50)
