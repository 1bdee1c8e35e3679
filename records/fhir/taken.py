"""What a chart keeps of a file: one Taken for each item, and the names of what it came from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from clinnet.rules import dates
from patients.fhir.parts import Json, Version, text
from records.fhir.letters import LetterBody
from records.rules.notes import Section

ENTRY, NOTE, ADDENDUM, ASKED = "ENTRY", "NOTE", "ADDENDUM", "ASKED"  # beside the kinds of records/models.py
LETTER = "LET"
IN_ERROR = "entered-in-error"
OBSERVATION = "Observation/"  # before the id of one
EPOCH = datetime.fromisoformat(dates.UNKNOWN)


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """One resource of a set or a report: as it is read, as it is kept, and the version that it has of its own."""

    body: Json
    kept: Json
    version: Version = field(default_factory=Version)

    @property
    def name(self) -> str:
        """By its own id; what has none is nobody's, and empty."""
        return name(self.body) if text(self.body.get("id")) else ""

    @property
    def is_wrong(self) -> bool:
        return errored(self.body) == "errored"

    def in_error(self) -> "Part":
        return replace(self, body={**self.body, "status": IN_ERROR}, kept={**self.kept, "status": IN_ERROR})


@dataclass(frozen=True, slots=True, repr=False)
class Taken:
    """One thing of a chart. `key` is the same in each export of it; `encounter` the key of its entry, or empty.

    `content` is the packed line of its kind. `state` is current, ended or errored, `why` it ended. `kept` are the
    resources that it came from, as an item keeps them.
    """

    kind: str
    key: str
    at: datetime
    content: Mapping[str, Any]
    kept: str
    encounter: str = ""
    state: str = "current"
    why: str = ""
    until: datetime | None = None  # when it ended, where that is said
    by: str = ""
    title: str = ""
    sections: tuple[Section, ...] = ()
    letter: LetterBody | None = None
    appends: str = ""  # of an addendum: the key of its note
    answers: str = ""  # of a result: the key of its order
    version: Version = field(default_factory=Version)
    parts: tuple[Part, ...] = ()  # of a set or a report, which comes first of its own
    at_said: str = ""  # of a set: its time, as written
    lacks: tuple[str, ...] = ()  # of a report: references to values that the file does not have
    seen: tuple[str, ...] = ()  # digests of parts that something else took the place of
    is_settled: bool = False  # each part was held against what came before

    @property
    def is_set(self) -> bool:
        """Its key is of its Observations' time, where that of a report is its resource's."""
        return bool(self.parts) and self.key.startswith(f"{self.kind} ")

    @property
    def values(self) -> tuple[Part, ...]:
        """The Observations that it is made of."""
        return self.parts if self.is_set else self.parts[1:]

    @property
    def place(self) -> str:
        """Of a set without its number: what is of one time and encounter."""
        return self.key.rpartition(" ")[0] if self.is_set else self.key


def name(body: Json) -> str:
    return f"{text(body.get('resourceType'))}/{text(body.get('id'))}"


def set_key(kind: str, encounter: str, at: str, number_: int) -> str:
    return f"{kind} {encounter} {at} {number_}"


def errored(body: Json) -> str:
    return "errored" if text(body.get("status")) == IN_ERROR else "current"
