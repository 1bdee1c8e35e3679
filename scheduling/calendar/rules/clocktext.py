"""Clock times as an administrator types and reads them: "8", "8:30 pm", "1730". Pure.

Kept times are readings of the clinic's wall clock, "08:30"; the end of a day is "24:00". They have no zone of their
own: walltime.py turns them into moments day by day, so hours keep their reading through daylight saving.
"""

import re

from scheduling.calendar.rules.walltime import clock_of, minutes_of

_TYPED = re.compile(r"(\d{1,2})(?:\s*[:.h]?\s*(\d{2}))?\s*([ap])?\.?\s*(?:m\.?)?", re.IGNORECASE)
_KEPT = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
_BETWEEN = re.compile(r"\s*(?:[,;\n]|\band\b)\s*", re.IGNORECASE)
_FROM_TO = re.compile(r"\s*(?:-|–|—|\bto\b)\s*", re.IGNORECASE)
DAY = "24:00"

Pair = tuple[str, str]


def read(text: str, *, end: bool = False) -> str:
    """ "8.30 pm" → "20:30". `end`: midnight is the end of the day, not its beginning. Raises ValueError."""
    plain = text.strip().lower()
    if plain in ("midnight", "noon"):
        plain = "12 am" if plain == "midnight" else "12 pm"
    found = _TYPED.fullmatch(plain)
    if not found:
        raise ValueError("a time is written as 08:30")
    hours, minutes, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hours <= 12:
        raise ValueError("there is no such time")
    hours = hours % 12 + (12 if half == "p" else 0) if half else hours
    clock = clock_of(minutes_of(f"{hours:02}:{minutes:02}"))
    return DAY if end and clock == "00:00" else clock


def shown(clock: str, *, twelve: bool = False) -> str:
    """As the clinic writes times; what is not a kept time stays as it is."""
    if not twelve or not _KEPT.fullmatch(clock):
        return clock
    hours, minutes = divmod(minutes_of(clock), 60)
    if clock == DAY:
        return "midnight"
    return f"{hours % 12 or 12}:{minutes:02} {'am' if hours < 12 else 'pm'}"


def read_stretches(text: str) -> list[Pair]:
    """ "12:30-13:30, 15 to 15:15" → pairs of times, in order. Raises ValueError."""
    found = []
    for part in filter(None, _BETWEEN.split(text.strip())):
        ends = _FROM_TO.split(part)
        if len(ends) != 2:
            raise ValueError("a stretch is written as 12:30–13:30")
        found.append((read(ends[0]), read(ends[1], end=True)))
    return sorted(found)


def stretch(start: str, end: str, *, twelve: bool = False) -> str:
    """ "08:30–12:30"."""
    return f"{shown(start, twelve=twelve)}–{shown(end, twelve=twelve)}"


def stretches(pairs: list[Pair], *, twelve: bool = False) -> str:
    return ", ".join(stretch(*pair, twelve=twelve) for pair in pairs)
