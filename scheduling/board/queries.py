"""Reads of the day board: a day of the clinic, and what changed on it."""

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.table import Page, Row, Scope, find_row, keys, query, side_by_side
from clinnet.table.beats import DAYS, beats
from clinnet.table.errors import NotFound
from clinnet.table.kept import Latest, remember
from scheduling.board.rules import pace
from scheduling.board.services import kept_cards
from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rules import hours
from scheduling.calendar.services import busy
from scheduling.models import MOVED

MOST_OF_A_DAY = 1500
LATE = "#LATE"  # ends the id of a note that says how late somebody is
MOST_URGENT = 10
OVERLAP = timedelta(seconds=10)  # a change is stamped before it is written, and an index lags


def is_ahead(stamp: str) -> bool:
    """Whether it was stamped by a clock that was set back since: what is new sorts before it."""
    return stamp > clock.stamp(clock.now() + OVERLAP)


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A practitioner on a day. `closed` says why nothing is open, `locum` who sits there instead.

    `late` are the minutes by which they said to be late.
    """

    practitioner: Staff
    openings: list[hours.Opening]
    locum: str = ""
    closed: str = ""
    note: str = ""
    late: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """A day of the clinic. `stamp` is that of its last change, empty for a day on which nothing was entered.

    `gone` were moved to another day. `seen` is what a page keeps to ask for `news` afterwards.
    """

    day: date
    columns: list[BoardColumn]
    cards: list[Card]
    blocks: list[Card]
    note: str
    stamp: str
    gone: list[Card]
    seen: str


def board(scope: Scope, day: date) -> Board:
    """Everything on a day, tombstones apart: those cancelled and not come are there, those moved away are not."""
    setup(scope)
    return made(scope, day, asked(scope, day)())


def asked(scope: Scope, day: date) -> Callable[[], Page]:
    """The question of a board, for pages that ask others beside it."""
    rows = keys.on_the_day(scope.clinic_id, day.isoformat())
    return partial(query, scope, rows, limit=MOST_OF_A_DAY, weigh=kept_cards.weigh)


def made(scope: Scope, day: date, answer: Page) -> Board:
    """The board of an answer to `asked`."""
    known, now = setup(scope), clock.now()
    rows = kept_cards.rows(answer.raws)
    notes = {row.id: row.note for row in rows if row.type == kept_cards.NOTE}
    cards = [row.card for row in rows if row.card]
    shown = [each for each in cards if each.state not in ("moved", "lapsed", "gone") and not each.has_lapsed(now)]
    stamp = max((row.stamp for row in rows), default="")
    return Board(
        day,
        [_column(known, each, day, now, notes) for each in known.practitioners],
        [each for each in shown if each.kind == "CARD"],
        [each for each in shown if each.kind == "BLOCK"],
        notes.get("ALL", ""),
        stamp,
        [each for each in cards if each.state == MOVED],
        _seen((row.changed for row in rows), stamp),
    )


def behind(scope: Scope, today: date) -> dict[str, int]:
    """By how many minutes each is behind now, as they said or by what was entered: those of whom the board says so.

    Kept for some seconds: who looks for several times reads the day once.
    """
    return remember(("behind", scope.clinic_id, today.isoformat()), partial(_ask_behind, scope, today))


def _ask_behind(scope: Scope, today: date) -> dict[str, int]:
    found, now = board(scope, today), clock.now()
    late = {}
    for column in found.columns:
        mine = [each for each in found.cards if each.practitioner == column.practitioner.id]
        minutes = column.late or (0 if pace.silent_since(mine, now) else pace.behind(mine, now))
        if minutes >= pace.BEHIND or column.late:
            late[column.practitioner.id] = minutes
    return late


def boards(scope: Scope, days: Iterable[date]) -> list[Board]:
    """Several days, each as `board`, asked side by side."""
    setup(scope)
    return side_by_side(*(partial(board, scope, each) for each in days))


def news_of(scope: Scope, days: Iterable[date], seen: Iterable[str]) -> list[date]:
    """Of several days, those of which a page has not seen all."""
    known = dict(zip(days, seen, strict=True))
    asked = [day for day, each in known.items() if each]
    found = side_by_side(*(partial(news, scope, day, known[day]) for day in asked))
    quiet = {day for day, rows in zip(asked, found, strict=True) if rows is None}
    return [day for day in known if day not in quiet]


def news(scope: Scope, day: date, seen: str) -> list[Row] | None:
    """The rows that changed about or after what a page has `seen`; None where it has seen all. Half a read unit then,
    and nothing where that was said as long ago as a `pulse` is kept, for all screens of the clinic together.

    Some seconds are read twice, as a change is stamped before it is written: the digest tells old from new.
    """
    before, written = _kept(scope, day)
    if before and before.seen == seen:
        return None
    stamp = seen.partition("~")[0]
    since = clock.stamp(clock.moment(stamp) - OVERLAP) if stamp else ""
    found = query(scope, keys.changed_on_the_day(scope.clinic_id, day.isoformat(), since), limit=MOST_OF_A_DAY)
    rows = found.rows
    if _seen((row["GSI1SK"] for row in rows), stamp) != seen:
        return rows
    if rows and not found.next and not is_ahead(rows[-1]["GSI1SK"]):
        _keep(scope, day, written, rows[-1:], seen)
    return None


def pulse(scope: Scope, day: date) -> str:
    """Another text when a card, block or note of the day was changed: at once where this process wrote it, and within
    `CLINNET_PULSE_SECONDS` elsewhere. Half a read unit then, for all screens of the clinic together."""
    before, written = _kept(scope, day)
    if before:
        return before.text
    asked = keys.changed_on_the_day(scope.clinic_id, day.isoformat(), "")
    last = query(scope, asked, limit=1, backward=True).rows
    if last and is_ahead(last[0]["GSI1SK"]):
        last = query(scope, asked, limit=MOST_OF_A_DAY, backward=True).rows
    return _keep(scope, day, written, last)


@dataclass(frozen=True, slots=True)
class _Pulse:
    """What the table said last of a day. `seen` is what a page had that lacked nothing then."""

    until: float
    written: int
    text: str
    seen: str


_pulses = Latest[tuple[str, str], _Pulse](DAYS)


def _kept(scope: Scope, day: date) -> tuple[_Pulse | None, int]:
    """The pulse, unless it is too old or this process wrote since; and how often it wrote."""
    written = beats(keys.on_the_day(scope.clinic_id, day.isoformat()))
    before = _pulses.get((scope.clinic_id, day.isoformat()))
    if before and before.written == written and before.until > time.monotonic():
        return before, written
    return None, written


def _keep(scope: Scope, day: date, written: int, last: list[Row], seen: str = "") -> str:
    """The text of a pulse that was asked for now: of the last change, or of all that were made by a clock ahead."""
    text = hashlib.blake2s("".join(row["GSI1SK"] for row in last).encode(), digest_size=8).hexdigest()
    until = time.monotonic() + settings.CLINNET_PULSE_SECONDS
    _pulses.put((scope.clinic_id, day.isoformat()), _Pulse(until, written, text, seen))
    return text


def _seen(changes: Iterable[str], stamp: str) -> str:
    """The stamp of the last change known, and a digest of what changed from some seconds before it on."""
    since = clock.stamp(clock.moment(stamp) - OVERLAP) if stamp else ""
    late = sorted(each for each in changes if each >= since)
    return f"{stamp}~{hashlib.blake2s(' '.join(late).encode(), digest_size=8).hexdigest()}"


def _column(known: Setup, person: Staff, day: date, now: datetime, notes: dict[str, str]) -> BoardColumn:
    plan = known.plan(person.id)
    closed = hours.closed_for(day, plan)
    reason = (closed.reason or closed.kind) if closed else ""
    openings = known.openings(person.id, day, now)
    return BoardColumn(
        person,
        openings,
        hours.locum(day, plan),
        reason,
        notes.get(person.id, ""),
        int(notes.get(f"{person.id}{LATE}") or 0),
    )


def card(scope: Scope, day: date, id: str) -> Card | None:
    row = find_row(scope, keys.card(scope.clinic_id, day.isoformat(), id))
    return Card.of(row) if row else None


def block(scope: Scope, day: date, id: str) -> Card:
    """Raises NotFound."""
    row = find_row(scope, keys.block(scope.clinic_id, day.isoformat(), id))
    if row is None:
        raise NotFound
    return Card.of(row)


def by_tags(scope: Scope, day: date, tags: Iterable[str]) -> list[Card]:
    """The cards and blocks of a day that hold any of these tags of busy times."""
    found, wanted = board(scope, day), set(tags)
    return [each for each in [*found.cards, *found.blocks] if busy.tag_of(each.id) in wanted]


def urgent(scope: Scope, day: date) -> list[Row]:
    """Who cannot wait and is nobody's yet, longest wait first; `line` has the patient's id `i` and line `p`.

    One more than is shown, where there are more.
    """
    return query(scope, keys.urgent_on(scope.clinic_id, day.isoformat()), limit=MOST_URGENT + 1).rows
