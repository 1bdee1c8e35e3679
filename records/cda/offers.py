"""What an entry of a document would become in a chart. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree.ElementTree import Element, tostring

from records.lines import AllergyLine, ImmunisationLine, MeasuredLine, MedicineLine, ProblemLine, ResultLine

ALG, PROB, MED, IMM, RES, OBS = "ALG", "PROB", "MED", "IMM", "RES", "OBS"  # kinds, as records/models.py has them
NONE_KNOWN = "NONE"  # the kind of "no known allergies", which has no line


@dataclass(frozen=True, slots=True, repr=False)
class MeasuredSet:
    """What was measured at once, by kind, on an ISO date; `time` by the sender's clock ("10:15"), empty if not said."""

    values: Mapping[str, MeasuredLine] = field(default_factory=dict)
    on: str = ""
    time: str = ""

    def pack(self) -> dict[str, Any]:
        return {kind: line.pack() for kind, line in self.values.items()}


Line = AllergyLine | ProblemLine | MedicineLine | ImmunisationLine | ResultLine | MeasuredSet


@dataclass(frozen=True, slots=True, repr=False)
class Offer:
    """One entry. `kind` is ALG, PROB, MED, IMM, RES, OBS or NONE_KNOWN; `line` what would be recorded.

    `words` and `more` are shown. `over`: it has ended, by a key of ending.REASONS, `until` an ISO date. `why_not`: why
    it is only shown. `key` is the same whenever the document is read, `sender` whose it is.
    """

    kind: str
    words: str
    line: Line | None = None
    more: str = ""
    over: str = ""
    until: str = ""
    why_not: str = ""
    key: str = ""
    sender: str = ""


def keyed(found: Iterable[tuple[Element, Offer]], sender: str) -> Iterator[Offer]:
    """Each with its sender and key: a digest of what the entry says, and its number among those that say the same."""
    seen: Counter[str] = Counter()
    for element, offer in found:
        digest = hashlib.sha256(offer.kind.encode() + tostring(element)).hexdigest()[:20]
        seen[digest] += 1
        yield replace(offer, key=digest if seen[digest] == 1 else f"{digest}-{seen[digest]}", sender=sender)
