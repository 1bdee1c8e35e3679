"""Lines of CSV that every spreadsheet reads as they are meant: UTF-8, its separator, and no cell that would be run."""

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Sequence
from io import StringIO

from clinnet import money
from clinnet.money import Money

BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet reads UTF-8 in the machine's own code page
BELOW_ZERO = re.compile(r"[-−]\d[\d.,'\u00a0\u202f]*")  # as it is shown; the second sign is no minus to a spreadsheet
# Letters of Windows by language; for those of the West cp1252.
WINDOWS = {
    **dict.fromkeys(("cs", "hr", "hu", "pl", "ro", "sk", "sl"), "cp1250"),
    **dict.fromkeys(("be", "bg", "mk", "ru", "sr", "uk"), "cp1251"),
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    "el": "cp1253", "tr": "cp1254", "he": "cp1255", "ar": "cp1256", "vi": "cp1258", "th": "cp874",
    "ja": "cp932", "zh": "gbk", "ko": "cp949",
}  # fmt: skip
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


def text_of(content: bytes, locale: str) -> str | None:
    """The text of a file that a spreadsheet saved: in UTF-8, in UTF-16, or as "CSV" alone in those letters of Windows
    that the clinic's language has. None for what is no text.
    """
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _decoded(content, "utf-16")
    if b"\0" in content:
        return None
    text = _decoded(content, "utf-8-sig")
    return text if text is not None else _decoded(content, WINDOWS.get(locale[:2], "cp1252"))


def _decoded(content: bytes, letters: str) -> str | None:
    try:
        return content.decode(letters)
    except UnicodeDecodeError:
        return None


def separator(locale: str) -> str:
    """Where decimals stand after a comma, spreadsheets part cells by semicolons."""
    return ";" if "," in money.show(Money(150, "EUR"), locale) else ","
