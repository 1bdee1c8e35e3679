"""What is given becomes entries of the ledger: credit first, then each way of paying, cash last.

The only rounding of cash: where it settles all that is owed after the other ways, to what coins can pay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from billing.ledger.queries import Account
from billing.ledger.services import Draft
from billing.models import APPLY, CASH, METHODS, PAYMENT, ROUNDING, Settlement
from billing.rules import cash
from billing.rules.shares import settle
from clinnet.table import Action
from clinnet.table.errors import Refused

TAKE = Action("payment.take", "took a payment")

HOW = Refused("Choose how it is paid.", field="method")
NOTHING = Refused("That is no payment.", field="amount")
TOO_MUCH = Refused("That is more than is owed. Take what is owed.", field="amount")
TOO_LITTLE = Refused("Less was given than is to pay.", field="given")
COINS = Refused("Coins cannot pay that.", field="amount")


@dataclass(frozen=True, slots=True, repr=False)
class Taken:
    """Money that is given now. `amount` None: all that is owed; `given` is what was handed over in cash.

    `parts` are (method, amount) of several ways at once, `method` is then empty. `also` are older invoices that it
    settles too, before this one's; `credit` is the account whose credit is used first.
    """

    method: str = ""
    amount: int | None = None
    given: int = 0
    also: Sequence[Settlement] = ()
    parts: Sequence[tuple[str, int]] = ()
    credit: Account | None = None


def entries_of(patient_id: str, opens: dict[str, int], taken: Taken, currency: str) -> list[Draft]:
    """The entries of money that is given for these open invoices, oldest first. Raises Refused for what cannot be."""
    found, opens = [], {id: each for id, each in opens.items() if each}
    if taken.credit and taken.credit.credit:
        alloc, _ = settle(taken.credit.credit, opens)
        if alloc:
            found.append(Draft(APPLY, patient_id, 0, _negative(alloc)))
        opens = _less(opens, alloc)
    ways: list[tuple[str, int | None]] = [*sorted(taken.parts, key=lambda each: each[0] == CASH)]
    ways = ways or [(taken.method, taken.amount)]
    for method, amount in ways:
        if opens or taken.parts:
            made, opens = _paid(patient_id, opens, method, amount, currency)
            found += made
    if CASH in [method for method, _ in ways] and taken.given:
        return _with_given(found, taken.given)
    return found


def deposit(patient_id: str, method: str, amount: int, currency: str) -> Draft:
    """Money that is for no invoice yet: it stays as credit."""
    if method not in METHODS:
        raise HOW
    if amount <= 0:
        raise NOTHING
    if method == CASH and not cash.can_be_paid(amount, currency):
        raise COINS
    return Draft(PAYMENT, patient_id, -amount, {}, method)


def _paid(
    patient_id: str, opens: dict[str, int], method: str, wanted: int | None, currency: str
) -> tuple[list[Draft], dict[str, int]]:
    """By one way: the entries, and what is open after them."""
    if method not in METHODS:
        raise HOW
    owed = sum(opens.values())
    to_pay = owed + (cash.rounding(owed, currency) if method == CASH else 0)
    amount = to_pay if wanted is None else wanted
    if wanted is not None and wanted <= 0:
        raise NOTHING
    if amount > max(to_pay, owed):
        raise TOO_MUCH
    if method == CASH and amount != to_pay and not cash.can_be_paid(amount, currency):
        raise COINS
    alloc, _ = settle(min(amount, owed), opens)
    found = [Draft(PAYMENT, patient_id, -amount, _negative(alloc), method)] if amount else []
    left = _less(opens, alloc)
    if amount == to_pay != owed:
        found.append(Draft(ROUNDING, patient_id, amount - owed, _negative(left)))
        left = {}
    return found, left


def _with_given(drafts: list[Draft], given: int) -> list[Draft]:
    """What was handed over stands with the cash. Raises Refused where it is less than that."""
    found = []
    for each in drafts:
        in_cash = each.kind == PAYMENT and each.method == CASH
        if in_cash and given < -each.amount:
            raise TOO_LITTLE
        found.append(replace(each, given=given) if in_cash else each)
    return found


def _less(opens: dict[str, int], alloc: dict[str, int]) -> dict[str, int]:
    return {id: each - alloc.get(id, 0) for id, each in opens.items() if each > alloc.get(id, 0)}


def _negative(alloc: dict[str, int]) -> dict[str, int]:
    return {bill: -part for bill, part in alloc.items()}
