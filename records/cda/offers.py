"""What an entry of a document would become in a chart. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, tostring

from records.lines import AllergyLine, ImmunisationLine, MedicineLine, ProblemLine, ResultLine

Line = AllergyLine | ProblemLine | MedicineLine | ImmunisationLine | ResultLine
ALG, PROB, MED, IMM, RES = "ALG", "PROB", "MED", "IMM", "RES"  # kinds, as records/models.py has them
NONE_KNOWN = "NONE"  # the kind of "no known allergies", which has no line


@dataclass(frozen=True, slots=True, repr=False)
class Offer:
    """One entry. `kind` is ALG, PROB, MED, IMM, RES or NONE_KNOWN; `line` what would be recorded.

    `words` and `more` are shown. `over`: it has ended, by a key of ending.REASONS, `until` an ISO date. `why_not`: why
    it is only shown. `key` is the same whenever the document is read.
    """

    kind: str
    words: str
    line: Line | None = None
    more: str = ""
    over: str = ""
    until: str = ""
    why_not: str = ""
    key: str = ""


def keyed(found: Iterable[tuple[Element, Offer]]) -> Iterator[Offer]:
    """Each with its key: a digest of what the entry says, and its number among those that say the same."""
    seen: Counter[str] = Counter()
    for element, offer in found:
        digest = hashlib.sha256(offer.kind.encode() + tostring(element)).hexdigest()[:20]
        seen[digest] += 1
        yield replace(offer, key=digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
