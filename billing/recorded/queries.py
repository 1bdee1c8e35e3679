"""What was recorded of a visit."""

from billing.recorded.models import VisitWork
from clinnet.table import Scope, get_many
from scheduling.models import Appointment


def recorded(scope: Scope, visit: Appointment) -> VisitWork | None:
    """None where nobody wrote anything down: then it is what a visit of its type usually is."""
    found = get_many(scope, [VisitWork.at(visit.patient_id, visit.id)]).of(VisitWork)
    return found[0] if found else None
