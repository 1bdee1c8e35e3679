"""Any actions in any order, with faults of the table between them: the books agree after each."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from billing import queries
from billing.checkout.services import Taken
from billing.day_close import services as day_close
from billing.ledger.queries import Billed
from billing.models import METHODS
from billing.payments import services as payments
from clinnet.table import connection, writes
from clinnet.table.connection import Cancelled
from clinnet.table.errors import Refused, Unsure
from patients.models import Patient
from tests.billing.conftest import Till
from tests.billing.test_books import wrong

pytestmark = pytest.mark.django_db
CODES = ("CONS15", "FBC", "LETTER")
ACTIONS = ("bill", "pay now", "take", "undo", "next day")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS), st.sampled_from(METHODS), st.integers(1, 9000), st.integers(0, 5),
        st.sampled_from(("", "", "conflict", "lost")),
    ),
    min_size=4, max_size=10,
)  # fmt: skip


@contextmanager
def fault(kind: str) -> Iterator[None]:
    """The next write is refused as in conflict, or is done and its answer is lost."""
    left = [1 if kind else 0]

    def call(operation: str, **arguments: Any) -> Any:
        if operation != "TransactWriteItems" or not left[0]:
            return connection.call(operation, **arguments)  # type: ignore[arg-type]
        left[0] = 0
        if kind == "lost":
            connection.call(operation, **arguments)  # type: ignore[arg-type]
            raise Unsure
        count = len(arguments["TransactItems"])
        raise Cancelled(["TransactionConflict"] * count, [None] * count)

    with patch.object(writes, "call", call):
        yield


def act(till: Till, patient: Patient, billed: list[Billed], step: tuple[str, str, int, int, str]) -> None:
    action, method, amount, which, _ = step
    one = till.again(billed[which % len(billed)]) if billed else None
    if action == "bill":
        billed.append(till.check_out(patient, CODES[which % 3]))
    elif action == "pay now":
        also = [one.settlement] if one and one.settlement.open and which % 2 else []
        billed.append(till.check_out(patient, *CODES[: which % 3 + 1], method=method, amount=amount, also=also))
    elif action == "take" and one:
        payments.take(till.scope, billed=one, taken=Taken(method, amount))
    elif action == "undo" and one:
        payments.undo(till.desk.admin, billed=one)
    elif action == "next day":
        day = till.day
        day_close.count(till.scope, session=day, pieces={amount: which}, card=0, transfer=amount)
        drawer = queries.drawer(till.scope, day.drawer)
        day_close.close(till.scope, drawer=drawer, session=till.day, stays=0, reason="Any")
        day_close.open_drawer(till.scope, drawer=queries.drawer(till.scope, day.drawer), opening=amount)


@settings(max_examples=8, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
@given(STEPS)
def test_the_books_agree_after_any_actions(till: Till, maria: Patient, steps: list[Any]) -> None:
    billed: list[Billed] = []
    for step in steps:
        with fault(step[-1]), suppress(Refused):
            act(till, maria, billed, step)
        assert wrong(till) == []
