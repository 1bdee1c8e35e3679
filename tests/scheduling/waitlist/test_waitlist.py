"""Who waits for a time, who fits one, and times that are held only so long."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinnet import clock
from clinnet.table import Once
from clinnet.table.errors import Refused
from patients.models import Patient
from scheduling.appointments import queries as appointment_queries
from scheduling.board import queries as board_queries
from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.hours import Plan, Session
from scheduling.disruptions.queries import affected
from scheduling.models import WaitlistEntry
from scheduling.refusals import SlotTaken
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist import rules as matching
from scheduling.waitlist.rules import Freed
from scheduling.waitlist.services import offers, waitlist
from tests.scheduling.conftest import Desk


def ask(desk: Desk, patient: Patient, **wanted: Any) -> WaitlistEntry:
    wanted = {"visit_type": desk.type("Follow-up")} | wanted
    return waitlist_queries.request(desk.scope, waitlist.ask(desk.scope, patient=patient, **wanted))


def offer(desk: Desk, request: WaitlistEntry, patient: Patient, at: str = "10:30", **wanted: Any) -> WaitlistEntry:
    offers.offer(
        desk.scope,
        request=request,
        patient=patient,
        visit_type=desk.type("Follow-up"),
        practitioner=desk.doctor,
        start=desk.at(at),
        **wanted,
    )
    return waitlist_queries.request(desk.scope, request.id)


def accept(desk: Desk, request: WaitlistEntry, patient: Patient) -> str:
    return offers.accept(
        desk.scope, request=request, patient=patient, visit_type=desk.type("Follow-up"), practitioner=desk.doctor
    )


def test_a_freed_time_finds_who_waits_for_it_most_urgent_first(desk: Desk) -> None:
    one, two, three = (desk.patient(name) for name in ("Zofia", "Ivan", "Rose"))
    ask(desk, one, practitioners=[desk.doctor], parts=["am"], weekdays=[desk.day.weekday()])
    ask(desk, two, urgency=1)
    ask(desk, three, practitioners=[desk.doctors[1]])
    found = waitlist_queries.matches(desk.scope, practitioner=desk.doctor, start=desk.at("10:00"), minutes=15)
    assert [row["line"]["p"]["g"] for row in found] == ["Ivan", "Zofia"]
    assert [row["line"]["p"]["g"] for row in waitlist_queries.requests_of(desk.scope, three)] == ["Rose"]


def test_an_offer_holds_the_time_and_accepting_books_it(desk: Desk) -> None:
    maria = desk.patient()
    request = offer(desk, ask(desk, maria), maria)
    assert "10:30" not in desk.free()
    with pytest.raises(SlotTaken) as refusal:
        desk.book("10:30")
    assert refusal.value.sentence.startswith("10:30 with Dr Okafor is held for somebody.")
    assert [card.state for card in board_queries.board(desk.scope, desk.day).cards] == ["held"]
    id = accept(desk, request, maria)
    assert [(card.id, card.state) for card in board_queries.board(desk.scope, desk.day).cards] == [(id, "booked")]
    assert waitlist_queries.open_requests(desk.scope) == []
    assert waitlist_queries.request(desk.scope, request.id).appointment_id == id
    assert desk.faults() == []


def test_an_offer_past_its_end_is_taken_over_by_whoever_comes(desk: Desk) -> None:
    maria = desk.patient()
    request = offer(desk, ask(desk, maria), maria)
    with desk.clock_at(clock.now() + timedelta(minutes=16)):
        assert "10:30" in desk.free()
        assert board_queries.board(desk.scope, desk.day).cards == []
        taken = desk.book("10:30")
        with pytest.raises(SlotTaken):
            accept(desk, request, maria)
        assert desk.faults() == []
    assert desk.again(taken).state == "booked"


def test_an_offer_past_its_end_that_nobody_took_can_still_be_accepted(desk: Desk) -> None:
    maria = desk.patient()
    request = offer(desk, ask(desk, maria), maria)
    with desk.clock_at(clock.now() + timedelta(minutes=16)):
        accept(desk, request, maria)
    assert desk.faults() == []
    assert "10:30" not in desk.free()


def test_an_offer_of_a_time_that_is_past_books_nothing(desk: Desk) -> None:
    maria = desk.patient()
    request = offer(desk, ask(desk, maria), maria)
    with desk.clock_at(desk.at("10:50")):
        with pytest.raises(Refused) as refusal:
            accept(desk, request, maria)
        assert refusal.value.sentence == "That time is past."
        assert desk.faults() == []
    assert waitlist_queries.request(desk.scope, request.id).state == "open"


def test_half_of_an_offer_past_its_end_is_taken_over_and_the_rest_is_free(desk: Desk) -> None:
    maria = desk.patient()
    offer(desk, ask(desk, maria, minutes=30), maria)
    with desk.clock_at(clock.now() + timedelta(minutes=16)):
        desk.book("10:45")
        assert "10:30" in desk.free()
        desk.book("10:30")
        assert desk.faults() == []


def test_a_withdrawn_request_or_offer_frees_the_time(desk: Desk) -> None:
    maria = desk.patient()
    request = offer(desk, ask(desk, maria), maria)
    with pytest.raises(Refused):
        offer(desk, request, maria, "11:30")
    offers.take_back(desk.scope, request=request)
    assert "10:30" in desk.free()
    request = offer(desk, waitlist_queries.request(desk.scope, request.id), maria)
    waitlist.withdraw(desk.scope, request=request, reason="Seen elsewhere")
    assert "10:30" in desk.free()
    assert waitlist_queries.open_requests(desk.scope) == []
    with pytest.raises(Refused):
        waitlist.withdraw(desk.scope, request=request)
    assert desk.faults() == []


def test_a_parked_appointment_becomes_a_request(desk: Desk) -> None:
    maria = desk.patient()
    appointment = desk.book("10:30", maria, reason="Blood pressure")
    id = waitlist.park(desk.scope, appointment=appointment, patient=maria)
    (row,) = waitlist_queries.open_requests(desk.scope)
    assert (row["id"], row["line"]["y"], row["line"]["o"]) == (id, "Blood pressure", "parked")
    assert "10:30" in desk.free()
    assert desk.faults() == []


def test_a_second_press_gives_the_first_result(desk: Desk) -> None:
    """Each of these leaves the request such that the second one would be refused."""
    maria = desk.patient()
    appointment = desk.book("09:00", maria)
    before = ask(desk, maria)
    once = iter(Once(clock.new_id(), "same") for _ in range(9))

    def twice(do: Callable[..., Any], **given: Any) -> Any:
        """With the same token, the second time with what the first one left behind."""
        token = next(once)
        results = []
        for _ in range(2):
            now = {"request": waitlist_queries.request(desk.scope, before.id)} if "appointment" not in given else {}
            results.append(do(desk.scope, **now, **given, once=token))
        assert results[0] == results[1] or not results[0]
        return results[0]

    usual: dict[str, Any] = {"patient": maria, "visit_type": desk.type("Follow-up"), "practitioner": desk.doctor}
    held = twice(offers.offer, **usual, start=desk.at("10:30"))
    twice(offers.take_back)
    held = twice(offers.offer, **usual, start=desk.at("11:30"))
    assert twice(offers.accept, **usual) == held
    assert len(board_queries.board(desk.scope, desk.day).cards) == 2
    token = next(once)
    parked = [
        waitlist.park(desk.scope, appointment=desk.again(appointment), patient=maria, once=token) for _ in range(2)
    ]
    assert parked[0] == parked[1]
    before = waitlist_queries.request(desk.scope, parked[0])
    twice(waitlist.change, visit_type=desk.type("Procedure"), urgency=1)
    booked = twice(offers.book, **(usual | {"visit_type": desk.type("Procedure")}), start=desk.at("14:00"))
    assert waitlist_queries.request(desk.scope, parked[0]).appointment_id == booked
    before = ask(desk, maria)
    twice(waitlist.withdraw, reason="Seen elsewhere")
    assert waitlist_queries.open_requests(desk.scope) == []
    assert desk.faults() == []


def test_booking_for_a_request_frees_what_was_held_for_it(desk: Desk) -> None:
    maria = desk.patient(email="maria@example.org")
    request = offer(desk, ask(desk, maria), maria)
    id = offers.book(
        desk.scope,
        request=request,
        patient=maria,
        visit_type=desk.type("Follow-up"),
        practitioner=desk.doctor,
        start=desk.at("10:35"),
    )
    appointment = appointment_queries.appointment(desk.scope, maria.id, id)
    assert ((appointment.wall or "")[-5:], appointment.tell_by) == ("10:35", "email")
    assert [card.state for card in board_queries.board(desk.scope, desk.day).cards] == ["booked"]
    assert desk.faults() == []


def test_a_time_that_is_taken_or_past_matches_nobody(desk: Desk) -> None:
    ask(desk, desk.patient())
    desk.book("10:30")
    assert waitlist_queries.matches(desk.scope, practitioner=desk.doctor, start=desk.at("10:30"), minutes=15) == []
    past = clock.now() - timedelta(hours=1)
    assert waitlist_queries.matches(desk.scope, practitioner=desk.doctor, start=past, minutes=15) == []
    assert len(waitlist_queries.matches(desk.scope, practitioner=desk.doctor, start=desk.at("10:45"), minutes=15)) == 1


def test_calls_are_counted(desk: Desk) -> None:
    request = ask(desk, desk.patient())
    waitlist.log_call(desk.scope, request=request, outcome="no answer")
    (row,) = waitlist_queries.open_requests(desk.scope)
    assert row["line"]["c"] == 1


def test_orphans_are_those_whom_new_hours_leave_outside(desk: Desk) -> None:
    desk.book("10:30")
    late = desk.book("17:00")
    plan = Plan(desk.doctor.id, tuple(Session(day, "08:00", "12:00") for day in range(7)))
    days = affected.Days(desk.day, desk.day)
    assert [card.id for card in affected.orphans(desk.scope, plans=[plan], days=days)] == [late.id]


lines = st.fixed_dictionaries(
    {},
    optional={
        "d": st.lists(st.sampled_from(["a", "b"]), min_size=1),
        "w": st.lists(st.integers(0, 6), min_size=1),
        "h": st.lists(st.sampled_from(["am", "pm"]), min_size=1),
        "s": st.just("2026-11-20"),
        "e": st.just("2026-11-25"),
        "m": st.sampled_from([10, 15, 60]),
        "u": st.integers(1, 3),
        "f": st.sampled_from([50, 150]),
    },
)
moments = st.datetimes(
    min_value=walltime.EPOCH.replace(2026, 11, 15, tzinfo=None),
    max_value=walltime.EPOCH.replace(2026, 12, 1, tzinfo=None),
)


@given(st.lists(lines), moments, st.sampled_from(["a", "b"]), st.sampled_from([15, 30]))
def test_whoever_is_offered_a_time_asked_for_such_a_one(rows: list[Any], wall: Any, who: str, minutes: int) -> None:
    listed = [{"id": f"{number:03}", "line": line} for number, line in enumerate(rows)]
    found = matching.ranked(listed, Freed(wall, who, minutes), {}, 100)
    for row in found:
        line = row["line"]
        assert who in line.get("d", [who])
        assert wall.weekday() in line.get("w", range(7))
        assert ("am" if wall.hour < 12 else "pm") in line.get("h", ["am", "pm"])
        assert line.get("m", 0) <= minutes
        assert line.get("f", 0) <= 100
    urgency = [row["line"].get("u", 2) for row in found]
    assert urgency == sorted(urgency)
