"""How far behind somebody is, and where everyone's time goes."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from scheduling.board.rules import pace
from scheduling.board.rules.pace import Planned
from scheduling.calendar.rules.slots import Need

NINE = datetime(2026, 11, 26, 9, tzinfo=UTC)


def at(text: str) -> datetime:
    hours, minutes = map(int, text.split(":"))
    return NINE.replace(hour=hours, minute=minutes)


@dataclass
class Seen:
    state: str
    start: datetime | None
    minutes: int = 15
    since: datetime | None = None
    flags: str = ""


def test_nobody_is_behind_with_nobody_there() -> None:
    assert pace.behind([], at("10:00")) == 0
    assert pace.behind([Seen("booked", at("9:00")), Seen("left", at("9:00"))], at("10:00")) == 0


def test_who_is_with_the_doctor_says_how_far_behind_it_is() -> None:
    on_time = Seen("doctor", at("10:00"), since=at("10:00"))
    assert pace.behind([on_time], at("10:10")) == 0
    assert pace.behind([on_time], at("10:20")) == 5  # it takes longer than planned
    late = Seen("doctor", at("10:00"), since=at("10:50"))
    assert pace.behind([late], at("10:52")) == 50
    assert pace.behind([Seen("doctor", at("10:00"), since=at("9:50"))], at("9:55")) == 0


def test_who_waits_past_their_time_says_so_while_nobody_is_inside() -> None:
    cards = [Seen("waiting", at("9:30")), Seen("ready", at("9:45")), Seen("waiting", at("11:00"))]
    assert pace.behind(cards, at("10:00")) == 30
    assert pace.behind([Seen("waiting", at("11:00"))], at("10:00")) == 0


def test_patients_who_are_late_themselves_and_walk_ins_do_not_count() -> None:
    assert pace.behind([Seen("booked", at("9:00")), Seen("waiting", at("10:30"))], at("10:00")) == 0
    walk_in = Seen("doctor", at("10:00"), since=at("10:00"), flags="W")
    assert pace.behind([walk_in], at("10:40")) == 0
    assert pace.behind([walk_in, Seen("waiting", at("10:00"))], at("10:05")) == 15
    assert pace.behind([Seen("waiting", None, flags="WQ")], at("10:05")) == 0


def test_where_nothing_was_entered_for_long_the_clock_alone_makes_late() -> None:
    inside, over = Seen("doctor", at("9:30"), since=at("9:30")), Seen("left", at("9:00"), since=at("9:20"))
    assert pace.silent_since([inside, over], at("10:00")) is None
    assert pace.silent_since([inside, over, Seen("booked", at("11:00"))], at("10:01")) == at("9:30")
    assert pace.silent_since([Seen("booked", at("9:00"))], at("12:00")) is None


def visit(id: str, start: int, minutes: int = 15, **need: int) -> Planned:
    return Planned(id, start, Need(minutes, **need))  # type: ignore[arg-type]  # numbers alone


def test_a_gap_takes_up_delay() -> None:
    visits = [visit("a", 120), visit("b", 123), visit("c", 135), visit("d", 150)]
    assert pace.shifted(visits, 50) == {"a": 130, "b": 133, "c": 136}


def test_what_others_have_is_gone_around() -> None:
    assert pace.shifted([visit("a", 120), visit("b", 123)], 30, {128}) == {"a": 129, "b": 132}


def test_buffers_are_kept() -> None:
    assert pace.shifted([visit("a", 120, after=10), visit("b", 125, before=5)], 10) == {"a": 122, "b": 128}


visits = st.lists(
    st.builds(
        visit,
        st.uuids().map(str),
        st.integers(100, 200),
        st.sampled_from([5, 10, 15, 60]),
        before=st.sampled_from([0, 5]),
        after=st.sampled_from([0, 10]),
    ),
    max_size=12,
    unique_by=lambda each: each.id,
)


@given(visits, st.integers(1, 40).map(lambda n: n * 5), st.sets(st.integers(100, 260), max_size=20))
def test_nobody_comes_earlier_and_no_two_meet(given_visits: list[Planned], minutes: int, taken: set[int]) -> None:
    starts = pace.shifted(given_visits, minutes, taken)
    held = set(taken)
    for each in given_visits:
        start = starts.get(each.id, each.start)
        assert start >= each.start
        grains = set(each.need.practitioner(start))
        assert held.isdisjoint(grains) or each.id not in starts
        if each.id in starts:
            held |= grains


@given(st.lists(st.integers(0, 40), min_size=1, unique=True), st.integers(1, 30).map(lambda n: n * 5))
def test_to_move_the_last_first_meets_nobody(places: list[int], minutes: int) -> None:
    known = [visit(f"{place:03}", place * 3) for place in places]
    starts, now = pace.shifted(known, minutes), {each.id: each.start for each in known}
    for each in sorted(known, key=lambda each: each.start, reverse=True):
        others = {grain for id, start in now.items() if id != each.id for grain in range(start, start + 3)}
        start = starts.get(each.id, each.start)
        assert others.isdisjoint(range(start, start + 3))
        now[each.id] = start
