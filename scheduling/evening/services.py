"""A day is finished: of each appointment that still stands open, that the patient has left or did not come.

A job, so that an evening of a hundred is one press, goes on where it was interrupted, and can be undone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import NotFound, Refused, Stale
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import changing
from scheduling.appointments.services.changing import UNDO
from scheduling.appointments.services.states import STEPS
from scheduling.board import queries as board_queries
from scheduling.board.services.cards import Card
from scheduling.models import COMING, FINISHED, HERE, LEFT, NO_SHOW, Appointment
from scheduling.refusals import AlreadyMovedOn

KIND = "finish-day"
BEGIN = Action("day.finish", "finished a day: said who has left and who did not come")
SKIP = Action("day.skip", "left an appointment of a finished day as it was")
GRACE = timedelta(hours=20)  # no message follows from it, and a mistake is noticed the next morning
MOST = 300  # appointments at once
OPEN = (*COMING, *HERE, FINISHED)


@dataclass(frozen=True, slots=True)
class End:
    """What is to be said of one: LEFT, or NO_SHOW of who was still to come."""

    card: Card
    to: str


def unfinished(scope: Scope, day: date) -> list[Card]:
    """Whoever is here or at the till, and whoever was to come and whose time is over, in the order of time."""
    now = clock.now()
    cards = [each for each in board_queries.board(scope, day).cards if each.state in OPEN and _is_over(each, now)]
    return sorted(cards, key=lambda each: (_began(each), each.id))


def _is_over(card: Card, now: datetime) -> bool:
    return card.state not in COMING or bool(card.start and card.start + timedelta(minutes=card.minutes) <= now)


def _began(card: Card) -> str:
    """Its time, or since when somebody without one is here."""
    return clock.stamp(card.start or card.arrived or card.since or clock.now())


def finish(scope: Scope, *, day: date, ends: Sequence[End], once: Once | None = None) -> Job:
    """Begins the job that says so of each; see `jobs.go_on`. What changes meanwhile is left alone."""
    scope.require(Permission.BOOK)
    for end in ends:
        scope.must_hold(end.card)
    if len(ends) > MOST:
        raise Refused(f"More than {MOST} appointments at once. Take some of them.")
    if any(end.to not in (LEFT, NO_SHOW) or (end.to == NO_SHOW) > (end.card.state in COMING) for end in ends):
        raise Refused("Who is here did not stay away. Look again.")
    rows = [
        {"i": each.card.id, "p": each.card.patient_id, "was": _began(each.card), "v": each.card.version, "do": each.to}
        for each in ends
    ]
    tx = Transaction(scope, once=once)
    return jobs.begin(tx, kind=KIND, plan={"day": day.isoformat(), "rows": rows}, total=len(rows), action=BEGIN)


def step(scope: Scope, job: Job) -> None:
    row = job.plan["rows"][int(job.cursor)]
    appointment = _as_seen(scope, row, row["v"])
    if appointment is None:
        _note(scope, job, row, {"w": "changed", "y": "Somebody changed it meanwhile."})
        return
    moment = _moment(appointment) if row["do"] == LEFT else clock.now()
    done = {"w": row["do"], "v": int(appointment.version) + 1}
    _change(scope, job, appointment, {"state": row["do"]}, moment=moment, action=STEPS[row["do"]], done=done)


def undo(scope: Scope, job: Job) -> None:
    row = job.plan["rows"][int(job.cursor) - 1]
    done = (job.results or {}).get(row["i"], {})
    if done.get("w") not in (LEFT, NO_SHOW):
        _note(scope, job, row, done)
        return
    appointment = _as_seen(scope, row, done["v"])
    if appointment is None:
        _note(scope, job, row, {**done, "y": "Not taken back: somebody changed it since."})
        return
    stamps = list(appointment.stamps or [])
    try:
        _change(
            scope,
            job,
            appointment,
            stamps[-1]["was"],
            moment=clock.now(),
            action=UNDO,
            done={"w": "back"},
            stamps=stamps[:-1],
        )
    except Refused as refused:  # the time of who did not come is somebody's by now
        _note(scope, job, row, {**done, "y": f"Not taken back. {refused.sentence}"})


def _as_seen(scope: Scope, row: Mapping[str, Any], version: int) -> Appointment | None:
    """None where it is another one's by now, or changed since."""
    try:
        found = appointment_queries.appointment(scope, row["p"], row["i"])
    except NotFound:
        return None
    return found if found.version == version else None


def _moment(appointment: Appointment) -> datetime:
    """When somebody left of whom nobody said so: as the visit was to end, not before what was last said of it."""
    last = clock.moment(appointment.stamps[-1]["at"]) if appointment.stamps else None
    end = clock.moment(appointment.end) if appointment.end else None
    return min(clock.now(), max(filter(None, (last, end)), default=clock.now()))


def _change(
    scope: Scope,
    job: Job,
    appointment: Appointment,
    news: Mapping[str, Any],
    *,
    moment: datetime,
    action: Action,
    done: Mapping[str, Any],
    stamps: list[dict[str, Any]] | None = None,
) -> None:
    """One appointment's transaction, which moves the job on. Raises Stale where somebody was quicker."""
    also = partial(_move_on, job=job, results={appointment.id: dict(done)})
    try:
        changing.change(scope, appointment, news, moment, action, once=jobs.step_once(job), stamps=stamps, also=also)
    except AlreadyMovedOn:
        raise Stale({}) from None


def _move_on(tx: Transaction, job: Job, results: Mapping[str, Any]) -> None:
    jobs.move_on(tx, job, results=results)


def _note(scope: Scope, job: Job, row: Mapping[str, Any], done: Mapping[str, Any]) -> None:
    """Nothing is changed but the job, which goes on."""
    tx = jobs.transaction(scope, job)
    jobs.move_on(tx, job, results={row["i"]: dict(done)})
    tx.commit(Event(SKIP, "JOB", job.id, changes={row["i"]: [None, done.get("w", "")]}))
