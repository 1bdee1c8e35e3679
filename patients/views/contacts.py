"""The contact log: one line for each call, and who calls back."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.forms.base import button
from clinnet.toasts import say, warn
from patients import contacts, queries, services
from patients.access import about_patient
from patients.forms.contacts import ContactForm
from patients.models import Contact, Patient

PAGE = 30
BACK = {"overview", "contacts"}  # where a line may be added; the form says which page it stood on


@needs(Permission.PATIENT_READ)
@about_patient
def log(request: ClinicRequest, patient: Patient) -> HttpResponse:
    return _page(request, patient, ContactForm(request, patient))


@needs(Permission.PATIENT_WRITE)
@about_patient
def add(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = ContactForm(request, patient)
    if form.run(lambda once: services.log_contact(request.scope, patient, **form.contact, once=once)):
        say(request, "Logged.")
        return _back(request, patient)
    return _page(request, patient, form)


@needs(Permission.PATIENT_WRITE)
@require_POST
@about_patient
def called_back(request: ClinicRequest, patient: Patient, contact_id: str) -> HttpResponse:
    contact = queries.contact(request.scope, patient, contact_id)
    form = button(request, "called-back", about=contact.id)
    if form.run(lambda once: services.close_callback(request.scope, contact, once=once)):
        say(request, "The call-back is done.")
    else:
        warn(request, form.sentence())
    return _back(request, patient)


def _back(request: ClinicRequest, patient: Patient) -> HttpResponse:
    page = request.POST.get("back", "")
    return redirect(f"patients:{page if page in BACK else 'contacts'}", request.scope.clinic_id, patient.id)


def rows(request: ClinicRequest, found: Iterable[Contact]) -> list[dict[str, Any]]:
    """The log in words; an open call-back has its own form, and so its own token."""
    shown = [contacts.shown(each, request.clinic) for each in found]
    for row in shown:
        if row["open"]:
            row["called_back"] = button(request, "called-back", about=row["id"])
    return shown


def _page(request: ClinicRequest, patient: Patient, form: ContactForm) -> HttpResponse:
    cursor = request.GET.get("after", "")
    found, following = queries.contacts(request.scope, patient, limit=PAGE, cursor=cursor)
    shown = {
        "patient": patient,
        "form": form,
        "log": rows(request, found),
        "following": following,
        "paged": bool(cursor),
        "back": "contacts",
        "may_write": request.scope.may(Permission.PATIENT_WRITE),
    }
    return render(request, "patients/contacts.html", shown, status=422 if form.errors else 200)
