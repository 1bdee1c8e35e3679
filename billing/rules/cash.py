"""Cash: what the smallest coins let one pay, round sums that people give, and what a drawer is counted in."""

from clinnet.money import DECIMALS, near

# The smallest step of the minor unit that is paid in cash, where it is not 1.
STEPS = {
    "AUD": 5, "CAD": 5, "CHF": 5, "CZK": 100, "DKK": 50, "HUF": 500, "NOK": 100, "NZD": 10, "PLN": 1, "SEK": 100,
    "ISK": 1, "ILS": 10,
}  # fmt: skip
# Notes and coins in the minor unit, the largest first; of others the usual row of 1, 2 and 5.
KINDS = {
    "GBP": (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "EUR": (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "USD": (10000, 5000, 2000, 1000, 500, 200, 100, 25, 10, 5, 1),
    "CHF": (100000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5),
    "SEK": (100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100),
    "JPY": (10000, 5000, 2000, 1000, 500, 100, 50, 10, 5, 1),
}
USUAL = tuple(digit * 10**power for power in range(4, -1, -1) for digit in (5, 2, 1))


def step(currency: str) -> int:
    return STEPS.get(currency, 1)


def alone(currency: str) -> int:
    """By how much a drawer may differ for one person to close its day: ten of the currency, or a thousand of one
    without decimals."""
    return int(10 ** (1 + (DECIMALS[currency] or 2)))


def kinds(currency: str) -> tuple[int, ...]:
    """What a drawer of this currency is counted in."""
    return KINDS.get(currency) or tuple(each for each in USUAL if each >= step(currency))


def rounding(amount: int, currency: str) -> int:
    """What is added to a sum that is settled in cash, so that coins can pay it: -2 of CHF 87.32. Of a sum that is paid
    back it is the opposite."""
    return near(amount, step(currency)) * step(currency) - amount


def can_be_paid(amount: int, currency: str) -> bool:
    """Whether a part of what is owed can be paid with coins: such a part is not rounded."""
    return amount % step(currency) == 0


def round_sums(amount: int, currency: str, count: int = 2) -> list[int]:
    """The next sums above that people hand over: of 64.56, 65.00 and 70.00."""
    found: list[int] = []
    for kind in sorted(kinds(currency)):
        above = -(-amount // kind) * kind
        if above > amount and above not in found and kind >= min(100 * step(currency), amount // 20):
            found.append(above)
        if len(found) == count:
            break
    return found


def counted(pieces: dict[int, int]) -> int:
    """What so many of each kind come to."""
    return sum(kind * number for kind, number in pieces.items())
