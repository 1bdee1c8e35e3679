"""The schedule's invariants, held against the whole table.

Each live appointment, block and held time has each of its five minutes marked once; nothing else is marked; no five
minutes have two owners unless all but one were booked on top on purpose; each appointment has one card that agrees
with it, and each live card an appointment; each visit to come begins when its zone's clock shows its reading.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from typing import Any

from clinnet import clock
from clinnet.consistency import Issue
from clinnet.table import Action, Event, Key, Row, Scope, Transaction, find_row, keys
from clinnet.table.values import Raw, row_from_raw
from patients.models import Patient
from scheduling.appointments.services import changing, reanchoring
from scheduling.board.services import blocks, cards
from scheduling.board.services.cards import Card
from scheduling.calendar.services import busy
from scheduling.calendar.services.busy import Hold
from scheduling.models import CANCELLED, HELD, NO_SHOW, TAKING_TIME, Appointment
from scheduling.waitlist.services import holding

FIX = Action("schedule.fix", "mended the schedule")

KINDS = frozenset({"", "APPOINTMENT", "CARD", "BLOCK", "STAFF", "ROOM"})  # a busy row has no type
SHOWN = (*TAKING_TIME, CANCELLED, NO_SHOW)


@dataclass
class World:
    """What the table holds of schedules: a clinnet.consistency.Look."""

    appointments: dict[str, Appointment] = field(default_factory=dict)
    cards: dict[Key, Row] = field(default_factory=dict)
    rows: dict[Key, Row] = field(default_factory=dict)
    clinics_of: dict[str, set[str]] = field(default_factory=dict)  # of a practitioner or a room

    def take_in(self, raw: Raw) -> None:
        kind = raw["type"]["S"] if "type" in raw else ""
        if kind not in KINDS:
            return
        key = Key(raw["PK"]["S"], raw["SK"]["S"])
        if key.is_busy:
            self.rows[key] = row_from_raw(raw)
        elif kind == "APPOINTMENT" and ("wallStart" in raw or "queued" in raw):  # not one of the older application
            appointment = Appointment.read(raw)
            if appointment.state != "moved":
                self.appointments[appointment.id] = appointment
        elif kind in ("CARD", "BLOCK"):
            self.cards[key] = row_from_raw(raw)
        elif kind in ("STAFF", "ROOM"):
            self.clinics_of.setdefault(raw["id"]["S"], set()).add(raw["clinicId"]["S"])

    def issues(self, scope: Scope, *, clocks: bool) -> Iterator[Issue]:
        yield from _of_clocks(scope, self)
        if not clocks:
            yield from _of_times(scope, self)
            yield from _of_cards(scope, self)


@dataclass(frozen=True, slots=True)
class Owner:
    hold: Hold
    clinic: str


# --- Readings ------------------------------------------------------------------------------------------------------


def _of_clocks(scope: Scope, world: World) -> Iterator[Issue]:
    """Visits whose reading is another moment by now, and who would collide if each had its own."""
    now, moved = clock.now(), dict[str, Appointment]()
    for appointment in world.appointments.values():
        if news := reanchoring.drifted(appointment, now):
            moved[appointment.id] = changing.changed(appointment, news)
            start = clock.moment(news["start"])
            # Those who go first make room for those who follow: the earliest where all move forward, else the last.
            turn = start.timestamp() if start < clock.moment(appointment.start or "") else -start.timestamp()
            what = f"{appointment.id} {appointment.wall} {appointment.zone}"
            yield Issue(
                "clock changed",
                appointment.clinic_id or "",
                what,
                partial(reanchoring.reanchor, scope, appointment),
                turn,
            )
    if moved:
        yield from _colliding(replace(world, appointments=world.appointments | moved), moved)


def _colliding(world: World, moved: Collection[str]) -> Iterator[Issue]:
    """Each pair that would have the same five minutes; one of the two was moved by the clock."""
    owners: dict[tuple[Key, str], list[Owner]] = {}
    for owner in _owners(world):
        for key, names in owner.hold.places().items():
            if busy.resource_of(key) not in owner.hold.squeezed:
                for name in names:
                    owners.setdefault((key, name), []).append(owner)
    for several in owners.values():
        for one, other in combinations(sorted(several, key=lambda each: each.hold.id), 2):
            for id in {one.hold.id, other.hold.id} & set(moved):
                what = f"{id} at {world.appointments[id].wall} and {({one.hold.id, other.hold.id} - {id}).pop()}"
                yield Issue("would collide", world.appointments[id].clinic_id or "", what)


# --- Busy times --------------------------------------------------------------------------------------------------


def _of_times(scope: Scope, world: World) -> Iterator[Issue]:
    owners: dict[Key, dict[str, list[Owner]]] = {}
    for owner in _owners(world):
        for key, names in owner.hold.places().items():
            for name in names:
                owners.setdefault(key, {}).setdefault(name, []).append(owner)
    for key in owners.keys() | world.rows.keys():
        row = world.rows.get(key, {})
        yield from _of_row(scope, world, key, row, owners.get(key, {}))


def _owners(world: World) -> Iterator[Owner]:
    for appointment in world.appointments.values():
        if hold := changing.hold_of(appointment):
            yield Owner(hold, appointment.clinic_id or "")
    for row in world.cards.values():
        card = Card.of(row)
        if card.kind == "BLOCK" and card.state == blocks.BLOCKED:
            yield Owner(blocks.hold_of(card), row["clinicId"])
        elif card.state == HELD and not card.has_lapsed(clock.now()):
            yield Owner(holding.hold_of(row), row["clinicId"])


def _of_row(scope: Scope, world: World, key: Key, row: Row, owners: dict[str, list[Owner]]) -> Iterator[Issue]:
    lapsed = busy.lapsed_in(row, int(clock.now().timestamp())) if row else {}
    marked = busy.tags_in(row)
    for name in owners.keys() | marked.keys():
        here = owners.get(name, [])
        tags = {owner.hold.tag: owner for owner in here}
        place = f"{busy.resource_of(key)} {key.pk} {busy.day_of_row({'PK': key.pk, 'SK': key.sk})} {name}"
        for tag in tags.keys() - marked.get(name, set()):
            clinic = tags[tag].clinic
            yield Issue("time not held", clinic, f"{place} {tag}", partial(_mark, scope, clinic, key, name, tag))
        for tag in marked.get(name, set()) - tags.keys() - lapsed.keys():
            for clinic in _clinics_of(world, key, row):
                yield Issue("orphan time", clinic, f"{place} {tag}", partial(_clear, scope, clinic, key, name, tag))
        strict = [owner for owner in here if busy.resource_of(key) not in owner.hold.squeezed]
        if len(strict) > 1:
            for owner in strict:
                yield Issue("double booking", owner.clinic, f"{place} {sorted(tags)}")


def _clinics_of(world: World, key: Key, row: Row) -> set[str]:
    if not key.is_shared:
        return {row.get("clinicId", "")}
    return world.clinics_of.get(keys.parse_busy(key)[1]) or {""}


def _mark(scope: Scope, clinic: str, key: Key, name: str, tag: str) -> None:
    tx = _fixing(scope, clinic)
    tx.change_row(key, adds={name: {tag}}, sets={} if key.is_shared else {"clinicId": clinic}, new=True)
    tx.commit(Event(FIX, "BUSY", tag, note="marked"))


def _clear(scope: Scope, clinic: str, key: Key, name: str, tag: str) -> None:
    tx = _fixing(scope, clinic)
    tx.change_row(key, deletes={name: {tag}}, new=True)
    tx.commit(Event(FIX, "BUSY", tag, note="cleared"))


def _fixing(scope: Scope, clinic: str) -> Transaction:
    return Transaction(Scope(clinic or None, scope.actor))


# --- Cards -------------------------------------------------------------------------------------------------------


def _of_cards(scope: Scope, world: World) -> Iterator[Issue]:
    for appointment in world.appointments.values():
        clinic = appointment.clinic_id or ""
        row = world.cards.get(keys.card(clinic, appointment.day or "", appointment.id))
        if appointment.state in SHOWN and (row is None or _says(row) != _means(appointment)):
            kind = "no card" if row is None else "card disagrees"
            yield Issue(kind, clinic, f"{appointment.id} {appointment.day}", partial(_put_card, scope, appointment))
    for key, row in world.cards.items():
        if row["type"] == "CARD" and row.get("state") in SHOWN:
            owner = world.appointments.get(row["id"])
            if owner is None or keys.card(owner.clinic_id or "", owner.day or "", owner.id) != key:
                yield Issue("orphan card", row["clinicId"], f"{key.pk} {row['id']}", partial(_bury, scope, row))


def _says(row: Row) -> tuple[Any, ...]:
    line = row.get("line", {})
    return (row.get("state"), *(line.get(name) or None for name in ("u", "m", "d", "r", "i")))


def _means(appointment: Appointment) -> tuple[Any, ...]:
    line = cards.line(appointment, None, since="")
    return (appointment.state, *(line.get(name) or None for name in ("u", "m", "d", "r", "i")))


def _put_card(scope: Scope, appointment: Appointment) -> None:
    tx = _fixing(scope, appointment.clinic_id or "")
    patient = find_row(tx.scope, Patient.at(appointment.patient_id)) or {}
    filled = {name: value for name, value in changing.card_line(appointment).items() if value not in (None, "", 0)}
    tx.check(
        Key(appointment.pk, appointment.sk),
        when={"version": int(appointment.version)},
        refusal=changing.stale_or_gone({}),
    )
    tx.put_row(cards.row(tx.scope, appointment, filled | {"p": patient.get("line", {})}, tx.at))
    tx.commit(Event(FIX, "CARD", appointment.id, note="put"))


def _bury(scope: Scope, row: Row) -> None:
    tx = _fixing(scope, row["clinicId"])
    key = Key(row["PK"], row["SK"])
    day, _ = keys.parse_on_the_day(key)
    gone = {"state": "lapsed", **cards.changed(tx.scope, day, row["id"], tx.at)}
    tx.change_row(key, sets=gone, when={"version": row.get("version", 1)})
    tx.commit(Event(FIX, "CARD", row["id"], note="buried"))
