"""A letter is chosen, written and signed; then it is read and printed."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import back, onward, reverse
from clinnet.console import history
from clinnet.forms.base import button
from clinnet.forms.press import pressed
from clinnet.pages import answered, or_none
from clinnet.table import side_by_side
from clinnet.toasts import say
from patients.models import Patient
from records import hooks, queries
from records.letters import queries as letters
from records.letters import rows, services
from records.letters.forms import LetterForm, LetterTemplateForm
from records.rules.letters import apart, match
from records.services.opening import note_printing
from records.services.recording import Moment
from records.summary.rows import summary, summary_read
from records.views.access import about_chart, to_chart, told, visit_now

MANAGE = "console:home"


@needs(Permission.LETTER_WRITE)
@require_safe
@about_chart
def new(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """Which template; Enter takes the first one whose name has what was typed, before how long it holds."""
    typed = request.GET.get("find", "")[:60]
    name, how_long = apart(typed)
    found = match(letters.templates(request.scope), name)
    if name and found:
        there = reverse("records:write-letter", args=[request.scope.clinic_id, patient.id, found[0].id])
        return redirect(f"{there}?{urlencode({'for': how_long})}" if how_long else there)
    shown: dict[str, Any] = {"patient": patient, "templates": found, "typed": typed}
    shown["summary"] = summary(queries.summaries_if_read(request.scope, patient), request.clinic)
    return render(request, "records/letters/new.html", shown)


@needs(Permission.LETTER_WRITE)
@about_chart
def write(request: ClinicRequest, patient: Patient, letter_template_id: str) -> HttpResponse:
    """What is not read of the chart is not written: Unavailable."""
    template = letters.chosen(request.scope, letter_template_id)
    found = queries.summaries(request.scope, patient)
    form = LetterForm(request, patient, template, services.facts_of(found, request.clinic))
    visit = visit_now(request, patient) if request.method == "POST" else None
    moment = Moment(visit.id, visit.title) if visit else Moment(clock.new_id(), "")
    if done := form.run(
        lambda once: services.sign_letter(request.scope, patient=patient, moment=moment, draft=form.letter, once=once)
    ):
        say(request, "Signed. Enter prints it.")
        return redirect("records:letter", request.scope.clinic_id, patient.id, *done.result.split("/"))
    shown = {"patient": patient, "form": form, "template": template, "summary": summary_read(found, request.clinic)}
    return render(request, "records/letters/write.html", shown, status=422 if form.errors else 200)


@needs(Permission.CHART_READ)
@require_safe
@about_chart
@told
def letter(request: ClinicRequest, patient: Patient, entry_id: str, letter_id: str) -> HttpResponse:
    parts = hooks.letter_parts(request, patient, letter_id)
    asks: list[Callable[[], Any]] = [partial(or_none, ask) for each in parts for ask in each.asked]
    asks.append(partial(letters.letter, request.scope, patient, entry_id, letter_id))
    *answers, found, read = side_by_side(*asks, partial(queries.summaries_if_read, request.scope, patient))
    may = request.scope.may(Permission.LETTER_WRITE) and not found.errored
    shown = {
        "patient": patient,
        "letter": found,
        "paper": rows.paper(found, request.clinic),
        "holds": rows.letter_holds(found),
        "errored": rows.errored(found, request.clinic),
        "parts": list(answered(parts, answers)),
        "mistake": button(request, "letter-in-error", about=letter_id) if may else None,
        "summary": summary(read, request.clinic),
    }
    return render(request, "records/letters/letter.html", shown)


@needs(Permission.CHART_READ)
@require_safe
@about_chart
def paper(request: ClinicRequest, patient: Patient, entry_id: str, letter_id: str) -> HttpResponse:
    made = rows.document(letters.letter(request.scope, patient, entry_id, letter_id), request.clinic).render()
    note_printing(request.scope, patient, "letter")
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="letter.pdf"'
    return answer


@needs(Permission.LETTER_WRITE)
@require_POST
@about_chart
def in_error(request: ClinicRequest, patient: Patient, entry_id: str, letter_id: str) -> HttpResponse:
    pressed(request, "letter-in-error", lambda once: services.letter_in_error(
        request.scope, patient=patient, entry_id=entry_id, letter_id=letter_id,
        reason=request.POST.get("reason", ""), once=once,
    ), "Marked as entered in error. It stays readable, struck through.", about=letter_id)  # fmt: skip
    return to_chart(request, patient, entry_id)


@needs(Permission.TEMPLATE_MANAGE)
def template(request: ClinicRequest, clinic: str, letter_template_id: str = "") -> HttpResponse:
    found = letters.clinic_letter(request.scope, letter_template_id) if letter_template_id else None
    form = history.begun(request, found, partial(LetterTemplateForm, request))
    if form.run(lambda once: services.save_letter_template(request.scope, letter=found, **form.values, once=once)):
        say(request, "Saved. Letters that are signed stay as they are.")
        return redirect(onward(request, back(request, clinic, MANAGE)))
    shown = {"form": form, "letter": found}
    return render(request, "records/letters/template.html", shown, status=422 if form.is_bound else 200)
