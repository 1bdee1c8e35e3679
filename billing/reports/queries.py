"""The sums of a period: a range for each of its months, however many invoices it had; of other days two rows each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from billing import queries as billing
from billing.models import OPEN
from billing.reports.rules import Period, period
from billing.reports.services import AMOUNT, CHARGES, KIND, NET, PAYER, QUANTITY, TAX, WHO, kept, of_day
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.table import Key, Row, Scope, find_row, get_many, keys, query, side_by_side

MOST = 100  # rows of a month: two of each drawer
DRAWER_DAY = "DRAWERDAY"  # as a row's type


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
    """In one round: a range for each whole month, the days that are open, and the rows of the other days.

    What lies in a drawer that is still to be counted is not told of a day, nor what its entries come to; a month says
    it, with all its other days.
    """
    clinic, today = scope.clinic_id, clock.today(accounts.clinic(scope.clinic_id).time_zone).isoformat()
    months = [partial(query, scope, keys.sums_of(clinic, each), limit=MOST) for each in wanted.months]
    days = partial(get_many, scope, list(_places(scope, wanted.days)), consistent=False)
    opened, single, *pages = side_by_side(partial(billing.open_days, scope, today, work=True), days, *months)
    found = [_ints(row) for page in pages for row in page.rows]
    now = {row["PK"]: row["day"] for row in opened.rows if row["type"] == DRAWER_DAY}
    found += [_of(row) for row in opened.rows if now[row["PK"]][:7] in wanted.months]
    counting = [row for row in single.rows if row["type"] == DRAWER_DAY and row["state"] == OPEN]
    found += [_of(row) for row in single.rows if row not in counting]
    return _sums(_added(found), counting=bool(counting))


def _places(scope: Scope, days: Iterable[str]) -> Iterator[Key]:
    """Of each day the row of its entries and that of its work, in each drawer."""
    for drawer in billing.known_drawers(scope) if days else ():
        for day in days:
            yield keys.drawer_day(scope.clinic_id, drawer.id, day)
            yield keys.day_sum(scope.clinic_id, day, drawer.id)


def _of(row: Row) -> dict[str, int]:
    return of_day(row) if row["type"] == DRAWER_DAY else kept(row)


def _added(found: Iterable[Mapping[str, int]]) -> Counter[str]:
    added: Counter[str] = Counter()
    for each in found:
        added.update(each)
    return added


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
