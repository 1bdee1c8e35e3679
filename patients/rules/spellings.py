"""What somebody may have typed otherwise than the clinic wrote it: asked for only where nobody was found. Pure.

"Mueller" for Müller, "mac donaldson" for MacDonaldson, "xiaoming" for Xiao Ming, さとう for サトウ.
"""

import re
from collections.abc import Callable, Iterator

from patients.rules.names import MOST_WORDS, PARTICLES

Words = tuple[str, ...]
MOST = 6  # questions more
FEWEST, LONGEST_PARTED = 4, 10  # letters of a word that may be two, and of one that is still worth it
_WRITTEN_OUT = (("dj", "d"), ("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))  # đ, ä, ö, ø, ü, å on other keys
_SAINT = frozenset(("saint", "sainte", "sankt", "sint", "santa", "santo"))
_RUN_ON = re.compile(
    "(?:van(?:der|den|de|het)?|von(?:der)?|de(?:la|los|las|l)?|d[aiu]|el|al|l[ae]|st|bin|ibn|abu)(?=[a-z]{4})"
)
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}  # to katakana
_KATAKANA = {there: here for here, there in _HIRAGANA.items()}


def others(words: Words) -> list[Words]:
    """Other ways to write these folded words, the likeliest first."""
    found = dict.fromkeys(each for each in _ways(words) if each and each != words)
    return list(found)[:MOST]


def _ways(words: Words) -> Iterator[Words]:
    yield _each(words, _plainer)
    yield tuple(word for word in words if word not in _SAINT and word not in PARTICLES)
    yield _each(words, lambda word: _RUN_ON.sub("", word, count=1) if _RUN_ON.match(word) else word)
    yield _each(words, lambda word: word.translate(_HIRAGANA))
    yield _each(words, lambda word: word.translate(_KATAKANA))
    for at in range(len(words) - 1):
        yield (*words[:at], words[at] + words[at + 1], *words[at + 2 :])
    longest = max(words, key=len, default="")
    if FEWEST <= len(longest) <= LONGEST_PARTED and longest.isascii() and len(words) < MOST_WORDS:
        at = words.index(longest)
        for end in sorted(
            range(1 if longest[0] == "o" else 2, len(longest) - 1), key=lambda end: abs(2 * end - len(longest))
        ):
            yield (*words[:at], longest[:end], longest[end:], *words[at + 1 :])


def _each(words: Words, change: Callable[[str], str]) -> Words:
    return tuple(map(change, words))


def _plainer(word: str) -> str:
    for written, letter in _WRITTEN_OUT:
        word = word.replace(written, letter)
    return word
