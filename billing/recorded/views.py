"""The page of a visit on which whoever did something writes it down for the check-out."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from billing import queries as billing
from billing.recorded import queries, rows, services
from billing.recorded.forms import TAKE_OUT, RecordForm
from billing.unbilled.queries import visit_of
from clinnet import formats
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.forms.base import button
from clinnet.table import Once
from clinnet.table.errors import NotFound
from clinnet.toasts import say, warn
from patients.access import about_patient
from patients.models import Patient
from scheduling.appointments.queries import PatientVisit
from scheduling.hooks import VisitLink
from scheduling.models import Appointment


@needs(Permission.SERVICE_RECORD)
@about_patient
def record(request: ClinicRequest, patient: Patient, appointment_id: str) -> HttpResponse:
    """It stays on the page: there is often one more."""
    visit = _visit(request, patient, appointment_id)
    form, known = RecordForm(request, about=visit.id), billing.setup(request.scope)
    if form.run(lambda once: _record(request, form, visit, once)):
        say(request, f"{form.cleaned_data['add'].name} is written down.")
        return redirect("billing:record", request.scope.clinic_id, patient.id, visit.id)
    found = queries.recorded(request.scope, visit)
    done = rows.done_rows(found.done if found else services.usual(request.scope, visit), known)
    shown = {
        "form": form,
        "patient": patient,
        "visit": visit,
        "rows": [(each, button(request, TAKE_OUT, about=f"{visit.id} {each.code}")) for each in done],
        "is_usual": not found,
        "offered": known.offered,
        "may": visit.state in services.MAY_BE,
        "when": formats.when(visit.start, request.clinic) if visit.start else "",
        "own_primary": True,
    }
    return render(request, "billing/recorded/record.html", shown, status=422 if form.is_bound else 200)


def _record(request: ClinicRequest, form: RecordForm, visit: Appointment, once: Once) -> None:
    given, found = form.cleaned_data, queries.recorded(request.scope, visit)
    services.record(
        request.scope, appointment=visit, recorded=found, item=given["add"], quantity=given["quantity"], once=once
    )


@needs(Permission.SERVICE_RECORD)
@require_POST
@about_patient
def take_out(request: ClinicRequest, patient: Patient, appointment_id: str, code: str) -> HttpResponse:
    visit, item = _visit(request, patient, appointment_id), billing.catalog_item(request.scope, code)
    form, found = button(request, TAKE_OUT, about=f"{visit.id} {code}"), queries.recorded(request.scope, visit)
    if form.run(lambda once: services.take_out(request.scope, appointment=visit, recorded=found, item=item, once=once)):
        say(request, f"{item.name} is taken out.")
    else:
        warn(request, form.sentence())
    return redirect("billing:record", request.scope.clinic_id, patient.id, visit.id)


def _visit(request: ClinicRequest, patient: Patient, id: str) -> Appointment:
    """Raises NotFound."""
    found = visit_of(request.scope, patient, id)
    if found is None:
        raise NotFound
    return found


def link(request: ClinicRequest, visit: PatientVisit) -> VisitLink | None:
    """On the details of an appointment, from the moment at which the patient is here."""
    if not request.scope.may(Permission.SERVICE_RECORD) or visit.appointment.state not in services.MAY_BE:
        return None
    place = [request.scope.clinic_id, visit.patient.id, visit.appointment.id]
    return VisitLink("What was done", "checkbox", reverse("billing:record", args=place))
