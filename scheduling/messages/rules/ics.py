"""Visits as calendar entries (RFC 5545, 5546). Pure. A UID stays, its SEQUENCE grows: a later one replaces it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

OCTETS = 75  # a line; longer ones are folded


@dataclass(frozen=True, slots=True)
class Entry:
    """`start`, `end` and `stamp` are moments; `cancelled` takes the entry out of the calendar.

    `text` is what a person reads below the title; `alarm` how long before the start they are reminded, if at all.
    """

    id: str
    sequence: int
    start: datetime
    end: datetime
    stamp: datetime
    summary: str
    place: str
    organiser: str
    attendee: str
    cancelled: bool = False
    text: str = ""
    alarm: timedelta | None = None


def method(entries: Sequence[Entry]) -> str:
    """A request is about one UID (RFC 5546, 3.2.2): several visits are published."""
    if len(entries) > 1:
        return "PUBLISH"
    return "CANCEL" if entries[0].cancelled else "REQUEST"


def calendar(*entries: Entry) -> str:
    how = method(entries)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Clinnet//Clinnet//EN", f"METHOD:{how}"]
    for each in entries:
        lines += _event(each, invited=how != "PUBLISH")
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def _event(entry: Entry, *, invited: bool) -> list[str]:
    status = "CANCELLED" if entry.cancelled else "CONFIRMED"
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.id}@clinnet", f"SEQUENCE:{entry.sequence}", f"DTSTAMP:{_moment(entry.stamp)}",
        f"DTSTART:{_moment(entry.start)}", f"DTEND:{_moment(entry.end)}", f"SUMMARY:{_text(entry.summary)}",
        f"LOCATION:{_text(entry.place)}", f"STATUS:{status}", "CLASS:PRIVATE", f"ORGANIZER:mailto:{entry.organiser}",
        *[f"DESCRIPTION:{_text(entry.text)}"] * bool(entry.text),
        *[f"ATTENDEE:mailto:{entry.attendee}"] * invited, *_alarm(entry), "END:VEVENT",
    ]  # fmt: skip


def _alarm(entry: Entry) -> list[str]:
    if entry.cancelled or not entry.alarm:
        return []
    before = f"TRIGGER:-PT{int(entry.alarm.total_seconds()) // 60}M"
    return ["BEGIN:VALARM", "ACTION:DISPLAY", before, f"DESCRIPTION:{_text(entry.summary)}", "END:VALARM"]


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Never within a character: octets are counted."""
    parts, size = [""], 0
    for character in line:
        octets = len(character.encode())
        if size + octets > OCTETS:
            parts.append("")
            size = 1  # the blank that continues a line
        parts[-1] += character
        size += octets
    return "\r\n ".join(parts)
