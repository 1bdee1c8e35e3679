"""The sums of a period: a range for each of its months, however many invoices it had; of a day, a row a drawer."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from billing import queries as billing
from billing.ledger.services import MOVES_MONEY
from billing.lines import MoneyLine
from billing.models import CLOSED, PAYIN, PAYOUT
from billing.reports.rules import DAY, Period, period
from billing.reports.services import AMOUNT, CHARGES, KIND, NET, PAYER, QUANTITY, TAX, WHO
from clinnet.table import Key, Row, Scope, find_row, get_many, keys, query, side_by_side

MOST = 100  # rows of a month: two of each drawer
ENTRIES = 5000  # of a drawer's day: more than anybody takes


@dataclass(frozen=True, slots=True)
class Sums:
    """In the minor unit, all drawers together. `services` are (code, quantity in thousandths, amount before tax),
    the largest first; `rates` are (rate, net, tax); `people` and `payers` are by id; `kinds` and `moved` as
    billing/models.py names them. `counting`: a drawer of that day is still open, and what came into it is left out."""

    services: tuple[tuple[str, int, int], ...]
    rates: tuple[tuple[int, int, int], ...]
    people: tuple[tuple[str, int], ...]
    payers: tuple[tuple[str, int], ...]
    kinds: dict[str, int]
    moved: dict[str, int]
    counting: bool = False

    @property
    def is_whole(self) -> bool:
        """Not where an older Clinnet kept fewer of them: what was done, by whom and with which tax is one sum."""
        done = sum(amount for _, _, amount in self.services)
        charged = sum(self.kinds.get(each, 0) for each in CHARGES)
        told = self.counting or charged == sum(net + tax for _, net, tax in self.rates)
        return told and done == sum(amount for _, amount in self.people) == sum(net for _, net, _ in self.rates)


@dataclass(frozen=True, slots=True)
class Proof:
    """When the books were held against themselves, a stamp, and how many things did not agree."""

    at: str
    wrong: int


def month(scope: Scope, name: str) -> Sums:
    """`name` as 2026-11."""
    return sums(scope, period(name))


def sums(scope: Scope, wanted: Period) -> Sums:
    """In one round; of a day in two."""
    if wanted.kind == DAY:
        return _day(scope, wanted.name)
    ranges = [keys.sums_of(scope.clinic_id, each) for each in wanted.months]
    pages = side_by_side(*(partial(query, scope, each, limit=MOST) for each in ranges))
    return _sums(_added([row for page in pages for row in page.rows]))


def _day(scope: Scope, name: str) -> Sums:
    """What lies in a drawer that is still to be counted is not told, nor what its entries come to."""
    clinic, drawers = scope.clinic_id, [each.id for each in billing.drawers(scope)]
    works = [keys.day_sum(clinic, name, each) for each in drawers]
    days = [keys.drawer_day(clinic, each, name) for each in drawers]
    entries = [partial(query, scope, keys.drawer_entries(clinic, each, name), limit=ENTRIES) for each in drawers]
    kept, *pages = side_by_side(partial(get_many, scope, [*works, *days]), *entries)
    found = {Key(row["PK"], row["SK"]): row for row in kept.rows}
    closed = [found.get(each, {}).get("state") == CLOSED for each in days]
    added = _added([found[each] for each in works if each in found])
    for page, is_closed in zip(pages, closed, strict=True):
        if is_closed:
            for row in page.rows:
                added.update(dict(_kinds(MoneyLine.unpack(row.get("line")))))
    is_open = any(place in found and not is_closed for place, is_closed in zip(days, closed, strict=True))
    return _sums(added, counting=is_open)


def _kinds(line: MoneyLine) -> Iterator[tuple[str, int]]:
    """In the drawer's list, cash that was for nobody is signed as payments are."""
    yield f"{KIND}{line.kind}", -line.amount if line.kind in (PAYIN, PAYOUT) else line.amount
    if line.kind in MOVES_MONEY:
        yield f"{line.method}{'In' if line.amount < 0 else 'Out'}", abs(line.amount)
    if line.payer and line.kind in CHARGES:
        yield f"{PAYER}{line.payer}", line.amount


def _added(rows: list[Row]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        found.update(_ints(row))
    return found


def _ints(row: Row) -> dict[str, int]:
    return {key: int(value) for key, value in row.items() if isinstance(value, int)}


def _sums(found: Counter[str], *, counting: bool = False) -> Sums:
    def of(prefix: str) -> list[tuple[str, int]]:
        return [(key.removeprefix(prefix), value) for key, value in found.items() if key.startswith(prefix)]

    by_code = [(code, found[QUANTITY + code], value) for code, value in of(AMOUNT)]
    rates = [(int(rate), value, found[TAX + rate]) for rate, value in of(NET)]
    return Sums(
        tuple(sorted(by_code, key=lambda each: (-each[2], each[0]))),
        tuple(sorted(rates)),
        tuple(of(WHO)),
        tuple(of(PAYER)),
        dict(of(KIND)),
        {key: value for key, value in found.items() if key.endswith(("In", "Out"))},
        counting,
    )


def proof(scope: Scope) -> Proof | None:
    """None where that was never done."""
    row = find_row(scope, keys.proved(scope.clinic_id), consistent=False)
    return Proof(str(row["at"]), int(row["wrong"])) if row else None
