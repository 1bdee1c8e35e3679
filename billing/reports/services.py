"""The sums of a drawer's day, added to by whatever changes them, and those of its month, to which its close adds them.

What the entries come to stands in the row of the day, which each of them changes anyway; what the documents were for in
one beside it. So a payment pays for no sum, and a report reads as much of a clinic with a hundred invoices as of one
with a hundred thousand: two rows a drawer of each month, and those of the days that are open. The month is that of the
drawer's day.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, Protocol

from billing.cash_moves.models import CashMove
from billing.models import CHARGE, CREDIT, MOVE, PAYIN, PAYOUT, VOIDED, CreditNote, DrawerDay, Entry, Invoice
from clinnet.table import Action, Event, Key, Row, Scope, Topic, Transaction, keys
from clinnet.table.errors import Refused

FIX = Action("ledger.fix", "made a month's sums anew", Topic.MONEY)
PROVE = Action("ledger.check", "held the books against themselves", Topic.MONEY)
PROOF = "ledger"  # the name of that work on *Health*

# Of the work: amounts before tax and quantities by code, net and tax by rate. Those of the money are the entry's kind
# and the names of the drawer's day (cardIn, cashOut).
AMOUNT, QUANTITY, NET, TAX, KIND = "a_", "q_", "n_", "t_", "k_"
WHO, PAYER = "p_", "y_"  # amounts before tax by whose visit it was; what other payers were charged
NOBODY = "nobody"
SUMS = (AMOUNT, QUANTITY, NET, TAX, KIND, WHO, PAYER)
CHARGES = (CHARGE, VOIDED, CREDIT, MOVE)  # what changes how much a payer is charged
MEANWHILE = Refused("Added to meanwhile.")


def add_work(tx: Transaction, day: DrawerDay, *documents: Invoice | CreditNote, sign: int = 1) -> None:
    """What documents were for; -1 of those that take off, or are void. Of nothing there is nothing to add."""
    found: Counter[str] = Counter()
    for document in documents:
        if document.total:
            for name, each in work_of(document).items():
                found[name] += sign * each
    if found:
        _add(tx, keys.day_sum(tx.scope.clinic_id, day.day, day.drawer), found)


def fold(tx: Transaction, day: DrawerDay, sums: Row, work: Row, *, sign: int = 1) -> None:
    """A day's sums into its month's, when it is closed; -1 takes them out again. `sums` is the row of the day, `work`
    the one beside it, as they are while nothing can change them."""
    for place, found in ((keys.money_sum, of_day(sums)), (keys.work_sum, kept(work))):
        if found:
            adds = {name: sign * value for name, value in found.items()}
            _add(tx, place(tx.scope.clinic_id, day.day, day.drawer), adds)


def work_of(document: Invoice | CreditNote) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in document.lines:
        for name, value in ((AMOUNT, line["amount"]), (QUANTITY, line["quantity"])):
            place = f"{name}{line['code']}"
            found[place] = found.get(place, 0) + int(value)
    found[f"{WHO}{document.practitioner_id or NOBODY}"] = sum(int(line["amount"]) for line in document.lines)
    for rate in document.rates:
        found[f"{NET}{int(rate['rate'])}"] = int(rate["net"])
        found[f"{TAX}{int(rate['rate'])}"] = int(rate["tax"])
    return found


def recomputed(
    entries: Iterable[Entry],
    invoices: Mapping[str, Invoice],
    notes: Mapping[str, CreditNote],
    moves: Container[str],
    *,
    other: Iterable[CashMove] = (),
    still_open: Container[Key] = (),
) -> dict[Key, Counter[str]]:
    """The same sums from the entries and documents: of the days, and of the months that those are folded into which are
    not `still_open`. `moves` are the kinds that lie in the drawer, `other` the cash that was for no patient."""
    found: dict[Key, Counter[str]] = defaultdict(Counter)

    def add(clinic: str, at: Entry | CashMove, sums: Mapping[str, int], *, work: bool = False) -> None:
        session = keys.drawer_day(clinic, at.drawer, at.day)
        places = [keys.day_sum(clinic, at.day, at.drawer) if work else session]
        if session not in still_open:
            places.append((keys.work_sum if work else keys.money_sum)(clinic, at.day, at.drawer))
        for place in places:
            for name, value in sums.items():
                found[place][name] += value

    for cash in other:
        add(str(cash.clinic_id), cash, {f"{KIND}{cash.kind}": int(cash.amount)})
    for entry in entries:
        clinic = str(entry.clinic_id)
        add(clinic, entry, money_of(entry, moves))
        for document, sign in _documents(entry, invoices, notes):
            add(clinic, entry, {name: sign * value for name, value in work_of(document).items()}, work=True)
    return found


class Moving(Protocol):
    """An entry, or what is to become one."""

    @property
    def kind(self) -> Any: ...
    @property
    def amount(self) -> Any: ...
    @property
    def method(self) -> Any: ...
    @property
    def payer(self) -> Any: ...


def money_of(entry: Moving, moves: Container[str]) -> dict[str, int]:
    """What one entry adds to its day."""
    amount, found = int(entry.amount), {f"{KIND}{entry.kind}": int(entry.amount)}
    if entry.kind in moves:
        found[f"{entry.method}{'In' if amount < 0 else 'Out'}"] = abs(amount)
    if entry.payer and entry.kind in CHARGES:
        found[f"{PAYER}{entry.payer}"] = amount
    return found


def _documents(
    entry: Entry, invoices: Mapping[str, Invoice], notes: Mapping[str, CreditNote]
) -> Iterator[tuple[Invoice | CreditNote, int]]:
    """What an entry charges, makes void or takes off."""
    if entry.payer:  # a payer's part of what stands with the person's
        return
    if entry.kind == CREDIT and entry.document in notes and notes[entry.document].total:
        yield notes[entry.document], -1
    if entry.kind in (CHARGE, VOIDED):
        for bill in entry.allocated:
            if bill in invoices and invoices[bill].total:
                yield invoices[bill], 1 if entry.kind == CHARGE else -1


def of_day(row: Row) -> dict[str, int]:
    """The sums of a drawer's day. What came in and went out is there all that did; here it is what patients' was."""
    found = Counter(kept(row))
    found["cashIn"] -= found[f"{KIND}{PAYIN}"]
    found["cashOut"] += found[f"{KIND}{PAYOUT}"]
    return {name: value for name, value in found.items() if value}


def kept(row: Row) -> dict[str, int]:
    """The sums of a row, without what is 0."""
    return {
        name: int(value)
        for name, value in row.items()
        if name.startswith(SUMS) or name.endswith(("In", "Out"))
        if value
    }


def put_right(key: Key, row: Row, found: Mapping[str, int], scope: Scope) -> None:
    """Sets a row's sums to what was recomputed, if nothing was added to it since it was read."""
    tx = Transaction(scope)
    sets: dict[str, object] = dict.fromkeys(kept(row)) | dict(found)
    sets |= {"type": "SUM", "clinicId": scope.clinic_id}
    when = {"changes": row.get("changes")}
    tx.change_row(key, sets=sets, adds={"changes": 1}, when=when, new=True, refusal=MEANWHILE)
    tx.commit(Event(FIX, "SUM", key.sk))


def put_day_right(key: Key, row: Row, found: Mapping[str, int], scope: Scope) -> None:
    """The same of the row of a drawer's day, of which what is in the drawer is no sum that can be made anew."""
    tx = Transaction(scope)
    sets: dict[str, object] = dict.fromkeys(name for name in kept(row) if name.startswith(SUMS)) | dict(found)
    tx.change_row(key, sets=sets, when={"entries": row["entries"]}, refusal=MEANWHILE)
    tx.commit(Event(FIX, "SUM", str(row["id"])))


def _add(tx: Transaction, key: Key, adds: Mapping[str, int]) -> None:
    sets = {"type": "SUM", "clinicId": tx.scope.clinic_id}
    tx.change_row(key, sets=sets, adds={"changes": 1, **adds}, new=True)
