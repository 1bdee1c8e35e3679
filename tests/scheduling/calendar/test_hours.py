"""Open hours: patterns, validity, breaks, leave, holidays, extra sessions, times kept back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendar.rules import hours, walltime
from scheduling.calendar.rules.hours import BadHours, Grains, Kept, Opening, OtherDays, Plan, Session

ZONE = "Europe/London"
MONDAY = date(2026, 11, 23)
EARLY, LATE = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)
PLAN = Plan("okafor", (Session(0, "08:30", "17:00", breaks=(("12:30", "13:30"),)),))


def shown(found: list[Opening], zone: str = ZONE) -> list[str]:
    def clock(grain: int) -> str:
        return f"{walltime.to_wall(walltime.moment_of(grain), zone):%H:%M}"

    return [f"{clock(each.start)}-{clock(each.end)}{each.kept and ' ' + each.kept}" for each in found]


def open_on(day: date, plan: Plan = PLAN, now: datetime = EARLY, zone: str = ZONE) -> list[str]:
    return shown(hours.openings(day, plan, zone=zone, now=now), zone)


def test_a_weekday_is_open_without_its_break() -> None:
    assert open_on(MONDAY) == ["08:30-12:30", "13:30-17:00"]
    assert open_on(MONDAY + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("day", "works"), [("2026-11-22", False), ("2026-11-23", True), ("2026-12-07", True), ("2026-12-14", False)]
)
def test_hours_are_valid_from_a_day_until_a_day(day: str, works: bool) -> None:
    weekday = date.fromisoformat(day).weekday()
    plan = Plan("o", (Session(weekday, "09:00", "10:00", valid_from="2026-11-23", valid_until="2026-12-07"),))
    assert bool(open_on(date.fromisoformat(day), plan)) == works


def test_leave_of_many_days_closes_each_of_them_and_of_others_none() -> None:
    away = OtherDays("leave", "2026-11-20", "2026-11-27", who="okafor")
    assert open_on(MONDAY, replace(PLAN, exceptions=(away,))) == []
    assert open_on(MONDAY, replace(PLAN, exceptions=(replace(away, who="bernard"),))) == open_on(MONDAY)
    assert open_on(MONDAY + timedelta(days=7), replace(PLAN, exceptions=(away,))) != []


def test_leave_for_part_of_a_day_takes_that_part() -> None:
    away = OtherDays("leave", "2026-11-23", "2026-11-23", who="okafor", start="08:00", end="10:00")
    assert open_on(MONDAY, replace(PLAN, exceptions=(away,))) == ["10:00-12:30", "13:30-17:00"]


def test_a_holiday_closes_the_clinic_and_an_extra_session_opens_it_again() -> None:
    holiday = OtherDays("holiday", "2026-11-23", "2026-11-23", reason="St Cecilia")
    extra = OtherDays("extra", "2026-11-23", "2026-11-23", who="okafor", start="09:00", end="11:00")
    closed, opened = replace(PLAN, exceptions=(holiday,)), replace(PLAN, exceptions=(extra, holiday))
    assert open_on(MONDAY, closed) == []
    assert hours.closed_for(MONDAY, closed) == holiday
    assert open_on(MONDAY, opened) == ["09:00-11:00"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23T07:59", ["08:30-10:00", "10:00-11:00 urgent", "11:00-12:30", "13:30-17:00"]),
        ("2026-11-23T08:00", ["08:30-12:30", "13:30-17:00"]),
    ],
)
def test_kept_time_opens_to_all_at_its_hour(now: str, expected: list[str]) -> None:
    plan = replace(PLAN, kept=(Kept(0, "10:00", "11:00", "urgent", opens_at="08:00"),))
    assert open_on(MONDAY, plan, datetime.fromisoformat(now).replace(tzinfo=UTC)) == expected


def test_kept_time_may_open_days_before() -> None:
    plan = replace(PLAN, kept=(Kept(0, "08:30", "17:00", "new", opens_at="12:00", opens_days=2),))
    assert open_on(MONDAY, plan, datetime(2026, 11, 21, 12, tzinfo=UTC)) == open_on(MONDAY)
    assert open_on(MONDAY, plan, datetime(2026, 11, 21, 11, 59, tzinfo=UTC)) == ["08:30-12:30 new", "13:30-17:00 new"]


def test_hours_over_a_gap_are_as_long_as_the_clock_runs() -> None:
    night = Plan("o", tuple(Session(day, "00:00", "06:00") for day in range(7)))
    for day, lasts in (("2027-03-28", 5), ("2026-10-25", 7), ("2026-11-23", 6)):
        (opening,) = hours.openings(date.fromisoformat(day), night, zone=ZONE, now=EARLY)
        assert (opening.end - opening.start) / 12 == lasts


@pytest.mark.parametrize(("leave", "locum", "is_open"), [("1", "2", True), ("2", "1", False), ("1", "", True)])
def test_where_leave_and_a_locum_meet_what_was_entered_last_holds(leave: str, locum: str, is_open: bool) -> None:
    day = "2026-11-23"
    both = (OtherDays("leave", day, day, "okafor", id=leave), OtherDays("locum", day, day, "okafor", id=locum))
    plan = replace(PLAN, exceptions=both)
    assert bool(open_on(MONDAY, plan)) == is_open
    assert (hours.closed_for(MONDAY, plan) is None) == is_open


def test_a_holiday_closes_also_where_a_locum_sits() -> None:
    day = "2026-11-23"
    both = (OtherDays("holiday", day, day, id="1"), OtherDays("locum", day, day, "okafor", id="2"))
    assert open_on(MONDAY, replace(PLAN, exceptions=both)) == []


def test_a_locum_sits_in_the_column_and_changes_no_hours() -> None:
    plan = replace(PLAN, exceptions=(OtherDays("locum", "2026-11-23", "2026-11-23", "okafor", reason="Dr May"),))
    assert open_on(MONDAY, plan) == open_on(MONDAY)
    assert hours.locum(MONDAY, plan) == "Dr May"


@pytest.mark.parametrize(
    "wrong",
    [
        Session(0, "17:00", "08:30"),
        Session(0, "09:00", "09:00"),
        Session(7, "09:00", "10:00"),
        Session(0, "9", "10:00"),
        Session(0, "09:01", "10:00"),
        Session(0, "09:00", "10:00", breaks=(("08:00", "09:30"),)),
        Session(0, "09:00", "10:00", valid_from="2026-02-01", valid_until="2026-01-01"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_a_sentence(wrong: Session) -> None:
    with pytest.raises(BadHours) as error:
        hours.check([wrong])
    assert str(error.value).endswith(".")


def test_hours_that_overlap_are_refused_unless_valid_at_different_times() -> None:
    one, other = Session(0, "09:00", "12:00", valid_until="2026-12-31"), Session(0, "11:00", "13:00")
    with pytest.raises(BadHours):
        hours.check([one, other])
    hours.check([one, replace(other, valid_from="2027-01-01")])


@pytest.mark.parametrize(
    "wrong",
    [
        OtherDays("leave", "2026-11-24", "2026-11-23"),
        OtherDays("leave", "2026-02-30", "2026-03-01"),
        OtherDays("leave", "2026-11-24", "2026-11-24", start="09:00"),
        OtherDays("extra", "2026-11-24", "2026-11-24"),
        OtherDays("locum", "2026-11-24", "2026-11-24", who="o"),
    ],
)
def test_exceptions_that_cannot_be_are_refused(wrong: OtherDays) -> None:
    with pytest.raises(BadHours):
        hours.check_other_days(wrong)


@given(st.sets(st.integers(100, 400)))
def test_stretches_are_the_runs_of_a_set(numbers: set[int]) -> None:
    grains = Grains.of(numbers, 100)
    found = list(grains.stretches(grains.bits))
    assert {each for start, end in found for each in range(start, end)} == numbers
    assert all(one[1] < other[0] for one, other in pairwise(found))


clocks = st.integers(0, 288).map(lambda n: walltime.clock_of(n * 5))
spans = st.tuples(clocks, clocks).map(lambda pair: (min(pair), max(pair)))
kinds = st.sampled_from(["leave", "holiday", "extra"])


zones = st.sampled_from(["Europe/London", "Australia/Lord_Howe", "America/Havana"])
Span = tuple[str, str]


@given(
    spans,
    st.lists(spans, max_size=2),
    st.lists(st.tuples(kinds, spans), max_size=3),
    zones,
    st.dates(date(2024, 1, 1), date(2028, 1, 1)),
)
def test_open_time_is_what_the_pattern_and_its_exceptions_say_minute_by_minute(
    work: Span, breaks: list[Span], others: list[tuple[str, Span]], zone: str, day: date
) -> None:
    session = Session(day.weekday(), *work, breaks=tuple(breaks))
    exceptions = tuple(OtherDays(kind, str(day), str(day), "o", *span) for kind, span in others)  # type: ignore[arg-type]
    found = hours.openings(day, Plan("o", (session,), exceptions=exceptions), zone=zone, now=LATE)
    have = {grain for each in found for grain in range(each.start, each.end)}
    start, end = (walltime.number(moment) for moment in walltime.day_bounds(day, zone))
    assert have <= set(range(start, end))
    for grain in range(start, end, 3):
        moment = walltime.moment_of(grain)

        def within(span: Span, moment: datetime = moment) -> bool:
            return walltime.at(day, span[0], zone) <= moment < walltime.at(day, span[1], zone)

        works = within(work) and not any(map(within, breaks))
        works = works and not any(within(span) for kind, span in others if kind != "extra")
        assert (grain in have) == (works or any(within(span) for kind, span in others if kind == "extra"))


def test_a_locum_with_hours_sits_there_in_place_of_the_week() -> None:
    plan = replace(PLAN, exceptions=(
        OtherDays("locum", "2026-11-23", "2026-11-23", "okafor", "14:00", "16:00", reason="Dr May", locum="may"),
    ))  # fmt: skip
    assert open_on(MONDAY, plan) == ["14:00-16:00"]
    assert hours.locum(MONDAY, plan) == "Dr May 14:00–16:00"
    assert hours.sits_in(MONDAY, "may", plan.exceptions) == {"okafor"}
