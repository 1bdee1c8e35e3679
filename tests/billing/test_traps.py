"""The worked examples of money, each with the common mistake built into the code: the example sees it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from unittest.mock import patch

import pytest

from billing.rules import cash, shares, totals
from billing.rules import credits as crediting
from billing.rules.totals import ONE, WHOLE, Line, RateTotal, Totals
from billing.takings.services import Taken, entries_of
from clinnet import money
from clinnet.money import BadAmount, Money, near

TOTALS, CREDIT = totals.totals, crediting.credit


@dataclass(frozen=True, slots=True)
class Example:
    """`found` is worked out anew: as the code is, and with `trap` in the place of `name` of `where`."""

    says: str
    found: Callable[[], object]
    right: object
    where: Any
    name: str
    trap: object


def document(*lines: Line, included: bool = False) -> int:
    """What it comes to, in whole units."""
    return near(totals.totals([(each.amount, each.rate) for each in lines], included=included).total, 1)


def tax(price: int, rate: int, *, included: bool = False) -> int:
    """Of three lines of that price."""
    return totals.totals([(price, rate)] * 3, included=included).tax


def a_line_at_a_time(lines: Sequence[tuple[int, int]], *, included: bool) -> Totals:
    found = [TOTALS([each], included=included) for each in lines]
    rates = [(each.rates[0].rate, each.net, each.tax) for each in found]
    return Totals(tuple(RateTotal(*each) for each in rates))


def rounded_each(total: int, weights: Sequence[int]) -> list[int]:
    return [near(total * each, sum(weights)) for each in weights]


def amount(worked_out: Callable[[Line], object]) -> property:
    """A line's, in the place of Line.amount."""
    return property(worked_out)


def exactly(line: Line) -> Fraction:
    return Fraction(line.quantity * line.price * (WHOLE - line.percent_off), ONE * WHOLE)


def twice_rounded(line: Line) -> int:
    return near(near(line.quantity * line.price, ONE) * (WHOLE - line.percent_off), WHOLE)


def whole_percents(line: Line) -> int:
    return near(line.price * (100 - line.percent_off // 1000), 100)


def credited() -> int:
    """An invoice of four lines, credited one by one."""
    lines, before, found = [Line(price, rate=20_000) for price in (6833, 5750, 8500, 6833)], [0] * 4, 0
    for at in range(4):
        now = [ONE if place == at else 0 for place in range(4)]
        found += crediting.credit(lines, before, now, included=False).totals.total
        before[at] = ONE
    return found


def by_itself(lines: Sequence[Line], before: Sequence[int], now: Sequence[int], *, included: bool) -> crediting.Credit:
    return CREDIT(lines, [0] * len(lines), now, included=included)


def paid(method: str, owed: int, currency: str) -> list[tuple[str, int]]:
    return [(each.kind, each.amount) for each in entries_of("p", {"b": owed}, Taken(method), currency)]


def typed(text: str, currency: str) -> object:
    try:
        return money.parse(text, currency, "en-US").minor
    except BadAmount as bad:
        return bad.sentence


def half_up(n: int, d: int) -> int:
    """Also below zero: 149.50 that is paid back is then 149."""
    return (2 * n + d) // (2 * d)


EXAMPLES = (
    Example("3 x 33.33 + 20 %", lambda: tax(3333, 20_000), 2000, totals, "totals", a_line_at_a_time),
    Example("3 x 9.99, 20 % in it", lambda: tax(999, 20_000, included=True), 500, totals, "totals", a_line_at_a_time),
    Example("3 x JPY 1,234 + 10 %", lambda: tax(1234, 10_000), 370, totals, "totals", a_line_at_a_time),
    Example("16 x 348.35 - 4 % + 22 %", lambda: document(Line(34835, 16_000, 22_000, 4_000)), 652_781, Line, "amount",
            amount(exactly)),
    Example("1.5 x 33.35 - 10 %", lambda: Line(3335, 1_500, percent_off=10_000).amount, 4502, Line, "amount",
            amount(twice_rounded)),
    Example("49.99 - 33.333 %", lambda: Line(4999, percent_off=33_333).amount, 3333, Line, "amount",
            amount(whole_percents)),
    Example("3 x KWD 12.345 - 7.5 %", lambda: Line(12345, 3_000, percent_off=7_500).amount, 34_257, Line, "amount",
            amount(lambda line: near(int(exactly(line)), 10) * 10)),
    Example("KWD has three decimals", lambda: typed("34.257", "KWD"), 34_257, money.DECIMALS, "KWD", 2),
    Example("JPY has none", lambda: money.show(Money(3702, "JPY"), "en-US"), "3,702", money.DECIMALS, "JPY", 2),
    Example("HUF has two", lambda: typed("749.50", "HUF"), 74_950, money.DECIMALS, "HUF", 0),
    Example("10.00 off three lines", lambda: sum(totals.off_the_whole(1000, [1000] * 3)), 1000, totals, "share",
            rounded_each),
    Example("100.00 three ways", lambda: sum(shares.over_payers([10_000], [dict.fromkeys("abc", 1)]).values()), 10_000,
            shares, "share", rounded_each),
    Example("0.01 three ways", lambda: shares.over_payers([1], [dict.fromkeys("abc", 1)]), {"a": 1}, shares, "share",
            rounded_each),
    Example("credited line by line", credited, 33_499, crediting, "credit", by_itself),
    Example("CHF 87.33 by card", lambda: paid("card", 8733, "CHF"), [("PAYMENT", -8733)],
            "billing.takings.services", "CASH", "card"),
    Example("CHF 87.33 in cash", lambda: paid("cash", 8733, "CHF"), [("PAYMENT", -8735), ("ROUNDING", 2)], cash,
            "rounding", lambda amount, currency: 0),
    Example("CHF 87.32 in cash", lambda: paid("cash", 8732, "CHF"), [("PAYMENT", -8730), ("ROUNDING", -2)], cash,
            "rounding", lambda amount, currency: -(amount % -5)),
    Example("SEK 149.50, and back", lambda: cash.rounding(-14_950, "SEK"), -50, cash, "near", half_up),
)  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.says)
def test_the_mistake_is_seen_where_it_is_made(example: Example) -> None:
    assert example.found() == example.right
    where, name = example.where, example.name
    built_in = (
        patch.dict(where, {name: example.trap})
        if isinstance(where, dict)
        else patch(f"{where}.{name}", example.trap)
        if isinstance(where, str)
        else patch.object(where, name, example.trap)
    )
    with built_in:
        assert example.found() != example.right
