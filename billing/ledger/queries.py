"""Reading the ledger: accounts, settlements, a patient's money in time order, a drawer's entries."""

from collections.abc import Iterable
from dataclasses import dataclass

from billing.models import ROUNDING, CreditNote, Entry, Invoice, Settlement
from billing.rules.shares import bill_of
from clinnet.table import Row, Scope, find_row, get, get_many, get_rows, keys, query
from clinnet.table.errors import NotFound
from patients import timeline
from patients.models import Patient

OPEN_OF = "o_"  # an account's attribute of what is open of an invoice: o_<id>
MOST = 200


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """What a person owes (`balance`, negative where we owe them), has as `credit`, and each open invoice.

    With `payer`, an id, the same of what that payer owes for the person.
    """

    patient_id: str
    balance: int = 0
    credit: int = 0
    open: tuple[tuple[str, int], ...] = ()  # invoice's id, oldest first
    payer: str = ""
    receipt: str = ""  # how this person wants it: print, mail, none; empty where nobody asked yet

    @classmethod
    def of(cls, patient_id: str, row: Row | None, payer: str = "") -> "Account":
        row = row or {}
        found = {name.removeprefix(OPEN_OF): int(value) for name, value in row.items() if name.startswith(OPEN_OF)}
        balance, credit, receipt = int(row.get("balance", 0)), int(row.get("credit", 0)), str(row.get("receipt", ""))
        return cls(patient_id, balance, credit, tuple(sorted(found.items())), payer, receipt)


@dataclass(frozen=True, slots=True, repr=False)
class Billed:
    """An invoice with what is open of it: of the person's share, and of another payer's, which is a claim."""

    invoice: Invoice
    settlement: Settlement
    claims: tuple[Settlement, ...] = ()

    @property
    def settlements(self) -> list[Settlement]:
        return [self.settlement, *self.claims]


def accounts(scope: Scope, patient: Patient) -> list[Account]:
    """That of the record, and those of the records folded into it."""
    ids = timeline.all_ids(patient)
    rows = get_rows(scope, [keys.account(id) for id in ids])
    return [Account.of(id, rows.get(keys.account(id))) for id in ids]


def account(scope: Scope, patient_id: str, payer: str = "") -> Account:
    """Of one record alone, or of a payer for it."""
    return Account.of(patient_id, find_row(scope, keys.account(patient_id, payer)), payer)


def entry(scope: Scope, patient_id: str, id: str) -> Entry:
    """Raises NotFound."""
    return get(scope, Entry, Entry.at(patient_id, id))


def entry_of(scope: Scope, patient_ids: Iterable[str], id: str) -> Entry:
    """Of whichever of these records has it. Raises NotFound."""
    found = get_many(scope, [Entry.at(each, id) for each in patient_ids]).of(Entry)
    if not found:
        raise NotFound
    return found[0]


def given_back(scope: Scope, payment: Entry) -> int:
    """How much of a payment was given back, came back or was taken back."""
    row = find_row(scope, keys.returned(payment.patient_id, payment.id)) or {}
    return int(row.get("amount", 0))


def open_settlements(scope: Scope, found: Iterable[Account]) -> list[Settlement]:
    """Of what is still to be paid, oldest first."""
    wanted = [Settlement.at(account.patient_id, id) for account in found for id, _ in account.open]
    return sorted(get_many(scope, wanted[:100]).of(Settlement), key=lambda each: each.id)


def billed(scope: Scope, patient_id: str, bill_id: str) -> Billed:
    """In one call. Raises NotFound."""
    raws = query(scope, keys.bill_and_settlement(patient_id, bill_id), limit=10).raws
    invoice = next((Invoice.read(raw) for raw in raws if Invoice.is_one(raw)), None)
    found = [Settlement.read(raw) for raw in raws if Settlement.is_one(raw)]
    own = next((each for each in found if not each.payer), None)
    if invoice is None or own is None or invoice.id != bill_id:
        raise NotFound
    return Billed(invoice, own, tuple(each for each in found if each.payer))


def billed_of(scope: Scope, patient: Patient, bill_id: str) -> Billed:
    """One of this record, or of a record that was folded into it. Raises NotFound."""
    for id in timeline.all_ids(patient):
        try:
            return billed(scope, id, bill_id)
        except NotFound:
            continue
    raise NotFound


def credit_note(scope: Scope, patient: Patient, credit_id: str) -> CreditNote:
    """One of this record, or of a record that was folded into it. Raises NotFound."""
    found = get_many(scope, [CreditNote.at(id, credit_id) for id in timeline.all_ids(patient)]).of(CreditNote)
    if not found:
        raise NotFound
    return found[0]


def entries_about(scope: Scope, invoice: Invoice) -> list[Entry]:
    """All that an invoice was charged, paid and voided with, in time order."""
    found = _since(scope, invoice.patient_id, invoice.id)
    theirs = [each for each in found if invoice.id in map(bill_of, each.allocated)]
    ids, together = {each.id for each in theirs}, {each.last_event for each in theirs}
    rounded = {each.id for each in found if each.kind == ROUNDING and each.last_event in together}  # up: of no invoice
    return [each for each in found if each.id in ids | rounded or each.reverses in ids | rounded]


def entries_with(scope: Scope, invoice: Invoice) -> list[Entry]:
    """Those of its check-out, which may have settled older invoices too."""
    return [each for each in _since(scope, invoice.patient_id, invoice.id) if each.last_event == invoice.last_event]


def entries_after(scope: Scope, entry: Entry) -> list[Entry]:
    """Those of the same person, in time order."""
    return [each for each in _since(scope, entry.patient_id, entry.id) if each.id != entry.id]


def _since(scope: Scope, patient_id: str, id: str) -> list[Entry]:
    found, cursor = list[Entry](), ""
    while True:
        page = query(scope, keys.entries_since(patient_id, id), limit=MOST, cursor=cursor)
        found += page.of(Entry)
        if not (cursor := page.next):
            return found


def settlements(scope: Scope, patient_id: str, bills: Iterable[str]) -> list[Settlement]:
    """Of one person's invoices, oldest first."""
    found = get_many(scope, [Settlement.at(patient_id, bill) for bill in bills]).of(Settlement)
    return sorted(found, key=lambda each: each.id)


def entries_of_drawer(scope: Scope, drawer: str, day: str, limit: int = MOST) -> list[Row]:
    return query(scope, keys.drawer_entries(scope.clinic_id, drawer, day), limit=limit, backward=True).rows


def lines_of(scope: Scope, patient: Patient, limit: int = MOST) -> list[Row]:
    """Invoices and payments, newest first; through an index, which lags behind what was just written."""
    return timeline.lines(scope, patient, keys.money_of, limit=limit)
