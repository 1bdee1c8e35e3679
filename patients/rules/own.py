"""Fields that a clinic made up for its patients: how its settings keep them, and what is kept in one.

A field keeps its number for good. One that is not asked any more stays known as `gone`, so that what was kept in it is
still told by its name. The number of a field by which patients are found begins with "s": so the rows of the search
follow from what a patient has, and from no setting that may change meanwhile.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from patients.rules.names import LONGEST_WORD, fold, typed_words

TEXT, NUMBER, DATE, CHOICE = "text", "number", "date", "choice"
KINDS = {TEXT: "Text", NUMBER: "Number", DATE: "Date", CHOICE: "Choice"}
NAME = "own"  # the patient's attribute
SEARCHED = "s"  # begins the number
MOST_SEARCHED = 2  # also of those that were taken away: each value has up to five rows, and they change with the name
MOST_WORDS = 2  # of a value
_NUMBER = re.compile(r"[+-]?\d{1,12}([.,]\d{1,6})?", re.ASCII)

Kept = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Own:
    """`which` is its number, under which patients keep their value."""

    which: str
    label: str
    kind: str = TEXT
    choices: tuple[str, ...] = ()
    gone: bool = False

    @property
    def is_searched(self) -> bool:
        return self.which.startswith(SEARCHED)

    @property
    def told(self) -> str:
        """As the settings and their history tell it."""
        also = [
            ", ".join(self.choices) or self.kind if self.kind != TEXT else "",
            "searched" if self.is_searched else "",
        ]
        said = ", ".join(each for each in also if each)
        return f"{self.label} ({said})" if said else self.label


def every(kept: Iterable[Kept] | None) -> list[Own]:
    """All that there ever were, as the clinic keeps them."""
    return [
        Own(each.get("id", ""), each["label"], each["kind"], tuple(each.get("choices") or ()), bool(each.get("gone")))
        for each in kept or ()
    ]


def asked(kept: Iterable[Kept] | None) -> list[Own]:
    return [each for each in every(kept) if not each.gone]


def settled(before: Sequence[Kept], typed: Sequence[Kept]) -> list[dict[str, Any]]:
    """What the clinic keeps from now on. A new one gets the next number; one that had been there before, its own."""
    numbers = {each["id"]: each for each in before}
    gone = {_same(each): each["id"] for each in before if each.get("gone")}
    following = max((int(number.removeprefix(SEARCHED)) for number in numbers), default=0)
    found: list[dict[str, Any]] = []
    for each in typed:
        number = each.get("id") or gone.get(_same(each))
        if not number:
            following += 1
            number = f"{SEARCHED if each.get('searched') else ''}{following}"
        plain = {name: value for name, value in each.items() if value and name not in ("gone", "searched")}
        found.append({**plain, "id": number})
    stays = {each["id"] for each in found}
    return found + [{**each, "gone": True} for each in before if each["id"] not in stays]


def _same(each: Kept) -> tuple[str, str, bool]:
    return fold(each["label"]), each["kind"], _searched(each)


def _searched(each: Kept) -> bool:
    """Of a new one as it is typed, else as it was made."""
    return each["id"].startswith(SEARCHED) if each.get("id") else bool(each.get("searched"))


def problem(before: Sequence[Kept], typed: Sequence[Kept]) -> str:
    """Why these cannot be the fields; empty where they can."""
    kinds = {each["id"]: each["kind"] for each in before}
    labels = [fold(each["label"]) for each in typed]
    for each, label in zip(typed, labels, strict=True):
        if labels.count(label) > 1:
            return f"“{each['label']}” is there twice."
        if each["kind"] == CHOICE and len(each.get("choices") or ()) < 2:
            return f"“{each['label']}” needs two choices at least, with commas between them."
        if kinds.get(each.get("id", ""), each["kind"]) != each["kind"]:
            return f"“{each['label']}” has another kind already: take it away, and add a new one."
        if each.get("id") and _searched(each) != bool(each.get("searched")):
            return f"Whether “{each['label']}” is searched was said when it was made: take it away, and add a new one."
    if sum(map(_searched, settled(before, typed))) > MOST_SEARCHED:
        return f"Patients are found by {MOST_SEARCHED} own fields at most, also counting those that were taken away."
    return ""


def number(text: str) -> str | None:
    """As it is kept, with a point; None for what is no number."""
    plain = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    return plain.replace(",", ".") if _NUMBER.fullmatch(plain) else None


def words_of(data: Kept) -> list[tuple[str, ...]]:
    """The words of each value by which the patient is found: its first two, and what has a digit as one number."""
    values = [value for which, value in sorted((data.get(NAME) or {}).items()) if which.startswith(SEARCHED)]
    letters = (" ".join(each for each in value.split() if not has_digit(each)) for value in values)
    plain = [typed_words(each)[:MOST_WORDS] for each in letters]
    return [found for found in [*plain, *((as_number(value),) for value in values if has_digit(value))] if found]


def has_digit(text: str) -> bool:
    return any(map(str.isdecimal, text))


def as_number(text: str) -> str:
    """As a number is compared, whatever is between its letters and digits: "AB-12 34" is ab1234."""
    return "".join(fold(text).split())[:LONGEST_WORD]
