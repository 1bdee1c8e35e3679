"""Who of those who wait would take a freed time. Pure: from the lines of open requests."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Freed:
    """A time that is free: its reading on the clinic's wall, who with, and for how many minutes."""

    wall: datetime
    practitioner: str
    minutes: int


def fits(line: Line, freed: Freed, minutes_of: Mapping[str, int], now: float) -> bool:
    """Whether a request would take it. `minutes_of` are the types' usual lengths; `now` in seconds since 1970."""
    day = freed.wall.date().isoformat()
    part = "am" if freed.wall.hour < 12 else "pm"
    return (
        (not line.get("d") or freed.practitioner in line["d"])
        and (not line.get("w") or freed.wall.weekday() in line["w"])
        and (not line.get("h") or part in line["h"])
        and line.get("s", "") <= day <= line.get("e", "9999")
        and (line.get("m") or minutes_of.get(line.get("t", ""), 0) or freed.minutes) <= freed.minutes
        and line.get("f", 0) <= now  # no other time is held for them
    )


def ranked(rows: Iterable[Mapping[str, Any]], freed: Freed, minutes_of: Mapping[str, int], now: float) -> list[Any]:
    """The requests that fit, best first: the most urgent, who want just this practitioner, who wait longest."""
    found = [row for row in rows if fits(row.get("line", {}), freed, minutes_of, now)]
    return sorted(found, key=lambda row: (row["line"].get("u", 2), not row["line"].get("d"), str(row["id"])))
