"""Who somebody being registered may be already: asked while one types, and again before saving."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from clinnet.table import Range, Row, Scope, find_row, keys, query, side_by_side
from patients import queries
from patients.models import SEX_LETTERS, Patient
from patients.rules import phones
from patients.rules.likeness import Likeness, Lookup, codes_for, likeness
from patients.search import word_ranges

ASKED = 24  # rows of each question
COMPARED = 16  # patients read whole
SHOWN = 4
DIALLED = 7  # digits at a number's end: what stands before differs with where one dials from
SEXES = {letter: sex for sex, letter in SEX_LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Suspect:
    """A patient who may be the one being registered, or a relative; `likeness` says why."""

    patient: Patient
    likeness: Likeness


def likely(scope: Scope, data: Mapping[str, Any], *, but: str = "") -> list[Suspect]:
    """At most 4, the likeliest first; `but` is the id of a record that is not compared with itself.

    Two rounds: up to six questions side by side, then the patients that their rows make likeliest, in one call.
    """
    ids = [id for id in _likeliest(data, _candidates(scope, data)) if id != but]
    known = {each.id: each for each in queries.survivors(scope, ids[:COMPARED]).values() if each.id != but}
    found = [Suspect(each, how) for each in known.values() if (how := likeness(data, each.data))]
    return sorted(found, key=lambda each: each.likeness.score, reverse=True)[:SHOWN]


def _candidates(scope: Scope, data: Mapping[str, Any]) -> list[tuple[Lookup, Row]]:
    lookups = codes_for(data)
    if not lookups:
        return []
    answers = side_by_side(*(_question(scope, lookup) for lookup in lookups))
    return [(lookup, row) for lookup, rows in zip(lookups, answers, strict=True) for row in rows]


def _question(scope: Scope, lookup: Lookup) -> Callable[[], list[Row]]:
    clinic = scope.clinic_id
    match lookup.kind:
        case "national_id":
            return partial(_unique, scope, lookup.value)
        case "phone":
            return partial(_rows, scope, keys.patients_by_phone_tail(clinic, phones.tail(lookup.value, DIALLED)))
        case "born":
            return partial(_rows, scope, keys.patients_born_on(clinic, lookup.value))
        case "sound":
            return partial(_rows, scope, keys.patients_by_sound(clinic, lookup.value, lookup.second))
    words = sorted(filter(None, (lookup.value, lookup.second)), key=len, reverse=True)
    return partial(_rows, scope, word_ranges(clinic, words)[0])


def _rows(scope: Scope, asked: Range) -> list[Row]:
    return query(scope, asked, limit=ASKED).rows


def _unique(scope: Scope, national_id: str) -> list[Row]:
    row = find_row(scope, keys.national_id(scope.clinic_id, national_id))
    return [row] if row else []


def _likeliest(data: Mapping[str, Any], candidates: list[tuple[Lookup, Row]]) -> list[str]:
    """Ids by what their rows alone tell; who was found by a phone or an id is worth reading whatever the name."""
    scores: dict[str, int] = {}
    for lookup, row in candidates:
        by_name = likeness(data, _known_from(row))
        score = (by_name.score if by_name else 0) + (100 if lookup.kind in ("national_id", "phone") else 0)
        score += 200 * bool(row.get("alias"))  # the line is of the day of a merge: compare the survivor itself
        scores[row["id"]] = scores.get(row["id"], 0) + score + 1
    return sorted(scores, key=lambda id: scores[id], reverse=True)


def _known_from(row: Row) -> dict[str, Any]:
    line = row.get("line", {})
    known = {"family_name": line.get("f"), "given_name": line.get("g"), "birth_date": line.get("b")}
    return known | {"sex": SEXES.get(line.get("x", "")), "birth_estimated": "E" in line.get("k", "")}
