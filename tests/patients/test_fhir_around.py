"""Relatives and insurers as resources of their own become what a patient has for them, and nobody else's."""

import json
from pathlib import Path
from typing import Any

import pytest

from clinnet.table import Scope, find_row, keys
from patients import queries
from patients.models import Patient
from tests.patients.test_fhir_import import run

Body = dict[str, Any]


def person(family: str = "Okonkwo", **more: Any) -> Body:
    names, numbers = [{"family": family, "given": ["Ada"]}], [{"system": f"urn:{family}", "value": "1"}]
    body = {"id": "p1", "identifier": numbers, "name": names, "birthDate": "1980-02-03"}
    return {"resourceType": "Patient", **body, **more}


def mother(of: str = "Patient/p1", **more: Any) -> Body:
    way, role = [{"system": "phone", "value": "07700 900123"}], [{"coding": [{"code": "MTH"}]}]
    body = {"id": "r1", "patient": {"reference": of}, "name": [{"family": "Okonkwo", "given": ["Ife"]}], "active": True}
    return {"resourceType": "RelatedPerson", **body, "telecom": way, "relationship": role, **more}


def insured(of: str = "Patient/p1", **more: Any) -> Body:
    who = {"beneficiary": {"reference": of}, "payor": [{"reference": "Organization/o1"}], "subscriberId": "A-77"}
    body = {"id": "c1", "status": "active", "period": {"start": "2026-01-01", "end": "2026-12-31"}}
    return {"resourceType": "Coverage", **body, **who, **more}


PAYER = {"resourceType": "Organization", "id": "o1", "name": "Mutual of Town"}


@pytest.fixture
def send(clinic: str, tmp_path: Path) -> Any:
    def send(*bodies: Body, name: str = "a.json", **options: Any) -> str:
        urls = [f"http://{name}/{each['resourceType']}/{each['id']}" for each in bodies]
        entries = [{"fullUrl": url, "resource": each} for url, each in zip(urls, bodies, strict=True)]
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        (tmp_path / name).write_text(json.dumps(bundle))
        return run(clinic, tmp_path / name, **options)

    return send


@pytest.fixture
def here(clinic: str) -> Any:
    scope = Scope.system("tests", clinic)

    def here(family: str = "Okonkwo") -> Patient:
        row = find_row(scope, keys.identifier(scope.clinic_id, f"urn:{family}", "1"))
        assert row is not None
        return queries.current(scope, row["id"])

    return here


def test_a_relative_is_a_contact_and_a_coverage_a_policy(send: Any, here: Any) -> None:
    told = send(person(), mother(), insured(), PAYER)
    assert "Not imported yet: 1 Organization." in told
    (link,) = here().links
    assert (link["name"], link["kind"], link["phone"]) == ("Ife Okonkwo", "parent", "+447700900123")
    (policy,) = here().policies
    assert (policy["payer"], policy["number"], policy["valid_until"]) == ("Mutual of Town", "A-77", "2026-12-31")
    assert "1 as before" in send(person(), mother(), insured(), PAYER)


def test_of_bulk_files_they_are_found_beside_the_patients(clinic: str, tmp_path: Path, here: Any) -> None:
    for body in (person(), mother(), insured(), PAYER):
        (tmp_path / f"{body['resourceType']}.ndjson").write_text(json.dumps(body) + "\n")
    assert "Not imported yet: 1 Organization." in run(clinic, tmp_path)
    assert [each["payer"] for each in here().policies] == ["Mutual of Town"]
    assert [each["name"] for each in here().links] == ["Ife Okonkwo"]


def test_of_two_files_each_patient_has_their_own(send: Any, here: Any, clinic: str, tmp_path: Path) -> None:
    send(person(), mother(), insured())
    told = send(person("Bexhill"), insured(subscriberId="B-1", id="c2"), name="b.json")
    assert "1 new" in told
    assert [each["number"] for each in here("Bexhill").policies] == ["B-1"]
    assert not here("Bexhill").links
    assert [each["number"] for each in here().policies] == ["A-77"]


def test_of_two_servers_in_one_bundle_each_patient_has_their_own(clinic: str, tmp_path: Path, here: Any) -> None:
    bodies = [("a", person()), ("b", person("Bexhill")), ("b", insured()), ("", mother())]
    urls = [{"fullUrl": f"http://{server}/{each['resourceType']}/{each['id']}"} for server, each in bodies[:3]]
    entries = [{**url, "resource": each} for url, (_, each) in zip([*urls, {}], bodies, strict=True)]
    (tmp_path / "a.json").write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    assert "Not imported yet: 1 RelatedPerson." in run(clinic, tmp_path / "a.json")
    assert [each["number"] for each in here("Bexhill").policies] == ["A-77"]
    assert not here().policies


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (insured("Patient/other"), "1 Coverage"),
        (insured(status="cancelled"), "1 Coverage"),
        (insured(subscriberId=None), "1 Coverage"),
        (mother("Patient/other"), "1 RelatedPerson"),
    ],
)
def test_what_is_nobody_s_or_not_in_force_is_told(send: Any, here: Any, body: Body, left: str) -> None:
    assert f"Not imported yet: {left}." in send(person(), body)
    assert not here().policies
    assert not here().links


def test_a_contact_that_the_patient_names_already_stands_once(send: Any, here: Any) -> None:
    own = {name: mother()[name] for name in ("relationship", "telecom")} | {"name": mother()["name"][0]}
    send(person(contact=[own]), mother())
    assert len(here().links) == 1


def test_one_who_is_no_contact_any_more_stands_aside(send: Any, here: Any) -> None:
    send(person(), mother(active=False))
    assert not here().links
    assert "Ife Okonkwo" in here().extra["Former contact"]


def test_what_a_relative_has_besides_is_kept(send: Any, here: Any) -> None:
    speaks = [{"language": {"text": "Yoruba"}}]
    send(person(), mother(birthDate="1950-01-02", communication=speaks))
    assert "Born: 1950-01-02" in here().extra["Contacts in the file"]
    assert "Speaks: Yoruba" in here().extra["Contacts in the file"]


def test_the_class_and_the_number_of_r5_are_read(send: Any, here: Any) -> None:
    group = {"class": [{"type": {"text": "Group"}, "value": {"value": "G-9"}, "name": "Gold"}]}
    body = insured(subscriberId=[{"value": "R5-1"}], payor=None, insurer={"display": "Town"})
    send(person(), body | group)
    (policy,) = here().policies
    assert (policy["payer"], policy["number"]) == ("Town", "R5-1")
    assert "Group G-9 Gold" in here().extra["About numbers"]
