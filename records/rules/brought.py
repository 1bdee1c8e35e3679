"""What a note took over from an earlier one, until it is changed or confirmed. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from records.rules.word_diff import diff

MOST = 12  # passages of a section


@dataclass(frozen=True, slots=True, repr=False)
class Passage:
    """`text` came from the note `note`, signed on `on`, an ISO date. `so`: its author said that it is still so."""

    note: str
    on: str
    text: str
    so: bool = False

    def is_left(self, text: str) -> bool:
        """Whether a section of this text has it word by word, and nobody confirmed it."""
        return not self.so and bool(self.text.strip()) and self.text.strip() in text


def read(sent: str) -> tuple[Passage, ...]:
    """As a note's page sends them; what is not one of ours is left out."""
    try:
        told = json.loads(sent or "[]")
    except ValueError:
        return ()
    found = told if isinstance(told, list) else []
    return tuple(_passage(each) for each in found[:MOST] if isinstance(each, dict) and _is_one(each))


def _is_one(told: Mapping[str, Any]) -> bool:
    return all(isinstance(told.get(name), str) for name in ("note", "on", "text")) and len(str(told["on"])) == 10


def _passage(told: Mapping[str, Any]) -> Passage:
    return Passage(told["note"][:40], told["on"], told["text"].strip(), bool(told.get("so")))


def sent(passages: Iterable[Passage]) -> str:
    """The reverse of `read`; nothing for none."""
    told = [{"note": each.note, "on": each.on, "text": each.text, "so": each.so} for each in passages]
    return json.dumps(told, ensure_ascii=False) if told else ""


def share(texts: Sequence[tuple[str, Sequence[Passage]]]) -> int:
    """How much of a note, in per cent of its letters, stands as it was brought. Each text with its passages."""
    whole = sum(len(text) for text, _ in texts)
    same = sum(_same(text, "\n".join(each.text for each in passages)) for text, passages in texts if passages)
    return round(100 * same / whole) if whole else 0


def _same(text: str, before: str) -> int:
    return sum(len(piece.text) for piece in diff(before, text) if piece.how == "same")
