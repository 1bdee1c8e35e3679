"""Claims in words."""

from dataclasses import dataclass
from datetime import date

from billing.lines import MoneyLine
from billing.models import ACCEPTED, REJECTED, SENT, TO_SEND
from billing.queries import MoneySetup
from billing.rules.ageing import days
from billing.rules.shares import bill_of, payer_of
from clinnet import formats

STATES = {TO_SEND: "To send", SENT: "Sent", ACCEPTED: "Accepted", REJECTED: "Rejected"}
MARKS = {TO_SEND: "", SENT: "mark-warn", ACCEPTED: "mark-good", REJECTED: "mark-danger"}


@dataclass(frozen=True, slots=True, repr=False)
class ClaimRow:
    patient_id: str
    bill_id: str
    payer_id: str
    payer: str
    name: str
    number: str
    day: str
    age: int
    open: str
    state: str
    mark: str


@dataclass(frozen=True, slots=True, repr=False)
class PayerSum:
    """What one payer owes; `state` is empty in the sum of all."""

    id: str
    name: str
    count: int
    open: str


def claim_rows(found: list[tuple[str, MoneyLine]], known: MoneySetup, today: date) -> list[ClaimRow]:
    rows = []
    for id, line in found:
        bill, payer = bill_of(id), payer_of(id)
        rows.append(
            ClaimRow(line.patient_id, bill, payer, line.payer, line.name, line.number,
                     formats.date(line.day, known.clinic), days(line.day, today), known.show(line.owed),
                     STATES[line.claim], MARKS[line.claim])
        )  # fmt: skip
    return rows


def payer_sums(found: list[tuple[str, MoneyLine]], known: MoneySetup) -> list[PayerSum]:
    """Of every payer that owes something or may be chosen, by name."""
    owed: dict[str, list[int]] = {each.id: [] for each in known.payers.values() if each.active}
    for id, line in found:
        owed.setdefault(payer_of(id), []).append(line.owed)
    rows = [
        PayerSum(id, known.payers[id].name, len(sums), known.sum(sum(sums)))
        for id, sums in owed.items()
        if id in known.payers
    ]
    return sorted(rows, key=lambda each: each.name.casefold())
