"""A task is written, read, taken, given on, done."""

from collections.abc import Callable, Mapping, Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import button
from clinnet.forms.press import pressed
from clinnet.pages import Questions, Section
from clinnet.table import Once, Page, Scope
from clinnet.table.errors import NotFound
from clinnet.toasts import Undo, say
from patients.access import about_patient
from patients.models import Patient
from patients.queries import survivors
from records.lines import TaskLine
from records.queries import summaries_if_read
from records.summary.rows import summary
from records.tasks import queries, services
from records.tasks.forms import PassForm, TaskForm
from records.tasks.models import Task
from records.tasks.rows import Reader, task_row
from records.views.access import about_chart


@needs(Permission.CHART_WRITE)
@about_chart
def new(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = TaskForm(request, patient, formats.today(request.clinic))
    if form.run(lambda once: services.add_task(request.scope, patient=patient, task_wish=form.wish, once=once)):
        say(request, f"On the list: {form.wish.what}.")
        return redirect("records:chart", request.scope.clinic_id, patient.id)
    read = summary(summaries_if_read(request.scope, patient), request.clinic)
    shown = {"patient": patient, "form": form, "summary": read}
    return render(request, "records/tasks/new.html", shown, status=422 if form.errors else 200)


def _found(request: ClinicRequest, patient: Patient, task_id: str) -> Task:
    """Raises NotFound for what is not for this person."""
    task = queries.task(request.scope, patient, task_id)
    if not services.may_give(request.scope, task.owner):
        raise NotFound
    return task


@needs(Permission.BOOK)
@about_patient
def task(request: ClinicRequest, patient: Patient, task_id: str) -> HttpResponse:
    """One task, and to whom else it could be given."""
    found = _found(request, patient, task_id)
    form = PassForm(request, found)
    if form.run(lambda once: services.pass_on(request.scope, task=found, owner=form.cleaned_data["owner"], once=once)):
        say(request, "Given on.")
        return redirect("patients:tasks", request.scope.clinic_id)
    shown = {
        "patient": patient,
        "task": task_row(task_id, TaskLine.unpack(found.line), patient, Reader.of(request.scope, request.clinic)),
        "over": found.over,
        "form": form,
        "done": button(request, "task-done", about=task_id),
        "take": button(request, "task-take", about=task_id),
        "reopen": button(request, "task-reopen", about=task_id),
    }
    return render(request, "records/tasks/task.html", shown, status=422 if form.errors else 200)


Act = Callable[[Scope, Task, Once], None]
# What is done by a button, by the name of its address: the service, and what is said then.
ACTS: Mapping[str, tuple[Act, str]] = {
    "task-take": (lambda scope, task, once: services.take(scope, task=task, once=once), "It is yours."),
    "task-done": (lambda scope, task, once: services.do(scope, task=task, once=once), "Done."),
    "task-reopen": (lambda scope, task, once: services.reopen(scope, task=task, once=once), "On the list again."),
}


@needs(Permission.BOOK)
@require_POST
@about_patient
def take(request: ClinicRequest, patient: Patient, task_id: str) -> HttpResponse:
    return _act(request, patient, task_id, "task-take")


@needs(Permission.BOOK)
@require_POST
@about_patient
def done(request: ClinicRequest, patient: Patient, task_id: str) -> HttpResponse:
    return _act(request, patient, task_id, "task-done")


@needs(Permission.BOOK)
@require_POST
@about_patient
def reopen(request: ClinicRequest, patient: Patient, task_id: str) -> HttpResponse:
    return _act(request, patient, task_id, "task-reopen")


def _act(request: ClinicRequest, patient: Patient, task_id: str, name: str) -> HttpResponse:
    task, (act, said) = _found(request, patient, task_id), ACTS[name]
    undo = _undo(request, patient, task_id) if name == "task-done" else None
    pressed(request, name, lambda once: act(request.scope, task, once), said, about=task_id, undo=undo)
    back = "records:chart" if request.POST.get("back") == "chart" else "patients:tasks"
    return redirect(back, request.scope.clinic_id, *([patient.id] if back == "records:chart" else []))


def _undo(request: ClinicRequest, patient: Patient, task_id: str) -> Undo:
    url = reverse("records:task-reopen", args=[request.scope.clinic_id, patient.id, task_id])
    return Undo(url, button(request, "task-reopen", about=task_id))


def sections(request: ClinicRequest) -> Questions[list[Section]]:
    """What this person, and whoever has a role of theirs, has to do about patients."""
    if not request.scope.may(Permission.BOOK):
        return Questions((), lambda pages: [])

    def show(pages: Sequence[Page | None]) -> list[Section]:
        found, who = queries.still_open(pages), Reader.of(request.scope, request.clinic)
        known = survivors(request.scope, {each.patient_id for each in found.values()})
        rows = [
            (
                task_row(id, each, patient, who),
                button(request, "task-done", about=id),
                button(request, "task-take", about=id),
            )
            for id, each in found.items()
            if (patient := known.get(each.patient_id))
        ]
        more = any(page.next for page in pages if page)
        return [Section("records/tasks/section.html", {"rows": rows, "more": more})] if rows else []

    return Questions(queries.mine_asked(request.scope, request.signin.roles), show)
