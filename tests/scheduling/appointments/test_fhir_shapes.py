"""One patient, whom they saw and where, in every shape in which systems write it: always the same comes in."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from clinnet.table import Scope
from patients.queries import patient as get_patient
from patients.search import search, understood
from scheduling.appointments import queries as appointment_queries
from scheduling.calendar.queries.setup import setup
from tests.patients.test_fhir_import import run
from tests.scheduling.appointments.test_fhir_visits import visit

pytestmark = pytest.mark.django_db

Json = dict[str, Any]
MRN, NPI, PLACE = "urn:test:mrn", "http://hl7.org/fhir/sid/us-npi", "https://old.example.org/places"
SERVER = "https://old.example.org/fhir/"
NUMBERS = {"Patient": (MRN, "A-1"), "Practitioner": (NPI, "9999933399"), "Location": (PLACE, "7")}


def numbered(kind: str) -> Json:
    system, value = NUMBERS[kind]
    return {"system": system, "value": value}


PATIENT = {
    "resourceType": "Patient", "id": "p1", "identifier": [numbered("Patient")], "birthDate": "1980-02-03",
    "name": [{"family": "Okonkwo", "given": ["Ada"]}],
}  # fmt: skip
DOCTOR = {
    "resourceType": "Practitioner", "id": "d1", "identifier": [numbered("Practitioner")],
    "name": [{"prefix": ["Dr"], "family": "Dunmore", "given": ["Hal"]}],
}  # fmt: skip
ROOM = {"resourceType": "Location", "id": "l1", "identifier": [numbered("Location")], "name": "Room East"}
PEOPLE = [PATIENT, DOCTOR, ROOM]


def visits(to: Callable[[str], Json], **more: Any) -> list[Json]:
    """A visit, an appointment and an allergy; `to` points at a kind of resource."""
    actors = [{"actor": to(kind), "status": "accepted"} for kind in NUMBERS]
    period = {"start": "2021-05-28T10:00:00Z", "end": "2021-05-28T10:30:00Z"}
    return [
        {
            "resourceType": "Encounter", "id": "e1", "status": "finished", "type": [{"text": "Check"}],
            "period": period, "subject": to("Patient"), "participant": [{"individual": to("Practitioner")}],
            "location": [{"location": to("Location")}], **more,
        },
        {
            "resourceType": "Appointment", "id": "a1", "status": "noshow", "start": "2022-03-01T09:00:00Z",
            "minutesDuration": 20, "participant": actors, **more,
        },
        {
            "resourceType": "AllergyIntolerance", "id": "x1", "code": {"text": "Penicillin"}, "patient": to("Patient"),
            **more,
        },
    ]  # fmt: skip


def bundle(type_: str, bodies: list[Json], url: Callable[[Json], str] = lambda body: "") -> str:
    entries = [{"fullUrl": url(each), "resource": each} if url(each) else {"resource": each} for each in bodies]
    return json.dumps({"resourceType": "Bundle", "type": type_, "entry": entries})


def urn(body: Json) -> str:
    return f"urn:uuid:{body['resourceType']}"


def on_server(body: Json) -> str:
    return f"{SERVER}{body['resourceType']}/{body['id']}"


def relative(kind: str) -> Json:
    return {"reference": f"{kind}/{next(each['id'] for each in PEOPLE if each['resourceType'] == kind)}"}


def absolute(kind: str) -> Json:
    return {"reference": f"{SERVER}{relative(kind)['reference']}"}


def versioned(to: Callable[[str], Json]) -> Callable[[str], Json]:
    return lambda kind: {"reference": f"{to(kind)['reference']}/_history/3"}


def conditional(kind: str) -> Json:
    return {"reference": f"{kind}?identifier={'|'.join(NUMBERS[kind])}"}


def by_number(kind: str) -> Json:
    return {"type": kind, "identifier": numbered(kind)}


def inside(kind: str) -> Json:
    return {"reference": f"#{kind}"}


ALL = [*visits(relative), *PEOPLE]  # whose it is comes after what is theirs
CONTAINED = {"contained": [{**each, "id": each["resourceType"]} for each in PEOPLE]}
LINES = "\r\n".join(map(json.dumps, ALL)) + "\r\n\r\n"
BREAKS = {**PATIENT, "maritalStatus": {"text": "Not\u2028said\u0085yet"}}  # are no ends of lines in JSON
SHAPES: Mapping[str, tuple[str, str]] = {
    "a transaction by urn": (
        "x.json", bundle("transaction", [*visits(lambda kind: {"reference": f"urn:uuid:{kind}"}), *PEOPLE], urn),
    ),
    "a transaction by conditions": ("x.json", bundle("transaction", [*PEOPLE, *visits(conditional)], urn)),
    "a collection by addresses": ("x.json", bundle("collection", [*visits(absolute), *PEOPLE], on_server)),
    "versioned addresses": ("x.json", bundle("collection", [*visits(versioned(absolute)), *PEOPLE], on_server)),
    "versioned ids": ("x.json", bundle("searchset", [*visits(versioned(relative)), *PEOPLE], on_server)),
    "versions in full URLs": (
        "x.json", bundle("searchset", ALL, lambda body: f"{on_server(body)}/_history/1"),
    ),
    "addresses without full URLs": ("x.json", bundle("collection", [*visits(absolute), *PEOPLE])),
    "a message": ("x.json", bundle("message", [{"resourceType": "MessageHeader", "id": "m"}, *ALL], urn)),
    "contained people": ("x.json", json.dumps([PATIENT, *visits(inside, **CONTAINED)])),
    "numbers alone": ("x.json", json.dumps([*visits(by_number), *PEOPLE])),
    "a list of bundles": ("x.json", f"[{','.join(bundle('collection', [each]) for each in ALL)}]"),
    "parameters": (
        "x.json",
        json.dumps({
            "resourceType": "Parameters",
            "parameter": [{"name": "return", "part": [{"name": "each", "resource": each}]} for each in ALL],
        }),
    ),
    "lines with a mark and CRLF": ("x.ndjson", f"\ufeff{LINES}"),
    "lines under another name": ("x.json", f"\ufeff{LINES}"),
    "lines with other breaks in them": (
        "x.json", "\n".join(json.dumps(each, ensure_ascii=False) for each in [*ALL[:3], BREAKS, DOCTOR, ROOM]),
    ),
    "several values of many lines": ("x.json", "\n".join(json.dumps(each, indent=2) for each in ALL)),
}  # fmt: skip


def notes(scope: Scope) -> list[str]:
    (hit,) = search(scope, understood("okonkwo", setup(scope).clinic)).hits
    rows = appointment_queries.past(scope, get_patient(scope, hit.id))
    return [each.note or "" for each in appointment_queries.appointments(scope, [(hit.id, row["id"]) for row in rows])]


@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_the_shape_the_same_comes_in_and_again_changes_nothing(
    clinic: str, tmp_path: Path, shape: str
) -> None:
    name, content = SHAPES[shape]
    file = tmp_path / name
    file.write_bytes(content.encode())
    told, done, again = run(clinic, file, dry_run=True), run(clinic, file), run(clinic, file)
    assert told.replace("Nothing was written: this was a dry run.\n", "") == done
    assert "1 files: 1 new, 2 chart items new, 2 visits new." in done.replace("1 new, 1 as before", "1 new")
    assert "left out" not in done
    assert again.splitlines()[-1] == "1 files: 1 as before, 2 chart items as before, 2 visits as before."
    scope = Scope.system("tests", clinic)
    assert notes(scope) == ["With Dr Hal Dunmore, Room East"] * 2


def test_after_a_value_that_cannot_be_read_the_next_line_is(clinic: str, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text("\n".join([json.dumps(DOCTOR), '{"resourceType": "Patient", "id"}', "NaN", json.dumps(PATIENT)]))
    said = run(clinic, file)
    assert "line 2: This is not valid JSON." in said
    assert "1 files: 1 new, 2 left out." in said


def test_a_number_that_two_have_names_neither(clinic: str, tmp_path: Path) -> None:
    other = {**DOCTOR, "id": "d2", "name": [{"family": "Whitlock"}]}
    file = tmp_path / "x.json"
    file.write_text(json.dumps([PATIENT, DOCTOR, other, ROOM, *visits(by_number)]))
    run(clinic, file)
    scope = Scope.system("tests", clinic)
    assert notes(scope) == ["With 9999933399, Room East"] * 2


@pytest.mark.parametrize("status", ["proposed", "pending", "waitlist"])
def test_what_is_not_agreed_yet_says_so(status: str) -> None:
    assert f"Status in the file: {status}" in visit("Appointment", status=status).besides
    assert "Status" not in "".join(visit("Appointment", status="booked").besides)


def test_that_the_patient_declined_is_told() -> None:
    people: list[Json] = [{"actor": {"reference": "Patient/p1"}, "status": "declined"}, {"actor": {"display": "Dr A"}}]
    assert "Answer of the patient: declined" in visit("Appointment", participant=people).besides
    people[0]["status"] = "accepted"
    assert "Answer" not in "".join(visit("Appointment", participant=people).besides)
