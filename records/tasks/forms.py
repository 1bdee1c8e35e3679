"""A task as a form, and to whom it is given."""

from typing import Any, cast

from django import forms

from clinnet.accounts import queries as accounts
from clinnet.accounts.access import ClinicRequest
from clinnet.forms.base import ClinicForm, Placed
from clinnet.forms.fields import Choice, Day, Line
from patients.models import Patient
from records.rules.tasks import LONGEST_WHAT, ROLES
from records.tasks.models import Task
from records.tasks.services import TaskWish


class OwnerField(Placed, Choice):
    """A role, or one of the staff; oneself first."""

    def place(self, request: ClinicRequest) -> None:
        me = request.scope.actor
        no_more = {me.id, *(each.id for each in accounts.gone(request.scope))}
        others = [(each.id, each.name) for each in accounts.staff(request.scope) if each.id not in no_more]
        self.choices = [(me.id, f"{me.name} (you)"), *ROLES.items(), *others]


class TaskForm(ClinicForm):
    draft = True

    what = Line(
        "What is to be done",
        most=LONGEST_WHAT,
        required=True,
        error_messages={"required": "Say what is to be done."},
        help_text="What is for reception is read there: write no diagnosis",
        widget=forms.TextInput(attrs={"class": "form-control", "autofocus": True}),
    )
    due = Day("By")
    owner = OwnerField("For", required=True)

    def __init__(self, request: ClinicRequest, patient: Patient, today: str) -> None:
        super().__init__(request, about=patient.id)
        self.initial = {"due": today, "owner": request.scope.actor.id}

    @property
    def wish(self) -> TaskWish:
        given = self.cleaned_data
        return TaskWish(given["what"], given["due"], given["owner"])


class PassForm(ClinicForm):
    owner = OwnerField("Give it to", required=True)

    def __init__(self, request: ClinicRequest, task: Task) -> None:
        super().__init__(request, about=task.id)
        field = cast(Any, self.fields["owner"])
        field.choices = [each for each in field.choices if each[0] != task.owner]
