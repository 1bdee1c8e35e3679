"""The search rows of a patient: which keys find whom. Pure: from patient data to rows.

A patient with k words has k word rows and k(k-1) pair rows; names.words caps k at 5. A name of another script has the
same of its words in Latin letters, at most 3 of them (rules/latin.py); a field of the clinic's own has of its words,
without those of the name (rules/own.py).
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import permutations
from typing import Any

from clinnet.table import Key, Row, keys
from patients.models import line
from patients.rules import latin, names, own
from patients.rules.likeness import sound_pairs
from patients.rules.phones import reversed_digits
from patients.rules.typed import plain_identifier

FEWEST_PHONE_DIGITS = 4
UNSEARCHED = {"notes", "checked_at"}  # nobody is found by these, and no row of a list shows them
SEARCHED = {"mrn", "national_id"}  # unique values that people search by: their rows carry the line


def rows(clinic: str, id: str, data: Mapping[str, Any]) -> dict[Key, Row]:
    """Every search row of the patient `id`, by key. A merged or empty record has none in the list."""
    content = {"id": id, "line": line(data)}
    found = _word_keys(clinic, id, data) | _other_keys(clinic, id, data)
    found.add(list_key(clinic, id, data))
    return {key: {"PK": key.pk, "SK": key.sk} | content for key in found}


def list_key(clinic: str, id: str, data: Mapping[str, Any]) -> Key:
    return keys.list_row(clinic, initial(data), names.list_key_of(data), id)


def initial(data: Mapping[str, Any]) -> str:
    """The bucket of the alphabetical list."""
    return names.initial(names.list_key_of(data))


def _word_keys(clinic: str, id: str, data: Mapping[str, Any]) -> set[Key]:
    words = names.words_of(data)
    spelled, new = latin.words_of(data)
    found = _keys_of(clinic, id, words, set(words)) | _keys_of(clinic, id, spelled, new)
    return found.union(*(_keys_of(clinic, id, each, set(each)) for each in own.words_of(data)))


def _keys_of(clinic: str, id: str, words: Sequence[str], telling: Collection[str]) -> set[Key]:
    """Of each word that is `telling`, and of each pair with one of them."""
    found = set()
    for word in (each for each in words if each in telling):
        rest = [other for other in words if other != word]
        found.add(keys.word_row(clinic, names.bucket(word), " ".join([word, *rest]), id))
    for first, second in permutations(words, 2):
        if first in telling or second in telling:
            rest = [other for other in words if other not in (first, second)]
            spelled = " ".join([second, first, *rest])
            found.add(keys.pair_row(clinic, names.bucket(first), second[:1], spelled, id))
    return found


def _other_keys(clinic: str, id: str, data: Mapping[str, Any]) -> set[Key]:
    words = names.words_of(data)
    found = {keys.sound_row(clinic, code, other, id) for code, other in sound_pairs(latin.in_latin(data))}
    for phone in data.get("phones") or []:
        digits = reversed_digits(phone.get("number", ""))[::-1]
        if len(digits) >= FEWEST_PHONE_DIGITS:
            found.add(keys.phone_row(clinic, digits, id))
    if data.get("birth_date"):
        found.add(keys.born_row(clinic, data["birth_date"], " ".join(words), id))
    return found


def unique_keys(clinic: str, data: Mapping[str, Any]) -> dict[str, Key]:
    """The values that only one patient of a clinic may have, by attribute."""
    found = {}
    if data.get("mrn"):
        found["mrn"] = keys.record_number(clinic, data["mrn"])
    if data.get("national_id"):
        found["national_id"] = keys.national_id(clinic, plain_identifier(data["national_id"]))
    for each in data.get("identifiers") or []:
        if each.get("value"):
            found[f"identifier {each.get('system', '')} {each['value']}"] = keys.identifier(
                clinic, each.get("system", ""), each["value"]
            )
    return found


def unique_row(attribute: str, key: Key, id: str, data: Mapping[str, Any]) -> Row:
    row = {"PK": key.pk, "SK": key.sk, "id": id, "type": "UNIQUE"}
    return row | ({"line": line(data)} if attribute in SEARCHED else {})
