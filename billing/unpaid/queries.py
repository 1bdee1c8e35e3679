"""What is open in a clinic: how much by its age, and the invoices, oldest first and page by page."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import partial

from billing.lines import MoneyLine
from billing.queries import open_days
from billing.rules.ageing import COLUMNS, between, column, oldest
from billing.unpaid.services import ALL, COUNT, OPEN, kept
from clinnet.table import Scope, keys, query, side_by_side

SHOWN = 50
MOST = 500  # rows of sums: five a drawer


@dataclass(frozen=True, slots=True, repr=False)
class Unpaid:
    """`open` and `counts` of each column of rules/ageing.py. `found` are ids and lines of the chosen one, or of all;
    `following` is the cursor of those after them. Both may be a second old."""

    open: tuple[int, ...]
    counts: tuple[int, ...]
    found: list[tuple[str, MoneyLine]]
    following: str


def unpaid(scope: Scope, today: date, chosen: int | None = None, cursor: str = "") -> Unpaid:
    """In one round."""
    first, last = between(chosen, today) if chosen is not None else ("", "")
    listed = keys.unpaid_between(scope.clinic_id, first, last)
    ages = keys.ages_since(scope.clinic_id, oldest(today)[:7])
    page, sums, still_open = side_by_side(
        partial(query, scope, listed, limit=SHOWN, cursor=cursor),
        partial(query, scope, ages, limit=MOST, fresh=False),
        partial(open_days, scope, today.isoformat(), consistent=False),
    )
    opens, counts = Counter[int](), Counter[int]()
    parts = kept(sums.rows, still_open.rows)
    for day, each in parts.items():
        if day != ALL and day >= oldest(today):
            opens[column(day, today)] += each[OPEN]
            counts[column(day, today)] += each[COUNT]
    whole, places = parts.get(ALL, Counter()), range(len(COLUMNS))
    opens[places[-1]], counts[places[-1]] = whole[OPEN] - opens.total(), whole[COUNT] - counts.total()
    found = [(str(row["id"]), MoneyLine.unpack(row.get("line"))) for row in page.rows]
    return Unpaid(tuple(opens[at] for at in places), tuple(counts[at] for at in places), found, page.next)
