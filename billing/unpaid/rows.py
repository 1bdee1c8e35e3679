"""What is unpaid in words: four columns by age, and the invoices of one or of all of them."""

from dataclasses import dataclass
from datetime import date

from billing.queries import MoneySetup
from billing.reminders.rows import last
from billing.rules.ageing import COLUMNS, days
from billing.unpaid import queries
from clinnet import formats


@dataclass(frozen=True, slots=True)
class AgeColumn:
    """`number` is what the address names it by."""

    number: int
    word: str
    count: int
    open: str
    chosen: bool


@dataclass(frozen=True, slots=True, repr=False)
class UnpaidRow:
    patient_id: str
    bill_id: str
    name: str
    number: str
    day: str
    age: int
    total: str
    open: str
    reminded: str


@dataclass(frozen=True, slots=True, repr=False)
class Unpaid:
    """`rows` are some of those of the chosen column, or of all; `following` is the cursor of those after them."""

    columns: tuple[AgeColumn, ...]
    total: str
    rows: tuple[UnpaidRow, ...]
    following: str


def unpaid(found: queries.Unpaid, known: MoneySetup, today: date, chosen: int | None) -> Unpaid:
    columns = tuple(
        AgeColumn(at, f"{word} days", found.counts[at], known.sum(found.open[at]), at == chosen)
        for at, word in enumerate(COLUMNS)
    )
    rows = tuple(
        UnpaidRow(
            line.patient_id,
            id,
            line.name or line.number,
            line.number,
            formats.date(line.day, known.clinic),
            days(line.day, today),
            known.show(line.total),
            known.show(line.owed),
            last(line.reminded, known.clinic),
        )
        for id, line in found.found
    )
    return Unpaid(columns, known.sum(sum(found.open)), rows, found.following)
