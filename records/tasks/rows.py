"""Tasks as Tasks, the chart and their own page show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from clinnet import clock, formats
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.table import Scope
from patients.models import Patient
from patients.rules import names
from records.lines import TaskLine
from records.rules.tasks import ROLES
from records.tasks.services import may_work


@dataclass(frozen=True, slots=True, repr=False)
class TaskRow:
    """`what` is empty where a restricted chart hides it, and for an administrator. `owner` in words; `when`: "today",
    "since 3 Nov 2026".
    """

    id: str
    patient_id: str
    name: str
    what: str
    owner: str
    by: str
    when: str
    tone: str
    mine: bool
    free: bool  # of a role, or of somebody who has left: whoever takes it
    theirs: bool  # the reader may do it; else only give it on


@dataclass(frozen=True, slots=True, repr=False)
class Reader:
    """Who reads, and the names by id of the staff and of those who have left."""

    scope: Scope
    clinic: Clinic
    staff: Mapping[str, str]
    gone: Mapping[str, str]

    @classmethod
    def of(cls, scope: Scope, clinic: Clinic) -> Self:
        staff, gone = (
            {each.id: each.name for each in found} for found in (accounts.staff(scope), accounts.gone(scope))
        )
        return cls(scope, clinic, staff, gone)

    def owner(self, id: str) -> str:
        if name := self.gone.get(id):
            return f"{name}, who works here no longer"
        return ROLES.get(id, "").lower() or self.staff.get(id, "somebody who works here no longer")


def task_row(id: str, task: TaskLine, patient: Patient, reader: Reader) -> TaskRow:
    scope, clinic = reader.scope, reader.clinic
    when, tone = _when(task.due, clinic)
    mine = task.owner == scope.actor.id
    theirs, free = may_work(scope, task.owner), task.owner in ROLES or task.owner in reader.gone
    hidden = not theirs or (patient.restricted and not mine and task.owner != "receptionist")
    name = names.list_name(patient.data) + (" (deceased)" if patient.deceased_on else "")
    what, owner = "" if hidden else task.what, reader.owner(task.owner)
    return TaskRow(id, patient.id, name, what, owner, task.by, when, tone, mine, free and theirs, theirs)


def of_chart(found: Mapping[str, TaskLine], patient: Patient, reader: Reader) -> list[TaskRow]:
    """This person's own first."""
    rows = [task_row(id, each, patient, reader) for id, each in found.items() if may_work(reader.scope, each.owner)]
    return sorted(rows, key=lambda each: not each.mine)


def _when(day: str, clinic: Clinic) -> tuple[str, str]:
    today = clock.today(clinic.time_zone).isoformat()
    if day == today:
        return "today", "warn"
    shown = formats.date(day, clinic)
    return (f"since {shown}", "danger") if day < today else (f"by {shown}", "note")
