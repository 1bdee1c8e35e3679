"""A prescription as PDF."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.table.errors import NotFound
from clinnet.toasts import Action
from patients.models import Patient
from records import queries
from records.prescriptions.rows import document, sheet_of
from records.services.opening import note_printing
from records.views.access import about_chart


def print_prescription(request: ClinicRequest, patient: Patient, entry_id: str, medicine_id: str) -> Action:
    """The way to its paper, which Enter opens."""
    url = reverse("records:prescription", args=[request.scope.clinic_id, patient.id, entry_id, medicine_id])
    return Action("Print", url, post=False, focus=True, apart=True)


@needs(Permission.RX_WRITE)
@require_safe
@about_chart
def paper(request: ClinicRequest, patient: Patient, entry_id: str, medicine_id: str) -> HttpResponse:
    """With all that was issued at once with this medicine. Raises NotFound for one that is not current."""
    sheet = sheet_of(queries.whole(request.scope, patient, entry_id), medicine_id)
    if not sheet:
        raise NotFound
    made = document(patient, sheet, request.clinic, request.scope.actor.name).render()
    note_printing(request.scope, patient, "prescription")
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="prescription.pdf"'
    return answer
