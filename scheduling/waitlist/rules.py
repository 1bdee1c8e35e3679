"""Who of those who wait would take a freed time. Pure: from the lines of open requests."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scheduling.lines import WaitlistLine


@dataclass(frozen=True, slots=True)
class Freed:
    """A time that is free: its reading on the clinic's wall, who with, and for how many minutes."""

    wall: datetime
    practitioner: str
    minutes: int


def fits(line: WaitlistLine, freed: Freed, minutes_of: Mapping[str, int], now: float) -> bool:
    """Whether a request would take it. `minutes_of` are the types' usual lengths; `now` in seconds since 1970."""
    day = freed.wall.date().isoformat()
    part = "am" if freed.wall.hour < 12 else "pm"
    return (
        (not line.practitioner_ids or freed.practitioner in line.practitioner_ids)
        and (not line.weekdays or freed.wall.weekday() in line.weekdays)
        and (not line.parts or part in line.parts)
        and line.since <= day <= (line.until or "9999")
        and (line.minutes or minutes_of.get(line.visit_type_id, 0) or freed.minutes) <= freed.minutes
        and line.held_until <= now  # no other time is held for them
    )


def ranked(rows: Iterable[Mapping[str, Any]], freed: Freed, minutes_of: Mapping[str, int], now: float) -> list[Any]:
    """The requests that fit, best first: the most urgent, who want just this practitioner, who wait longest."""
    lines = ((row, WaitlistLine.unpack(row.get("line"))) for row in rows)
    found = [(row, line) for row, line in lines if fits(line, freed, minutes_of, now)]
    found.sort(key=lambda each: (each[1].urgency, not each[1].practitioner_ids, str(each[0]["id"])))
    return [row for row, _ in found]
