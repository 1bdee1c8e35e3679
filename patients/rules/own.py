"""Fields that a clinic made up for its patients: how its settings keep them, and what is kept in one.

A field keeps its number for good. One that is not asked any more stays known as `gone`, so that what was kept in it is
still told by its name.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from patients.rules.names import fold

TEXT, NUMBER, DATE, CHOICE = "text", "number", "date", "choice"
KINDS = {TEXT: "Text", NUMBER: "Number", DATE: "Date", CHOICE: "Choice"}
NAME = "own"  # the patient's attribute
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
    def told(self) -> str:
        """As the settings and their history tell it."""
        return self.label if self.kind == TEXT else f"{self.label} ({', '.join(self.choices) or self.kind})"


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
    gone = {(fold(each["label"]), each["kind"]): each["id"] for each in before if each.get("gone")}
    following = max((int(number) for number in numbers), default=0)
    found: list[dict[str, Any]] = []
    for each in typed:
        number = each.get("id") or gone.get((fold(each["label"]), each["kind"]))
        if not number:
            following += 1
            number = str(following)
        found.append({**{name: value for name, value in each.items() if value and name != "gone"}, "id": number})
    stays = {each["id"] for each in found}
    return found + [{**each, "gone": True} for each in before if each["id"] not in stays]


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
    return ""


def number(text: str) -> str | None:
    """As it is kept, with a point; None for what is no number."""
    plain = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    return plain.replace(",", ".") if _NUMBER.fullmatch(plain) else None
