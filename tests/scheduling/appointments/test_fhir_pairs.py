"""An Appointment and the Encounter that it became are one visit, in whatever order and runs they come."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from scheduling.appointments import queries as appointment_queries
from scheduling.models import Appointment
from tests.scheduling.appointments.test_fhir_owners import Resource, here, patient
from tests.scheduling.appointments.test_fhir_visits import imported
from tests.scheduling.conftest import Desk

ADA = patient("M-1", "Avery")


def booked(status: str = "fulfilled", **more: Any) -> Resource:
    return {"resourceType": "Appointment", "id": "a1", "status": status, "start": "2025-03-04T09:00:00Z",
            "minutesDuration": 30, "description": "Knee", "participant": [{"actor": {"reference": "Patient/1"}}],
            **more}  # fmt: skip


def met(**more: Any) -> Resource:
    return {"resourceType": "Encounter", "id": "e1", "status": "finished", "subject": {"reference": "Patient/1"},
            "period": {"start": "2025-03-04T09:10:00Z", "end": "2025-03-04T09:25:00Z"},
            "reasonCode": [{"text": "Sprain"}], "appointment": [{"reference": "Appointment/a1"}], **more}  # fmt: skip


def without(body: Resource, name: str) -> Resource:
    return {each: value for each, value in body.items() if each != name}


def run(desk: Desk, folder: Path, *resources: Resource, **options: Any) -> str:
    """Each in a file of its own, in this order, as bulk exports have them."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for number, each in enumerate(resources):
        (folder / f"{number}.ndjson").write_text(json.dumps(each))
    return imported(desk, folder, **options)


def visits(desk: Desk) -> list[Appointment]:
    ada = here(desk, "M-1")
    rows = [*appointment_queries.past(desk.scope, ada), *appointment_queries.coming(desk.scope, ada)]
    return appointment_queries.appointments(desk.scope, [(ada.id, row["id"]) for row in rows])


def is_the_one(desk: Desk) -> Appointment:
    (one,) = visits(desk)
    assert (one.start, one.minutes, one.state, one.reason) == ("2025-03-04T09:10:00.000Z", 15, "left", "Knee; Sprain")
    assert one.note == "Booked for Tue 4 Mar 2025, 09:00"
    return one


def test_in_every_order_of_files_they_are_one_and_a_second_run_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    for order in permutations((ADA, booked(), met())):
        dry = run(desk, tmp_path / "all", *order, dry_run=True)
        real = run(desk, tmp_path / "all", *order)
        assert real in dry
        one = is_the_one(desk)
        assert "visits as before" in run(desk, tmp_path / "all", *order)
        assert is_the_one(desk).version == one.version


@pytest.mark.parametrize("first", [booked("booked", start="2099-03-04T09:00:00Z"), booked(), met()])
def test_one_that_came_alone_before_stays_the_one(desk: Desk, tmp_path: Path, first: Resource) -> None:
    run(desk, tmp_path / "all", ADA, first)
    (before,) = visits(desk)
    run(desk, tmp_path / "all", ADA, booked(), met())
    assert is_the_one(desk).id == before.id
    for alone in (met(), ADA):  # the Encounter comes again without its Appointment
        run(desk, tmp_path / "all", ADA, alone)
        is_the_one(desk)


def test_what_stood_twice_stands_once(desk: Desk, tmp_path: Path) -> None:
    run(desk, tmp_path / "all", ADA, booked())
    run(desk, tmp_path / "all", ADA, met())
    assert len(visits(desk)) == 2
    run(desk, tmp_path / "all", ADA, booked(), met())
    is_the_one(desk)


@pytest.mark.parametrize(
    ("encounter", "count"),
    [
        (without(met(), "appointment"), 1),  # at the same time
        (without(met(period={"start": "2025-03-04T11:10:00Z"}), "appointment"), 2),
        (without(met(period={"start": "2025-03-04"}), "appointment"), 2),
        (without(met(**{"class": {"code": "IMP"}}), "appointment"), 2),
        (without(met(**{"class": [{"coding": [{"code": "EMER"}]}]}), "appointment"), 2),
        (without(met(participant=[{"individual": {"display": "Dr Other"}}]), "appointment"), 2),
        (without(met(participant=[{"individual": {"display": "Dr One"}}]), "appointment"), 1),
        (met(appointment=[{"reference": "Appointment/nobody"}]), 2),
        (met(appointment=[{"reference": "https://x.example/fhir/Appointment/a1/_history/2"}]), 1),
        (met(status="entered-in-error"), 1),
        (met(status="unknown"), 1),
        (met(status="planned"), 1),
    ],
)
def test_only_what_can_be_the_same_is_one(desk: Desk, tmp_path: Path, encounter: Resource, count: int) -> None:
    one = booked(participant=[{"actor": {"reference": "Patient/1"}}, {"actor": {"display": "Dr One"}}])
    run(desk, tmp_path / "all", ADA, encounter, one)
    assert len(visits(desk)) == count
    assert all(each.state == "left" for each in visits(desk))


def test_an_encounter_of_somebody_else_is_not_the_appointment(desk: Desk, tmp_path: Path) -> None:
    bea = patient("M-2", "Birch", id="2")
    run(desk, tmp_path / "all", ADA, bea, met(subject={"reference": "Patient/2"}), booked())
    assert [each.reason for each in visits(desk)] == ["Knee"]


def test_a_second_encounter_of_one_appointment_stands_beside_it(desk: Desk, tmp_path: Path) -> None:
    nurse = met(id="e2", period={"start": "2025-03-04T08:55:00Z", "end": "2025-03-04T09:05:00Z"})
    run(desk, tmp_path / "all", ADA, booked(), met(), nurse)
    assert sorted(each.reason or "" for each in visits(desk)) == ["Knee; Sprain", "Sprain"]


def test_who_treats_and_where_is_known_from_other_files_of_the_folder(desk: Desk, tmp_path: Path) -> None:
    """Bulk exports have practitioners and places in files of their own, which come after the visits."""
    ada = {**ADA, "generalPractitioner": [{"reference": "Practitioner/d1"}]}
    visit = met(participant=[{"individual": {"reference": "PractitionerRole/r1"}}],
                serviceProvider={"reference": "Organization/o1"})  # fmt: skip
    doctor = {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Dunmore", "prefix": ["Dr"]}]}
    role = {"resourceType": "PractitionerRole", "id": "r1", "practitioner": {"reference": "Practitioner/d1"}}
    place = {"resourceType": "Organization", "id": "o1", "name": "Elm Practice"}
    run(desk, tmp_path / "all", ada, visit, doctor, role, place)
    assert here(desk, "M-1").general_practitioner == "Dr Dunmore"
    assert [each.note for each in visits(desk)] == ["With Dr Dunmore, Elm Practice"]
    other = {**doctor, "name": [{"family": "Else"}]}  # the same id for two: nobody is named
    run(
        desk,
        tmp_path / "two",
        patient("M-3", "Cole", id="3", generalPractitioner=ada["generalPractitioner"]),
        doctor,
        other,
    )
    assert here(desk, "M-3").general_practitioner is None
