"""How often this process wrote on a day of a clinic, so that its screens hear of it without waiting."""

from collections.abc import Iterable

from clinnet.table.kept import Latest
from clinnet.table.keys import Key, Range

DAYS = 100  # that are counted, of all clinics
_counts = Latest[str, int](DAYS)


def beat(written: Iterable[Key]) -> None:
    """These were written, or may have been."""
    for day in {key.pk for key in written if key.is_of_a_day}:
        _counts.change(day, lambda before: (before or 0) + 1)


def beats(day: Range) -> int:
    """`day` is what `keys.on_the_day` asks for."""
    return _counts.get(day.pk) or 0
