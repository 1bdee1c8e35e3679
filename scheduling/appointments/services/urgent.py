"""Who cannot wait is on every screen of the clinic until a clinician has them.

An appointment is in the index of such people or not: the strip is half a read unit, and no row of its own has to agree.
"""

from dataclasses import replace
from typing import Any

from clinnet.accounts.permissions import Permission
from clinnet.table import Scope, keys
from patients.models import Patient
from scheduling.appointments.services.booking import line_of
from scheduling.lines import AppointmentLine
from scheduling.models import ROOM, WAITING, Appointment


def place(scope: Scope, appointment: Appointment, after: Appointment) -> dict[str, Any]:
    """The attributes that say so. The front desk may show the patient into a room meanwhile: the call goes on."""
    before = AppointmentLine.unpack(appointment.line)
    line = {"line": replace(line_of(after), patient_id=before.patient_id, patient=before.patient).pack()}
    shown_in = after.state == ROOM and appointment.gsi1pk and not scope.may(Permission.CHART_READ)
    if after.state != WAITING and not shown_in:
        return line | {"gsi1pk": None, "gsi1sk": None}
    key = keys.urgent(scope.clinic_id, after.day or "", after.id)
    return line | {"gsi1pk": key.pk, "gsi1sk": key.sk}


def line_with(appointment: Appointment, patient: Patient) -> AppointmentLine:
    """The line of the appointment, with what the strip says of the patient."""
    return replace(line_of(appointment), patient_id=patient.id, patient=dict(patient.line or {}))
