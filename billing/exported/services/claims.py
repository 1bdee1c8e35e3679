"""What other payers were asked for, as FHIR R4 Claim and ClaimResponse: a part of an Invoice that is told beside it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from billing.exported.services.parts import Body, Money, amount, code_of, patient_of
from billing.models import ACCEPTED, PAYMENT, REJECTED, TO_SEND, VOID, Invoice, Settlement
from billing.rules import typed
from clinnet.money import share
from patients.fhir.parts import Exact

TYPE = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "professional"}]}
PRIORITY = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/processpriority", "code": "normal"}]}
PAID_TYPE = "http://terminology.hl7.org/CodeSystem/ex-paymenttype"
OUTCOMES = {REJECTED: "error", ACCEPTED: "complete"}


def claims_of(of: Money, invoice: Invoice, settled: Iterable[Settlement]) -> Iterator[Body]:
    """`settled` are the shares of other payers than the person."""
    paid = _paid(of)
    for each in settled:
        yield _claim(of, invoice, each)
        if each.claim != TO_SEND or paid[each.id]:
            yield _response(of, invoice, each, paid[each.id])


def _paid(of: Money) -> Counter[str]:
    """By the settlement's id."""
    found: Counter[str] = Counter()
    for entry in of.entries:
        if entry.kind == PAYMENT and entry.payer:
            found.subtract(entry.allocated)
    return found


def _claim(of: Money, invoice: Invoice, claim: Settlement) -> Body:
    currency = str(invoice.currency)
    asked = next(int(each["amount"]) for each in invoice.shares if each["payer"] == claim.payer)
    shares = share(asked, [int(each["amount"]) for each in invoice.lines])
    items: Sequence[Body] = [
        {
            "sequence": at + 1,
            "productOrService": code_of(of, line),
            "servicedDate": line["day"],
            "quantity": {"value": Exact(typed.show(int(line["quantity"])))},
            "net": amount(part, currency),
        }
        for at, (line, part) in enumerate(zip(invoice.lines, shares, strict=True))
    ]
    return {
        "resourceType": "Claim",
        "id": _id(invoice, claim),
        "identifier": [{"system": f"urn:clinnet:{of.clinic_id}:claim", "value": claim.number}],
        "status": "cancelled" if claim.state == VOID else "active",
        "type": TYPE,
        "use": "claim",
        "patient": patient_of(of),
        "created": claim.day,
        "insurer": {"display": claim.payer_name},
        "provider": {"display": invoice.seller.get("name", "")},
        "priority": PRIORITY,
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"display": claim.payer_name}}],
        "item": items,
        "total": amount(asked, currency),
    }


def _response(of: Money, invoice: Invoice, claim: Settlement, paid: int) -> Body:
    """`paid` is what came for it; how far it is says the outcome."""
    body: Body = {
        "resourceType": "ClaimResponse",
        "id": _id(invoice, claim),
        "status": "cancelled" if claim.state == VOID else "active",
        "type": TYPE,
        "use": "claim",
        "patient": patient_of(of),
        "created": (claim.updated_at or claim.created_at or "")[:10] or claim.day,
        "insurer": {"display": claim.payer_name},
        "request": {"reference": f"Claim/{_id(invoice, claim)}"},
        "outcome": "complete" if paid else OUTCOMES.get(claim.claim or "", "queued"),
    }
    if claim.reference:
        body["preAuthRef"] = claim.reference
    if not paid:
        return body
    kind = {"coding": [{"system": PAID_TYPE, "code": "complete" if not claim.open else "partial"}]}
    return body | {"payment": {"type": kind, "amount": amount(paid, str(invoice.currency))}}


def _id(invoice: Invoice, claim: Settlement) -> str:
    return f"{invoice.id}-{claim.payer}"
