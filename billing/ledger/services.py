"""The one door by which money moves: `post` writes entries, and all that is kept beside them, into a transaction.

Kept beside them are the person's account (balance, credit, what is open), each invoice's settlement and the drawer's
day; so the balance is always the sum of the entries. A row changes once in a transaction, so all entries of one go
through one call.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from billing.cash_moves.models import CashMove
from billing.ledger.queries import OPEN_OF, Account
from billing.lines import MoneyLine
from billing.models import (
    APPLY,
    BOUNCE,
    CASH,
    CREDITED,
    ISSUED,
    MOVE,
    OPEN,
    PAID,
    PART,
    PAYMENT,
    REFUND,
    UNDONE,
    VOID,
    VOIDED,
    WRITEOFF,
    WRITTEN,
    DrawerDay,
    Entry,
    Settlement,
)
from billing.reports.services import KIND, money_of
from billing.rules.shares import bill_of
from billing.unpaid.services import moved_open
from clinnet import clock
from clinnet.table import Row, Scope, Transaction, keys
from clinnet.table.errors import ClinnetError, Refused
from clinnet.table.keys import Key

MOVES_MONEY = (PAYMENT, UNDONE, REFUND, BOUNCE)  # those that lie in the drawer

CLOSED = Refused("This drawer's day was closed meanwhile. Open the drawer, and send it again: nothing was taken.")
NO_CREDIT = Refused("There is not as much credit.", field="amount")
CREDIT_MOVED = Refused("The credit changed just now. Look at it again.")
QUICKER = Refused("Somebody took money for this invoice just now. Look again at what is open.")


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """An entry that is to be written; the attributes are the Entry's."""

    kind: str
    patient_id: str
    amount: int
    alloc: Mapping[str, int] = field(default_factory=dict)
    method: str = ""
    given: int = 0
    reverses: str = ""
    reason: str = ""
    document: str = ""  # the id of a credit note
    number: str = ""  # of the document, where it is not the invoice's
    payer: str = ""  # whose account it is, where it is not the person's own
    id: str = field(default_factory=clock.new_id)


@dataclass(frozen=True, slots=True)
class Credited:
    """How much of each line of an invoice is credited by now, in thousandths, and what that comes to.

    Of another payer's share it is the sum alone: the lines stand with the person's.
    """

    quantities: tuple[int, ...]
    total: int


def post(
    tx: Transaction,
    day: DrawerDay,
    drafts: Sequence[Draft],
    settlements: Iterable[Settlement],
    *,
    spends: Account | None = None,
    credited: Mapping[str, Credited] | None = None,
    receipt: tuple[str, str] = ("", ""),
) -> None:
    """The steps of all `drafts`. `settlements` are those of the invoices that they name, new ones without a version.

    `spends` is the account whose credit becomes less, as it was read; `credited` what a credit note takes off;
    `receipt` a patient's id and how they want it from now on. Raises Refused, here or at commit, where the drawer was
    closed, somebody was quicker with an invoice, or credit is missing.
    """
    known = {each.id: each for each in settlements}
    owed = {id: int(each.open or 0) for id, each in known.items()}
    for draft in drafts:
        _write(tx, day, draft, known)
        for bill, part in draft.alloc.items():
            owed[bill] += part
    voided = {bill for draft in drafts if draft.kind == VOIDED for bill in draft.alloc}
    written_off = {bill for draft in drafts if draft.kind == WRITEOFF for bill in draft.alloc}
    for whose in dict.fromkeys((draft.patient_id, draft.payer) for draft in drafts):
        theirs = {id: each for id, each in known.items() if (each.patient_id, each.payer or "") == whose}
        own = spends if spends and (spends.patient_id, spends.payer) == whose else None
        written = [each for each in drafts if (each.patient_id, each.payer) == whose]
        wants = receipt[1] if whose == (receipt[0], "") else ""
        _account(tx, whose, written, theirs=theirs, owed=owed, spends=own, receipt=wants)
    opened = moved_open(known.values(), owed)
    moved = {bill: part for draft in drafts if draft.kind == MOVE for bill, part in draft.alloc.items()}
    for id, settlement in known.items():
        settled = (credited or {}).get(id)
        _settle(
            tx,
            settlement,
            owed[id],
            is_void=id in voided,
            written=id in written_off,
            credited=settled,
            moved=moved.get(id, 0),
        )
    _day(tx, day, drafts, opened)


def _write(tx: Transaction, day: DrawerDay, draft: Draft, known: Mapping[str, Settlement]) -> None:
    bill = next(iter(draft.alloc), "")
    number = draft.number or (known[bill].number if bill in known else "")
    tx.put(entry_of(tx.scope, day, draft, tx.at, number))


def entry_of(scope: Scope, day: DrawerDay, draft: Draft, at: str, number: str, *, by: str = "") -> Entry:
    """As it is written, at the stamp `at`; `by` is the name of who did it, where that is not whoever writes."""
    place, by = Entry.at(draft.patient_id, draft.id), by or scope.actor.name
    listed = keys.drawer_entry(scope.clinic_id, day.drawer, day.day, at, draft.id)
    line = MoneyLine(
        patient_id=draft.patient_id,
        kind=draft.kind,
        amount=draft.amount,
        method=draft.method,
        bill_id=bill_of(next(iter(draft.alloc), "")),
        payer=draft.payer,
        by=by,
        number=number,
        document=draft.document,
        reverses=draft.reverses,
        settled=-sum(draft.alloc.values()) if draft.kind in (APPLY, WRITEOFF) else 0,
    )
    shown = keys.money_line(draft.patient_id, at, place.sk)
    return Entry(
        pk=place.pk, sk=place.sk, id=draft.id, patient_id=draft.patient_id, kind=draft.kind, amount=draft.amount,
        alloc=[list(each) for each in draft.alloc.items()], method=draft.method or None, given=draft.given or None,
        drawer=day.drawer, day=day.day, at_time=at, by=by, by_id=scope.actor.id, reverses=draft.reverses or None,
        document=draft.document or None, reason=draft.reason or None, payer=draft.payer or None, line=line.pack(),
        clinic_id=scope.clinic_id, gsi1pk=listed.pk, gsi1sk=listed.sk, gsi2pk=shown.pk, gsi2sk=shown.sk,
    )  # fmt: skip


def account_row(patient_id: str, balance: int, opens: Mapping[str, int]) -> Row:
    """An account without credit, as a whole: for the batch door."""
    place = keys.account(patient_id)
    row: Row = {"PK": place.pk, "SK": place.sk, "type": "ACCOUNT", "balance": balance, "credit": 0}
    return row | {f"{OPEN_OF}{id}": owed for id, owed in opens.items()}


def _settle(
    tx: Transaction,
    settlement: Settlement,
    owed: int,
    *,
    is_void: bool,
    written: bool,
    credited: Credited | None,
    moved: int,
) -> None:
    total = int(settlement.total) + moved
    if not 0 <= owed <= total:
        raise QUICKER
    off = credited.total if credited else int(settlement.credited_total or 0)
    if is_void or written:
        state = VOID if is_void else WRITTEN
    elif owed == 0:
        state = CREDITED if off == total and off else WRITTEN if settlement.state == WRITTEN else PAID
    else:
        state = ISSUED if owed == total - off else PART
    line = line_of(settlement, owed, total)
    place_of = keys.claim_open if settlement.payer else keys.unpaid
    listed = place_of(tx.scope.clinic_id, settlement.day, settlement.id) if owed else None
    news: dict[str, Any] = {
        "open": owed,
        "state": state,
        "line": line.pack(),
        "total": total,
        "gsi1pk": listed.pk if listed else None,
        "gsi1sk": listed.sk if listed else None,
    }
    if credited:
        news |= {"credited": list(credited.quantities) or None, "credited_total": credited.total}
    if settlement.created_at:
        tx.update(settlement, news, refusal=QUICKER)
        return
    place = keys.money_line(settlement.patient_id, tx.at, settlement.sk)
    for name, value in (news | {"gsi2pk": place.pk, "gsi2sk": place.sk}).items():
        setattr(settlement, name, value)
    tx.put(settlement)


def line_of(settlement: Settlement, owed: int, total: int) -> MoneyLine:
    """As it stands in lists."""
    last = (settlement.reminders or [])[-1:]
    return MoneyLine(
        patient_id=settlement.patient_id,
        number=settlement.number,
        day=settlement.day,
        total=total,
        owed=owed,
        name=settlement.buyer or "",
        payer=settlement.payer_name or "",
        claim=settlement.claim or "",
        reminded=" ".join(f"{each['day']} {each['way']}" for each in last),
    )


def _account(
    tx: Transaction,
    whose: tuple[str, str],
    drafts: Sequence[Draft],
    *,
    theirs: Mapping[str, Settlement],
    owed: Mapping[str, int],
    spends: Account | None,
    receipt: str,
) -> None:
    """Of a person, or of a payer for them. Balance and credit are added to.

    An invoice stands here while something of it is open.

    Where the credit becomes less, it has to be what it was when it was read.
    """
    amount = sum(each.amount for each in drafts)
    allocated = sum(sum(each.alloc.values()) for each in drafts)
    adds = {"balance": amount, "credit": allocated - amount}
    sets: dict[str, Any] = {"type": "ACCOUNT", "clinicId": tx.scope.clinic_id}
    if receipt:
        sets["receipt"] = receipt
    for id, settlement in theirs.items():
        if owed[id]:
            adds[f"{OPEN_OF}{id}"] = owed[id] - int(settlement.open or 0)
        elif settlement.created_at:
            sets[f"{OPEN_OF}{id}"] = None
    when = {}
    if adds["credit"] < 0:
        if spends is None or spends.credit + adds["credit"] < 0:
            raise NO_CREDIT
        when = {"credit": spends.credit}
    tx.change_row(keys.account(*whose), sets=sets, adds=adds, when=when, new=True, refusal=_credit_moved)


def _day(tx: Transaction, day: DrawerDay, drafts: Sequence[Draft], opened: Mapping[str, int]) -> None:
    """Its sums are in the row that each entry changes anyway: whether it is open is a condition of the write."""
    found: Counter[str] = Counter()
    for each in drafts:
        found.update(money_of(each, MOVES_MONEY))
    adds = {"entries": len(drafts)} | {name: value for name, value in found.items() if value} | dict(opened)
    key: Key = DrawerDay.at(tx.scope.clinic_id, day.drawer, day.day)
    tx.change_row(key, adds=adds, when={"state": OPEN}, refusal=_closed)


def post_cash(tx: Transaction, day: DrawerDay, move: CashMove) -> None:
    """Cash that is on no account. In the drawer's list it is signed as the entries are: below zero came in.

    Raises Refused at commit where the drawer was closed.
    """
    amount, clinic = int(move.amount), tx.scope.clinic_id
    listed = keys.drawer_entry(clinic, day.drawer, day.day, tx.at, move.id)
    move.gsi1pk, move.gsi1sk = listed.pk, listed.sk
    move.line = MoneyLine(kind=move.kind, amount=-amount, method=CASH, name=move.reason, by=move.by).pack()
    tx.put(move)
    adds = {"entries": 1, "cashIn" if amount > 0 else "cashOut": abs(amount), f"{KIND}{move.kind}": amount}
    tx.change_row(DrawerDay.at(clinic, day.drawer, day.day), adds=adds, when={"state": OPEN}, refusal=_closed)


def _credit_moved(row: Row) -> ClinnetError:
    return CREDIT_MOVED


def _closed(row: Row) -> ClinnetError:
    return CLOSED
