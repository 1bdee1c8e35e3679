"""A card: what the day board shows of one appointment or block. A row of the day's partition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from clinnet import clock
from clinnet.table import Key, Row, Scope, keys
from scheduling.calendar.rules import walltime
from scheduling.models import HELD, Appointment

REASON = 60
FLAGS = {"overbooked": "O", "urgent": "U", "walk_in": "W", "new_patient": "V", "series_id": "S", "queued": "Q",
         "note": "N", "by_message": "M", "unreached": "F", "to_call": "L",
         "is_parked": "P"}  # fmt: skip


def line(
    appointment: Appointment,
    patient: Mapping[str, Any] | None,
    *,
    since: str,
    arrived: str = "",
    called: str = "",
    seen: str = "",
) -> dict[str, Any]:
    """The card's content, packed. `patient` is the patient's own line; the others are stamps: since when it is as it
    is, when they arrived, were called into a room, and when the doctor began."""
    packed = {
        "i": appointment.patient_id,
        "p": dict(patient or {}),
        "d": appointment.practitioner_id,
        "r": appointment.room_id,
        "t": appointment.visit_type_id,
        "m": int(appointment.minutes or 0),
        "u": walltime.number(clock.moment(appointment.start)) if appointment.start else None,
        "n": int(appointment.nurse or 0),
        "y": brief(appointment.reason),
        "b": appointment.booked_by,
        "z": _minute(since),
        "a": _minute(arrived),
        "c": _minute(called),
        "s": _minute(seen),
        "k": "".join(letter for name, letter in FLAGS.items() if getattr(appointment, name)),
        "x": dict(appointment.card_parts or {}),
    }
    return {name: value for name, value in packed.items() if value not in (None, "", 0, {})}


def brief(reason: str | None) -> str:
    """As much of a reason as a card or a row carries; where it goes on, that is seen."""
    reason = reason or ""
    return reason if len(reason) <= REASON else f"{reason[: REASON - 1].rstrip()}…"


def _minute(stamp: str) -> int:
    return int(clock.moment(stamp).timestamp()) // 60 if stamp else 0


def row(scope: Scope, appointment: Appointment, content: Mapping[str, Any], at: str, *, state: str = "") -> Row:
    """The whole row of an appointment's card on its day."""
    return row_of(
        scope,
        keys.card(scope.clinic_id, appointment.day or "", appointment.id),
        appointment.id,
        content,
        at,
        state=state or appointment.state or "",
        version=int(appointment.version),
    )


def row_of(
    scope: Scope, place: Key, id: str, content: Mapping[str, Any], at: str, *, state: str, version: int = 1
) -> Row:
    day, kind = keys.parse_on_the_day(place)
    content = content if scope.actor.name == content.get("b") else {**content, "w": scope.actor.name}
    changed = keys.day_changed(scope.clinic_id, day, at, id)
    return {
        "PK": place.pk,
        "SK": place.sk,
        "GSI1PK": changed.pk,
        "GSI1SK": changed.sk,
        "id": id,
        "type": kind,
        "state": state,
        "version": version,
        "line": dict(content),
    }


def changed(scope: Scope, day: str, id: str, at: str) -> dict[str, str]:
    """The attributes that say when a card changed."""
    place = keys.day_changed(scope.clinic_id, day, at, id)
    return {"GSI1PK": place.pk, "GSI1SK": place.sk}


@dataclass(frozen=True, slots=True)
class Card:
    """One card as a page needs it. Moments are aware; `patient` is the patient's line (f, g, b, x, n, p, k)."""

    id: str
    kind: str  # CARD or BLOCK
    day: str
    state: str
    version: int
    changed_at: str
    patient_id: str
    patient: dict[str, Any] = field(repr=False)
    practitioner: str
    room: str
    visit_type: str
    start: datetime | None
    minutes: int
    nurse: int
    reason: str = field(repr=False)
    by: str
    since: datetime | None
    arrived: datetime | None
    flags: str
    until: int  # seconds since 1970, of a held time
    changed_by: str
    clinic_id: str
    parts: dict[str, str] = field(repr=False, default_factory=dict)  # texts of other apps
    called: datetime | None = None
    seen: datetime | None = None

    @classmethod
    def of(cls, row: Row) -> Self:
        """From a row of the table or of its index: both carry what is shown."""
        packed: dict[str, Any] = row.get("line") or {}
        start = walltime.moment_of(packed["u"]) if packed.get("u") else None
        day, at, id = keys.parse_day_changed(Key(row["GSI1PK"], row["GSI1SK"]))
        return cls(
            id, row["type"], day, row.get("state", ""), int(row.get("version", 1)), at,
            packed.get("i", ""), packed.get("p", {}), packed.get("d", ""), packed.get("r", ""), packed.get("t", ""),
            start, packed.get("m", 0), packed.get("n", 0), packed.get("y", ""), packed.get("b", ""),
            _moment(packed.get("z")), _moment(packed.get("a")), packed.get("k", ""), packed.get("e", 0),
            packed.get("w") or packed.get("b", ""), row.get("clinicId", ""), packed.get("x", {}),
            _moment(packed.get("c")), _moment(packed.get("s")),
        )  # fmt: skip

    def has_lapsed(self, now: datetime) -> bool:
        """Whether this is a held time past its end: nobody's any more."""
        return self.state == HELD and self.until <= now.timestamp()


def _moment(minute: int | None) -> datetime | None:
    return datetime.fromtimestamp(minute * 60, UTC) if minute else None
