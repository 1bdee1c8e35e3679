"""A restricted chart is opened for a reason; each opening is reviewed."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.toasts import say
from patients.access import about_patient
from patients.models import Patient
from records import queries
from records.forms import GlassForm, ReviewForm
from records.services import glass as services
from records.views.access import closed


@needs(Permission.CHART_RESTRICTED)
@require_POST
@about_patient
def break_glass(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = GlassForm(request, about=patient.id)
    if form.run(
        lambda once: services.break_glass(request.scope, patient=patient, reason=form.cleaned_data["reason"], once=once)
    ):
        return redirect("records:chart", request.scope.clinic_id, patient.id)
    return closed(request, patient, form)


@needs(Permission.AUDIT_READ, Permission.PATIENT_RESTRICT)
@about_patient
def review(request: ClinicRequest, patient: Patient, holder: str, glass_id: str) -> HttpResponse:
    """Of the chart itself nothing is shown."""
    glass = queries.glass(request.scope, patient.id, holder, glass_id)
    form = ReviewForm(request, about=glass.id)
    if form.run(
        lambda once: services.review_glass(request.scope, glass=glass, found=form.cleaned_data["found"], once=once)
    ):
        say(request, "Reviewed.")
        return redirect("patients:tasks", request.scope.clinic_id)
    when = formats.when(glass.at_time, request.clinic)
    shown = {"patient": patient, "form": form, "glass": glass, "when": when, "reviewed": glass.reviewed}
    return render(request, "records/review.html", shown, status=422 if form.errors else 200)
