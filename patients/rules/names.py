"""Names of people, in any script: how they are compared, indexed, put in order and shown."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from metaphone import doublemetaphone

MOST_WORDS = 5  # a patient has a search row for each ordered pair of words, so the rows grow as the square
LONGEST_WORD = 60  # three such words of 4-byte characters still fit DynamoDB's sort key of 1,024 bytes
LONGEST_CODE = 8

_APOSTROPHES = (
    "'\u2018\u2019\u201a\u201b\u2032\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u055a\u05f3`\u00b4\uff07\ua78c"
)
# Accents of Latin, Greek and Cyrillic, the points of Hebrew, the diacritics and tatweel of Arabic. The vowel
# signs of Indic scripts and the voicing marks of kana are marks too, but they tell names apart and stay.
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
# Letters that Unicode does not decompose, and the spellings of one Arabic letter.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
    | {"ŋ": "n", "ə": "e", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه"}
)
_NO_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)
JOINS_NEXT = {"o", "mc", "عبد"}  # O Neill and Mc Donald are the O'Neill and McDonald of another form
_ARTICLE = re.compile("^ال(?=..)")
_ROMANCE = "d da das de degli dei del della des di do dos du e el i la las le les lo los y"
_GERMANIC = "af av den der och st t te ten ter u und van vom von zu zum zur"
_ARABIC_AND_POLISH = "abu al bin bint el ibn z"
PARTICLES = frozenset(f"{_ROMANCE} {_GERMANIC} {_ARABIC_AND_POLISH}".split())
_IDEOGRAPHIC = frozenset({"han", "kana", "hangul"})
_SCRIPTS = {"cjk": "han", "ideographic": "han", "hiragana": "kana", "katakana": "kana", "halfwidth": "kana"}


@lru_cache(4096)  # the same names come again with every look at a day
def fold(text: str) -> str:
    """A name for comparing: no case, accents or punctuation. Symbols stay when nothing else would."""
    plain = unicodedata.normalize("NFKD", text.translate(_NO_APOSTROPHES)).casefold()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain).translate(_NO_APOSTROPHES))
    plain = unicodedata.normalize("NFC", plain).translate(_LETTERS)
    return _keep(plain, "LMN") or _keep(plain, "S")


def _keep(text: str, kinds: str) -> str:
    def kept(character: str) -> str:
        category = unicodedata.category(character)
        if category == "Cf":
            return ""
        return character if category[0] in kinds and category not in ("Sc", "Sk", "Sm") else " "

    return " ".join("".join(map(kept, text)).split())


def words(*parts: str) -> tuple[str, ...]:
    """The folded words by which a person is found: family name first, then given, further and other names.

    When there are more than five, every part gives its first word before any gives its second.
    """
    lists = [_significant(part) for part in parts]
    if len(lists) > 1 and len(lists[0]) == len(lists[1]) == 1 and _joins(lists[0][0], lists[1][0]):
        lists[0] = [_clip(lists[0][0] + lists[1][0])]  # found by its start, the family name alone, as well
    ranked = sorted((rank, part, word) for part, found in enumerate(lists) for rank, word in enumerate(found))
    chosen: dict[str, tuple[int, int]] = {}
    for rank, part, word in ranked:
        if len(chosen) < MOST_WORDS:
            chosen.setdefault(word, (part, rank))
    return tuple(sorted(chosen, key=lambda word: chosen[word]))


def words_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    names = [data.get(part) or "" for part in ("family_name", "given_name", "further_names", "preferred_name")]
    return words(*names, *(data.get("other_names") or []))


def typed_words(text: str) -> tuple[str, ...]:
    """The words to look for when `text` was typed in a search box: no particle, wherever it stands.

    A comma ends a family name: "O, Sun-hee" is no O'Sun.
    """
    found = [word for part in text.split(",") for word in _split(part)]
    telling = [word for word in found if word not in PARTICLES] or found
    return tuple(dict.fromkeys(telling))[:MOST_WORDS]


def _split(text: str) -> list[str]:
    found: list[str] = []
    for word in fold(text).split():
        if found and found[-1] in JOINS_NEXT and len(word) > 1:
            found[-1] = _clip(found[-1] + word)
        else:
            found.append(_clip(word))
    return [_ARTICLE.sub("", word) for word in found]


def _significant(part: str) -> list[str]:
    """A particle is one only before another word: "van den Berg", but not the given name Vân or Al."""
    found = _split(part)
    return [word for word in found[:-1] if word not in PARTICLES] + found[-1:]


def _clip(word: str) -> str:
    return word[:LONGEST_WORD]


def script(character: str) -> str:
    """The script of a letter ("latin", "han", "kana", "arabic", …) or "other" for what is no letter."""
    if not unicodedata.category(character).startswith("L"):
        return "other"
    name = unicodedata.name(character, "other").lower()
    first = re.split(r"[ -]", name)[0]
    return _SCRIPTS.get(first, first)


def _joins(first: str, second: str) -> bool:
    """Whether two names are written without a space between them."""
    return bool(first and second) and all(script(name[0]) in _IDEOGRAPHIC for name in (first, second))


def bucket(word: str) -> str:
    """What names the partition of a folded word's search rows."""
    return word[:1] if word and script(word[0]) in _IDEOGRAPHIC else word[:3]


def initial(text: str) -> str:
    """The list's bucket for a name: "a" to "z", else its script, else "other"."""
    first = fold(text)[:1]
    if "a" <= first <= "z":
        return first
    found = script(first) if first else "other"
    return "other" if found == "latin" else found


def by_alphabet(initial: str) -> tuple[int, str]:
    """Sorts buckets of the list as its pages turn: letters, then scripts, then the rest."""
    return (2 if initial == "other" else int(len(initial) > 1), initial)


def list_key(family: str, given: str = "", further: str = "") -> str:
    folded = (fold(part)[:LONGEST_WORD].strip() for part in (family, given, further))
    return " ".join(part for part in folded if part)


def list_key_of(data: Mapping[str, Any]) -> str:
    return list_key(*(data.get(part) or "" for part in ("family_name", "given_name", "further_names")))


def sounds(word: str) -> tuple[str, ...]:
    """Double metaphone's one or two codes of a Latin word; none in other scripts."""
    folded = fold(word)[:LONGEST_WORD]
    if not re.fullmatch("[a-z ]+", folded):
        return ()
    codes = (code.strip()[:LONGEST_CODE] for code in doublemetaphone(folded))
    return tuple(dict.fromkeys(code for code in codes if code))


def full_name(data: Mapping[str, Any]) -> str:
    """As a person is addressed: "María García", "李伟"."""
    family, given = data.get("family_name") or "", data.get("given_name") or ""
    if _joins(family, given):
        return f"{family}{given}"
    return " ".join(part for part in (given, data.get("further_names") or "", family) if part)


def in_sentence(data: Mapping[str, Any]) -> str:
    """The full name apart from the words around it: a right-to-left one would draw the date after it apart."""
    return apart(full_name(data))


def list_name(data: Mapping[str, Any]) -> str:
    """As a person stands in a list: "García, María", "李伟"."""
    family, given = data.get("family_name") or "", data.get("given_name") or ""
    if _joins(family, given):
        return f"{family}{given}"
    return ", ".join(part for part in (family, given) if part)


def apart(name: str) -> str:
    """Of a name within a sentence: what follows it keeps its place, whichever way the name is written."""
    return f"\u2068{name}\u2069"


def initials(data: Mapping[str, Any]) -> str:
    """One or two letters for a drawn portrait; one where letters would join into something else (Arabic)."""
    family, given = data.get("family_name") or "", data.get("given_name") or ""
    order = (family, given) if _joins(family, given) else (given, _without_particles(family))
    letters = [name[0].upper()[:1] for name in map(_first_letters, order) if name]
    if letters and script(letters[0]) in ("latin", "greek", "cyrillic", *_IDEOGRAPHIC):
        return "".join(letters)
    return letters[0] if letters else "?"


def _without_particles(family: str) -> str:
    parts = family.split()
    telling = [part for part in parts[:-1] if fold(part) not in PARTICLES] + parts[-1:]
    return " ".join(telling)


def _first_letters(name: str) -> str:
    """From the first letter on, or the name itself when it has none."""
    composed = unicodedata.normalize("NFC", name).strip()
    at = next((i for i, character in enumerate(composed) if character.isalpha()), 0)
    return composed[at:]


def capitalised(name: str) -> str:
    """Names typed in one case as they are written (O'Neill, van Berg); one in mixed case stays as it is."""
    *before, last = name.split() or [""]
    return " ".join([*(word if word in PARTICLES else _capitalised(word) for word in before), _capitalised(last)])


def _capitalised(word: str) -> str:
    if not (word.islower() or (word.isupper() and len(word) > 1)):
        return word
    pieces = re.split(f"([-{re.escape(_APOSTROPHES)}])", word.lower())
    return "".join(piece[:1].upper() + piece[1:] for piece in pieces)
