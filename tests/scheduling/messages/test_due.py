"""Which message is due: for every history of what was told and what is so."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduling.messages.rules.due import APART, GRACE, Due, Now, State, Told, due

BASE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
hours = st.lists(st.integers(1, 200), max_size=3)
minutes = st.integers(-60 * 24 * 20, 60 * 24 * 20).map(lambda n: BASE + timedelta(minutes=n))
walls = st.sampled_from(["2026-11-26T10:30", "2026-11-26T11:00", "2026-11-27T09:00"])
states: st.SearchStrategy[State] = st.sampled_from(["coming", "off", "over"])
nows = st.builds(Now, states, walls, minutes)
tolds = st.none() | st.builds(Told, st.sampled_from(["coming", "off"]), walls, minutes, st.just("") | walls)


def is_told(told: Told | None, now: Now) -> bool:
    return told is not None and told.state == now.state and (now.state == "off" or told.wall == now.wall)


@given(tolds, nows, minutes, hours)
def test_nothing_is_due_about_what_is_over(told: Told | None, now: Now, changed: datetime, hours: list[int]) -> None:
    if now.state == "over":
        assert due(told, now, changed=changed, reminders=hours) is None


@given(tolds, nows, minutes, hours)
def test_who_knows_what_is_so_is_only_reminded(
    told: Told | None, now: Now, changed: datetime, hours: list[int]
) -> None:
    found = due(told, now, changed=changed, reminders=hours)
    if is_told(told, now) and found:
        assert now.state == "coming"
        assert found.kind == "reminder"


@given(tolds, nows, minutes, hours)
def test_news_waits_for_the_grace_and_never_for_the_visit_itself(
    told: Told | None, now: Now, changed: datetime, hours: list[int]
) -> None:
    found = due(told, now, changed=changed, reminders=hours)
    if found and found.kind != "reminder":
        assert found.at == changed + GRACE
        assert found.at < now.start


@given(tolds, nows, minutes, hours)
def test_a_change_undone_within_the_grace_leaves_what_was_due(
    told: Told | None, now: Now, changed: datetime, hours: list[int]
) -> None:
    """Whatever happened in between: the same appointment again, the same message or none."""
    before = due(told, now, changed=changed, reminders=hours)
    after = due(told, now, changed=changed + timedelta(minutes=1), reminders=hours)
    if is_told(told, now):
        assert before == after
    elif before and after:
        assert before.kind == after.kind


@given(nows, minutes, hours)
def test_nobody_hears_of_an_appointment_that_was_cancelled_before_they_heard_of_it(
    now: Now, changed: datetime, hours: list[int]
) -> None:
    if now.state == "off":
        assert due(None, now, changed=changed, reminders=hours) is None


@given(walls, minutes, minutes, hours)
def test_there_is_one_reminder_of_a_time(wall: str, start: datetime, told_at: datetime, hours: list[int]) -> None:
    now = Now("coming", wall, start)
    first = due(Told("coming", wall, told_at), now, changed=told_at, reminders=hours)
    if first:
        assert first.kind == "reminder"
        assert told_at + APART < first.at < start
        assert due(Told("coming", wall, first.at, wall), now, changed=first.at, reminders=hours) is None


def test_the_first_reminder_that_is_not_too_late_is_the_one() -> None:
    start = BASE + timedelta(days=10)
    now = Now("coming", "w", start)

    def reminder(told_before: timedelta) -> Due | None:
        return due(Told("coming", "w", start - told_before), now, changed=BASE, reminders=[24, 48])

    assert reminder(timedelta(days=9)) == Due("reminder", start - timedelta(hours=48))
    assert reminder(timedelta(hours=50)) == Due("reminder", start - timedelta(hours=24))
    assert reminder(timedelta(hours=30)) is None


def test_the_kinds_of_news() -> None:
    start = BASE + timedelta(days=3)
    told = Told("coming", "10:30", BASE)

    def kind(told: Told | None, state: State, wall: str = "10:30") -> str | None:
        found = due(told, Now(state, wall, start), changed=BASE, reminders=[])
        return found.kind if found else None

    assert kind(None, "coming") == "booked"
    assert kind(told, "coming", "11:00") == "changed"
    assert kind(told, "off", "11:00") == "cancelled"
    assert kind(Told("off", "10:30", BASE), "coming") == "booked"
    assert kind(Told("off", "10:30", BASE), "off", "11:00") is None
    assert kind(told, "coming") is None
