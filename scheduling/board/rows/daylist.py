"""The day of who sees patients, as a list: who is in, who is ready, who waits, who comes later, who is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from clinnet.accounts.permissions import Role
from scheduling.appointments.rows.showing import Showing
from scheduling.board.queries import Board
from scheduling.models import COMING, DOCTOR, FINISHED, LEFT, NO_SHOW, READY, ROOM, WAITING

Shown = dict[str, Any]
NURSE = "nurse"  # in a room, where a nurse has a part before the doctor's
GROUPS = (
    ("now", "Now", (DOCTOR,)),
    ("ready", "Ready", (READY, ROOM)),
    ("room", "In room, nurse first", (NURSE,)),
    ("waiting", "Waiting", (WAITING,)),
    ("later", "Later", COMING),
    ("done", "Done", (FINISHED, LEFT, NO_SHOW)),
)


@dataclass(frozen=True)
class DayList:
    """`only` is a practitioner's id, or empty for everybody. `role` decides what "Call next" does."""

    board: Board
    showing: Showing
    only: str
    role: Role

    @property
    def shown(self) -> list[Shown]:
        """The visits of whom the list is for, and those whom anybody may take."""
        found = self.showing.cards(self.board.cards)
        if self.role == Role.NURSE:  # whoever is in a room is hers until she says that they are ready
            found = [each | {"to": READY, "step": "Ready"} if each["state"] == ROOM else each for each in found]
        if not self.only:
            return found
        return [each for each in found if each["practitioner_id"] == self.only or self._is_anybodys(each)]

    @staticmethod
    def _is_anybodys(shown: Shown) -> bool:
        return not shown["practitioner_id"] and shown["state"] in (WAITING, ROOM, READY)

    @property
    def groups(self) -> list[Shown]:
        shown: list[Shown] = self.shown
        made: list[Shown] = []
        for name, title, states in GROUPS:
            rows = [each for each in shown if _stage(each) in states]
            made.append({"name": name, "title": title, "rows": sorted(rows, key=_order)})
        return made

    @property
    def following(self) -> Shown | None:
        """Whom to call next: of those who are prepared, else of those who wait, who has waited longest. Whoever is
        still the nurse's comes last.
        """
        if self.role == Role.NURSE:
            return _longest(self.shown, WAITING, to=ROOM, step="To room")
        found = _longest(self.shown, READY, ROOM, to=DOCTOR, step="With doctor")
        urgent = _longest([each for each in self.shown if each["urgent"]], WAITING, to=DOCTOR, step="With doctor")
        rest = (_longest(self.shown, state, to=DOCTOR, step="With doctor") for state in (WAITING, NURSE))
        return urgent or found or next(filter(None, rest), None)


def _stage(shown: Shown) -> str:
    return NURSE if (shown["state"], shown["to"]) == (ROOM, READY) else str(shown["state"])


def _order(shown: Shown) -> tuple[Any, ...]:
    """Who cannot wait, then who has waited longest, then by time; what is done, latest first."""
    done = shown["state"] in (FINISHED, LEFT, NO_SHOW)
    return (not shown["urgent"], -(shown["wait"] or 0), -shown["at"] if done else shown["at"])


def _longest(shown: Iterable[Shown], *states: str, to: str, step: str) -> Shown | None:
    found = sorted((each for each in shown if _stage(each) in states), key=_order)
    return found[0] | {"to": to, "step": step} if found else None
