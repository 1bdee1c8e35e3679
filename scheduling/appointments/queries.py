"""Reads of appointments: one with its patient, and a patient's."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from clinnet import clock
from clinnet.table import Page, Row, Scope, get, get_many, keys, query, side_by_side
from clinnet.table.errors import NotFound
from patients import timeline
from patients.models import Patient
from patients.queries import survivors
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.models import Appointment

MOST_OF_A_DAY = 20  # of one person


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
    day: Page | None = None  # what the record's timeline has of today, where it was asked for


def visit(scope: Scope, patient_id: str, id: str) -> PatientVisit:
    """In one call, unless the record was folded into another. Raises NotFound."""
    return _visit(scope, _both(scope, patient_id, id))


def visit_and_day(scope: Scope, patient_id: str, id: str) -> PatientVisit:
    """As `visit`, with the patient's day in the same round of reads."""
    both, day = side_by_side(partial(_both, scope, patient_id, id), partial(day_of, scope, patient_id))
    return replace(_visit(scope, both), day=day)


def family_of(scope: Scope, appointment: Appointment) -> list[PatientVisit]:
    """The others that were booked together with it, in one call, as far as they are where they were booked."""
    mine = f"{appointment.patient_id}/{appointment.id}"
    pairs = [each.split("/") for each in appointment.together or [] if each != mine]
    if not pairs:
        return []
    wanted = [key for patient, id in pairs for key in (Appointment.at(patient, id), Patient.at(patient))]
    raws = get_many(scope, wanted).raws
    people = {each.id: each for each in (Patient.read(raw) for raw in raws if Patient.is_one(raw))}
    others = [Appointment.read(raw) for raw in raws if Appointment.is_one(raw)]
    return [PatientVisit(each, people[each.patient_id]) for each in others if each.patient_id in people]


def has_visit(scope: Scope, patient_id: str, first: str, last: str) -> bool:
    """Whether time was taken for them from one UTC date to another, ISO, both included."""
    return bool(query(scope, keys.busy_patient_between(patient_id, first, last), limit=1).raws)


def day_of(scope: Scope, patient_id: str) -> Page:
    """The lines of what a record has from this morning on, through an index."""
    zone = setup(scope).clinic.time_zone
    since = walltime.day_bounds(clock.today(zone), zone)[0]
    return query(scope, keys.timeline_from(patient_id, clock.stamp(since)), limit=MOST_OF_A_DAY)


def _both(scope: Scope, patient_id: str, id: str) -> Page:
    return get_many(scope, [Appointment.at(patient_id, id), Patient.at(patient_id)])


def _visit(scope: Scope, both: Page) -> PatientVisit:
    raws = both.raws
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
