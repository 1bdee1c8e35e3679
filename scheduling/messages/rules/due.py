"""Which message about an appointment is due next, and when. Pure.

The patient was told something, and something is so. Where the two differ, that is news, and due a little later: who
corrects a slip meanwhile sends nothing. Where they agree, a reminder is due some hours before the visit. The clinic may
keep a piece of news to itself, or back until a moment; it is about that piece alone, and the next one is told again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["coming", "off", "over"]  # expected; cancelled; under way or past, when messages are of no use
Kind = Literal["booked", "changed", "cancelled", "late", "reminder"]

GRACE = timedelta(minutes=3)
APART = timedelta(hours=12)  # between one message and a reminder of the same


@dataclass(frozen=True, slots=True)
class Now:
    """An appointment as it is: reading of the clinic's clock, moment, and minutes by which the practitioner is late."""

    state: State
    wall: str
    start: datetime
    late: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What the patient was told last, and when. `reminded` is the time of which there was a reminder."""

    state: State
    wall: str
    at: datetime
    reminded: str = ""
    late: int = 0


@dataclass(frozen=True, slots=True)
class Quiet:
    """What the clinic keeps to itself: that it is so, while the patient was told last what they were told at `told`.

    With `until` it is told then. `at` is when that was decided.
    """

    state: State
    wall: str
    told: datetime | None
    at: datetime
    until: datetime | None = None

    def is_about(self, told: Told | None, now: Now) -> bool:
        return (self.state, self.wall, self.told) == (now.state, now.wall, told.at if told else None)

    def as_told(self, told: Told | None) -> Told:
        """As if the patient knew it, by whatever way."""
        return Told(self.state, self.wall, self.at, told.reminded if told else "", told.late if told else 0)


@dataclass(frozen=True, slots=True)
class Due:
    kind: Kind
    at: datetime


def due(
    told: Told | None, now: Now, *, changed: datetime, reminders: Sequence[int], quiet: Quiet | None = None
) -> Due | None:
    """The next message, or None. `changed` is when the appointment became what it is; `reminders` are hours before."""
    if now.state == "over":
        return None
    quiet = quiet if quiet and quiet.is_about(told, now) else None
    told = quiet.as_told(told) if quiet and not quiet.until else told
    kind = _news(told, now)
    if kind:
        begins = now.start + timedelta(minutes=now.late)
        at = max(changed + GRACE, quiet.until if quiet and quiet.until else changed)
        return Due(kind, at) if at < begins else None
    return _reminder(told, now, reminders) if told and now.state == "coming" else None


def _news(told: Told | None, now: Now) -> Kind | None:
    """What differs; the same time again, however it came back, is no news."""
    expects = told is not None and told.state == "coming"
    if now.state == "off":
        return "cancelled" if expects else None
    if told is None or not expects:
        return "booked"
    if told.wall != now.wall:
        return "changed"
    return "late" if now.late and now.late != told.late else None


def _reminder(told: Told, now: Now, reminders: Sequence[int]) -> Due | None:
    """One is enough: the earliest that does not follow upon another message."""
    if told.reminded == now.wall:
        return None
    moments = sorted(now.start - timedelta(hours=hours) for hours in reminders)
    return next((Due("reminder", moment) for moment in moments if moment > told.at + APART), None)
