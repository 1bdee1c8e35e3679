"""Free times, compared with the plainest way to find them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendar.rules import slots
from scheduling.calendar.rules.hours import Opening
from scheduling.calendar.rules.slots import Column, Day, Need, Slot

DAY = Day.of(date(2026, 11, 23), "Europe/London", 15)
NINE = DAY.first + 9 * 12
grains = st.integers(DAY.first + 84, DAY.first + 180)
busy = st.frozensets(grains, max_size=30)
minutes = st.integers(0, 6).map(lambda n: n * 5)


@given(
    st.lists(st.tuples(grains, st.integers(1, 60), st.sampled_from(["", "urgent"])), max_size=3),
    busy,
    busy,
    st.lists(busy, max_size=3),
    st.integers(1, 12).map(lambda n: n * 5),
    minutes,
    minutes,
    minutes,
    st.sampled_from(["", "urgent", "new"]),
)
def test_a_time_is_free_exactly_when_all_whom_it_needs_are(  # noqa: PLR0917  Hypothesis fills them
    opened: list[tuple[int, int, str]],
    doctor: frozenset[int],
    patient: frozenset[int],
    rooms: list[frozenset[int]],
    length: int,
    before: int,
    after: int,
    nurse: int,
    kept_for: str,
) -> None:
    openings = [Opening(start, start + long, kept) for start, long, kept in opened]  # type: ignore[arg-type]
    named = {f"room {number}": taken for number, taken in enumerate(rooms)}
    need = Need(length, before, after, nurse, tuple(named), kept_for)  # type: ignore[arg-type]
    found = slots.free(DAY, [Column("o", openings, doctor)], need, rooms=named, patient=patient)
    within = {g for each in openings if each.kept in ("", kept_for) for g in range(each.start, each.end)}
    expected = []
    for start in DAY.starts:
        fit = [name for name, taken in named.items() if not taken & set(need.room(start))]
        free = not doctor & set(need.practitioner(start)) and not patient & set(need.patient(start))
        if set(range(start, start + length // 5)) <= within and free and (fit or not named):
            expected.append(Slot(start, "o", tuple(fit)))
    assert found == expected


def test_starts_are_multiples_of_the_clinic_s_grain() -> None:
    for grain, count in ((5, 12), (10, 6), (15, 4)):
        day = Day.of(date(2026, 11, 23), "Europe/London", grain)
        assert len(slots.free(day, [Column("o", [Opening(NINE, NINE + 12)])], Need(5))) == count


def test_nothing_is_offered_before_a_moment() -> None:
    found = slots.free(DAY, [Column("o", [Opening(NINE, NINE + 12)])], Need(15), not_before=NINE + 4)
    assert [each.start - NINE for each in found] == [6, 9]


def test_buffers_may_lie_outside_hours_and_the_visit_may_not() -> None:
    column = Column("o", [Opening(NINE, NINE + 6)])
    assert [each.start - NINE for each in slots.free(DAY, [column], Need(30, before=15, after=30))] == [0]
    assert slots.free(DAY, [column], Need(35)) == []


def test_a_buffer_keeps_its_distance_from_the_neighbour() -> None:
    column = Column("o", [Opening(NINE, NINE + 12)], busy=range(NINE + 3, NINE + 6))
    assert [each.start - NINE for each in slots.free(DAY, [column], Need(15))] == [0, 6, 9]
    assert [each.start - NINE for each in slots.free(DAY, [column], Need(15, before=5))] == [0, 9]
    assert [each.start - NINE for each in slots.free(DAY, [column], Need(15, after=5))] == [6, 9]


def test_a_longest_visit_over_a_gap_is_counted_in_real_time() -> None:
    day = Day.of(date(2027, 3, 28), "Europe/London", 15)
    column = Column("o", [Opening(day.first, day.end)])
    assert len(slots.free(day, [column], Need(23 * 60))) == 1
    assert slots.free(day, [column], Need(23 * 60 + 5)) == []


def test_the_nearest_is_offered_first_and_of_two_alike_the_later() -> None:
    found = [Slot(start, "o") for start in (1, 6, 12, 20, 30)]
    assert [slot.start for slot in slots.nearest(found, 9)] == [12, 6, 1]
    assert slots.nearest([], 9) == []


def test_side_by_side_needs_other_practitioners_and_other_rooms() -> None:
    found = [Slot(1, "a", ("r1", "r2")), Slot(1, "b", ("r1", "r2")), Slot(2, "a", ("r1",)), Slot(2, "b", ("r1",))]
    (pair,) = slots.side_by_side(found, 2)
    assert [(slot.practitioner, slot.room) for slot in pair] == [("a", "r1"), ("b", "r2")]


@pytest.mark.parametrize(("people", "chains"), [(2, 3), (3, 1), (4, 0)])
def test_back_to_back_is_with_one_practitioner_without_a_long_wait(people: int, chains: int) -> None:
    found = [Slot(start, "o") for start in (0, 3, 6, 20, 23)]
    assert len(slots.back_to_back(found, Need(15), people)) == chains


@given(st.frozensets(st.integers(0, 200)), st.integers(1, 40))
def test_runs_are_found_by_doubling(free: frozenset[int], length: int) -> None:
    bits = sum(1 << each for each in free)
    expected = {start for start in range(201) if set(range(start, start + length)) <= free}
    assert {each for each in range(201) if slots._runs(bits, length) >> each & 1} == expected
