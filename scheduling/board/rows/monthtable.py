"""A month as a table: seven days a row from Monday on, each with its word and its class."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.calendar.queries.month import DayLeft
from scheduling.models import VisitType

FEW = 3  # times left, and fewer: soon full


@dataclass(frozen=True, slots=True)
class DayCell:
    """`word` is "12 free", "Full", "Closed", or empty of a day that is over; `css` its class; `note` why it closed."""

    day: date
    word: str
    css: str
    note: str = ""
    is_today: bool = False


def days_of(day: date) -> list[date]:
    """All days of its month."""
    return [day.replace(day=1) + timedelta(days=n) for n in range(monthrange(day.year, day.month)[1])]


def weeks_of(found: Sequence[DayLeft], today: date) -> list[list[DayCell | None]]:
    """None where a row begins or ends outside the month."""
    cells: list[DayCell | None] = [None] * found[0].day.weekday()
    cells += [_cell(each, today) for each in found]
    cells += [None] * (-len(cells) % 7)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def _cell(found: DayLeft, today: date) -> DayCell:
    is_today = found.day == today
    if found.day < today:
        return DayCell(found.day, "", "month-past")
    if found.left:
        return DayCell(
            found.day, f"{found.left} free", "month-few" if found.left <= FEW else "month-free", is_today=is_today
        )
    if found.is_open:
        return DayCell(found.day, "Full", "month-full", is_today=is_today)
    return DayCell(found.day, "Closed", "month-closed", found.closed, is_today)


def usual(types: Sequence[VisitType], grain: int) -> VisitType:
    """By which a day is measured where none was chosen: the shortest that is not shorter than the clinic's slots."""
    return min(types, key=lambda each: (each.minutes < grain, int(each.minutes), str(each.name)))
