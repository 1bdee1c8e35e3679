"""Reads of a part of a chart. Each kind, and each day, is a key range of its own: nothing is read that is not shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from clinnet.table import Page, Range, Row, Scope, keys
from patients import timeline
from patients.models import Patient
from records.lines import EntryLine
from records.models import FILE, IMM, LET, MED, NOTE, OBS, ORD, PROB, RES

KINDS: Mapping[str, tuple[str, str]] = {
    "notes": (NOTE, "Notes"),
    "results": (RES, "Results"),
    "medicines": (MED, "Medicines"),
    "measurements": (OBS, "Measurements"),
    "vaccines": (IMM, "Vaccines"),
    "problems": (PROB, "Problems"),
    "orders": (ORD, "Orders"),
    "documents": (FILE, "Documents"),
    "letters": (LET, "Letters"),
}
ROWS = 30
PAGE, MOST = 100, 1_000  # rows that are looked through for words, at once and in all


@dataclass(frozen=True, slots=True)
class Wanted:
    """`kind` is a key of KINDS; `until` an ISO date; `words` are looked for in the rows of entries.

    `mine`: only those that stand under the reader's name.
    """

    kind: str = ""
    until: str = ""
    words: str = ""
    mine: bool = False

    def of(self) -> Callable[[str], Range]:
        if self.kind:
            return partial(keys.chart_of_kind, kind=KINDS[self.kind][0])
        return partial(keys.chart_to_day, day=self.until) if self.until else keys.chart_until


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """`looked` rows were looked through; `following` is a cursor, empty at the end."""

    rows: list[Row]
    following: str
    looked: int


def find(scope: Scope, patient: Patient, wanted: Wanted, cursor: str = "") -> Found:
    """A page; of what is looked for (words, mine) as many as hold a page of finds, up to MOST rows, in lines alone."""
    of, words = wanted.of(), wanted.words.casefold().split()
    if not words and not wanted.mine:
        raws, following = timeline.newest(scope, patient, of, ROWS, cursor)
        return Found(Page(raws).rows, following, len(raws))
    found: list[Row] = []
    looked = 0
    while True:
        raws, cursor = timeline.newest(scope, patient, of, PAGE, cursor)
        looked += len(raws)
        found += [row for row in Page(raws).rows if _fits(row, words, scope.actor.name if wanted.mine else "")]
        if not cursor or len(found) >= ROWS or looked >= MOST:
            return Found(found, cursor, looked)


def _fits(row: Row, words: list[str], who: str) -> bool:
    line = EntryLine.unpack(row.get("line"))
    if who and line.who != who:
        return False
    text = f"{line.title} {line.who} {line.gist}".casefold()
    return all(each in text for each in words)
