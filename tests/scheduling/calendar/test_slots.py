"""Free times, compared with the plainest way to find them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendar.rules import slots
from scheduling.calendar.rules.hours import Grains, Opening
from scheduling.calendar.rules.slots import Column, Day, Need, Slot

DAY = Day.of(date(2026, 11, 23), "Europe/London", 15)
NINE = DAY.first + 9 * 12


def free(*asked: Any, **also: Any) -> list[Slot]:
    return slots.free(*asked, **also).slots()


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
    found = free(DAY, [Column("o", openings, doctor)], need, rooms=named, patient=patient)
    within = {g for each in openings if each.kept in ("", kept_for) for g in range(each.start, each.end)}
    expected = []
    for start in DAY.starts:
        fit = [name for name, taken in named.items() if not taken & set(need.room(start))]
        fits = not doctor & set(need.practitioner(start)) and not patient & set(need.patient(start))
        if set(range(start, start + length // 5)) <= within and fits and (fit or not named):
            expected.append(Slot(start, "o", tuple(fit)))
    assert found == expected


@given(busy, st.integers(-300, 100))
def test_what_is_busy_may_be_counted_from_any_moment_before_it(taken: frozenset[int], ahead: int) -> None:
    openings = [Opening(NINE, NINE + 60)]
    counted = Grains.of(taken, DAY.first + ahead - 16)
    taken &= frozenset(range(DAY.first + ahead - 16, DAY.end))
    assert free(DAY, [Column("o", openings, counted)], Need(15)) == free(DAY, [Column("o", openings, taken)], Need(15))


def test_of_a_half_day_only_its_starts_are_free() -> None:
    openings = [Opening(DAY.first, DAY.end)]
    halves = [Day.of(DAY.day, "Europe/London", 15, part) for part in ("am", "pm")]
    morning, afternoon = (free(each, [Column("o", openings)], Need(15)) for each in halves)
    assert [morning[-1].start, afternoon[0].start] == [NINE + 3 * 12 - 3, NINE + 3 * 12]
    assert morning + afternoon == free(DAY, [Column("o", openings)], Need(15))


def test_times_of_several_days_are_made_when_they_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def slot(start: int, practitioner: str, rooms: tuple[str, ...]) -> Slot:
        made.append(start)
        return Slot(start, practitioner, rooms)

    monkeypatch.setattr(slots, "Slot", slot)
    columns = [Column(who, [Opening(NINE, NINE + 12)]) for who in ("zoe", "ada")]
    later = Day.of(date(2026, 11, 24), "Europe/London", 15)
    next_day = [Column("zoe", [Opening(NINE + 288, NINE + 294)])]
    ahead = slots.Ahead([slots.free(DAY, columns, Need(15)), slots.free(later, next_day, Need(15))])
    assert [start - NINE for start in ahead] == [0, 3, 6, 9, 288, 291]
    assert not made
    assert [slot.practitioner for slot in ahead[NINE + 3]] == ["ada", "zoe"]
    assert len(made) == 2


def test_one_s_times_can_be_left_out() -> None:
    columns = [Column(who, [Opening(NINE, NINE + 6)]) for who in ("zoe", "ada")]
    left = slots.free(DAY, columns, Need(15)).without("zoe", [NINE])
    assert [(slot.start - NINE, slot.practitioner) for slot in left.slots()] == [(0, "ada"), (3, "zoe"), (3, "ada")]
    assert not left.without("zoe", [NINE + 3]).without("ada", [NINE, NINE + 3])


def test_starts_are_multiples_of_the_clinic_s_grain() -> None:
    for grain, count in ((5, 12), (10, 6), (15, 4)):
        day = Day.of(date(2026, 11, 23), "Europe/London", grain)
        assert len(free(day, [Column("o", [Opening(NINE, NINE + 12)])], Need(5))) == count


def test_nothing_is_offered_before_a_moment() -> None:
    found = free(DAY, [Column("o", [Opening(NINE, NINE + 12)])], Need(15), not_before=NINE + 4)
    assert [each.start - NINE for each in found] == [6, 9]


def test_buffers_may_lie_outside_hours_and_the_visit_may_not() -> None:
    column = Column("o", [Opening(NINE, NINE + 6)])
    assert [each.start - NINE for each in free(DAY, [column], Need(30, before=15, after=30))] == [0]
    assert free(DAY, [column], Need(35)) == []


def test_a_buffer_keeps_its_distance_from_the_neighbour() -> None:
    column = Column("o", [Opening(NINE, NINE + 12)], busy=range(NINE + 3, NINE + 6))
    assert [each.start - NINE for each in free(DAY, [column], Need(15))] == [0, 6, 9]
    assert [each.start - NINE for each in free(DAY, [column], Need(15, before=5))] == [0, 9]
    assert [each.start - NINE for each in free(DAY, [column], Need(15, after=5))] == [6, 9]


def test_a_longest_visit_over_a_gap_is_counted_in_real_time() -> None:
    day = Day.of(date(2027, 3, 28), "Europe/London", 15)
    column = Column("o", [Opening(day.first, day.end)])
    assert len(free(day, [column], Need(23 * 60))) == 1
    assert free(day, [column], Need(23 * 60 + 5)) == []


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
