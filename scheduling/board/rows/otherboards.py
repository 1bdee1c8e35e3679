"""The board otherwise: a day by its rooms, and the week of one practitioner with a column for each day."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from clinnet import formats
from scheduling.appointments.rows.showing import Showing
from scheduling.board.queries import Board
from scheduling.board.rows.dayboard import DayBoard, Shown, hours_of
from scheduling.models import TAKING_TIME

NO_ROOM = "no-room"  # the column of what has a time and no room
SATURDAY = 5


class RoomBoard(DayBoard):
    """A day with a column for each room in use, by name; a room out of use is there while something is in it."""

    @cached_property
    def columns(self) -> list[dict[str, Any]]:
        found: dict[str, list[Shown]] = {}
        for shown in self.drawn:
            found.setdefault(shown["card"].room, []).append(shown)
        rooms = self.showing.known.rooms.values()
        made = [
            self._room(each.id, each.name, found.get(each.id, [])) for each in rooms if each.active or each.id in found
        ]
        left = [shown for id, each in found.items() if id not in self.showing.known.rooms for shown in each]
        return [*made, self._room(NO_ROOM, "No room", left)] if left else made

    def _room(self, id: str, name: str, shown: list[Shown]) -> dict[str, Any]:
        booked = sum(each["state"] in TAKING_TIME for each in shown)
        return self.plain_column(id, name, [{"text": f"{booked} booked", "css": ""}], shown)


class WeekBoard:
    """Days of one practitioner side by side: the working week, and Saturday and Sunday where something is on them."""

    def __init__(self, boards: Sequence[Board], showing: Showing, person: str) -> None:
        self.showing, self.person, self.grain = showing, person, showing.known.grain
        self.days = [DayBoard(each, showing) for each in boards]

    @cached_property
    def columns(self) -> list[dict[str, Any]]:
        return [self._day(each) for each in self.days if each.board.day.weekday() < SATURDAY or each.spans(self.person)]

    def _day(self, board: DayBoard) -> dict[str, Any]:
        day = board.board.day
        return board.column_of(self.person) | {
            "id": day.isoformat(),
            "name": formats.weekday(day, self.showing.known.clinic),
            "date": day,
            "today": board.is_today,
        }

    @property
    def hours(self) -> tuple[int, int]:
        return hours_of([span for each in self.days for span in each.spans(self.person)])


def week_of(day: date) -> list[date]:
    """Its seven days from Monday on."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=n) for n in range(7)]
