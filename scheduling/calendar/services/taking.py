"""Taking time: how a write that found it taken goes on, and what the person is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ulid import ULID

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Key, Row, Scope
from clinnet.table.errors import Busy, ClinnetError
from patients.models import Patient
from scheduling import words
from scheduling.board import queries as board_queries
from scheduling.board.services.cards import Card
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import slots, walltime
from scheduling.calendar.services import busy
from scheduling.models import VisitType
from scheduling.refusals import PatientBusy, SlotTaken, Taken

TRIES = 6
JUST = timedelta(minutes=10)
DAYS_BESIDE = 7

Rows = Mapping[Key, Row]


def take(write: Callable[[Rows], str]) -> str:
    """Calls `write` until nothing stands in the way but live appointments: a hold past its end is taken over.

    `write` is given the rows in which such holds were seen. Raises Taken.
    """
    seen: dict[Key, Row] = {}
    for _ in range(TRIES):
        try:
            return write(seen)
        except Taken as taken:
            over = busy.lapsed_in(taken.row, int(clock.now().timestamp())).keys()
            if not taken.tags <= over or (not taken.tags and taken.key not in seen):
                raise
            seen[taken.key] = taken.row
    raise Busy


@dataclass(frozen=True, slots=True)
class Tried:
    """What somebody tried to take, for the sentence that says why it could not be."""

    start: datetime
    minutes: int
    practitioner: Staff | None = None
    patient: Patient | None = None
    visit_type: VisitType | None = None
    room_name: str = ""


def explain(scope: Scope, taken: Taken, tried: Tried) -> ClinnetError:
    """Who took it, and what is free nearby."""
    known = setup(scope)
    zone = known.clinic.time_zone
    there = board_queries.by_tags(scope, walltime.day_of(tried.start, zone), taken.tags) if taken.tags else []
    first = min((each for each in there if each.start), key=lambda each: str(each.start), default=None)
    at = words.clock(max(tried.start, first.start) if first and first.start else tried.start, known.clinic)
    if busy.resource_of(taken.key) == "patient":
        return PatientBusy(_patient_sentence(scope, tried, there))
    who = f"with {words.short(tried.practitioner)}"
    if busy.resource_of(taken.key) == "room":
        who = f"in {tried.room_name or 'that room'}"
    near = _nearest(scope, tried)
    offer = f" Nearest: {', '.join(words.clock(slot.moment, known.clinic) for slot in near)}." if near else ""
    may = scope.is_system or scope.may(Permission.OVERBOOK)
    sentence = f"{at} {who} {_how(first)}.{offer} Everything you typed is still here."
    return SlotTaken(sentence, nearest=near, may_overbook=may)


def _how(card: Card | None) -> str:
    if card is None:
        return "is taken"
    if card.kind == "BLOCK":
        return f"is blocked: {card.reason}" if card.reason else "is blocked"
    if card.state == "held":
        return "is held for somebody"
    recent = clock.now() - ULID.from_str(card.id).datetime < JUST
    return f"was just booked by {words.given(card.by)}" if recent else "is taken"


def _patient_sentence(scope: Scope, tried: Tried, there: list[Card]) -> str:
    known = setup(scope)
    name = (tried.patient.preferred_name or tried.patient.given_name or "The patient") if tried.patient else "They"
    if not there or there[0].start is None:
        return f"{name} already has an appointment at that time. Choose another time."
    other = words.short(known.practitioner(there[0].practitioner))
    return f"{name} already has {words.clock(there[0].start, known.clinic)} with {other} that day. Choose another time."


def _nearest(scope: Scope, tried: Tried) -> list[slots.Slot]:
    """Free times around the one that was taken: that day if it has any, else the next days that do."""
    if tried.visit_type is None or tried.practitioner is None:
        return []
    day = walltime.day_of(tried.start, setup(scope).clinic.time_zone)
    wish = free_times.Wish(tried.visit_type, tried.patient, (tried.practitioner,), tried.minutes)
    found = free_times.search(scope, wish, first=day, days=1, within=DAYS_BESIDE)
    return slots.nearest(found[0].slots, walltime.number(tried.start)) if found else []
