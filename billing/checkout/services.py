"""Check out: the invoice, the payment and the patient's leaving in one transaction."""

from collections.abc import Sequence

from billing import queries
from billing.bundles import services as bundles
from billing.invoices.services import issuing
from billing.invoices.services.issuing import ISSUE, Cover, Provided
from billing.invoices.services.numbering import Issued, numbered
from billing.ledger import services as ledger
from billing.ledger.services import Draft
from billing.models import CHARGE, PAYMENT, DrawerDay, Invoice
from billing.reports.services import add_work
from billing.rules import typed
from billing.rules.numbers import Counter
from billing.rules.totals import WHOLE
from billing.takings.services import TAKE, Taken, entries_of
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Event, Once, Scope, Transaction, keys
from clinnet.table.errors import NotFound, Refused, Stale
from clinnet.table.once import idempotent
from patients.models import Patient
from scheduling.appointments.services import changing
from scheduling.appointments.services.states import STEPS
from scheduling.models import FINISHED, HERE, LEFT, Appointment

MAY_PAY = (*HERE, FINISHED, LEFT)
BILLED_BEFORE = Refused("This visit has its invoice already. Nothing was taken again.")
NOT_HERE = Refused("The patient is not here yet.")
ALONE = 10_000  # of a discount without an administrator, in thousandths of a percent
DISCOUNT = "A discount of more than {} % needs an administrator."
FOLDED = Refused("This record was folded into another one. Open that one, and check out there.")


@idempotent
def check_out(
    scope: Scope, *, patient: Patient, done: Sequence[Provided], appointment: Appointment | None = None,
    taken: Taken | None = None, cover: Cover | None = None, included: bool = False, drawer: str = "",
    once: Once | None = None,
) -> str:  # fmt: skip
    """Issues an invoice for what was done, takes the money, and lets the patient leave. Returns the invoice's id.

    Without `taken` it is paid later. Raises Refused: nothing to bill, a visit that was billed, no open drawer, an
    amount that is none.
    """
    scope.require(Permission.MONEY_TAKE)
    for each in (patient, appointment, *(taken.also if taken else ()), cover.payer if cover else None,
                 *(each.item for each in done), *(each.bundle for each in done)):  # fmt: skip
        if each:
            scope.must_hold(each)
    _check_visit(appointment)
    _check_discounts(scope, done)
    whose = {each.patient_id for each in taken.also} if taken else set()
    if taken and taken.credit:
        whose.add(taken.credit.patient_id)
    if whose - {patient.id}:
        raise NotFound
    clinic = accounts.clinic(scope.clinic_id)
    today = clock.today(clinic.time_zone).isoformat()
    day = queries.open_drawer(scope, today, drawer)
    visit_id = appointment.id if appointment else ""
    invoice = issuing.draw_up(clinic, patient, done, id=clock.new_id(), included=included, visit_id=visit_id,
                              cover=cover)  # fmt: skip
    drafts = [*_charge(invoice), *_payment(invoice, taken)]
    used = {each.bundle.id: each.bundle for each in done if each.bundle}
    covers = {each.item.id: each.item.covers or "" for each in done}

    def write(tx: Transaction, last: Counter) -> Issued:
        counter = issuing.give_number(invoice, last, today)
        tx.check(Patient.at(patient.id), unless=("mergedInto",), refusal=FOLDED)
        tx.put(invoice)
        add_work(tx, day, invoice)
        bundles.sell(tx, invoice, covers)
        bundles.move(tx, invoice, used, [int(each["quantity"]) for each in invoice.lines])
        _post(tx, day, invoice, drafts, taken)
        _leave(tx, appointment, invoice)
        for each in drafts:
            if each.kind == PAYMENT:
                tx.also(Event(TAKE, "ENTRY", each.id, patient=patient.id))
        event = Event(ISSUE, "INVOICE", invoice.id, patient=patient.id, note=counter.number)
        return Issued(counter, patient.id, invoice.id, event, invoice.id)

    try:
        return numbered(scope, issuing.SERIES, issuing.year_of(today), write, once=once)
    except Stale as stale:
        raise changing.stale_or_gone(dict(stale.theirs)) from None


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
        found.append(Draft(CHARGE, invoice.patient_id, int(each.total), {each.id: int(each.total)},
                           payer=each.payer or ""))  # fmt: skip
    return found


def _payment(invoice: Invoice, taken: Taken | None) -> list[Draft]:
    if taken is None:
        return []
    own = issuing.settlements_of(invoice)[0]
    opens = {each.id: int(each.open) for each in taken.also} | {own.id: int(own.total)}
    return entries_of(invoice.patient_id, opens, taken, invoice.currency)


def _post(tx: Transaction, day: DrawerDay, invoice: Invoice, drafts: list[Draft], taken: Taken | None) -> None:
    settlements = [*issuing.settlements_of(invoice), *(taken.also if taken else ())]
    ledger.post(tx, day, drafts, settlements, spends=taken.credit if taken else None)


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
