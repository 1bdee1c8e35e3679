"""How long an invoice has been open: in the four columns that every practice knows."""

from datetime import date, timedelta

COLUMNS = ("0–30", "31–60", "61–90", "90+")  # days since it was issued
LAST = (30, 60, 90)


def chosen_of(text: str) -> int | None:
    """The number of a column, as an address has it; None of what is none."""
    return int(text) if text in map(str, range(len(COLUMNS))) else None


def days(issued: str, today: date) -> int:
    """`issued` is a date, ISO."""
    return max(0, (today - date.fromisoformat(issued)).days)


def column(issued: str, today: date) -> int:
    """The number of its column."""
    age = days(issued, today)
    return next((number for number, last in enumerate(LAST) if age <= last), len(LAST))


def oldest(today: date) -> str:
    """The first day of issue that is not in the last column yet."""
    return (today - timedelta(days=LAST[-1])).isoformat()


def between(number: int, today: date) -> tuple[str, str]:
    """The first and the last day of issue of a column; empty where it has none."""
    last = (today - timedelta(days=LAST[number - 1] + 1)).isoformat() if number else ""
    first = (today - timedelta(days=LAST[number])).isoformat() if number < len(LAST) else ""
    return first, last
