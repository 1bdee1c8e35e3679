"""An appointment of the older Clinnet as ours: when, how long, why, and what became of it. Pure.

What ours calls by the same name and is not understood is left to the caller, who keeps it apart.
"""

from collections.abc import Mapping
from typing import Any

from .fhir.parts import text
from .legacy import Older, stamp

# Theirs by any spelling, letters alone; what is not here is kept as a word and counts as one that was booked.
STATES = {
    "completed": "left", "complete": "left", "done": "left", "fulfilled": "left", "finished": "left",
    "checkedout": "left", "closed": "left", "seen": "left", "attended": "left",
    "cancelled": "cancelled", "canceled": "cancelled", "deleted": "cancelled",
    "noshow": "noshow", "missed": "noshow", "absent": "noshow", "dna": "noshow",
    "scheduled": "booked", "booked": "booked", "pending": "booked", "confirmed": "booked", "active": "booked",
}  # fmt: skip
# What our appointments have by name: theirs of the same name would be read as ours.
NAMES = frozenset((
    "practitionerId", "roomId", "visitTypeId", "day", "wallStart", "zone", "startTime", "endTime", "duration",
    "before", "after", "nurse", "reason", "note", "tellBy", "bookedBy", "overbooked", "urgent", "urgentSince", "walkIn",
    "queued", "quiet", "follows",
    "newPatient", "seriesId", "sequence", "stamps", "cancelled", "told", "unreached", "late", "calls", "toCall",
    "sending", "together", "anchors", "dayOnly", "cardParts", "follows", "quiet", "urgentSince",
))  # fmt: skip
REASONS = ("reason", "reasonForVisit", "title", "type", "appointmentType", "notes", "note", "description")
LONGEST = 10 * 60
OF_A_LINE = 60


def ours(item: Older, now: str) -> dict[str, Any]:
    """Its attributes by the table's names; `now` is a stamp. It takes nobody's time: the older Clinnet held none."""
    theirs = item.attributes
    minutes = _minutes(theirs.get("duration") or theirs.get("durationMinutes") or theirs.get("minutes"))
    reason = next((said for name in REASONS if name != "type" and (said := text(theirs.get(name), 300))), "")
    state = _state(theirs.get("status") or theirs.get("state"), item.at, now)
    line = {"m": minutes, "y": reason[:OF_A_LINE]}
    return {
        "state": state,
        "startTime": item.at or None,
        "endTime": stamp(theirs.get("endTime") or theirs.get("end")) or None,
        "duration": minutes,
        "reason": reason or None,
        "cancelled": {"by": "patient", "reason": "Other"} if state == "cancelled" else None,
        "line": {name: value for name, value in line.items() if value},
    }


def _state(status: object, at: str, now: str) -> str:
    word = "".join(letter for letter in text(status, 40).casefold() if letter.isalpha())
    if not word:
        return "left" if at and at < now else "booked"
    return STATES.get(word, "booked")


def _minutes(value: object) -> int | None:
    digits = text(value, 20).partition(" ")[0]
    return int(digits) if digits.isdecimal() and 0 < int(digits) <= LONGEST else None


def apart(attributes: Mapping[str, Any]) -> set[str]:
    return set(NAMES & attributes.keys())
