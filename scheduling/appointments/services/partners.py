"""An Appointment and its Encounter know one another also when they come in different runs.

The row of each keeps what it said itself (`said`) and the row of the other (`with`). A name by which an Encounter may
call its Appointment has a row too: which Appointment has it (`appointment`), and which Encounter called it so first
(`encounter`).
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from clinnet.table import Key, Row
from patients.fhir.parts import Version, came_before
from patients.models import Patient
from patients.timeline import all_ids
from scheduling.fhir import ERROR, Visit
from scheduling.models import BOOKED

from . import pairs

# Whose it is and which it is, a row says by its own key.
_NOT_KEPT = frozenset(("patient", "key", "is_global", "old_key", "where", "names", "version"))


@dataclass(frozen=True, repr=False)
class Twin:
    """The Encounter of an Appointment; `place` is its own row."""

    visit: Visit
    place: Key


@dataclass(frozen=True, repr=False)
class Name:
    """By which an Appointment may be called: its place where that is its key, and the row that says who has it."""

    direct: Key
    place: Key


@dataclass(frozen=True, repr=False)
class Given:
    """A visit of a file, and whose it is: None where only an earlier import can know that.

    `names`: those of an Appointment, or those by which an Encounter calls its own.
    """

    visit: Visit
    key: str
    place: Key
    patient: Patient | None
    twin: Twin | None = None
    names: tuple[Name, ...] = ()

    @property
    def told(self) -> Visit:
        """What both say."""
        return pairs.together(self.visit, self.twin.visit) if self.twin else self.visit


def own(given: Given) -> set[Key]:
    return {given.place, given.twin.place} if given.twin else {given.place}


def places(given: Given) -> set[Key]:
    return own(given) | {key for name in given.names for key in (name.direct, name.place)}


def further(rows: Mapping[Key, Row]) -> set[Key]:
    """The rows that these lead to."""
    led = (row.get(side) for row in rows.values() for side in ("with", "appointment", "encounter"))
    return {Key(pk, "UNIQUE") for pk in led if pk}


def completed(given: Given, rows: Mapping[Key, Row]) -> Given:
    """With what its partner said in an earlier run."""
    mine, place = rows.get(given.place, {}), _partner(given, rows)
    if given.twin or place is None:
        return given
    now, other = given.visit, _unpacked(rows[place]["said"], given.visit)
    if mine.get("said") and _is_older(now, mine):
        now = _unpacked(mine["said"], given.visit)
    if now.kind == "Appointment":
        return replace(given, visit=now, twin=Twin(other, place))
    return replace(given, visit=other, key="", place=place, twin=Twin(now, given.place))


def _partner(given: Given, rows: Mapping[Key, Row]) -> Key | None:
    known = rows.get(given.place, {}).get("with")
    if not known and (given.patient is None or given.visit.state == ERROR):
        return None
    for place in [Key(known, "UNIQUE")] if known else _called(given, rows):
        row = rows.get(place, {})
        is_free = row.get("with", given.place.pk) == given.place.pk
        theirs = known or (given.patient and row.get("patientId") in all_ids(given.patient))
        if row.get("said") and is_free and theirs:
            return place
    return None


def _called(given: Given, rows: Mapping[Key, Row]) -> Iterator[Key]:
    side = "encounter" if given.visit.kind == "Appointment" else "appointment"
    for name in given.names:
        if side == "appointment":
            yield name.direct
        if pk := rows.get(name.place, {}).get(side):
            yield Key(pk, "UNIQUE")


def named(given: Given, rows: Mapping[Key, Row]) -> dict[Key, Row]:
    """Rows of names that are not there, or do not say this yet; the first Encounter that calls for one has it."""
    is_appointment = given.visit.kind == "Appointment"
    news = dict[Key, Row]()
    for name in given.names:
        there = rows.get(name.place, {})
        row = {**there, "PK": name.place.pk, "SK": name.place.sk, "type": "UNIQUE"}
        if is_appointment and name.direct != given.place and there.get("appointment") != given.place.pk:
            news[name.place] = row | {"appointment": given.place.pk}
        elif not is_appointment and "encounter" not in there:
            news[name.place] = row | {"encounter": given.place.pk}
    return news


def kept(visit: Visit, partner: Key | None) -> dict[str, Any]:
    """What a row keeps for the partner; nothing where there will be none."""
    if partner is None and not visit.names:
        return {}
    return {"said": _packed(visit)} | ({"with": partner.pk} if partner else {})


def _is_older(visit: Visit, row: Row) -> bool:
    return came_before(visit.version, _unpacked(row["said"], visit).version, visit.digest, row.get("past", []))


def _packed(visit: Visit) -> bytes:
    said = {each.name: getattr(visit, each.name) for each in fields(visit) if each.name not in _NOT_KEPT}
    said = {name: value for name, value in said.items() if value} | {"at": visit.version.at, "n": visit.version.number}
    return zlib.compress(json.dumps(said, default=datetime.isoformat).encode())


def _unpacked(packed: bytes, like: Visit) -> Visit:
    """`like` is of the same patient, and says where in the files it is told."""
    said = json.loads(zlib.decompress(bytes(packed)))
    at, number = said.pop("at"), said.pop("n")
    lists = {name: tuple(value) for name, value in said.items() if isinstance(value, list)}
    moments = {name: datetime.fromisoformat(said[name]) for name in ("start", "booked_for") if name in said}
    whole = {"state": BOOKED, "minutes": 0, **said, **lists, **moments}
    return Visit(
        key="", is_global=True, old_key="", patient=like.patient, where=like.where, version=Version(at, number), **whole
    )
