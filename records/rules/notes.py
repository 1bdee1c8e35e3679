"""A note: its sections, what stands of it in a row, and the hash that a signature is over. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from records.rules.brought import Passage

LONGEST = 160  # characters of a row's second line
BLANK = re.compile(r"\{[^{}\n]{1,40}\?\}")


@dataclass(frozen=True, slots=True)
class Part:
    """A section that a template of notes has. `key` is what is stored, `label` what is shown.

    `text` stands in it at first; with `must` nobody signs while it is empty.
    """

    key: str
    label: str
    text: str = ""
    must: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """What a kind of note asks for. A note keeps the labels with its text and is readable without it."""

    id: str
    version: int
    parts: tuple[Part, ...]
    name: str = ""

    @property
    def made_of(self) -> str:
        """Its id and version, as a note keeps them."""
        return f"{self.id} {self.version}"


SOAP = Template(
    "soap",
    1,
    (Part("s", "Subjective"), Part("o", "Objective"), Part("a", "Assessment"), Part("p", "Plan")),
    "SOAP",
)


@dataclass(frozen=True, slots=True, repr=False)
class Section:
    """A part with what was written in it, and what of it was brought forward from an earlier note."""

    key: str
    label: str
    text: str
    brought: tuple[Passage, ...] = ()

    def stored(self) -> dict[str, Any]:
        told = asdict(self) | {"brought": [asdict(each) for each in self.brought]}
        return told if self.brought else {name: value for name, value in told.items() if name != "brought"}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Section":
        passages = tuple(Passage(**each) for each in stored.get("brought") or ())
        return cls(stored["key"], stored["label"], stored["text"], passages)


def filled(sections: Sequence[Section]) -> list[Section]:
    return [each for each in sections if each.text.strip()]


def blanks(sections: Sequence[Section]) -> list[str]:
    """What an abbreviation left to be filled in: "date?" of "{date?}"."""
    return [found[1:-1] for each in sections for found in BLANK.findall(each.text)]


def left(sections: Sequence[Section]) -> list[Passage]:
    """What was brought forward, and is neither changed nor confirmed."""
    return [passage for each in sections for passage in each.brought if passage.is_left(each.text)]


def missing(sections: Sequence[Section], template: Template) -> list[str]:
    """The labels of what has to be filled in, and is not."""
    there = {each.key for each in filled(sections)}
    return [part.label for part in template.parts if part.must and part.key not in there]


def gist(sections: Sequence[Section]) -> str:
    """One line: the first sentence of the assessment, else of the plan, else of whatever was written first."""
    written = {each.key: each.text for each in filled(sections)}
    for text in [written.get("a"), written.get("p"), *written.values()]:
        if text:
            return first_sentence(text)
    return ""


def first_sentence(text: str) -> str:
    """Up to the first full stop that ends one, or the end of the first line."""
    line = " ".join(text.strip().splitlines()[0].split()) if text.strip() else ""
    ended = re.match(r".*?[.!?](?=\s+[^\Wa-z\d_]|$)", line)
    found = ended[0] if ended else line
    return found if len(found) <= LONGEST else found[: LONGEST - 1].rstrip() + "…"


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 over canonical JSON, in hex: keys in order, no spaces, UTF-8."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
