"""What resources about money have in common: whose it is, amounts, codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from billing.models import CreditNote, Entry, Invoice, Settlement
from clinnet.money import DECIMALS
from patients.fhir.parts import Exact

Body = dict[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Money:
    """One person's, of a clinic: `settlements` of all shares. `balance` is what they owe in its `currency`."""

    clinic_id: str
    patient_id: str
    currency: str
    balance: int
    invoices: Sequence[Invoice]
    notes: Sequence[CreditNote]
    settlements: Sequence[Settlement]
    entries: Sequence[Entry]


def amount(minor: int, currency: str) -> Body:
    """FHIR's Money: 64.56, with all decimals."""
    decimals = DECIMALS[currency]
    sign, digits = "-" if minor < 0 else "", str(abs(minor)).rjust(decimals + 1, "0")
    value = f"{digits[: len(digits) - decimals]}.{digits[len(digits) - decimals :]}" if decimals else digits
    return {"value": Exact(f"{sign}{value}"), "currency": currency}


def code_of(of: Money, line: Body) -> Body:
    return {"coding": [{"system": f"urn:clinnet:{of.clinic_id}:service", "code": line["code"]}], "text": line["name"]}


def patient_of(of: Money) -> Body:
    return {"reference": f"Patient/{of.patient_id}"}
