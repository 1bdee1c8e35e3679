"""Which characters our fonts can draw. Typst puts another font, or an empty box, in place of a missing one, and says
nothing.

The table `cmap` of a font is read as OpenType describes it (formats 4 and 12):
https://learn.microsoft.com/typography/opentype/spec/cmap
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"  # static/build.py brings them
# As templates/documents/page.typ names them, but for IBM Plex, whose Arabic is a part of Noto's. The largest comes
# last: it is read only for what no other has.
FAMILIES = ("NotoSans", "NotoSansArabic", "NotoSansHebrew", "NotoSansThai", "NotoSansSC")
WEIGHTS = ("400Regular", "700Bold")  # the same characters in both
NEVER_DRAWN = ("Cc", "Cf", "Zl", "Zp")  # line ends, marks of direction, joiners
DRAWN = frozenset(
    map(chr, (0x70F, 0x110BD, 0x110CD, *range(0x13430, 0x13439)))
)  # of Cf too: signs of three old scripts


def missing(text: str) -> str:
    """The characters of `text` that no font here has, in the order of their numbers; mostly none."""
    letters = unicodedata.normalize("NFC", text)
    left = {each for each in letters if each in DRAWN or unicodedata.category(each) not in NEVER_DRAWN}
    for family in FAMILIES:
        if not left:
            break
        left = {each for each in left if ord(each) not in drawn_by(family)}
    return "".join(sorted(left))


@cache
def drawn_by(family: str) -> frozenset[int]:
    """The numbers of the characters that a family has."""
    data = (FONTS / f"{family}_{WEIGHTS[0]}.ttf").read_bytes()
    table = _table(data, b"cmap")
    (count,) = struct.unpack_from(">H", data, table + 2)
    places = {table + struct.unpack_from(">HHI", data, table + 4 + 8 * n)[2] for n in range(count)}
    return frozenset(code for place in places for code in _codes(data, place))


def _table(data: bytes, wanted: bytes) -> int:
    (count,) = struct.unpack_from(">H", data, 4)
    tables = (struct.unpack_from(">4sIII", data, 12 + 16 * n) for n in range(count))
    return next(int(place) for tag, _, place, _ in tables if tag == wanted)


def _codes(data: bytes, place: int) -> Iterator[int]:
    (form,) = struct.unpack_from(">H", data, place)
    if form == 12:
        (groups,) = struct.unpack_from(">I", data, place + 12)
        for n in range(groups):
            first, last, _ = struct.unpack_from(">III", data, place + 16 + 12 * n)
            yield from range(first, last + 1)
    elif form == 4:
        (twice,) = struct.unpack_from(">H", data, place + 6)
        lasts = struct.unpack_from(f">{twice // 2}H", data, place + 14)
        firsts = struct.unpack_from(f">{twice // 2}H", data, place + 16 + twice)
        for first, last in zip(firsts, lasts, strict=True):
            yield from range(first, min(last, 0xFFFE) + 1)
