"""Finding a patient by whatever somebody knows: one question to the table, whatever the clinic's size.

One word asks its word rows; two ask the pair row (the shorter names the bucket, the longer starts the key); a birth
date, the end of a phone number or a record number ask theirs. What sounds alike is asked when little was found, and
what may be written otherwise when nothing was.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from jellyfish import damerau_levenshtein_distance

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.table import Range, Row, Scope, find_row, keys, query, side_by_side
from patients.index import FEWEST_PHONE_DIGITS
from patients.queries import survivors
from patients.rules import names, own, spellings
from patients.rules.typed import Query, parse

ASKED = 24  # rows a question reads: some are filtered in memory
SHOWN = 8
FEW = 3
SLIP_FROM = 5  # letters: in a shorter word one slip makes another name


@dataclass(frozen=True, slots=True, repr=False)
class Hit:
    """A patient found. `line` as patients/models.py packs it; `alike` where only the sound agrees."""

    id: str
    line: Row
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """At most 8 hits; `more` where typing on would show others; `namesakes` were born on other days than typed."""

    hits: list[Hit]
    more: bool = False
    namesakes: int = 0


def understood(text: str, clinic: Clinic) -> Query:
    """What somebody typed, by the way in which dates and phones are written there."""
    typed = parse(text, formats.date_order(clinic), clinic.country, clock.today(clinic.time_zone))
    has_own = any(each.is_searched for each in own.every(clinic.patient_fields))
    return replace(typed, own=own.as_number(text)) if has_own and own.has_digit(text) else typed


def search(scope: Scope, typed: Query) -> Found:
    """Who fits what was typed, best first. Aliases of merged records lead to the survivor."""
    rows = _ask(scope, typed)
    fitting = [row for row in rows if _fits(typed, row)]
    hits = _distinct(Hit(row["id"], row["line"] | _other_name(typed, row)) for row in _fresh(scope, fitting))
    if not hits and typed.words and (typed.birth_date or typed.born):
        # Perhaps the date was misheard. They are told of, not shown: Enter must not open somebody else.
        named = search(scope, replace(typed, birth_date=None, born=""))
        return Found([], namesakes=len([hit for hit in named.hits if not hit.alike]))
    sounding: list[Hit] = []
    if len(hits) < FEW and typed.words and not (typed.birth_date or typed.born):
        sounding = _sounding_alike(scope, typed)
    if not hits and typed.words and (not sounding or len(typed.words) > 1):
        hits = _written_otherwise(scope, typed) or _mistyped(scope, typed.words)
    hits = _distinct([*hits, *sounding])
    ranked = sorted(hits, key=lambda hit: (hit.alike, bool(set("AD") & set(hit.line.get("k", "")))))
    return Found(ranked[:SHOWN], more=len(ranked) > SHOWN or len(rows) >= ASKED)


def _ask(scope: Scope, typed: Query) -> list[Row]:
    questions: list[Callable[[], list[Row]]] = [
        partial(_rows, scope, asked) for asked in _ranges(scope.clinic_id, typed)
    ]
    if typed.digits:
        number = typed.digits.zfill(6)
        for each in {number, typed.digits}:
            questions.append(partial(_unique, scope, keys.record_number(scope.clinic_id, each)))
    if typed.identifier is not None:
        questions.append(partial(_unique, scope, keys.national_id(scope.clinic_id, typed.identifier)))
        questions.append(partial(_unique, scope, keys.record_number(scope.clinic_id, typed.identifier)))
    if not questions:
        return []
    answers = side_by_side(*questions) if len(questions) > 1 else [questions[0]()]
    return [row for rows in answers for row in rows]


def _ranges(clinic: str, typed: Query) -> list[Range]:
    """Usually one. Six digits alone may be a date or a number: both are asked, side by side."""
    found = []
    if typed.birth_date:
        whole = len(typed.birth_date) == 10
        ask = keys.patients_born_on if whole else keys.patients_born_in_month
        found.append(ask(clinic, typed.birth_date))
    elif typed.words:
        found += word_ranges(clinic, sorted(typed.words, key=len, reverse=True))
    if len(typed.digits) >= FEWEST_PHONE_DIGITS:
        found.append(keys.patients_by_phone_tail(clinic, typed.digits))
    if typed.own:
        found.append(keys.patients_by_word(clinic, names.bucket(typed.own), typed.own))
    return found


def word_ranges(clinic: str, words: list[str]) -> list[Range]:
    """`words` longest first."""
    longest = words[0]
    if len(words) == 1:
        return [keys.patients_by_word(clinic, names.bucket(longest), longest)]
    second = words[1]
    if names.bucket(second) == second and len(second) < 3 and names.script(second[0]) not in ("han", "kana", "hangul"):
        # Too short to name a bucket: those whose next word starts so, and those among the first of the long word.
        bucket = names.bucket(longest)
        return [
            keys.patients_by_word(clinic, bucket, f"{longest} {second}"),
            keys.patients_by_word(clinic, bucket, longest),
        ]
    return [keys.patients_by_two_words(clinic, names.bucket(second), longest)]


def _rows(scope: Scope, asked: Range) -> list[Row]:
    return query(scope, asked, limit=ASKED).rows


def _unique(scope: Scope, key: keys.Key) -> list[Row]:
    row = find_row(scope, key)
    return [row | {"exact": True}] if row and "line" in row else []


def _fits(typed: Query, row: Row) -> bool:
    """Each typed word starts another word of the row's key."""
    if row.get("exact"):
        return True
    if typed.born and not typed.was_born_so(row["line"].get("b") or ""):
        return False
    left = keys.parse_word_row(row["SK"]).split(" ")
    for word in sorted(typed.words, key=len, reverse=True):
        match = next((each for each in left if each.startswith(word)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _other_name(typed: Query, row: Row) -> Row:
    """`o`: the name that fits what was typed, where it is not one of those that the row shows."""
    shown = names.words(row["line"].get("f", ""), row["line"].get("g", ""))
    unseen = [each for each in keys.parse_word_row(row["SK"]).split(" ") if each not in shown]
    fitting = [each for each in unseen if any(each.startswith(word) for word in typed.words)]
    explained = all(any(each.startswith(word) for each in shown) for word in typed.words)
    return {} if explained or not fitting else {"o": names.capitalised(" ".join(fitting))}


def _fresh(scope: Scope, rows: list[Row]) -> list[Row]:
    """Rows of merged records carry the line of the day of the merge: the survivor's own is read instead."""
    aliases = {row["id"] for row in rows if row.get("alias")}
    if not aliases:
        return rows
    now = survivors(scope, aliases)
    return [row | {"id": now[row["id"]].id, "line": now[row["id"]].line} if row["id"] in now else row for row in rows]


def _written_otherwise(scope: Scope, typed: Query) -> list[Hit]:
    """Whose name is written otherwise than it was typed, by rule: the way of writing that finds somebody first."""
    ways = [replace(typed, words=words) for words in spellings.others(typed.words)]
    questions = [partial(_rows, scope, each) for way in ways for each in _ranges(scope.clinic_id, way)[:1]]
    answers = side_by_side(*questions) if len(questions) > 1 else [each() for each in questions]
    for way, rows in zip(ways, answers, strict=True):
        fitting = [row for row in rows if _fits(way, row)]
        if hits := _distinct(Hit(row["id"], row["line"] | _other_name(way, row)) for row in _fresh(scope, fitting)):
            return hits
    return []


def _sounding_alike(scope: Scope, typed: Query) -> list[Hit]:
    """One question: each patient has a sound row for family and given name in both orders."""
    spoken = [names.sounds(word)[:1] for word in typed.words[:2]]
    if not all(spoken):
        return []
    codes = [code for (code,) in spoken]
    rows = query(scope, keys.patients_by_sound(scope.clinic_id, codes[0], "".join(codes[1:])), limit=ASKED).rows
    return [Hit(row["id"], row["line"], alike=True) for row in _fresh(scope, rows)]


def _mistyped(scope: Scope, words: Sequence[str]) -> list[Hit]:
    """Whose word begins like the longest typed one, and is it but for one slip of the finger. One more question."""
    longest = max(words, key=len)
    if len(longest) < SLIP_FROM:
        return []
    rows = _rows(scope, word_ranges(scope.clinic_id, [longest[: SLIP_FROM - 1]])[0])
    alike = [row for row in rows if all(_is_slip(word, row) for word in words)]
    return _distinct(Hit(row["id"], row["line"], alike=True) for row in _fresh(scope, alike))


def _is_slip(word: str, row: Row) -> bool:
    known = keys.parse_word_row(row["SK"]).split(" ")
    return any(each.startswith(word) or damerau_levenshtein_distance(word, each) == 1 for each in known)


def _distinct(hits: Iterable[Hit]) -> list[Hit]:
    found: dict[str, Hit] = {}
    for hit in hits:
        found.setdefault(hit.id, hit)
    return list(found.values())
