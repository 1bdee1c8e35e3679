"""How the schedule is arranged, in words: a practitioner's week at a glance, other days, and what is missing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from clinnet import formats
from clinnet.accounts.models import Clinic, Staff
from clinnet.table.errors import NotFound
from scheduling import words
from scheduling.calendar.queries.setup import Setup
from scheduling.calendar.rules import clocktext, hours
from scheduling.calendar.rules.walltime import minutes_of
from scheduling.models import Hours, OtherDays, VisitType

NAMED = 3
SOON = 28  # days in which somebody with a column is expected to work
KINDS = {"leave": "Away", "holiday": "Closed", "extra": "Extra session", "locum": "Locum"}


def is_twelve(clinic: Clinic) -> bool:
    return formats.date_order(clinic) == "MDY"


@dataclass(frozen=True, slots=True)
class DayLine:
    """Hours of one weekday: "08:30–12:30"; `note` where they do not hold for ever."""

    text: str
    note: str = ""


def week(kept: Hours | None, today: date, clinic: Clinic) -> list[list[DayLine]]:
    """Seven lists, Monday first; what is over is left out."""
    found: list[list[DayLine]] = [[] for _ in range(7)]
    sessions = kept.plan().sessions if kept else ()
    for each in sorted(sessions, key=lambda each: (each.start, each.valid_from)):
        if (each.valid_until or hours.FOREVER) >= today.isoformat():
            texts = [clocktext.stretch(*pair, twelve=is_twelve(clinic)) for pair in worked(each)]
            found[each.weekday] += [DayLine(text, _validity(each, today, clinic)) for text in texts]
    return found


def worked(session: hours.Session) -> list[tuple[str, str]]:
    """A session without its breaks."""
    found, start = [], session.start
    for first, last in sorted(session.breaks):
        if first > start:
            found.append((start, first))
        start = max(start, last)
    return [*found, (start, session.end)] if start < session.end else found


def _validity(session: hours.Session, today: date, clinic: Clinic) -> str:
    notes = []
    if session.valid_from > today.isoformat():
        notes.append(f"from {formats.date(session.valid_from, clinic)}")
    if session.valid_until:
        notes.append(f"until {formats.date(session.valid_until, clinic)}")
    return " ".join(notes)


def coming(known: Setup, today: date) -> list[dict[str, Any]]:
    """Other days from today on, soonest first."""
    found = [each for each in known.other_days if each.last >= today.isoformat()]
    return [day_row(known, each) for each in sorted(found, key=lambda each: (each.first, each.last, each.id))]


def day_row(known: Setup, each: OtherDays) -> dict[str, Any]:
    person = known.practitioner(each.who or "")
    who = (person.name if person else "Somebody who left") if each.who else "The whole clinic"
    reason = each.reason or ""
    if each.kind == "locum":
        who, reason = f"{reason} for {words.short(person)}", ""
    times = clocktext.stretch(each.start, each.end or "", twelve=is_twelve(known.clinic)) if each.start else ""
    return {
        "id": each.id,
        "kind": KINDS.get(each.kind, each.kind),
        "who": who,
        "reason": reason,
        "times": times,
        "days": stretch(each.first, each.last, known.clinic),
        "of": each.who or "",
    }


def stretch(first: str, last: str, clinic: Clinic) -> str:
    """ "Mon 23 Nov 2026", or "Mon 23 Nov – Fri 27 Nov 2026"."""
    ends = [f"{date.fromisoformat(day):%a} {formats.date(day, clinic)}" for day in dict.fromkeys((first, last))]
    if len(ends) == 2 and first[:4] == last[:4]:
        ends[0] = ends[0].removesuffix(first[:4]).rstrip(", ")
    return " – ".join(ends)


def around(each: VisitType) -> str:
    """What is taken beside the visit's own minutes: "nurse 15 before, 10 free after"."""
    parts = [("nurse {} before", each.nurse), ("{} free before", each.before), ("{} free after", each.after)]
    return ", ".join(text.format(int(minutes)) for text, minutes in parts if minutes)


def several(known: Mapping[str, str], ids: Iterable[str], what: str, none: str) -> str:
    """Names, or how many where they are too many to read."""
    names = [known[id] for id in ids if id in known]
    return f"{len(names)} {what}" if len(names) > NAMED else ", ".join(names) or none


@dataclass(frozen=True, slots=True)
class Missing:
    """A sentence, and where it is mended: the name of an address and the id in it."""

    sentence: str
    url: str
    id: str = ""


def missing(known: Setup, now: datetime, today: date) -> list[Missing]:
    return [*_of_people(known, now, today), *_of_types(known)]


def _of_people(known: Setup, now: datetime, today: date) -> Iterator[Missing]:
    if not known.practitioners:
        yield Missing("Nobody has a column yet. Give somebody working hours below.", "")
    for person in known.practitioners:
        kept = known.hours.get(person.id)
        if not kept or not kept.sessions:
            yield Missing(f"{person.name} has no working hours: nobody can be booked with them.", "hours", person.id)
        elif not any(known.openings(person.id, today + timedelta(days=n), now) for n in range(SOON)):
            yield Missing(f"{person.name} does not work on any of the next {SOON} days.", "hours", person.id)


def _of_types(known: Setup) -> Iterator[Missing]:
    used = [each for each in known.visit_types.values() if each.active]
    if not used:
        yield Missing("There is no type of visit: nothing can be booked before there is one.", "new-visit-type")
    for each in sorted(used, key=lambda each: each.name):
        if sentence := _wrong(known, each):
            yield Missing(sentence, "visit-type", each.id)


def _wrong(known: Setup, each: VisitType) -> str:
    people = known.who_does(each)
    if not people:
        return f"“{each.name}” is done by nobody: those who did it have left."
    rooms = [known.rooms[id] for id in each.room_ids if id in known.rooms]
    if each.room_ids and not any(room.active for room in rooms):
        return f"“{each.name}” needs a room, and none of its rooms is in use."
    longest = max((_longest(known.hours.get(person.id)) for person in people), default=0)
    if 0 < longest < int(each.minutes):
        return f"“{each.name}” lasts {each.minutes} minutes, and nobody who does it works so long without a break."
    return ""


def _longest(kept: Hours | None) -> int:
    """Minutes of the longest stretch without a break."""
    pairs = [pair for each in (kept.plan().sessions if kept else ()) for pair in worked(each)]
    return max((minutes_of(end) - minutes_of(start) for start, end in pairs), default=0)


def without_column(known: Setup, staff: list[Staff]) -> list[Staff]:
    """Those of the staff who could be given one."""
    there = {each.id for each in known.practitioners}
    return [each for each in staff if each.id not in there]


FIRST, LAST = 1900, 2199  # years of boards: beyond these the calendar's arithmetic ends


def is_known(year: int) -> bool:
    return FIRST <= year <= LAST


def day_of(text: str) -> date:
    """As "2026-11-26", written just so. Raises NotFound."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if day.isoformat() != text or not is_known(day.year):
        raise NotFound
    return day
