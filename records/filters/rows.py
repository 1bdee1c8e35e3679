"""The rows of one kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from clinnet import clock
from clinnet.accounts.models import Clinic
from clinnet.table import Row, keys
from records.lines import LetterLine, NoteLine
from records.models import DISCARDED, ERRORED, LET, NOTE, OPEN
from records.rows import day_of, head
from records.rules import said


@dataclass(frozen=True, slots=True, repr=False)
class KindRow:
    """One thing that was recorded, with the entry in which it stands. `mark`: not signed, entered in error, or none."""

    entry: str
    day: str
    at: str
    what: str
    more: str
    mark: str


@dataclass(frozen=True, slots=True, repr=False)
class KindGroup:
    head: str
    rows: list[KindRow] = field(default_factory=list)


def groups(found: Iterable[Row], kind: str, clinic: Clinic) -> list[KindGroup]:
    """In their order, parted by heads. A discarded note is not told."""
    made: list[KindGroup] = []
    now = clock.now().astimezone(ZoneInfo(clinic.time_zone))
    for row in found:
        if row.get("state") == DISCARDED:
            continue
        at = clock.moment(keys.parse_chart_kind(row["GSI2SK"])).astimezone(now.tzinfo)
        over = head(at, now)
        if not made or made[-1].head != over:
            made.append(KindGroup(over))
        what, more = _said(kind, row["line"])
        is_wrong = kind == LET and LetterLine.unpack(row["line"]).errored
        state = ERRORED if is_wrong else row.get("state", "")
        mark = {ERRORED: "entered in error", OPEN: "not signed"}.get(state, "")
        entry, day = _entry(kind, row["line"]), day_of(at, now, clinic)
        made[-1].rows.append(KindRow(entry, day, at.isoformat(), what, more, mark))
    return made


def _said(kind: str, line: Mapping[str, Any]) -> tuple[str, str]:
    if kind == NOTE:
        note = NoteLine.unpack(line)
        return note.title, " · ".join(part for part in (note.who, note.gist) if part)
    return said.said(kind, line), ""


def _entry(kind: str, line: Mapping[str, Any]) -> str:
    """Measurements have a line for each value."""
    some = line if "e" in line or kind == NOTE else next((each for each in line.values() if "e" in each), {})
    return str(some.get("e", ""))
