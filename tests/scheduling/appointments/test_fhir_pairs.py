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
    return {
        "resourceType": "Appointment",
        "id": "a1",
        "status": status,
        "start": "2025-03-04T09:00:00Z",
        "minutesDuration": 30,
        "description": "Knee",
        "participant": [{"actor": {"reference": "Patient/1"}}],
        **more,
    }


def met(**more: Any) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "subject": {"reference": "Patient/1"},
        "period": {"start": "2025-03-04T09:10:00Z", "end": "2025-03-04T09:25:00Z"},
        "reasonCode": [{"text": "Sprain"}],
        "appointment": [{"reference": "Appointment/a1"}],
        **more,
    }


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


def visits(desk: Desk, number: str = "M-1") -> list[Appointment]:
    ada = here(desk, number)
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


NUMBER: dict[str, Any] = {"identifier": [{"system": "urn:visits", "value": "77"}]}
AT_ITS_SERVER = "https://x.example/fhir/Appointment/a1/_history/2"


@pytest.mark.parametrize("is_encounter_first", [False, True])
@pytest.mark.parametrize(
    ("appointment", "encounter"),
    [
        (booked(), met()),
        (booked(**NUMBER), met()),  # it is kept by its number, and called by its id
        (booked(**NUMBER), met(appointment=[{"identifier": NUMBER["identifier"][0]}])),
        (booked("booked", **NUMBER), met(appointment={"reference": AT_ITS_SERVER})),
    ],
)
def test_in_whatever_runs_they_come_they_are_one(
    desk: Desk, tmp_path: Path, appointment: Resource, encounter: Resource, is_encounter_first: bool
) -> None:
    first, second = (encounter, appointment) if is_encounter_first else (appointment, encounter)
    run(desk, tmp_path / "all", ADA, first)
    (before,) = visits(desk)
    dry = run(desk, tmp_path / "all", ADA, second, dry_run=True)
    assert run(desk, tmp_path / "all", ADA, second) in dry
    one = is_the_one(desk)
    assert one.id == before.id
    for again in ([first], [second], [appointment, encounter], [encounter, appointment]):
        assert "visits as before" in run(desk, tmp_path / "all", ADA, *again)
        assert is_the_one(desk).version == one.version
    run(desk, tmp_path / "all", ADA, {**appointment, "description": "Hip"})  # one alone changes, and the other stays
    (one,) = visits(desk)
    assert (one.start, one.state, one.reason) == ("2025-03-04T09:10:00.000Z", "left", "Hip; Sprain")


def test_one_that_was_entered_in_error_leaves_the_other(desk: Desk, tmp_path: Path) -> None:
    bea, theirs = patient("M-2", "Birch", id="2"), {"reference": "Patient/2"}
    other = booked(id="a2", participant=[{"actor": theirs}]), met(id="e2", subject=theirs, appointment=[])
    other[1]["appointment"] = [{"reference": "Appointment/a2"}]
    for appointment, encounter in ((booked(), met()), other):
        run(desk, tmp_path / "all", ADA, bea, appointment)
        run(desk, tmp_path / "all", ADA, bea, encounter)
    run(desk, tmp_path / "all", ADA, bea, met(status="entered-in-error"), {**other[0], "status": "entered-in-error"})
    (one,), (two,) = visits(desk), visits(desk, "M-2")
    assert (one.start, one.reason, one.note or "") == ("2025-03-04T09:00:00.000Z", "Knee", "")
    assert (two.start, two.reason, two.note or "") == ("2025-03-04T09:10:00.000Z", "Sprain", "")
    run(desk, tmp_path / "all", ADA, bea, booked("entered-in-error"), {**other[1], "status": "entered-in-error"})
    assert [*visits(desk), *visits(desk, "M-2")] == []


def test_of_other_runs_only_the_patient_s_own_appointment_is_meant(desk: Desk, tmp_path: Path) -> None:
    bea = patient("M-2", "Birch", id="2")
    run(desk, tmp_path / "all", ADA, booked(**NUMBER))
    by_number = [{"identifier": NUMBER["identifier"][0]}]
    run(desk, tmp_path / "all", bea, met(subject={"reference": "Patient/2"}, appointment=by_number))
    run(desk, tmp_path / "all", ADA, met(appointment=[{"reference": "Appointment/other"}]))
    run(desk, tmp_path / "all", ADA, met(id="e2"))
    run(desk, tmp_path / "all", ADA, met(id="e3"))  # a second Encounter of it stands beside it
    assert sorted(each.reason or "" for each in visits(desk)) == ["Knee; Sprain", "Sprain", "Sprain"]


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
    visit = met(
        participant=[{"individual": {"reference": "PractitionerRole/r1"}}],
        serviceProvider={"reference": "Organization/o1"},
    )
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
