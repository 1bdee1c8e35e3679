"""What whoever opens the clinic has to know: what happened since yesterday's close, and what was left undone.

Asked once a morning, after the board is there: a few questions side by side.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from clinnet import clock, formats
from clinnet.accounts.models import Staff
from clinnet.addresses import reverse
from clinnet.jobs import queries as job_queries
from clinnet.jobs.models import JobLine
from clinnet.pages import Ask, Questions, answered, or_none
from clinnet.table import Page, Row, Scope, keys, query, side_by_side
from patients.rules import names
from scheduling import words
from scheduling.appointments.services.states import STEPS
from scheduling.board import queries as board_queries
from scheduling.board.queries import Board
from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import Setup, setup
from scheduling.calendar.rules import hours, walltime
from scheduling.disruptions.queries.disrupted_day import meets
from scheduling.evening.services import OPEN
from scheduling.front_desk.services import ACTOR
from scheduling.hooks import Strip
from scheduling.messages.queries import overdue
from scheduling.messages.queries.overdue import OVERDUE
from scheduling.messages.services import status
from scheduling.messages.services.status import State
from scheduling.models import BOOKED, CANCELLED, COMING, CONFIRMED

USUAL_CLOSE = "18:00"  # of a day on which nobody worked
MOST = 200
JOBS = 3
NAMED = 3


@dataclass(frozen=True, slots=True, repr=False)
class _Found:
    """All that was asked."""

    scope: Scope
    known: Setup
    since: datetime
    yesterday: Board
    today: Board
    next: Board
    mail: State
    jobs: list[Row]
    overdue: list[Row]
    by_link: list[Row]
    unsent: list[Row]

    @property
    def days(self) -> tuple[tuple[Board, str], ...]:
        """Of today and of the next working day, each with its word."""
        is_tomorrow = self.next.day - self.today.day == timedelta(days=1)
        return (self.today, "today"), (self.next, "tomorrow" if is_tomorrow else f"on {self.next.day:%A}")

    def url(self, name: str, *parts: str) -> str:
        return reverse(f"scheduling:{name}", args=[self.scope.clinic_id, *parts])

    def time(self, moment: datetime | None) -> str:
        return words.clock(moment, self.known.clinic) if moment else ""


def opening(scope: Scope, today: date, more: Sequence[Questions[list[Strip]]] = ()) -> list[Strip]:
    """What is worst first; empty after a quiet night. `more` is what other apps add (hooks.Notice)."""
    found, others = _ask(scope, today, [ask for each in more for ask in each.asked])
    parts = (_mail, _absences, _unfinished, _unsent, _by_link, _unconfirmed, _jobs)
    own = [strip for part in parts for strip in part(found)]
    return own + [strip for strips in answered(more, others) for strip in strips]


def _ask(scope: Scope, today: date, more: Sequence[Ask]) -> tuple[_Found, list[Page | None]]:
    known, now = setup(scope), clock.now()
    since = closed_at(known, today - timedelta(days=1))
    until = clock.stamp(now - OVERDUE)
    months = sorted({clock.stamp(since)[:7], clock.stamp(now)[:7]})
    days = sorted({clock.stamp(since)[:10], until[:10]})
    boards = (today - timedelta(days=1), today, next_day(known, today))
    one: list[Callable[[], Any]] = [partial(board_queries.board, scope, day) for day in boards]
    one += [partial(status.state, scope), partial(job_queries.unfinished_jobs, scope, limit=20)]
    asked = [
        [keys.due_until(scope.clinic_id, day, until) for day in days],
        [keys.done_by(scope.clinic_id, ACTOR.id, month, clock.stamp(since)) for month in months],
        [keys.unsent_since(scope.clinic_id, month, clock.stamp(since)) for month in months],
    ]
    many: list[Callable[[], Page]] = [partial(query, scope, each, limit=MOST) for group in asked for each in group]
    answers = side_by_side(*one, *many, *(partial(or_none, ask) for ask in more))
    pages, groups = iter(answers[len(one) :]), []
    for group in asked:
        groups.append([row for _ in group for row in next(pages).rows])
    # What waits since earlier days: asked only where the sender has not come so far.
    groups[0] = overdue.overdue(scope, known=days, state=answers[len(boards)]) + groups[0]
    return _Found(scope, known, since, *answers[: len(one)], *groups), answers[len(one) + len(many) :]


def next_day(known: Setup, today: date) -> date:
    """The next day on which somebody usually works: on a Friday it is mostly Monday."""
    days = [today + timedelta(days=n) for n in range(1, 8)]
    sessions = [each for person in known.practitioners for each in known.plan(person.id).sessions]
    return next((day for day in days if any(each.is_on(day) for each in sessions)), days[0])


def closed_at(known: Setup, day: date) -> datetime:
    """When the last session of a day ended."""
    now = clock.now()
    ends = [each.end for person in known.practitioners for each in known.openings(person.id, day, now)]
    if ends:
        return walltime.moment_of(max(ends))
    return walltime.at(day, USUAL_CLOSE, known.clinic.time_zone)


def _mail(found: _Found) -> Iterator[Strip]:
    if trouble := found.mail.trouble:
        since = formats.when(trouble.since, found.known.clinic)
        text = f"Messages to patients have been waiting since {since}: {trouble.problem}"
        yield _strip("danger", "message-off", text, found.url("phone-list"), "Phone list")
    elif found.overdue:
        text = f"{_count(found.overdue, 'message')} to patients should have left by now: nothing sends them."
        yield _strip("danger", "message-off", text, found.url("phone-list"), "Phone list")


def _absences(found: _Found) -> Iterator[Strip]:
    for board, word in found.days:
        for column in board.columns:
            yield from _away(found, board, column.practitioner, word)


def _away(found: _Found, board: Board, person: Staff, word: str) -> Iterator[Strip]:
    """Whole days first; who is told by one strip is not told by the next."""
    day, zone = board.day, found.known.clinic.time_zone
    left = [each for each in board.cards if each.practitioner == person.id and each.state in COMING]
    for away in hours.absences(day, found.known.plan(person.id)):
        start, end = walltime.at(day, away.start or "00:00", zone), walltime.at(day, away.end or "24:00", zone)
        booked = [each for each in left if meets(each, start, end)]
        left = [each for each in left if each not in booked]
        when = f"{word}, {found.time(start)}–{found.time(end)}" if away.start else word
        why = away.reason or away.kind
        text = f"{words.short(person)} is away {when} ({why}), with {_count(booked, 'patient')} booked."
        part = f"?since={away.start}&until={away.end}" if away.start else ""
        if booked:
            url = found.url("away", day.isoformat(), person.id)
            yield _strip("warn", "user-off", text, f"{url}{part}", "Sort out")


def _unfinished(found: _Found) -> Iterator[Strip]:
    left = [each for each in found.yesterday.cards if each.state in OPEN]
    if left:
        text = f"{_count(left, 'appointment')} of yesterday {_are(left)} not finished: come, no-show or left?"
        yield _strip("warn", "clock", text, found.url("finish-day", found.yesterday.day.isoformat()), "Finish the day")


def _unsent(found: _Found) -> Iterator[Strip]:
    if found.unsent:
        people = list(dict.fromkeys(_name(row["line"].get("p", {})) for row in found.unsent))
        text = f"{_count(found.unsent, 'message')} reached nobody: {_some(people)}."
        yield _strip("warn", "message-off", text, found.url("phone-list"), "Phone list")


def _by_link(found: _Found) -> Iterator[Strip]:
    """What patients did is in the trail; those of today and tomorrow are named from the boards."""
    done = Counter(row["line"].get("action", "") for row in found.by_link)
    off, on = done[STEPS[CANCELLED].name], done[STEPS[CONFIRMED].name]
    named = [
        f"{_name(card.patient)}, {word} {found.time(card.start)}"
        for board, word in found.days
        for card in board.cards
        if _cancelled_by_link(card, found.since)
    ]
    off = max(off, len(named))
    said = [f"{off} cancelled" + (f" ({_some(named)})" if named else "")] * bool(off) + [f"{on} confirmed"] * bool(on)
    if said:
        text = f"Answers by link since {formats.within(clock.stamp(found.since), found.known.clinic)}: "
        url = f"{found.url('day', found.today.day.isoformat())}?show=gone" if named else ""
        yield _strip("note", "calendar-check", f"{text}{' and '.join(said)}.", url, "Show")


def _cancelled_by_link(card: Card, since: datetime) -> bool:
    return card.state == CANCELLED and card.changed_by == ACTOR.name and bool(card.since and card.since >= since)


def _unconfirmed(found: _Found) -> Iterator[Strip]:
    now = clock.now()
    left = [each for each in found.today.cards if each.state == BOOKED and each.start and each.start > now]
    if left:
        text = f"{_count(left, 'patient')} of today {'has' if len(left) == 1 else 'have'} not confirmed."
        # Most were told by e-mail, so the phone list has few of them; the printed day has everybody's number.
        yield _strip("note", "phone", text, found.url("print", found.today.day.isoformat()), "Today with phones")


def _jobs(found: _Found) -> Iterator[Strip]:
    for row in found.jobs[:JOBS]:
        line = JobLine.unpack(row.get("line"))
        text = f"Work that was begun is not finished: {line.done} of {line.total} done."
        yield _strip("warn", "refresh", text, found.url("job", row["id"]), "Go on")


def _strip(kind: str, icon: str, text: str, url: str, label: str) -> Strip:
    return Strip(kind, icon, text, url, label)


def _count(things: list[Any], word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def _are(things: list[Any]) -> str:
    return "is" if len(things) == 1 else "are"


def _some(said: list[str]) -> str:
    return "; ".join(said[:NAMED]) + (f" and {len(said) - NAMED} more" if len(said) > NAMED else "")


def _name(line: Row) -> str:
    return names.apart(names.list_name({"family_name": line.get("f", ""), "given_name": line.get("g", "")}))
