"""Any actions in any order, with faults of the table between them: the books agree after each.

`CLINNET_MONTH=2000 pytest tests/billing/test_any_order.py -k month` does so many, of several people: minutes.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from billing import queries
from billing.bounces.services import bounce
from billing.bundles.queries import bundles
from billing.cash_moves.services import move
from billing.catalog import services as catalog
from billing.checkout.services import check_out
from billing.claims import services as claims
from billing.day_close import services as day_close
from billing.invoices.services.crediting import credit
from billing.invoices.services.issuing import Cover
from billing.ledger import queries as ledger
from billing.ledger.queries import Billed
from billing.models import METHODS, PAYMENT, Entry
from billing.payers.services import save_payer
from billing.payments import services as payments
from billing.prices import services as prices
from billing.refunds import queries as refund_queries
from billing.refunds import services as refunds
from billing.takings.services import Taken
from clinnet.table import connection, keys, query, writes
from clinnet.table.connection import Cancelled
from clinnet.table.errors import Busy, Refused, Unsure
from patients.models import Patient
from tests.billing.conftest import Till
from tests.billing.test_books import wrong

pytestmark = pytest.mark.django_db
Step = tuple[str, str, int, int, str]
CODES = ("CONS15", "FBC", "LETTER")
ACTIONS = (
    "bill", "pay now", "several", "take", "use credit", "deposit", "undo", "credit", "refund", "write off", "next day",
    "cover", "claim", "bounce", "session", "raise prices", "remittance", "reopen", "stamps",
)  # fmt: skip
FAULTS = ("", "", "conflict", "lost", "throttled")
MONTH, LOOK = int(os.environ.get("CLINNET_MONTH", "0")), 50  # how many actions; after how many the books are looked at
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.sampled_from(METHODS),
        st.integers(1, 9000),
        st.integers(0, 5),
        st.sampled_from(FAULTS),
    ),
    min_size=6,
    max_size=14,
)


@contextmanager
def fault(kind: str) -> Iterator[None]:
    """The next write is refused as in conflict, or is throttled, or is done and its answer is lost."""
    left = [1 if kind else 0]

    def call(operation: str, **arguments: Any) -> Any:
        if operation != "TransactWriteItems" or not left[0]:
            return connection.call(operation, **arguments)  # type: ignore[arg-type]
        left[0] = 0
        if kind == "lost":
            connection.call(operation, **arguments)  # type: ignore[arg-type]
            raise Unsure
        if kind == "throttled":
            raise Busy
        count = len(arguments["TransactItems"])
        raise Cancelled(["TransactionConflict"] * count, [None] * count)

    with patch.object(writes, "call", call):
        yield


def act(till: Till, patient: Patient, billed: list[Billed], step: Step) -> None:
    action, method, amount, which, _ = step
    one = till.again(billed[which % len(billed)]) if billed else None
    if action == "bill":
        billed.append(till.check_out(patient, CODES[which % 3]))
    elif action == "pay now":
        also = [one.settlement] if one and one.settlement.open and which % 2 else []
        billed.append(till.check_out(patient, *CODES[: which % 3 + 1], method=method, amount=amount, also=also))
    elif action == "several":
        parts = [(method, amount), ("cash", 6500 - amount)]
        billed.append(till.check_out(patient, parts=parts))
    elif action == "deposit":
        payments.deposit(till.scope, patient=patient, method=method, amount=amount)
    elif action == "use credit" and one:
        account = ledger.account(till.scope, patient.id)
        payments.take(till.scope, billed=one, taken=Taken(method, amount, credit=account))
    elif action == "credit" and one:
        quantities = [min(amount, 1000), *[which * 100] * (len(one.invoice.lines) - 1)]
        credit(till.desk.admin, billed=one, quantities=quantities, reason="Any")
    elif action == "refund":
        refund(till, patient, amount)
    elif action == "write off" and one:
        payments.write_off(till.desk.admin, billed=one, reason="Any")
    elif action in OTHERS:
        OTHERS[action](till, patient, billed, step)
    elif action == "take" and one:
        payments.take(till.scope, billed=one, taken=Taken(method, amount))
    elif action == "undo" and one:
        payments.undo(till.desk.admin, billed=one)
    elif action == "next day":
        end_day(till, amount, which)
        day_close.open_drawer(till.scope, drawer=queries.drawer(till.scope, till.day.drawer), opening=amount)


def end_day(till: Till, amount: int, which: int) -> None:
    """Counted as anything, and closed."""
    day_close.count(till.scope, session=till.day, pieces={amount: which}, card=0, transfer=amount)
    drawer = queries.drawer(till.scope, till.day.drawer)
    day_close.close(till.desk.admin, drawer=drawer, session=till.day, stays=0, reason="Any")


def reopened(till: Till, patient: Patient, billed: list[Billed], step: Step) -> None:
    """The day is closed, and opened again."""
    end_day(till, *step[2:4])
    drawer = queries.drawer(till.scope, till.day.drawer)
    day_close.reopen(till.desk.admin, drawer=drawer, session=till.day, reason="Any")


def raised(till: Till, patient: Patient, billed: list[Billed], step: Step) -> None:
    """All prices from today on, up or down; what was billed keeps its own."""
    percent, items = (step[3] - 2) * 700 + 3, queries.setup(till.scope).offered
    prices.change(till.desk.admin, items=items, percent=percent, step=1, since=till.today)


def remitted(till: Till, patient: Patient, billed: list[Billed], step: Step) -> None:
    """One transfer for all open claims of the person, each in part."""
    found = [claim for each in billed[-8:] for claim in till.again(each).claims if claim.open]
    amounts = [max(1, int(each.open) * step[2] // 9000) for each in found]
    payer = next(iter(queries.setup(till.scope).payers.values()))
    claims.remittance(till.desk.admin, payer=payer, claims=found, amounts=amounts, total=sum(amounts))


def insured(till: Till, patient: Patient, billed: list[Billed], step: Step) -> None:
    """An invoice of which another pays a part; or what they pay of the claim, and what becomes of the rest."""
    action, method, amount, which, _ = step
    one = till.again(billed[which % len(billed)]) if billed else None
    if action == "cover":
        cover = Cover(next(iter(queries.setup(till.scope).payers.values())), amount * 10)
        billed.append(till.check_out(patient, *CODES[: which % 3 + 1], method=method, cover=cover))
    elif one and one.claims:
        rest = ("", claims.TO_PERSON, claims.OFF)[which % 3]
        claims.settle(till.desk.admin, claim=one.claims[0], paid=amount // 4, rest=rest, reason="Any")


def came_back(till: Till, patient: Patient, billed: list[Billed], step: Step) -> None:
    """The first payment that can: what was given back, taken back or paid in cash cannot."""
    entries = query(till.scope, keys.entries_of(patient.id), limit=200).of(Entry)
    for payment in (each for each in entries if each.kind == PAYMENT):
        with suppress(Refused):
            bounce(till.desk.admin, payment=payment, reason="Any")
            return


def session(till: Till, patient: Patient, billed: list[Billed], step: Step) -> None:
    """One of those that are left, else three more are sold."""
    method, left = step[1], bundles(till.scope, patient)
    if not left:
        billed.append(till.check_out(patient, "PHYSIO3", method=method))
        return
    done = [till.provided("PHYSIO", bundle=left[0], session=left[0].next)]
    billed.append(ledger.billed(till.scope, patient.id, check_out(till.scope, patient=patient, done=done)))


def refund(till: Till, patient: Patient, amount: int) -> None:
    """Of the first payment of which something is left."""
    entries = query(till.scope, keys.entries_of(patient.id), limit=200).of(Entry)
    for payment in (each for each in entries if each.kind == PAYMENT):
        with suppress(Refused):
            most = min(amount, refunds.left_of(till.scope, payment).most)
            id = refunds.ask(till.scope, payment=payment, amount=most, reason="Any")
            refunds.approve(till.desk.admin, asked=refund_queries.refund(till.scope, patient.id, id))
            return


def bought(till: Till, patient: Patient, billed: list[Billed], step: Step) -> None:
    """Cash for no patient, out of the drawer or into it."""
    _, _, amount, which, _ = step
    move(till.scope, session=till.day, amount=amount if which % 2 else -amount, reason="Any")


OTHERS = {
    "cover": insured,
    "claim": insured,
    "bounce": came_back,
    "session": session,
    "raise prices": raised,
    "remittance": remitted,
    "reopen": reopened,
    "stamps": bought,
}


def prepared(till: Till) -> None:
    """A payer, and sessions to be sold."""
    three: dict[str, Any] = {"sessions": 3, "covers": "PHYSIO"}
    save_payer(till.desk.admin, name="AXA", percent=80_000)
    for code, more in (("PHYSIO", {}), ("PHYSIO3", three)):
        catalog.save(till.desk.admin, code=code, name=code, price=10_000, since="2020-01-01", **more)


def opened_again(till: Till, opening: int) -> None:
    """A fault may have left it closed."""
    drawer = queries.drawer(till.scope, till.day.drawer)
    if not drawer.open_day:
        day_close.open_drawer(till.scope, drawer=drawer, opening=opening)


@settings(max_examples=8, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
@given(STEPS)
def test_the_books_agree_after_any_actions(till: Till, maria: Patient, steps: list[Any]) -> None:
    if not queries.setup(till.scope).payers:
        prepared(till)
    billed: list[Billed] = []
    for step in steps:
        with fault(step[-1]), suppress(Refused):
            act(till, maria, billed, step)
        assert wrong(till) == []


@pytest.mark.skipif(not MONTH, reason="takes minutes: CLINNET_MONTH says how many actions")
def test_the_books_agree_after_a_month_of_any_actions(till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    prepared(till)
    chance, done = random.Random(MONTH), Counter[str]()
    people: list[tuple[Patient, list[Billed]]] = [
        (till.desk.patient(f"P{at}", "Month", birth_date="1985-03-14"), []) for at in range(12)
    ]
    for at in range(1, MONTH + 1):
        patient, billed = chance.choice(people)
        step = (
            chance.choice(ACTIONS),
            chance.choice(METHODS),
            chance.randint(1, 9000),
            chance.randint(0, 5),
            chance.choice(FAULTS),
        )
        try:
            with fault(step[-1]):
                act(till, patient, billed, step)
            done[step[0]] += 1
        except Refused:
            done["refused"] += 1
        opened_again(till, step[2])
        if at % LOOK == 0 or at == MONTH:
            assert wrong(till) == [], (at, step)
            with capsys.disabled():
                print(f"{at} of {MONTH} actions: {dict(done)}", flush=True)  # noqa: T201
