"""What was done at a visit, in words; without a price, as those who write it down see no money."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.queries import MoneySetup
from billing.recorded.models import Done
from billing.rules import typed
from billing.rules.totals import ONE


@dataclass(frozen=True, slots=True)
class DoneRow:
    code: str
    name: str
    quantity: str  # empty of one
    by: str  # empty of what is usual


def done_rows(done: Sequence[Done], known: MoneySetup) -> list[DoneRow]:
    return [
        DoneRow(
            each.code,
            known.catalog[each.code].name if each.code in known.catalog else each.code,
            "" if each.quantity == ONE else typed.show(each.quantity),
            each.by,
        )
        for each in done
    ]


def told(done: Sequence[Done], known: MoneySetup) -> str:
    """ "Consultation, 15 min; 2 × Flu vaccine"."""
    rows = done_rows(done, known)
    return "; ".join(f"{each.quantity} × {each.name}" if each.quantity else each.name for each in rows)
