"""Check out: the invoice, the payment and the patient's leaving in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing import queries
from billing.bundles import services as bundles
from billing.invoices.services import issuing
from billing.invoices.services.agreeing import agreed, as_agreed
from billing.invoices.services.issuing import ISSUE, Cover, Provided
from billing.invoices.services.numbering import Given, Issued, numbered
from billing.ledger import services as ledger
from billing.ledger.services import Draft
from billing.models import BILLED, CHARGE, PAYMENT, Invoice, Settlement
from billing.reports.services import add_work
from billing.rules import typed
from billing.rules.numbers import Counter
from billing.rules.totals import WHOLE
from billing.takings.services import TAKE, Taken, entries_of
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.table import Event, Key, Once, Row, Scope, Transaction, keys
from clinnet.table.errors import ClinnetError, NotFound, Refused, Stale
from clinnet.table.once import idempotent
from patients.models import Patient
from scheduling.appointments.services import changing
from scheduling.appointments.services.states import STEPS
from scheduling.models import FINISHED, HERE, LEFT, Appointment

MAY_PAY = (*HERE, FINISHED, LEFT)
CHANGED = Refused("What is billed changed while this page was open: a price, a tax, or who pays. Look once more.")
RECORDED = Refused("Somebody wrote down just now what else was done. Look once more.")
BILLED_BEFORE = Refused("This visit has its invoice already. Nothing was taken again.")
EXCUSED = Refused("Somebody said that this visit has nothing to bill. Take that back first, in Money, To bill.")
NOT_HERE = Refused("The patient is not here yet.")
ALONE = 10_000  # of a discount without an administrator, in thousandths of a percent
DISCOUNT = "A discount of more than {} % needs an administrator."
FOLDED = Refused("This record was folded into another one. Open that one, and check out there.")


@dataclass(frozen=True, slots=True, repr=False)
class Bill:
    """What one person is checked out with. Without `taken` it is paid later."""

    patient: Patient
    done: Sequence[Provided]
    appointment: Appointment | None = None
    taken: Taken | None = None
    cover: Cover | None = None
    recorded: int | None = None  # the version of what was recorded of the visit, 0 of nothing; None is not asked


@idempotent
def check_out(
    scope: Scope,
    *,
    patient: Patient,
    done: Sequence[Provided],
    appointment: Appointment | None = None,
    taken: Taken | None = None,
    cover: Cover | None = None,
    others: Sequence[Bill] = (),
    drawer: str = "",
    shown: str | None = None,
    recorded: int | None = None,
    receipt: str = "",
    once: Once | None = None,
) -> str:
    """Issues an invoice for what was done, takes the money, and lets the patient leave. Returns the invoice's id.

    Without `taken` it is paid later. `others` of the family are checked out with it, each with an invoice and a payment
    of their own: all of them, or none. `shown` is the mark of what the page said is billed, `receipt` how this
    person wants it, which is kept. Raises Refused: nothing to
    bill, a visit that was billed, no open drawer, an amount that is none, another mark than what was shown has.
    """
    scope.require(Permission.MONEY_TAKE)
    bills = [Bill(patient, done, appointment, taken, cover, recorded), *others]
    for bill in bills:
        _check(scope, bill)
    clinic = accounts.clinic(scope.clinic_id)
    today = clock.today(clinic.time_zone).isoformat()
    day = queries.open_drawer(scope, today, drawer)
    known = queries.setup(scope)
    invoices = [_invoice(clinic, bill, known) for bill in bills]
    if shown is not None and shown != issuing.mark(invoices):
        raise CHANGED
    drafts = [
        draft
        for bill, invoice in zip(bills, invoices, strict=True)
        for draft in (*_charge(invoice), *_payment(invoice, bill.taken))
    ]

    def write(tx: Transaction, last: Counter) -> Issued:
        given = []
        for bill, invoice in zip(bills, invoices, strict=True):
            last = issuing.give_number(invoice, last, today)
            given.append(Given(last, invoice.patient_id, invoice.id))
            _bill(tx, bill, invoice)
        add_work(tx, day, *invoices)
        ledger.post(
            tx,
            day,
            drafts,
            [each for pair in zip(bills, invoices, strict=True) for each in _settled(*pair)],
            spends=taken.credit if taken else None,
            receipt=(patient.id, receipt),
        )
        for each in drafts:
            if each.kind == PAYMENT:
                tx.also(Event(TAKE, "ENTRY", each.id, patient=each.patient_id))
        event, *more = [
            Event(ISSUE, "INVOICE", each.id, patient=each.patient_id, note=each.number) for each in invoices
        ]
        for other in more:
            tx.also(other)
        return Issued(given, event, invoices[0].id)

    try:
        return numbered(scope, issuing.SERIES, issuing.year_of(today), write, once=once)
    except Stale as stale:
        raise changing.stale_or_gone(dict(stale.theirs)) from None


def mark(known: queries.MoneySetup, bills: Sequence[Bill]) -> str:
    """Of what these would be billed now; empty where one cannot be."""
    try:
        return issuing.mark([_invoice(known.clinic, bill, known) for bill in bills])
    except Refused:
        return ""


def _check(scope: Scope, bill: Bill) -> None:
    """Raises Refused, and NotFound for what is another clinic's or another person's."""
    taken = bill.taken
    also, credit = (taken.also, taken.credit) if taken else ((), None)
    for each in (
        bill.patient,
        bill.appointment,
        *also,
        bill.cover.payer if bill.cover else None,
        *(each.item for each in bill.done),
        *(each.bundle for each in bill.done),
    ):
        if each:
            scope.must_hold(each)
    if {each.patient_id for each in (*also, credit) if each} - {bill.patient.id}:
        raise NotFound
    _check_visit(bill.appointment)
    _check_discounts(scope, [as_agreed(queries.setup(scope), each, bill.cover) for each in bill.done])


def _invoice(clinic: Clinic, bill: Bill, known: queries.MoneySetup) -> Invoice:
    visit, done = bill.appointment, agreed(known, bill.done, bill.cover)
    return issuing.draw_up(
        clinic, bill.patient, done, id=clock.new_id(), visit_id=visit.id if visit else "",
        practitioner_id=(visit.practitioner_id or "") if visit else "", cover=bill.cover,
    )  # fmt: skip


def _bill(tx: Transaction, bill: Bill, invoice: Invoice) -> None:
    """One person's part of the transaction, but for the money."""
    tx.check(Patient.at(bill.patient.id), unless=("mergedInto",), refusal=FOLDED)
    tx.put(invoice)
    bundles.sell(tx, invoice, {each.item.id: each.item.covers or "" for each in bill.done})
    used = {each.bundle.id: each.bundle for each in bill.done if each.bundle}
    bundles.move(tx, invoice, used, [int(each["quantity"]) for each in invoice.lines])
    if bill.appointment and bill.recorded is not None:
        place, seen = keys.visit_recorded(bill.appointment.patient_id, bill.appointment.id), bill.recorded
        tx.check(place, when={"version": seen or None}, new=not seen, refusal=RECORDED)
    _leave(tx, bill.appointment, invoice)


def _check_visit(appointment: Appointment | None) -> None:
    if appointment and appointment.state not in MAY_PAY:
        raise NOT_HERE


def _check_discounts(scope: Scope, done: Sequence[Provided]) -> None:
    most = WHOLE if scope.may(Permission.MONEY_CORRECT) else ALONE
    for line in (each.line for each in done):
        if line.percent_off > most or line.amount_off * WHOLE > line.full * most:
            raise Refused(DISCOUNT.format(typed.show(most)))


def _charge(invoice: Invoice) -> list[Draft]:
    """Of each payer; of the person too where another pays all: what is made void later has to find it."""
    found = []
    for each in issuing.settlements_of(invoice) if invoice.total else ():
        found.append(
            Draft(CHARGE, invoice.patient_id, int(each.total), {each.id: int(each.total)}, payer=each.payer or "")
        )
    return found


def _payment(invoice: Invoice, taken: Taken | None) -> list[Draft]:
    if taken is None:
        return []
    own = issuing.settlements_of(invoice)[0]
    opens = {each.id: int(each.open) for each in taken.also} | {own.id: int(own.total)}
    return entries_of(invoice.patient_id, opens, taken, invoice.currency)


def _settled(bill: Bill, invoice: Invoice) -> list[Settlement]:
    return [*issuing.settlements_of(invoice), *(bill.taken.also if bill.taken else ())]


def _leave(tx: Transaction, appointment: Appointment | None, invoice: Invoice) -> None:
    """The visit has its invoice, and whoever is still here has left."""
    if appointment is None:
        return
    row = billed_row(keys.visit_billed(appointment.patient_id, appointment.id), invoice)
    tx.put_row(row, only_new=True, refusal=_billed_before)
    if appointment.state != LEFT:
        changing.add_step(tx, appointment, {"state": LEFT})
        tx.also(Event(STEPS[LEFT], "APPOINTMENT", appointment.id, patient=appointment.patient_id))


def billed_row(place: Key, invoice: Invoice) -> Row:
    """Which invoice a visit has."""
    return {
        "PK": place.pk,
        "SK": place.sk,
        "type": BILLED,
        "billId": invoice.id,
        "patientId": invoice.patient_id,
        "number": invoice.number,
    }


def _billed_before(row: Row) -> ClinnetError:
    return BILLED_BEFORE if row.get("billId") else EXCUSED
