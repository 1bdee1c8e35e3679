"""Wall time and UTC: every transition of zones with odd manners, and any moment of any of them."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.walltime import Reading

ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Tehran",
    "America/Havana",
    "Pacific/Chatham",
    "Asia/Gaza",
    "America/Caracas",
    "Antarctica/Troll",
    "America/St_Johns",
    "Asia/Pyongyang",
)
FROM, UNTIL = datetime(1970, 1, 2, tzinfo=UTC), datetime(2037, 12, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@cache
def transitions(zone: str) -> tuple[datetime, ...]:
    """Every moment at which the zone's clock is moved, to the second."""
    info, found, step = ZoneInfo(zone), [], timedelta(hours=12)
    moment = FROM
    while moment < UNTIL:
        if _offset(info, moment) != _offset(info, moment + step):
            low, high = moment, moment + step
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if _offset(info, middle) == _offset(info, moment) else (low, middle)
            found.append(high)
        moment += step
    return tuple(found)


def _offset(info: ZoneInfo, moment: datetime) -> timedelta | None:
    return moment.astimezone(info).utcoffset()


@st.composite
def near_transitions(draw: st.DrawFn) -> tuple[str, datetime]:
    zone = draw(st.sampled_from(ZONES))
    if draw(st.booleans()):
        seconds = draw(st.integers(int(FROM.timestamp()), int(UNTIL.timestamp())))
        return zone, datetime.fromtimestamp(seconds, UTC)
    shift = draw(st.integers(-26 * 60, 26 * 60))
    return zone, draw(st.sampled_from(transitions(zone))) + shift * MINUTE


@pytest.mark.long
@pytest.mark.parametrize("zone", ZONES)
def test_around_every_transition_days_are_whole_and_readings_come_back(zone: str) -> None:
    assert transitions(zone)
    for moved in transitions(zone):
        here = walltime.day_of(moved, zone)
        for day in (here - timedelta(days=1), here, here + timedelta(days=1)):
            start, end = walltime.day_bounds(day, zone)
            assert start <= end == walltime.day_bounds(day + timedelta(days=1), zone)[0]
        for minutes in (-90, -31, -1, 0, 1, 29, 31, 59, 61, 90):
            _comes_back(moved + minutes * MINUTE, zone)


def _comes_back(moment: datetime, zone: str) -> None:
    wall = walltime.to_wall(moment, zone)
    assert moment in (walltime.to_utc(wall, zone), walltime.to_utc(wall, zone, second=True))
    assert walltime.reading(wall, zone) is not Reading.SKIPPED


@given(near_transitions())
def test_a_moment_is_in_exactly_one_day(case: tuple[str, datetime]) -> None:
    zone, moment = case
    day = walltime.day_of(moment, zone)
    start, end = walltime.day_bounds(day, zone)
    assert start <= moment < end
    assert abs(day - walltime.to_wall(moment, zone).date()) <= timedelta(days=1)


@given(near_transitions())
def test_a_moment_comes_back_from_its_reading(case: tuple[str, datetime]) -> None:
    _comes_back(case[1], case[0])


@given(near_transitions())
def test_any_reading_means_a_moment_and_a_skipped_one_the_same_time_after_the_gap(case: tuple[str, datetime]) -> None:
    zone, near = case
    wall = near.replace(tzinfo=None)  # as a reading it is as good as any
    moment, shown = walltime.to_utc(wall, zone), walltime.to_wall(walltime.to_utc(wall, zone), zone)
    match walltime.reading(wall, zone):
        case Reading.PLAIN:
            assert shown == wall
        case Reading.TWICE:
            later = walltime.to_utc(wall, zone, second=True)
            assert shown == wall == walltime.to_wall(later, zone)
            assert later > moment
        case Reading.SKIPPED:
            day_before = _offset(ZoneInfo(zone), moment - (shown - wall) - timedelta(seconds=1))
            assert shown > wall
            assert day_before is None or wall - day_before == moment.replace(tzinfo=None)


@given(near_transitions(), st.sampled_from([5, 10, 15]))
def test_the_grains_of_a_day_are_in_it_in_order_and_show_multiples(case: tuple[str, datetime], grain: int) -> None:
    zone, near = case
    day = walltime.day_of(near, zone)
    start, end = walltime.day_bounds(day, zone)
    grains = list(walltime.grains_of(day, zone, grain))
    moments = [moment for _, moment in grains]
    assert moments == sorted(set(moments))
    assert all(start <= moment < end for moment in moments)
    assert all((wall.hour * 60 + wall.minute) % grain == 0 for wall, _ in grains)
    assert all(walltime.to_wall(moment, zone) == wall for wall, moment in grains)


@given(
    st.sampled_from(ZONES),
    st.dates(date(1980, 1, 1), date(2036, 1, 1)),
    st.integers(0, 95),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(1, 5),
)
def test_what_recurs_keeps_its_reading_but_where_the_clock_skips_it(
    zone: str, first: date, quarter: int, weekdays: frozenset[int], every: int
) -> None:
    clock = walltime.clock_of(quarter * 15)
    days = list(islice(walltime.weekly(first, weekdays=weekdays, every=every), 30))
    assert days == sorted(set(days))
    assert all(day.weekday() in weekdays and day >= first for day in days)
    for day in days:
        wall = walltime.to_wall(walltime.at(day, clock, zone), zone)
        meant = datetime.combine(day, datetime.min.time()) + timedelta(minutes=quarter * 15)
        assert (wall == meant) == (walltime.reading(meant, zone) is not Reading.SKIPPED)


@given(st.dates(date(1980, 1, 1), date(2036, 1, 1)), st.integers(1, 24))
def test_what_recurs_by_months_has_one_day_in_each(first: date, every: int) -> None:
    months = {first.year * 12 + first.month - 1 + number * every for number in range(30)}
    for by_weekday in (False, True):
        days = list(islice(walltime.monthly(first, every=every, by_weekday=by_weekday), 30))
        assert days[0] == first
        assert {day.year * 12 + day.month - 1 for day in days} == months
    assert {day.weekday() for day in days} == {first.weekday()}


@pytest.mark.parametrize(
    ("first", "by_weekday", "days"),
    [
        ("2027-01-31", False, ["2027-01-31", "2027-02-28", "2027-03-31"]),
        ("2028-01-29", False, ["2028-01-29", "2028-02-29", "2028-03-29"]),
        ("2028-02-29", False, ["2028-02-29", "2028-03-29", "2028-04-29"]),
        ("2027-01-04", True, ["2027-01-04", "2027-02-01", "2027-03-01"]),  # the first Monday
        ("2027-01-29", True, ["2027-01-29", "2027-02-26", "2027-03-26"]),  # a fifth Friday: the last of February
    ],
)
def test_months_by_example(first: str, by_weekday: bool, days: list[str]) -> None:
    found = islice(walltime.monthly(date.fromisoformat(first), by_weekday=by_weekday), 3)
    assert [day.isoformat() for day in found] == days


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        ("Europe/London", "2027-03-28T01:30", "2027-03-28T01:30"),  # skipped: shows 02:30
        ("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30"),  # twice: the first
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45"),  # half an hour is skipped: 02:45
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"),  # half an hour is shown twice
        ("America/New_York", "2026-11-01T01:00", "2026-11-01T05:00"),
        ("Asia/Kathmandu", "2026-11-22T09:00", "2026-11-22T03:15"),
    ],
)
def test_the_policy_by_example(zone: str, wall: str, utc: str) -> None:
    assert walltime.to_utc(datetime.fromisoformat(wall), zone) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", "2027-03-28", 23),
        ("Europe/London", "2026-10-25", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Pacific/Apia", "2011-12-30", 0),
        ("America/Sao_Paulo", "2018-11-04", 23),
        ("Asia/Kathmandu", "2026-01-01", 24),
    ],
)
def test_how_long_a_day_is(zone: str, day: str, hours: float) -> None:
    start, end = walltime.day_bounds(date.fromisoformat(day), zone)
    assert end - start == timedelta(hours=hours)


def test_where_midnight_is_skipped_the_day_begins_after_the_gap() -> None:
    start, _ = walltime.day_bounds(date(2018, 11, 4), "America/Sao_Paulo")
    assert walltime.to_wall(start, "America/Sao_Paulo") == datetime.fromisoformat("2018-11-04T01:00")


@pytest.mark.parametrize("text", ["", "9:00", "24:01", "10:60", "ab:cd", "1030", "-1:30", "10:3", "١٠:٣٠:"])
def test_what_is_not_a_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time"):
        walltime.minutes_of(text)


def test_a_zone_where_none_belongs_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        walltime.to_utc(datetime(2026, 1, 1, tzinfo=UTC), "Europe/London")
    with pytest.raises(ValueError, match="zone"):
        walltime.to_wall(datetime(2026, 1, 1), "Europe/London")  # noqa: DTZ001  naive on purpose
