"""The board of a day, as its template draws it: columns, counters, who is here now, who is gone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from clinnet.addresses import reverse
from scheduling import words
from scheduling.appointments.rows.showing import Showing
from scheduling.board.queries import Board, BoardColumn
from scheduling.board.rules import arranging, lanes, pace
from scheduling.calendar.rules import walltime
from scheduling.models import (
    BOOKED,
    CANCELLED,
    CONFIRMED,
    DOCTOR,
    FINISHED,
    HELD,
    HERE,
    MOVED,
    NO_SHOW,
    READY,
    ROOM,
    TAKING_TIME,
    WAITING,
)

Shown = dict[str, Any]
COUNTERS = (
    ("next", "to come", "calendar-event", (BOOKED, CONFIRMED)),
    ("waiting", "waiting", "armchair", (WAITING,)),
    ("room", "in room", "door", (ROOM, READY)),
    ("with", "with doctor", "stethoscope", (DOCTOR,)),
    ("pay", "to pay", "cash", (FINISHED,)),
    ("gone", "not coming", "x", (CANCELLED, NO_SHOW, MOVED)),
)
OTHERS = "others"  # the column of what belongs to nobody who has one
EARLIEST, LATEST = 8, 18  # hours that are shown in any case


class DayBoard:
    """What the templates of the board take. Made once a page, from one read.

    `chosen` is what one person wants to see of its columns (rules/arranging.py).
    """

    def __init__(self, board: Board, showing: Showing, chosen: Sequence[str] = ()) -> None:
        self.board, self.showing, self.now, self.chosen = board, showing, showing.now, chosen
        self.zone = showing.clinic.time_zone
        self.grain = showing.known.grain
        self.shown = [self._linked(each) for each in showing.cards([*board.cards, *board.gone])]
        self.blocks = [self._block(showing.card(each)) for each in board.blocks]

    @property
    def is_today(self) -> bool:
        return walltime.to_wall(self.now, self.zone).date() == self.board.day

    def _linked(self, shown: Shown) -> Shown:
        """A held time is no appointment yet: it leads to the requests."""
        if shown["state"] == HELD:
            requests = reverse("scheduling:requests", args=[self.showing.clinic.id])
            left = max(0, shown["until_minute"] - int(self.now.timestamp()) // 60)
            shown |= {"url": requests, "step_url": "", "left": left}
        return shown

    def _block(self, shown: Shown) -> Shown:
        url = reverse("scheduling:unblock", args=[self.showing.clinic.id, shown["day"], shown["id"]])
        return shown | {
            "fixed": None,
            "url": url,
            "name": shown["reason"] or "Blocked",
            "short_name": "Blocked",
            "reason": "",
        }

    @cached_property
    def drawn(self) -> list[Shown]:
        """What has a place on the grid, in no order."""
        off = (CANCELLED, MOVED)
        return [
            each
            for each in [*self.shown, *self.blocks]
            if each["card"].start and each["state"] not in off and not each["queued"]
        ]

    @cached_property
    def columns(self) -> list[dict[str, Any]]:
        """Those of the day's practitioners whom the person wants to see, else all; then of whom none is."""
        by_id = {each["id"]: each for each in self._all if each["id"] != OTHERS}
        seen = arranging.arranged(list(by_id), self.chosen) or list(by_id)
        return [by_id[each] for each in seen] + [each for each in self._all if each["id"] == OTHERS]

    @property
    def left_out(self) -> int:
        """How many columns of this day the person chose not to see."""
        return len(self._all) - len(self.columns)

    @cached_property
    def _all(self) -> list[dict[str, Any]]:
        known = {each.practitioner.id for each in self.board.columns}
        drawn: dict[str, list[Shown]] = {}
        for shown in self.drawn:
            drawn.setdefault(shown["practitioner_id"], []).append(shown)
        made = [
            self._column(each, drawn.get(each.practitioner.id, []))
            for each in self.board.columns
            if each.practitioner.id in drawn or self._works_here(each)
        ]
        others = [shown for id, each in drawn.items() if id not in known for shown in each]
        if others:
            made.append(self.plain_column(OTHERS, "Others", [], others))
        return made

    def plain_column(self, id: str, name: str, head: list[dict[str, str]], shown: list[Shown]) -> dict[str, Any]:
        """One without hours, `with` nobody: nothing is booked by a click in it."""
        made = {
            "id": id,
            "day": self.board.day.isoformat(),
            "with": "",
            "name": name,
            "head": head,
            "note": "",
            "shut": [],
            "kept": [],
        }
        return made | self._drawn(shown)

    def column_of(self, person: str) -> dict[str, Any]:
        """One practitioner's column, whether or not they work on this day."""
        column = next(each for each in self.board.columns if each.practitioner.id == person)
        return self._column(column, [each for each in self.drawn if each["practitioner_id"] == person])

    def _works_here(self, column: BoardColumn) -> bool:
        """A doctor of another clinic of ours, who has no hours here, takes no room."""
        return column.practitioner.id in self.showing.known.hours or bool(column.openings)

    def _column(self, column: BoardColumn, shown: list[Shown]) -> dict[str, Any]:
        open_ = [(self._at(each.start), self._at(each.end, end=True), each.kept) for each in column.openings]
        return {
            "id": column.practitioner.id,
            "day": self.board.day.isoformat(),
            "with": column.practitioner.id,
            "name": column.practitioner.name,
            "note": column.note,
            "short": words.short(column.practitioner),
            "head": list(self._head(column, shown)),
            "shut": _complement(open_),
            "kept": [{"at": a, "span": b - a, "word": f"Kept: {kept}"} for a, b, kept in open_ if kept],
        } | self._drawn(shown)

    def _at(self, grain: int, *, end: bool = False) -> int:
        """A grain since 1970 as one of the day's wall clock; the end of the day is not its beginning."""
        wall = walltime.to_wall(walltime.moment_of(grain), self.zone)
        if wall.date() != self.board.day:
            return lanes.GRAINS_OF_A_DAY if end else 0
        return (wall.hour * 60 + wall.minute) // walltime.GRAIN

    def _head(self, column: BoardColumn, shown: Sequence[Shown]) -> Iterable[dict[str, str]]:
        if not self.is_today:
            yield {"text": f"{sum(each['state'] in TAKING_TIME for each in shown)} booked", "css": ""}
        if column.closed:
            said = column.closed.lower() in ("away", "leave")
            yield {"text": "Away" if said else f"Away: {column.closed}", "css": ""}
        if column.locum:
            yield {"text": f"Locum: {column.locum}", "css": "col-locum"}
        cards = [each["card"] for each in shown]
        late = column.late or pace.behind(cards, self.now)
        if late >= pace.BEHIND or column.late:
            yield self._behind(late, said=bool(column.late), since=pace.silent_since(cards, self.now))
        waiting = self._waiting[column.practitioner.id]
        if waiting or (self.is_today and not (column.closed or column.locum or late >= pace.BEHIND)):
            yield {"text": f"{waiting} waiting", "css": ""}

    def _behind(self, late: int, *, said: bool, since: datetime | None) -> dict[str, str]:
        """ "43′ behind"; with a question mark, and not in red, where nobody has entered anything for long."""
        number, _, rest = f"{words.span(late, '')} {'late' if said else 'behind'}".partition(" ")
        fact = {"text": number, "css": "col-behind"}
        if since and not said:
            known = self.showing.time(since)
            fact |= {"css": "", "title": f"Nothing was entered here since {known}: the clock alone says so"}
            rest += "?"
        return fact | {"minutes" if late < words.A_LOT else "hours": rest}

    @cached_property
    def _waiting(self) -> Counter[str]:
        """How many wait for whom."""
        return Counter(each["practitioner_id"] for each in self.shown if each["state"] == WAITING)

    def _drawn(self, shown: list[Shown]) -> dict[str, Any]:
        """The cards of a column in order of time, each with its lane."""
        shown.sort(key=lambda each: (each["at"], -each["span"], each["id"]))
        places = lanes.lanes([(each["at"], each["span"]) for each in shown], lanes.least(self.grain))
        cards = [each | {"lane": lane + 1, "of": of} for each, (lane, of) in zip(shown, places, strict=True)]
        families = Counter(each.get("family") for each in cards)
        for each in cards:
            each["alike"] = bool(each.get("family")) and families[each["family"]] > 1
        return {"cards": cards, "wide": max((of for _, of in places), default=1)}

    @property
    def counters(self) -> list[dict[str, Any]]:
        """On another day only who is to come, and what there is besides."""
        count = Counter(each["state"] for each in self.shown)
        found = [(name, word, icon, sum(count[state] for state in states)) for name, word, icon, states in COUNTERS]
        return [
            {"name": name, "word": word, "icon": icon, "count": many, "note": self._of_those if name == "next" else ""}
            for name, word, icon, many in found
            if self.is_today or many or name == "next"
        ]

    @property
    def _of_those(self) -> str:
        """ "2 late, 5 not confirmed", of who is still to come."""
        coming = [each for each in self.shown if each["state"] in (BOOKED, CONFIRMED)]
        late = sum(bool(each["card"].start and each["card"].start < self.now) for each in coming)
        unsure = sum(each["state"] == BOOKED for each in coming)
        return ", ".join(filter(None, [f"{late} late" if late else "", f"{unsure} not confirmed" if unsure else ""]))

    @property
    def here(self) -> list[Shown]:
        """Longest wait first; those who are seen already at the end."""
        found = [each for each in self.shown if each["state"] in HERE]
        return sorted(found, key=lambda each: (each["state"] == DOCTOR, not each["urgent"], -(each["wait"] or 0)))

    @property
    def gone(self) -> list[Shown]:
        found = [each for each in self.shown if each["state"] in (CANCELLED, NO_SHOW, MOVED)]
        return sorted(found, key=lambda each: each["at"])

    @property
    def closed(self) -> str:
        """Why nobody works on this day; empty where somebody does."""
        if any(each.openings for each in self.board.columns):
            return ""
        return next((each.closed for each in self.board.columns if each.closed), "")

    @property
    def hours(self) -> tuple[int, int]:
        """The hours that are drawn: an hour around what is open or entered, and the present; the rest is folded."""
        return hours_of(self.spans())

    def spans(self, only: str = "") -> list[tuple[int, int]]:
        """From where to where something is open or entered, in grains: of everybody, or of one practitioner."""
        found = [
            (each["at"], each["at"] + each["span"]) for each in self.drawn if only in ("", each["practitioner_id"])
        ]
        for column in self.board.columns:
            if only in ("", column.practitioner.id):
                found += [(self._at(each.start), self._at(each.end, end=True)) for each in column.openings]
        if self.is_today:
            now = walltime.to_wall(self.now, self.zone)
            found.append((now.hour * lanes.GRAINS_OF_AN_HOUR, (now.hour + 1) * lanes.GRAINS_OF_AN_HOUR))
        return found


def hours_of(spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The hours in which these are seen, with one to each side."""
    first = min((start for start, _ in spans), default=EARLIEST * 12) // lanes.GRAINS_OF_AN_HOUR - 1
    last = -(-max((end for _, end in spans), default=LATEST * 12) // lanes.GRAINS_OF_AN_HOUR) + 1
    return max(0, min(first, EARLIEST)), min(24, max(last, LATEST))


def _complement(open_: Iterable[tuple[int, int, str]]) -> list[dict[str, int]]:
    found, at = [], 0
    for start, end, _ in sorted(open_):
        if start > at:
            found.append({"at": at, "span": start - at})
        at = max(at, end)
    if at < lanes.GRAINS_OF_A_DAY:
        found.append({"at": at, "span": lanes.GRAINS_OF_A_DAY - at})
    return found
