"""How often this process wrote on a day of a clinic, so that its screens hear of it without waiting."""

from collections.abc import Iterable

from clinnet.table.keys import Key, Range

DAYS = 100  # that are counted, of all clinics
_counts: dict[str, int] = {}


def beat(written: Iterable[Key]) -> None:
    """These were written, or may have been."""
    for day in {key.pk for key in written if key.is_of_a_day}:
        _counts[day] = _counts.pop(day, 0) + 1  # the last one written is the last to go
    while len(_counts) > DAYS:
        _counts.pop(next(iter(_counts)), None)


def beats(day: Range) -> int:
    """`day` is what `keys.on_the_day` asks for."""
    return _counts.get(day.pk, 0)
