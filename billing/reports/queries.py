"""A month's sums: one range, however many invoices it had."""

from collections import Counter
from dataclasses import dataclass

from billing.reports.services import AMOUNT, KIND, NET, QUANTITY, TAX
from clinnet.table import Scope, keys, query

MOST = 100  # two of each drawer


@dataclass(frozen=True, slots=True)
class Month:
    """In the minor unit, all drawers together. `services` are (code, quantity in thousandths, amount before tax),
    the largest first; `rates` are (rate, net, tax); `kinds` and `moved` as billing/models.py names them."""

    name: str
    services: tuple[tuple[str, int, int], ...]
    rates: tuple[tuple[int, int, int], ...]
    kinds: dict[str, int]
    moved: dict[str, int]


def month(scope: Scope, name: str) -> Month:
    """`name` as 2026-11."""
    found: Counter[str] = Counter()
    for row in query(scope, keys.sums_of(scope.clinic_id, name), limit=MOST).rows:
        found.update({key: int(value) for key, value in row.items() if isinstance(value, int)})
    by_code = [
        (key.removeprefix(AMOUNT), found[QUANTITY + key.removeprefix(AMOUNT)], value)
        for key, value in found.items()
        if key.startswith(AMOUNT)
    ]
    rates = [
        (int(key.removeprefix(NET)), value, found[TAX + key.removeprefix(NET)])
        for key, value in found.items()
        if key.startswith(NET)
    ]
    kinds = {key.removeprefix(KIND): value for key, value in found.items() if key.startswith(KIND)}
    moved = {key: value for key, value in found.items() if key.endswith(("In", "Out"))}
    largest = sorted(by_code, key=lambda each: (-each[2], each[0]))
    return Month(name, tuple(largest), tuple(sorted(rates)), kinds, moved)
