"""The sums of a month, added to in the transaction of whatever changes them: two rows for each drawer, and one of each
of its days for what was done.

One drawer's row has no more writers than its day has, and a report reads as much of a clinic with a hundred invoices as
of one with a hundred thousand. The month is that of the drawer's day.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping

from billing.cash_moves.models import CashMove
from billing.models import CHARGE, CREDIT, MOVE, VOIDED, CreditNote, DrawerDay, Entry, Invoice
from clinnet.table import Action, Event, Key, Row, Scope, Topic, Transaction, keys
from clinnet.table.errors import Refused

FIX = Action("ledger.fix", "made a month's sums anew", Topic.MONEY)
PROVE = Action("ledger.check", "held the books against themselves", Topic.MONEY)

# Of the work: amounts before tax and quantities by code, net and tax by rate. Those of the money are the entry's kind
# and the names of the drawer's day (cardIn, cashOut).
AMOUNT, QUANTITY, NET, TAX, KIND = "a_", "q_", "n_", "t_", "k_"
WHO, PAYER = "p_", "y_"  # amounts before tax by whose visit it was; what other payers were charged
NOBODY = "nobody"
SUMS = (AMOUNT, QUANTITY, NET, TAX, KIND, WHO, PAYER)
CHARGES = (CHARGE, VOIDED, CREDIT, MOVE)  # what changes how much a payer is charged


def add_money(tx: Transaction, day: DrawerDay, moved: Mapping[str, int]) -> None:
    """What the entries of one transaction come to."""
    _add(tx, keys.money_sum(tx.scope.clinic_id, day.day, day.drawer), moved)


def add_work(tx: Transaction, day: DrawerDay, *documents: Invoice | CreditNote, sign: int = 1) -> None:
    """What documents were for; -1 of those that take off, or are void. Of nothing there is nothing to add."""
    found: Counter[str] = Counter()
    for document in documents:
        if document.total:
            for name, each in work_of(document).items():
                found[name] += sign * each
    if found:
        for place in (keys.work_sum, keys.day_sum):
            _add(tx, place(tx.scope.clinic_id, day.day, day.drawer), found)


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
    other: Iterable[CashMove] = (),
) -> dict[Key, Counter[str]]:
    """The same sums from the entries and documents of one clinic; `moves` are the kinds that lie in the drawer, `other`
    the cash that was for no patient."""
    found: dict[Key, Counter[str]] = defaultdict(Counter)
    for cash in other:
        found[keys.money_sum(str(cash.clinic_id), cash.day, cash.drawer)][f"{KIND}{cash.kind}"] += int(cash.amount)
    for entry in entries:
        clinic, amount = str(entry.clinic_id), int(entry.amount)
        money = found[keys.money_sum(clinic, entry.day, entry.drawer)]
        money[f"{KIND}{entry.kind}"] += amount
        if entry.payer and entry.kind in CHARGES:
            money[f"{PAYER}{entry.payer}"] += amount
        if entry.kind in moves:
            money[f"{entry.method}{'In' if amount < 0 else 'Out'}"] += abs(amount)
        for document, sign in _documents(entry, invoices, notes):
            for place in (keys.work_sum, keys.day_sum):
                work = found[place(clinic, entry.day, entry.drawer)]
                for name, value in work_of(document).items():
                    work[name] += sign * value
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
    tx.change_row(key, sets=sets, adds={"changes": 1}, when=when, new=True, refusal=Refused("Added to meanwhile."))
    tx.commit(Event(FIX, "SUM", key.sk))


def _add(tx: Transaction, key: Key, adds: Mapping[str, int]) -> None:
    sets = {"type": "SUM", "clinicId": tx.scope.clinic_id}
    tx.change_row(key, sets=sets, adds={"changes": 1, **adds}, new=True)
