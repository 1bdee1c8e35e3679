"""The slip of one appointment, and the dates of all that are coming: on screen, or as PDF with `?paper=`."""

from django.http import HttpResponse
from django.shortcuts import render

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.documents import Document, Head, Paper
from clinnet.table.errors import NotFound
from patients.access import about_patient
from patients.models import Patient
from scheduling.appointments import queries
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.rows.slip import Slip, of_all, of_one
from scheduling.appointments.views.access import about_visit
from scheduling.appointments.views.returning import came_from

MOST = 100
TEMPLATE = "scheduling/appointments/slip.typ"


@needs(Permission.SCHEDULE_READ)
@about_visit
def slip(request: ClinicRequest, visit: PatientVisit) -> HttpResponse:
    return _answer(request, visit.patient, of_one(request, visit.patient, visit.appointment), "Appointment")


@needs(Permission.SCHEDULE_READ)
@about_patient
def dates(request: ClinicRequest, patient: Patient) -> HttpResponse:
    rows = queries.coming(request.scope, patient, limit=MOST)
    return _answer(request, patient, of_all(request, patient, rows), "Appointments")


def _answer(request: ClinicRequest, patient: Patient, found: Slip, title: str) -> HttpResponse:
    if "paper" in request.GET:
        return _pdf(found, title, request.GET["paper"], Head.of(request.clinic))
    home = reverse("patients:overview", args=[request.scope.clinic_id, patient.id])
    shown = {
        "slip": found,
        "title": title,
        "back": came_from(request) or home,
        "receipt": Paper.RECEIPT,
        "paper": Paper.usual(request.clinic.country),
    }
    return render(request, "scheduling/appointments/slip.html", shown)


def _pdf(found: Slip, title: str, wanted: str, head: Head) -> HttpResponse:
    try:
        paper = Paper(wanted)
    except ValueError:
        raise NotFound from None
    answer = HttpResponse(Document(title, TEMPLATE, found, paper, head).render(), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{title.lower()}.pdf"'
    return answer
