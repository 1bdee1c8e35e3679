"""Into which room somebody can be called now: who is in each, and which are free."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import Setup
from scheduling.models import COMING, DOCTOR, READY, ROOM, WAITING

IN_A_ROOM = (ROOM, READY, DOCTOR)
EXPECTED = (*COMING, WAITING, *IN_A_ROOM)

Shown = dict[str, Any]


def add_taken(shown: list[Shown]) -> None:
    """`taken_by` of those of one day who are here: the name of somebody else who is in their room, or empty."""
    there: dict[str, list[Shown]] = {}
    for each in shown:
        if each["state"] in IN_A_ROOM and each["card"].room:
            there.setdefault(each["card"].room, []).append(each)
    for each in shown:
        others = there.get(each["card"].room, []) if each["state"] in (WAITING, *IN_A_ROOM) else []
        each["taken_by"] = next((other["name"] for other in others if other is not each), "")


@dataclass(frozen=True, slots=True)
class FreeRoom:
    id: str
    name: str


@dataclass(frozen=True)
class Rooms:
    """For one who is called: their own room, and the others that will do."""

    own: str  # its id, or empty
    taken_by: str = field(repr=False)
    free: list[FreeRoom]

    @property
    def into(self) -> FreeRoom | None:
        """Where "Call next" leads, if not into their own room."""
        return self.free[0] if self.free and (self.taken_by or not self.own) else None

    @property
    def others(self) -> list[FreeRoom]:
        return [each for each in self.free if each != self.into]


def rooms_for(shown: Shown, cards: Iterable[Card], known: Setup) -> Rooms:
    """Free is where nobody is and, for who has a time, nobody is booked at it."""
    card: Card = shown["card"]
    others = [each for each in cards if each.id != card.id and each.room]
    full = {each.room for each in others if each.state in IN_A_ROOM}
    full |= {each.room for each in others if each.state in EXPECTED and _meets(each, card)}
    kind = known.visit_types.get(card.visit_type)
    will_do = set(kind.room_ids if kind else ()) or set(known.rooms)
    free = [
        FreeRoom(each.id, each.name)
        for each in known.rooms.values()
        if each.active and each.id in will_do and each.id != card.room and each.id not in full
    ]
    return Rooms(card.room, shown["taken_by"], free)


def _meets(other: Card, card: Card) -> bool:
    if other.start is None or card.start is None:
        return False
    return other.start < card.start + timedelta(minutes=card.minutes) and card.start < other.start + timedelta(
        minutes=other.minutes
    )
