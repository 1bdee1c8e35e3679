"""Names of other scripts in Latin letters, so that a Latin keyboard finds them. Pure.

anyascii spells letter by letter, which is right for Cyrillic and for Han (in pinyin) and lacks the pairs of Greek, and
of kana and Korean families what spoken.py has.
Arabic and Hebrew leave most vowels out: they are put back where a syllable needs one, by rule. So نور is nur and راشد
rashad: who types rashid finds it by its sound, as names.sounds hears consonants alone.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from anyascii import anyascii

from patients.rules import names, spoken

PARTS = ("family_name", "given_name", "further_names", "preferred_name")
MOST_WORDS, OF_MANY = 3, 2  # that get rows of their own; fewer where the name has five words: a rename is 100 writes

_GREEK = (
    ("ου", "ou"),
    ("γγ", "ng"),
    ("γκ", "gk"),
    ("γξ", "nx"),
    ("γχ", "nch"),
    (r"\bμπ", "b"),
    (r"\bντ", "d"),
    (r"([αεη])υ(?=[αβγδεζηιλμνορωυ]|ου)", r"\1v"),
    (r"([αεη])υ", r"\1f"),
    ("χ", "ch"),
)
_WHOLE = {"محمد": "muhammad", "عبدالله": "abdullah", "דוד": "david"}  # where no rule finds the vowels
_SERVANT = re.compile("^عبدال(?=..)")  # Abdul Rahman, Abdulrahman
_WEAK = {"و": "w", "ي": "y", "ו": "v", "י": "y"}  # consonants beside a vowel, else vowels
_WEAK_VOWEL = {"و": "u", "ي": "i", "ו": "o", "י": "i"}
_VOWEL = {"ا": "a", "ع": "a", "א": "a", "ע": "a"}
_HARD = {"ב": "b", "כ": "k", "פ": "p"}  # where a word begins
_SOFT = {"ב": "v", "ח": "ch", "ט": "t", "צ": "ts", "ץ": "ts", "ק": "k", "ש": "sh", "ס": "s"}
_SILENT_AT_END = "هה"
_FILL = {"arabic": "a", "hebrew": "e"}


def in_latin(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Patient data with its names in Latin letters; the very same where they are already."""
    spelled: dict[str, Any] = {part: spell(data.get(part) or "") for part in PARTS if data.get(part)}
    if korean := spoken.FAMILIES.get(data.get("family_name") or ""):
        spelled["family_name"] = korean
    if not data.get("given_name"):
        spelled |= {"family_name": _apart(data["family_name"])} if data.get("family_name") else {}
    if others := data.get("other_names"):
        spelled["other_names"] = [_apart(each) for each in others]
    return data if all(data[part] == said for part, said in spelled.items()) else {**data, **spelled}


def words_of(data: Mapping[str, Any]) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words that get rows beside those of the name as it is written, and which of them are new; none for most."""
    latin = in_latin(data)
    if latin is data:
        return (), frozenset()
    written, spelled = names.words_of(data), names.words_of(latin)
    new = [word for word in spelled if word not in written]
    most = MOST_WORDS if len(written) < names.MOST_WORDS else OF_MANY
    chosen = [*new, *(word for word in spelled if word in written)][:most]
    return tuple(word for word in spelled if word in chosen), frozenset(new)


def _apart(name: str) -> str:
    """A whole Chinese or Korean name in one field: the first character is the family's."""
    first, *rest = name.split() or [""]
    if not rest and len(first) > 1 and {names.script(each) for each in first} in ({"han"}, {"hangul"}):
        first, rest = first[0], [first[1:]]
    return " ".join((spoken.FAMILIES.get(first) or spell(first), *map(spell, rest)))


@lru_cache(4096)
def spell(text: str) -> str:
    """A name in Latin letters; as it is where it has no others. No case for scripts that have none."""
    if not any(map(_is_foreign, text)):
        return text
    return " ".join(_word(each) for each in re.sub(r"\bعبد\s+(?=ال)", "عبد", text).split())


def _is_foreign(letter: str) -> bool:
    return not letter.isascii() and names.script(letter) not in ("latin", "other")


def _word(word: str) -> str:
    script = next((names.script(each) for each in word if _is_foreign(each)), "")
    if script in _FILL:
        return " ".join(_with_vowels(each, _FILL[script]) for each in names.words(word))
    if script == "greek":
        word = names.fold(word)
        for pattern, said in _GREEK:
            word = re.sub(pattern, said, word)
        word = word.replace("υ", "y")
    if script == "kana":
        return "".join(spoken.kana(each) for each in _of_one_script(word))
    return anyascii(word).lower() if script else word


def _of_one_script(word: str) -> list[str]:
    """In one name some signs may be Han: 真ゆみ."""
    return [whole for each in re.split("([\u4e00-\u9fff]+)", word) if (whole := each)]


# --- Arabic and Hebrew ---------------------------------------------------------------------------------------------


def _with_vowels(word: str, fill: str) -> str:
    """A folded word, its vowels put where syllables need them: consonant, vowel, perhaps a consonant."""
    if word in _WHOLE:
        return _WHOLE[word]
    if _SERVANT.match(word):
        return "abdul" + _with_vowels(_SERVANT.sub("", word), fill)
    found, run = "", list[str]()
    for letter, is_vowel in _letters(word):
        if is_vowel:
            onset = run[-1:]
            found += _filled(run[:-1], fill, first=not found) + "".join(onset) + letter
            run = []
        else:
            run.append(letter)
    found += _filled(run, fill, first=not found)
    return re.sub(r"([aeiou])\1+", r"\1", found)


def _filled(run: list[str], fill: str, *, first: bool) -> str:
    """Consonants without a vowel letter among them: in pairs from the end; one left over closes what was before."""
    left = len(run) % 2
    pairs = "".join(f"{one}{fill}{other}" for one, other in zip(run[left::2], run[left + 1 :: 2], strict=True))
    return "".join(run[:left]) + (fill if left and first else "") + pairs


def _letters(word: str) -> list[tuple[str, bool]]:
    """Each letter with whether it is a vowel here."""
    found: list[tuple[str, bool]] = []
    for at, letter in enumerate(word):
        last, beside = at == len(word) - 1, word[at + 1 : at + 2]
        if letter in _VOWEL:
            found.append((_VOWEL[letter], True))
        elif letter in _WEAK:
            vowel_before, vowel_after = bool(found and found[-1][1]), bool(beside) and beside in {*_VOWEL, "י", "ي"}
            is_vowel = at > 0 and not vowel_before and not vowel_after
            found.append((_WEAK_VOWEL[letter] if is_vowel else _WEAK[letter], is_vowel))
        elif last and at > 1 and letter in _SILENT_AT_END:
            found.append(("a", True))
        else:
            plain = _HARD.get(letter) if at == 0 else None
            found.append((plain or _SOFT.get(letter) or anyascii(letter).lower().strip("'`"), False))
    return [(letter, is_vowel) for letter, is_vowel in found if letter]
