"""Reads of a stretch of a chart, to be printed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from clinnet import clock
from clinnet.table import Page, Row, Scope, keys, side_by_side
from patients import timeline
from patients.models import Patient
from records import queries
from records.lines import EntryLine
from records.queries import Whole

MOST = 100  # entries of a stretch
AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Stretch:
    """Both days are in it, by the clinic's clock."""

    first: date
    last: date


def between(scope: Scope, patient: Patient, stretch: Stretch, zone: ZoneInfo) -> list[Whole] | None:
    """The entries of a stretch with all that hangs in them, the oldest first. None where they are more than MOST."""
    ids: list[str] = []
    for row in _backwards(scope, patient, stretch.last):
        line = EntryLine.unpack(row.get("line"))
        on = clock.moment(line.at or row.get("createdAt") or clock.stamp()).astimezone(zone).date()
        if on < stretch.first:
            break
        ids += [str(row["id"])] if on <= stretch.last else []
        if len(ids) > MOST:
            return None
    return list(_wholes(scope, patient, ids[::-1]))


def _backwards(scope: Scope, patient: Patient, last: date) -> Iterator[Row]:
    """Rows of entries from a day on backwards; a day more, as keys have the day of UTC."""
    of, cursor = partial(keys.chart_to_day, day=(last + timedelta(1)).isoformat()), ""
    while True:
        raws, cursor = timeline.newest(scope, patient, of, MOST, cursor)
        yield from Page(raws).rows
        if not cursor:
            return


def _wholes(scope: Scope, patient: Patient, ids: Sequence[str]) -> Iterator[Whole]:
    for start in range(0, len(ids), AT_ONCE):
        asked = [partial(queries.whole, scope, patient, id) for id in ids[start : start + AT_ONCE]]
        yield from side_by_side(*asked)
