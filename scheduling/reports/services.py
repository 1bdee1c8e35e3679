"""Counts the days that are over: each is read once, and its sums are kept. The last week is counted anew each night."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Row, Scope, Transaction, keys, query
from scheduling.board.queries import Board, boards
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules.walltime import GRAIN
from scheduling.models import CANCELLED, FINISHED, LEFT, NO_SHOW
from scheduling.reports import rules

COUNT = Action("days.count", "counted days for the reports")
ANEW = 7  # days: what was entered later is in the sums of these
BACK = 62  # days that a night looks back for some that were not counted
AT_ONCE = 20  # boards in a transaction
MOST_JOINED = 1000  # new patients of a day
KINDS = {FINISHED: "seen", LEFT: "seen", NO_SHOW: "missed", CANCELLED: "cancelled"}
OPEN = "open"  # nobody said what became of it


def count_nightly(scope: Scope) -> int:
    """The last week, and what was never counted before it; returns how many days."""
    today = clock.today(setup(scope).clinic.time_zone)
    past = [today - timedelta(days=back) for back in range(1, BACK + 1)]
    known = {day for month in {f"{each:%Y-%m}" for each in past} for day in counted(scope, month)}
    return count(
        scope, [each for each in past if each >= today - timedelta(days=ANEW) or each.isoformat() not in known]
    )


def count_month(scope: Scope, *, first: date, once: Once | None = None) -> int:
    """Every day of a month that is over; `first` is its first day."""
    scope.require(Permission.CLINIC_MANAGE)
    today = clock.today(setup(scope).clinic.time_zone)
    days = [first + timedelta(days=number) for number in range(31)]
    return count(scope, [each for each in days if each.month == first.month and each < today], once=once)


def count(scope: Scope, days: Sequence[date], *, once: Once | None = None) -> int:
    """Repeatable: what a day came to replaces what was counted of it before."""
    for start in range(0, len(days), AT_ONCE):
        some = days[start : start + AT_ONCE]
        tx = Transaction(scope, once=once if start + AT_ONCE >= len(days) else None)
        for board in boards(scope, some):
            tx.put_row(_row(scope, board, tx.at))
        tx.commit(Event(COUNT, "DAYS", some[0].isoformat(), note=f"{len(some)} days"))
    return len(days)


def counted(scope: Scope, month: str) -> dict[str, Row]:
    """What is kept of a month (2026-11), by day. One range of at most 31 items."""
    return {row["SK"]: row for row in query(scope, keys.days_counted(scope.clinic_id, month), limit=31).rows}


def _row(scope: Scope, board: Board, at: str) -> Row:
    """`line` is JSON: visits as [practitioner, type, kind, how many, minutes], minutes offered, new patients; waits
    until the doctor as [practitioner, hour of arrival, class, how many], and until a room as [class, how many].
    """
    day = board.day.isoformat()
    found, minutes = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for card in board.cards:
        key = (card.practitioner, card.visit_type, KINDS.get(card.state, OPEN))
        found[key] += 1
        minutes[key] += card.minutes
    offered = {
        each.practitioner.id: sum(one.end - one.start for one in each.openings) * GRAIN for each in board.columns
    }
    joined = query(scope, keys.patients_who_joined_on(scope.clinic_id, day), limit=MOST_JOINED).raws
    line = {
        "v": [[*key, number, minutes[key]] for key, number in sorted(found.items())],
        "o": {who: number for who, number in offered.items() if number},
        "j": len(joined),
        **_waits(board, ZoneInfo(setup(scope).clinic.time_zone)),
    }
    place = keys.day_counted(scope.clinic_id, day)
    return {
        "PK": place.pk,
        "SK": place.sk,
        "id": day,
        "type": "DAYCOUNT",
        "clinicId": scope.clinic,
        "line": json.dumps(line, separators=(",", ":")),
        "countedAt": at,
    }


def _waits(board: Board, zone: ZoneInfo) -> dict[str, list[list[Any]]]:
    """Of those who arrived and came to somebody; of whom the steps were entered afterwards nothing is known."""
    doctor, room = Counter[tuple[str, int, int]](), Counter[int]()
    for card in board.cards:
        if card.arrived and card.seen:
            hour = card.arrived.astimezone(zone).hour
            doctor[card.practitioner, hour, rules.class_of(_minutes(card.arrived, card.seen))] += 1
        if card.arrived and card.called:
            room[rules.class_of(_minutes(card.arrived, card.called))] += 1
    return {
        "w": [[*key, number] for key, number in sorted(doctor.items())],
        "r": [[each, number] for each, number in sorted(room.items())],
    }


def _minutes(first: datetime, last: datetime) -> int:
    return int((last - first).total_seconds()) // 60
