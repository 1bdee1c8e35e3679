"""What a note does when it is signed: lines that begin with +, as "+rx amoxicillin 500 tds 7d". Pure."""

import re
from collections.abc import Callable

from records.rules import line

MOST = 40  # of a note: a transaction has 100 actions
LINE = re.compile(r"^[ \t]*\+[ \t]?(\S[^\n]*)$", re.MULTILINE)
CODE = re.compile(r"\s*\(([A-Z]\d[0-9A-Z]{1,2}(?:\.[0-9A-Z]{1,4})?|-)\)$")


def found(text: str) -> list[str]:
    """What follows each +, where it is something that can be recorded; "+ve" is text."""
    return [each for each in (hit.strip() for hit in LINE.findall(text)) if line.taken_apart(each)[0]]


def parted(token: str) -> tuple[str, str]:
    """ "problem Gout (M10.9)" → the line and the chosen code, which is "-" for words without one."""
    hit = CODE.search(token)
    return (token[: hit.start()], hit[1]) if hit else (token, "")


def in_words(text: str, said: Callable[[str], str]) -> str:
    """The text with each token as it was recorded: what is signed has no abbreviations."""

    def one(hit: re.Match[str]) -> str:
        token = hit[1].strip()
        return f"• {said(token)}" if line.taken_apart(token)[0] else hit[0]

    return LINE.sub(one, text)
