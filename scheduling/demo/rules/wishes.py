"""Who waits for a time."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from scheduling.demo.rules.diary import Diary, Wanted


def wishes(diary: Diary, now: datetime) -> Iterator[Wanted]:
    """Open requests, one of which a freed time fits. `diary` is today's, which knows who is there."""
    ago = {days: now - timedelta(days=days, minutes=40) for days in range(10)}
    if zofia := diary.by_key.get("zofia-kowalska"):
        yield Wanted("zofia", zofia.id, "follow-up", "nair", (3,), "am", 2, "waitlist", "Blood pressure", ago[2])
    if layla := diary.by_key.get("layla-haddad"):
        yield Wanted("layla", layla.id, "consultation", "nair", (), "pm", 2, "noshow", "Tired for weeks", ago[1])
    held = next((each for each in diary.visits if each.state == "held"), None)
    if held:
        yield Wanted(
            "held", held.patient, held.kind.key, held.doctor, (), "", 1, "waitlist", held.reason, ago[3], held.key
        )
    yield from _others(diary, ago)


def _others(diary: Diary, ago: Mapping[int, datetime]) -> Iterator[Wanted]:
    plan, start = diary.plan, diary.visits[0].start if diary.visits else None
    rows = (
        (0, "review", (4,), "pm", 3, "waitlist", 5),
        (1, "consultation", (0, 2), "", 2, "parked", 4),
        (3, "follow-up", (), "am", 1, "orphaned", 1),
    )
    for number, kind, weekdays, part, urgency, source, days in rows:
        doctor = plan.doctors[number % len(plan.doctors)].key
        person = diary.somebody(plan.kinds[kind], doctor, start) if start else None
        if person:
            yield Wanted(f"{source} {number}", person.id, kind, doctor, weekdays, part, urgency, source,
                         diary.reason(plan.kinds[kind]), ago[days])  # fmt: skip
