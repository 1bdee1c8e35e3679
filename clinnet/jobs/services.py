"""Work longer than one transaction: a series, the rest of one, a doctor who is late, a day that is cancelled.

A job is an item with the whole plan, and comes first. Each step is one transaction that also moves the job on and
carries the job and the step as its once token: whoever finds it unfinished can go on, two at once do each step once,
and whoever is killed in the middle has done each step whole or not at all. Undoing goes the same way backwards.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from clinnet import clock, contributions
from clinnet.accounts.permissions import Permission
from clinnet.contributions import Contribution
from clinnet.jobs import queries as job_queries
from clinnet.jobs.models import Job, JobLine
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction, keys
from clinnet.table.errors import Busy, Refused, Stale
from clinnet.table.once import idempotent

UNDO_JOB = Action("job.undo", "took back work on several appointments", Topic.BULK)

OPEN, DONE, UNDOING, UNDONE = "open", "done", "undoing", "undone"
UNDER_WAY = (OPEN, UNDOING)
GRACE = timedelta(minutes=3)  # so long messages stay: an undo within it sends nothing
TRIES = 6

Step = Callable[[Scope, Job], None]


@dataclass(frozen=True)
class JobKind(Contribution):
    """How such a job goes: `step` does what the cursor points at, `undo` takes back what is before it.

    `name` is kept with each job. `title` is what the job is called on its page, filled in by the app's own page;
    whoever has `permission` may go on with it and undo it. `url` is the URL name of its page, which takes the ids of
    the clinic and of the job.
    """

    name: str
    title: str
    permission: Permission
    url: str
    step: Step
    undo: Step | None = None
    grace: timedelta = GRACE  # within which it can be undone

    def problems(self) -> Iterator[str]:
        yield from contributions.unknown_url(self.url, "clinic", "job")


@cache
def kinds() -> dict[str, JobKind]:
    """By name, as the apps contribute them."""
    return {each.name: each for each in contributions.of(JobKind)}


def begin(
    tx: Transaction,
    *,
    kind: str,
    plan: Mapping[str, Any],
    total: int,
    action: Action,
    patient_id: str = "",
    note: str = "",
    id: str = "",
) -> Job:
    """Writes the job with whatever else `tx` holds; returns it. Nothing of it is done yet: see `go_on`.

    `id` where `tx` holds what names the job already.
    """
    id = id or clock.new_id()
    place, listed = Job.at(id), keys.job_open(tx.scope.clinic_id, tx.at, id)
    state = OPEN if total else DONE
    job = Job(
        pk=place.pk, sk=place.sk, id=id, state=state, kind=kind, patient_id=patient_id or None, plan=dict(plan),
        total=total, by=tx.scope.actor.name, by_id=tx.scope.actor.id, created_at=tx.at,
    )  # fmt: skip
    if total:
        job.gsi1pk, job.gsi1sk = listed.pk, listed.sk
    job.line = _line(job, 0).pack()
    tx.put(job)
    id = tx.commit(Event(action, "JOB", id, patient=patient_id, note=note), result=id)
    return job_queries.job(tx.scope, id)


def _line(job: Job, cursor: int) -> JobLine:
    return JobLine(
        kind=job.kind,
        total=int(job.total),
        done=cursor,
        by=job.by or "",
        day=job.plan.get("day") or "",
        practitioner_id=job.plan.get("practitioner") or "",
        patient_id=job.patient_id or "",
    )


def go_on(scope: Scope, *, job: Job, seconds: float = 0) -> Job:
    """The rest of a job, or as much of it as fits into `seconds`. Whoever has the kind's permission may."""
    scope.require(kinds()[job.kind].permission)
    scope.must_hold(job)
    end, tries = time.monotonic() + seconds, 0
    while job.state in UNDER_WAY and not (seconds and time.monotonic() > end):
        kind, cursor = kinds()[job.kind], job.cursor
        with suppress(Stale):  # somebody else did this step, or changed what it is about: look again
            if job.state == OPEN:
                kind.step(scope, job)
            elif kind.undo:
                kind.undo(scope, job)
        job = job_queries.job(scope, job.id)
        tries = tries + 1 if job.cursor == cursor else 0
        if tries > TRIES:
            raise Busy
    return job


def transaction(scope: Scope, job: Job) -> Transaction:
    """One step's: it is done once, whoever does it."""
    return Transaction(scope, once=step_once(job))


def step_once(job: Job) -> Once:
    """The token of the step that the cursor points at, for a service that opens the step's transaction itself."""
    way = "undo" if job.state == UNDOING else ""
    return Once(f"{job.id}#{way}{job.cursor}", "step")


def move_on(
    tx: Transaction, job: Job, *, parts: int = 1, results: Mapping[str, Any] | None = None, **plan: Any
) -> bool:
    """The step that says how far the job is; with the last one it is finished. Returns whether this is the last."""
    back = job.state == UNDOING
    cursor = max(0, int(job.cursor) - parts) if back else min(int(job.total), int(job.cursor) + parts)
    last = cursor == (0 if back else int(job.total))
    news: dict[str, Any] = {"cursor": cursor, "line": _line(job, cursor).pack()}
    news |= {"results": {**(job.results or {}), **results}} if results else {}
    news |= {"plan": {**job.plan, **plan}} if plan else {}
    if last:
        news |= {"state": UNDONE if back else DONE, "gsi1pk": None, "gsi1sk": None}
    tx.update(job, news)
    return last


def may_undo(job: Job) -> bool:
    """Until the first of its messages leave, or as long as its kind says."""
    kind = kinds().get(job.kind)
    young = clock.now() < clock.moment(job.created_at or clock.stamp()) + (kind.grace if kind else GRACE)
    return bool(kind and kind.undo and job.state in (OPEN, DONE) and job.cursor and young)


@idempotent
def undo(scope: Scope, *, job: Job, once: Once | None = None) -> None:
    """From now on the job goes backwards, one step after the other: `go_on`."""
    scope.require(kinds()[job.kind].permission)
    scope.must_hold(job)
    if not may_undo(job):
        raise Refused("This cannot be undone any more.")
    tx = Transaction(scope, once=once)
    listed = keys.job_open(scope.clinic_id, tx.at, job.id)
    tx.update(job, {"state": UNDOING, "gsi1pk": listed.pk, "gsi1sk": listed.sk}, refusal=CHANGED)
    tx.commit(Event(UNDO_JOB, "JOB", job.id, patient=job.patient_id or ""))


CHANGED = Refused("Somebody is at work on this just now. Look again.")
