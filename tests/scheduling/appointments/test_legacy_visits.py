"""Appointments of the older Clinnet are visits on the timeline, whatever was in them."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from clinnet.table import Item
from patients import legacy_appointment, queries
from scheduling.appointments import queries as appointment_queries
from scheduling.models import Appointment
from tests.scheduling.conftest import Desk

PATIENT = {"PK": "PAT#77", "SK": "PROFILE#1", "id": "77", "type": "PATIENT", "firstName": "Ada", "lastName": "Older"}


def carried(desk: Desk, tmp_path: Path, **attributes: Any) -> Appointment:
    patient = {**PATIENT, "PK": f"PAT#{desk.scope.clinic_id}", "id": desk.scope.clinic_id}
    one = {"PK": patient["PK"], "SK": "APPT#1", "id": "1", "type": "APPOINTMENT", **attributes}
    (tmp_path / "export.json").write_text(json.dumps([patient, one]))
    call_command("import_clinnet", tmp_path / "export.json", clinic=desk.scope.clinic_id, stdout=StringIO())
    return appointment_queries.appointment(desk.scope, desk.scope.clinic_id, "1")


@pytest.mark.parametrize(
    ("status", "state"),
    [("Completed", "left"), ("no-show", "noshow"), ("CANCELLED", "cancelled"), ("Scheduled", "booked"), ("", "left")],
)
def test_what_became_of_it_is_kept(desk: Desk, tmp_path: Path, status: str, state: str) -> None:
    appointment = carried(desk, tmp_path, startTime="2024-05-14T09:00:00Z", duration=30, status=status, notes="Cough")
    assert (appointment.state, appointment.minutes, appointment.reason, appointment.start) == (
        state,
        30,
        "Cough",
        "2024-05-14T09:00:00.000Z",
    )
    (row,) = appointment_queries.past(desk.scope, queries.patient(desk.scope, desk.scope.clinic_id))
    assert (row["state"], row["line"]) == (state, {"m": 30, "y": "Cough"})
    assert desk.faults() == []


def test_what_ours_means_otherwise_is_kept_apart(desk: Desk, tmp_path: Path) -> None:
    appointment = carried(
        desk,
        tmp_path,
        startTime="2024-05-14T09:00:00Z",
        duration="half an hour",
        reason={"code": 5},
        practitionerId=12,
        stamps="none",
        queued="yes",
        wallStart="2024-05-14T09:00",
        day=14,
    )
    assert not any(
        (
            appointment.minutes,
            appointment.reason,
            appointment.practitioner_id,
            appointment.stamps,
            appointment.wall,
            appointment.queued,
        )
    )
    assert desk.faults() == []


def test_all_names_of_ours_are_known_to_it() -> None:
    names = {each.attr_name for name, each in Appointment.get_attributes().items() if name not in Item.get_attributes()}
    assert names - {"patientId"} <= legacy_appointment.NAMES
