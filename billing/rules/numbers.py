"""Numbers of documents, which leave no gap, and the chain of digests that shows that none was changed or left out."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INVOICE, CREDIT = "INVOICE", "CREDIT"
PREFIX = {INVOICE: "", CREDIT: "CN-"}
TYPED = re.compile(r"(CN[- ]?)?(?:(\d{4})[-/ ])?(\d{1,6})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Counter:
    """The last number of a series: how many were given, on which day the last one, and its digest. Days never go
    back."""

    series: str  # INVOICE or CREDIT
    year: int
    n: int = 0
    day: str = ""
    head: str = ""

    @property
    def number(self) -> str:
        """As people read it: 2026-004821, CN-2026-000031."""
        return f"{PREFIX[self.series]}{self.year}-{self.n:06}"

    @property
    def name(self) -> str:
        """As the table keeps it."""
        return f"{self.series}#{self.year}"

    def next(self, day: str, document: Mapping[str, Any]) -> "Counter":
        """The one that follows, of a document that is issued on `day`."""
        following = Counter(self.series, self.year, self.n + 1, max(self.day, day))
        head = chained(self.head, {**document, "number": following.number, "day": following.day})
        return Counter(self.series, self.year, following.n, following.day, head)


def read(typed: str, year: int) -> Counter | None:
    """As somebody types a number: 2026-004821, cn-2026-31, 4821 of `year`. None where it is none."""
    found = TYPED.fullmatch(typed.strip())
    if found is None or not int(found[3]):
        return None
    return Counter(CREDIT if found[1] else INVOICE, int(found[2] or year), int(found[3]))


def chained(head: str, document: Mapping[str, Any]) -> str:
    """The digest of a document and of all that were issued before it. What is empty does not count."""
    content = {name: value for name, value in document.items() if value not in (None, "", [], {})}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=int)
    return hashlib.sha256(f"{head}|{text}".encode()).hexdigest()


def reference(id: str) -> str:
    """What a payment is called, by the end of its id: K7Q4-2M9X."""
    return f"{id[-8:-4]}-{id[-4:]}"
