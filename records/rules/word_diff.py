"""What changed between two texts, word by word. Pure."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

WORD = re.compile(r"\w+|\s+|[^\w\s]")
MOST = 20_000  # words of both together: beyond, the texts stand one after the other


class Piece(NamedTuple):
    """`how` is same, added or out."""

    how: Literal["same", "added", "out"]
    text: str


def diff(before: str, after: str) -> list[Piece]:
    """Pieces in their order; what is the same and added is `after`, what is the same and out is `before`."""
    old, new = WORD.findall(before), WORD.findall(after)
    if len(old) + len(new) > MOST:
        return list(_filled([Piece("out", before), Piece("added", after)]))
    pieces: list[Piece] = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            pieces.append(Piece("same", "".join(old[a:b])))
        else:
            pieces += [Piece("out", "".join(old[a:b])), Piece("added", "".join(new[c:d]))]
    return list(_filled(pieces))


def _filled(pieces: list[Piece]) -> Iterator[Piece]:
    yield from (each for each in pieces if each.text)
