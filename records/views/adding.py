"""The line of the chart, and what was entered in error."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import button
from clinnet.forms.press import pressed
from clinnet.toasts import Undo, say, warn
from patients.models import Patient
from records import queries
from records.coding import queries as codes
from records.forms import LineForm
from records.hooks import VisitNow
from records.prescriptions.views import print_prescription
from records.rules import icd, line
from records.services import mistakes, typing
from records.services.asking import Asked
from records.services.typing import Typed
from records.summary import rows as left
from records.views.access import about_chart, moment_sent, to_chart, visit_now


@needs(Permission.CHART_WRITE)
@about_chart
def add(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """Records what the line says; where something has to be meant, the page asks."""
    visit = visit_now(request, patient)
    form = LineForm(request, patient, moment_sent(request, visit))
    done = form.run(
        lambda once: typing.record(request.scope, patient=patient, moment=form.moment, typed=form.typed, once=once)
    )
    if done:
        _say(request, patient, form.moment.entry_id, visit, done.result)
        return to_chart(request, patient, form.moment.entry_id)
    refusal = form.refusal if isinstance(form.refusal, Asked) else None
    text = form.data.get("text", "")
    typed = Typed(text, form.data.get("code", ""), _ranked(request, text))
    shown = {
        "patient": patient,
        "form": form,
        "has_line": True,
        "asked": refusal,
        "answers": form.answers(refusal),
        "understood": typing.understood(typed, request.clinic),
        "text": text,
        "summary": left.summary(queries.summaries_if_read(request.scope, patient), request.clinic),
    }
    return render(request, "records/line_page.html", shown, status=422 if form.errors else 200)


def _ranked(request: ClinicRequest, text: str) -> icd.Context:
    """Of a problem alone: nothing else has a code."""
    kind, _ = line.taken_apart(text)
    return codes.context(request.scope, request.clinic, request.POST) if kind == "problem" else icd.Context()


def _say(
    request: ClinicRequest, patient: Patient, entry_id: str, visit: VisitNow | None, done: typing.Recorded
) -> None:
    """With *Undo*; after measurements with *Ready*, which Enter presses, where a visit of today waits for it."""
    waits = visit and visit.ready and visit.id == entry_id and done.kind == "measure"
    actions = [replace(visit.ready, focus=True)] if visit and visit.ready and waits else []
    if done.kind == "rx":
        actions = [print_prescription(request, patient, entry_id, done.id)]
    undo = undo_of(request, patient, entry_id, done.id) if done.id else None
    say(request, f"Recorded: {done.words}.", undo=undo, actions=actions)
    if done.told:
        warn(request, " ".join(done.told))


def undo_of(request: ClinicRequest, patient: Patient, entry_id: str, id: str) -> Undo:
    """Of what was just recorded: it is marked as entered in error."""
    url = reverse("records:in-error", args=[request.scope.clinic_id, patient.id, entry_id, id])
    return Undo(url, button(request, "in-error", about=id), (("reason", "content"),))


@needs(Permission.CHART_READ, often=True)
@require_POST
def understood(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Beneath the line, while it is typed."""
    text = request.POST.get("text", "")[:300]
    typed = Typed(text, context=_ranked(request, text))
    shown = {"understood": typing.understood(typed, request.clinic), "text": text}
    return render(request, "records/understood.html", shown)


@needs(Permission.CHART_WRITE)
@require_POST
@about_chart
def in_error(request: ClinicRequest, patient: Patient, entry_id: str, recorded_id: str) -> HttpResponse:
    pressed(request, "in-error", lambda once: mistakes.enter_in_error(
        request.scope, patient=patient, entry_id=entry_id, recorded_id=recorded_id,
        reason=request.POST.get("reason", ""), once=once,
    ), "Marked as entered in error. It stays readable in its entry.", about=recorded_id)  # fmt: skip
    return to_chart(request, patient, entry_id)
