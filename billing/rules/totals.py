"""What a line and a document come to.

Amounts count the currency's minor unit. Quantities are in thousandths (1500 is one and a half), percentages and tax
rates in thousandths of a percent (33 333 is 33.333 %). `near` is used for a line, and for the tax of one rate of one
document, and nowhere else: EN 16931 (BR-CO-10) adds up line amounts that are rounded, and Japan's qualified invoice
rounds once a rate and invoice. What belongs to a part of a document is shared out (shares.py), never rounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

from clinnet.money import LARGEST, near, share

ONE = 1_000  # a quantity
WHOLE = 100_000  # 100 %
MOST = 9_999_999  # thousandths: 9,999.999
MOST_LINES = 200


class WrongLine(ValueError):
    """A line that is none: `sentence` says why to the person."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__("not a line")


@dataclass(frozen=True, slots=True)
class Line:
    """`quantity` of `price` each, less `percent_off` of it or less `amount_off`; `rate` is its tax, 0 is exempt.

    Where the price is not of one it is `per` so many: 400.00 for 10 (EN 16931's base quantity, BT-149).
    """

    price: int
    quantity: int = ONE
    rate: int = 0
    percent_off: int = 0
    amount_off: int = 0
    per: int = 1

    @property
    def full(self) -> int:
        """Without the discount."""
        return near(self.quantity * self.price, ONE * self.per)

    @property
    def amount(self) -> int:
        """Rounded once, the discount in it."""
        if self.amount_off:
            return self.full - self.amount_off
        return near(self.quantity * self.price * (WHOLE - self.percent_off), ONE * self.per * WHOLE)

    def check(self) -> None:
        """Raises WrongLine."""
        if not 0 < self.quantity <= MOST:
            raise WrongLine("A quantity is from 0.001 to 9,999.999.")
        if self.price < 0 or self.full > LARGEST:
            raise WrongLine("That is more than a line can be: look again.")
        if self.percent_off and self.amount_off:
            raise WrongLine("Give a discount in per cent or as an amount, not both.")
        if not 0 <= self.percent_off <= WHOLE or not 0 <= self.amount_off <= self.full:
            raise WrongLine("A discount cannot be more than the line.")


@dataclass(frozen=True, slots=True)
class RateTotal:
    """All lines of one tax rate: what they come to without tax, and the tax."""

    rate: int
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Totals:
    """A document: `rates` in the order in which their lines come."""

    rates: tuple[RateTotal, ...]

    @property
    def net(self) -> int:
        return sum(each.net for each in self.rates)

    @property
    def tax(self) -> int:
        return sum(each.tax for each in self.rates)

    @property
    def total(self) -> int:
        return self.net + self.tax


def tax(amount: int, rate: int, *, included: bool) -> int:
    """Of one rate of one document. `included`: the prices have it in them."""
    return near(amount * rate, WHOLE + rate if included else WHOLE)


def totals(lines: Sequence[tuple[int, int]], *, included: bool) -> Totals:
    """Of lines as (amount, rate)."""
    sums: dict[int, int] = {}
    for amount, rate in lines:
        sums[rate] = sums.get(rate, 0) + amount
    found = []
    for rate, amount in sums.items():
        part = tax(amount, rate, included=included)
        found.append(RateTotal(rate, amount - part if included else amount, part))
    return Totals(tuple(found))


def gross(lines: Sequence[tuple[int, int]], *, included: bool) -> list[int]:
    """What each line, as (amount, rate), comes to with its part of the tax: together the document's total."""
    if included:
        return [amount for amount, _ in lines]
    found = [amount for amount, _ in lines]
    for each in totals(lines, included=False).rates:
        places = [at for at, (_, rate) in enumerate(lines) if rate == each.rate]
        for at, part in zip(places, share(each.tax, [lines[at][0] for at in places]), strict=True):
            found[at] += part
    return found


def off_the_whole(discount: int, amounts: Sequence[int]) -> list[int]:
    """A discount on a whole invoice, as it falls on each line: never more than the line."""
    if not 0 <= discount <= sum(amounts):
        raise WrongLine("A discount cannot be more than the invoice.")
    return share(discount, amounts) if discount else list(repeat(0, len(amounts)))
