"""A payment that came back: what it paid is open again, and the day of today has less."""

from collections.abc import Sequence

from billing import queries
from billing.ledger import queries as ledger_queries
from billing.ledger import services as ledger
from billing.ledger.queries import Account
from billing.ledger.services import Draft
from billing.models import APPLY, BOUNCE, CASH, PAYMENT, Entry, Settlement
from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction, keys
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent

RETURN = Action("payment.bounce", "said that a payment came back", Topic.MONEY)

NOT_CASH = Refused("Cash does not come back. Give it back as a refund, or take the payment back.")
GONE = Refused("Of this payment something was given back or taken back already.")
WHY = Refused("Say why it came back.", field="reason")


@idempotent
def bounce(scope: Scope, *, payment: Entry, reason: str, once: Once | None = None) -> str:
    """Opens again what a payment by card or transfer was for. Returns the entry's id. Raises Refused.

    What was credited of that since is paid by the credit that it became, as far as that is still there.
    That nothing of it was given back before, and that it bounces once, is a condition of the write.
    """
    scope.require(Permission.MONEY_CORRECT)
    scope.must_hold(payment)
    if payment.kind != PAYMENT or payment.method == CASH:
        raise NOT_CASH
    if not reason.strip():
        raise WHY
    amount, place = -int(payment.amount), keys.returned(payment.patient_id, payment.id)
    if ledger_queries.given_back(scope, payment):
        raise GONE
    day = queries.open_drawer(scope, clock.today(accounts.clinic(scope.clinic_id).time_zone).isoformat())
    alloc = {bill: -part for bill, part in payment.allocated.items()}
    draft = Draft(
        BOUNCE,
        payment.patient_id,
        amount,
        alloc,
        payment.method or "",
        reverses=payment.id,
        reason=reason.strip(),
        payer=payment.payer or "",
    )
    tx = Transaction(scope, once=once)
    settlements = ledger_queries.settlements(scope, payment.patient_id, alloc)
    account = ledger_queries.account(scope, payment.patient_id, payment.payer or "")
    ledger.post(tx, day, [draft, *_from_credit(draft, account, settlements)], settlements, spends=account)
    tx.change_row(
        place,
        sets={"type": "RETURNED", "clinicId": scope.clinic_id},
        adds={"amount": amount},
        when={"amount": None},
        new=True,
        refusal=GONE,
    )
    event = Event(RETURN, "ENTRY", payment.id, patient=payment.patient_id, note=reason.strip())
    return tx.commit(event, result=draft.id)


def _from_credit(draft: Draft, account: Account, settlements: Sequence[Settlement]) -> list[Draft]:
    """Of each invoice, what would be open beyond what is not credited of it."""
    left, alloc = account.credit - (draft.amount - sum(draft.alloc.values())), dict[str, int]()
    for each in settlements:
        standing = int(each.total) - int(each.credited_total or 0)
        part = min(left, int(each.open) + draft.alloc[each.id] - standing)
        if part > 0:
            alloc[each.id], left = -part, left - part
    return [Draft(APPLY, draft.patient_id, 0, alloc, payer=draft.payer)] if alloc else []
