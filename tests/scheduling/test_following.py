"""Records that are folded together, renamed or taken apart: the schedule follows."""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from clinnet.table.errors import Refused, Stale
from patients import queries as people
from patients import services as patients
from patients.folding import Fold
from patients.models import Patient
from patients.services import merging
from scheduling import checking, queries, services
from scheduling.cards import Card
from scheduling.models import Appointment
from tests.scheduling.conftest import Desk
from tests.scheduling.test_races import CHECK, at_once


def merge(desk: Desk, keep: Patient, other: Patient) -> None:
    keep, other = (people.folded(desk.scope, each.id) for each in (keep, other))
    patients.merge(desk.scope, keep, other, Fold(keep, other).united())


def tried(do: Callable[[], None]) -> None:
    """Of several merges of two records at once all but one find them changed."""
    with suppress(Stale):
        do()


def undo(desk: Desk, keep: Patient, other: Patient) -> None:
    patients.undo_merge(desk.scope, *(people.folded(desk.scope, each.id) for each in (keep, other)))


def card(desk: Desk, made: Appointment) -> Card:
    return next(each for each in queries.board(desk.scope, desk.day).cards if each.id == made.id)


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
    assert checking.check(CHECK, desk.scope.here) == []


def test_what_is_past_or_cancelled_stands_in_nobodys_way(desk: Desk, two: tuple[Patient, Patient]) -> None:
    desk.book("10:30", two[0])
    other = desk.book("10:30", two[1], practitioner=desk.doctors[1])
    services.cancel(desk.scope, appointment=other, by="patient", reason="Ill")
    merge(desk, *two)
    assert people.folded(desk.scope, two[1].id).merged_into == two[0].id


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
    assert checking.check(CHECK, desk.scope.here) == []


def test_a_new_name_is_on_the_board_at_once(desk: Desk) -> None:
    maria = desk.patient()
    made = desk.book("10:30", maria)
    seen = queries.board(desk.scope, desk.day).seen
    patients.change(desk.scope, maria, {"family_name": "Serrano"})
    assert card(desk, made).patient["f"] == "Serrano"
    assert [row["id"] for row in queries.news(desk.scope, desk.day, seen) or []] == [made.id]
    services.arrive(desk.scope, appointment=desk.again(made))
    assert checking.check(CHECK, desk.scope.here) == []


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
        if not queries.board(desk.scope, desk.day).cards[1:]:
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
            partial(desk.book, at, keep), partial(desk.book, at, other, practitioner=desk.doctors[1]),
            partial(tried, partial(merge, desk, keep, other)),
        ] * 4  # fmt: skip
        at_once(jobs)
        booked = [each for each in queries.board(desk.scope, desk.day).cards if each.patient.get("f") == f"Race{number}"
                  and each.state == "booked"]  # fmt: skip
        assert len(booked) == 1 or people.folded(desk.scope, other.id).merged_into is None
        assert checking.check(CHECK, desk.scope.here) == []


def test_after_a_death_nothing_is_to_come(desk: Desk) -> None:
    maria = desk.patient()
    made, other = desk.book("10:30", maria), desk.book("11:30")
    asked = services.ask(desk.scope, patient=maria, visit_type=desk.type("Follow-up"))
    patients.record_death(desk.scope, maria, on=str(desk.day))
    assert [desk.again(each).state for each in (made, other)] == ["cancelled", "booked"]
    assert queries.request(desk.scope, asked).state == "withdrawn"
    assert checking.check(CHECK, desk.scope.here) == []
