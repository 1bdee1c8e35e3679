"""The demo day is believable at every time of day, agrees with itself, and is made once."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clinnet import clock, consistency
from clinnet.table import Scope, query
from clinnet.table.keys import Range
from patients.demo.cast import CASTS
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import states as states_services
from scheduling.board import queries as board_queries
from scheduling.board.rules import pace
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.demo import rules as demo
from scheduling.demo.services import fill as demo_schedule
from scheduling.messages.services import outbox
from scheduling.models import COMING
from scheduling.waitlist import queries as waitlist_queries
from tests.scheduling.reading import of_clinic
from tests.taking_turns import seeding

pytestmark = pytest.mark.engine
MORNING = datetime(2026, 11, 24, 10, 40, tzinfo=UTC)  # a Tuesday
CHECK = Scope.system("tests")
DRAWN, LATER, TORN = "drawn", "later", "torn"  # clinics of their own: the demo's are filled around the present


def seed(clinic: str, now: datetime = MORNING, patients: int = 160) -> str:
    out = StringIO()
    with patch.dict(CASTS, {DRAWN: CASTS["northside"]}), patch.object(clock, "now", lambda: now):
        call_command("seed", clinic=[clinic], patients=patients, now=now, schedule=True, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def the_demo(only_this_test: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo is filled once for all of these tests, and looked at in that minute: the checker sees all of it."""
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    monkeypatch.setattr(
        consistency,
        "every_raw",
        lambda _: [raw for clinic in (DRAWN, LATER, TORN) for raw in of_clinic(clinic, MORNING.date())],
    )


@pytest.fixture
def few_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clinic of a test's own has no past and coming weeks: two weeks in all."""
    monkeypatch.setattr(demo_schedule, "PAST", 4)
    monkeypatch.setattr(demo_schedule, "AHEAD", 9)


@pytest.fixture(scope="module")
def northside() -> Scope:
    """As `make run` fills the demo clinic of that name: once for all tests here."""
    with seeding():
        seed(DRAWN)
    return Scope.system("tests", DRAWN)


def states(scope: Scope, day: date) -> Counter[str]:
    return Counter(each.state for each in board_queries.board(scope, day).cards)


# --- The table ---------------------------------------------------------------------------------------------------


def test_at_twenty_to_eleven_the_board_is_as_it_was_drawn(northside: Scope) -> None:
    found = states(northside, MORNING.date())
    assert found.total() == 92
    expected = {
        "left": 31,
        "finished": 2,
        "doctor": 6,
        "room": 2,
        "ready": 2,
        "waiting": 7,
        "cancelled": 3,
        "noshow": 2,
        "held": 1,
    }
    assert found == expected | {"booked": found["booked"], "confirmed": found["confirmed"]}
    assert found["booked"] + found["confirmed"] == 34 + 2  # two of them late
    assert len(setup(northside).practitioners) == 8


def test_whoever_is_to_come_was_told_so_that_a_change_taken_back_is_no_news(northside: Scope) -> None:
    coming = [each for each in board_queries.board(northside, MORNING.date()).cards if each.state in COMING]
    appointments = appointment_queries.appointments(northside, [(each.patient_id, each.id) for each in coming])
    assert len(appointments) > 30
    found = {outbox.next_due(northside, each, changed=MORNING) for each in appointments}
    assert found == {None}


def test_waits_are_as_long_as_they_were_drawn(northside: Scope) -> None:
    waiting = [each for each in board_queries.board(northside, MORNING.date()).cards if each.state == "waiting"]
    waits = sorted(int((MORNING - each.arrived).total_seconds() // 60) for each in waiting if each.arrived)
    assert waits == [4, 9, 9, 9, 17, 22, 38]


def test_one_doctor_is_far_behind_and_the_others_are_not(northside: Scope) -> None:
    board = board_queries.board(northside, MORNING.date())
    late = {
        each.practitioner.name: pace.behind(
            [card for card in board.cards if card.practitioner == each.practitioner.id], MORNING
        )
        for each in board.columns
    }
    assert late.pop("Dr Luc Bernard") in range(40, 56)
    assert max(late.values()) <= 10


def test_what_was_made_agrees_with_itself(northside: Scope) -> None:
    assert consistency.check(CHECK, DRAWN) == []


def test_a_second_seed_changes_nothing(northside: Scope) -> None:
    before = _everything(northside)
    assert "0 new" in seed(DRAWN, MORNING + timedelta(hours=2))
    assert _everything(northside) == before


def _everything(scope: Scope) -> list[Any]:
    days = [MORNING.date() + timedelta(days=n) for n in range(-3, 4)]
    return [query(scope, Range(f"CLINIC#{DRAWN}#DAY#{day}"), limit=500).raws for day in days]


def test_zofias_request_fits_the_time_that_was_just_given_up(northside: Scope) -> None:
    thursday = datetime(2026, 11, 26, 10, tzinfo=UTC)
    nair = next(each for each in setup(northside).practitioners if each.name == "Dr Priya Nair")
    gone = [
        each
        for each in board_queries.board(northside, thursday.date()).cards
        if each.start == thursday and each.practitioner == nair.id
    ]
    assert [each.state for each in gone] == ["cancelled"]
    fitting = waitlist_queries.matches(northside, practitioner=nair, start=thursday, minutes=15)
    assert [row["line"]["p"]["f"] for row in fitting] == ["Kowalska"]


def test_dr_rivas_is_away_tomorrow_with_nine_patients(northside: Scope) -> None:
    tomorrow = MORNING.date() + timedelta(days=1)
    rivas = next(each for each in setup(northside).practitioners if each.name == "Dr Elena Rivas")
    board = board_queries.board(northside, tomorrow)
    (column,) = [each for each in board.columns if each.practitioner.id == rivas.id]
    assert column.closed == "Conference"
    assert len([each for each in board.cards if each.practitioner == rivas.id and each.state in COMING]) == 9


def test_a_later_day_comes_to_life_and_what_was_entered_stays(few_days: None, monkeypatch: pytest.MonkeyPatch) -> None:
    seed(LATER)  # of its own: what it changes, other tests read
    scope = Scope.system("tests", LATER)
    later = MORNING + timedelta(days=6, hours=3)
    card = next(each for each in board_queries.board(scope, later.date()).cards if each.state == "booked")
    touched = appointment_queries.appointment(scope, card.patient_id, card.id)
    states_services.confirm(scope, appointment=touched)
    assert "0 new appointments" not in seed(LATER, later)
    monkeypatch.setattr(clock, "now", lambda: later)
    found = states(scope, later.date())
    assert found["waiting"] >= 3
    assert found["doctor"] >= 4
    assert found["left"] >= 31
    assert appointment_queries.appointment(scope, card.patient_id, card.id).state == "confirmed"
    between = states(scope, later.date() - timedelta(days=3))
    assert between["left"]
    assert not between["booked"]
    assert consistency.check(CHECK, LATER) == []


def test_an_interrupted_filling_goes_on_as_it_was_meant(few_days: None, monkeypatch: pytest.MonkeyPatch) -> None:
    write, calls = demo_schedule._write, 0

    def fails(*args: Any, **more: Any) -> int:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return write(*args, **more)

    monkeypatch.setattr(demo_schedule, "_write", fails)
    with pytest.raises(KeyboardInterrupt):
        seed(TORN, patients=40)
    monkeypatch.setattr(demo_schedule, "_write", write)
    seed(TORN, MORNING + timedelta(hours=1), patients=40)
    assert consistency.check(CHECK, TORN) == []
    scope = Scope.system("tests", TORN)
    assert states(scope, MORNING.date())["waiting"] >= 2


# --- The generator, at any moment --------------------------------------------------------------------------------

ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo")
PEOPLE = [demo.Person(f"p{n}", n % 90, "", "") for n in range(150)] + [
    demo.Person(f"c{n}", 40, key, "") for n, key in enumerate(("rose-fitzgerald", "joao-costa", "lucia-garcia"))
]


def moments() -> st.SearchStrategy[datetime]:
    return st.integers(0, 2 * 365 * 24 * 12).map(
        lambda n: datetime(2026, 1, 1, 0, 3, tzinfo=UTC) + timedelta(minutes=5 * n)
    )


@settings(max_examples=60)
@given(now=moments(), zone=st.sampled_from(ZONES))
@example(now=datetime(2026, 11, 24, 23, 50, tzinfo=UTC), zone="Europe/London")
@example(now=datetime(2026, 11, 24, 0, 5, tzinfo=UTC), zone="Europe/London")
@example(now=datetime(2026, 3, 29, 1, 30, tzinfo=UTC), zone="Europe/London")
@example(now=datetime(2026, 10, 25, 1, 10, tzinfo=UTC), zone="Europe/London")
@example(now=datetime(2026, 4, 4, 15, 10, tzinfo=UTC), zone="Australia/Lord_Howe")
@example(now=datetime(2026, 4, 23, 22, 10, tzinfo=UTC), zone="Africa/Cairo")
def test_at_any_moment_the_day_holds_together(now: datetime, zone: str) -> None:
    day = walltime.day_of(now, zone)
    diary = _diary(day)
    today = demo.living_day(diary, day, zone, now)
    begin, end = walltime.day_bounds(day, zone)
    taken: set[tuple[str, str, int]] = set()
    for each in diary.visits:
        assert each.made <= now
        assert all(step.at <= now for step in each.steps)
        assert [step.at for step in each.steps] == sorted(step.at for step in each.steps)
        if each.start is None:
            continue
        assert begin <= each.start
        assert each.start + timedelta(minutes=each.kind.minutes) <= end
        assert each.state != "left" or each.start < now
        if each.takes_time and not each.overbooked:
            grains = _grains(each)
            assert not grains & taken
            taken |= grains
    for doctor, start, finish, _ in today.stretched():
        assert start < finish, doctor


def _grains(visit: demo.Visit) -> set[tuple[str, str, int]]:
    assert visit.start
    first, need = walltime.number(visit.start), visit.kind.need
    return {("doctor", visit.doctor, grain) for grain in need.practitioner(first)} | {
        (what, who, grain)
        for what, who in (("room", visit.room), ("patient", visit.patient))
        if who
        for grain in need.room(first)
    }


def _diary(day: date) -> demo.Diary:
    return demo.Diary(demo.plan_of("northside"), random.Random(str(day)), PEOPLE)


@pytest.mark.parametrize("hour", [8, 10, 13, 16, 19])
def test_through_the_day_somebody_waits_is_seen_has_left_and_is_to_come(hour: int) -> None:
    now = datetime(2026, 11, 24, hour, 20, tzinfo=UTC)
    diary = _diary(now.date())
    demo.living_day(diary, now.date(), "Europe/London", now)
    found = Counter(each.state for each in diary.visits)
    assert found["waiting"] == 7
    assert found["doctor"] == 6
    assert found["left"] >= 15
    assert found["booked"] + found["confirmed"] >= 20
    assert 75 <= found.total() <= 190


def test_the_same_day_is_made_twice() -> None:
    made = []
    for _ in range(2):
        diary = _diary(MORNING.date())
        demo.living_day(diary, MORNING.date(), "Europe/London", MORNING)
        made.append(diary.visits)
    assert made[0] == made[1]


def test_weeks_are_uneven_and_the_further_the_emptier() -> None:
    def count(day: date) -> int:
        diary = _diary(day)
        demo.ordinary_day(diary, day, "Europe/London", MORNING)
        return len(diary.visits)

    past = [count(MORNING.date() - timedelta(days=n)) for n in range(1, 15)]
    assert max(past) > 3 * min(past)
    week, month = (
        sum(count(MORNING.date() + timedelta(days=n)) for n in span) for span in (range(1, 8), range(26, 33))
    )
    assert week > 3 * month
