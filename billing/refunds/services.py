"""Refunds: asked for by one person, approved by another, out of the person's credit and back the way it came."""

from collections.abc import Iterable
from dataclasses import dataclass

from billing import queries
from billing.ledger import queries as ledger_queries
from billing.ledger import services as ledger
from billing.ledger.queries import Account
from billing.ledger.services import Draft
from billing.models import (
    APPLY,
    ASKED,
    CASH,
    CREDITED,
    DECLINED,
    GIVEN_BACK,
    PAYMENT,
    REFUND,
    ROUNDING,
    VOID,
    Entry,
    RefundRequest,
    Settlement,
)
from billing.rules import cash
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.money import Money, show
from clinnet.table import Action, Event, Once, Row, Scope, Topic, Transaction, keys
from clinnet.table.errors import ClinnetError, Refused
from clinnet.table.once import idempotent

MOST = 20  # invoices that are named
ASK = Action("refund.ask", "asked for a refund", Topic.MONEY)
APPROVE = Action("refund.approve", "approved a refund", Topic.MONEY)
DECLINE = Action("refund.decline", "declined a refund", Topic.MONEY)

NO_PAYMENT = Refused("This is no payment that can be given back.")
WHY = Refused("Say why it is given back.", field="reason")
NOT_YOUR_OWN = Refused("You asked for this refund. Somebody else must approve it.")
ANSWERED = Refused("Somebody answered this just now.")
COINS = Refused("Coins cannot pay that.", field="amount")
MOVED = Refused("Something of this payment was given back just now. Look again.")
NOT_ENOUGH = "The drawer holds {}. Pay back by transfer, or bring cash in first."
OF_CREDIT = "Only credit is given back, and there is {}. {}"
CREDIT_FIRST = "What was paid for an invoice needs a credit note first."
SPENT = "It was used for {}: what was not done of that needs a credit note first, and is credit again then."


@dataclass(frozen=True, slots=True)
class Left:
    """Of a payment, in the minor unit: what was given back of it, and how much more can be now."""

    returned: int
    most: int


def left_of(scope: Scope, payment: Entry) -> Left:
    """Raises Refused where nothing of it is left, or it is no payment."""
    returned, paid = ledger_queries.given_back(scope, payment), -int(payment.amount)
    if payment.kind != PAYMENT or payment.payer or returned >= paid:
        raise NO_PAYMENT
    credit = ledger_queries.account(scope, payment.patient_id).credit
    if payment.method == CASH:
        credit += cash.rounding(credit, accounts.clinic(scope.clinic_id).money)
    return Left(returned, min(credit, paid - returned))


@idempotent
def ask(scope: Scope, *, payment: Entry, amount: int, reason: str, once: Once | None = None) -> str:
    """Nothing moves yet. Returns the request's id. Raises Refused for more than can be given back."""
    scope.require(Permission.MONEY_TAKE)
    scope.must_hold(payment)
    _check(scope, payment, amount)
    if not reason.strip():
        raise WHY
    tx, id = Transaction(scope, once=once), clock.new_id()
    place, listed = RefundRequest.at(payment.patient_id, id), keys.refund_asked(scope.clinic_id, tx.at, id)
    tx.put(
        RefundRequest(
            pk=place.pk, sk=place.sk, id=id, patient_id=payment.patient_id, payment=payment.id, amount=amount,
            method=payment.method, reason=reason.strip(), by=scope.actor.name, by_id=scope.actor.id, state=ASKED,
            gsi1pk=listed.pk, gsi1sk=listed.sk,
        )
    )  # fmt: skip
    return tx.commit(Event(ASK, "REFUNDREQUEST", id, patient=payment.patient_id, note=reason.strip()), result=id)


def _check(scope: Scope, payment: Entry, amount: int) -> Left:
    left, clinic = left_of(scope, payment), accounts.clinic(scope.clinic_id)
    if payment.method == CASH and not cash.can_be_paid(amount, clinic.money):
        raise COINS
    if not 0 < amount <= left.most:
        most, numbers = show(Money(left.most, clinic.money), clinic.locale, sign=True), spent_on(scope, payment)
        raise Refused(OF_CREDIT.format(most, what_first(each.number for each in numbers)), field="amount")
    return left


def spent_on(scope: Scope, payment: Entry) -> list[Settlement]:
    """The invoices that a payment, or credit that there was after it, was used for, and which stand, oldest first."""
    found = [payment, *(each for each in ledger_queries.entries_after(scope, payment) if each.kind == APPLY)]
    bills = dict.fromkeys(bill for each in found for bill, part in each.allocated.items() if part < 0)
    settled = ledger_queries.settlements(scope, payment.patient_id, list(bills)[:MOST])
    return [each for each in settled if each.state not in (VOID, CREDITED)]


def what_first(numbers: Iterable[str]) -> str:
    """What has to be done before more can be given back."""
    named = ", ".join(numbers)
    return SPENT.format(named) if named else CREDIT_FIRST


@idempotent
def approve(scope: Scope, *, asked: RefundRequest, once: Once | None = None) -> str:
    """Gives the money back, out of today's open drawer. Returns the entry's id.

    That it is not the person who asked is a condition of the write, as is that nobody answered before.
    """
    scope.require(Permission.MONEY_CORRECT)
    scope.must_hold(asked)
    if asked.state != ASKED:
        raise ANSWERED
    payment = ledger_queries.entry(scope, asked.patient_id, asked.payment)
    amount = int(asked.amount)
    left = _check(scope, payment, amount)
    clinic = accounts.clinic(scope.clinic_id)
    day = queries.open_drawer(scope, clock.today(clinic.time_zone).isoformat())
    if asked.method == CASH and (there := queries.drawer_day(scope, day.drawer, day.day).expected(CASH)) < amount:
        raise Refused(NOT_ENOUGH.format(show(Money(there, clinic.money), clinic.locale, sign=True)))
    tx = Transaction(scope, once=once)
    _answer(tx, asked, GIVEN_BACK)
    when = {"amount": left.returned or None}
    tx.change_row(
        keys.returned(asked.patient_id, payment.id),
        sets={"type": "RETURNED", "clinicId": scope.clinic_id},
        adds={"amount": amount},
        when=when,
        new=True,
        refusal=MOVED,
    )
    draft = Draft(REFUND, asked.patient_id, amount, {}, asked.method, reverses=payment.id, reason=asked.reason)
    account = ledger_queries.account(scope, asked.patient_id)
    ledger.post(tx, day, [draft, *_rounding(account, draft, clinic.money)], [], spends=account)
    event = Event(APPROVE, "REFUNDREQUEST", asked.id, patient=asked.patient_id, note=asked.reason)
    return tx.commit(event, result=draft.id)


def _rounding(account: Account, refund: Draft, currency: str) -> list[Draft]:
    """Where cash gives back all of the credit, to what coins can pay: what is left of it, or was given too much."""
    off = account.credit - refund.amount
    if refund.method != CASH or not off or off != -cash.rounding(account.credit, currency):
        return []
    return [Draft(ROUNDING, refund.patient_id, off)]


@idempotent
def decline(scope: Scope, *, asked: RefundRequest, once: Once | None = None) -> None:
    """By somebody else, or by whoever asked and thought better of it."""
    scope.require(Permission.MONEY_TAKE)
    scope.must_hold(asked)
    if asked.by_id != scope.actor.id:
        scope.require(Permission.MONEY_CORRECT)
    tx = Transaction(scope, once=once)
    tx.update(asked, _answered(scope, DECLINED), refusal=ANSWERED, state=ASKED)
    tx.commit(Event(DECLINE, "REFUNDREQUEST", asked.id, patient=asked.patient_id))


def _answered(scope: Scope, state: str) -> dict[str, str | None]:
    return {"state": state, "answered_by": scope.actor.name, "gsi1pk": None, "gsi1sk": None}


def _answer(tx: Transaction, asked: RefundRequest, state: str) -> None:
    def refusal(row: Row) -> ClinnetError:
        return ANSWERED if row.get("state") != ASKED else NOT_YOUR_OWN

    tx.update(asked, _answered(tx.scope, state), refusal=refusal, unlike={"by_id": tx.scope.actor.id}, state=ASKED)
