"""How many parts a text message takes: GSM 03.38 with its extension table, else UCS-2. Pure."""

import unicodedata
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")  # two places each, which no part divides
ALONE, AMONG = 160, 153  # places of a message in one part, and of a part among several
ALONE_UCS2, AMONG_UCS2 = 70, 67  # UTF-16 units
_LIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ",
                       "\u202f": " ", "\u2011": "-", "ç": "c", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d",
                       "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "«": '"', "»": '"', "·": "-",
                       "•": "-", "´": "'", "`": "'"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """`places` are those of its encoding; `parts` is what the network counts and the clinic pays."""

    parts: int
    places: int
    gsm: bool


def plain(text: str) -> str:
    """Letters with marks that GSM lacks (á, ê) without them: one such letter would halve what a part holds."""
    return "".join(map(_plain, unicodedata.normalize("NFC", text).translate(_LIKE)))


def _plain(letter: str) -> str:
    if letter in BASIC or letter in EXTENSION:
        return letter
    base = unicodedata.normalize("NFD", letter)[:1]
    return base if base in BASIC else letter


def size(text: str) -> Size:
    gsm = all(each in BASIC or each in EXTENSION for each in text)
    widths = [_width(each, gsm=gsm) for each in text]
    alone, among = (ALONE, AMONG) if gsm else (ALONE_UCS2, AMONG_UCS2)
    places = sum(widths)
    return Size(1 if places <= alone else _parts(widths, among), places, gsm)


def _width(letter: str, *, gsm: bool) -> int:
    return (2 if letter in EXTENSION else 1) if gsm else len(letter.encode("utf-16-le")) // 2


def _parts(widths: list[int], most: int) -> int:
    parts, left = 1, most
    for width in widths:
        if width > left:
            parts, left = parts + 1, most
        left -= width
    return parts
