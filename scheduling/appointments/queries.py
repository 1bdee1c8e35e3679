"""Reads of appointments: one with its patient, and a patient's."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from clinnet import clock
from clinnet.table import Row, Scope, get, get_many, keys
from clinnet.table.errors import NotFound
from patients import timeline
from patients.models import Patient
from patients.queries import survivors
from scheduling.models import Appointment


def appointment(scope: Scope, patient_id: str, id: str) -> Appointment:
    """Raises NotFound."""
    return get(scope, Appointment, Appointment.at(patient_id, id))


def appointments(scope: Scope, wanted: Iterable[tuple[str, str]]) -> list[Appointment]:
    """Several by (patient's id, id), in one call."""
    return get_many(scope, [Appointment.at(*each) for each in wanted]).of(Appointment)


@dataclass(frozen=True, slots=True, repr=False)
class PatientVisit:
    """An appointment and whose it is."""

    appointment: Appointment
    patient: Patient


def visit(scope: Scope, patient_id: str, id: str) -> PatientVisit:
    """In one call, unless the record was folded into another. Raises NotFound."""
    raws = get_many(scope, [Appointment.at(patient_id, id), Patient.at(patient_id)]).raws
    appointment = next((Appointment.read(raw) for raw in raws if Appointment.is_one(raw)), None)
    patient = next((Patient.read(raw) for raw in raws if Patient.is_one(raw)), None)
    if appointment is None or patient is None:
        raise NotFound
    if patient.merged_into:
        patient = survivors(scope, [patient.merged_into])[patient.merged_into]
    return PatientVisit(appointment, patient)


def coming(scope: Scope, patient: Patient, *, limit: int = 20, since: str = "") -> list[Row]:
    """The lines of appointments from now (or the stamp `since`) on, soonest first, merged records' too.

    Through an index: after a change, a page merges what it changed.
    """
    since = since or clock.stamp()
    of = partial(keys.timeline_from, at=since)
    return timeline.lines(scope, patient, of, limit=limit, backward=False, kind="APPOINTMENT")


def past(scope: Scope, patient: Patient, *, limit: int = 20) -> list[Row]:
    """The lines of appointments up to now, latest first."""
    of = partial(keys.timeline_until, at=clock.stamp())
    return timeline.lines(scope, patient, of, limit=limit, kind="APPOINTMENT")
