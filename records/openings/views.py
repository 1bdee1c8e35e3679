"""Who opened this chart: a page of the patient, and the same as a file that the patient can be given."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from clinnet import spreadsheets
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.forms.base import button
from clinnet.table import Action, Event, Once, Topic, Transaction
from patients.access import about_patient
from patients.models import Patient
from records.openings import rows

EXPORT = Action("chart.openings", "downloaded the list of who opened the chart", Topic.EXPORTS)


@needs(Permission.AUDIT_READ)
@require_safe
@about_patient
def openings(request: ClinicRequest, patient: Patient) -> HttpResponse:
    return _page(request, patient)


def _page(request: ClinicRequest, patient: Patient) -> HttpResponse:
    found = rows.opened(request.scope, patient, request.clinic)
    shown = {
        "patient": patient,
        "found": found,
        "heads": rows.HEADS,
        "form": button(request, "openings", about=patient.id),
    }
    return render(request, "records/openings.html", shown)


@needs(Permission.AUDIT_READ, Permission.PATIENT_EXPORT)
@require_POST
@about_patient
def openings_file(request: ClinicRequest, patient: Patient) -> HttpResponse:
    form = button(request, "openings", about=patient.id)

    def note(once: Once) -> None:
        event = Event(EXPORT, "PATIENT", patient.id, patient=patient.id)
        Transaction(request.scope, once=once).commit(event)

    if not form.run(note):
        return _page(request, patient)
    found, mark = rows.opened(request.scope, patient, request.clinic), spreadsheets.separator(request.clinic.locale)
    text = spreadsheets.head(rows.HEADS, mark) + spreadsheets.lines((each.cells for each in found.openings), mark)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="clinnet-chart-openings.csv"'
    return answer
