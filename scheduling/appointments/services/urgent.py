"""Who cannot wait is on every screen of the clinic until a clinician has them.

An appointment is in the index of such people or not: the strip is half a read unit, and no row of its own has to agree.
"""

from typing import Any

from clinnet.accounts.permissions import Permission
from clinnet.table import Scope, keys
from patients.models import Patient
from scheduling.appointments.services.booking import line_of
from scheduling.models import ROOM, WAITING, Appointment

NAMED = ("i", "p")  # in the line: the patient's id and line


def place(scope: Scope, appointment: Appointment, after: Appointment) -> dict[str, Any]:
    """The attributes that say so. The front desk may show the patient into a room meanwhile: the call goes on."""
    kept = {name: value for name, value in (appointment.line or {}).items() if name in NAMED}
    line = {"line": line_of(after) | kept}
    shown_in = after.state == ROOM and appointment.gsi1pk and not scope.may(Permission.CHART_READ)
    if after.state != WAITING and not shown_in:
        return line | {"gsi1pk": None, "gsi1sk": None}
    key = keys.urgent(scope.clinic_id, after.day or "", after.id)
    return line | {"gsi1pk": key.pk, "gsi1sk": key.sk}


def who(patient: Patient) -> dict[str, Any]:
    """What the strip says of the patient, beside the line of the appointment."""
    return dict(zip(NAMED, (patient.id, dict(patient.line or {})), strict=True))
