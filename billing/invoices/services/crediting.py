"""A credit note: an invoice that was issued is corrected by a document of its own, in whole or line by line."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from billing import queries
from billing.bundles import services as bundles
from billing.bundles.queries import of_invoice
from billing.invoices.services import issuing
from billing.invoices.services.numbering import Given, Issued, numbered
from billing.ledger import queries as ledger_queries
from billing.ledger import services as ledger
from billing.ledger.queries import Billed
from billing.ledger.services import Credited, Draft
from billing.models import CREDIT, VOID, WRITEBACK, WRITEOFF, CreditNote, Invoice, Settlement
from billing.reports.services import add_work
from billing.rules import numbers
from billing.rules.credits import Credit
from billing.rules.credits import credit as credited_of
from billing.rules.totals import WrongLine, gross
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.money import share
from clinnet.table import Action, Event, Key, Once, Scope, Topic, Transaction, get_rows, keys
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients import timeline
from patients.queries import patient

CORRECT = Action("invoice.credit", "corrected an invoice with a credit note", Topic.MONEY)

IS_VOID = Refused("A void invoice has nothing to credit.")
NOTHING = Refused("Say how much of a line is credited.")
WHY = Refused("Say why it is credited.", field="reason")


def drawn(billed: Billed, quantities: Sequence[int]) -> Credit:
    """What so much of each line comes to, in thousandths. Raises Refused for more than is left of one."""
    lines = billed.invoice.as_lines
    try:
        return credited_of(lines, before(billed), quantities, included=bool(billed.invoice.included))
    except WrongLine as wrong:
        raise Refused(wrong.sentence) from None


def before(billed: Billed) -> list[int]:
    """How much of each line was credited by now, in thousandths."""
    return [int(each) for each in billed.settlement.credited or []] or [0] * len(billed.invoice.lines)


@idempotent
def credit(scope: Scope, *, billed: Billed, quantities: Sequence[int], reason: str, once: Once | None = None) -> str:
    """Takes so much off each line of an invoice, in thousandths, in the invoice's order. Returns the note's id.

    What is open becomes less; what was paid beyond that becomes the person's credit. Raises Refused.
    """
    scope.require(Permission.MONEY_CORRECT)
    scope.must_hold(billed.invoice)
    if billed.settlement.state == VOID:
        raise IS_VOID
    if not any(quantities):
        raise NOTHING
    if not reason.strip():
        raise WHY
    found, invoice = drawn(billed, quantities), billed.invoice
    note = _note(billed, quantities, found, reason)
    today = clock.today(accounts.clinic(scope.clinic_id).time_zone).isoformat()
    day, total = queries.open_drawer(scope, today), found.totals.total
    sessions = of_invoice(scope, invoice)
    parts, written = _parts(billed, total, _own(billed, quantities)), _written_off(scope, billed)
    drafts = [draft for each, part in parts for draft in _drafts(each, part, note, written[each.id])]
    done = [was + now for was, now in zip(before(billed), quantities, strict=True)]
    credited = {
        each.id: Credited(() if each.payer else tuple(done), int(each.credited_total or 0) + part)
        for each, part in parts
    }

    billed_anew = _its_row(scope, invoice) if done == [int(each["quantity"]) for each in invoice.lines] else None

    def write(tx: Transaction, last: numbers.Counter) -> Issued:
        counter = issuing.give_number(note, last, today)
        tx.put(note)
        add_work(tx, day, note, sign=-1)
        bundles.move(tx, invoice, sessions, [-each for each in quantities])
        if billed_anew:
            tx.delete_row(billed_anew)
        ledger.post(
            tx,
            day,
            [replace(each, number=counter.number) for each in drafts],
            [each for each, _ in parts],
            credited=credited,
        )
        event = Event(CORRECT, "INVOICE", note.corrects, patient=note.patient_id, note=counter.number)
        return Issued([Given(counter, note.patient_id, note.id)], event, note.id)

    return numbered(scope, numbers.CREDIT, issuing.year_of(today), write, once=once)


def _its_row(scope: Scope, invoice: Invoice) -> Key | None:
    """By which its visit counts as billed. The visit may be of a record that was folded into the invoice's."""
    if not invoice.visit_id:
        return None
    ids = timeline.all_ids(patient(scope, invoice.patient_id))
    rows = get_rows(scope, [keys.visit_billed(id, invoice.visit_id) for id in ids])
    return next((place for place, row in rows.items() if row.get("billId") == invoice.id), None)


def _own(billed: Billed, quantities: Sequence[int]) -> tuple[int, int]:
    """Of the lines that the person pays alone: what this note takes off, and what is left of them before it."""
    invoice, was = billed.invoice, before(billed)
    own = [bool(each.get("own")) for each in invoice.lines]

    def off(done: Sequence[int]) -> int:
        found = credited_of(invoice.as_lines, [0] * len(done), done, included=bool(invoice.included))
        lines = [(amount, int(line["rate"])) for line, amount in zip(invoice.lines, found.amounts, strict=True)]
        return sum(
            part for part, is_own in zip(gross(lines, included=bool(invoice.included)), own, strict=True) if is_own
        )

    if not any(own) or not billed.claims:
        return 0, 0
    now = [done + more for done, more in zip(was, quantities, strict=True)]
    whole = off([int(each["quantity"]) for each in invoice.lines])
    return off(now) - off(was), whole - off(was)


def _parts(billed: Billed, total: int, own: tuple[int, int]) -> list[tuple[Settlement, int]]:
    """What falls on each payer: on the person what they pay alone, of the rest by what is not credited of their shares,
    so that all notes come to just these."""
    left = [int(each.total) - int(each.credited_total or 0) for each in billed.settlements]
    alone = max(total - sum(left[1:]), min(own[0], left[0], total))
    rest = [max(0, left[0] - own[1]), *left[1:]]
    shared = share(total - alone, rest) if any(rest) else [total - alone, *[0] * len(left[1:])]
    shared[0] += alone
    _within(shared, left)
    found = list(zip(billed.settlements, shared, strict=True))
    return [(each, part) for each, part in found if part or not each.payer]


def _within(parts: list[int], left: Sequence[int]) -> None:
    """No part is more than is left of that share: what is over, cents of rounding, goes where there is room."""
    over = sum(max(0, part - most) for part, most in zip(parts, left, strict=True))
    for at, most in enumerate(left):
        parts[at] = min(parts[at], most)
        more = min(over, most - parts[at])
        parts[at], over = parts[at] + more, over - more


def _written_off(scope: Scope, billed: Billed) -> Counter[str]:
    """How much of each share stands as written off."""
    found: Counter[str] = Counter()
    for entry in ledger_queries.entries_about(scope, billed.invoice):
        if entry.kind in (WRITEOFF, WRITEBACK):
            found.subtract(entry.allocated)
    return found


def _drafts(settlement: Settlement, part: int, note: CreditNote, written: int) -> list[Draft]:
    """What is open comes off first, then what was written off; only what was paid becomes credit."""
    off = min(part, int(settlement.open) + written)
    back, payer = max(0, off - int(settlement.open)), settlement.payer or ""
    found = [
        Draft(CREDIT, note.patient_id, -part, {settlement.id: -off}, document=note.id, reason=note.reason, payer=payer)
    ]
    if back:
        found.insert(0, Draft(WRITEBACK, note.patient_id, back, {settlement.id: back}, reason=note.reason, payer=payer))
    return found


def _note(billed: Billed, quantities: Sequence[int], found: Credit, reason: str) -> CreditNote:
    invoice, id = billed.invoice, clock.new_id()
    place = CreditNote.at(invoice.patient_id, id)
    lines = [
        {
            "place": at,
            "code": line["code"],
            "name": line["name"],
            "quantity": quantity,
            "rate": int(line["rate"]),
            "amount": amount,
            **({"note": line["note"]} if line.get("note") else {}),
        }
        for at, (line, quantity, amount) in enumerate(zip(invoice.lines, quantities, found.amounts, strict=True))
        if quantity
    ]
    return CreditNote(
        pk=place.pk, sk=place.sk, id=id, patient_id=invoice.patient_id, currency=invoice.currency,
        included=invoice.included, seller=invoice.seller, buyer=invoice.buyer, lines=lines,
        rates=[{"rate": each.rate, "net": each.net, "tax": each.tax} for each in found.totals.rates],
        total=found.totals.total, corrects=invoice.id, corrects_number=invoice.number, corrects_day=invoice.day,
        reason=reason.strip(), practitioner_id=invoice.practitioner_id, frozen=True,
    )  # fmt: skip
