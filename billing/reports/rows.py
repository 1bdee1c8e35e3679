"""A month's report in words: the same for the page and for its CSV."""

from collections.abc import Iterator
from dataclasses import dataclass

from billing.day_close.rows import WORDS
from billing.models import BOUNCE, CHARGE, CREDIT, METHODS, REFUND, VOIDED, WRITEBACK, WRITEOFF
from billing.queries import MoneySetup
from billing.reports.queries import Month
from billing.rules import typed
from clinnet import spreadsheets

KINDS = {CHARGE: "Invoices", VOIDED: "Made void", CREDIT: "Credit notes", WRITEOFF: "Written off",
         WRITEBACK: "Write-offs taken back", REFUND: "Paid back", BOUNCE: "Payments returned"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportRow:
    """`word` and up to three figures, as the table's heads name them."""

    word: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Its total comes first."""

    name: str
    heads: tuple[str, ...]
    total: ReportRow
    rows: tuple[ReportRow, ...]


def tables(month: Month, known: MoneySetup) -> list[Table]:
    return [_work(month, known), _taxes(month, known), _takings(month, known), _corrections(month, known)]


def _work(month: Month, known: MoneySetup) -> Table:
    rows = tuple(
        ReportRow(
            known.catalog[code].name if code in known.catalog else code,
            (code, typed.show(quantity), known.show(amount)),
        )
        for code, quantity, amount in month.services
        if quantity or amount
    )
    total = ReportRow("All services", ("", "", known.show(sum(each[2] for each in month.services))))
    return Table("What was done", ("Service", "Code", "Quantity", "Before tax"), total, rows)


def _taxes(month: Month, known: MoneySetup) -> Table:
    rows = tuple(
        ReportRow(f"{typed.show(rate)} %" if rate else "Exempt", (known.show(net), known.show(tax)))
        for rate, net, tax in month.rates
    )
    net, tax = (sum(each[at] for each in month.rates) for at in (1, 2))
    return Table("Tax", ("Rate", "Net", "Tax"), ReportRow("All rates", (known.show(net), known.show(tax))), rows)


def _takings(month: Month, known: MoneySetup) -> Table:
    sums = {each: (month.moved.get(f"{each}In", 0), month.moved.get(f"{each}Out", 0)) for each in METHODS}
    rows = tuple(ReportRow(WORDS[each], _in_and_out(*both, known)) for each, both in sums.items())
    came, went = (sum(both[at] for both in sums.values()) for at in (0, 1))
    total = ReportRow("All methods", _in_and_out(came, went, known))
    return Table("Takings", ("Method", "In", "Out", "Together"), total, rows)


def _in_and_out(came: int, went: int, known: MoneySetup) -> tuple[str, ...]:
    return known.show(came), known.show(went), known.show(came - went)


def _corrections(month: Month, known: MoneySetup) -> Table:
    rows = tuple(ReportRow(word, (known.show(month.kinds.get(kind, 0)),)) for kind, word in KINDS.items())
    owed = sum(month.kinds.values())
    return Table("Accounts", ("What", "Amount"), ReportRow("Owed more than before", (known.show(owed),)), rows)


def as_csv(found: list[Table]) -> Iterator[tuple[str, ...]]:
    """Its lines, a table after the other."""
    for table in found:
        yield (table.name,)
        yield table.heads
        for row in (table.total, *table.rows):
            yield (row.word, *map(spreadsheets.figure, row.figures))
        yield ()
