"""Two people at the same moment, each with what they read before the other wrote: the books agree after it."""

import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import Any
from unittest.mock import patch

import pytest

from billing import queries
from billing.cash_moves.services import move
from billing.day_close import services as day_close
from billing.invoices.services.crediting import credit
from billing.ledger.queries import Billed
from billing.models import CLOSED
from billing.payments import services as payments
from billing.recorded.services import record
from billing.takings.services import Taken
from billing.unbilled.services import excuse
from clinnet.table import connection, writes
from clinnet.table.errors import ClinnetError
from patients.models import Patient
from scheduling.models import Appointment
from tests.billing.conftest import Till
from tests.billing.test_books import wrong

pytestmark = pytest.mark.django_db
Act = Callable[[Till, Billed], Any]


def at_once(*acts: Callable[[], Any]) -> list[bool]:
    """Whether each was done. All have read before the first of them writes; who takes turns at the counter of numbers
    does not meet at the gate, and goes on."""
    gate, done = threading.Barrier(len(acts), timeout=2), [False] * len(acts)
    waited = threading.local()

    def meet() -> None:
        if not getattr(waited, "yes", False):
            waited.yes = True
            with suppress(threading.BrokenBarrierError):
                gate.wait()

    def call(operation: str, **arguments: Any) -> Any:
        if operation == "TransactWriteItems":
            meet()
        return connection.call(operation, **arguments)  # type: ignore[arg-type]

    def run(at: int) -> None:
        try:
            acts[at]()
            done[at] = True
        except ClinnetError:
            meet()

    with patch.object(writes, "call", call):
        threads = [threading.Thread(target=copy_context().run, args=(run, at)) for at in range(len(acts))]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    return done


def close(till: Till, billed: Billed) -> None:
    """What was counted before the other one came."""
    drawer = queries.drawer(till.scope, till.day.drawer)
    day_close.close(till.scope, drawer=drawer, session=till.day, stays=0)


ACTS: dict[str, Act] = {
    "take": lambda till, billed: payments.take(till.scope, billed=billed, taken=Taken("card")),
    "take a part": lambda till, billed: payments.take(till.scope, billed=billed, taken=Taken("card", 4000)),
    "void": lambda till, billed: payments.undo(till.scope, billed=billed),
    "credit": lambda till, billed: credit(till.desk.admin, billed=billed, quantities=[1000], reason="Wrong"),
    "write off": lambda till, billed: payments.write_off(till.desk.admin, billed=billed, reason="Old"),
    "close": close,
    "cash out": lambda till, billed: move(till.scope, session=till.day, amount=-100, reason="Milk"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("take", "void"),
        ("take", "take"),
        ("take a part", "take a part"),
        ("take", "credit"),
        ("take", "write off"),
        ("void", "credit"),
        ("void", "write off"),
        ("void", "void"),
        ("close", "take"),
        ("close", "cash out"),
        ("close", "close"),
    ],
)
def test_of_two_at_once_one_is_done(till: Till, maria: Patient, one: str, other: str) -> None:
    """Of each of these pairs the second would be wrong once the first is done."""
    billed = till.check_out(maria)
    if one == "close":
        day_close.count(till.scope, session=till.day, pieces={1: 15000}, card=0, transfer=0)
    done = at_once(lambda: ACTS[one](till, billed), lambda: ACTS[other](till, billed))
    assert sum(done) == 1
    assert (till.day.state == CLOSED) == (one == "close" and (done[0] or other == "close"))
    assert wrong(till) == []


def visits(till: Till, maria: Patient) -> dict[str, Callable[[Appointment], Any]]:
    return {
        "check out": lambda visit: till.check_out(maria, method="card", appointment=visit, recorded=0),
        "pay later": lambda visit: till.check_out(maria, appointment=visit, recorded=0),
        "nothing to bill": lambda visit: excuse(till.scope, appointment=visit, reason="Free", recorded=0),
        "record": lambda visit: record(till.scope, appointment=visit, recorded=None, item=till.item("FBC")),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("check out", "check out"),
        ("check out", "pay later"),
        ("check out", "nothing to bill"),
        ("check out", "record"),
        ("nothing to bill", "record"),
        ("nothing to bill", "nothing to bill"),
    ],
)
def test_a_visit_is_ended_once(till: Till, maria: Patient, one: str, other: str) -> None:
    visit, acts = till.visit(maria), visits(till, maria)
    done = at_once(lambda: acts[one](visit), lambda: acts[other](visit))
    assert sum(done) == 1
    assert wrong(till) == []


def test_four_at_once_are_all_done_where_nothing_is_in_the_way(till: Till) -> None:
    people = [till.desk.patient(f"One {number}", "Each") for number in range(4)]
    bills = [till.check_out(each) for each in people]
    done = at_once(*(lambda each=each: ACTS["take"](till, each) for each in bills))
    assert done == [True] * 4
    assert (till.day.card_in, wrong(till)) == (4 * 6500, [])
