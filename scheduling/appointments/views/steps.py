"""Arrive, to room, ready, with doctor, finished, left: one press each. And undo, no-show, came late, cancel."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.jobs.forms import UndoJobForm
from clinnet.jobs.models import Job
from clinnet.table import Once
from clinnet.toasts import Action
from scheduling import hooks
from scheduling.appointments.forms.visits import CameLateForm, CancelForm, NoShowForm, StepForm, UndoForm, token
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.rows.showing import Showing
from scheduling.appointments.rows.visits import Allowed, card_of, is_due, stamps
from scheduling.appointments.services import presence, series, states, undoing
from scheduling.appointments.services.presence import HereAlready
from scheduling.appointments.views import answers
from scheduling.appointments.views.access import about_visit, about_visit_and_day
from scheduling.calendar.queries.setup import setup
from scheduling.hooks import Forgotten
from scheduling.messages.services.outbox import SOON
from scheduling.models import (
    CANCELLED,
    CONFIRMED,
    DOCTOR,
    FINISHED,
    LEFT,
    NO_SHOW,
    READY,
    ROOM,
    WAITING,
    Appointment,
)
from scheduling.refusals import TimeGone

SERVICES: dict[str, Callable[..., object]] = {
    CONFIRMED: states.confirm,
    WAITING: states.arrive,
    ROOM: states.to_room,
    READY: states.ready,
    DOCTOR: states.with_doctor,
    FINISHED: states.finish,
    LEFT: states.leave,
}
KEPT = ("to", "at", "version", "with")  # of a step's form, while something more is asked


@needs(Permission.BOOK)
@require_POST
@about_visit_and_day
def step(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    appointment = visit.appointment
    form = StepForm(request, about=appointment.id)
    if asked := _leaves(request, visit):
        return asked
    done = form.run(
        lambda once: SERVICES[form.cleaned_data["to"]](
            request.scope, appointment=appointment, **form.where(visit), once=once
        )
    )
    if not done:
        return _asks(request, visit, form)
    now, to = answers.again(request, visit, done.result), form.cleaned_data["to"]
    if now.appointment.state != to:  # an old form once more, and somebody has gone on since
        return answers.done(request, now, answers.telling(request, now).step(now.appointment.state or ""))
    actions = [answers.undo(request, now.appointment)]
    if to == WAITING:
        actions += answers.arrive_too(request, now.appointment)
    if to == WAITING and is_due(now.patient):
        actions.append(Action("Check details", answers.url(request, "arrival-check", appointment), post=False))
    return answers.done(request, now, answers.telling(request, now).step(to), *actions)


def forgotten(request: ClinicRequest, visit: PatientVisit) -> Forgotten | None:
    """Of somebody who was seen; whoever walks out of the waiting room leaves nothing behind."""
    return hooks.forgotten(request, visit) if visit.appointment.state in (DOCTOR, FINISHED) else None


def _leaves(request: ClinicRequest, visit: PatientVisit) -> HttpResponse | None:
    """Asks whether a patient goes for whom something was forgotten: one press too many must not send them away."""
    leaves = request.POST.get("to") == LEFT and "sure" not in request.POST
    found = forgotten(request, visit) if leaves else None
    return _ask(request, visit, StepForm, "scheduling/appointments/visit_leaves.html", found=found) if found else None


def _asks(request: ClinicRequest, visit: PatientVisit, form: StepForm) -> HttpResponse:
    """What has to be said before the step, or why it is refused."""
    if isinstance(form.refusal, HereAlready) and form.cleaned_data["to"] == WAITING:
        return _here_already(request, visit, form.refusal.visit)
    if "practitioner" in form.errors:
        return which_doctor(request, visit)
    return answers.refused(request, visit.appointment, form)


def _here_already(request: ClinicRequest, visit: PatientVisit, other: Appointment) -> HttpResponse:
    """Asks what is with the visit for which they are here: one press of Arrive never makes two of one person."""
    known = setup(request.scope)
    what = presence.for_what(other, known)
    return _ask(
        request,
        visit,
        StepForm,
        "scheduling/appointments/visit_here_already.html",
        other=f"{what[:1].upper()}{what[1:]}",
        other_url=answers.url(request, "appointment", other),
        may_give_up=presence.may_give_up(other),
        when=presence.when(visit.appointment, known),
    )


def which_doctor(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """Asks who sees a patient who is booked with nobody: one button for each, and the same form."""
    people = setup(request.scope).practitioners
    return _ask(request, visit, StepForm, "scheduling/appointments/visit_which_doctor.html", people=people)


def _ask(
    request: ClinicRequest, visit: PatientVisit, form_class: type[StepForm | UndoForm], template: str, **more: Any
) -> HttpResponse:
    """The same form of a step, with the question in place of the details."""
    request.patient = visit.patient  # type: ignore[attr-defined]  # for the banner
    form = form_class(request, about=visit.appointment.id)
    form.is_bound = False
    shown = {
        "visit": visit,
        "form": form,
        "action": answers.url(request, form.leads_to, visit.appointment),
        "name": answers.telling(request, visit).called,
        "panel": bool(request.htmx),
        "back": request.POST.get("back", ""),
        "kept": [(name, request.POST[name]) for name in KEPT if request.POST.get(name)],
        **more,
    }
    answer = render(request, template, shown, status=422)
    return retarget(reswap(answer, "innerHTML"), f"#{answers.PANEL}") if request.htmx else answer


@needs(Permission.BOOK)
@require_POST
@about_visit
def undo(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    appointment = visit.appointment
    form = UndoForm(request, about=appointment.id)
    as_seen = request.POST.get("version", "") in ("", str(int(appointment.version)))  # else it is refused in words
    if as_seen and "sure" not in request.POST and undoing.step_of_another(request.scope, appointment):
        what = stamps(appointment, setup(request.scope))[-1]
        return _ask(request, visit, UndoForm, "scheduling/appointments/visit_undo_other.html", what=what)
    done = form.run(
        lambda once: undoing.undo(
            request.scope, appointment=appointment, seen=form.cleaned_data["version"] or 0, once=once
        )
    )
    if not done:
        return answers.refused(request, appointment, form)
    now = answers.again(request, visit, done.result)
    return answers.done(request, now, answers.telling(request, now).undone())


@needs(Permission.BOOK)
@require_POST
@about_visit
def no_show(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    appointment = visit.appointment
    form = NoShowForm(request, about=appointment.id)
    if not form.run(lambda once: states.no_show(request.scope, appointment=appointment, once=once)):
        return answers.refused(request, appointment, form)
    now = answers.again(request, visit)
    return answers.done(
        request, now, answers.telling(request, now).step(NO_SHOW), answers.undo(request, now.appointment)
    )


@needs(Permission.BOOK)
@about_visit
def came_late(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    """One press. Where the time is somebody's by now, the page asks whether to queue, which is the second."""
    appointment = visit.appointment
    form = CameLateForm(request, about=appointment.id)
    if form.run(
        lambda once: states.came_late(
            request.scope, appointment=appointment, queue=form.cleaned_data["queue"], once=once
        )
    ):
        now = answers.again(request, visit)
        sentence = answers.telling(request, now).step(WAITING)
        return answers.done(request, now, sentence, answers.undo(request, now.appointment))
    gone = isinstance(form.refusal, TimeGone)
    if form.is_bound and not gone:
        return answers.refused(request, appointment, form)
    return _ask_to_queue(request, visit, gone=gone)


def _ask_to_queue(request: ClinicRequest, visit: PatientVisit, *, gone: bool) -> HttpResponse:
    request.patient = visit.patient  # type: ignore[attr-defined]  # for the banner
    form = CameLateForm(request, about=visit.appointment.id)
    form.is_bound = False
    shown = {
        "visit": visit,
        "form": form,
        "gone": gone,
        "name": answers.telling(request, visit).called,
        "panel": request.htmx.target == answers.PANEL,
        "back": request.POST.get("back", ""),
    }
    return render(
        request, "scheduling/appointments/visit_came_late.html", shown, status=422 if request.htmx and gone else 200
    )


@needs(Permission.BOOK)
@about_visit
def cancel(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    appointment = visit.appointment
    request.patient = visit.patient  # type: ignore[attr-defined]  # for the banner
    form = CancelForm(request, appointment)

    def take(once: Once) -> Job | None:
        form.check_time(appointment)
        given: dict[str, Any] = {"by": form.cleaned_data["by"], "reason": form.why, "once": once}
        if form.cleaned_data.get("which") and form.the_rest:
            return series.cancel_rest(request.scope, appointment=appointment, **given)
        tell = form.cleaned_data.get("tell") or SOON
        states.cancel(request.scope, appointment=appointment, tell=tell, **given)
        return None

    if done := form.run(take):
        return _cancelled(request, visit, done.result)
    return _cancel_page(request, visit, form)


def _cancelled(request: ClinicRequest, visit: PatientVisit, job: Job | None) -> HttpResponse:
    now = answers.again(request, visit)
    sentence = answers.telling(request, now).step(CANCELLED)
    told, decide = answers.told_of(request, now)
    if job and (later := len(job.results or {}) - 1):
        url = reverse("scheduling:job-undo", args=[request.scope.clinic_id, job.id])
        undo_all = Action("Undo", url, fields=(("once", token(request.scope, UndoJobForm, job.id)),))
        return answers.done(request, now, f"{sentence} So are {later} later ones.", undo_all)
    again = Action("Another time", answers.book_again(request, now.appointment), post=False)
    return answers.done(request, now, f"{sentence} {told}", answers.undo(request, now.appointment), *decide, again)


def _cancel_page(request: ClinicRequest, visit: PatientVisit, form: CancelForm) -> HttpResponse:
    appointment = visit.appointment
    panel = request.htmx.target == answers.PANEL
    shown = {
        "visit": visit,
        "form": form,
        "panel": panel,
        "may": Allowed(appointment, request.clinic),
        "shown": Showing.of(request).card(card_of(request.scope, visit)),
        "when": answers.telling(request, visit).day_and_time,
        "back": request.POST.get("back") or request.GET.get("back", ""),
    }
    return render(request, "scheduling/appointments/cancel.html", shown, status=422 if form.errors else 200)
