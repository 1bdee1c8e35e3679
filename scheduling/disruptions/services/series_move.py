"""The later visits of a series go where one of them was moved to: by as many days, to its time, to its doctor."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Once, Row, Scope, Transaction, keys
from clinnet.table.errors import Refused
from patients.models import Patient
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services.series import MOST
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.disruptions.services.apply import BEGIN, SERIES
from scheduling.lines import AppointmentLine
from scheduling.models import COMING, Appointment


def move_rest(
    scope: Scope,
    *,
    patient: Patient,
    appointment: Appointment,
    start: datetime,
    practitioner: Staff,
    once: Once | None = None,
) -> Job:
    """All visits of the series after `appointment`, which is or was moved to `start` with `practitioner`.

    `appointment` as it stood before. Returns the job, finished unless it was interrupted; its results say what became
    of each: a visit whose new time is taken or closed stays where it is. Raises Refused for one that is in no series.
    """
    scope.require(Permission.BOOK)
    scope.must_hold(appointment)
    scope.must_hold(practitioner)
    if not (appointment.series_id and appointment.day and appointment.start):
        raise Refused("This visit is not one of a series.")
    wall = walltime.to_wall(start, setup(scope).clinic.time_zone)
    by = wall.date() - date.fromisoformat(appointment.day)
    since = clock.stamp(clock.moment(appointment.start) + timedelta(seconds=1))
    lines = appointment_queries.coming(scope, patient, limit=MOST, since=since)
    rows = [_row(scope, each, by, f"{wall:%H:%M}", practitioner) for each in lines if _is_later(each, appointment)]
    rows.sort(key=lambda each: str(each["was"]), reverse=by > timedelta())  # none moves onto one that is still to move
    plan = {"rows": rows, "otherwise": "keep", "minutes": 0, "practitioner": practitioner.id, "day": "", "reason": ""}
    tx = Transaction(scope, once=once)
    job = jobs.begin(tx, kind=SERIES, plan=plan, total=len(rows), action=BEGIN[SERIES], patient_id=patient.id)
    return jobs.go_on(scope, job=job)


def _is_later(line: Row, appointment: Appointment) -> bool:
    in_series = AppointmentLine.unpack(line["line"]).series_id == appointment.series_id
    return in_series and line["state"] in COMING and line["id"] != appointment.id


def _row(scope: Scope, line: Row, by: timedelta, at: str, practitioner: Staff) -> Mapping[str, Any]:
    """What the job does with one, see apply.step: it keeps its own room."""
    day = datetime.fromisoformat(AppointmentLine.unpack(line["line"]).wall).date() + by
    start = walltime.number(walltime.at(day, at, setup(scope).clinic.time_zone))
    return {
        "i": line["id"],
        "p": keys.parse_patient(line["PK"]),
        "was": keys.parse_timeline(line["GSI2SK"]),
        "do": "move",
        "u": start,
        "d": practitioner.id,
    }
