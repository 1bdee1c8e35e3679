"""Prices changed by a percentage, and the catalogue as a file. Pure.

A new price is rounded once, to the step that the clinic chooses: not to the minor unit first and then to the step.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO

from billing.rules import typed
from billing.rules.totals import WHOLE, WrongLine
from clinnet.money import LARGEST, BadAmount, near, parse
from clinnet.rules.dates import DateOrder
from clinnet.rules.text import tidy
from patients.rules.datewords import readings

STEPS = (1, 5, 10, 50, 100)  # of the minor unit
MOST_ROWS = 1000
TOO_MANY = f"{MOST_ROWS:,} lines at most: put the rest into another file."
HEADS = ("Code", "Name", "Category", "Price", "From", "Tax", "Offered", "List")
YES, NO = ("", "yes", "y", "true", "1"), ("no", "n", "false", "0")
BYTE_ORDER_MARK = "\ufeff"


def raised(price: int, percent: int, step: int) -> int:
    """`percent` is in thousandths of one and may be below zero: 3 % is 3000."""
    return near(price * (WHOLE + percent), WHOLE * step) * step


@dataclass(frozen=True, slots=True)
class FileRow:
    """A line of the file as far as it says something: None is what it does not say. `since` is ISO."""

    line: int
    code: str
    name: str | None = None
    category: str | None = None
    price: int | None = None
    since: str = ""
    rate: int | None = None
    active: bool | None = None
    tax_class: str | None = None  # as it is called, in small letters; empty where it has a rate of its own
    price_list: str = ""  # as it is called, in small letters; the usual one is empty


@dataclass(frozen=True, slots=True)
class WrongRow:
    line: int
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class _Written:
    """How the clinic writes what stands in the cells."""

    currency: str
    locale: str
    today: str
    order: DateOrder


def read(
    text: str, currency: str, locale: str, today: str, *, order: DateOrder = "DMY"
) -> Iterator[FileRow | WrongRow]:
    """The lines of a file whose first line names its columns: Code at least, in any order, by comma, semicolon or tab.

    A price without a day holds from `today`.
    """
    how, lines = _Written(currency, locale, today, order), StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")
    head, above = lines.readline(), 1
    if head.casefold().startswith("sep="):  # for Excel alone
        head, above = lines.readline(), 2
    mark = max(",;\t", key=head.count)
    names = [each.strip().casefold() for each in head.replace('"', "").split(mark)]
    if "code" not in names:
        yield WrongRow(above, "", f"The first line names the columns: {', '.join(HEADS)}. Code has to be among them.")
        return
    reader = csv.reader(lines, delimiter=mark, strict=True)
    try:
        for cells in reader:
            if reader.line_num > MOST_ROWS:
                yield WrongRow(
                    reader.line_num + above, "", f"{MOST_ROWS:,} lines at most: put the rest into another file."
                )
                return
            if any(each.strip() for each in cells):
                said = {"code": ""} | {name: _plain(cell) for name, cell in zip(names, cells, strict=False)}
                yield _read(reader.line_num + above, said, how)
    except csv.Error:
        yield WrongRow(reader.line_num + above, "", "A quotation mark is not closed, or stands within a value.")


def _read(line: int, said: Mapping[str, str], how: _Written) -> FileRow | WrongRow:
    try:
        return _row(line, said, how)
    except (WrongLine, BadAmount) as wrong:
        return WrongRow(line, said["code"], wrong.sentence)


def _plain(cell: str) -> str:
    """On one line, without the apostrophe that keeps a spreadsheet from running it (clinnet/spreadsheets.py)."""
    return tidy(cell).removeprefix("'").strip()


def _row(line: int, said: Mapping[str, str], how: _Written) -> FileRow:
    price, offered = said.get("price"), said.get("offered")
    rate, tax_class = _tax(said.get("tax"))
    if not said["code"]:
        raise WrongLine("A service needs a code.")
    if offered is not None and offered.casefold() not in (*YES, *NO):
        raise WrongLine("Offered is yes or no.")
    return FileRow(
        line,
        said["code"].upper(),
        said.get("name") or None,
        said.get("category"),
        parse(price, how.currency, how.locale).minor if price else None,
        _day(said.get("from", ""), how),
        rate,
        None if offered is None else offered.casefold() in YES,
        tax_class,
        said.get("list", "").casefold(),
    )


def _tax(text: str | None) -> tuple[int | None, str | None]:
    """A rate of its own, else the name of a tax class."""
    if text is None:
        return None, None
    if text.casefold() in ("", "exempt"):
        return 0, ""
    return (typed.percent(text), "") if text[0].isdigit() else (None, text.casefold())


def _day(text: str, how: _Written) -> str:
    """A spreadsheet that opens the file writes its days anew, in the order of the clinic's country."""
    meant = next((each for each in readings(text, how.order) if each.day and each.month), None)
    try:
        if meant:
            century = 2000 if meant.two_digits else 0
            return date(meant.year + century, meant.month or 0, meant.day or 0).isoformat()
        return date.fromisoformat(text).isoformat() if text else how.today
    except ValueError:
        raise WrongLine("Write the day as 2027-01-31.") from None


def contradictions(rows: Iterable[FileRow]) -> Iterator[WrongRow]:
    """Lines of one code that do not say the same of it: only their prices may differ, by day and list."""
    first: dict[str, FileRow] = {}
    days: set[tuple[str, str, str]] = set()
    for row in rows:
        other = first.setdefault(row.code, row)
        said, before = ((each.name, each.category, each.rate, each.tax_class, each.active) for each in (row, other))
        if said != before:
            yield WrongRow(row.line, row.code, f"Line {other.line} says something else of this service.")
        elif (row.code, row.since, row.price_list) in days:
            yield WrongRow(row.line, row.code, "Its price from that day is in the file already.")
        days.add((row.code, row.since, row.price_list))


def is_price(minor: int) -> bool:
    return 0 <= minor <= LARGEST
