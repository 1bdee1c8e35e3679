"""What is unpaid in words: four columns by age, and the invoices of one or of all of them."""

from dataclasses import dataclass
from datetime import date

from billing.lines import MoneyLine
from billing.queries import MoneySetup
from billing.rules.ageing import COLUMNS, aged, column, days
from clinnet import formats

SHOWN = 200


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


@dataclass(frozen=True, slots=True, repr=False)
class Unpaid:
    """`rows` are those of the chosen column, or all; `left_out` how many more there are than are shown."""

    columns: tuple[AgeColumn, ...]
    total: str
    rows: tuple[UnpaidRow, ...]
    left_out: int


def unpaid(found: list[tuple[str, MoneyLine]], known: MoneySetup, today: date, chosen: int | None) -> Unpaid:
    sums = aged([(line.day, line.owed) for _, line in found], today)
    counts = [0] * len(COLUMNS)
    for _, line in found:
        counts[column(line.day, today)] += 1
    columns = tuple(
        AgeColumn(at, f"{word} days", counts[at], known.sum(sums[at]), at == chosen) for at, word in enumerate(COLUMNS)
    )
    wanted = [(id, line) for id, line in found if chosen in (None, column(line.day, today))]
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
        )
        for id, line in wanted[:SHOWN]
    )
    return Unpaid(columns, known.sum(sum(sums)), rows, len(wanted) - len(rows))
