"""Quantities and percentages as people type them."""

import re

from billing.rules.totals import MOST, WHOLE, WrongLine

NUMBER = re.compile(r"(\d{1,7})(?:[.,](\d{1,3}))?")


def _thousandths(text: str) -> int | None:
    found = NUMBER.fullmatch(text.strip().removesuffix("%").strip())
    return int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0")) if found else None


def quantity(text: str, least: int = 1) -> int:
    """ "1.5" and "1,5" are 1500. Raises WrongLine."""
    found = _thousandths(text)
    if found is None or not least <= found <= MOST:
        raise WrongLine("A quantity is from 0.001 to 9,999.999.")
    return found


def percent(text: str) -> int:
    """ "33.333", "10 %". Raises WrongLine."""
    found = _thousandths(text)
    if found is None or found > WHOLE:
        raise WrongLine("A percentage is from 0 to 100, with three decimals at most.")
    return found


def show(thousandths: int) -> str:
    """ "1.5" of 1500, "20" of 20 000."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03}".rstrip("0") if rest else str(whole)
