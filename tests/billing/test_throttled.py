"""The table throttles: a page of money says that nothing was done, and the same form sent again does it once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from clinnet.table import connection, writes
from clinnet.table.errors import Busy
from patients.models import Patient
from tests.billing.conftest import Till
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill, at_till
from tests.patients.pages import plain

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db
Page = Callable[[AtTill, Patient], tuple[str, dict[str, Any]]]


@contextmanager
def throttled() -> Iterator[None]:
    def call(operation: str, **arguments: Any) -> Any:
        if operation == "TransactWriteItems":
            raise Busy
        return connection.call(operation, **arguments)  # type: ignore[arg-type]

    with patch.object(writes, "call", call):
        yield


def check_out(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    path = at.pays(at.till.visit(maria))
    return path, at.form(path) | {"method": "card"}


def take(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    path = f"patients/{maria.id}/money/{at.till.check_out(maria).invoice.id}/take/"
    return path, at.form(path) | {"method": "card"}


def deposit(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    path = f"patients/{maria.id}/money/deposit/"
    return path, at.form(path) | {"method": "card", "amount": "65"}


def count(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    path = f"money/drawers/{at.till.day.drawer}/{at.till.today}/count/"
    return path, at.form(path) | {"n5000": "3"}


def close(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    path, counted = count(at, maria)
    at.client.post(at.url(path), counted)
    path = path.replace("count", "close")
    return path, at.form(path) | {"stays": "150"}


PAGES: dict[str, Page] = {each.__name__: each for each in (check_out, take, deposit, count, close)}


def state(till: Till) -> tuple[Any, ...]:
    return till.day.card_in, till.day.entries, till.day.state, till.day.counted


@pytest.mark.parametrize("page", PAGES)
def test_what_is_throttled_is_not_done_and_pressed_again_is_done_once(
    at_till: AtTill, till: Till, maria: Patient, page: str
) -> None:
    path, form = PAGES[page](at_till, maria)
    before = state(till)
    with throttled():
        answer = at_till.client.post(at_till.url(path), form)
    assert answer.status_code == 503
    assert "Not just now" in plain(answer.content.decode())
    assert state(till) == before
    first, second = (at_till.client.post(at_till.url(path), form) for _ in range(2))  # and a double click
    assert first.status_code == 302
    assert second.status_code == 302, plain(second.content.decode())
    after = state(till)
    assert after != before
    assert wrong(till) == []
    if page in ("check_out", "take", "deposit"):
        assert after[0] == 6500


def test_a_part_that_is_taken_by_a_double_click_is_taken_once(at_till: AtTill, till: Till, maria: Patient) -> None:
    """The second click is told that it was taken, and not to press again for what is open now."""
    path, form = take(at_till, maria)
    form |= {"amount": "40"}
    for _ in range(2):
        assert "Taken for" in at_till.said(at_till.client.post(at_till.url(path), form))
    assert (till.day.card_in, till.owes(maria), wrong(till)) == (4000, 2500, [])
    other = at_till.client.post(at_till.url(path), form | {"amount": "25"})  # Back, and another sum
    assert other.status_code == 422
    assert till.day.card_in == 4000


def test_two_equal_payments_of_one_moment_are_two(at_till: AtTill, till: Till, maria: Patient) -> None:
    """What makes a payment one is the form that it was sent with: never its sum, its day and whose it is."""
    for _ in range(2):
        path, form = deposit(at_till, maria)
        for _ in range(2):  # a double click
            assert at_till.client.post(at_till.url(path), form).status_code == 302
    assert (till.day.card_in, till.day.entries, till.owes(maria)) == (13000, 2, -13000)
    assert plain(at_till.get(f"patients/{maria.id}/money/statement/")).count("65.00") >= 2
    assert wrong(till) == []
