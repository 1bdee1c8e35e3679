"""The rows of boards as they were read last, kept in the process: of a day's hundred a few differ at the next look.

A board is always read whole and consistently, so that what was saved is what is seen, whichever process saved it. What
is kept spares the reading of a row that came back just as it was: it is compared whole.
"""

from dataclasses import dataclass, field

from clinnet.table import Key, keys
from clinnet.table.kept import Latest
from clinnet.table.values import Raw, row_from_raw, weight
from scheduling.board.services.cards import Card

DAYS = 24  # boards that are kept, of all clinics: some 2 kB a row
CARD, NOTE = "CARD", "NOTE"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A row of a day's partition: a note, or a card or block. `changed` is its place among the changes, at `stamp`."""

    raw: Raw = field(repr=False)
    type: str
    id: str
    changed: str
    stamp: str
    note: str = field(repr=False)
    card: Card | None = field(repr=False)
    weight: int


_days = Latest[str, dict[str, BoardRow]](DAYS)


def weigh(raw: Raw) -> int:
    """Bytes of a row of a board."""
    before = (_days.get(raw["PK"]["S"]) or {}).get(raw["SK"]["S"])
    return before.weight if before is not None and before.raw == raw else weight(raw)


def rows(raws: list[Raw]) -> list[BoardRow]:
    """Of one day, in the order of `raws`."""
    if not raws:
        return []
    day = raws[0]["PK"]["S"]
    before = _days.get(day) or {}
    found = [_row(raw, before.get(raw["SK"]["S"])) for raw in raws]
    _days.put(day, {each.raw["SK"]["S"]: each for each in found})
    return found


def _row(raw: Raw, before: BoardRow | None) -> BoardRow:
    if before is not None and before.raw == raw:
        return before
    row = row_from_raw(raw)
    note = row.get("line", {}).get("y", "") if row["type"] == NOTE else ""
    card = None if row["type"] == NOTE else Card.of(row)
    stamp = keys.parse_day_changed(Key(row["GSI1PK"], row["GSI1SK"]))[1]
    return BoardRow(raw, row["type"], row["id"], row["GSI1SK"], stamp, note, card, weight(raw))
