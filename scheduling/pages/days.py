"""The day that an address names."""

from datetime import date

from clinnet.table.errors import NotFound

FIRST, LAST = 1900, 2199  # years of boards: beyond these the calendar's arithmetic ends


def is_known(year: int) -> bool:
    return FIRST <= year <= LAST


def day_of(text: str) -> date:
    """As "2026-11-26", written just so. Raises NotFound."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if day.isoformat() != text or not is_known(day.year):
        raise NotFound
    return day
