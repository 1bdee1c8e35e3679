"""Reads of tasks."""

from collections.abc import Iterable
from functools import partial

from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Page, Scope, get, keys, query
from patients import timeline
from patients.models import Patient
from records.lines import TaskLine
from records.rules.tasks import ROLES
from records.tasks.models import Task

MOST = 100
MOST_GONE = 20  # of those who left last


def of_nobody(scope: Scope, owner: str) -> bool:
    """Whether it was given to somebody who works here no longer."""
    return owner in {each.id for each in accounts.gone(scope)}


def mine_asked(scope: Scope, roles: Iterable[str]) -> list[partial[Page]]:
    """Those of the person, and of each role of theirs; what is due first, first.

    Those of somebody who has left stand on the lists of all who treat, and of administrators.
    """
    owners = [scope.actor.id, *(role for role in ROLES if role in roles)]
    if scope.may(Permission.CHART_WRITE) or scope.may(Permission.STAFF_MANAGE):
        owners += [each.id for each in accounts.gone(scope)[:MOST_GONE]]
    return [partial(query, scope, keys.tasks_for(scope.clinic_id, each), limit=MOST) for each in owners]


def of_patient_asked(scope: Scope, patient: Patient) -> list[partial[Page]]:
    """All of a record and of those that were folded into it, to be asked beside others."""
    return [partial(query, scope, keys.tasks_of(id), limit=MOST, backward=True) for id in timeline.all_ids(patient)]


def still_open(pages: Iterable[Page | None]) -> dict[str, TaskLine]:
    """By id; what is due first, first. Of a list as of a record: a row's line says it all."""
    rows = [row for page in pages if page for row in page.rows if row.get("state") == "open"]
    found = {str(row["id"]): TaskLine.unpack(row["line"]) for row in rows}
    return dict(sorted(found.items(), key=lambda each: (each[1].due, each[0])))


def task(scope: Scope, patient: Patient, id: str) -> Task:
    """Of the record or of one that was folded into it. Raises NotFound."""
    own, *folded = timeline.all_ids(patient)
    for each in folded:
        page = query(scope, keys.tasks_of(each), limit=MOST, backward=True)
        if found := next((one for one in page.of(Task) if one.id == id), None):
            return found
    return get(scope, Task, Task.at(own, id))
