"""The pages of medicines and problems: renewed by ticks, stopped, resolved, had back."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import button
from clinnet.forms.press import pressed
from clinnet.table import side_by_side
from clinnet.toasts import Undo, say, warn
from patients.models import Patient
from records import queries
from records.forms import RenewForm, ResumeForm
from records.lists import rows as lists
from records.models import MED, PROB
from records.prescriptions.rows import number
from records.prescriptions.views import print_prescription
from records.services import ending, prescribing
from records.services.asking import Asked
from records.summary import rows as left
from records.views.access import about_chart, begun_with, moment_sent, to_chart

MOST = 200


@needs(Permission.CHART_READ)
@require_safe
@about_chart
def medicines(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """Ticked is what ends within 14 days."""
    return _medicines(request, patient)


@needs(Permission.RX_WRITE)
@require_POST
@about_chart
def renew(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """Issues what is ticked again."""
    return _medicines(request, patient)


def _medicines(request: ClinicRequest, patient: Patient) -> HttpResponse:
    visit, read = begun_with(request, patient, *_asked(request, patient, MED))
    form = RenewForm(request, patient, moment_sent(request, visit, "Medicines renewed"))
    done = form.run(
        lambda once: prescribing.renew(
            request.scope,
            patient=patient,
            moment=form.moment,
            chosen=form.chosen,
            reason=form.cleaned_data["reason"],
            answered=form.answered,
            once=once,
        )
    )
    if done:
        ids = done.result.split()
        paper = print_prescription(request, patient, form.moment.entry_id, ids[0])
        say(request, f"{len(ids)} renewed, {number(ids)}.", actions=[paper])
        return to_chart(request, patient, form.moment.entry_id)
    found, listed = read()
    both, summary = lists.medicines(found, listed, request.clinic), left.summary(found, request.clinic)
    asked = form.refusal if isinstance(form.refusal, Asked) else None
    ticked = form.chosen if request.method == "POST" else [each.id for each in both.current if each.soon]
    shown = {"form": form, "asked": asked, "answers": form.answers(asked), "ticked": ticked, "summary": summary}
    return _shown(request, patient, both, MED, shown, status=422 if form.errors else 200)


@needs(Permission.CHART_READ)
@require_safe
@about_chart
def problems(request: ClinicRequest, patient: Patient) -> HttpResponse:
    found, listed = side_by_side(*_asked(request, patient, PROB))
    both = lists.problems(found, listed, request.clinic)
    return _shown(request, patient, both, PROB, {"summary": left.summary(found, request.clinic)})


def _asked(request: ClinicRequest, patient: Patient, kind: str) -> list[Callable[[], Any]]:
    """The summary, and what there is of a kind."""
    scope = request.scope
    return [partial(queries.summaries, scope, patient), partial(queries.of_kind, scope, patient, kind, MOST)]


def _shown(
    request: ClinicRequest, patient: Patient, both: lists.Both, kind: str, more: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    needed = Permission.RX_WRITE if kind == MED else Permission.CHART_WRITE
    may = request.scope.may(needed)
    current = [(each, button(request, "end", about=each.id) if may else None) for each in both.current]
    past = [(each, ResumeForm(request, about=each.id) if may and each.resumable else None) for each in both.past]
    shown = {"patient": patient, "current": current, "past": past, "may": may, "reasons": ending.REASONS[kind]}
    page = "records/lists/medicines.html" if kind == MED else "records/lists/problems.html"
    return render(request, page, shown | more, status=status)


@needs(Permission.CHART_WRITE)
@require_POST
@about_chart
def end(request: ClinicRequest, patient: Patient, entry_id: str, recorded_id: str) -> HttpResponse:
    url = reverse("records:resume", args=[request.scope.clinic_id, patient.id, entry_id, recorded_id])
    undo = Undo(url, ResumeForm(request, about=recorded_id))
    pressed(request, "end", lambda once: ending.end(
        request.scope, patient=patient, entry_id=entry_id, recorded_id=recorded_id,
        reason=request.POST.get("reason", ""), once=once,
    ), "Not current any more.", about=recorded_id, undo=undo)  # fmt: skip
    return _back(request, patient)


@needs(Permission.CHART_WRITE)
@require_POST
@about_chart
def resume(request: ClinicRequest, patient: Patient, entry_id: str, recorded_id: str) -> HttpResponse:
    """At once, unless something speaks against a medicine: then its page asks."""
    form = ResumeForm(request, about=recorded_id)
    done = form.run(lambda once: ending.resume(
        request.scope, patient=patient, entry_id=entry_id, recorded_id=recorded_id, answers=form.answered, once=once,
    ))  # fmt: skip
    if form.asked:
        return _against(request, patient, form, entry_id, recorded_id)
    if done:
        say(request, "Current again.")
    else:
        warn(request, form.sentence())
    return _back(request, patient)


def _against(
    request: ClinicRequest, patient: Patient, form: ResumeForm, entry_id: str, recorded_id: str
) -> HttpResponse:
    """What speaks against having a medicine back, with who stopped it and why."""
    stand = queries.standing(request.scope, patient, entry_id)
    item = next(each for each in stand.whole.recorded if each.id == recorded_id)
    shown = {"patient": patient, "form": form, "asked": form.asked, "answers": form.answers}
    shown |= {"stopped": lists.stopped(item, request.clinic), "entry_id": entry_id, "recorded_id": recorded_id}
    shown["summary"] = left.summary(stand.summaries, request.clinic)
    return render(request, "records/lists/resume.html", shown, status=422)


def _back(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """To the list that the button stood on, else to the chart."""
    back = request.POST.get("back", "")
    name = back if back in ("medicines", "problems", "results") else "chart"
    return redirect(f"records:{name}", request.scope.clinic_id, patient.id)
