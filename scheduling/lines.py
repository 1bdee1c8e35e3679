"""What the rows of the schedule's lists carry. Stored under the letters: see clinnet/rules/lines.py."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from clinnet.rules.lines import Packed, letter


@dataclass(frozen=True, kw_only=True, repr=False)
class AppointmentLine(Packed):
    """A row of a patient's list of appointments; of the urgent ones also whose it is, for the strip."""

    wall: str = letter("w", "")  # the clinic's clock at the start, to the minute
    minutes: int = letter("m", 0)
    practitioner_id: str = letter("d", "")
    visit_type_id: str = letter("t", "")
    reason: str = letter("y", "")  # cut to what a row shows
    sequence: int = letter("q", 0)
    series_id: str = letter("s", "")
    day_only: bool = letter("o", False)
    cancelled: str = letter("c", "")  # "by the patient: Ill"
    moved_from: str = letter("v", "")  # the reading before its last move
    patient_id: str = letter("i", "")
    patient: dict[str, Any] = field(default_factory=dict, metadata={"letter": "p"})  # the patient's own line


@dataclass(frozen=True, kw_only=True, repr=False)
class WaitlistLine(Packed):
    """A row of the wait list, and all that finds who would take a freed time."""

    patient_id: str = letter("i", "")
    patient: dict[str, Any] = field(default_factory=dict, metadata={"letter": "p"})  # the patient's own line
    visit_type_id: str = letter("t", "")
    practitioner_ids: Sequence[str] = letter("d", ())  # none: anybody
    minutes: int = letter("m", 0)  # 0: as long as the type of visit
    weekdays: Sequence[int] = letter("w", ())  # Monday is 0; none: any
    parts: Sequence[str] = letter("h", ())  # am, pm; none: any
    since: str = letter("s", "")  # days, YYYY-MM-DD; empty: any
    until: str = letter("e", "")
    urgency: int = letter("u", 2)  # 1 first, 2, 3 can wait
    source: str = letter("o", "")
    reason: str = letter("y", "")  # cut to what a row shows
    calls: int = letter("c", 0)  # how many were logged
    held_until: int = letter("f", 0)  # of the time that is held for them: seconds since 1970
    held_start: int = letter("a", 0)  # grains
    held_with: str = letter("v", "")  # a practitioner's id
