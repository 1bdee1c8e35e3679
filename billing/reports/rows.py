"""A report in words: the same for the page and for its CSV."""

from collections import Counter
from collections.abc import Iterable, Mapping

from billing.day_close.rows import WORDS
from billing.models import BOUNCE, CHARGE, CREDIT, METHODS, PAYIN, PAYOUT, REFUND, VOIDED, WRITEBACK, WRITEOFF
from billing.queries import MoneySetup
from billing.reports.queries import Sums
from billing.reports.services import CHARGES, NOBODY
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


def tables(found: Sums, known: MoneySetup, people: Mapping[str, str]) -> list[Table]:
    """`people` are practitioners' names by id."""
    work = [_work(found, known), _categories(found, known), _people(found, known, people), _payers(found, known)]
    return [*work, *(each(found, known) for each in (_taxes, _takings, _other, _corrections))]


def _heads(*labels: str) -> tuple[Head, ...]:
    return tuple(map(Head, labels))


def _work(found: Sums, known: MoneySetup) -> Table:
    rows = [
        Line(
            known.catalog[code].name if code in known.catalog else code,
            (code, typed.show(quantity), known.show(amount)),
        )
        for code, quantity, amount in found.services
        if quantity or amount
    ]
    total = Line("All services", ("", "", known.show(sum(each[2] for each in found.services))))
    return Table(
        "What was done", (Head("Service"), Head("Code", extra=True), Head("Quantity"), Head("Before tax")), total, rows
    )


def _categories(found: Sums, known: MoneySetup) -> Table:
    sums: Counter[str] = Counter()
    for code, _, amount in found.services:
        sums[(known.catalog[code].category or "" if code in known.catalog else "") or "Without a category"] += amount
    return _amounts("By category", "Category", "All categories", sums.items(), known)


def _people(found: Sums, known: MoneySetup, people: Mapping[str, str]) -> Table:
    called = {**people, NOBODY: "Without a visit"}
    named = [(called.get(id, "Somebody who left"), amount) for id, amount in found.people]
    return _amounts("By practitioner", "Whose visit", "All practitioners", named, known)


def _payers(found: Sums, known: MoneySetup) -> Table:
    """With their tax, as it was charged."""
    all_of_it = sum(found.kinds.get(each, 0) for each in CHARGES)
    named = [(known.payers[id].name if id in known.payers else "Another payer", part) for id, part in found.payers]
    own = ("Patients", all_of_it - sum(part for _, part in found.payers))
    return _amounts("Charged to", "Payer", "All payers", [own, *named], known, head="With tax")


def _amounts(
    name: str, what: str, total: str, rows: Iterable[tuple[str, int]], known: MoneySetup, *, head: str = "Before tax"
) -> Table:
    """The largest first, without those of nothing."""
    found = sorted(((word, amount) for word, amount in rows if amount), key=lambda each: (-each[1], each[0]))
    whole = Line(total, (known.show(sum(amount for _, amount in found)),))
    return Table(name, _heads(what, head), whole, [Line(word, (known.show(amount),)) for word, amount in found])


def _taxes(found: Sums, known: MoneySetup) -> Table:
    rows = [
        Line(f"{typed.show(rate)} %" if rate else "Exempt", (known.show(net), known.show(tax)))
        for rate, net, tax in found.rates
    ]
    net, tax = (sum(each[at] for each in found.rates) for at in (1, 2))
    return Table("Tax", _heads("Rate", "Net", "Tax"), Line("All rates", (known.show(net), known.show(tax))), rows)


def _takings(found: Sums, known: MoneySetup) -> Table:
    sums = {each: (found.moved.get(f"{each}In", 0), found.moved.get(f"{each}Out", 0)) for each in METHODS}
    rows = [Line(WORDS[each], _in_and_out(*both, known)) for each, both in sums.items()]
    came, went = (sum(both[at] for both in sums.values()) for at in (0, 1))
    total = Line("All methods", _in_and_out(came, went, known))
    return Table("Takings", _heads("Method", "In", "Out", "Together"), total, rows)


def _in_and_out(came: int, went: int, known: MoneySetup) -> tuple[str, ...]:
    return known.show(came), known.show(went), known.show(came - went)


def _other(found: Sums, known: MoneySetup) -> Table:
    rows = [Line(word, (known.show(found.kinds.get(kind, 0)),)) for kind, word in OTHER.items()]
    total = Line("Together", (known.show(sum(found.kinds.get(kind, 0) for kind in OTHER)),))
    return Table("Cash for something else than patients", _heads("What", "Amount"), total, rows)


def _corrections(found: Sums, known: MoneySetup) -> Table:
    rows = [Line(word, (known.show(found.kinds.get(kind, 0)),)) for kind, word in KINDS.items()]
    owed = sum(value for kind, value in found.kinds.items() if kind not in OTHER)
    return Table("Accounts", _heads("What", "Amount"), Line("Owed more than before", (known.show(owed),)), rows)
