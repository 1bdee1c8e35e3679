"""What somebody typed in the search box: whom to look for, and whom it would register."""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple, TypedDict

from clinnet.rules.dates import DateOrder
from clinnet.rules.text import tidy
from patients.rules import births, phones
from patients.rules.datewords import month_named, readings
from patients.rules.names import JOINS_NEXT, PARTICLES, capitalised, fold, typed_words

LONGEST = 120
FEWEST_ID_DIGITS = 6
FEWEST_DIGITS_AMONG_LETTERS = 3
_LONGEST_DATE = 6  # tokens: "14 / 3 / 1985", "14 de marzo de 1985"
_NUMBER_SIGN = re.compile(r"^[#№·….*]+(?=\d)")
_YEAR = re.compile(r"(?:18[89]|19\d|20\d)\d", re.ASCII)
LEAP = 2028  # a year with a 29 February
_NUMBER_WORDS = frozenset(("no", "nr", "mrn", "n", "number", "tel", "phone"))


class Registration(TypedDict, total=False):
    family_name: str
    given_name: str
    birth_date: str
    phone: str
    email: str


@dataclass(frozen=True, repr=False)  # its repr would put a patient's name into a log
class Query:
    words: tuple[str, ...]  # folded, as typed_words gives them
    birth_date: str | None  # ISO, or "1985-03"
    digits: str  # the end of a phone number, or a record number; "" when none was typed
    identifier: str | None  # may be a national id, in plain_identifier's form
    registration: Registration
    problem: str  # the sentence about a birth date that cannot be; "" when there is none
    own: str = ""  # a number that may stand in a field of the clinic's own, as rules/own.py compares them
    born: str = ""  # beside a name: the year of birth "1985", or its day without a year "05-03"

    def was_born_so(self, birth_date: str) -> bool:
        """Whether the year or the day of `birth_date` (ISO) is the one that was typed."""
        return birth_date[:4] == self.born if len(self.born) == 4 else birth_date[5:] == self.born


class _Date(NamedTuple):
    start: int
    end: int
    iso: str | None
    problem: str = ""


def plain_identifier(text: str) -> str:
    """An identifier for comparing: capitals and digits alone."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


def parse(text: str, order: DateOrder, country: str, today: date) -> Query:
    tokens = [_NUMBER_SIGN.sub("", token) for token in tidy(text[:LONGEST]).split()]
    found = _find_date(tokens, order, today) or _Date(0, 0, None)
    rest = tokens[: found.start] + tokens[found.end :]
    rest, born = (rest, "") if found.iso or found.problem else _born(rest, today)
    number = _first_number(rest)
    spaced_id = None if found.iso else _spaced_identifier(tokens)
    names = "" if spaced_id else " ".join(_names(rest))
    digits = number or _compact(tokens[found.start : found.end])
    return Query(
        words=typed_words(names),
        birth_date=found.iso,
        digits="" if _unfinished_date(digits) else phones.search_digits(digits, country),
        identifier=spaced_id or _identifier(rest, digits),
        registration=_registration(names, found.iso, number, rest, country),
        problem=found.problem,
        born=born if names else "",
    )


def _find_date(tokens: list[str], order: DateOrder, today: date) -> _Date | None:
    """The longest run of tokens that is a date, or surely tries to be one."""
    for size in range(min(_LONGEST_DATE, len(tokens)), 0, -1):
        for start in range(len(tokens) - size + 1):
            end = start + size
            written = " ".join(tokens[start:end])
            if not _date_shaped(tokens, start, end) or not readings(written, order):
                continue
            try:
                return _Date(start, end, births.parse(written, order, today))
            except births.BadDate as refusal:
                if _surely_date(written):
                    return _Date(start, end, None, refusal.sentence)
    return None


def _born(tokens: list[str], today: date) -> tuple[list[str], str]:
    """What else there is than "3 May", and that day; of "1985" the year, which may be a record number as well."""
    for at, pair in enumerate(pairwise(tokens)):
        month = next((found for each in pair if (found := month_named(fold(each)))), None)
        day = next((int(each) for each in pair if each.isdecimal() and len(each) <= 2), 0)
        rest = tokens[:at] + tokens[at + 2 :]
        if month and 1 <= day <= monthrange(LEAP, month)[1] and any(map(str.isalpha, rest)):
            return rest, f"{month:02}-{day:02}"
    numbers = [token for token in tokens if _has_digit(token)]
    if len(numbers) == 1 and _YEAR.fullmatch(numbers[0]) and int(numbers[0]) <= today.year:
        return tokens, numbers[0]
    return tokens, ""


def _date_shaped(tokens: list[str], start: int, end: int) -> bool:
    """Numbers with marks between them or a month's name; or six or eight digits, or three numbers, alone."""
    window = tokens[start:end]
    if not all(_has_digit(token) or month_named(fold(token)) for token in (window[0], window[-1])):
        return False
    if not all(token.isdecimal() for token in window):
        return any(map(_has_digit, window))
    alone = not any(_has_digit(token) for token in (tokens[start - 1 : start] + tokens[end : end + 1]))
    return alone and (len(window) == 3 or bool(_compact(window)))


def _compact(tokens: list[str]) -> str:
    """Six or eight digits, which can be a date and another number as well; "" for anything else."""
    return tokens[0] if len(tokens) == 1 and tokens[0].isdecimal() and len(tokens[0]) in (6, 8) else ""


def _surely_date(written: str) -> bool:
    """Whether a day, month and year stand apart, so that a refusal is worth telling while one types."""
    parts = re.findall(r"\d+|[^\W\d_]+", written)
    return len(parts) >= 3 and not written.replace(" ", "").isdecimal()


def _has_digit(token: str) -> bool:
    return any(character.isdecimal() for character in token)


def _is_number(token: str) -> bool:
    return _has_digit(token) and not any(character.isalpha() for character in token)


def _unfinished_date(number: str) -> bool:
    return bool(re.search(r"\d\s*[/.]", number)) and _digits_in(number) < phones.FEWEST_DIGITS


def _first_number(tokens: list[str]) -> str:
    """The first run of number tokens, "07700 900 123"; with its marks, which tell a phone's country."""
    run: list[str] = []
    for token in tokens:
        if _is_number(token):
            run.append(token)
        elif run:
            break
    return " ".join(run)


def _names(tokens: list[str]) -> list[str]:
    """What is left for names: not the numbers, the e-mail address, or the "No." of "No. 004821"."""
    pairs = enumerate(pairwise(tokens))
    labels = {at for at, (token, following) in pairs if _is_label(token) and _is_number(following)}
    kept = [token for at, token in enumerate(tokens) if at not in labels]
    return [token for token in kept if not _has_digit(token) and "@" not in token]


def _is_label(token: str) -> bool:
    return fold(token) in _NUMBER_WORDS


def _spaced_identifier(tokens: list[str]) -> str | None:
    """An identifier typed in small groups whose letters stand alone or in pairs: "QQ 12 34 56 C"."""
    letters = [token for token in tokens if not _has_digit(token)]
    groups = [token for token in tokens if _has_digit(token)]
    short = all(len(token) <= 2 and token.isascii() for token in letters)
    grouped = len(groups) > 1 and all(token.isdecimal() and len(token) <= 3 for token in groups)
    whole = plain_identifier("".join(tokens))
    return whole if letters and short and grouped and _digits_in(whole) >= FEWEST_ID_DIGITS else None


def _identifier(tokens: list[str], number: str) -> str | None:
    """A token of letters and digits, else a long enough number."""
    mixed = [plain_identifier(token) for token in tokens if _has_digit(token) and not _is_number(token)]
    telling = [candidate for candidate in mixed if _digits_in(candidate) >= FEWEST_DIGITS_AMONG_LETTERS]
    plain = plain_identifier(number)
    return next(iter(telling), plain if len(plain) >= FEWEST_ID_DIGITS else None)


def _digits_in(text: str) -> int:
    return sum(character.isdecimal() for character in text)


def _registration(names: str, birth_date: str | None, number: str, tokens: list[str], country: str) -> Registration:
    family, given = _family_and_given(names)
    email = next((token.strip(",;<>") for token in tokens if "@" in token), "")
    phone = phones.normalise(number, country) if phones.is_likely(number, country) else ""
    found = Registration()
    if family:
        found["family_name"] = family
    if given:
        found["given_name"] = given
    if birth_date:
        found["birth_date"] = birth_date
    if phone:
        found["phone"] = phone
    if email:
        found["email"] = email
    return found


def _family_and_given(names: str) -> tuple[str, str]:
    """The part before a comma is the family name; else capitals are ("Maria LOPEZ"); else the first word,
    with the particles before it ("van den berg pieter")."""
    family, comma, given = names.strip(" ,").partition(",")
    if comma:
        return capitalised(family), capitalised(given.replace(",", " "))
    typed = family.split()
    shouted = [word for word in typed if word.isupper() and len(word) > 1]
    if shouted and not all(map(str.isupper, typed)):
        return capitalised(" ".join(shouted)), capitalised(" ".join(w for w in typed if w not in shouted))
    leading = next((at for at, word in enumerate(typed) if not _leans_on_next(word)), len(typed))
    return capitalised(" ".join(typed[: leading + 1])), capitalised(" ".join(typed[leading + 1 :]))


def _leans_on_next(word: str) -> bool:
    return fold(word) in PARTICLES | JOINS_NEXT
