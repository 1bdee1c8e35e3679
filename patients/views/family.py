"""Who belongs to a patient: linking somebody we know or an outsider, changing and ending a link."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from clinnet import clock
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.forms.base import button
from clinnet.table.errors import NotFound
from clinnet.toasts import say, warn
from patients import family, queries, services
from patients.access import about_patient
from patients.forms.family import EditTieForm, LinkForm, OutsiderForm
from patients.models import Patient
from patients.rules.shape import Link


@needs(Permission.PATIENT_WRITE)
@about_patient
def link(request: ClinicRequest, patient: Patient) -> HttpResponse:
    """Find, choose, say what they are: one page, the search being a step of its form."""
    form = LinkForm(request, patient)
    if request.method == "POST" and "find" not in request.POST:
        if form.run(lambda once: _link(request, patient, form, once)):
            say(request, "Linked.")
            return _back(request, patient)
    elif form.is_bound:
        form.keep()
    shown = {"patient": patient, "form": form}
    return render(request, "patients/family_link.html", shown, status=422 if form.errors else 200)


def _link(request: ClinicRequest, patient: Patient, form: LinkForm, once: Any) -> None:
    wish, back = form.both
    services.link(request.scope, patient, form.cleaned_data["other"], wish, back=back, once=once)


@needs(Permission.PATIENT_WRITE)
@about_patient
def outsider(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = OutsiderForm(request, about=patient.id)
    if form.run(lambda once: services.link_outsider(request.scope, patient, form.tie, once=once)):
        say(request, "Added.")
        return _back(request, patient)
    shown = {"patient": patient, "form": form}
    return render(request, "patients/family_outsider.html", shown, status=422 if form.errors else 200)


@needs(Permission.PATIENT_WRITE)
@about_patient
def edit(request: ClinicRequest, patient: Patient, link_id: str) -> HttpResponse:
    tie = _link_of(patient, link_id)
    other = _other(request, tie)
    form = EditTieForm(request, tie)
    if form.run(lambda once: services.change_link(request.scope, patient, link_id, other, form.tie, once=once)):
        say(request, "Saved.")
        return _back(request, patient)
    today = clock.today(request.clinic.time_zone)
    shown = {
        "patient": patient,
        "form": form,
        "relative": family.relative(patient, tie, other, request.clinic, today),
        "unlink": button(request, "unlink", about=link_id),
    }
    return render(request, "patients/family_edit.html", shown, status=422 if form.errors else 200)


@needs(Permission.PATIENT_WRITE)
@require_POST
@about_patient
def unlink(request: ClinicRequest, patient: Patient, link_id: str) -> HttpResponse:
    tie = family.find(patient, link_id)
    if tie is None:  # the form was sent twice, or somebody was quicker
        return _back(request, patient)
    other = _other(request, tie)
    form = button(request, "unlink", about=link_id)
    if form.run(lambda once: services.unlink(request.scope, patient, link_id, other, once=once)):
        say(request, "They are not linked any more.")
    else:
        warn(request, form.sentence())
    return _back(request, patient)


def _link_of(patient: Patient, link_id: str) -> Link:
    found = family.find(patient, link_id)
    if found is None:
        raise NotFound
    return found


def _other(request: ClinicRequest, tie: Link) -> Patient | None:
    """The relative's own record; None for an outsider, and for a record that is not found any more."""
    try:
        return queries.current(request.scope, tie["patient_id"]) if tie.get("patient_id") else None
    except NotFound:
        return None


def _back(request: ClinicRequest, patient: Patient) -> HttpResponse:
    return redirect("patients:overview", request.scope.clinic_id, patient.id)
