"""What money costs the table in write units: two a kilobyte of each item of a transaction, one a place in an index.

billing.md counts the items alone. The engine counts each item as small; how large they are is weighed here.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from billing.models import DrawerDay
from billing.payments import services as payments
from billing.takings.services import Taken
from clinnet import clock
from clinnet.table import Key, Once, connection, find_row, get_rows, writes
from clinnet.table.meter import metered
from clinnet.table.values import Row, row_to_raw, weight
from patients.models import Patient
from tests.billing.conftest import Till
from tests.billing.test_books import a_day, wrong

pytestmark = pytest.mark.django_db
KILOBYTE = 1024


@contextmanager
def written() -> Iterator[list[Key]]:
    """The items of the transactions."""
    found: list[Key] = []

    def call(operation: str, **arguments: Any) -> Any:
        for action in arguments.get("TransactItems", ()):
            (step,) = action.values()
            place = step.get("Key") or step["Item"]
            found.append(Key(place["PK"]["S"], place["SK"]["S"]))
        return connection.call(operation, **arguments)  # type: ignore[arg-type]

    with patch.object(writes, "call", call):
        yield found


def cost(till: Till, do: Callable[[], object]) -> tuple[int, int]:
    """Units of the items, and of their places in the indexes."""
    with written() as places, metered() as meter:
        do()
    rows = get_rows(till.scope, places)
    items = sum(2 * -(-size(till, rows[each]) // KILOBYTE) for each in places)
    return items, round(meter.write_units) - 2 * len(places)


def size(till: Till, row: Row) -> int:
    """In bytes; a clinic of the tests has a longer id than any other."""
    text = json.dumps(row_to_raw(row)).replace(till.scope.clinic_id, "northside")
    return weight(json.loads(text))


def test_a_payment_writes_twelve_units_and_six_in_indexes(till: Till, maria: Patient) -> None:
    billed, once = till.check_out(maria), Once(till.scope.clinic_id, "digest")
    assert cost(till, lambda: payments.take(till.scope, billed=billed, taken=Taken("card"), once=once)) == (12, 6)


def test_a_check_out_by_card_writes_as_many_units_as_were_allowed(till: Till, maria: Patient) -> None:
    """Of two services; and at a visit, which ends with it."""
    first, second = (Once(f"{till.scope.clinic_id}{each}", "digest") for each in (1, 2))
    assert cost(till, lambda: till.check_out(maria, "CONS15", "FBC", method="card", once=first)) == (26, 9)
    visit = till.visit(maria)

    def leave() -> None:
        till.check_out(maria, "CONS15", "FBC", method="card", appointment=visit, once=second)

    assert cost(till, leave) == (34, 19)


def test_an_older_invoice_that_is_paid_too_is_one_item_more(till: Till, maria: Patient) -> None:
    olds = [till.check_out(maria).settlement for _ in range(4)]
    with written() as alone:
        till.check_out(maria, method="card")
    with written() as together:
        till.check_out(maria, method="card", also=olds)
    assert len(together) == len(alone) + len(olds)
    assert wrong(till) == []


def test_a_busy_days_row_is_small(till: Till, maria: Patient) -> None:
    """With most kinds of entries, two insurers and old invoices of fifteen days: one kilobyte still."""
    a_day(till, maria)
    row = find_row(till.scope, DrawerDay.at(till.scope.clinic_id, till.day.drawer, till.today))
    assert row
    row |= {f"y_{clock.new_id()}": 100_000 for _ in range(2)}
    row |= {f"{name}26{month:02}17": -65_000 for name in "on" for month in range(15)}
    assert size(till, row) <= KILOBYTE
