"""What waits, in words."""

from collections import Counter
from dataclasses import dataclass

from billing.home.queries import MOST, Waits
from billing.models import REJECTED, TO_SEND
from billing.queries import MoneySetup


@dataclass(frozen=True, slots=True)
class WaitRow:
    """`where` is the name of an address; `more` what else is said of it."""

    word: str
    count: str
    where: str
    more: str = ""
    mark: str = ""


def wait_rows(found: Waits, known: MoneySetup) -> list[WaitRow]:
    """Without those of which nothing waits."""
    claims, are_all = Counter(found.claims), len(found.claims) <= MOST
    sums = known.sum(sum(found.old)) if len(found.old) <= MOST else ""
    rows = [
        WaitRow("Refunds to be answered", _count(found.refunds), "billing:refunds", mark="mark-warn"),
        WaitRow("Claims that were rejected", _of(claims[REJECTED], are_all), "billing:claims", mark="mark-danger"),
        WaitRow("Claims to be sent", _of(claims[TO_SEND], are_all), "billing:claims"),
        WaitRow("Unpaid for more than 30 days", _count(len(found.old)), "billing:unpaid", sums),
    ]
    return [each for each in rows if each.count not in ("0", "0+")]


def _count(count: int) -> str:
    return str(count) if count <= MOST else f"{MOST}+"


def _of(count: int, are_all: bool) -> str:
    """Of a list that was not read to its end there may be more."""
    return str(count) if are_all else f"{min(count, MOST)}+"
