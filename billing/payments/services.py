"""Money for an invoice that was issued before, and what takes a check-out back within minutes."""

from datetime import timedelta

from billing import queries
from billing.bundles import services as bundles
from billing.bundles.queries import of_invoice
from billing.ledger import queries as ledger_queries
from billing.ledger import services as ledger
from billing.ledger.queries import Billed
from billing.ledger.services import Draft
from billing.mailing.models import PRINTED
from billing.mailing.queries import mailings
from billing.models import (
    APPLY,
    CHARGE,
    OPEN,
    PAYMENT,
    ROUNDING,
    TO_SEND,
    UNDONE,
    VOIDED,
    WRITEOFF,
    DrawerDay,
    Entry,
    Invoice,
    Settlement,
)
from billing.reports.services import add_work
from billing.takings.services import TAKE, Taken, entries_of
from billing.takings.services import deposit as deposited
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction, keys
from clinnet.table.errors import NotFound, Refused, Stale
from clinnet.table.once import idempotent
from patients.models import Patient
from scheduling.appointments.services import changing
from scheduling.messages.rules.attached import FAILED
from scheduling.models import LEFT, Appointment

UNDO = Action("checkout.undo", "took back a check-out", Topic.MONEY)
WRITE_OFF = Action("invoice.write-off", "wrote off what was open of an invoice", Topic.MONEY)

GRACE = timedelta(minutes=3)
TOO_LATE = Refused("That was more than 3 minutes ago. An administrator can take it back until the drawer is closed.")
NOT_YOURS = Refused("Somebody else checked out. They, or an administrator, can take it back.")
CLOSED_SINCE = Refused("The drawer's day was closed since. It cannot be taken back any more.")
NOTHING_OPEN = Refused("Nothing is open of this invoice.")
WHY = Refused("Say why it is written off.", field="reason")
FOLDED = Refused("This record was folded into another one. Open that one.")
SENT_SINCE = Refused("This was sent to who else pays. Make a credit note instead.")
OLDER = Refused("It was not issued today. Make a credit note instead.")
MAILED = Refused("This was e-mailed. Make a credit note instead.")
GONE_ON = Refused("Something was paid or corrected since. Look at the invoice.")
KIND = {CHARGE: VOIDED, PAYMENT: UNDONE, ROUNDING: ROUNDING, APPLY: APPLY}


@idempotent
def take(scope: Scope, *, billed: Billed, taken: Taken, drawer: str = "", once: Once | None = None) -> str:
    """Money for one invoice. Returns the payment's id. Raises Refused."""
    scope.require(Permission.MONEY_TAKE)
    scope.must_hold(billed.invoice)
    clinic = accounts.clinic(scope.clinic_id)
    day = queries.open_drawer(scope, clock.today(clinic.time_zone).isoformat(), drawer)
    invoice, settlement = billed.invoice, billed.settlement
    if taken.credit and taken.credit.patient_id != invoice.patient_id:
        raise NotFound
    drafts = entries_of(invoice.patient_id, {invoice.id: int(settlement.open)}, taken, invoice.currency)
    if not drafts:
        raise NOTHING_OPEN
    tx = Transaction(scope, once=once)
    ledger.post(tx, day, drafts, [settlement], spends=taken.credit)
    event = Event(TAKE, "ENTRY", drafts[0].id, patient=invoice.patient_id, note=invoice.number)
    return tx.commit(event, result=drafts[0].id)


@idempotent
def deposit(scope: Scope, *, patient: Patient, method: str, amount: int, once: Once | None = None) -> str:
    """Money for no invoice yet: it stays as credit. Returns the payment's id. Raises Refused."""
    scope.require(Permission.MONEY_TAKE)
    scope.must_hold(patient)
    clinic = accounts.clinic(scope.clinic_id)
    day = queries.open_drawer(scope, clock.today(clinic.time_zone).isoformat())
    draft = deposited(patient.id, method, amount, clinic.money)
    tx = Transaction(scope, once=once)
    tx.check(Patient.at(patient.id), unless=("mergedInto",), refusal=FOLDED)
    ledger.post(tx, day, [draft], [])
    return tx.commit(Event(TAKE, "ENTRY", draft.id, patient=patient.id, note="deposit"), result=draft.id)


@idempotent
def write_off(scope: Scope, *, billed: Billed, reason: str, once: Once | None = None) -> None:
    """What is still open of an invoice is not asked for any more: by an administrator, with the reason."""
    scope.require(Permission.MONEY_CORRECT)
    scope.must_hold(billed.invoice)
    invoice, owed = billed.invoice, int(billed.settlement.open)
    if not reason.strip():
        raise WHY
    if not owed:
        raise NOTHING_OPEN
    day = queries.open_drawer(scope, clock.today(accounts.clinic(scope.clinic_id).time_zone).isoformat())
    tx = Transaction(scope, once=once)
    draft = Draft(WRITEOFF, invoice.patient_id, -owed, {invoice.id: -owed}, reason=reason.strip())
    ledger.post(tx, day, [draft], [billed.settlement])
    tx.commit(Event(WRITE_OFF, "INVOICE", invoice.id, patient=invoice.patient_id, note=reason.strip()))


@idempotent
def undo(scope: Scope, *, billed: Billed, appointment: Appointment | None = None, once: Once | None = None) -> None:
    """The check-out as if it had not been, but for its number, which stays used.

    By whoever did it within 3 minutes, by an administrator until the drawer's day is closed; once more was paid, by
    nobody. The invoice is void, the money is out of the drawer again, and the visit is where it was. Raises Refused.
    """
    scope.require(Permission.MONEY_TAKE)
    scope.must_hold(billed.invoice)
    invoice = billed.invoice
    entries = ledger_queries.entries_with(scope, invoice)
    bills = {bill for each in entries for bill in each.allocated} | {invoice.id}
    settlements = ledger_queries.settlements(scope, invoice.patient_id, bills)
    _check(scope, invoice, entries, settlements)
    if any(each.state not in (FAILED, PRINTED) for each in mailings(scope, invoice)):
        raise MAILED
    day, tx = _day_of(scope, entries), Transaction(scope, once=once)
    for payment in (each for each in entries if each.kind == PAYMENT):
        tx.change_row(
            keys.returned(invoice.patient_id, payment.id),
            sets={"type": "RETURNED", "clinicId": scope.clinic_id},
            adds={"amount": -int(payment.amount)},
            when={"amount": None},
            new=True,
            refusal=GONE_ON,
        )
    ledger.post(tx, day, [_opposite(each) for each in entries] or [_of_nothing(billed)], settlements)
    add_work(tx, day, invoice, sign=-1)
    bundles.move(tx, invoice, of_invoice(scope, invoice), [-int(each["quantity"]) for each in invoice.lines])
    if appointment:
        _come_back(tx, appointment, billed)
    try:
        tx.commit(Event(UNDO, "INVOICE", invoice.id, patient=invoice.patient_id, note=invoice.number))
    except Stale as stale:
        raise changing.stale_or_gone(dict(stale.theirs)) from None


def _day_of(scope: Scope, entries: list[Entry]) -> DrawerDay:
    """In which it stands, which has to be open; an invoice of nothing stands in none."""
    if not entries:
        return queries.open_drawer(scope, clock.today(accounts.clinic(scope.clinic_id).time_zone).isoformat())
    day = queries.drawer_day(scope, entries[0].drawer, entries[0].day)
    if day.state != OPEN:
        raise CLOSED_SINCE
    return day


def _of_nothing(billed: Billed) -> Draft:
    """Nothing was charged: the entry says that the invoice is void."""
    return Draft(VOIDED, billed.invoice.patient_id, 0, {billed.invoice.id: 0})


def _check(scope: Scope, invoice: Invoice, entries: list[Entry], settlements: list[Settlement]) -> None:
    """`settlements` are those of all that the check-out settled: none of them was moved since."""
    if any(each.claim not in (None, TO_SEND) for each in settlements):
        raise SENT_SINCE
    if any(each.last_event != invoice.last_event for each in settlements):
        raise GONE_ON
    if invoice.day != clock.today(accounts.clinic(scope.clinic_id).time_zone).isoformat():
        raise OLDER
    if scope.may(Permission.MONEY_CORRECT):
        return
    if clock.now() - clock.moment(invoice.created_at or clock.stamp()) > GRACE:
        raise TOO_LATE
    if entries and entries[0].by_id != scope.actor.id:
        raise NOT_YOURS


def may_undo(scope: Scope, billed: Billed, entries: list[Entry]) -> bool:
    """Whether the button is offered; what is written decides."""
    own = [each for each in entries if each.last_event == billed.invoice.last_event]
    try:
        _check(scope, billed.invoice, own, billed.settlements)
    except Refused:
        return False
    return scope.may(Permission.MONEY_TAKE)


def _opposite(entry: Entry) -> Draft:
    alloc = {bill: -part for bill, part in entry.allocated.items()}
    return Draft(
        KIND[entry.kind],
        entry.patient_id,
        -int(entry.amount),
        alloc,
        entry.method or "",
        reverses=entry.id,
        payer=entry.payer or "",
    )


def _come_back(tx: Transaction, appointment: Appointment, billed: Billed) -> None:
    """The visit has no invoice any more; it is where it was, unless somebody went on with it."""
    place = keys.visit_billed(appointment.patient_id, appointment.id)
    tx.delete_row(place, when={"billId": billed.invoice.id}, refusal=GONE_ON)
    stamps = list(appointment.stamps or [])
    if appointment.state == LEFT and stamps and appointment.last_event == billed.invoice.last_event:
        changing.add_step(tx, appointment, dict(stamps[-1]["was"]), stamps=stamps[:-1])
