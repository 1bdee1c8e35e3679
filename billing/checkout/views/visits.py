"""What money adds to the details of an appointment: the way to check out, and its invoice."""

from django.utils.http import urlencode

from billing.checkout.services import MAY_PAY
from billing.unbilled.queries import Excuse
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.table import find_row, keys
from scheduling.appointments.queries import PatientVisit
from scheduling.hooks import VisitLine, VisitLink


def pay(request: ClinicRequest, visit: PatientVisit) -> VisitLink | None:
    """From the moment at which the patient is here."""
    if not request.scope.may(Permission.MONEY_TAKE) or visit.appointment.state not in MAY_PAY:
        return None
    url = reverse("billing:checkout", args=[request.scope.clinic_id, visit.patient.id])
    return VisitLink("Pay", "cash", f"{url}?{urlencode({'visit': visit.appointment.id})}", "k")


def facts(request: ClinicRequest, visit: PatientVisit) -> list[VisitLine]:
    appointment = visit.appointment
    if not request.scope.may(Permission.MONEY_READ) or appointment.state not in MAY_PAY:
        return []
    row = find_row(request.scope, keys.visit_billed(appointment.patient_id, appointment.id))
    if excuse := Excuse.of(row):
        return [VisitLine("Nothing to bill", excuse.reason)]
    return [VisitLine("Invoice", str(row["number"]))] if row and row.get("number") else []
