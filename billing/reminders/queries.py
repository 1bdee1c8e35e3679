"""Who owes something of an age, and how they can be reminded."""

from dataclasses import dataclass
from datetime import date, timedelta

from billing.lines import MoneyLine
from billing.rules.ageing import between
from clinnet.table import Scope, keys, query
from patients.models import Patient
from patients.queries import survivors
from scheduling.messages.queries.recipients import Unreachable, recipients

MAIL, PAPER, NONE, PAID = "mail", "paper", "none", "paid"
READ, MOST = 1000, 100  # invoices that are looked at, the oldest first; people of a job
RECENT = timedelta(days=14)  # who was reminded within these is not reminded again


@dataclass(frozen=True, slots=True, repr=False)
class Owing:
    """What a person owes of the invoices of an age: `open` in the minor unit, of `count`."""

    patient: Patient
    open: int
    count: int
    way: str


@dataclass(frozen=True, slots=True, repr=False)
class Chosen:
    """`recent` people were reminded a short while ago and are left out; `more`: there are others besides."""

    people: list[Owing]
    recent: int
    more: bool


def owing(scope: Scope, today: date, chosen: int | None) -> Chosen:
    """Of a column of rules/ageing.py or of all, who has waited longest first."""
    first, last = between(chosen, today) if chosen is not None else ("", "")
    page = query(scope, keys.unpaid_between(scope.clinic_id, first, last), limit=READ)
    since, recent = (today - RECENT).isoformat(), set[str]()
    sums: dict[str, list[int]] = {}
    for row in page.rows:
        line = MoneyLine.unpack(row.get("line"))
        sums.setdefault(line.patient_id, []).append(line.owed)
        if line.reminded[:10] >= since:
            recent.add(line.patient_id)
    wanted = [each for each in sums if each not in recent]
    known = survivors(scope, wanted[:MOST])
    people = [
        Owing(known[id], sum(sums[id]), len(sums[id]), way_of(scope, known[id], today))
        for id in wanted[:MOST]
        if id in known and not known[id].deceased_on
    ]
    return Chosen(people, len(recent), len(wanted) > MOST or bool(page.next))


def way_of(scope: Scope, patient: Patient, today: date) -> str:
    """How a statement reaches them: by e-mail, on paper to their address, or not at all."""
    try:
        recipients(scope, patient, today)
    except Unreachable:
        return PAPER if (patient.address or {}).get("line") else NONE
    return MAIL
