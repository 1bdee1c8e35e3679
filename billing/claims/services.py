"""Claims: sent, accepted, rejected, paid; and what a payer does not pay is moved to the person or written off.

None of it changes the invoice: money moves by entries of the ledger alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from billing import queries
from billing.ledger import queries as ledger_queries
from billing.ledger import services as ledger
from billing.ledger.services import Draft
from billing.models import (
    ACCEPTED,
    MOVE,
    PAYMENT,
    REJECTED,
    SENT,
    TO_SEND,
    TRANSFER,
    WRITEOFF,
    DrawerDay,
    Payer,
    Settlement,
)
from billing.rules.shares import bill_of
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.money import Money, show
from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent

MARK = Action("claim.mark", "said how far a claim is")
SETTLE = Action("claim.settle", "took what a payer paid for a claim, and said what becomes of the rest")
REMITTANCE = Action("claim.remittance", "took a payer's money for several claims")

NEXT: Mapping[str, tuple[str, ...]] = {
    TO_SEND: (SENT,),
    SENT: (ACCEPTED, REJECTED),
    ACCEPTED: (REJECTED,),
    REJECTED: (SENT,),
}
TO_PERSON, OFF = "person", "off"  # what becomes of what a payer does not pay
MOST = 18  # claims of one remittance: four writes each

NOT_NEXT = Refused("A claim is sent first, then accepted or rejected; what was rejected is sent again.", field="state")
QUICKER = Refused("Somebody worked on this claim just now. Look at it again.")
TOO_MUCH = Refused("That is more than is open of the claim.", field="paid")
NOTHING = Refused("Write what was paid, or what becomes of the rest.", field="paid")
NONE_OPEN = Refused("Nothing is open of this claim.")
WHY = Refused("Say why it is written off.", field="reason")
TOO_MANY = Refused(f"{MOST} claims at once. Take the rest as a second remittance.")
LEFT = "{} left to allocate: the claims have to come to what was paid."
OVER = "The claims come to {} more than was paid."


@idempotent
def mark(scope: Scope, *, claim: Settlement, state: str, reference: str = "", once: Once | None = None) -> None:
    """How far it is with the payer; `reference` is what they call it. No money moves. Raises Refused."""
    scope.require(Permission.MONEY_CORRECT)
    scope.must_hold(claim)
    if not claim.open:
        raise NONE_OPEN
    if state not in NEXT.get(claim.claim or "", ()):
        raise NOT_NEXT
    tx = Transaction(scope, once=once)
    line = replace(ledger.line_of(claim, int(claim.open), int(claim.total)), claim=state)
    news = {"claim": state, "reference": reference.strip() or claim.reference, "line": line.pack()}
    tx.update(claim, news, refusal=QUICKER)
    bill = bill_of(claim.id)
    tx.commit(Event(MARK, "INVOICE", bill, patient=claim.patient_id, changes={"claim": [claim.claim, state]}))


@idempotent
def settle(
    scope: Scope, *, claim: Settlement, paid: int = 0, rest: str = "", reason: str = "", once: Once | None = None
) -> None:
    """`paid` came by transfer; the `rest` stays open, is the person's now, or is written off. Raises Refused."""
    scope.require(Permission.MONEY_CORRECT)
    scope.must_hold(claim)
    left = int(claim.open) - paid
    if not claim.open:
        raise NONE_OPEN
    if paid < 0 or left < 0:
        raise TOO_MUCH
    if not paid and not rest:
        raise NOTHING
    if rest == OFF and not reason.strip():
        raise WHY
    drafts = [_paid(claim, paid)] if paid else []
    touched = [claim]
    if rest == TO_PERSON and left:
        own = ledger_queries.billed(scope, claim.patient_id, bill_of(claim.id)).settlement
        drafts += [_on(claim, MOVE, left, reason), Draft(MOVE, own.patient_id, left, {own.id: left}, reason=reason)]
        touched.append(own)
    elif rest == OFF and left:
        drafts.append(_on(claim, WRITEOFF, left, reason.strip()))
    tx = Transaction(scope, once=once)
    ledger.post(tx, _day(scope), drafts, touched)
    tx.commit(Event(SETTLE, "INVOICE", bill_of(claim.id), patient=claim.patient_id, note=reason.strip()))


@idempotent
def remittance(
    scope: Scope,
    *,
    payer: Payer,
    claims: Sequence[Settlement],
    amounts: Sequence[int],
    total: int,
    once: Once | None = None,
) -> None:
    """One transfer of `total` for several claims, which come to just that. All of it is taken, or nothing."""
    scope.require(Permission.MONEY_CORRECT)
    for each in (payer, *claims):
        scope.must_hold(each)
    paid = [(claim, amount) for claim, amount in zip(claims, amounts, strict=True) if amount]
    if any(claim.payer != payer.id or not 0 < amount <= int(claim.open) for claim, amount in paid):
        raise TOO_MUCH
    left = total - sum(amount for _, amount in paid)
    if left or not paid:
        clinic = accounts.clinic(scope.clinic_id)
        amount = show(Money(abs(left), clinic.money), clinic.locale, sign=True)
        raise Refused((LEFT if left >= 0 else OVER).format(amount), field="total")
    if len(paid) > MOST:
        raise TOO_MANY
    tx = Transaction(scope, once=once)
    ledger.post(tx, _day(scope), [_paid(*each) for each in paid], [claim for claim, _ in paid])
    for claim, _ in paid:
        tx.also(Event(SETTLE, "INVOICE", bill_of(claim.id), patient=claim.patient_id))
    tx.commit(Event(REMITTANCE, "PAYER", payer.id))


def _paid(claim: Settlement, amount: int) -> Draft:
    return Draft(PAYMENT, claim.patient_id, -amount, {claim.id: -amount}, TRANSFER, payer=claim.payer or "")


def _on(claim: Settlement, kind: str, amount: int, reason: str) -> Draft:
    return Draft(kind, claim.patient_id, -amount, {claim.id: -amount}, reason=reason, payer=claim.payer or "")


def _day(scope: Scope) -> DrawerDay:
    return queries.open_drawer(scope, clock.today(accounts.clinic(scope.clinic_id).time_zone).isoformat())
