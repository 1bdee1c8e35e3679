"""Who cannot wait is on every screen of the clinic until a clinician has them: the place on that red strip.

An appointment is in the index of such people or not: the strip is half a read unit, and no row of its own has to agree.
"""

from dataclasses import replace
from typing import Any

from clinnet.accounts.permissions import Permission
from clinnet.table import Scope, keys
from patients.models import Patient
from scheduling.appointments.services.booking import line_of
from scheduling.lines import AppointmentLine
from scheduling.models import READY, ROOM, WAITING, Appointment


def line_with(appointment: Appointment, patient: Patient) -> AppointmentLine:
    """The line of the appointment, with what the strip says of the patient."""
    return replace(line_of(appointment), patient_id=patient.id, patient=dict(patient.line or {}))


def line(appointment: Appointment, after: Appointment) -> dict[str, Any]:
    """Its line goes on saying whose it is: an undo may bring it back."""
    before = AppointmentLine.unpack(appointment.line)
    return {"line": replace(line_of(after), patient_id=before.patient_id, patient=before.patient).pack()}


def place(scope: Scope, appointment: Appointment, after: Appointment) -> dict[str, Any]:
    """Empty where a change takes it off the strip, or leaves it off."""
    if not (after.calls_for_help and _goes_on(scope, appointment, after)):
        return {}
    key = keys.urgent(scope.clinic_id, after.day or "", after.id)
    return {"gsi1pk": key.pk, "gsi1sk": key.sk}


def _goes_on(scope: Scope, appointment: Appointment, after: Appointment) -> bool:
    """Until a clinician has them. The front desk may show them into a room meanwhile, and may call from there."""
    if after.state == WAITING:
        return True
    if after.state not in (ROOM, READY):
        return False
    called = after.urgent_since != appointment.urgent_since or not appointment.urgent
    stood = appointment.calls_for_help and bool(appointment.gsi1pk)
    return called or (stood and (after.state == appointment.state or not scope.may(Permission.CHART_READ)))
