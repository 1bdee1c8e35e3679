"""What a patient takes home: when, where and with whom; not why. The same for the page on screen and for the PDF."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clinnet import clock, formats
from clinnet.accounts.access import ClinicRequest
from clinnet.table import Row
from patients.models import Patient
from patients.rules import names
from scheduling import words
from scheduling.appointments.rows.caller import NOT_HELD, start_of, wall_of
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.lines import AppointmentLine
from scheduling.messages.rules.phrases import REMOTE
from scheduling.messages.services import letters
from scheduling.models import COMING, Appointment


@dataclass(frozen=True, slots=True, repr=False)
class SlipVisit:
    """ "Thursday", "26 Nov 2026", "10:30", "Dr Okafor"; empty where it has no time, or nobody is said."""

    weekday: str
    day: str
    time: str
    whom: str
    off: bool = False  # not booked any more
    remote: str = ""  # where nobody comes to the clinic, what happens instead
    preparation: str = ""  # in the patient's language, where that is written

    @property
    def when(self) -> str:
        return f"{self.weekday}, {self.day}, {self.time}" if self.day else ""


@dataclass(frozen=True, slots=True, repr=False)
class Slip:
    clinic: str
    address: str
    phone: str
    name: str
    visits: tuple[SlipVisit, ...]
    printed: str


def of_one(request: ClinicRequest, patient: Patient, appointment: Appointment) -> Slip:
    wall = walltime.to_wall(clock.moment(appointment.start), request.clinic.time_zone) if appointment.start else None
    return _slip(
        request,
        patient,
        [
            _visit(
                request,
                patient,
                wall,
                appointment.practitioner_id,
                appointment.visit_type_id,
                off=appointment.state not in COMING,
            )
        ],
    )


def of_all(request: ClinicRequest, patient: Patient, rows: Iterable[Row]) -> Slip:
    """Of lines of appointments, soonest first: those that are still to come."""
    kept = [row for row in rows if row.get("state") not in NOT_HELD]
    lines = [(row, AppointmentLine.unpack(row.get("line"))) for row in kept]
    visits = [
        _visit(request, patient, _wall(request, row), line.practitioner_id, line.visit_type_id) for row, line in lines
    ]
    return _slip(request, patient, visits)


def _wall(request: ClinicRequest, row: Row) -> datetime:
    return wall_of(row) or walltime.to_wall(clock.moment(start_of(row)), request.clinic.time_zone)


def _visit(
    request: ClinicRequest,
    patient: Patient,
    wall: datetime | None,
    who: str | None,
    what: str | None,
    *,
    off: bool = False,
) -> SlipVisit:
    known = setup(request.scope)
    whom, visit_type = words.short(known.practitioner(who or "")), known.visit_types.get(what or "")
    remote = REMOTE.get(visit_type.remote or "", {}).get("en", "") if visit_type else ""
    language = letters.style(request.clinic, patient.language or "").language
    prepare = "" if off else letters.preparation(request.clinic, visit_type, language)
    if wall is None:
        return SlipVisit("", "", "", whom, off, remote, prepare)
    day = formats.date(wall.date().isoformat(), request.clinic)
    return SlipVisit(f"{wall:%A}", day, formats.time(wall, request.clinic), whom, off, remote, prepare)


def _slip(request: ClinicRequest, patient: Patient, visits: list[SlipVisit]) -> Slip:
    clinic = request.clinic
    now = walltime.to_wall(clock.now(), clinic.time_zone)
    printed = f"Printed {formats.date(now.date().isoformat(), clinic)}, {formats.time(now, clinic)}"
    return Slip(
        clinic.name, clinic.address or "", clinic.phone or "", names.full_name(patient.data), tuple(visits), printed
    )
