"""Reads of appointments: one with its patient, and a patient's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from clinnet import clock
from clinnet.table import Range, Row, Scope, get, get_many, keys, query, side_by_side
from clinnet.table.errors import NotFound
from patients.models import Patient
from patients.queries import all_ids, survivors
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
    ranges = [keys.timeline_from(id, since) for id in all_ids(patient)]
    return _of_all(scope, ranges, limit, backward=False)


def past(scope: Scope, patient: Patient, *, limit: int = 20) -> list[Row]:
    """The lines of appointments up to now, latest first."""
    ranges = [keys.timeline_until(id, clock.stamp()) for id in all_ids(patient)]
    return _of_all(scope, ranges, limit, backward=True)


def _of_all(scope: Scope, ranges: Sequence[Range], limit: int, *, backward: bool) -> list[Row]:
    pages = side_by_side(*(partial(query, scope, each, limit=limit, backward=backward) for each in ranges))
    rows = [row for page in pages for row in page.rows if row["type"] == "APPOINTMENT"]
    return sorted(rows, key=lambda row: str(row["GSI2SK"]), reverse=backward)[:limit]
