"""Check out: the invoice, the payment and the patient's leaving in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing import queries
from billing.invoices.services import issuing
from billing.invoices.services.issuing import ISSUE, Provided
from billing.invoices.services.numbering import Issued, numbered
from billing.ledger import services as ledger
from billing.ledger.services import Draft
from billing.models import CASH, CHARGE, METHODS, PAYMENT, ROUNDING, DrawerDay, Invoice, Settlement
from billing.rules import cash
from billing.rules.numbers import Counter
from billing.rules.shares import settle
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import NotFound, Refused, Stale
from clinnet.table.once import idempotent
from patients.models import Patient
from scheduling.appointments.services import changing
from scheduling.appointments.services.states import STEPS
from scheduling.models import FINISHED, HERE, LEFT, Appointment

TAKE = Action("payment.take", "took a payment")

MAY_PAY = (*HERE, FINISHED, LEFT)
BILLED_BEFORE = Refused("This visit has its invoice already. Nothing was taken again.")
NOT_HERE = Refused("The patient is not here yet.")
FOLDED = Refused("This record was folded into another one. Open that one, and check out there.")


@dataclass(frozen=True, slots=True, repr=False)
class Taken:
    """Money that is given now. `amount` None: all that is owed; `given` is what was handed over in cash.

    `also` are older invoices that it settles too, before this one's.
    """

    method: str
    amount: int | None = None
    given: int = 0
    also: Sequence[Settlement] = ()


@idempotent
def check_out(
    scope: Scope, *, patient: Patient, done: Sequence[Provided], appointment: Appointment | None = None,
    taken: Taken | None = None, included: bool = False, drawer: str = "", once: Once | None = None,
) -> str:  # fmt: skip
    """Issues an invoice for what was done, takes the money, and lets the patient leave. Returns the invoice's id.

    Without `taken` it is paid later. Raises Refused: nothing to bill, a visit that was billed, no open drawer, an
    amount that is none.
    """
    scope.require(Permission.MONEY_TAKE)
    for each in (patient, appointment, *(taken.also if taken else ()), *(each.item for each in done)):
        if each:
            scope.must_hold(each)
    _check_visit(appointment)
    if any(each.patient_id != patient.id for each in (taken.also if taken else ())):
        raise NotFound
    clinic = accounts.clinic(scope.clinic_id)
    today = clock.today(clinic.time_zone).isoformat()
    day = queries.open_drawer(scope, today, drawer)
    visit_id = appointment.id if appointment else ""
    invoice = issuing.draw_up(clinic, patient, done, id=clock.new_id(), included=included, visit_id=visit_id)
    drafts = [*_charge(invoice), *_payment(invoice, taken)]

    def write(tx: Transaction, last: Counter) -> Issued:
        counter = issuing.give_number(invoice, last, today)
        tx.check(Patient.at(patient.id), unless=("mergedInto",), refusal=FOLDED)
        tx.put(invoice)
        _post(tx, day, invoice, drafts, taken)
        _leave(tx, appointment, invoice)
        if any(each.kind == PAYMENT for each in drafts):
            tx.also(Event(TAKE, "ENTRY", _paid(drafts).id, patient=patient.id))
        event = Event(ISSUE, "INVOICE", invoice.id, patient=patient.id, note=counter.number)
        return Issued(counter, patient.id, invoice.id, event, invoice.id)

    try:
        return numbered(scope, issuing.SERIES, issuing.year_of(today), write, once=once)
    except Stale as stale:
        raise changing.stale_or_gone(dict(stale.theirs)) from None


def _check_visit(appointment: Appointment | None) -> None:
    if appointment and appointment.state not in MAY_PAY:
        raise NOT_HERE


def _charge(invoice: Invoice) -> list[Draft]:
    total = int(invoice.total)
    return [Draft(CHARGE, invoice.patient_id, total, {invoice.id: total})] if total else []


def _paid(drafts: Sequence[Draft]) -> Draft:
    return next(each for each in drafts if each.kind == PAYMENT)


def _payment(invoice: Invoice, taken: Taken | None) -> list[Draft]:
    """Oldest first; cash is rounded to its coins where it settles all of it."""
    if taken is None:
        return []
    opens = {each.id: int(each.open) for each in taken.also} | {invoice.id: int(invoice.total)}
    return payment(invoice.patient_id, opens, taken, invoice.currency)


def payment(patient_id: str, opens: dict[str, int], taken: Taken, currency: str) -> list[Draft]:
    """The entries of money that is given for these open invoices. Raises Refused for an amount that cannot be."""
    if taken.method not in METHODS:
        raise Refused("Choose how it is paid.", field="method")
    owed = sum(opens.values())
    to_pay = owed + (cash.rounding(owed, currency) if taken.method == CASH else 0)
    amount = to_pay if taken.amount is None else taken.amount
    if owed == 0:
        return []
    _check(taken, amount, owed, to_pay, currency)
    alloc, _ = settle(min(amount, owed), {id: each for id, each in opens.items() if each})
    given = taken.given if taken.method == CASH else 0
    found = [Draft(PAYMENT, patient_id, -amount, _negative(alloc), taken.method, given=given)] if amount else []
    if amount == to_pay != owed:
        left = {id: each - alloc.get(id, 0) for id, each in opens.items() if each > alloc.get(id, 0)}
        found.append(Draft(ROUNDING, patient_id, amount - owed, _negative(left)))
    return found


def _check(taken: Taken, amount: int, owed: int, to_pay: int, currency: str) -> None:
    if amount <= 0 < to_pay:
        raise Refused("That is no payment.", field="amount")
    if amount > max(to_pay, owed):
        raise Refused("That is more than is owed. Take what is owed.", field="amount")
    if taken.method == CASH and taken.given and taken.given < amount:
        raise Refused("Less was given than is to pay.", field="given")
    if taken.method == CASH and amount != to_pay and not cash.can_be_paid(amount, currency):
        raise Refused("Coins cannot pay that.", field="amount")


def _negative(alloc: dict[str, int]) -> dict[str, int]:
    return {bill: -part for bill, part in alloc.items()}


def _post(tx: Transaction, day: DrawerDay, invoice: Invoice, drafts: list[Draft], taken: Taken | None) -> None:
    settlements = [issuing.settlement_of(invoice), *(taken.also if taken else ())]
    ledger.post(tx, day, drafts, settlements)


def _leave(tx: Transaction, appointment: Appointment | None, invoice: Invoice) -> None:
    """The visit has its invoice, and whoever is still here has left."""
    if appointment is None:
        return
    place = keys.visit_billed(appointment.patient_id, appointment.id)
    row = {"PK": place.pk, "SK": place.sk, "type": "BILLED", "billId": invoice.id, "patientId": invoice.patient_id,
           "number": invoice.number}  # fmt: skip
    tx.put_row(row, only_new=True, refusal=BILLED_BEFORE)
    if appointment.state != LEFT:
        changing.add_step(tx, appointment, {"state": LEFT})
        tx.also(Event(STEPS[LEFT], "APPOINTMENT", appointment.id, patient=appointment.patient_id))
