"""The books held against themselves: each kept sum recomputed from the entries, each document from the chain.

I1 an account's balance is the sum of its entries. I2 what is open of an invoice is what its entries allocate to it,
never less than nothing. I3 a balance is what is open less the credit. I4 an invoice's lines, tax, shares and charge
come to its total, and its credit notes to what its settlement says. I5 a drawer's day is the sum of its entries. I6
numbers run from 1 without a hole, in the order of days, and the chain of digests holds. I7 a month's sums are those of
its entries and documents, and what is open by age is that of the settlements: these alone can be made anew. I8 no more
is given back than was paid. I9 no entry is younger than its drawer's close. I11 a visit has one standing invoice at
most, which is neither void nor credited whole, and its row says so: of just those that have none *To bill* asks. I12
what is left of a bundle is what was sold of it and neither used nor credited.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import ClassVar

from billing.bundles.models import Bundle
from billing.cash_moves.models import CashMove
from billing.invoices.services.issuing import digested
from billing.ledger.queries import Account
from billing.ledger.services import MOVES_MONEY
from billing.models import (
    BILLED,
    BOUNCE,
    CASH,
    CHARGE,
    CLOSED,
    CREDIT,
    METHODS,
    OPEN,
    PAYMENT,
    REFUND,
    UNDONE,
    VOID,
    CreditNote,
    DrawerDay,
    Entry,
    Invoice,
    Settlement,
)
from billing.reports.services import PROVE, SUMS, kept, put_day_right, put_right, recomputed
from billing.rules import numbers
from billing.rules.shares import bill_of
from billing.rules.totals import ONE, totals
from billing.unpaid import services as ages
from clinnet.consistency import Issue
from clinnet.table import Event, Row, Scope, Transaction, keys
from clinnet.table.keys import (
    Key,
    parse_account,
    parse_counter,
    parse_document_number,
    parse_returned,
    parse_sum,
    parse_visit_billed,
)
from clinnet.table.scan_log import ScanLog
from clinnet.table.scans import every_raw
from clinnet.table.values import Raw, row_from_raw

DAY_ROW = keys.drawer_day("", "", "").sk


@dataclass
class Books:
    """What the table holds of money: a clinnet.consistency.Look."""

    invoices: list[Invoice] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    days: list[DrawerDay] = field(default_factory=list)
    day_rows: list[Row] = field(default_factory=list)  # the same with their sums
    accounts: list[Row] = field(default_factory=list)
    notes: list[CreditNote] = field(default_factory=list)
    sums: list[Row] = field(default_factory=list)
    returned: list[Row] = field(default_factory=list)
    given: list[Row] = field(default_factory=list)  # numbers
    counters: list[Row] = field(default_factory=list)
    bundles: list[Bundle] = field(default_factory=list)
    cash: list[CashMove] = field(default_factory=list)  # that was for no patient
    ages: list[Row] = field(default_factory=list)
    billed: list[Row] = field(default_factory=list)  # visits that have their invoice, or need none

    KINDS: ClassVar = frozenset({
        "INVOICE", "CREDITNOTE", "SETTLEMENT", "BUNDLE", "ENTRY", "DRAWERDAY", "ACCOUNT", "NUMBER", "COUNTER",
        "RETURNED", "SUM", "CASHMOVE", "AGE", BILLED,
    })  # fmt: skip

    def take_in(self, raw: Raw) -> None:
        kind = raw.get("type", {}).get("S")
        if kind == "INVOICE":
            self.invoices.append(Invoice.read(raw))
        elif kind == "CREDITNOTE":
            self.notes.append(CreditNote.read(raw))
        elif kind == "SETTLEMENT":
            self.settlements.append(Settlement.read(raw))
        elif kind == "BUNDLE":
            self.bundles.append(Bundle.read(raw))
        elif kind == "ENTRY":
            self.entries.append(Entry.read(raw))
        elif kind == "DRAWERDAY":
            self.days.append(DrawerDay.read(raw))
            self.day_rows.append(row_from_raw(raw))
        elif kind == "CASHMOVE":
            self.cash.append(CashMove.read(raw))
        elif kind in ("ACCOUNT", "NUMBER", "COUNTER", "RETURNED", "SUM", "AGE", BILLED):
            rows = {
                "ACCOUNT": self.accounts,
                "NUMBER": self.given,
                "COUNTER": self.counters,
                "RETURNED": self.returned,
                "SUM": self.sums,
                "AGE": self.ages,
                BILLED: self.billed,
            }[kind]
            rows.append(row_from_raw(raw))

    def issues(self, scope: Scope, *, clocks: bool) -> Iterator[Issue]:
        if not clocks:
            yield from self._accounts()
            yield from self._settlements()
            yield from self._documents()
            yield from self._credits()
            yield from self._refunds()
            yield from self._drawers()
            yield from self._numbers()
            yield from self._visits()
            yield from self._months()
            yield from self._ages()
            yield from self._sessions()

    def _accounts(self) -> Iterator[Issue]:
        """I1 and I3."""
        balance: dict[tuple[str, str], int] = defaultdict(int)
        for entry in self.entries:
            balance[entry.patient_id, entry.payer or ""] += int(entry.amount)
        still_open: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for settlement in self.settlements:
            if settlement.open:
                still_open[settlement.patient_id, settlement.payer or ""][settlement.id] = int(settlement.open)
        for row in self.accounts:
            whose = parse_account(Key(row["PK"], row["SK"]))
            account, clinic = Account.of(whose[0], row), str(row.get("clinicId", ""))
            if account.balance != balance.pop(whose, 0):
                yield Issue("I1 balance", clinic, account.patient_id)
            theirs = still_open[whose]
            if dict(account.open) != theirs:
                yield Issue("I3 open invoices", clinic, account.patient_id)
            if account.balance != sum(theirs.values()) - account.credit or account.credit < 0:
                yield Issue("I3 credit", clinic, account.patient_id)
        for patient_id, _ in balance:
            clinic = next(str(each.clinic_id) for each in self.entries if each.patient_id == patient_id)
            yield Issue("I1 no account", clinic, patient_id)

    def _settlements(self) -> Iterator[Issue]:
        """I2."""
        allocated: dict[str, int] = defaultdict(int)
        for entry in self.entries:
            for bill, part in entry.allocated.items():
                allocated[bill] += part
        for settlement in self.settlements:
            if settlement.open != allocated[settlement.id] or not 0 <= settlement.open <= settlement.total:
                yield Issue("I2 open", str(settlement.clinic_id), settlement.id)

    def _documents(self) -> Iterator[Issue]:
        """I4."""
        charged: dict[str, int] = defaultdict(int)
        for entry in self.entries:
            if entry.kind == CHARGE:
                for bill, part in entry.allocated.items():
                    charged[bill_of(bill)] += part
        settled = {each.id: each for each in self.settlements}
        for invoice in self.invoices:
            lines = [(int(each["amount"]), int(each["rate"])) for each in invoice.lines]
            found = totals(lines, included=bool(invoice.included))
            said = [(int(each["rate"]), int(each["net"]), int(each["tax"])) for each in invoice.rates]
            shares = sum(int(each["amount"]) for each in invoice.shares)
            sums = {found.total, int(invoice.total), shares, charged[invoice.id]}
            amounts = [line.amount for line in invoice.as_lines]
            if said != [(each.rate, each.net, each.tax) for each in found.rates] or len(sums) > 1:
                yield Issue("I4 total", str(invoice.clinic_id), invoice.id)
            if amounts != [amount for amount, _ in lines]:
                yield Issue("I4 line", str(invoice.clinic_id), invoice.id)
            if invoice.id not in settled or settled[invoice.id].number != invoice.number:
                yield Issue("I4 no settlement", str(invoice.clinic_id), invoice.id)

    def _credits(self) -> Iterator[Issue]:
        """I4 of credit notes."""
        theirs: dict[str, list[CreditNote]] = defaultdict(list)
        taken_off: dict[str, int] = defaultdict(int)
        for entry in self.entries:
            if entry.kind == CREDIT:
                taken_off[entry.document or ""] -= int(entry.amount)
        for note in self.notes:
            theirs[note.corrects].append(note)
            found = sum(int(each["net"]) + int(each["tax"]) for each in note.rates)
            if {int(note.total), taken_off[note.id]} != {found}:
                yield Issue("I4 credit note", str(note.clinic_id), note.id)
        settled: dict[str, list[Settlement]] = defaultdict(list)
        for settlement in self.settlements:
            settled[bill_of(settlement.id)].append(settlement)
            if int(settlement.credited_total or 0) > settlement.total:
                yield Issue("I4 credited", str(settlement.clinic_id), settlement.id)
        for bill, parts in settled.items():
            total = sum(int(each.total) for each in theirs.pop(bill, []))
            if total != sum(int(each.credited_total or 0) for each in parts):
                yield Issue("I4 credited", str(parts[0].clinic_id), bill)
        for bill, notes in theirs.items():
            yield Issue("I4 no settlement", str(notes[0].clinic_id), bill)

    def _refunds(self) -> Iterator[Issue]:
        """I8."""
        back: dict[str, int] = defaultdict(int)
        paid = {each.id: each for each in self.entries if each.kind == PAYMENT}
        for entry in self.entries:
            if entry.kind in (REFUND, BOUNCE, UNDONE):
                back[entry.reverses or ""] += int(entry.amount)
        kept = {parse_returned(row["SK"]): int(row["amount"]) for row in self.returned}
        for id, amount in back.items():
            if id not in paid or amount > -int(paid[id].amount) or kept.pop(id, None) != amount:
                clinic = next(str(each.clinic_id) for each in self.entries if each.reverses == id)
                yield Issue("I8 given back", clinic, id)
        for row in self.returned:
            if parse_returned(row["SK"]) in kept:
                yield Issue("I8 given back", str(row["clinicId"]), parse_returned(row["SK"]))

    def _drawers(self) -> Iterator[Issue]:
        """I5 and I9."""
        theirs: dict[tuple[str, str, str], list[Entry | CashMove]] = defaultdict(list)
        moves: list[Entry | CashMove] = [*self.entries, *self.cash]
        for entry in moves:
            theirs[str(entry.clinic_id), entry.drawer, entry.day].append(entry)
        for day in self.days:
            clinic, found = str(day.clinic_id), theirs.pop((str(day.clinic_id), day.drawer, day.day), [])
            if day.entries != len(found):
                yield Issue("I5 entries", clinic, day.id)
            for method in METHODS:
                moved = [each for each in map(_moved, found) if each[0] == method]
                came, went = sum(each for _, each in moved if each > 0), -sum(each for _, each in moved if each < 0)
                if (day.came_in(method), day.went_out(method)) != (came, went):
                    yield Issue(f"I5 {method}", clinic, day.id)
            if day.state == CLOSED and any(each.at_time > (day.closed_at or "") for each in found):
                yield Issue("I9 after its close", clinic, day.id)
        for clinic, drawer, name in theirs:
            yield Issue("I5 no drawer's day", clinic, f"{drawer} {name}")

    def _numbers(self) -> Iterator[Issue]:
        """I6."""
        issued: list[Invoice | CreditNote] = [*self.invoices, *self.notes]
        documents = {(str(each.clinic_id), each.number): each for each in issued}
        series: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.given:
            name, _ = parse_document_number(Key(row["PK"], row["SK"]))
            series[str(row["clinicId"]), name].append(row)
        counters = {
            (str(row.get("clinicId")), str(row["SK"])): row for row in self.counters if parse_counter(row["SK"])[1]
        }
        for place in counters:
            series[place] += []
        for (clinic, name), rows in series.items():
            kind, year = parse_counter(name)
            last = numbers.Counter(kind, year)
            for row in sorted(rows, key=lambda each: str(each["SK"])):
                invoice = documents.get((clinic, str(row["number"])))
                following = last.next(str(row["day"]), digested(invoice) if invoice else {})
                if int(row["SK"]) != following.n or str(row["day"]) != following.day:
                    yield Issue("I6 hole", clinic, str(row["number"]))
                if invoice is None or not row["head"] == invoice.head == following.head:
                    yield Issue("I6 chain", clinic, str(row["number"]))
                last = numbers.Counter(kind, year, int(row["SK"]), str(row["day"]), str(row["head"]))
            kept = counters.get((clinic, name), {})
            if (int(kept.get("n", 0)), kept.get("head", "")) != (last.n, last.head):
                yield Issue("I6 counter", clinic, name)

    def _sessions(self) -> Iterator[Issue]:
        """I12."""
        left: Counter[str] = Counter()
        settled = {each.id: each for each in self.settlements}
        for invoice in self.invoices:
            settlement = settled.get(invoice.id)
            if settlement is None or settlement.state == VOID:
                continue
            off = [int(each) for each in settlement.credited or []] or [0] * len(invoice.lines)
            for at, (line, credited) in enumerate(zip(invoice.lines, off, strict=True)):
                count = (int(line["quantity"]) - credited) // ONE
                if line.get("per"):
                    left[Bundle.id_of(invoice.id, at)] += count
                elif line.get("bundle"):
                    left[str(line["bundle"])] -= count
        for bundle in self.bundles:
            if int(bundle.left) != left.pop(bundle.id, 0):
                yield Issue("I12 sessions", str(bundle.clinic_id), bundle.id)

    def _months(self) -> Iterator[Issue]:
        """I7."""
        invoices, notes = {each.id: each for each in self.invoices}, {each.id: each for each in self.notes}
        still_open = {each.key for each in self.days if each.state == OPEN}
        found = recomputed(self.entries, invoices, notes, MOVES_MONEY, other=self.cash, still_open=still_open)
        days = {Key(row["PK"], row["SK"]): row for row in self.day_rows}
        for key, row in days.items():
            right = {name: each for name, each in found.pop(key, Counter()).items() if each and name.startswith(SUMS)}
            if {name: each for name, each in kept(row).items() if name.startswith(SUMS)} != right:
                clinic = str(row["clinicId"])
                fix = partial(put_day_right, key, row, right, Scope.system("check_ledger", clinic))
                yield Issue("I7 day", clinic, str(row["id"]), fix)
        rows = {Key(row["PK"], row["SK"]): row for row in self.sums}
        for key in {*(each for each in found if each.sk != DAY_ROW), *rows}:  # of a day that is missing I5 tells
            right, row = {name: value for name, value in found[key].items() if value}, rows.get(key, {})
            if kept(row) != right:
                clinic = parse_sum(key.pk)
                fix = partial(put_right, key, row, right, Scope.system("check_ledger", clinic))
                yield Issue("I7 month", clinic, f"{key.pk} {key.sk}", fix)

    def _ages(self) -> Iterator[Issue]:
        """I7: what is open by its day of issue."""
        theirs: dict[str, list[Settlement]] = defaultdict(list)
        rows: dict[str, list[Row]] = defaultdict(list)
        still_open: dict[str, list[Row]] = defaultdict(list)
        for settlement in self.settlements:
            theirs[str(settlement.clinic_id)].append(settlement)
        for row in self.ages:
            rows[str(row["clinicId"])].append(row)
        for row in self.day_rows:
            if row.get("state") == OPEN:
                still_open[str(row["clinicId"])].append(row)
        for clinic in {*theirs, *rows, *still_open}:
            right, found = ages.recomputed(theirs[clinic]), ages.kept(rows[clinic], still_open[clinic])
            extra = ages.kept(row for row in rows[clinic] if str(row["SK"]).endswith(f"#{ages.FIXED}"))
            for day in {*right, *found}:
                off = right.get(day, Counter()) + Counter()
                off.subtract(found.get(day, Counter()))
                if any(off.values()):
                    fix = partial(ages.put_right, day, off, extra, Scope.system("check_ledger", clinic))
                    yield Issue("I7 age", clinic, f"{day} {off[ages.OPEN]} {off[ages.COUNT]}", fix)

    def _visits(self) -> Iterator[Issue]:
        """I11."""
        void = {each.id for each in self.settlements if each.state == VOID}
        credited = {each.id: list(each.credited or []) for each in self.settlements}
        standing: dict[tuple[str, str], list[str]] = defaultdict(list)
        for invoice in self.invoices:
            whole = [int(each["quantity"]) for each in invoice.lines]
            if invoice.visit_id and invoice.id not in void and credited.get(invoice.id) != whole:
                standing[str(invoice.clinic_id), invoice.visit_id].append(invoice.id)
        said = {
            (str(row["clinicId"]), parse_visit_billed(row["SK"])): str(row.get("billId", "")) for row in self.billed
        }
        for (clinic, visit), found in standing.items():
            if len(found) > 1:
                yield Issue("I11 billed twice", clinic, visit)
            if said.pop((clinic, visit), "") not in found:
                yield Issue("I11 to be billed again", clinic, visit)
        for clinic, visit in (place for place, bill in said.items() if bill):
            yield Issue("I11 never billed", clinic, visit)


def _moved(entry: Entry | CashMove) -> tuple[str, int]:
    """By which way, and how much more is in the drawer since."""
    if isinstance(entry, CashMove):
        return CASH, int(entry.amount)
    return entry.method or "", -int(entry.amount) if entry.kind in MOVES_MONEY else 0


def check(scope: Scope, clinic: str = "", *, folder: Path | None = None) -> list[Issue]:
    """What does not agree, in one clinic or in all. Looks twice: what is only under way is gone the second time.

    What each look read is kept in `folder`, if one is given, until both are through: killed, it goes on there.
    """
    logs = [ScanLog(folder / name, Books.KINDS) if folder else None for name in ("first", "second")]
    first = _look(scope, clinic, logs[0])
    second = set(_look(scope, clinic, logs[1])) if first else set()
    for log in logs:
        if log:
            log.drop()
    return [issue for issue in first if issue in second]


def note_down(scope: Scope, clinic: str, found: list[Issue]) -> None:
    """That a clinic's books were held against themselves now: its reports say so."""
    theirs = Scope.system(scope.actor.id, clinic)
    tx, wrong = Transaction(theirs), sum(each.clinic == clinic for each in found)
    sets = {"type": "PROVED", "clinicId": clinic, "at": tx.at, "wrong": wrong}
    tx.change_row(keys.proved(clinic), sets=sets, new=True)
    tx.commit(Event(PROVE, "CLINIC", clinic, note=f"{wrong} differences"))


def _look(scope: Scope, clinic: str, log: ScanLog | None) -> list[Issue]:
    books = Books()
    for raw in every_raw(scope, log):
        books.take_in(raw)
    found = [each for each in books.issues(scope, clocks=False) if clinic in ("", each.clinic)]
    return sorted(set(found), key=lambda each: (each.kind, each.what))
