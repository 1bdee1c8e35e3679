"""What a clinic's pages cost in a month: by page and by day, with what AWS is likely to ask for it."""

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings

from clinnet import clock, contributions, formats
from clinnet.console.registry import entities
from clinnet.console.shows import Reader
from clinnet.console.tables import Head, Line, Table
from clinnet.contributions import Contribution
from clinnet.table import keys, query
from clinnet.table.costs import ITSELF, Cost, costs_of

DAYS = 31


@dataclass(frozen=True, repr=False)
class CostPart(Contribution):
    """What else a clinic pays for by the month: a line of the page, in words. `tell` is given the month, as 2026-11."""

    order: int
    label: str
    tell: Callable[[Reader, str], str]


@dataclass(frozen=True, slots=True)
class Prices:
    """Of a million units, in `currency`; `since` says which prices these are."""

    reads: Decimal
    writes: Decimal
    currency: str
    since: str

    @classmethod
    def now(cls) -> "Prices":
        reads, writes, currency, since = settings.CLINNET_UNIT_PRICES.split(" ", 3)
        return cls(Decimal(reads), Decimal(writes), currency, since)

    def of(self, cost: Cost) -> Decimal:
        return (Decimal(cost.reads) * self.reads + Decimal(cost.writes) * self.writes) / 1_000_000

    def show(self, amount: Decimal) -> str:
        """Cents, and of what is less as many figures as tell something."""
        places = 2 if amount >= Decimal("0.1") else 4 if amount >= Decimal("0.001") else 6
        return f"{amount:.{places}f} {self.currency}"


AREAS = {"scheduling": "Schedule", "patients": "Patients", "records": "Chart", "billing": "Money", "console": "Manage",
         "drafts": "Drafts"}  # fmt: skip
PAGES = {"list": "", "item": ", one of them", "history": ", history", "raw": ", in the table", "export": ", export"}
HEADS = (
    Head("Requests", extra=True),
    Head("Read units", extra=True),
    Head("Write units", extra=True),
    Head("Read + write, a request"),
    Head("Cost"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """`parts` are what else was paid for: its name, and what of it."""

    sentence: str
    tables: list[Table]
    parts: list[tuple[str, str]]


def month(reader: Reader, name: str) -> Report:
    """`name` as 2026-11; days are those of UTC, by which AWS counts. One range of at most 31 items."""
    prices, total = Prices.now(), Cost()
    pages, days = defaultdict[str, Cost](Cost), dict[str, Cost]()
    for row in query(reader.scope, keys.costs_in(reader.scope.clinic_id, name), limit=DAYS).rows:
        day = days.setdefault(row["SK"], Cost())
        for page, cost in costs_of(row).items():
            for each in (pages[page], day, total):
                each.add(cost)
    dearest = sorted(pages.items(), key=lambda each: (-prices.of(each[1]), each[0]))
    by_page = [_line(page_words(page), cost, prices) for page, cost in dearest]
    by_day = [_line(formats.date(day, reader.clinic), cost, prices) for day, cost in sorted(days.items(), reverse=True)]
    tables = [
        Table("By page", (Head("Page"), *HEADS), _line("All pages", total, prices), by_page),
        Table("By day", (Head("Day"), *HEADS), _line("All days", total, prices), by_day),
    ]
    parts = [(each.label, each.tell(reader, name)) for each in contributions.of(CostPart)]
    return Report(_sentence(name, total, prices), tables, parts)


def page_words(name: str) -> str:
    """ "scheduling:day-changes" → "Schedule: day changes"; "console:rooms-list" → "Manage: Rooms" """
    if name == ITSELF:
        return "The writing of these sums"
    area, _, rest = name.rpartition(":")
    for entity in sorted(entities().values(), key=lambda each: -len(each.name)):
        page = rest.removeprefix(f"{entity.name}-")
        if area == "console" and page in PAGES:
            return f"Manage: {entity.many}{PAGES[page]}"
    return f"{AREAS.get(area, 'Clinnet')}: {re.sub('[-_]', ' ', rest)}"


def _sentence(name: str, total: Cost, prices: Prices) -> str:
    """What it came to, and in the current month what it will if it goes on so."""
    if not total.calls:
        return "No page was counted in this month."
    cost, now = prices.of(total), clock.now()
    if name != f"{now:%Y-%m}":
        return f"{prices.show(cost)} for what pages read and wrote."
    passed = Decimal(now.day - 1) + Decimal(now.hour * 60 + now.minute + 1) / (24 * 60)
    likely = cost / passed * monthrange(now.year, now.month)[1]
    return f"{prices.show(cost)} so far for what pages read and wrote, about {prices.show(likely)} by the end of it."


def _line(word: str, cost: Cost, prices: Prices) -> Line:
    calls = cost.calls or 1
    units = f"{cost.reads / calls:,.1f} + {cost.writes / calls:,.1f}"
    counts = (cost.calls, cost.reads, cost.writes)
    return Line(word, (*(f"{each:,.0f}" for each in counts), units, prices.show(prices.of(cost))))


def first_of(name: str) -> date | None:
    """The first day of a month that is named so; None for what is none."""
    try:
        return date.fromisoformat(f"{name}-01")
    except ValueError:
        return None
