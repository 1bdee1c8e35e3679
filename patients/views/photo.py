"""The photo of a patient: a link to it that works for a minute, and changing or removing it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinnet import files
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.forms.base import ClinicForm, button
from clinnet.table import Once
from clinnet.table.errors import NotFound, Refused, Unavailable
from clinnet.toasts import say
from patients import photos
from patients.access import about_patient
from patients.forms.photo import PhotoForm
from patients.models import Patient
from patients.services import portraits


@needs(Permission.PATIENT_READ, background=True)
@require_safe
@about_patient
def photo(request: ClinicRequest, patient: Patient) -> HttpResponse:
    if not patient.photo:
        raise NotFound
    return redirect(files.address(photos.KIND, patient.photo))


@needs(Permission.PATIENT_WRITE)
@about_patient
def change(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = PhotoForm(request, about=patient.id)
    if form.run(lambda once: _store(request, patient, form, once)):
        say(request, "The photo is saved.")
        return _back(request, patient)
    return _page(request, patient, form)


def _store(request: ClinicRequest, patient: Patient, form: PhotoForm, once: Once) -> None:
    file = form.cleaned_data["photo"]
    data = photos.prepare(file, file.size)
    try:
        portraits.set_photo(request.scope, patient, data, once=once)
    except Unavailable as unavailable:
        raise Refused(unavailable.sentence, field="photo") from None


@needs(Permission.PATIENT_WRITE)
@require_POST
@about_patient
def remove(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = button(request, "remove-photo", about=patient.id)
    if form.run(lambda once: portraits.remove_photo(request.scope, patient, once=once)):
        say(request, "The photo is removed.")
        return _back(request, patient)
    return _page(request, patient, PhotoForm(request, about=patient.id), refused=form)


def _back(request: ClinicRequest, patient: Patient) -> HttpResponse:
    return redirect("patients:details", request.scope.clinic_id, patient.id)


def _page(request: ClinicRequest, patient: Patient, form: PhotoForm, refused: ClinicForm | None = None) -> HttpResponse:
    if refused:
        form.is_bound = False
    remove = refused or button(request, "remove-photo", about=patient.id)
    status = 422 if form.errors or refused else 200
    return render(request, "patients/photo.html", {"patient": patient, "form": form, "remove": remove}, status=status)
