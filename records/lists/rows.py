"""A list of one kind: what stands in the summary, and what has left it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.table import Row
from records.lines import MedicineLine, ProblemLine
from records.models import ERRORED, MED, PROB, Recorded
from records.queries import Summary, rows_of
from records.rules import said
from records.services.ending import REASONS, words
from records.summary import rows as left


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """`what` in bold, `more` beside it, `end` in the colour of `tone`. `soon`: it ends within 14 days, or has."""

    id: str
    entry: str
    what: str
    more: str
    end: str
    tone: str = "quiet"
    soon: bool = False
    resumable: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Stopped:
    """`said`: who ended it, when and why."""

    what: str
    said: str


@dataclass(frozen=True, slots=True, repr=False)
class Both:
    """Of a kind: what is current, and what has ended or is in error, the latest first."""

    current: list[Listed]
    past: list[Listed]


def medicines(found: Sequence[Summary], listed: Sequence[Row], clinic: Clinic) -> Both:
    now, today = rows_of(found, MED), clock.today(clinic.time_zone)
    lines = [(id, MedicineLine.unpack(line)) for id, line in now.items()]
    lines.sort(key=lambda each: each[1].until or "9999")
    return Both([_medicine(id, line, clinic, today) for id, line in lines], list(_past(MED, now, listed, clinic)))


def _medicine(id: str, line: MedicineLine, clinic: Clinic, today: date) -> Listed:
    shown = left.medicine(id, line, clinic, today)
    since = f"since {formats.date(line.start, clinic)}" if line.start else ""
    more = ", ".join(part for part in (line.form, line.directions, since) if part)
    return Listed(id, line.entry, shown.what, more, shown.end, shown.tone, left.ends_soon(line, today))


def problems(found: Sequence[Summary], listed: Sequence[Row], clinic: Clinic) -> Both:
    now = rows_of(found, PROB)
    lines = [(id, ProblemLine.unpack(line)) for id, line in now.items()]
    current = [Listed(id, line.entry, line.words, line.code, line.since) for id, line in lines]
    return Both(current, list(_past(PROB, now, listed, clinic)))


def _past(kind: str, now: Mapping[str, Any], listed: Sequence[Row], clinic: Clinic) -> Iterator[Listed]:
    """An index may be a moment behind: what the summary has is not past."""
    for row in listed:
        if row["id"] in now:
            continue
        line = row["line"]
        errored, why = row.get("state") == ERRORED, line.get("h", "")
        end = "Entered in error" if errored else words(kind, why)
        parts = (end, formats.when(line["z"], clinic) if "z" in line else "", line.get("o", ""))
        said_so = ", ".join(part for part in parts if part)
        may = not errored and why in REASONS[kind]
        yield Listed(row["id"], line.get("e", ""), said.said(kind, line), "", said_so, resumable=may)


def stopped(item: Recorded, clinic: Clinic) -> Stopped:
    mark = item.ended
    told = f"{words(item.kind, mark['reason'])} ({mark['name']}, {formats.within(mark['at'], clinic)})"
    return Stopped(said.said(item.kind, item.content), told)
