"""Invoices as FHIR R4 for another system, and as old bills of another one."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from billing import queries
from billing.claims import services as claims
from billing.exported.services.parts import amount
from billing.imported import rules
from billing.invoices.services.crediting import credit
from billing.invoices.services.issuing import Cover
from billing.payers.services import save_payer
from billing.payments import services as payments
from clinnet.table import keys, query
from patients.exporting import batches
from patients.fhir.parts import BadResource
from patients.models import Patient
from tests.billing.conftest import Till
from tests.billing.test_books import wrong

pytestmark = pytest.mark.django_db


def exported(till: Till, patient: Patient, folder: Path) -> list[dict[str, Any]]:
    call_command("export_invoices", till.scope.clinic_id, folder, patient=[patient.id])
    return [each["resource"] for each in json.loads((folder / f"{patient.id}.json").read_text())["entry"]]


def of(kind: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in found if each["resourceType"] == kind]


def test_amounts_have_the_decimals_of_their_currency() -> None:
    said = [
        amount(minor, code)["value"].written for minor, code in ((6456, "GBP"), (-5, "GBP"), (7, "JPY"), (1, "KWD"))
    ]
    assert said == ["64.56", "-0.05", "7", "0.001"]


def test_what_was_billed_and_paid_goes_out_and_comes_in_as_history(till: Till, maria: Patient, tmp_path: Path) -> None:
    discounted = [till.provided("CONS15", percent_off=10_000), till.provided("LETTER")]
    first = till.check_out(maria, method="card")
    second = till.check_out(maria, "FBC", "LETTER", method="card", amount=1000)
    void = till.check_out(maria, method="card")
    payments.undo(till.scope, billed=void)
    credit(till.desk.admin, billed=till.again(second), quantities=[1000, 0], reason="Not done")
    assert [each.line.amount for each in discounted] == [5850, 3000]
    found = exported(till, maria, tmp_path)
    invoices = {each["identifier"][0]["value"]: each for each in of("Invoice", found)}
    one, two = invoices[first.invoice.number], invoices[second.invoice.number]
    assert (one["status"], two["status"], invoices[void.invoice.number]["status"]) == (
        "balanced",
        "issued",
        "cancelled",
    )
    assert (two["totalNet"]["value"], two["totalGross"]["value"]) == (54.0, 60.0)
    assert [each["amount"]["value"] for each in two["lineItem"][1]["priceComponent"]] == [30.0, 6.0]
    assert two["totalPriceComponent"][0]["factor"] == 0.2
    (note,) = [each for each in invoices.values() if "extension" in each]
    assert (note["totalGross"]["value"], note["note"]) == (-24.0, [{"text": "Not done"}])
    names = {
        each["fullUrl"]: each["resource"] for each in json.loads((tmp_path / f"{maria.id}.json").read_text())["entry"]
    }
    assert names[note["extension"][0]["valueReference"]["reference"]]["id"] == second.invoice.id
    assert names[two["lineItem"][0]["chargeItemReference"]["reference"]]["code"]["text"] == "Full blood count"
    assert sorted(each["amount"]["value"] for each in of("PaymentNotice", found)) == [10.0, 65.0, 65.0]
    assert of("Account", found)[0]["extension"][0]["valueMoney"]["value"] == till.owes(maria) / 100
    call_command("import_fhir", str(tmp_path), clinic=till.scope.clinic_id)
    them = [each for batch in batches(till.scope) for each in batch]
    bills = [
        row
        for each in them
        for row in query(till.scope, keys.money_of(each.id), limit=50).rows
        if row["type"] == "IMPORTEDBILL"
    ]
    assert len(bills) == 3  # not the void one
    assert wrong(till) == []


def test_a_payers_share_goes_out_as_a_claim_and_comes_in_once(till: Till, maria: Patient, tmp_path: Path) -> None:
    payer = queries.payer(till.scope, save_payer(till.desk.admin, name="AXA", percent=80_000))
    cover = Cover(payer, 80_000)
    billed, rejected, waits = (till.check_out(maria, "CONS15", "LETTER", cover=cover) for _ in range(3))
    claims.settle(till.desk.admin, claim=billed.claims[0], paid=3000)
    for state in ("sent", "rejected"):
        claims.mark(till.desk.admin, claim=till.again(rejected).claims[0], state=state, reference="R-7")
    found = exported(till, maria, tmp_path)
    asked = {each["id"].partition("-")[0]: each for each in of("Claim", found)}
    said = {each["id"].partition("-")[0]: each for each in of("ClaimResponse", found)}
    one = asked[billed.invoice.id]
    assert (one["status"], one["use"], one["insurer"], one["total"]["value"]) == (
        "active",
        "claim",
        {"display": "AXA"},
        80.8,
    )
    assert sum(each["net"]["value"] for each in one["item"]) == pytest.approx(80.8)
    assert said.keys() == {billed.invoice.id, rejected.invoice.id}
    assert waits.invoice.id in asked
    paid, refusal = said[billed.invoice.id], said[rejected.invoice.id]
    assert (paid["outcome"], paid["payment"]["amount"]["value"], paid["payment"]["type"]["coding"][0]["code"]) == (
        "complete",
        30.0,
        "partial",
    )
    assert (refusal["outcome"], "payment" in refusal, refusal["preAuthRef"]) == ("error", False, "R-7")
    call_command("import_fhir", str(tmp_path), clinic=till.scope.clinic_id)
    them = [each for batch in batches(till.scope) for each in batch]
    bills = [
        row
        for each in them
        for row in query(till.scope, keys.money_of(each.id), limit=50).rows
        if row["type"] == "IMPORTEDBILL"
    ]
    assert len(bills) == 3  # the invoices, of which the claims are parts


def test_an_invoice_of_another_system_is_read_as_it_says() -> None:
    body = {
        "status": "balanced",
        "date": "2026-11-28",
        "totalGross": {"value": 119.99, "currency": "EUR"},
        "lineItem": [
            {
                "chargeItemReference": {"reference": "ChargeItem/1"},
                "priceComponent": [
                    {"type": "base", "amount": {"value": 99.99, "currency": "EUR"}},
                    {"type": "informational", "amount": {"value": 5, "currency": "EUR"}},
                ],
            },
        ],
    }
    found = rules.invoice(body, {"ChargeItem/1": "Visit"})
    assert (found.total, [(each.name, each.amount) for each in found.lines]) == (
        11_999,
        [("Visit", 9999), ("Not said what for", 2000)],
    )
    for wrong_ in ({"status": "draft"}, {"date": "2026"}, {"totalGross": {"value": 1}}):
        with pytest.raises(BadResource):
            rules.invoice(body | wrong_, {})
