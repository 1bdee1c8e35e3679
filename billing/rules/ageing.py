"""How long an invoice has been open: in the four columns that every practice knows."""

from collections.abc import Iterable
from datetime import date

COLUMNS = ("0–30", "31–60", "61–90", "90+")  # days since it was issued
LAST = (30, 60, 90)


def days(issued: str, today: date) -> int:
    """`issued` is a date, ISO."""
    return max(0, (today - date.fromisoformat(issued)).days)


def column(issued: str, today: date) -> int:
    """The number of its column."""
    age = days(issued, today)
    return next((number for number, last in enumerate(LAST) if age <= last), len(LAST))


def aged(invoices: Iterable[tuple[str, int]], today: date) -> list[int]:
    """What is open in each column, of (issued, open)."""
    found = [0] * len(COLUMNS)
    for issued, owed in invoices:
        found[column(issued, today)] += owed
    return found
