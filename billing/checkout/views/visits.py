"""What money adds to the details of an appointment: the way to check out, and its invoice."""

from django.utils.http import urlencode

from billing.checkout.services import MAY_PAY
from billing.queries import setup
from billing.recorded.models import done_in
from billing.recorded.rows import told
from billing.unbilled.queries import Excuse
from clinnet.accounts.access import ClinicRequest
from clinnet.accounts.permissions import Permission
from clinnet.addresses import reverse
from clinnet.table import find_row, get_rows, keys
from scheduling.appointments.queries import PatientVisit
from scheduling.hooks import Forgotten, VisitLine, VisitLink

FRONT_DESK = "The front desk checks out."


def pay(request: ClinicRequest, visit: PatientVisit) -> VisitLink | None:
    """From the moment at which the patient is here."""
    if not request.scope.may(Permission.MONEY_TAKE) or visit.appointment.state not in MAY_PAY:
        return None
    url = reverse("billing:checkout", args=[request.scope.clinic_id, visit.patient.id])
    return VisitLink("Pay", "cash", f"{url}?{urlencode({'visit': visit.appointment.id})}", "k")


def facts(request: ClinicRequest, visit: PatientVisit) -> list[VisitLine]:
    """In one call: what was written down as done; of its invoice only who may read money is told."""
    appointment = visit.appointment
    if appointment.state not in MAY_PAY:
        return []
    done = keys.visit_recorded(appointment.patient_id, appointment.id)
    billed = keys.visit_billed(appointment.patient_id, appointment.id)
    wanted = [done, billed] if request.scope.may(Permission.MONEY_READ) else [done]
    rows = get_rows(request.scope, wanted)
    recorded = done_in(rows.get(done))
    lines = [VisitLine("Done", told(recorded, setup(request.scope)))] if recorded else []
    if excuse := Excuse.of(rows.get(billed)):
        return [*lines, VisitLine("Nothing to bill", excuse.reason)]
    number = rows.get(billed, {}).get("number")
    return [*lines, VisitLine("Invoice", str(number))] if number else lines


def unbilled(request: ClinicRequest, visit: PatientVisit) -> Forgotten | None:
    """That nothing is billed, where the clinic bills at all. A visit that is paid later has its invoice already."""
    appointment = visit.appointment
    if not setup(request.scope).offered:
        return None
    if find_row(request.scope, keys.visit_billed(appointment.patient_id, appointment.id)):
        return None
    link = pay(request, visit)
    return Forgotten("is not checked out yet", "The visit waits in Money, To bill." if link else FRONT_DESK, link)
