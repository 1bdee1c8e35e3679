"""How long people waited, from counts in classes of five minutes: no visit is read again. Pure."""

from collections.abc import Mapping

CLASS = 5  # minutes
MOST = 240  # minutes: the last class has all that is longer


def class_of(minutes: int) -> int:
    """The minute at which its class begins."""
    return max(0, min(minutes, MOST)) // CLASS * CLASS


def percentile(counts: Mapping[int, int], share: float) -> int | None:
    """The minutes that this share of all waited at most, evenly spread within a class; None of nobody."""
    total = sum(counts.values())
    if not total:
        return None
    wanted, before = share * total, 0
    for start, number in sorted(counts.items()):
        if before + number >= wanted:
            return round(start + CLASS * (wanted - before) / number)
        before += number
    return MOST
