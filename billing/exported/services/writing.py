"""What a person was billed and paid, as FHIR R4: Invoice, ChargeItem, Account, PaymentNotice and Claim.

A credit note is an Invoice below zero that names the one which it corrects. Amounts have the decimals of their
currency; tax that is in the prices is told as informational, since FHIR would add it.
"""

import uuid
from collections.abc import Iterator, Sequence

from billing.exported.services.claims import claims_of
from billing.exported.services.parts import Body, Money, amount, code_of, patient_of
from billing.models import PAYMENT, VOID, CreditNote, Entry, Invoice, Settlement, line_of
from billing.rules import typed
from billing.rules.numbers import reference
from billing.rules.shares import bill_of
from billing.rules.totals import gross
from patients.fhir.parts import Exact
from records.fhir.shapes import repointed, written

CORRECTS, BALANCE = "urn:clinnet:corrects", "urn:clinnet:balance"  # extensions
PENDING, DONE = "issued", "balanced"
SPACE = uuid.UUID("0c3f4f0e-2b51-5b8e-9f30-5a7e1c9d2b44")  # of the addresses in our bundles


def resources(of: Money) -> Iterator[Body]:
    yield _account(of)
    states: dict[str, list[Settlement]] = {}
    for each in of.settlements:
        states.setdefault(bill_of(each.id), []).append(each)
    for invoice in of.invoices:
        state = _state(states.get(invoice.id, []))
        yield from _charge_items(of, invoice, is_void=state == "cancelled")
        yield _invoice(of, invoice, state)
        yield from claims_of(of, invoice, [each for each in states.get(invoice.id, []) if each.payer])
    yield from (_credit_note(of, each) for each in of.notes)
    yield from (_payment(of, each) for each in of.entries if each.kind == PAYMENT)


def bundle(patient: Body, bodies: Sequence[Body], *, at: str) -> str:
    """A collection, as JSON: the patient first."""
    names = {_name(each): f"urn:uuid:{uuid.uuid5(SPACE, _name(each))}" for each in (patient, *bodies)}
    entries = [{"fullUrl": names[_name(each)], "resource": repointed(each, names)} for each in (patient, *bodies)]
    return written({"resourceType": "Bundle", "type": "collection", "timestamp": at, "entry": entries})


def _name(body: Body) -> str:
    return f"{body['resourceType']}/{body['id']}"


def _state(settled: Sequence[Settlement]) -> str:
    if any(each.state == VOID for each in settled):
        return "cancelled"
    return PENDING if any(each.open for each in settled) else DONE


def _account(of: Money) -> Body:
    owed = {"url": BALANCE, "valueMoney": amount(of.balance, of.currency)}
    body = {"resourceType": "Account", "id": of.patient_id, "extension": [owed], "status": "active"}
    return body | {"name": "What the patient owes", "subject": [patient_of(of)]}


def _charge_items(of: Money, invoice: Invoice, *, is_void: bool) -> Iterator[Body]:
    for at, line in enumerate(invoice.lines):
        body: Body = {
            "resourceType": "ChargeItem",
            "id": f"{invoice.id}-{at}",
            "status": "aborted" if is_void else "billed",
            "code": code_of(of, line),
            "subject": patient_of(of),
            "occurrenceDateTime": line["day"],
            "quantity": {"value": Exact(typed.show(int(line["quantity"])))},
            "priceOverride": amount(int(line["price"]), str(invoice.currency)),
            "account": [{"reference": f"Account/{of.patient_id}"}],
        }
        yield body | ({"performer": [{"actor": {"display": line["by"]}}]} if line.get("by") else {})


def _invoice(of: Money, invoice: Invoice, state: str) -> Body:
    pairs, currency = [(int(each["amount"]), int(each["rate"])) for each in invoice.lines], str(invoice.currency)
    included, items = bool(invoice.included), []
    with_tax = gross(pairs, included=included)
    for at, (line, whole) in enumerate(zip(invoice.lines, with_tax, strict=True)):
        made = line_of(line)
        parts = [("base", made.full), ("discount", made.amount - made.full), ("tax", whole - made.amount)]
        components = [_part(kind, minor, currency) for kind, minor in parts if minor or kind == "base"]
        charged = {"reference": f"ChargeItem/{invoice.id}-{at}"}
        items.append({"sequence": at + 1, "chargeItemReference": charged, "priceComponent": components})
    return _document(of, invoice, "invoice", state, items, sign=1)


def _credit_note(of: Money, note: CreditNote) -> Body:
    items = [
        {
            "sequence": at + 1,
            "chargeItemCodeableConcept": code_of(of, line),
            "priceComponent": [_part("base", -int(line["amount"]), str(note.currency))],
        }
        for at, line in enumerate(note.lines)
    ]
    corrected = {"url": CORRECTS, "valueReference": {"reference": f"Invoice/{note.corrects}"}}
    body = _document(of, note, "credit-note", DONE, items, sign=-1)
    return body | {"extension": [corrected], "note": [{"text": note.reason}]}


def _document(
    of: Money, document: Invoice | CreditNote, kind: str, state: str, items: list[Body], *, sign: int
) -> Body:
    currency, net, tax = str(document.currency), 0, 0
    totals: list[Body] = []
    for each in document.rates:
        rate, net, tax = int(each["rate"]), net + int(each["net"]), tax + int(each["tax"])
        if rate:
            code = "informational" if document.included else "tax"
            totals.append(_part(code, sign * int(each["tax"]), currency) | {"factor": _factor(rate)})
    body: Body = {
        "resourceType": "Invoice",
        "id": document.id,
        "identifier": [{"system": f"urn:clinnet:{of.clinic_id}:{kind}", "value": document.number}],
        "status": state,
        "subject": patient_of(of),
        "date": document.day,
        "account": {"reference": f"Account/{of.patient_id}"},
        "lineItem": items,
        "totalNet": amount(sign * net, currency),
        "totalGross": amount(sign * (net + tax), currency),
    }
    return body | ({"totalPriceComponent": totals} if totals else {})


def _payment(of: Money, entry: Entry) -> Body:
    """Money that came in; what a payer paid is told by `recipient`'s note alone, as all of it is the clinic's."""
    body: Body = {
        "resourceType": "PaymentNotice",
        "id": entry.id,
        "status": "active",
        "created": entry.at_time,
        "payment": {"display": reference(entry.id)},
        "paymentDate": entry.day,
        "recipient": {"display": of.clinic_id},
        "amount": amount(-int(entry.amount), of.currency),
    }
    bill = next((bill_of(each) for each in entry.allocated), "")
    return body | ({"request": {"reference": f"Invoice/{bill}"}} if bill else {})


def _part(kind: str, minor: int, currency: str) -> Body:
    return {"type": kind, "amount": amount(minor, currency)}


def _factor(rate: int) -> Exact:
    """0.2 of 20 %."""
    return Exact(f"0.{rate:05}".rstrip("0")) if rate < 100_000 else Exact("1")
