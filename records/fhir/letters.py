"""A signed letter as one of the contents of its DocumentReference, and back: JSON of our own beside the text. Pure."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from patients.fhir.parts import Json, lines, text, thing, things
from records.rules.letters import LONGEST
from records.rules.notes import Section

FORMAT = {"system": "urn:clinnet:letter", "code": "1"}
LETTER = "51852-2"  # LOINC: letter
LONGEST_TO, LONGEST_TITLE, MOST_LINES = 400, 80, 60
HEAD, ABOUT = ("name", "address", "phone"), ("patient", "born", "number")


@dataclass(frozen=True, slots=True, repr=False)
class LetterBody:
    """What stands on its paper, as letters/models.Letter has it: `since` and `until` are both ISO dates, or empty."""

    title: str
    to: str
    text: str
    facts: list[dict[str, Any]]
    head: Mapping[str, str]
    about: Mapping[str, str]
    since: str = ""
    until: str = ""

    @property
    def sections(self) -> list[Section]:
        """For whoever reads it as text."""
        told = [Section(f"f{n}", each["head"], "\n".join(each["lines"])) for n, each in enumerate(self.facts)]
        return [Section("to", "To", self.to), Section("text", "Text", self.text), *told]


def content(letter: LetterBody) -> dict[str, Any]:
    data = json.dumps(asdict(letter), ensure_ascii=False, sort_keys=True).encode()
    attached = {"contentType": "application/json", "data": base64.b64encode(data).decode(), "title": letter.title}
    return {"attachment": attached, "format": FORMAT}


def letter_of(body: Json) -> LetterBody | None:
    """Of a DocumentReference that has it; None where it is another's, or is not whole."""
    ours = (each for each in things(body.get("content")) if thing(each.get("format")) == FORMAT)
    data = thing(next(ours, {}).get("attachment")).get("data")
    try:
        read = thing(json.loads(base64.b64decode(data, validate=True))) if isinstance(data, str) else {}
    except (binascii.Error, ValueError, RecursionError):
        return None
    since, until = _day(read.get("since")), _day(read.get("until"))
    made = LetterBody(
        text(read.get("title"), LONGEST_TITLE),
        lines(read.get("to"), LONGEST_TO),
        lines(read.get("text"), LONGEST),
        _facts(read),
        _words(read.get("head"), HEAD),
        _words(read.get("about"), ABOUT),
        *((since, until) if since and since <= until else ("", "")),
    )
    return made if made.title and made.text.strip() else None


def _facts(read: Json) -> list[dict[str, Any]]:
    told = [
        {
            "head": text(each.get("head")),
            "lines": [said for one in _list(each.get("lines")) if (said := text(one, 500))],
        }
        for each in things(read.get("facts"))
    ]
    return [each for each in told if each["head"] and each["lines"]]


def _list(value: object) -> list[object]:
    return value[:MOST_LINES] if isinstance(value, list) else []


def _words(value: object, names: tuple[str, ...]) -> dict[str, str]:
    return {name: text(thing(value).get(name), 500) for name in names}


def _day(value: object) -> str:
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) else ""
    except ValueError:
        return ""
