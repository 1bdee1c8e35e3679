"""The day of who sees patients, as a list: who is in, who is ready, who waits, who comes later, who is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Role
from scheduling.appointments.rows.showing import Showing
from scheduling.board.queries import Board
from scheduling.calendar.rules import hours
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
CALLED = ((READY, ROOM), (WAITING,), (NURSE,))  # by a doctor, in this order


@dataclass(frozen=True)
class DayList:
    """`only` is a practitioner's id, or empty for everybody. `role` decides what "Call next" does; `me` is who looks,
    where they have a column. A list is also of the columns in which its practitioner sits that day as a locum."""

    board: Board
    showing: Showing
    only: str
    role: Role
    me: str = ""

    @classmethod
    def of(cls, request: ClinicRequest, board: Board, only: str = "") -> "DayList":
        showing, person = Showing.of(request), request.scope.actor.id
        role = Role.DOCTOR if Role.DOCTOR in request.signin.roles else Role.NURSE
        return cls(board, showing, only, role, person if showing.known.practitioner(person) else "")

    @property
    def shown(self) -> list[Shown]:
        """The visits of whom the list is for, and those whom anybody may take."""
        found = self.showing.cards(self.board.cards)
        if not self.only:
            return found
        return [
            each for each in found if each["practitioner_id"] in self._columns(self.only) or self._is_anybodys(each)
        ]

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
        """Whom to call next: who cannot wait, else one's own and anybody's, else another's. `over`: taken from another.

        Of these, who is prepared, else who waits, whoever has waited longest; whoever is still the nurse's comes last.
        """
        shown = self.shown
        if self.role == Role.NURSE:
            return _longest(shown, (WAITING,), ROOM)
        urgent = _longest([each for each in shown if each["urgent"]], (WAITING,), DOCTOR)
        mine = [each for each in shown if not self._is_anothers(each)]
        tried = (_longest(found, stages, DOCTOR) for found in (mine, shown) for stages in CALLED)
        found = urgent or next(filter(None, tried), None)
        return found and found | {"over": self._is_anothers(found)}

    @property
    def for_me(self) -> list[Shown]:
        """Who is here for whoever looks, in the order of `following`; a nurse's own are those in rooms as well."""
        stages = ((WAITING,), (NURSE,)) if self.role == Role.NURSE else CALLED
        mine = [each for each in self.shown if not self._is_anothers(each)]
        found = [each for stage in stages for each in sorted(mine, key=_order) if _stage(each) in stage]
        return sorted(found, key=lambda each: not each["urgent"])

    @property
    def with_me(self) -> list[str]:
        """Names of who is with whoever looks, and not finished."""
        mine = self._columns(self.me) if self.me else frozenset()
        return [each["name"] for each in self.shown if each["state"] == DOCTOR and each["practitioner_id"] in mine]

    def _is_anothers(self, shown: Shown) -> bool:
        return bool(self.me) and shown["practitioner_id"] not in {"", *self._columns(self.me)}

    def _columns(self, person: str) -> frozenset[str]:
        others = (each.rule for each in self.showing.known.other_days)
        return hours.sits_in(self.board.day, person, others) | {person}


def _stage(shown: Shown) -> str:
    return NURSE if (shown["state"], shown["to"]) == (ROOM, READY) else str(shown["state"])


def _order(shown: Shown) -> tuple[Any, ...]:
    """Who cannot wait, then who has waited longest, then by time; what is done, latest first."""
    done = shown["state"] in (FINISHED, LEFT, NO_SHOW)
    return (not shown["urgent"], -(shown["wait"] or 0), -shown["at"] if done else shown["at"])


def _longest(shown: Iterable[Shown], stages: tuple[str, ...], to: str) -> Shown | None:
    found = sorted((each for each in shown if _stage(each) in stages), key=_order)
    return found[0] | {"to": to} if found else None
