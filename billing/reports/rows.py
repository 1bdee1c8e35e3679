"""A month's report in words: the same for the page and for its CSV."""

from billing.day_close.rows import WORDS
from billing.models import BOUNCE, CHARGE, CREDIT, METHODS, PAYIN, PAYOUT, REFUND, VOIDED, WRITEBACK, WRITEOFF
from billing.queries import MoneySetup
from billing.reports.queries import Month
from billing.rules import typed
from clinnet.console.tables import Head, Line, Table

KINDS = {
    CHARGE: "Invoices",
    VOIDED: "Made void",
    CREDIT: "Credit notes",
    WRITEOFF: "Written off",
    WRITEBACK: "Write-offs taken back",
    REFUND: "Paid back",
    BOUNCE: "Payments returned",
}
OTHER = {PAYIN: "Put in", PAYOUT: "Taken out"}


def tables(month: Month, known: MoneySetup) -> list[Table]:
    return [each(month, known) for each in (_work, _taxes, _takings, _other, _corrections)]


def _heads(*labels: str) -> tuple[Head, ...]:
    return tuple(map(Head, labels))


def _work(month: Month, known: MoneySetup) -> Table:
    rows = [
        Line(
            known.catalog[code].name if code in known.catalog else code,
            (code, typed.show(quantity), known.show(amount)),
        )
        for code, quantity, amount in month.services
        if quantity or amount
    ]
    total = Line("All services", ("", "", known.show(sum(each[2] for each in month.services))))
    return Table(
        "What was done", (Head("Service"), Head("Code", extra=True), Head("Quantity"), Head("Before tax")), total, rows
    )


def _taxes(month: Month, known: MoneySetup) -> Table:
    rows = [
        Line(f"{typed.show(rate)} %" if rate else "Exempt", (known.show(net), known.show(tax)))
        for rate, net, tax in month.rates
    ]
    net, tax = (sum(each[at] for each in month.rates) for at in (1, 2))
    return Table("Tax", _heads("Rate", "Net", "Tax"), Line("All rates", (known.show(net), known.show(tax))), rows)


def _takings(month: Month, known: MoneySetup) -> Table:
    sums = {each: (month.moved.get(f"{each}In", 0), month.moved.get(f"{each}Out", 0)) for each in METHODS}
    rows = [Line(WORDS[each], _in_and_out(*both, known)) for each, both in sums.items()]
    came, went = (sum(both[at] for both in sums.values()) for at in (0, 1))
    total = Line("All methods", _in_and_out(came, went, known))
    return Table("Takings", _heads("Method", "In", "Out", "Together"), total, rows)


def _in_and_out(came: int, went: int, known: MoneySetup) -> tuple[str, ...]:
    return known.show(came), known.show(went), known.show(came - went)


def _other(month: Month, known: MoneySetup) -> Table:
    rows = [Line(word, (known.show(month.kinds.get(kind, 0)),)) for kind, word in OTHER.items()]
    total = Line("Together", (known.show(sum(month.kinds.get(kind, 0) for kind in OTHER)),))
    return Table("Cash for something else than patients", _heads("What", "Amount"), total, rows)


def _corrections(month: Month, known: MoneySetup) -> Table:
    rows = [Line(word, (known.show(month.kinds.get(kind, 0)),)) for kind, word in KINDS.items()]
    owed = sum(value for kind, value in month.kinds.items() if kind not in OTHER)
    return Table("Accounts", _heads("What", "Amount"), Line("Owed more than before", (known.show(owed),)), rows)
