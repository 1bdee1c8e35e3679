"""How an appointment is shown: one dict for the board, the lists, the details and the patient's page.

Words, icons and classes of states live here alone. Times are the clinic's wall clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Role
from clinnet.addresses import reverse
from patients.rules import births, names
from patients.views.rows import flags
from scheduling import hooks, words
from scheduling.board.rows.rooms import add_taken
from scheduling.board.rules import lanes
from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rules import walltime
from scheduling.models import (
    BOOKED,
    CANCELLED,
    COMING,
    CONFIRMED,
    DOCTOR,
    FINISHED,
    HELD,
    LEFT,
    MOVED,
    NO_SHOW,
    READY,
    ROOM,
    WAITING,
)

AMBER, RED = 15, 30  # minutes of waiting
SIGNS = {"amber": "clock", "red": "alert-triangle"}  # in place of the armchair: colour never speaks alone

# state: word, icon of the sprite, class of the style sheet
STATES = {
    BOOKED: ("Booked", "calendar-event", "is-booked"),
    CONFIRMED: ("Confirmed", "calendar-check", "is-booked"),
    WAITING: ("Waiting", "armchair", "is-waiting"),
    ROOM: ("In room", "door", "is-room"),
    READY: ("Ready", "heartbeat", "is-room"),
    DOCTOR: ("With doctor", "stethoscope", "is-with"),
    FINISHED: ("Finished", "cash", "is-finished"),
    LEFT: ("Left", "check", "is-left"),
    NO_SHOW: ("No-show", "user-x", "is-noshow"),
    CANCELLED: ("Cancelled", "x", "is-gone"),
    HELD: ("Held", "hourglass", "is-held"),
    "block": ("Blocked", "clock", "is-block"),
    "moved": ("Moved", "arrows-exchange", "is-gone"),
    "lapsed": ("Not taken", "hourglass", "is-gone"),
    "gone": ("Taken away", "x", "is-gone"),
}
UNKNOWN = ("Changed", "calendar-event", "is-booked")
# The next step of one press: from a state to another, by its label.
STEPS = {
    BOOKED: (WAITING, "Arrive"),
    CONFIRMED: (WAITING, "Arrive"),
    WAITING: (ROOM, "To room"),
    ROOM: (DOCTOR, "With doctor"),
    READY: (DOCTOR, "With doctor"),
    DOCTOR: (FINISHED, "Finished"),
    FINISHED: (LEFT, "Left"),
}
MARKS = {
    "U": ("urgent", "urgent"),
    "O": ("stack-2", "overbooked"),
    "V": ("star", "new patient"),
    "W": ("user-plus", "walk-in"),
    "S": ("refresh", "series"),
    "Q": ("hourglass", "waits for a free moment"),
    "N": ("notes", "has a note"),
    "L": ("phone-outgoing", "to be called"),
    "F": ("message-off", "no message reached them"),
}


def next_step(state: str, *, nurse: bool = False) -> tuple[str, str] | None:
    """Where one press leads, and its label. `nurse`: a nurse's part comes between room and doctor, because the visit
    has one or because a nurse asks (`is_nurse`)."""
    return (READY, "Ready") if state == ROOM and nurse else STEPS.get(state)


def is_nurse(request: ClinicRequest) -> bool:
    """Whoever is in a room is theirs until they say that they are ready, on every page."""
    return Role.NURSE in request.signin.roles and Role.DOCTOR not in request.signin.roles


def word(state: str) -> str:
    return STATES.get(state, UNKNOWN)[0]


def word_of_visit(state: str) -> str:
    """A card is moved away from its day; an appointment that is moved is that of somebody else now."""
    return "Booked for somebody else" if state == MOVED else word(state)


SOMEBODY, SOMETHING = "00000000000000000000000000", "11111111111111111111111111"


@cache
def visit_url(clinic: str) -> str:
    """The address of an appointment, once a clinic: a board has hundreds."""
    return reverse("scheduling:appointment", args=[clinic, SOMEBODY, SOMETHING])


@cache
def patient_url(clinic: str) -> str:
    return reverse("patients:overview", args=[clinic, SOMEBODY])


MOST_KEPT = 6000  # cards of all clinics: some 3 kB each
_commons: dict[str, tuple[object, ...]] = {}
_kept: dict[tuple[str, str, str], tuple[Card, object, dict[str, Any]]] = {}


@dataclass(frozen=True)
class Showing:
    """What showing a clinic's cards needs, asked once a page: `Showing.of(request)`."""

    clinic: Clinic
    known: Setup
    now: datetime
    nurse: bool = False

    @classmethod
    def of(cls, request: ClinicRequest) -> "Showing":
        return cls(request.clinic, setup(request.scope), clock.now(), is_nurse(request))

    # What every card asks, read once: an attribute of an item costs fifty times that of an object.

    @cached_property
    def zone(self) -> str:
        return self.clinic.time_zone

    @cached_property
    def today(self) -> date:
        return walltime.to_wall(self.now, self.zone).date()

    @cached_property
    def _late_after(self) -> int:
        return int(self.clinic.late_after)

    @cached_property
    def _twelve_hours(self) -> bool:
        return formats.date_order(self.clinic) == "MDY"

    @cached_property
    def _rooms(self) -> dict[str, tuple[str, str]]:
        """Name, and what of it fits on a card: "R2" of "Room 2"."""
        return {id: (room.name, _short(room.name)) for id, room in self.known.rooms.items()}

    @cached_property
    def _types(self) -> dict[str, tuple[str, str, str]]:
        kinds = self.known.visit_types.items()
        return {id: (kind.name, kind.colour or "", kind.remote or "") for id, kind in kinds}

    @cached_property
    def _people(self) -> dict[str, str]:
        return {each.id: words.short(each) for each in self.known.practitioners}

    def time(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        wall = walltime.to_wall(moment, self.zone)
        return formats.time(wall, self.clinic) if self._twelve_hours else f"{wall.hour:02}:{wall.minute:02}"

    @property
    def grain_now(self) -> int:
        wall = walltime.to_wall(self.now, self.zone)
        return (wall.hour * 60 + wall.minute) // walltime.GRAIN

    def cards(self, found: Iterable[Card]) -> list[dict[str, Any]]:
        """Several of one day; who shares a name or a room with somebody else on it is marked."""
        made = [self.card(each) for each in found]
        people: dict[str, set[str]] = {}
        for each in made:
            people.setdefault(each["folded"], set()).add(each["patient_id"])
        for each in made:
            each["same_name"] = bool(each["folded"]) and len(people[each["folded"]]) > 1
        add_taken(made)
        return made

    def card(self, card: Card) -> dict[str, Any]:
        fixed = self._fixed(card)
        begun = walltime.has_come(card.day, card.start, self.now, self.today.isoformat())  # nobody arrives tomorrow
        step = next_step(card.state, nurse=self.nurse or bool(card.nurse)) if begun else None
        level = self.level(card)
        return fixed | {
            "fixed": fixed,
            "wait": self._wait(card),
            "level": level,
            "late": self._late(card),
            "sign": SIGNS.get(level, fixed["icon"]) if card.state == WAITING else fixed["icon"],
            "to": step[0] if step else "",
            "step": step[1] if step else "",
        }

    @cached_property
    def _common(self) -> tuple[object, ...]:
        """All that what is fixed of a card depends on besides it; the same object while it is the same."""
        own = (self.clinic.id, self.zone, self._twelve_hours, self.today, self._rooms, self._types, self._people)
        known = _commons.get(self.clinic.id)
        if known != own:
            known = _commons[self.clinic.id] = own
        return known

    def _fixed(self, card: Card) -> dict[str, Any]:
        """What does not change by the minute, kept as long as the card is that of the same read (board.kept_cards)."""
        place = (card.clinic_id, card.day, card.id)
        kept = _kept.get(place)
        if kept and kept[0] is card and kept[1] is self._common:
            return kept[2]
        made = self._make_fixed(card)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[place] = (card, self._common, made)
        return made

    def _make_fixed(self, card: Card) -> dict[str, Any]:
        label, icon, css = STATES.get(card.state, UNKNOWN)
        room, room_short = self._rooms.get(card.room, ("", ""))
        kind, colour, remote = self._types.get(card.visit_type, ("", "", ""))
        return {
            "card": card, "clinic": card.clinic_id, "id": card.id, "kind": card.kind, "day": card.day,
            "state": card.state, "version": card.version,
            "word": label, "icon": icon, "css": css,
            "start": self.time(card.start), "end": self.time(_end(card)), "minutes": card.minutes,
            "reason": card.reason, "by": card.by, "room": room, "room_short": room_short, "type": kind,
            "colour": colour, "remote": remote, "practitioner": self._people.get(card.practitioner, words.short(None)),
            "practitioner_id": card.practitioner,
            "since": self.time(card.since), "arrived": self.time(card.arrived),
            "marks": [{"icon": MARKS[each][0], "label": MARKS[each][1]} for each in card.flags if each in MARKS],
            "urgent": "U" in card.flags, "queued": "Q" in card.flags, "overbooked": "O" in card.flags,
            "new_patient": "V" in card.flags, "alert": "S" in card.patient.get("k", ""),
            "changed": self.time(clock.moment(card.changed_at)), "changed_by": words.given(card.changed_by),
            "parts": hooks.card_parts(card.parts) if card.parts else [],
            **self._place(card), **self._person(card), **self._urls(card),
        }  # fmt: skip

    def _place(self, card: Card) -> dict[str, int]:
        """On the day's grid, in grains since midnight; and the minutes since 1970 from which a page counts on."""
        at = grain_of_day(card, self.zone)
        here = card.arrived or card.since
        return {
            "at": at,
            "span": max(1, min(card.minutes // walltime.GRAIN, lanes.GRAINS_OF_A_DAY - at)),
            "from_minute": _minute(here) if card.state in (WAITING, ROOM, READY) and self._is_today(card) else 0,
            "due_minute": _minute(card.start) if card.state in COMING and self._is_today(card) else 0,
            "until_minute": card.until // 60,
        }

    def _person(self, card: Card) -> dict[str, Any]:
        line = card.patient
        if not card.patient_id:
            return {"patient_id": "", "name": "", "short_name": "", "born": "", "folded": "", "flags": []}
        data = {"family_name": line.get("f", ""), "given_name": line.get("g", "")}
        born = line.get("b", "")
        birth = formats.date(born, self.clinic)
        age = births.age(born, self.today, estimated="E" in line.get("k", "")) if born else ""
        return {
            "patient_id": card.patient_id,
            "name": names.list_name(data),
            "family": data["family_name"],
            "preferred": line.get("o", ""),
            "short_name": short_name(data),
            "folded": names.list_key_of(data),
            "birth": birth,
            "age": age,
            "born": births.with_age(birth, age),
            "sex": line.get("x", ""),
            "number": line.get("n", ""),
            "tail": line.get("p", ""),
            "flags": flags(line),
        }

    def _urls(self, card: Card) -> dict[str, str]:
        if not card.patient_id:
            return {"url": ""}
        patient = patient_url(self.clinic.id).replace(SOMEBODY, card.patient_id)
        visit = visit_url(self.clinic.id).replace(SOMEBODY, card.patient_id).replace(SOMETHING, card.id)
        return {"url": visit, "step_url": f"{visit}step/", "patient_url": patient}

    def _is_today(self, card: Card) -> bool:
        """Of another day nobody is late and nobody waits: yesterday's unfinished are told as such."""
        return card.day == self.today.isoformat()

    def _wait(self, card: Card) -> int | None:
        """Minutes since arriving, of those who wait for somebody."""
        if card.state not in (WAITING, ROOM, READY) or not (card.arrived or card.since) or not self._is_today(card):
            return None
        return max(0, minutes(self.now - (card.arrived or card.since or self.now)))

    def level(self, card: Card) -> str:
        """ "amber" or "red" of those who wait long, else empty."""
        wait = self._wait(card) or 0
        return "red" if wait >= RED else "amber" if wait >= AMBER else ""

    def _late(self, card: Card) -> int:
        """Minutes past the start of somebody who is not here yet, from the clinic's own threshold on."""
        if card.state not in COMING or card.start is None or not self._is_today(card):
            return 0
        late = minutes(self.now - card.start)
        return late if late >= self._late_after else 0


def short_name(data: Mapping[str, str]) -> str:
    """ "Gar. M.", where others can see the screen."""
    family, given = data["family_name"][:3], data["given_name"][:1]
    return f"{family}. {given}." if family and given else f"{family or given}."


def _short(name: str) -> str:
    return name if len(name) <= 4 else "".join(part if part.isdecimal() else part[:1] for part in name.split())


def _end(card: Card) -> datetime | None:
    return card.start + timedelta(minutes=card.minutes) if card.start else None


def _minute(moment: datetime | None) -> int:
    return int(moment.timestamp()) // 60 if moment else 0


def minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def grain_of_day(card: Card, zone: str) -> int:
    """The place of a card on the day's grid: five-minute steps of the wall clock since midnight."""
    if card.start is None:
        return 0
    wall = walltime.to_wall(card.start, zone)
    return (wall.hour * 60 + wall.minute) // walltime.GRAIN
