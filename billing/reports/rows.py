"""A report in words: the same for the page, for its PDF and for its CSV."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from billing.day_close.rows import WORDS
from billing.models import BOUNCE, CHARGE, CREDIT, METHODS, PAYIN, PAYOUT, REFUND, VOIDED, WRITEBACK, WRITEOFF
from billing.queries import MoneySetup
from billing.reports.queries import Sums
from billing.reports.rules import DAY, MONTH, QUARTER, YEAR, Period
from billing.reports.services import CHARGES, NOBODY
from billing.rules import typed
from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.console.tables import Head, Line, Table, bars

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


CORRECTED = "A correction counts on the day on which it was made."
COUNTING = "A drawer is still to be counted: what it took is shown once its day is closed."
NOT_WHOLE = (
    "Not whole: a part of this is older than the last update, and a 0 may be one that nobody kept. "
    "Whoever runs the server adds it with check_ledger --fix."
)


@dataclass(frozen=True, slots=True)
class Report:
    """`notes` are what has to be known of it, in whatever form: a part is still to come, or was never kept."""

    title: str
    clinic: str
    about: str
    notes: tuple[str, ...]
    tables: list[Table]
    foot: str


def report(found: Sums, wanted: Period, known: MoneySetup, people: Mapping[str, str], printed_by: str) -> Report:
    """`people` are practitioners' names by id."""
    notes = (*([COUNTING] if found.counting else []), *([] if found.is_whole else [NOT_WHOLE]))
    about = CORRECTED if wanted.days else f"Closed days and today so far. {CORRECTED}"
    now = clock.now().astimezone(ZoneInfo(known.clinic.time_zone))
    day = formats.date(now.date().isoformat(), known.clinic)  # it is read on other days too
    foot = f"Printed {day}, {formats.time(now, known.clinic)} by {printed_by}"
    return Report(title(wanted, known.clinic), known.clinic.name, about, notes, tables(found, known, people), foot)


def title(wanted: Period, clinic: Clinic) -> str:
    first, last = wanted.first, wanted.last
    days = [formats.date(each.isoformat(), clinic) for each in (first, last)]
    said = {DAY: days[0], MONTH: f"{first:%B %Y}", QUARTER: f"{first:%B} to {last:%B %Y}", YEAR: f"{first:%Y}"}
    return said.get(wanted.kind, " to ".join(days))


def tables(found: Sums, known: MoneySetup, people: Mapping[str, str]) -> list[Table]:
    """`people` are practitioners' names by id."""
    work = [_work(found, known), _categories(found, known), _people(found, known, people), _payers(found, known)]
    return [*work, *(each(found, known) for each in (_taxes, _takings, _other, _corrections))]


def _heads(*labels: str) -> tuple[Head, ...]:
    return tuple(map(Head, labels))


def _work(found: Sums, known: MoneySetup) -> Table:
    done = [each for each in found.services if each[1] or each[2]]
    rows = [
        Line(
            known.catalog[code].name if code in known.catalog else code,
            (code, typed.show(quantity), known.show(amount)),
        )
        for code, quantity, amount in done
    ]
    total = Line("All services", ("", "", known.show(sum(each[2] for each in done))))
    heads = (Head("Service"), Head("Code", extra=True), Head("Quantity"), Head("Before tax"))
    return Table("What was done", heads, total, rows, bars(each[2] for each in done))


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
    lines = [Line(word, (known.show(amount),)) for word, amount in found]
    return Table(name, _heads(what, head), whole, lines, bars(amount for _, amount in found))


def _taxes(found: Sums, known: MoneySetup) -> Table:
    rows = [
        Line(f"{typed.show(rate)} %" if rate else "Exempt", (known.show(net), known.show(tax)))
        for rate, net, tax in found.rates
    ]
    net, tax = (sum(each[at] for each in found.rates) for at in (1, 2))
    total = Line("All rates", (known.show(net), known.show(tax)))
    return Table("Tax", _heads("Rate", "Net", "Tax"), total, rows, bars(each[1] for each in found.rates))


def _takings(found: Sums, known: MoneySetup) -> Table:
    sums = {each: (found.moved.get(f"{each}In", 0), found.moved.get(f"{each}Out", 0)) for each in METHODS}
    rows = [Line(WORDS[each], _in_and_out(*both, known)) for each, both in sums.items()]
    came, went = (sum(both[at] for both in sums.values()) for at in (0, 1))
    total = Line("All methods", _in_and_out(came, went, known))
    together = bars(came - went for came, went in sums.values())
    return Table("Takings", _heads("Method", "In", "Out", "Together"), total, rows, together)


def _in_and_out(came: int, went: int, known: MoneySetup) -> tuple[str, ...]:
    return known.show(came), known.show(went), known.show(came - went)


def _other(found: Sums, known: MoneySetup) -> Table:
    total = Line("Together", (known.show(sum(found.kinds.get(kind, 0) for kind in OTHER)),))
    return Table("Cash for something else than patients", _heads("What", "Amount"), total, *_kinds(found, OTHER, known))


def _kinds(found: Sums, words: Mapping[str, str], known: MoneySetup) -> tuple[list[Line], tuple[int, ...]]:
    amounts = {word: found.kinds.get(kind, 0) for kind, word in words.items()}
    return [Line(word, (known.show(amount),)) for word, amount in amounts.items()], bars(amounts.values())


def _corrections(found: Sums, known: MoneySetup) -> Table:
    owed = sum(value for kind, value in found.kinds.items() if kind not in OTHER)
    total = Line("Owed more than before", (known.show(owed),))
    return Table("Accounts", _heads("What", "Amount"), total, *_kinds(found, KINDS, known))
