"""Whether somebody being registered may be a person the clinic knows, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal, NamedTuple

from jellyfish import damerau_levenshtein_distance, jaro_winkler_similarity

from clinnet.rules.dates import is_date
from patients.rules import births, latin, names, phones
from patients.rules.typed import plain_identifier

SHOWN_FROM = 40  # of 100: less is not worth a person's attention
STRONG_FROM = 70
MOST_LOOKUPS = 6

# How two names agree. "given" and "family": that one only, while the other is known and differs.
# "part": all that can be compared, one of the two having no family or no given name.
NameKind = Literal["same", "swapped", "alike", "part", "given", "family", "other"]
BirthKind = Literal["same", "near", "part", "unknown", "different"]

_SCORES: dict[NameKind, dict[BirthKind, int]] = {
    "same": {"same": 95, "near": 80, "part": 70, "unknown": 45, "different": 20},
    "swapped": {"same": 90, "near": 70, "part": 60, "unknown": 45, "different": 0},
    "alike": {"same": 85, "near": 60, "part": 50, "unknown": 20, "different": 0},
    "part": {"same": 60, "near": 35, "part": 20, "unknown": 15, "different": 0},
    "given": {"same": 45, "near": 25, "part": 20, "unknown": 15, "different": 0},
    "family": dict.fromkeys(("same", "near", "part", "unknown", "different"), 0),
    "other": dict.fromkeys(("same", "near", "part", "unknown", "different"), 0),
}
_SAME_REACH = 35  # phone or e-mail
_SAME_ADDRESS = 10
_RELATIVE, _TWIN = 45, 50

_NAME_REASONS: dict[NameKind, str] = {
    "same": "Same name",
    "swapped": "Family and given name swapped",
    "alike": "Name sounds alike",
    "part": "Name agrees as far as it is known",
    "given": "Same given name",
}
_BIRTH_REASONS: dict[births.Nearness, str] = {
    "same": "Same birth date",
    "swapped": "Day and month swapped",
    "digit": "One digit of the birth date differs",
    "transposed": "Two digits of the birth date swapped",
    "decade": "Birth years ten apart",
    "part": "Birth date agrees as far as it is known",
}


@dataclass(frozen=True)
class Likeness:
    score: int  # of 100
    reasons: tuple[str, ...]
    relative: bool  # perhaps another person of the same family

    @property
    def strong(self) -> bool:
        return self.score >= STRONG_FROM and not self.relative

    @property
    def sentence(self) -> str:
        """ "Same birth date, name sounds alike." """
        first, *rest = self.reasons
        return ", ".join([first, *(reason[0].lower() + reason[1:] for reason in rest)]) + "."


class Lookup(NamedTuple):
    """One question that finds candidates.

    national_id: plain_identifier's form. phone: E.164 or as typed. born: an ISO date. sound: the codes of a family
    and a given name, as sound_pairs gives them. words: one or two folded words, where a script has no sounds.
    """

    kind: Literal["national_id", "phone", "born", "sound", "words"]
    value: str
    second: str = ""


class _Compared(NamedTuple):
    name: NameKind
    birth: BirthKind
    birth_reason: str
    reached: tuple[str, ...]  # by the same phone or e-mail
    address: bool

    @property
    def shared(self) -> tuple[str, ...]:
        return (*self.reached, *(["Same address"] if self.address else []))


def likeness(typed: Mapping[str, Any], known: Mapping[str, Any]) -> Likeness | None:
    """How like the person being registered a known patient is; None when not worth showing.

    Both as they are kept: phones through phones.normalise, dates ISO. Neither side is favoured.
    """
    if _shares_identifier(typed, known):
        return Likeness(100, ("Same national id",), relative=False)
    birth, birth_reason = _compare_births(typed, known)
    name, reached = _compare_names(typed, known), tuple(_same_reach(typed, known))
    compared = _Compared(name, birth, birth_reason, reached, _same_address(typed, known))
    return _duplicate(compared) if _SCORES[name][birth] else _relative(compared)


# Which of these agree enough that a number which two records share is one person's. Else a person decides: numbers
# are mistyped, and families share them.
_ENOUGH: dict[NameKind, tuple[BirthKind, ...]] = {
    "same": ("same", "near", "part", "unknown"),
    "alike": ("same", "near", "part", "unknown"),
    "swapped": ("same", "near", "part"),
    "part": ("same", "near", "part"),
    "given": ("same", "part"),  # married
    "family": ("same",),  # and a short form of the given name
}
NAMELESS = "Unknown"  # the family name of who has none yet
FEWEST_LETTERS = 3  # that two forms of a given name have in common: Kate and Katherine, Nora and Leonora


def are_one(theirs: Mapping[str, Any], ours: Mapping[str, Any], *, same_source: bool) -> bool:
    """Whether two records that share a number are one person's: family name or birth date has to agree too.

    `same_source`: it is the very record from which ours came, so that one of the two may have been corrected.
    """
    name, (birth, _) = _compare_names(theirs, ours), _compare_births(theirs, ours)
    if not same_source and (_is_unnamed(theirs) or _is_unnamed(ours)):
        return birth == "same"
    if same_source:
        return (
            birth in ("same", "near", "part")
            or name in ("same", "alike", "swapped")
            or (birth == "unknown" and name in ("part", "given", "family"))
        )
    if (name, birth) == ("part", "unknown"):
        return bool(_agree(_families(theirs), _families(ours)))
    if birth not in _ENOUGH.get(name, ()):
        return False
    if name == "given" and {theirs.get("sex"), ours.get("sex")} == {"female", "male"}:
        return False
    return name != "family" or _is_short_form(theirs, ours)


def _is_unnamed(data: Mapping[str, Any]) -> bool:
    """A newborn of a file, who has a number before a name: that two have none does not make them one."""
    return data.get("family_name") == NAMELESS and not data.get("given_name")


def _is_short_form(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    for one in (word for option in _givens(theirs) for word in option):
        for other in (word for option in _givens(ours) for word in option):
            shorter, longer = sorted((one, other), key=len)
            if len(shorter) >= FEWEST_LETTERS and (shorter in longer or longer[:3] == shorter[:3]):
                return {theirs.get("sex"), ours.get("sex")} != {"female", "male"}
    return False


def _duplicate(by: _Compared) -> Likeness | None:
    score = _SCORES[by.name][by.birth] + bool(by.reached) * _SAME_REACH + by.address * _SAME_ADDRESS
    reasons = filter(None, (by.birth_reason, _NAME_REASONS[by.name], *by.shared))
    return Likeness(min(99, score), tuple(reasons), relative=False) if score >= SHOWN_FROM else None


def _relative(by: _Compared) -> Likeness | None:
    """Who shares a phone; a family name and an address; or, as twins do, a family name and a birth date."""
    family = by.name == "family"
    if family and by.birth == "same":
        reasons = ("Same family name and birth date", "Another given name", *by.shared)
        return Likeness(_TWIN, reasons, relative=True)
    if by.reached or (family and by.address):
        differs = "Another given name" if by.name in ("family", "other") else "Another birth date"
        return Likeness(_RELATIVE, (*by.shared, differs), relative=True)
    return None


def _shares_identifier(typed: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    one, other = (plain_identifier(data.get("national_id") or "") for data in (typed, known))
    return bool(one) and one == other


def _same_reach(typed: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[str]:
    if any(phones.same(one, other) for one in _numbers(typed) for other in _numbers(known)):
        yield "Same phone"
    mails = {(data.get("email") or "").strip().casefold() for data in (typed, known)}
    if len(mails) == 1 and mails != {""}:
        yield "Same e-mail"


def _numbers(data: Mapping[str, Any]) -> list[str]:
    """The preferred phone first."""
    listed = sorted(data.get("phones") or [], key=lambda phone: not phone.get("preferred"))
    return [phone["number"] for phone in listed if phone.get("number")]


def _same_address(typed: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    lines = []
    for data in (typed, known):
        address = data.get("address") or {}
        town = address.get("postcode") or address.get("city") or ""
        lines.append((names.fold(address.get("line") or ""), names.fold(town).replace(" ", "")))
    return lines[0] == lines[1] and all(lines[0])


# --- Birth dates


def _compare_births(typed: Mapping[str, Any], known: Mapping[str, Any]) -> tuple[BirthKind, str]:
    one, other = typed.get("birth_date") or "", known.get("birth_date") or ""
    if not is_date(one) or not is_date(other):
        return "unknown", ""
    nearness = births.near(one, other)
    if nearness == "same" and len(one) == 10:
        return "same", _BIRTH_REASONS["same"]
    if nearness in ("same", "part"):
        return "part", _BIRTH_REASONS["part"]
    if nearness:
        return "near", _BIRTH_REASONS[nearness]
    estimated = typed.get("birth_estimated") or known.get("birth_estimated")
    if estimated and abs(int(one[:4]) - int(other[:4])) <= 2:
        return "part", "Estimated age agrees"
    return "different", ""


# --- Names


class _Level(IntEnum):
    DIFFERENT = 0
    ALIKE = 1
    SAME = 2


def _compare_names(typed: Mapping[str, Any], known: Mapping[str, Any]) -> NameKind:
    """As they are written; of two scripts in Latin letters, in which they can be alike and never the same."""
    found = _compare_written(typed, known)
    spelled, known_spelled = latin.in_latin(typed), latin.in_latin(known)
    if found != "other" or (spelled is typed) == (known_spelled is known):
        return found
    found = _compare_written(spelled, known_spelled)
    return "alike" if found == "same" else found


def _compare_written(typed: Mapping[str, Any], known: Mapping[str, Any]) -> NameKind:
    if _joined(typed) == _joined(known) != "":
        return "same"
    family = _agree(_families(typed), _families(known))
    given = _agree(_givens(typed), _givens(known))
    if given == _Level.ALIKE and {typed.get("sex"), known.get("sex")} == {"female", "male"}:
        given = _Level.DIFFERENT  # Maria and Mario, Daniel and Danielle
    if family is None or given is None:
        everything = _agree([names.words_of(typed)], [names.words_of(known)])
        return "part" if everything else "other"
    if family and given:
        return "same" if family == given == _Level.SAME else "alike"
    if _agree(_families(typed), _givens(known)) and _agree(_givens(typed), _families(known)):
        return "swapped"
    return "given" if given else "family" if family else "other"


def _joined(data: Mapping[str, Any]) -> str:
    """The whole name without spaces, so that it does not matter where it was divided."""
    return names.list_key(data.get("family_name") or "", data.get("given_name") or "").replace(" ", "")


def _families(data: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The family name, and what stands for it in other names (a maiden name, an alias)."""
    given = names.words(data.get("given_name") or "")
    others = (tuple(w for w in names.words(name) if w not in given) for name in data.get("other_names") or [])
    return [option for option in (names.words(data.get("family_name") or ""), *others) if option]


def _givens(data: Mapping[str, Any]) -> list[tuple[str, ...]]:
    written = names.words(f"{data.get('given_name') or ''} {data.get('further_names') or ''}")
    return [option for option in (written, names.words(data.get("preferred_name") or "")) if option]


def _agree(one: list[tuple[str, ...]], other: list[tuple[str, ...]]) -> _Level | None:
    """The best that any two options agree; None when there is nothing to compare."""
    return max((_words_agree(a, b) for a in one for b in other if a and b), default=None)


def _words_agree(one: tuple[str, ...], other: tuple[str, ...]) -> _Level:
    """Each word of the shorter name has its like in the longer: García is García López. Of one length, in both."""
    shorter, longer = sorted((one, other), key=len)
    found = _all_in(shorter, longer)
    return min(found, _all_in(longer, shorter)) if len(one) == len(other) else found


def _all_in(shorter: tuple[str, ...], longer: tuple[str, ...]) -> _Level:
    return min(max(_word_agrees(word, each) for each in longer) for word in shorter)


def _word_agrees(one: str, other: str) -> _Level:
    if one == other:
        return _Level.SAME
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == 1:  # an initial
        return _Level.ALIKE if longer.startswith(shorter) and names.script(shorter) == "latin" else _Level.DIFFERENT
    likeness = jaro_winkler_similarity(one, other)
    typing_slip = len(shorter) >= 5 and damerau_levenshtein_distance(one, other) == 1
    sounds_alike = likeness >= 0.7 and bool(set(names.sounds(one)) & set(names.sounds(other)))
    close = likeness >= 0.92 and len(shorter) >= 4
    return _Level.ALIKE if typing_slip or sounds_alike or close else _Level.DIFFERENT


# --- Finding candidates


def sound_pairs(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The rows by which a patient is found by sound: a code, then the first code of the other name.

    Both orders are there, so that a swapped name is found by the same single question. At most 12.
    """
    families = [word for option in _families(data) for word in option][:3]
    given = next(iter(names.words(data.get("given_name") or "")), "")
    pairs: dict[tuple[str, str], None] = {}
    for family in families or [""]:
        for word, other in ((family, given), (given, family)):
            rest = next(iter(names.sounds(other)), "")
            pairs.update(dict.fromkeys((code, rest) for code in names.sounds(word)))
    return tuple(pairs)


def codes_for(data: Mapping[str, Any]) -> tuple[Lookup, ...]:
    """The few questions whose answers hold every candidate worth comparing, the most telling first."""
    return tuple(dict.fromkeys(_lookups(data)))[:MOST_LOOKUPS]


def _lookups(data: Mapping[str, Any]) -> Iterator[Lookup]:
    if national_id := plain_identifier(data.get("national_id") or ""):
        yield Lookup("national_id", national_id)
    yield from (Lookup("born", day) for day in _days(data.get("birth_date") or ""))
    yield from _by_name(data)
    dialled = [number for number in _numbers(data) if len(phones.tail(number)) == 4]
    yield from (Lookup("phone", number) for number in dialled[:2])


def _days(birth_date: str) -> Iterable[str]:
    """A whole date, and the same with day and month swapped where that is another date."""
    if not is_date(birth_date) or len(birth_date) != 10:
        return []
    year, month, day = birth_date.split("-")
    return [birth_date, f"{year}-{day}-{month}"] if int(day) <= 12 else [birth_date]


def _by_name(data: Mapping[str, Any]) -> Iterator[Lookup]:
    """By sound; a name of another script by its words too, which tell apart what sounds alike in Latin letters."""
    spelled = latin.in_latin(data)
    family, given = _first_words(spelled)
    codes = [next(iter(names.sounds(word)), "") for word in family + given]
    heard = bool(codes) and all(codes)
    if spelled is not data or not heard:
        yield from _by_words(*_first_words(data))
    if heard:
        yield Lookup("sound", codes[0], *codes[1:])


def _first_words(data: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of family and given name, where there is one."""
    return names.words(data.get("family_name") or "")[:1], names.words(data.get("given_name") or "")[:1]


def _by_words(family: tuple[str, ...], given: tuple[str, ...]) -> Iterator[Lookup]:
    if family or given:
        together = names.words(*family, *given)
        apart = len(together) > 1 and together[0] in family
        yield Lookup("words", together[0], together[1] if apart else "")
