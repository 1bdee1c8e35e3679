"""Claims and benefits of FHIR files: shown as they came, outside our numbers and in no sum."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from billing.imported import rules
from billing.imported.rules import OldLine
from billing.imported.services import GIVEN
from billing.ledger import queries as ledger
from clinnet.table import keys, query
from patients.exporting import batches
from patients.fhir.files import read
from patients.fhir.parts import BadResource, Exact, Resource
from tests.billing.conftest import Till
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill
from tests.patients.pages import plain
from tests.people import signed_in_client

USD = {"currency": "USD"}


def claim(**more: Any) -> dict[str, Any]:
    """As Synthea writes one: the encounter has no price, and the total is above the sum of the items."""
    usual: dict[str, Any] = {
        "resourceType": "Claim",
        "id": "c1",
        "status": "active",
        "use": "claim",
        "created": "2019-03-27T10:00:00+01:00",
        "patient": {"reference": "urn:uuid:p1"},
        "insurance": [{"coverage": {"display": "Cigna Health"}}],
        "item": [
            {"productOrService": {"text": "Encounter for check up"}},
            {"productOrService": {"text": "Spirometry"}, "net": {"value": 516.65, **USD}},
            {"productOrService": {"text": "Asthma"}},
        ],
        "total": {"value": 645.65, **USD},
    }
    return usual | more


BENEFIT = {
    "resourceType": "ExplanationOfBenefit",
    "id": "e1",
    "claim": {"reference": "urn:uuid:c1"},
    "payment": {"amount": {"value": 413.31999999999994, **USD}},
}


def body(said: Mapping[str, Any]) -> Mapping[str, Any]:
    (found,) = read(json.dumps(said))
    assert isinstance(found, Resource)
    return found.body


@pytest.mark.parametrize(
    ("more", "paid"),
    [
        ({}, {("urn:uuid:c1", "USD"): 41_332}),
        ({"status": "active"}, {("urn:uuid:c1", "USD"): 41_332}),
        ({"status": "cancelled"}, {}),
        ({"status": "entered-in-error"}, {}),
        ({"status": "draft"}, {}),
        ({"payment": {"amount": {"value": 5, "currency": "EUR"}}}, {("urn:uuid:c1", "EUR"): 500}),
    ],
)
def test_a_benefit_that_does_not_stand_paid_nothing(more: dict[str, Any], paid: Mapping[tuple[str, str], int]) -> None:
    assert rules.paid([Resource(kind="ExplanationOfBenefit", body=dict(body(BENEFIT | more)))]) == paid


def test_what_the_items_do_not_say_belongs_to_the_first_that_says_nothing() -> None:
    found = rules.bill(body(claim()))
    assert (found.day, found.currency, found.total, found.payer) == ("2019-03-27", "USD", 64_565, "Cigna Health")
    said = [(each.name, each.amount) for each in found.lines]
    assert said == [("Encounter for check up", 12_900), ("Spirometry", 51_665), ("Asthma", 0)]


def test_a_total_that_no_item_explains_stands_on_a_line_of_its_own() -> None:
    items = [{"productOrService": {"text": "Spirometry"}, "net": {"value": 1.005, **USD}}]
    found = rules.bill(body(claim(item=items, total={"value": 3, **USD})))
    assert found.lines == (OldLine("Spirometry", 101), OldLine(rules.REST, 199))
    assert rules.amount(body({"resourceType": "X", "value": 1234, "currency": "JPY"})) == (1234, "JPY")


@pytest.mark.parametrize(
    ("value", "minor"), [("1.2E+2", 12_000), ("1e999999999", None), ("1e-999999999", None), ("NaN", None)]
)
def test_an_amount_may_be_a_power_of_ten_within_reason(value: str, minor: int | None) -> None:
    found = rules.amount({"value": Exact(value), "currency": "USD"})
    assert found == (None if minor is None else (minor, "USD"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"status": "draft"}, "no bill"),
        ({"use": "preauthorization"}, "no bill"),
        ({"total": None}, "no total"),
        ({"total": {"value": 1, "currency": "XXX"}}, "no total"),
        ({"created": None}, "no date"),
    ],
)
def test_what_is_no_bill_is_left_out_and_says_why(more: dict[str, Any], words: str) -> None:
    with pytest.raises(BadResource) as bad:
        rules.bill(body(claim(**more)))
    assert words in bad.value.sentence


@pytest.mark.django_db
def test_old_bills_stand_on_the_money_tab_and_in_no_sum(till: Till, tmp_path: Path, capsys: Any) -> None:
    who = {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"family": "Botello", "given": ["Gerardo"]}],
        "birthDate": "1960-05-01",
        "gender": "male",
    }
    nobodys = claim(id="c2", patient={"reference": "urn:uuid:nobody"})
    entries = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in (who, claim(), BENEFIT, nobodys)]
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    for said in ("1 bills new", "1 bills as before"):
        call_command("import_fhir", str(file), clinic=till.scope.clinic_id)
        told = capsys.readouterr().out
        assert said in told
        assert "neither in the files nor found here" in told
    everybody = (each for batch in batches(till.scope) for each in batch)
    patient_id = next(each.id for each in everybody if each.family_name == "Botello")
    page = plain(AtTill(signed_in_client(till.scope.clinic_id), till).get(f"patients/{patient_id}/money/"))
    assert "Encounter for check up, Cigna Health" in page
    assert "645.65" in page
    assert "Imported" in page
    assert "Owes £0.00" in page
    assert (ledger.account(till.scope, patient_id).balance, wrong(till)) == (0, [])
    (old,) = query(till.scope, keys.money_of(patient_id), limit=5).rows
    assert old["type"] == "IMPORTEDBILL"


@pytest.mark.django_db
def test_the_next_export_of_a_bill_says_what_was_paid_since_or_takes_it_back(
    till: Till, tmp_path: Path, capsys: Any
) -> None:
    who = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Botello", "given": ["Gerardo"]}]}
    alone, paid, void = (claim(),), (claim(), BENEFIT), (claim(status="cancelled"),)

    def told(*bodies: Mapping[str, Any], dry_run: bool = False) -> str:
        entries = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in (who, *bodies)]
        file = tmp_path / "bundle.json"
        file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
        call_command("import_fhir", str(file), clinic=till.scope.clinic_id, dry_run=dry_run)
        return str(capsys.readouterr().out)

    assert "1 left out" in told(*void)  # never imported
    for bodies, said in ((alone, "1 bills new"), (paid, "1 bills changed"), (void, "1 bills taken away")):
        assert said in told(*bodies, dry_run=True)
        assert said in told(*bodies)
        assert "1 bills as before" in told(*bodies)
    dated = (claim(total={"value": 1, **USD}, meta={"lastUpdated": "2020-01-01T00:00:00Z"}),)
    later = (claim(total={"value": 2, **USD}, meta={"lastUpdated": "2020-02-01T00:00:00Z"}),)
    assert "1 bills changed" in told(*later)
    assert "1 bills as before" in told(*dated)
    assert "1 bills taken away" in told(claim(status="cancelled", meta={"lastUpdated": "2020-03-01T00:00:00Z"}))
    for bodies in (alone, paid):  # old files
        assert "1 bills as before" in told(*bodies)
    everybody = (each for batch in batches(till.scope) for each in batch)
    patient_id = next(each.id for each in everybody if each.family_name == "Botello")
    assert query(till.scope, keys.money_of(patient_id), limit=5).rows == []
    assert wrong(till) == []


def test_a_bill_that_its_source_gives_to_another_patient_stands_there_alone(
    till: Till, tmp_path: Path, capsys: Any
) -> None:
    people = [
        {"resourceType": "Patient", "id": f"p{at}", "name": [{"family": family, "given": ["Jo"]}], "birthDate": born}
        for at, (family, born) in enumerate((("Botello", "1960-01-01"), ("Bexhill", "1970-01-01")), 1)
    ]
    uuid = "6f1c0a52-0f5c-4d0c-9a55-1a2b3c4d5e6f"

    def told(whose: str, *, day: str = "", dry_run: bool = False) -> str:
        meta = {"meta": {"lastUpdated": f"2020-01-{day}T00:00:00Z"}} if day else {}
        bill = claim(id=uuid, patient={"reference": f"urn:uuid:{whose}"}, **meta)
        entries = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in (*people, bill)]
        file = tmp_path / "bundle.json"
        file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
        call_command("import_fhir", str(file), clinic=till.scope.clinic_id, dry_run=dry_run)
        return str(capsys.readouterr().out)

    def stand() -> list[int]:
        known = {each.family_name: each.id for batch in batches(till.scope) for each in batch}
        ids = [known["Botello"], known["Bexhill"]]
        return [len(query(till.scope, keys.money_of(id), limit=5).rows) for id in ids]

    told("p1", day="01")
    given = told("p2", day="02", dry_run=True)
    assert "1 bills new, 1 bills taken away" in given
    assert GIVEN.partition("{}")[0] in given
    assert "1 bills new, 1 bills taken away" in told("p2", day="02")
    assert stand() == [0, 1]
    for old in (told("p2", day="02"), told("p1", day="01")):
        assert "1 bills as before" in old
    assert "1 bills changed, 1 bills taken away" in told("p1", day="03")
    assert stand() == [1, 0]
    assert wrong(till) == []
