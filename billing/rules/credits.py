"""Credit notes: each is all that is credited by now less all that was credited before.

The last one so ends on the invoice's own cents, whatever the parts and their order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.rules.totals import Line, RateTotal, Totals, WrongLine, totals
from clinnet.money import share


@dataclass(frozen=True, slots=True)
class Credit:
    """What a credit note says, as positive amounts: of each line of the invoice, and together."""

    amounts: tuple[int, ...]
    totals: Totals


def credit(lines: Sequence[Line], before: Sequence[int], now: Sequence[int], *, included: bool) -> Credit:
    """`before` are the quantities of each line that were credited, `now` those of this note, in thousandths.

    Raises WrongLine where more is credited than was invoiced.
    """
    for line, was, more in zip(lines, before, now, strict=True):
        if more < 0 or was + more > line.quantity:
            raise WrongLine("More cannot be credited than was invoiced.")
    first = [_part(line, was) for line, was in zip(lines, before, strict=True)]
    then = [_part(line, was + more) for line, was, more in zip(lines, before, now, strict=True)]
    rates = [line.rate for line in lines]
    old = {each.rate: each for each in totals(list(zip(first, rates, strict=True)), included=included).rates}
    new = totals(list(zip(then, rates, strict=True)), included=included).rates
    found = [
        RateTotal(each.rate, each.net - old[each.rate].net, each.tax - old[each.rate].tax)
        for each in new
        if (each.net, each.tax) != (old[each.rate].net, old[each.rate].tax)
    ]
    amounts = tuple(after - was for after, was in zip(then, first, strict=True))
    return Credit(amounts, Totals(tuple(found)))


def _part(line: Line, quantity: int) -> int:
    """What so much of a line comes to, its discount in it."""
    return share(line.amount, [quantity, line.quantity - quantity])[0]
