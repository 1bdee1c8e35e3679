"""Reading the trail. Each question is a key range, newest first; there is none over all events of an action."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from clinnet import clock
from clinnet.table import Key, Page, Range, Row, Scope, Topic, get_rows, keys, query, side_by_side

PAGE = 50
BUCKET = timedelta(minutes=10)  # as keys.audit_event has them
BUCKETS = 24  # of a page by time: four hours
TOGETHER = 6  # buckets that are read side by side
MOST = 500  # events of one bucket


@dataclass(frozen=True, slots=True, repr=False)
class Events:
    """Whole events, newest first. `next` is a cursor; by time, the stamp at which the older page begins."""

    events: list[Row]
    next: str = ""


def by_time(scope: Scope, until: datetime) -> Events:
    """What happened in the four hours up to a moment; fewer where that alone fills a page."""
    found: list[Row] = []
    for first in range(0, BUCKETS, TOGETHER):
        starts = [until - BUCKET * number for number in range(first, first + TOGETHER)]
        asks: list[Callable[[], Page]] = [partial(_bucket, scope, start) for start in starts]
        rows = [row for page in side_by_side(*asks) for row in page.rows]
        found += sorted((row for row in rows if row["createdAt"] <= clock.stamp(until)), key=_order, reverse=True)
        if len(found) >= PAGE:
            break
    return Events(found, clock.stamp(_floor(starts[-1]) - timedelta(milliseconds=1)))


def between(scope: Scope, first: datetime, last: datetime) -> Iterator[Row]:
    """Every event from `first` up to `last`, which is not included, oldest bucket first: for what looks at a day."""
    start = _floor(first.astimezone(UTC))
    while start < last:
        starts = [start + BUCKET * number for number in range(TOGETHER)]
        asks: list[Callable[[], Page]] = [partial(_bucket, scope, each) for each in starts if each < last]
        for page, at in zip(side_by_side(*asks), starts, strict=False):
            rows, cursor = page.rows, page.next
            while cursor:
                more = query(scope, keys.audit_between(scope.clinic_id, clock.stamp(at)), limit=MOST, cursor=cursor)
                rows, cursor = [*rows, *more.rows], more.next
            yield from (row for row in rows if clock.stamp(first) <= row["createdAt"] < clock.stamp(last))
        start += BUCKET * TOGETHER


def _bucket(scope: Scope, at: datetime) -> Page:
    return query(scope, keys.audit_between(scope.clinic_id, clock.stamp(at)), limit=MOST)


def _floor(at: datetime) -> datetime:
    """The beginning of the bucket."""
    return at.replace(minute=at.minute // 10 * 10, second=0, microsecond=0)


def by_person(scope: Scope, person: str, month: str, cursor: str = "") -> Events:
    """`month` as 2026-11, of UTC."""
    return _indexed(scope, keys.done_by(scope.clinic_id, person, month, ""), cursor)


def by_patient(scope: Scope, patient_id: str, cursor: str = "") -> Events:
    """What was done to a record, and who opened it."""
    return _indexed(scope, keys.history_of(patient_id), cursor)


def by_topic(scope: Scope, topic: Topic, month: str, cursor: str = "") -> Events:
    """What happened of a topic, whoever did it; `month` as 2026-11, of UTC."""
    page = query(scope, keys.audit_topics_in(scope.clinic_id, topic, month), limit=PAGE, cursor=cursor, backward=True)
    places = [keys.audit_event(scope.clinic_id, *keys.parse_audit_topic(row["SK"])) for row in page.rows]
    return Events(_whole(scope, places), page.next)


def since(scope: Scope, topic: Topic, moment: datetime) -> int:
    """How many events of a topic there were since a moment of this month or the last: PAGE at most are counted."""
    months = dict.fromkeys((clock.stamp()[:7], clock.stamp(moment)[:7]))
    asked = (keys.audit_topics_in(scope.clinic_id, topic, month) for month in months)
    rows = [row for each in asked for row in query(scope, each, limit=PAGE, backward=True).rows]
    return min(PAGE, len([row for row in rows if row["SK"] >= clock.stamp(moment)]))


def _indexed(scope: Scope, asked: Range, cursor: str) -> Events:
    """The index carries a line of each: the whole ones are read by key."""
    page = query(scope, asked, limit=PAGE, cursor=cursor, backward=True, view="trail")
    return Events(_whole(scope, [Key(row["PK"], row["SK"]) for row in page.rows]), page.next)


def _whole(scope: Scope, places: list[Key]) -> list[Row]:
    found = get_rows(scope, places, consistent=False) if places else {}
    return [found[place] for place in places if place in found]


def _order(row: Row) -> tuple[str, str]:
    return row["createdAt"], row["id"]
