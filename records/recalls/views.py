"""The list of those to ask back, for whoever books; and how somebody comes onto it."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.forms.base import button
from clinnet.forms.press import pressed
from clinnet.toasts import say
from patients import hooks
from patients.access import about_patient
from patients.models import Patient
from patients.queries import survivors
from records.queries import summaries_if_read
from records.recalls import queries, rows, services
from records.recalls.forms import RecallForm
from records.rules.recalls import CHOSEN, ENDS
from records.summary.rows import summary
from records.views.access import about_chart

AHEAD = timedelta(days=31)


@needs(Permission.BOOK)
@require_safe
def page(request: ClinicRequest, clinic: str) -> HttpResponse:
    """Who is due up to a month ahead, the longest overdue first."""
    until = clock.today(request.clinic.time_zone) + AHEAD
    found = queries.due_asked(request.scope, until.isoformat())()
    known = survivors(request.scope, {row["line"]["i"] for row in found.rows})
    shown = [
        (
            each,
            hooks.banner(request, known[each.patient_id]).book_url,
            button(request, "recall-tried", about=each.id),
            button(request, "recall-end", about=each.id),
        )
        for each in rows.due(found.rows, known, request.clinic)
    ]
    ends = {key: ENDS[key] for key in CHOSEN}
    return render(request, "records/recalls/page.html", {"rows": shown, "ends": ends, "more": bool(found.next)})


@needs(Permission.CHART_WRITE)
@about_chart
def new(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = RecallForm(request, patient)
    if form.run(lambda once: services.ask_back(request.scope, patient=patient, wish=form.wish, once=once)):
        say(request, f"On the list: {form.wish.what}.")
        return redirect("records:chart", request.scope.clinic_id, patient.id)
    read = summary(summaries_if_read(request.scope, patient), request.clinic)
    shown = {"patient": patient, "form": form, "summary": read}
    return render(request, "records/recalls/new.html", shown, status=422 if form.errors else 200)


@needs(Permission.BOOK)
@require_POST
@about_patient
def tried(request: ClinicRequest, patient: Patient, recall_id: str) -> HttpResponse:
    recall = queries.recall(request.scope, patient, recall_id)
    pressed(
        request,
        "recall-tried",
        lambda once: services.not_reached(request.scope, recall=recall, once=once),
        "Not reached: it stays on the list.",
        about=recall_id,
    )
    return redirect("records:recalls", request.scope.clinic_id)


@needs(Permission.BOOK)
@require_POST
@about_patient
def end(request: ClinicRequest, patient: Patient, recall_id: str) -> HttpResponse:
    recall, how = queries.recall(request.scope, patient, recall_id), request.POST.get("how", "")
    pressed(
        request,
        "recall-end",
        lambda once: services.end(request.scope, recall=recall, how=how, once=once),
        f"{ENDS.get(how, 'Done')}: off the list.",
        about=recall_id,
    )
    return redirect("records:recalls", request.scope.clinic_id)
