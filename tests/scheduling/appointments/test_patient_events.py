"""Records that are folded together, renamed or taken apart: the schedule follows."""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from clinnet.table import Scope
from clinnet.table.errors import Refused, Stale, Unavailable
from patients import queries as people
from patients import services as patients
from patients.folding import Fold
from patients.models import Patient
from patients.services import merging
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import patient_events, reassign, states, undoing
from scheduling.board import queries as board_queries
from scheduling.board.services.cards import Card
from scheduling.calendar.services.checks import DECEASED
from scheduling.models import Appointment
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import waitlist
from tests.people import signed_in_client
from tests.scheduling.appointments.test_races import at_once
from tests.scheduling.at_desk import AtDesk
from tests.scheduling.conftest import Desk
from tests.scheduling.messages.leaving import send
from tests.scheduling.visiting import Visits, maria, visits

__all__ = ["maria", "visits"]


def merge(desk: Desk, keep: Patient, other: Patient) -> None:
    keep, other = (people.folded(desk.scope, each.id) for each in (keep, other))
    patients.merge(desk.scope, keep, other, Fold(keep, other).united())


def tried(do: Callable[[], None]) -> None:
    """Of several merges of two records at once all but one find them changed."""
    with suppress(Stale):
        do()


def undo(desk: Desk, keep: Patient, other: Patient) -> None:
    patients.undo_merge(desk.scope, *(people.folded(desk.scope, each.id) for each in (keep, other)))


def card(desk: Desk, appointment: Appointment) -> Card:
    return next(each for each in board_queries.board(desk.scope, desk.day).cards if each.id == appointment.id)


@pytest.fixture
def two(desk: Desk) -> tuple[Patient, Patient]:
    return desk.patient("María", "García", birth_date="1985-03-14"), desk.patient("Maria", "Garcia")


def test_two_who_have_the_same_time_are_not_folded_together(desk: Desk, two: tuple[Patient, Patient]) -> None:
    desk.book("10:30", two[0])
    desk.book("10:30", two[1], practitioner=desk.doctors[1])
    with pytest.raises(Refused) as refused:
        merge(desk, *two)
    assert re.search(r"10:30 with Dr \w+ and .*10:30 with Dr \w+\. Move or cancel one", refused.value.sentence)
    assert people.folded(desk.scope, two[1].id).merged_into is None
    assert desk.faults() == []


def test_what_is_past_or_cancelled_stands_in_nobodys_way(desk: Desk, two: tuple[Patient, Patient]) -> None:
    desk.book("10:30", two[0])
    other = desk.book("10:30", two[1], practitioner=desk.doctors[1])
    states.cancel(desk.scope, appointment=other, by="patient", reason="Ill")
    merge(desk, *two)
    assert people.folded(desk.scope, two[1].id).merged_into == two[0].id


def test_an_alert_is_on_the_cards_that_are_there_already(desk: Desk) -> None:
    patient = desk.patient()
    appointment = desk.book("10:30", patient)
    assert "S" not in card(desk, appointment).patient.get("k", "")
    alerts = [{"id": "a", "text": "Latex", "stop": True}]
    patients.change(desk.scope, people.patient(desk.scope, patient.id), {"alerts": alerts})
    assert "S" in card(desk, appointment).patient["k"]


def test_coming_cards_show_the_survivor_and_after_undo_each_its_own(desk: Desk, two: tuple[Patient, Patient]) -> None:
    keep, other = two
    mine, theirs = desk.book("10:30", keep), desk.book("11:30", other)
    merge(desk, keep, other)
    shown = card(desk, theirs)
    assert (shown.patient["n"], shown.patient["f"]) == (keep.mrn, "García")
    assert shown.patient_id == other.id  # the address stays that of the record it was made for
    undo(desk, keep, other)
    assert card(desk, theirs).patient["n"] == other.mrn
    assert card(desk, theirs).patient["f"] == "Garcia"
    assert card(desk, mine).patient["n"] == keep.mrn
    assert desk.faults() == []


def test_a_new_name_is_on_the_board_at_once(desk: Desk) -> None:
    maria = desk.patient()
    appointment = desk.book("10:30", maria)
    seen = board_queries.board(desk.scope, desk.day).seen
    patients.change(desk.scope, maria, {"family_name": "Serrano"})
    assert card(desk, appointment).patient["f"] == "Serrano"
    assert [row["id"] for row in board_queries.news(desk.scope, desk.day, seen) or []] == [appointment.id]
    with desk.clock_at(desk.at("09:00")):
        states.arrive(desk.scope, appointment=desk.again(appointment))
    assert desk.faults() == []


def test_nobody_is_booked_on_a_record_that_was_folded_a_moment_before(desk: Desk, two: tuple[Patient, Patient]) -> None:
    """The form was opened before; the write itself sees it."""
    keep, other = two
    merge(desk, keep, other)
    for stale in (keep, other):
        with pytest.raises(Refused) as refused:
            desk.book("10:30", stale)
        assert "just folded together" in refused.value.sentence
    desk.book("10:30", people.patient(desk.scope, keep.id))


def test_a_booking_between_the_check_and_the_merge_undoes_the_merge(
    desk: Desk, two: tuple[Patient, Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, other = two
    desk.book("10:30", keep)
    real = merging._too_much

    def slow(*given: Any) -> Any:
        if not board_queries.board(desk.scope, desk.day).cards[1:]:
            desk.book("10:30", other, practitioner=desk.doctors[1])
        return real(*given)

    monkeypatch.setattr(merging, "_too_much", slow)
    with pytest.raises(Refused) as refused:
        merge(desk, keep, other)
    assert "at the same time" in refused.value.sentence
    assert people.folded(desk.scope, other.id).merged_into is None


def test_merges_among_bookings_of_both_leave_one_visit_at_a_time(desk: Desk) -> None:
    for number in range(3):
        keep, other = desk.patient("Ann", f"Race{number}"), desk.patient("Anne", f"Race{number}")
        at = f"1{number}:30"
        jobs: list[Callable[[], Any]] = [
            partial(desk.book, at, keep),
            partial(desk.book, at, other, practitioner=desk.doctors[1]),
            partial(tried, partial(merge, desk, keep, other)),
        ] * 4
        at_once(jobs)
        booked = [
            each
            for each in board_queries.board(desk.scope, desk.day).cards
            if each.patient.get("f") == f"Race{number}" and each.state == "booked"
        ]
        # None, where the merge came first: the bookings were about records as they had been.
        assert len(booked) <= 1 or people.folded(desk.scope, other.id).merged_into is None
        assert desk.faults() == []


def test_after_a_death_nothing_is_to_come(desk: Desk) -> None:
    maria = desk.patient()
    appointment, other = desk.book("10:30", maria), desk.book("11:30")
    asked = waitlist.ask(desk.scope, patient=maria, visit_type=desk.type("Follow-up"))
    said = patients.record_death(desk.scope, maria, on=str(desk.day))
    assert said == ["1 appointment cancelled", "1 request withdrawn"]
    assert [desk.again(each).state for each in (appointment, other)] == ["cancelled", "booked"]
    assert waitlist_queries.request(desk.scope, asked).state == "withdrawn"
    assert desk.faults() == []


def test_no_undo_brings_back_a_time_for_somebody_who_died(desk: Desk) -> None:
    """What was cancelled, parked, missed or another patient's before, and what the death itself stopped."""
    late, wren = desk.patient(), desk.patient("Wren", "Ardsley")
    off, parked, missed, stopped, given = (desk.book(at, late) for at in ("10:30", "11:30", "10:00", "13:30", "14:30"))
    states.cancel(desk.scope, appointment=off, by="patient", reason="Ill")
    waitlist.park(desk.scope, appointment=parked, patient=late)
    with desk.clock_at(desk.at("10:20")):
        states.no_show(desk.scope, appointment=missed)
    id = reassign.change_patient(desk.scope, appointment=given, patient=wren)
    patients.record_death(desk.scope, late, on=str(desk.day))
    hers = [desk.again(each) for each in (off, parked, missed, stopped)]
    theirs = appointment_queries.appointment(desk.scope, wren.id, id)
    with desk.clock_at(desk.at("10:25")):
        for each in (*hers, theirs):
            with pytest.raises(Refused) as refused:
                undoing.undo(desk.scope, appointment=each)
            assert refused.value.sentence == DECEASED
        with pytest.raises(Refused) as refused:
            states.came_late(desk.scope, appointment=hers[2])
        assert refused.value.sentence == DECEASED
    assert [desk.again(each).state for each in (off, parked, missed, stopped)] == [each.state for each in hers]
    assert desk.faults() == []


@pytest.mark.django_db
def test_the_details_of_who_died_offer_no_way_back(visits: Visits, maria: Any) -> None:
    off, missed = visits.desk.book("11:30", maria), visits.desk.book("10:20", maria)
    states.cancel(visits.desk.scope, appointment=off, by="patient", reason="Ill")
    states.no_show(visits.desk.scope, appointment=missed)
    for path in ("undo/", "came-late/"):
        assert f'action="{visits.url(missed, path)}"' in visits.html(visits.url(missed))
    patients.record_death(visits.desk.scope, maria, on=str(visits.desk.day))
    for each, path in ((off, "undo/"), (missed, "undo/"), (missed, "came-late/")):
        assert f'action="{visits.url(each, path)}"' not in visits.html(visits.url(each))


@pytest.mark.django_db
def test_archiving_says_that_something_is_still_to_come(visits: Visits, maria: Any) -> None:
    page = f"/c/{visits.desk.scope.clinic_id}/patients/{maria.id}/archive/"
    assert "still to come" not in visits.html(page)
    booked = visits.desk.book("11:30", maria)
    assert "Something is still to come." in visits.html(page)
    states.cancel(visits.desk.scope, appointment=booked, by="patient", reason="Moved away")
    assert "still to come" not in visits.html(page)


def test_a_death_stops_what_more_than_a_page_of_appointments_holds(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_events, "MOST", 2)
    maria = desk.patient()
    appointments = [desk.book(f"1{number}:30", maria) for number in range(5)]
    assert patients.record_death(desk.scope, maria, on=str(desk.day)) == ["5 appointments cancelled"]
    assert {desk.again(each).state for each in appointments} == {"cancelled"}


def test_who_arrives_at_that_moment_is_left_to_people_and_the_others_are_cancelled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = desk.patient()
    here, later = desk.book("10:30", maria), desk.book("11:30", maria)
    real = states.cancel

    def slow(scope: Scope, **given: Any) -> None:
        if given["appointment"].id == here.id:
            with desk.clock_at(desk.at("09:00")):
                states.arrive(scope, appointment=desk.again(here))
        real(scope, **given)

    monkeypatch.setattr(states, "cancel", slow)
    said = patients.record_death(desk.scope, maria, on=str(desk.day))
    assert said == ["1 appointment cancelled", "1 thing changed just now and still to be looked at"]
    assert [desk.again(each).state for each in (here, later)] == ["waiting", "cancelled"]
    assert desk.faults() == []


def test_where_the_schedule_does_not_answer_the_death_is_recorded_and_what_is_open_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = desk.patient()
    appointment = desk.book("10:30", maria)

    def silent(*arguments: Any, **given: Any) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(states, "cancel", silent)
        (said,) = patients.record_death(desk.scope, maria, on=str(desk.day))
    assert said.startswith("not everything that was to come is stopped")
    again = people.patient(desk.scope, maria.id)
    assert patients.record_death(desk.scope, again, on=str(desk.day)) == ["1 appointment cancelled"]
    assert desk.again(appointment).state == "cancelled"


@pytest.mark.django_db
def test_the_patients_page_says_how_many_were_cancelled_and_that_messages_stopped(desk: Desk) -> None:
    maria = desk.patient()
    for at in ("10:30", "11:30"):
        desk.book(at, maria)
    ana = AtDesk(signed_in_client(desk.scope.clinic_id), desk, f"patients/{maria.id}/")
    text = ana.press("deceased/", having='name="on"', on="3 Nov 2026")
    assert "Recorded as deceased on 3 Nov 2026. 2 appointments cancelled, messages stopped." in text
    assert "2 appointments are back." in ana.press("not-deceased/")


@pytest.mark.django_db
def test_a_death_is_warned_of_what_it_stops(desk: Desk) -> None:
    maria = desk.patient()
    desk.book("10:30", maria)
    waitlist.ask(desk.scope, patient=maria, visit_type=desk.type("Follow-up"))
    ana = AtDesk(signed_in_client(desk.scope.clinic_id), desk, f"patients/{maria.id}/")
    assert "1 appointment cancelled, 1 request withdrawn" in ana.text("deceased/")


def test_a_death_by_mistake_gives_everything_back(desk: Desk) -> None:
    maria = desk.patient(email="maria@example.org", consents={"messages": {"given": True}})
    first = desk.book("10:30", maria, tell_by="email")
    ill = desk.book("12:30", maria)
    parked = desk.book("13:30", maria)
    states.cancel(desk.scope, appointment=ill, by="patient", reason="Ill")
    waitlist.park(desk.scope, appointment=parked, patient=maria)
    asked = waitlist.ask(desk.scope, patient=maria, visit_type=desk.type("Follow-up"), urgency=1)
    before = (desk.again(first).gsi1sk, desk.again(parked).cancelled)
    patients.record_death(desk.scope, maria, on=str(desk.day))
    said = patients.record_death(desk.scope, people.folded(desk.scope, maria.id), on="")
    assert said == ["1 appointment is back", "2 requests are back"]
    assert [desk.again(each).state for each in (first, ill, parked)] == ["booked", "cancelled", "cancelled"]
    assert waitlist_queries.request(desk.scope, asked).state == "open"
    assert (desk.again(first).gsi1sk is None, desk.again(parked).cancelled) == (before[0] is None, before[1])
    assert len(waitlist_queries.open_requests(desk.scope)) == 2
    assert desk.faults() == []


def test_nobody_is_written_to_about_the_appointments_of_who_died(desk: Desk) -> None:
    maria = desk.patient(email="maria@example.org", consents={"messages": {"given": True}})
    first = desk.book("10:30", maria, tell_by="email")
    send(desk)
    patients.record_death(desk.scope, maria, on=str(desk.day))
    assert send(desk) == []
    assert desk.again(first).unreached is None


def test_a_time_that_somebody_else_has_by_now_is_named(desk: Desk) -> None:
    maria = desk.patient()
    lost, kept = desk.book("10:30", maria), desk.book("11:30", maria)
    patients.record_death(desk.scope, maria, on=str(desk.day))
    desk.book("10:30")
    said = patients.record_death(desk.scope, people.folded(desk.scope, maria.id), on="")
    assert said[0] == "1 appointment is back"
    assert said[1].endswith("10:30 with Dr Okafor is not: somebody else has that time by now")
    assert [desk.again(each).state for each in (lost, kept)] == ["cancelled", "booked"]
