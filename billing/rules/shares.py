"""Who pays which part of a document, and what a payment settles."""

from collections.abc import Mapping, Sequence

from clinnet.money import share


def over_payers(amounts: Sequence[int], weights: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """What each payer owes of lines with tax (`amounts`), by their weights on each line in the invoice's order.

    A payer who owes nothing is left out: no entry, no claim. A line of which nobody has a weight is the last payer's.
    """
    order = list(dict.fromkeys(payer for each in weights for payer in each))
    owed = dict.fromkeys(order, 0)
    for amount, each in zip(amounts, weights, strict=True):
        parts = [each.get(payer, 0) for payer in order]
        if not any(parts):
            parts[-1] = 1
        for payer, part in zip(order, share(amount, parts), strict=True):
            owed[payer] += part
    return {payer: part for payer, part in owed.items() if part}


def settle(amount: int, still_open: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """A payment over open invoices in their order, oldest first: what goes to each, and what is left as credit."""
    found = {}
    for invoice, owed in still_open.items():
        if part := min(amount, owed):
            found[invoice] = part
            amount -= part
    return found, amount


def part_of(bill: str, payer: str) -> str:
    """The id of a payer's share of an invoice: of its settlement, and in what entries allocate."""
    return f"{bill}~{payer}"


def bill_of(part: str) -> str:
    """The invoice's id: of a payer's share, as of the person's own, which has just that."""
    return part.partition("~")[0]


def payer_of(part: str) -> str:
    """Empty of the person's own share."""
    return part.partition("~")[2]
