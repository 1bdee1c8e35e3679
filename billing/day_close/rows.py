"""A drawer's day in words: what should be in it, what was found, by how much it differs."""

from dataclasses import dataclass

from billing.ledger.services import MOVES_MONEY
from billing.lines import MoneyLine
from billing.models import CASH, METHODS, PAYIN, PAYOUT, DrawerDay
from billing.queries import MoneySetup
from clinnet import formats
from clinnet.table import Row, keys

WORDS = {"card": "Card", "cash": "Cash", "transfer": "Transfer"}
ICONS = {"card": "credit-card", "cash": "cash", "transfer": "building-bank"}
KINDS = {"CHARGE": "Invoice", "PAYMENT": "Payment", "UNDO": "Payment taken back", "VOID": "Invoice void",
         "ROUNDING": "Rounding of cash", "CREDIT": "Credit note", "REFUND": "Refund",
         "APPLY": "From credit", "WRITEOFF": "Written off", "MOVE": "Moved to another payer",
         "BOUNCE": "Payment returned", "WRITEBACK": "Write-off taken back",
         PAYIN: "Put in", PAYOUT: "Taken out"}  # fmt: skip
MOVED = (*MOVES_MONEY, PAYIN, PAYOUT)  # what changes what is in it


@dataclass(frozen=True, slots=True)
class Compared:
    """One method. `off` is counted less expected, empty where nothing was counted; `wrong`: it differs."""

    word: str
    icon: str
    opening: str
    came_in: str
    went_out: str
    expected: str
    counted: str
    off: str
    wrong: bool


def compared(day: DrawerDay, known: MoneySetup) -> list[Compared]:
    """Once it was counted, or closed without: before, nothing of this is in the page."""
    found, is_counted = [], day.counted is not None
    for method in METHODS:
        counted = int((day.counted or {}).get(method, 0))
        off = counted - day.expected(method) if is_counted else 0
        found.append(
            Compared(
                WORDS[method],
                ICONS[method],
                known.show(int(day.opening)) if method == CASH else "–",
                known.show(day.came_in(method)),
                known.show(day.went_out(method)),
                known.show(day.expected(method)),
                known.show(counted) if is_counted else "not counted",
                ("+" if off > 0 else "") + known.show(off) if is_counted else "",
                bool(off),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Pieces:
    """So many of a note or a coin, and what they come to."""

    kind: str
    number: int
    amount: str


def pieces(day: DrawerDay, known: MoneySetup) -> list[Pieces]:
    """What was counted, the largest first."""
    found = sorted(((int(kind), int(number)) for kind, number in (day.pieces or {}).items()), reverse=True)
    return [Pieces(known.sum(kind), number, known.show(kind * number)) for kind, number in found]


def is_off(day: DrawerDay) -> bool:
    return any(int((day.counted or {}).get(method, 0)) != day.expected(method) for method in METHODS)


def meanwhile(day: DrawerDay, rows: list[Row], known: MoneySetup) -> str:
    """ "£20.00 cash came in (Today 17:50) while you counted." Empty where nothing did."""
    said = []
    for row in reversed(rows):
        line, at = MoneyLine.unpack(row.get("line")), keys.parse_drawer_entry(row["GSI1SK"])
        if line.kind in MOVED and (day.counted_from or "~") <= at <= (day.counted_at or ""):
            way = "came in" if line.amount < 0 else "went out"
            word, when = WORDS[line.method].lower(), formats.when(at, known.clinic)
            said.append(f"{known.sum(abs(line.amount))} {word} {way} ({when})")
    if not said:
        return ""
    return f"{', '.join(said)} while you counted. It is in what is expected: count again if it is not in your count."


@dataclass(frozen=True, slots=True, repr=False)
class EntryRow:
    """A row of a drawer's day."""

    when: str
    what: str
    number: str
    amount: str
    by: str


def entry_rows(rows: list[Row], known: MoneySetup) -> list[EntryRow]:
    """What came into it and went out of it."""
    found = []
    for row in rows:
        line = MoneyLine.unpack(row.get("line"))
        if line.kind not in MOVED:
            continue
        method = f", {WORDS[line.method].lower()}" if line.method else ""
        purpose = f": {line.name}" if line.name else ""
        found.append(
            EntryRow(
                formats.when(keys.parse_drawer_entry(row["GSI1SK"]), known.clinic),
                KINDS.get(line.kind, line.kind) + method + purpose,
                line.number,
                known.show(-line.amount),
                line.by,
            )
        )
    return found
