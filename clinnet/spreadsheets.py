"""Lines of CSV that every spreadsheet reads as they are meant: UTF-8, its separator, and no cell that would be run."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

from clinnet import money
from clinnet.money import Money

BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet reads UTF-8 in the machine's own code page
BELOW_ZERO = re.compile(r"[-−]\d[\d.,'\u00a0\u202f]*")  # as it is shown; the second sign is no minus to a spreadsheet
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Figure(str):
    """A number that Clinnet wrote, which stays a number."""


def figure(shown: str) -> str:
    """What a page shows, of which an amount below zero is a number to a spreadsheet too."""
    return Figure(f"-{shown[1:]}") if BELOW_ZERO.fullmatch(shown) else shown


def lines(rows: Iterable[Sequence[str]], separator: str = ",") -> str:
    out = StringIO(newline="")
    asked = ([value if value[:1].isalnum() else safe(value) for value in row] for row in rows)  # nearly always: at once
    csv.writer(out, delimiter=separator).writerows(asked)
    return out.getvalue()


def head(names: Sequence[str], separator: str = ",") -> str:
    """The first line of a file, with what says that it is UTF-8."""
    return BYTE_ORDER_MARK + lines([names], separator)


def safe(value: str) -> str:
    """A spreadsheet would run what begins like a formula: an apostrophe makes it text."""
    if not value or isinstance(value, Figure):
        return value
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA) or value.startswith(FORMULA) else value


def separator(locale: str) -> str:
    """Where decimals stand after a comma, spreadsheets part cells by semicolons."""
    return ";" if "," in money.show(Money(150, "EUR"), locale) else ","
