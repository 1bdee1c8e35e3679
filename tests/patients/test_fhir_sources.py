"""Two sources of one patient, and one number of two people: nobody is taken for somebody else, and nothing swings."""

import json
from pathlib import Path
from typing import Any

import pytest

from clinnet.table import Scope, find_row, keys
from patients import queries, services
from patients.models import Patient
from patients.rules.likeness import are_one
from tests.patients.test_fhir_import import run
from tests.people import signed_in_client

SSN = "http://hl7.org/fhir/sid/us-ssn"
NUMBER = "999-00-4711"


@pytest.fixture
def system(clinic: str) -> Scope:
    return Scope.system("tests", clinic)


def person(family: str, given: str, *identifiers: tuple[str, str], **more: Any) -> dict[str, Any]:
    numbers = [{"system": system, "value": value} for system, value in identifiers or [(SSN, NUMBER)]]
    name = [{"use": "official", "family": family, "given": [given]}]
    return {"resourceType": "Patient", "identifier": numbers, "name": name, "birthDate": "1977-07-07", **more}


@pytest.fixture
def send(clinic: str, tmp_path: Path) -> Any:
    def send(*bodies: dict[str, Any], name: str = "a.json", **options: Any) -> str:
        (tmp_path / name).write_text(json.dumps(list(bodies)))
        return run(clinic, tmp_path / name, **options)

    return send


def here(scope: Scope, number: str = NUMBER) -> Patient:
    row = find_row(scope, keys.national_id(scope.clinic_id, number.replace("-", "")))
    assert row is not None
    return queries.current(scope, row["id"])


def phone(number: str, **more: str) -> dict[str, str]:
    return {"system": "phone", "value": number, "use": "home", **more}


# --- One number of two people ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        person("Santosina", "Maria", birthDate="1988-11-12"),
        person("Calderina", "Maria", birthDate=None),
        person("Calderina", "Ines", gender="male"),
        person("Lopezina", "Maria", birthDate="1950-01-30"),
        person("Lopezina", "Tomas"),  # a twin
    ],
)
def test_a_number_alone_makes_nobody_one_person(send: Any, system: Scope, other: dict[str, Any]) -> None:
    send(person("Lopezina", "Maria", gender="female"))
    told = send(other, name="b.json")
    assert "Left for a person" in told
    assert (here(system).family_name, here(system).birth_date) == ("Lopezina", "1977-07-07")


@pytest.mark.parametrize(
    "again",
    [
        person("Holm", "Maria"),  # married
        person("Lopesina", "Maria"),
        person("Lopezina", "Maria", birthDate="1977-07-17"),
        person("Lopezina", "Maria", birthDate=None),
    ],
)
def test_a_number_with_a_name_or_birth_date_is_one_person(send: Any, again: dict[str, Any]) -> None:
    send(person("Lopezina", "Maria"))
    assert "left out" not in send(again, name="b.json")


def test_the_same_record_of_one_source_may_correct_the_birth_date(send: Any, system: Scope) -> None:
    send(person("Lopezina", "Maria", id="7"))
    assert "1 changed" in send(person("Lopezina", "Maria", id="7", birthDate="1950-01-30"))
    assert here(system).birth_date == "1950-01-30"


@pytest.mark.parametrize(
    ("first", "other", "one"),
    [
        ("2026-11-01", "2026-10-01", False),  # near, as a slip of the finger is: of nobody who has a name it would do
        ("2026-11-01", "", False),
        ("", "", False),
        ("2026-11-01", "2026-11-01", True),
    ],
)
def test_two_without_a_name_are_one_by_number_and_birth_date_alone(first: str, other: str, one: bool) -> None:
    unnamed, named = {"family_name": "Unknown"}, {"family_name": "Holm", "given_name": "Greta"}
    for each in (unnamed, named):
        theirs = {**unnamed, "birth_date": first}
        assert are_one(theirs, {**each, "birth_date": other}, same_source=False) == one
        assert are_one({**each, "birth_date": other}, theirs, same_source=False) == one


def test_neither_name_nor_birth_date_is_another_even_in_one_source() -> None:
    one = {"family_name": "Lopezina", "given_name": "Maria", "birth_date": "1977-07-07"}
    other = {"family_name": "Brandtner", "given_name": "Hugo", "birth_date": "1980-01-01"}
    assert not are_one(other, one, same_source=True)
    assert not are_one({**other, "birth_date": ""}, one, same_source=False)


# --- Two sources of one patient ----------------------------------------------------------------------------------

FIRST = person("Dorrance", "Katherine", (SSN, NUMBER), ("urn:a", "1"), telecom=[phone("020 7946 0411")])
SECOND = person(
    "Dorrance-Hale",
    "Kate",
    (SSN, NUMBER),
    ("urn:b", "1"),
    telecom=[phone("020 7946 0412")],
    address=[{"line": ["9 New Rd"], "city": "Bath"}],
)


def test_two_sources_complete_each_other_and_do_not_swing(send: Any, system: Scope) -> None:
    send(FIRST)
    send(SECOND, name="b.json")
    for name, body in [("a.json", FIRST), ("b.json", SECOND), ("a.json", FIRST)]:
        assert "1 as before" in send(body, name=name)
    found = here(system)
    assert (found.family_name, found.given_name) == ("Dorrance", "Katherine")
    assert found.other_names == ["Kate Dorrance-Hale"]
    assert len(found.phones or []) == 2
    assert (found.address or {})["city"] == "Bath"


def test_each_source_corrects_what_it_said_itself(send: Any, system: Scope) -> None:
    send(FIRST)
    send(SECOND, name="b.json")
    assert "1 changed" in send({**SECOND, "address": [{"line": ["1 Kept Rd"], "city": "Ely"}]}, name="b.json")
    assert (here(system).address or {})["city"] == "Ely"


def test_unchanged_files_change_nothing_after_a_merge(send: Any, system: Scope) -> None:
    one = person("Fairbrook", "Leonora", ("urn:a", "2"), address=[{"line": ["1 Kept Rd"], "city": "Ely"}])
    two = person("Fairbrooke", "Nora", ("urn:b", "2"), address=[{"line": ["9 Wrong Rd"], "city": "Bath"}])
    send(one)
    send(two, name="b.json")
    kept, gone = (
        queries.patient(system, find_row(system, keys.identifier(system.clinic_id, f"urn:{each}", "2"))["id"])  # type: ignore[index]  # just imported
        for each in "ab"
    )
    services.merge(system, kept, gone, {})
    assert "1 as before" in send(two, name="b.json")
    assert "1 as before" in send(one)
    found = queries.patient(system, kept.id)
    assert (found.given_name, (found.address or {})["city"]) == ("Leonora", "Ely")


def test_an_older_version_imported_again_changes_nothing_and_is_told(send: Any, system: Scope) -> None:
    old, new = person("Ecklestone", "Mabel", id="7"), person("Eccleston", "Mabel", id="7")
    send(old)
    send(new)
    assert "another one since" in send(old)
    assert here(system).family_name == "Eccleston"
    old["meta"] = {"lastUpdated": "2026-11-27T00:00:00Z"}  # by its own date it is the newer one
    new["meta"] = {"lastUpdated": "2026-11-26T00:00:00Z"}
    send(person("Ecclestone", "Mabel", id="7", meta={"lastUpdated": "2026-11-25T00:00:00Z"}))
    assert "1 changed" in send(old)
    assert "1 as before" in send(new)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"versionId": "10"}, {"versionId": "9"}),
        ({"lastUpdated": "2026-02-01T00:30:00Z"}, {"lastUpdated": "2026-02-01T01:30:00+02:00"}),
        ({"lastUpdated": "2026-02-01T00:30:00.5Z"}, {"lastUpdated": "2026-02-01T00:30:00Z"}),
    ],
)
def test_which_version_is_older_is_told_by_instants_and_numbers(
    send: Any, system: Scope, first: dict[str, str], then: dict[str, str]
) -> None:
    send(person("Kell", "Bo", id="7", meta=first))
    assert "This version was imported before" in send(person("Kelly", "Bo", id="7", meta=then))
    later = {"versionId": "11", "lastUpdated": "2026-03-01T00:00:00Z"}
    assert "1 changed" in send(person("Kellyn", "Bo", id="7", meta=later))


def test_a_national_number_with_spaces_is_the_same_number(send: Any) -> None:
    send(person("Kell", "Bo", (SSN, "999-00-4711")))
    assert "Differs" not in send(person("Kell", "Bo", (SSN, "999 00 4711")), name="b.json")


def test_of_two_records_of_one_person_the_one_that_replaces_is_not_put_aside(send: Any, system: Scope) -> None:
    old = person(
        "Kell", "Bo", id="1", active=False, link=[{"type": "replaced-by", "other": {"reference": "Patient/2"}}]
    )
    new = person("Kell", "Bo", id="2", active=True, link=[{"type": "replaces", "other": {"reference": "Patient/1"}}])
    for _ in range(2):
        told = send(old, new)
        assert not here(system).archived
    assert "2 as before" in told


def test_a_patient_without_numbers_is_known_by_their_address_in_the_server(clinic: str, tmp_path: Path) -> None:
    def bundle(family: str) -> Path:
        body = {
            "resourceType": "Patient",
            "id": "77",
            "birthDate": "1969-09-09",
            "name": [{"family": family, "given": ["Mabel"]}],
        }
        entry = {"fullUrl": "https://ehr.example/fhir/Patient/77", "resource": body}
        (tmp_path / "b.json").write_text(json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": [entry]}))
        return tmp_path / "b.json"

    run(clinic, bundle("Ecklestone"))
    assert "1 changed" in run(clinic, bundle("Eccleston"))


# --- What a source takes back, and what another says of itself -----------------------------------------------------


def test_what_a_source_takes_back_is_applied_or_told(send: Any, system: Scope) -> None:
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    send(
        person(
            "Lorne",
            "Ada",
            active=False,
            deceasedDateTime="2025-02-03",
            meta={"security": [label]},
            telecom=[phone("020 7946 0201")],
        )
    )
    assert here(system).state == "archived"
    told = send(
        person(
            "Lorne",
            "Ada",
            active=True,
            deceasedBoolean=False,
            meta={"security": [{**label, "code": "N"}]},
            telecom=[phone("020 7946 0201", use="old"), phone("020 7946 0202")],
        )
    )
    found = here(system)
    assert not found.deceased_on
    assert (found.state, found.restricted) == ("active", True)
    assert [each["number"] for each in found.phones or []] == ["+442079460202"]
    for words in ("is alive", "It is active in the file", "stays restricted", "taken away here: phones"):
        assert words in told


def test_a_death_recorded_by_hand_is_not_taken_back_by_a_file(send: Any, system: Scope) -> None:
    send(person("Lorne", "Ada"))
    services.record_death(system, here(system), on="2026-01-02")
    assert "the death recorded here stays" in send(person("Lorne", "Ada", deceasedBoolean=False))
    assert here(system).deceased_on == "2026-01-02"


@pytest.mark.parametrize("first", [{"active": True}, {}])
def test_a_record_made_by_hand_is_never_put_aside_or_made_a_test(
    send: Any, system: Scope, first: dict[str, Any]
) -> None:
    services.register(system, {"family_name": "Lorne", "given_name": "Ada", "national_id": NUMBER})
    send(person("Lorne", "Ada", **first))
    test = {"security": [{"code": "HTEST", "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason"}]}
    told = send(person("Lorne", "Ada", active=False, meta=test))
    assert here(system).state == "active"
    assert not here(system).test
    assert "It is not active in the file; nothing was changed here." in told
    assert "It is a test patient in the file; nothing was changed here." in told


def test_another_practice_that_lets_go_archives_nobody(send: Any, system: Scope) -> None:
    send(FIRST)
    send({**SECOND, "active": False}, name="b.json")
    assert here(system).state == "active"


# --- The dry run ---------------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_the_run_then_does(send: Any) -> None:
    bodies = [FIRST, SECOND, person("Santosina", "Maria", birthDate="1988-11-12"), {**FIRST, "gender": "female"}, FIRST]
    assert send(*bodies, dry_run=True).replace("Nothing was written: this was a dry run.\n", "") == send(*bodies)


# --- What pages show of it -----------------------------------------------------------------------------------------


def test_no_page_shows_what_an_import_keeps_for_itself(send: Any, clinic: str, system: Scope, db: None) -> None:
    send({"resourceType": "Patient", "id": "7", "name": [{"text": "Ms Ada Lorne"}], "deceasedBoolean": True})
    (row,) = queries.list_page(system, "l").rows
    page = signed_in_client(clinic).get(f"/c/{clinic}/patients/{row['id']}/details/").content.decode()
    assert "Ms Ada Lorne" in page
    for words in ("_imported", "sources", "Import:", "Other number"):
        assert words not in page
    assert "Deceased, date not known" in page
