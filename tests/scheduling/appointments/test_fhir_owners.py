"""Whose an imported visit is, and its next export: an id is unique in one source alone, a visit is one visit."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from clinnet.table import find_row, keys
from patients import queries, services
from patients.models import Patient
from scheduling.appointments import queries as appointment_queries
from scheduling.models import CANCELLED, GONE
from tests.scheduling.conftest import Desk

Send = Callable[..., str]
Resource = dict[str, Any]


def patient(number: str, family: str, id: str = "1", **more: Any) -> Resource:
    numbers = [{"system": "urn:mrn", "value": number}]
    name = [{"family": family, "given": ["Ada"]}]
    return {"resourceType": "Patient", "id": id, "identifier": numbers, "name": name, "birthDate": "1951-02-03", **more}


def encounter(reason: str, whose: Any = "Patient/1", id: str = "e1", **more: Any) -> Resource:
    subject = {"reference": whose} if isinstance(whose, str) else whose
    return {
        "resourceType": "Encounter",
        "id": id,
        "status": "finished",
        "subject": subject,
        "period": {"start": "2025-03-04T09:00:00Z"},
        "reasonCode": [{"text": reason}],
        **more,
    }


def appointment(id: str, start: str = "2099-05-03T09:00:00Z", status: str = "booked", **more: Any) -> Resource:
    return {
        "resourceType": "Appointment",
        "id": id,
        "identifier": [{"system": "urn:appt", "value": id}],
        "status": status,
        "start": start,
        "minutesDuration": 15,
        "description": f"visit {id}",
        "participant": [{"actor": {"reference": "Patient/1"}}],
        **more,
    }


@pytest.fixture
def send(desk: Desk, tmp_path: Path) -> Send:
    """Files of these names, or one, in one run."""

    def send(*resources: Resource, urls: str = "", **options: Any) -> str:
        return together(tmp_path, desk, {"one.json": (resources, urls)}, **options)

    return send


def together(folder: Path, desk: Desk, files: dict[str, tuple[Any, str]], **options: Any) -> str:
    out = StringIO()
    for name, (resources, urls) in files.items():
        entries = [
            {"resource": each} | ({"fullUrl": f"{urls}/{each['resourceType']}/{each['id']}"} if urls else {})
            for each in resources
        ]
        (folder / name).write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    call_command("import_fhir", *(folder / name for name in files), clinic=desk.scope.clinic_id, stdout=out, **options)
    return out.getvalue()


def here(desk: Desk, number: str) -> Patient:
    row = find_row(desk.scope, keys.identifier(desk.scope.clinic_id, "urn:mrn", number))
    assert row is not None
    return queries.current(desk.scope, row["id"])


def visits(desk: Desk, number: str) -> list[tuple[str, str, str]]:
    """(start, state, reason) of all on the patient's timeline."""
    found = here(desk, number)
    rows = [*appointment_queries.past(desk.scope, found), *appointment_queries.coming(desk.scope, found)]
    appointments = appointment_queries.appointments(
        desk.scope, [(row["PK"].partition("#")[2], row["id"]) for row in rows]
    )
    return sorted(((each.start or "")[:16], each.state or "", each.reason or "") for each in appointments)


def reasons(desk: Desk, number: str) -> list[str]:
    return [reason for _, _, reason in visits(desk, number)]


# --- Whose it is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("urls", ["", "https://{}.example/fhir"])
def test_a_reference_means_the_patient_of_its_own_file(desk: Desk, tmp_path: Path, urls: str) -> None:
    files = {
        f"{name}.json": ((patient(name, family), encounter(f"{family} came")), urls.format(name))
        for name, family in [("north", "Ardsley"), ("south", "Bexhill")]
    }
    together(tmp_path, desk, files)
    assert (reasons(desk, "north"), reasons(desk, "south")) == (["Ardsley came"], ["Bexhill came"])


def test_a_reference_to_another_file_is_resolved_only_where_one_can_be_meant(desk: Desk, tmp_path: Path) -> None:
    alone = {"a.json": ((patient("north", "Ardsley"),), ""), "b.json": ((encounter("one"),), "")}
    together(tmp_path, desk, alone)
    assert reasons(desk, "north") == ["one"]
    told = together(
        tmp_path,
        desk,
        alone | {"b.json": ((encounter("two", id="e2"),), ""), "c.json": ((patient("south", "Bexhill"),), "")},
    )
    assert "can be one of several" in told
    assert (reasons(desk, "north"), reasons(desk, "south")) == (["one"], [])


def test_each_folder_of_bulk_exports_is_a_source(desk: Desk, tmp_path: Path) -> None:
    for name, family in [("north", "Ardsley"), ("south", "Bexhill")]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "Encounter.ndjson").write_text(json.dumps(encounter(f"{family} came")))
        (tmp_path / name / "Patient.ndjson").write_text(json.dumps(patient(name, family)))
    call_command("import_fhir", tmp_path, clinic=desk.scope.clinic_id, stdout=StringIO())
    assert (reasons(desk, "north"), reasons(desk, "south")) == (["Ardsley came"], ["Bexhill came"])


def test_a_reference_into_another_file_that_names_somebody_else_is_left_out(desk: Desk, tmp_path: Path) -> None:
    whose = {"reference": "Patient/1", "display": "Bexhill, Bo"}
    files = {"a.json": ((patient("north", "Ardsley"),), ""), "b.json": ((encounter("his", whose),), "")}
    assert "by another name" in together(tmp_path, desk, files)
    assert reasons(desk, "north") == []


def test_a_visit_of_several_patients_is_told(desk: Desk, send: Send) -> None:
    both = [{"actor": {"reference": f"Patient/{id}"}} for id in "12"]
    assert "several patients" in send(
        patient("1n", "Ardsley"), patient("2n", "Bexhill", id="2"), appointment("both", participant=both)
    )


def test_an_absolute_reference_is_not_another_servers_patient(desk: Desk, tmp_path: Path) -> None:
    files = {
        "a.json": ((patient("north", "Ardsley"),), "https://north.example/fhir"),
        "b.json": ((encounter("elsewhere", "https://south.example/fhir/Patient/1"),), ""),
    }
    assert "1 left out" in together(tmp_path, desk, files)
    assert reasons(desk, "north") == []


def test_a_visit_of_a_patient_who_was_left_out_is_left_out(desk: Desk, tmp_path: Path) -> None:
    services.register(
        desk.scope,
        {
            "family_name": "Ardsley",
            "birth_date": "1951-02-03",
            "identifiers": [{"system": "urn:mrn", "value": "north"}],
        },
    )
    other = patient("north", "Bexhill", birthDate="1988-09-10", name=[{"family": "Bexhill", "given": ["Tobias"]}])
    whose = {"reference": "Patient/1", "identifier": {"system": "urn:mrn", "value": "north"}}
    files = {"a.json": ((other, encounter("his", whose)), ""), "b.json": ((patient("south", "Cole"),), "")}
    assert "2 left out" in together(tmp_path, desk, files)
    assert (reasons(desk, "north"), reasons(desk, "south")) == ([], [])


def test_a_number_says_whose_it_is_where_the_reference_leads_nowhere(desk: Desk, send: Send) -> None:
    number = {"identifier": {"system": "urn:mrn", "value": "north"}}
    inside = {"resourceType": "Patient", "id": "p", "identifier": [number["identifier"]]}
    told = send(
        patient("north", "Ardsley"),
        encounter("beside", {"reference": "Patient/unknown", **number}, id="e1"),
        encounter("contained", "#p", id="e2", contained=[inside]),
        encounter("of another name", "#p", id="e3", contained=[{**inside, "name": [{"text": "Tobias Bexhill"}]}]),
    )
    assert reasons(desk, "north") == ["beside", "contained"]
    assert "names its patient otherwise" in told


def test_visits_of_two_sources_of_one_patient_do_not_replace_each_other(desk: Desk, tmp_path: Path) -> None:
    def one(number: str) -> Resource:
        both = [{"system": "urn:mrn", "value": "shared"}, {"system": f"urn:{number}", "value": "9"}]
        return patient("x", "Ardsley", identifier=both[::-1] if number == "a" else both, id=number)

    files = {f"{each}.json": ((one(each), encounter(f"of {each}", f"Patient/{each}")), "") for each in "ab"}
    together(tmp_path, desk, files)
    assert reasons(desk, "shared") == ["of a", "of b"]


def test_who_treats_is_who_the_reference_points_at(desk: Desk, tmp_path: Path) -> None:
    urn = "urn:uuid:00000000-0000-4000-8000-00000000000"
    bodies = [
        patient("north", "Ardsley"),
        {"resourceType": "Location", "id": "2", "name": "Room East"},
        {"resourceType": "Practitioner", "id": "3", "name": [{"family": "Dunmore", "prefix": ["Dr"]}]},
        appointment(
            "4",
            status="fulfilled",
            start="2025-06-01T10:00:00Z",
            participant=[
                {"actor": {"reference": f"{urn}2"}},
                {"actor": {"reference": f"{urn}1"}},
                {"actor": {"reference": "RelatedPerson/9", "display": "Rosa"}},
                {"actor": {"reference": f"{urn}3"}},
                {"actor": {"display": "Dr Pike"}},
            ],
        ),
    ]
    entries = [{"fullUrl": f"{urn}{place}", "resource": body} for place, body in enumerate(bodies, start=1)]
    (tmp_path / "t.json").write_text(json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}))
    call_command("import_fhir", tmp_path / "t.json", clinic=desk.scope.clinic_id, stdout=StringIO())
    (row,) = appointment_queries.past(desk.scope, here(desk, "north"))
    booked = appointment_queries.appointment(desk.scope, here(desk, "north").id, row["id"])
    assert booked.note == "With Dr Dunmore and Dr Pike, Room East, Also there: Rosa"


# --- The next export ---------------------------------------------------------------------------------------------

FIRST = [appointment(id) for id in ("A1", "A2", "A3", "A4")]
NEXT = [
    appointment("A1", status="cancelled"),
    appointment("A2", "2099-05-11T14:00:00Z"),
    appointment("A3", status="noshow"),
    appointment("A4", status="entered-in-error"),
]


def test_the_next_export_of_a_visit_updates_the_one_visit(desk: Desk, send: Send) -> None:
    send(patient("north", "Ardsley"), *FIRST)
    told = send(patient("north", "Ardsley"), *NEXT)
    assert "3 visits changed, 1 visits taken away" in told
    assert visits(desk, "north") == [
        ("2099-05-03T09:00", CANCELLED, "visit A1"),
        ("2099-05-03T09:00", "noshow", "visit A3"),
        ("2099-05-11T14:00", "booked", "visit A2"),
    ]
    assert "4 visits as before" in send(patient("north", "Ardsley"), *NEXT)


def test_the_first_export_again_changes_nothing_and_a_visit_may_come_back(desk: Desk, send: Send) -> None:
    send(patient("north", "Ardsley"), FIRST[3])
    send(patient("north", "Ardsley"), NEXT[3])
    assert "1 visits as before" in send(patient("north", "Ardsley"), FIRST[3])
    assert visits(desk, "north") == []
    send(patient("north", "Ardsley"), appointment("A4", comment="booked after all"))
    assert len(visits(desk, "north")) == 1


def test_what_was_taken_off_here_stays_off_when_the_source_moves_it(desk: Desk, send: Send) -> None:
    from scheduling.appointments.services import states

    send(patient("north", "Ardsley"), FIRST[1])
    (row,) = appointment_queries.coming(desk.scope, here(desk, "north"))
    appointment = appointment_queries.appointment(desk.scope, here(desk, "north").id, row["id"])
    states.cancel(desk.scope, appointment=appointment, by="clinic", reason="Booked here")
    send(patient("north", "Ardsley"), NEXT[1])
    assert visits(desk, "north") == [("2099-05-11T14:00", CANCELLED, "visit A2")]


def test_a_visit_that_is_another_patients_by_now_leaves_the_first(desk: Desk, send: Send) -> None:
    people = patient("north", "Ardsley"), patient("south", "Bexhill", id="2")
    send(*people, FIRST[0])
    send(*people, appointment("A1", participant=[{"actor": {"reference": "Patient/2"}}]))
    assert (reasons(desk, "north"), reasons(desk, "south")) == ([], ["visit A1"])


def test_a_visit_known_by_its_number_needs_no_patient_in_the_next_file(desk: Desk, send: Send) -> None:
    send(patient("north", "Ardsley"), *FIRST)
    assert "1 visits changed" in send(NEXT[0])


def test_two_visits_that_share_a_number_are_two(desk: Desk, send: Send) -> None:
    shared: dict[str, Any] = {"identifier": [{"system": "urn:episode", "value": "7"}]}
    both = [appointment("A1", **shared), appointment("A2", "2099-05-04T09:00:00Z", **shared)]
    send(patient("north", "Ardsley"), *both)
    assert reasons(desk, "north") == ["visit A1", "visit A2"]
    assert "2 visits as before" in send(patient("north", "Ardsley"), *both)


def test_a_dry_run_says_what_the_run_then_does(desk: Desk, send: Send) -> None:
    number = {"identifier": {"system": "urn:mrn", "value": "north"}}
    told = [patient("north", "Ardsley"), *FIRST, encounter("by number", number), *NEXT[:1], NEXT[3]]
    assert send(*told, dry_run=True).replace("Nothing was written: this was a dry run.\n", "") == send(*told)


# --- Death -------------------------------------------------------------------------------------------------------


def test_a_death_by_file_does_what_a_death_by_hand_does(desk: Desk, send: Send) -> None:
    send(patient("north", "Ardsley"), FIRST[0])
    id = here(desk, "north").id
    booked = desk.book(patient=queries.patient(desk.scope, id))
    gone = patient("north", "Ardsley", deceasedDateTime="2026-11-20")
    assert "Recorded as deceased: 2 appointments cancelled." in send(gone, dry_run=True)
    assert "Recorded as deceased: 2 appointments cancelled." in send(gone)
    assert desk.again(booked).state == CANCELLED
    assert {state for _, state, _ in visits(desk, "north")} == {CANCELLED}


def test_a_death_that_a_file_takes_back_gives_back_what_it_stopped(desk: Desk, send: Send) -> None:
    send(patient("1", "Ardsley"), appointment("a"))
    send(patient("1", "Ardsley", deceasedDateTime="2026-01-02"))
    assert [state for _, state, _ in visits(desk, "1")] == [CANCELLED]
    alive = patient("1", "Ardsley", deceasedBoolean=False)
    dry = send(alive, dry_run=True)
    assert "1 appointment is back" in dry
    assert send(alive) in dry
    assert [state for _, state, _ in visits(desk, "1")] == ["booked"]


def test_nobody_is_told_to_book_for_the_dead_and_each_visit_to_come_counts_once(desk: Desk, send: Send) -> None:
    dead = patient("1", "Ardsley", deceasedDateTime="2026-01-02")
    told = send(dead, appointment("a"))
    assert "recorded as deceased" in told
    assert "book them" not in told
    told = send(patient("2", "Bexhill"), appointment("b"), appointment("b"))
    assert "1 of the visits are still to come" in told


def test_entered_in_error_and_never_imported_is_left_out(desk: Desk, send: Send) -> None:
    assert "1 left out" in send(patient("north", "Ardsley"), NEXT[3])
    assert GONE not in {state for _, state, _ in visits(desk, "north")}
