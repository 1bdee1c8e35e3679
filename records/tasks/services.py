"""A task is written by who treats, taken by one, given on, done, and had back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission, Role
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import NotFound, Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from records.lines import TaskLine
from records.rules.tasks import LONGEST_WHAT, ROLES
from records.services.recording import Recording
from records.tasks.models import Task
from records.tasks.queries import of_nobody

ADD = Action("task.add", "wrote a task about a patient")
TAKE = Action("task.take", "took a task")
PASS = Action("task.pass", "gave a task to somebody else")
DO = Action("task.done", "did a task")
REOPEN = Action("task.reopen", "took back that a task was done")

OVER = Refused("Somebody has just worked on this. Look at it once more.")
NOBODY = Refused("Choose somebody who works here, or a role.", field="owner")


@dataclass(frozen=True, slots=True, repr=False)
class TaskWish:
    """`owner` is a person's id or a key of ROLES, `due` an ISO date."""

    what: str
    due: str
    owner: str


def may_work(scope: Scope, owner: str) -> bool:
    """Whether this person may read and do it: who treats any; the desk what is for it, or for the person."""
    return scope.may(Permission.CHART_WRITE) or owner in (scope.actor.id, Role.RECEPTIONIST)


def may_give(scope: Scope, owner: str) -> bool:
    """Whether this person may give it on: as above; an administrator what is somebody's who has left, unread."""
    return may_work(scope, owner) or (scope.may(Permission.STAFF_MANAGE) and of_nobody(scope, owner))


@idempotent
def add_task(scope: Scope, *, patient: Patient, task_wish: TaskWish, once: Once | None = None) -> str:
    """Returns its id. Raises Refused for a day that has passed, and for whom there is not."""
    scope.require(Permission.CHART_WRITE)
    tx = Transaction(scope, once=once)
    id = add(tx, patient, task_wish)
    return tx.commit(Event(ADD, "TASK", id, patient=patient.id), id)


def task_step(to: Recording, wish: TaskWish) -> None:
    """Beside what is recorded in an entry: the task itself stands in none."""
    to.scope.require(Permission.CHART_WRITE)
    to.events.append(Event(ADD, "TASK", add(to.tx, to.patient, wish), patient=to.patient.id))


def add(tx: Transaction, patient: Patient, wish: TaskWish) -> str:
    """The step; returns its id."""
    tx.scope.must_hold(patient)
    if not wish.what.strip() or len(wish.what) > LONGEST_WHAT:
        raise Refused("Say what is to be done: task phone friday.", field="what")
    if wish.due < clock.today(accounts.clinic(tx.scope.clinic_id).time_zone).isoformat():
        raise Refused("Say by when: a day to come, or today.", field="due")
    _must_work_here(tx.scope, wish.owner)
    id = clock.new_id()
    at = Task.at(patient.id, id)
    task = Task(pk=at.pk, sk=at.sk, id=id, patient_id=patient.id, what=wish.what.strip(), due=wish.due,
                owner=wish.owner, by=tx.scope.actor.id, by_name=tx.scope.actor.name, state="open")  # fmt: skip
    for name, value in _listed(tx, task, wish.owner).items():
        setattr(task, name, value)
    tx.put(task)
    return id


def _must_work_here(scope: Scope, owner: str) -> None:
    here = {scope.actor.id, *(each.id for each in accounts.staff(scope))} - {each.id for each in accounts.gone(scope)}
    if owner not in ROLES and owner not in here:
        raise NOBODY


def _listed(tx: Transaction, task: Task, owner: str) -> dict[str, Any]:
    """Its place on the list of an owner."""
    waits = keys.task_due(tx.scope.clinic_id, owner, task.due, task.id)
    line = TaskLine(patient_id=task.patient_id, what=task.what, due=task.due, owner=owner, by=task.by_name)
    return {"gsi1pk": waits.pk, "gsi1sk": waits.sk, "line": line.pack()}


@idempotent
def take(scope: Scope, *, task: Task, once: Once | None = None) -> None:
    """Of a role's, or of somebody who has left: whoever is first. Raises Refused for who comes second."""
    _must_be_open(scope, task, may_work)
    if task.owner not in ROLES and not of_nobody(scope, task.owner):
        raise OVER
    _give(scope, task, scope.actor.id, TAKE, once)


@idempotent
def pass_on(scope: Scope, *, task: Task, owner: str, once: Once | None = None) -> None:
    """To another person, or back to a role."""
    _must_be_open(scope, task, may_give)
    _must_work_here(scope, owner)
    _give(scope, task, owner, PASS, once)


def _give(scope: Scope, task: Task, owner: str, action: Action, once: Once | None) -> None:
    tx = Transaction(scope, once=once)
    tx.update(task, {"owner": owner, **_listed(tx, task, owner)}, refusal=OVER)
    tx.commit(Event(action, "TASK", task.id, patient=task.patient_id, changes={"owner": [task.owner, owner]}))


@idempotent
def do(scope: Scope, *, task: Task, once: Once | None = None) -> None:
    """Off every list. Raises Refused where somebody was quicker."""
    _must_be_open(scope, task, may_work)
    tx = Transaction(scope, once=once)
    over = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name}
    tx.update(task, {"state": "over", "over": over, "gsi1pk": None, "gsi1sk": None}, refusal=OVER)
    tx.commit(Event(DO, "TASK", task.id, patient=task.patient_id))


@idempotent
def reopen(scope: Scope, *, task: Task, once: Once | None = None) -> None:
    """It was not done after all: on the same list again."""
    _must_hold(scope, task, may_work)
    if task.state == "open":
        return
    tx = Transaction(scope, once=once)
    tx.update(task, {"state": "open", "over": None, **_listed(tx, task, task.owner)}, refusal=OVER)
    tx.commit(Event(REOPEN, "TASK", task.id, patient=task.patient_id))


def _must_hold(scope: Scope, task: Task, may: Callable[[Scope, str], bool]) -> None:
    scope.require(Permission.BOOK)
    scope.must_hold(task)
    if not scope.is_system and not may(scope, task.owner):
        raise NotFound


def _must_be_open(scope: Scope, task: Task, may: Callable[[Scope, str], bool]) -> None:
    _must_hold(scope, task, may)
    if task.state != "open":
        raise OVER
