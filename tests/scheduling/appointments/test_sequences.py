"""Unlucky orders of events: at the end of each, everybody has one time or a sentence, and the schedule agrees."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from clinnet import clock
from clinnet.jobs import queries as job_queries
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Once
from clinnet.table.errors import Refused, Unavailable
from patients import queries as people
from patients import services as patients
from patients.models import Patient
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking, moving, persons, reassign, series, undoing
from scheduling.appointments.services import states as states_services
from scheduling.appointments.services.booking import Visit
from scheduling.board import queries as board_queries
from scheduling.models import WaitlistEntry
from scheduling.refusals import AlreadyMovedOn, SlotTaken
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import offers, waitlist
from tests.scheduling.appointments.test_patient_events import merge
from tests.scheduling.appointments.test_races import at_once
from tests.scheduling.conftest import Desk
from tests.scheduling.waitlist.test_waitlist import accept, ask, offer

pytestmark = pytest.mark.usefixtures("faultless")


def cards(desk: Desk, *states: str) -> list[str]:
    return [card.id for card in board_queries.board(desk.scope, desk.day).cards if card.state in states]


def again(desk: Desk, request: WaitlistEntry) -> WaitlistEntry:
    return waitlist_queries.request(desk.scope, request.id)


# --- Offers ------------------------------------------------------------------------------------------------------


def test_of_accepting_an_offer_past_its_end_and_booking_its_time_at_once_one_succeeds(desk: Desk) -> None:
    for number in range(3):
        maria, at = desk.patient(), f"1{number}:30"
        asked = offer(desk, ask(desk, maria), maria, at, lasts=timedelta(0))
        tries: list[Callable[[], Any]] = [partial(desk.book, at, desk.patient())] * 3
        tries.append(partial(accept, desk, asked, maria))
        assert len([each for each in at_once(tries) if each]) == 1
    assert len(cards(desk, "booked")) == 3


def test_an_offer_whose_time_was_taken_and_left_again_is_answered_in_words_and_can_be_booked_anew(desk: Desk) -> None:
    maria = desk.patient()
    asked = offer(desk, ask(desk, maria), maria, lasts=timedelta(0))
    other = desk.book("10:30", desk.patient("Ben"))
    with pytest.raises(SlotTaken):
        accept(desk, asked, maria)
    states_services.cancel(desk.scope, appointment=other, by="patient", reason="Ill")
    with pytest.raises(SlotTaken):
        accept(desk, asked, maria)
    offers.book(
        desk.scope,
        request=again(desk, asked),
        patient=maria,
        visit_type=desk.type("Follow-up"),
        practitioner=desk.doctor,
        start=desk.at("10:30"),
    )
    assert again(desk, asked).state == "done"
    assert len(cards(desk, "booked")) == 1


def test_an_offer_that_is_over_does_not_stand_in_the_way_of_taking_a_parking_back(desk: Desk) -> None:
    appointment = desk.book("10:30")
    maria = desk.patient_of(appointment)
    id = waitlist.park(desk.scope, appointment=appointment, patient=maria)
    asked = offer(desk, waitlist_queries.request(desk.scope, id), maria, "15:00")
    with pytest.raises(Refused):
        undoing.undo(desk.scope, appointment=desk.again(appointment))
    offers.take_back(desk.scope, request=asked)
    asked = offer(desk, again(desk, asked), maria, "15:00", lasts=timedelta(0))
    undoing.undo(desk.scope, appointment=desk.again(appointment))
    assert (again(desk, asked).state, desk.again(appointment).state) == ("withdrawn", "booked")
    with pytest.raises(Refused):
        accept(desk, asked, maria)
    desk.book("15:00", desk.patient("Ben"))


def test_accepting_and_taking_back_at_once_leaves_an_appointment_or_free_time(desk: Desk) -> None:
    for number in range(3):
        maria, at = desk.patient(), f"1{number}:30"
        asked = offer(desk, ask(desk, maria), maria, at)
        tries: list[Any] = [partial(accept, desk, asked, maria)] * 3
        tries += [partial(offers.take_back, desk.scope, request=asked)] * 3
        at_once(tries)
        now = again(desk, asked)
        assert now.state in ("done", "open")
        assert not now.offer
        assert (at in desk.free()) == (now.state == "open")


# --- Undo --------------------------------------------------------------------------------------------------------


def test_a_cancelled_visit_whose_time_was_given_away_stays_cancelled_until_it_is_free(desk: Desk) -> None:
    appointment = desk.book("10:30")
    states_services.cancel(desk.scope, appointment=appointment, by="patient", reason="Ill")
    other = desk.book("10:30", desk.patient("Ben"))
    with pytest.raises(SlotTaken) as refused:
        undoing.undo(desk.scope, appointment=desk.again(appointment))
    assert "10:30 with Dr Okafor was just booked by Ana" in refused.value.sentence
    assert desk.again(appointment).state == "cancelled"
    moving.move(desk.scope, appointment=other, start=desk.at("10:45"))
    undoing.undo(desk.scope, appointment=desk.again(appointment))
    assert len(cards(desk, "booked")) == 2


def test_a_cancelled_visit_goes_back_to_no_time_at_which_the_person_is_by_another_record(desk: Desk) -> None:
    keep, other = desk.patient("Ann"), desk.patient("Anne")
    appointment = desk.book("10:30", other)
    states_services.cancel(desk.scope, appointment=appointment, by="patient", reason="Ill")
    desk.book("10:30", keep, practitioner=desk.doctors[1])
    merge(desk, keep, other)
    with pytest.raises(Refused):
        undoing.undo(desk.scope, appointment=desk.again(appointment))
    assert desk.again(appointment).state == "cancelled"


def test_undo_of_a_move_at_the_moment_of_another_move_is_not_said_to_be_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    appointment = desk.book("10:30")
    moving.move(desk.scope, appointment=appointment, start=desk.at("11:30"))
    seen, real, place = (
        desk.again(appointment),
        persons.person_of,
        "scheduling.appointments.services.changing.person_of",
    )

    def slow(*given: Any) -> persons.Person:
        monkeypatch.setattr(place, real)
        moving.move(desk.scope, appointment=seen, start=desk.at("14:00"))
        return real(*given)

    monkeypatch.setattr(place, slow)
    with pytest.raises(AlreadyMovedOn):
        undoing.undo(desk.scope, appointment=seen)
    assert (desk.again(appointment).wall or "")[-5:] == "14:00"


def test_of_two_who_undo_one_move_at_once_both_are_right(desk: Desk) -> None:
    appointment = desk.book("10:30")
    moving.move(desk.scope, appointment=appointment, start=desk.at("11:30"))
    seen = desk.again(appointment)
    at_once([partial(undoing.undo, desk.scope, appointment=seen)] * 4)
    assert ((desk.again(appointment).wall or "")[-5:], desk.again(appointment).version) == (
        "10:30",
        int(seen.version) + 1,
    )


# --- Series ------------------------------------------------------------------------------------------------------


def begin_series(desk: Desk, maria: Patient, monkeypatch: pytest.MonkeyPatch, *, steps: int) -> Job:
    """A series that is killed after so many steps."""
    calls, real = iter([*[True] * steps, False]), jobs.kinds()[series.KIND]

    def step(*arguments: Any) -> None:
        if not next(calls):
            raise Unavailable
        real.step(*arguments)

    starts = [desk.at("10:30", desk.day + timedelta(days=number)) for number in range(30)]
    with monkeypatch.context() as patched:
        patched.setitem(jobs.kinds(), series.KIND, replace(jobs.kinds()[series.KIND], step=step, undo=None))
        with pytest.raises(Unavailable):
            series.book_series(
                desk.scope, patient=maria, visit_type=desk.type("Follow-up"), practitioner=desk.doctor, starts=starts
            )
    (row,) = job_queries.unfinished_jobs(desk.scope)
    return job_queries.job(desk.scope, row["id"])


def test_a_series_killed_between_steps_is_finished_once_by_two_who_go_on_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = desk.patient()
    job = begin_series(desk, maria, monkeypatch, steps=1)
    left = desk.book("10:30", desk.patient("Ben"), day=desk.day + timedelta(days=29))
    at_once([partial(jobs.go_on, scope, job=job) for scope in (desk.scope, desk.nurse) * 2])
    job = job_queries.job(desk.scope, job.id)
    booked = [row for row in appointment_queries.coming(desk.scope, maria, limit=50) if row["state"] == "booked"]
    assert (job.state, len(booked), len(job.plan["skipped"])) == ("done", 29, 1)
    assert desk.again(left).state == "booked"


def test_the_rest_of_a_series_cancelled_while_its_last_visits_are_booked_leaves_none_without_an_owner(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = desk.patient()
    job = begin_series(desk, maria, monkeypatch, steps=2)
    first = appointment_queries.coming(desk.scope, maria, limit=1)[0]
    appointment = appointment_queries.appointment(desk.scope, maria.id, first["id"])
    with desk.clock_at(clock.moment(appointment.start or "")):
        at_once(
            [
                partial(jobs.go_on, desk.scope, job=job),
                partial(series.cancel_rest, desk.nurse, appointment=appointment, by="patient", reason="Ill"),
                partial(states_services.arrive, desk.scope, appointment=appointment),
            ]
        )
    assert job_queries.unfinished_jobs(desk.scope) == []
    assert desk.again(appointment).state in ("cancelled", "waiting")


# --- Records -----------------------------------------------------------------------------------------------------


def folded(desk: Desk) -> tuple[Patient, Patient]:
    """A person of two records: the one that was kept, and the other."""
    keep, other = desk.patient("Ann"), desk.patient("Anne")
    merge(desk, keep, other)
    return people.patient(desk.scope, keep.id), other


def test_a_person_of_two_records_is_booked_twice_in_one_go(desk: Desk) -> None:
    ann, _ = folded(desk)
    visits = [Visit(ann, desk.type("Follow-up"), desk.doctor, desk.at(at)) for at in ("10:30", "10:45")]
    assert len(booking.book_together(desk.scope, visits=visits)) == 2


def test_a_visit_of_a_folded_record_is_the_survivors_already(desk: Desk) -> None:
    keep, other = desk.patient("Ann"), desk.patient("Anne")
    appointment = desk.book("10:30", other)
    merge(desk, keep, other)
    with pytest.raises(Refused) as refused:
        reassign.change_patient(desk.scope, appointment=appointment, patient=people.patient(desk.scope, keep.id))
    assert refused.value.sentence == "It is this patient's already."


def test_nobody_is_booked_whose_death_was_recorded_a_moment_before(desk: Desk) -> None:
    """The form was opened before; the write itself sees it."""
    maria = desk.patient()
    patients.record_death(desk.scope, maria, on=str(clock.today("Europe/London")))
    with pytest.raises(Refused) as refused:
        desk.book("10:30", maria)
    assert refused.value.sentence == "This record was changed just now. Open it again."


# --- Once --------------------------------------------------------------------------------------------------------


def test_one_form_sent_by_many_hands_at_once_is_done_once(desk: Desk) -> None:
    maria = desk.patient()
    asked = offer(desk, ask(desk, maria), maria)
    once = Once(clock.new_id(), "same")
    given: dict[str, Any] = {"patient": maria, "visit_type": desk.type("Follow-up"), "practitioner": desk.doctor}
    got = at_once([partial(offers.accept, desk.scope, request=asked, once=once, **given)] * 6)
    assert set(got) == {cards(desk, "booked")[0]}
    appointment = appointment_queries.appointment(desk.scope, maria.id, got[0])
    once = Once(clock.new_id(), "same")
    at_once([partial(moving.move, desk.scope, appointment=appointment, start=desk.at("14:00"), once=once)] * 6)
    moving.move(desk.scope, appointment=appointment, start=desk.at("14:00"), once=once)
    assert desk.again(appointment).sequence == 1
