"""The day that an address names."""

from datetime import date

from clinnet.table.errors import NotFound


def day_of(text: str) -> date:
    """As "2026-11-26", written just so. Raises NotFound."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if day.isoformat() != text:
        raise NotFound
    return day
