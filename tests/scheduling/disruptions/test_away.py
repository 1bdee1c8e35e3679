"""A day is cancelled or handed over: everybody gets another time, or is first to be found one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Once, Scope
from clinnet.table.errors import Denied, NotFound, Refused, Unavailable
from clinnet.table.meter import metered
from patients import queries as people
from scheduling.appointments.services import persons, undoing
from scheduling.board import queries as board_queries
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import slots, walltime
from scheduling.calendar.rules.slots import Slot
from scheduling.calendar.services import settings as schedule_settings
from scheduling.disruptions.queries import disrupted_day
from scheduling.disruptions.queries.disrupted_day import Hit
from scheduling.disruptions.services import away
from scheduling.disruptions.services.apply import Fate, leave_of
from scheduling.refusals import PatientBusy
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import offers, waitlist
from tests.conftest import scope_of
from tests.scheduling.appointments.test_patient_events import merge
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.usefixtures("faultless")


def proposed(desk: Desk) -> list[Hit]:
    coming = disrupted_day.coming(desk.scope, day=desk.day, practitioner=desk.doctor)
    return disrupted_day.elsewhere(desk.scope, coming, day=desk.day, practitioner=desk.doctor)


def fates(found: list[Hit]) -> list[Fate]:
    return [
        Fate(hit.appointment, "move", hit.options[0]) if hit.options else Fate(hit.appointment, "ask") for hit in found
    ]


def back(desk: Desk, job: Job, *, by: Scope | None = None) -> Job:
    jobs.undo(desk.scope, job=job)
    return jobs.go_on(by or desk.scope, job=job_queries.job(desk.scope, job.id))


def at(desk: Desk, text: str) -> Slot:
    return Slot(walltime.number(desk.at(text)), desk.doctor.id, ())


def run(desk: Desk, wanted: list[Fate], *, once: Once | None = None, leave: bool = False) -> Job:
    scope = desk.admin if leave else desk.scope
    job = away.clear_day(
        scope, day=desk.day, practitioner=desk.doctor, fates=wanted, reason="Ill", leave=leave, once=once
    )
    return jobs.go_on(desk.scope, job=job)


def test_each_has_a_time_of_their_own_with_somebody_who_does_such_visits(desk: Desk) -> None:
    for number in range(8):
        desk.book(f"10:{number % 4 * 15:02}" if number < 4 else f"15:{number % 4 * 15:02}")
    desk.book("09:00", type="Procedure")
    found = proposed(desk)
    slots = [hit.options[0] for hit in found]
    assert len({(slot.start, slot.practitioner) for slot in slots}) == 9
    for hit, slot in zip(found, slots, strict=True):
        assert (slot.practitioner, slot.moment.date()) != (desk.doctor.id, desk.day)
        assert (slot.moment.hour < 12) == (hit.appointment.wall or "")[11:].startswith(("09", "10"))
    job = run(desk, fates(found))
    assert (job.state, {done["w"] for done in (job.results or {}).values()}) == ("done", {"moved"})
    board = board_queries.board(desk.scope, desk.day)
    assert [card for card in board.cards if card.practitioner == desk.doctor.id] == []


def test_the_calendars_are_read_once_however_many_kinds_of_visit_are_affected(desk: Desk) -> None:
    spent = []
    for day, lengths in ((desk.day, (15, 15, 15)), (desk.day + timedelta(days=1), (15, 20, 25))):
        for hour, minutes in zip(("09:00", "10:00", "11:00"), lengths, strict=True):
            desk.book(hour, day=day, minutes=minutes)
        hits = disrupted_day.coming(desk.scope, day=day, practitioner=desk.doctor)
        with metered() as meter:
            found = disrupted_day.elsewhere(desk.scope, hits, day=day, practitioner=desk.doctor)
        assert all(each.options for each in found)
        spent.append(len(meter.calls))
    assert spent[1] <= spent[0]


def test_times_that_nobody_is_offered_are_not_made(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in ("09:00", "10:00", "11:00"):
        desk.book(at)
    made: list[int] = []

    def slot(start: int, practitioner: str, rooms: tuple[str, ...]) -> Slot:
        made.append(start)
        return Slot(start, practitioner, rooms)

    monkeypatch.setattr(slots, "Slot", slot)
    assert all(len(hit.options) == 5 for hit in proposed(desk))
    wish = free_times.Wish(desk.type("Follow-up"))
    free = free_times.search(desk.scope, wish, first=desk.day, days=disrupted_day.DAYS)
    assert 5 * len(made) < sum(len(each.slots) for each in free)


def test_days_that_a_week_cannot_have_are_read_in_one_round(desk: Desk) -> None:
    wish = free_times.Wish(desk.type("Follow-up"))
    setup(desk.scope)
    with metered() as meter:
        found = free_times.search(desk.scope, wish, first=desk.day, days=disrupted_day.DAYS, within=21)
    assert [each.day for each in found] == [desk.day + timedelta(days=n) for n in range(disrupted_day.DAYS)]
    assert meter.sequence == 1


def test_who_sees_the_own_doctor_waits_for_them(desk: Desk) -> None:
    desk.book("10:00", desk.patient("Own", practitioner_id=desk.doctor.id))
    desk.book("10:15", desk.patient("Other"))
    own, other = proposed(desk)
    assert [
        (slot.practitioner == desk.doctor.id, slot.moment.date() > desk.day)
        for slot in (own.options[0], other.options[0])
    ] == [(True, True), (False, False)]


def test_the_rest_become_the_first_of_the_requests(desk: Desk) -> None:
    waitlist.ask(desk.scope, patient=desk.patient("Early"), visit_type=desk.type("Follow-up"))
    appointments = [desk.book(at, reason="Cough") for at in ("10:00", "10:15")]
    found = proposed(desk)
    run(desk, [Fate(found[0].appointment, "ask"), Fate(found[1].appointment, "keep")])
    first = waitlist_queries.open_requests(desk.scope)[0]
    assert (first["line"]["o"], first["line"]["u"], first["line"]["y"]) == ("cancelled-day", 1, "Cough")
    assert [desk.again(each).state for each in appointments] == ["cancelled", "booked"]


def test_a_time_that_was_taken_meanwhile_makes_a_request(desk: Desk) -> None:
    appointment = desk.book("10:00")
    (hit,) = proposed(desk)
    slot = hit.options[0]
    desk.book(practitioner=next(each for each in desk.doctors if each.id == slot.practitioner), start=slot.moment)
    job = run(desk, fates([hit]))
    done = (job.results or {})[appointment.id]
    assert (done["w"], done["y"]) == ("asked", "10:00 with Dr Bernard was just booked by Ana.")
    assert [row["line"]["o"] for row in waitlist_queries.open_requests(desk.scope)] == ["cancelled-day"]


def test_two_rows_that_were_given_the_same_time_by_hand_do_not_meet(desk: Desk) -> None:
    desk.book("10:00")
    desk.book("10:15")
    found = proposed(desk)
    slot = found[0].options[0]
    job = run(desk, [Fate(hit.appointment, "move", slot) for hit in found])
    assert sorted(done["w"] for done in (job.results or {}).values()) == ["asked", "moved"]


def test_25_patients_are_killed_in_the_middle_and_finished_by_somebody_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(25):
        desk.book(f"{8 + n // 4:02}:{n % 4 * 15:02}")
    calls, real = iter([*[True] * 10, False]), jobs.kinds()[away.KIND]

    def step(*arguments: Any) -> None:
        if not next(calls):
            raise Unavailable
        real.step(*arguments)

    monkeypatch.setitem(jobs.kinds(), away.KIND, replace(jobs.kinds()[away.KIND], step=step, undo=None))
    with pytest.raises(Unavailable):
        run(desk, fates(proposed(desk)))
    assert desk.faults() == []
    monkeypatch.setitem(jobs.kinds(), away.KIND, real)
    (row,) = job_queries.unfinished_jobs(desk.scope)
    job = jobs.go_on(desk.nurse, job=job_queries.job(desk.scope, row["id"]))
    assert (job.state, len(job.results or {})) == ("done", 25)
    assert disrupted_day.coming(desk.scope, day=desk.day, practitioner=desk.doctor) == []


def test_pressed_twice_it_happens_once(desk: Desk) -> None:
    desk.book("10:00")
    wanted, once = fates(proposed(desk)), Once(clock.new_id(), "same")
    assert run(desk, wanted, once=once, leave=True).id == run(desk, wanted, once=once, leave=True).id


def test_it_is_undone_with_its_requests(desk: Desk) -> None:
    appointments = [desk.book(at) for at in ("10:00", "10:15", "10:30")]
    found = proposed(desk)
    job = run(desk, [*fates(found[:1]), Fate(found[1].appointment, "ask"), Fate(found[2].appointment, "ask")])
    taken = next(
        row
        for row in waitlist_queries.open_requests(desk.scope)
        if row["id"] == (job.results or {})[appointments[2].id]["q"]
    )
    waitlist.withdraw(desk.scope, request=waitlist_queries.request(desk.scope, taken["id"]), reason="Seen elsewhere")
    jobs.undo(desk.scope, job=job)
    job = jobs.go_on(desk.scope, job=job_queries.job(desk.scope, job.id))
    assert [(desk.again(each).state, (desk.again(each).wall or "")[-5:]) for each in appointments] == [
        ("booked", "10:00"),
        ("booked", "10:15"),
        ("cancelled", "10:30"),
    ]
    assert {desk.again(each).practitioner_id for each in appointments} == {desk.doctor.id}
    assert waitlist_queries.open_requests(desk.scope) == []
    assert "dealt with this request already" in (job.results or {})[appointments[2].id]["y"]


def test_the_leave_is_entered_first_by_those_who_may(desk: Desk) -> None:
    desk.book("10:00")
    found = proposed(desk)
    run(desk, fates(found), leave=True)
    assert board_queries.board(desk.scope, desk.day).columns[0].closed == "Ill"
    with pytest.raises(Denied):
        away.clear_day(desk.scope, day=desk.day, practitioner=desk.doctor, fates=[], leave=True)


def test_undone_by_those_who_may_the_leave_goes_too(desk: Desk) -> None:
    appointments = [desk.book("10:00"), desk.book("10:15")]
    job = run(desk, fates(proposed(desk)), leave=True)
    back(desk, job, by=desk.admin)
    assert [(desk.again(each).wall or "")[-5:] for each in appointments] == ["10:00", "10:15"]
    assert board_queries.board(desk.scope, desk.day).columns[0].closed == ""
    assert "12:00" in desk.free()


def test_undone_by_others_the_leave_stays_and_can_be_seen(desk: Desk) -> None:
    desk.book("10:00")
    job = back(desk, run(desk, fates(proposed(desk)), leave=True))
    days = leave_of(desk.scope, job)
    assert (job.state, bool(days and days.active)) == ("undone", True)
    assert board_queries.board(desk.scope, desk.day).columns[0].closed == "Ill"


def test_leave_that_somebody_removed_meanwhile_does_not_stop_an_undo(desk: Desk) -> None:
    appointment = desk.book("10:00")
    job = run(desk, fates(proposed(desk)), leave=True)
    days = leave_of(desk.scope, job)
    assert days
    schedule_settings.remove_other_days(desk.admin, days=days)
    assert back(desk, job, by=desk.admin).state == "undone"
    assert desk.again(appointment).practitioner_id == desk.doctor.id


def test_a_person_of_two_records_is_handed_over_to_no_time_at_which_they_are_elsewhere(desk: Desk) -> None:
    keep, other = desk.patient("Ann"), desk.patient("Anne")
    appointment = desk.book("10:00", other)
    desk.book("11:00", keep, practitioner=desk.doctors[1])
    merge(desk, keep, other)
    job = run(desk, [Fate(appointment, "move", at(desk, "11:00"))])
    done = (job.results or {})[appointment.id]
    assert (done["w"], "already has" in done["y"]) == ("asked", True)


def test_what_is_given_back_meets_no_visit_of_another_of_their_records(desk: Desk) -> None:
    keep, other = desk.patient("Ann"), desk.patient("Anne")
    moved, asked = desk.book("10:00", other), desk.book("10:15", other)
    merge(desk, keep, other)
    job = run(desk, [Fate(moved, "move", at(desk, "12:00")), Fate(asked, "ask")])
    desk.book("10:00", people.current(desk.scope, keep.id), practitioner=desk.doctors[1], minutes=30)
    job = back(desk, job)
    for each in (moved, asked):
        assert "already has 10:00 with Dr Bernard" in (job.results or {})[each.id]["y"]
    assert desk.again(asked).state == "cancelled"
    with pytest.raises(PatientBusy):
        undoing.undo(desk.scope, appointment=desk.again(moved))


def test_a_record_that_is_folded_in_the_middle_of_a_step_is_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, other = desk.patient("Ann"), desk.patient("Anne")
    appointment = desk.book("10:00", other)
    desk.book("11:00", keep, practitioner=desk.doctors[1])
    real, todo = persons.person_of, [lambda: merge(desk, keep, other)]

    def slow(*given: Any) -> persons.Person:
        found = real(*given)
        if todo:
            todo.pop()()
        return found

    monkeypatch.setattr(persons, "person_of", slow)
    job = run(desk, [Fate(appointment, "move", at(desk, "11:00"))])
    assert (job.results or {})[appointment.id]["w"] == "asked"
    assert waitlist_queries.open_requests(desk.scope)[0]["line"]["i"] == keep.id


def test_who_is_offered_another_time_meanwhile_is_left_to_it(desk: Desk) -> None:
    appointment = desk.book("10:00")
    job = run(desk, [Fate(appointment, "ask")])
    asked = waitlist_queries.request(desk.scope, (job.results or {})[appointment.id]["q"])
    offers.offer(
        desk.scope,
        request=asked,
        patient=desk.patient_of(appointment),
        visit_type=desk.type("Follow-up"),
        practitioner=desk.doctors[1],
        start=desk.at("15:00"),
    )
    job = back(desk, job)
    assert "Another time is held" in (job.results or {})[appointment.id]["y"]
    assert waitlist_queries.request(desk.scope, asked.id).offer


def test_nobody_affected_is_done_at_once(desk: Desk) -> None:
    assert proposed(desk) == []
    assert (run(desk, []).state, job_queries.unfinished_jobs(desk.scope)) == ("done", [])


def test_only_ones_own_clinic_and_the_practitioners_own_day(desk: Desk, other_clinic: str) -> None:
    appointment = desk.book("10:00", practitioner=desk.doctors[1])
    with pytest.raises(Refused):
        run(desk, [Fate(appointment, "ask")])
    job = away.clear_day(desk.scope, day=desk.day, practitioner=desk.doctor, fates=[])
    outsider = scope_of(other_clinic, Role.RECEPTIONIST)
    with pytest.raises(NotFound):
        jobs.go_on(outsider, job=job)
    with pytest.raises(NotFound):
        away.clear_day(outsider, day=desk.day, practitioner=desk.doctor, fates=[])
