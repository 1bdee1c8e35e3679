"""The table throttles: a page of money says that nothing was done, and the same form sent again does it once."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from billing import queries as billing
from billing.claims.queries import open_claims
from billing.invoices.services.issuing import Cover
from billing.ledger import queries as ledger
from billing.ledger.queries import Billed
from billing.models import Entry, Payer
from billing.payers.services import save_payer
from billing.payments import services as payments
from billing.refunds import queries as refunds
from clinnet.accounts.permissions import Role
from clinnet.table import connection, writes
from clinnet.table.errors import Busy
from patients.models import Patient
from tests.billing.conftest import Till
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill, at_till
from tests.patients.pages import plain
from tests.people import signed_in_client

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db
CSRF = "csrfmiddlewaretoken"
Page = Callable[[AtTill, Patient], tuple[str, dict[str, Any]]]


@contextmanager
def throttled() -> Iterator[None]:
    """Three tries without a pause: what takes a number tries for all the time of a request, which here is a minute."""

    def call(operation: str, **arguments: Any) -> Any:
        if operation == "TransactWriteItems":
            raise Busy
        return connection.call(operation, **arguments)  # type: ignore[arg-type]

    with patch.object(writes, "call", call), patch.object(writes, "wait", lambda attempt, **how: attempt < 2):
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


def refund(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    payments.deposit(at.till.scope, patient=maria, method="card", amount=6500)
    (payment,) = ledger.entries_after(at.till.scope, Entry(patient_id=maria.id, id="0" * 26))
    path = f"patients/{maria.id}/money/payments/{payment.id}/refund/"
    return path, at.form(path) | {"amount": "65", "reason": "Any"}


def approve(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    path, asked = refund(at, maria)
    assert at.client.post(at.url(path), asked).status_code == 302
    at.client = signed_in_client(at.till.scope.clinic_id, role=Role.ADMIN)
    html = at.get("money/refunds/")
    found = re.search(r'action="[^"]*/(money/refunds/\w+/\w+/approve/)"', html)
    assert found
    return found[1], at.form_of(html, at.url(found[1]))


def credit_note(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    path = f"patients/{maria.id}/money/{at.till.check_out(maria, method='card').invoice.id}/credit/"
    at.client = signed_in_client(at.till.scope.clinic_id, role=Role.ADMIN)
    return path, at.form(path) | {"reason": "Any", "do": "credit"}


def write_off(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    path = f"patients/{maria.id}/money/{at.till.check_out(maria).invoice.id}/write-off/"
    at.client = signed_in_client(at.till.scope.clinic_id, role=Role.ADMIN)
    return path, at.form(path) | {"reason": "Any"}


def claimed(at: AtTill, maria: Patient) -> tuple[Payer, Billed]:
    admin = at.till.desk.admin
    payer = billing.payer(at.till.scope, save_payer(admin, name="AXA Health", percent=80_000))
    billed = at.till.check_out(maria, method="card", cover=Cover(payer, 80_000))
    at.client = signed_in_client(at.till.scope.clinic_id, role=Role.ADMIN)
    return payer, billed


def mark(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    """A claim is sent, which cannot be chosen any more when it comes again."""
    payer, billed = claimed(at, maria)
    path = f"patients/{maria.id}/money/{billed.invoice.id}/claims/{payer.id}/"
    return path, at.form(path) | {"state": "sent", "reference": "A1"}


def pay_a_debt_too(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    """At check-out: the debt is not among those that can be ticked any more when it comes again."""
    debt, path = at.till.check_out(maria, "FBC").invoice.id, at.pays(at.till.visit(maria))
    html = at.send(path, do="look", also=debt).content.decode()
    return path, at.form_of(html) | {"do": "take", "also": debt}


def settle(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    """A part of a claim."""
    payer, billed = claimed(at, maria)
    path = f"patients/{maria.id}/money/{billed.invoice.id}/claims/{payer.id}/paid/"
    return path, at.form(path) | {"paid": "20", "rest": "", "reason": ""}


def remittance(at: AtTill, maria: Patient) -> tuple[str, dict[str, Any]]:
    """All of it: the claim is not in the list any more when it comes again."""
    payer, billed = claimed(at, maria)
    path = f"money/claims/{payer.id}/remittance/"
    return path, at.form(path) | {"total": "52", f"paid-{billed.claims[0].id}": "52"}


PAID = (check_out, take, deposit)
OTHERS = (count, close, refund, approve, credit_note, write_off, mark, settle, remittance, pay_a_debt_too)
PAGES: dict[str, Page] = {each.__name__: each for each in (*PAID, *OTHERS)}


def state(till: Till, maria: Patient) -> tuple[Any, ...]:
    """What any of them changes; each entry counts."""
    asked = [row["id"] for row in refunds.asked(till.scope)().rows]
    claims = [line.claim for _, line in open_claims(till.scope)]
    return till.day.card_in, till.day.entries, till.day.state, till.day.counted, till.owes(maria), asked, claims


@pytest.mark.parametrize("page", PAGES)
def test_what_is_throttled_is_not_done_and_pressed_again_is_done_once(
    at_till: AtTill, till: Till, maria: Patient, page: str
) -> None:
    path, form = PAGES[page](at_till, maria)
    before = state(till, maria)
    with throttled():
        answer = at_till.client.post(at_till.url(path), form)
    assert answer.status_code == 503
    assert "Not just now" in plain(answer.content.decode())
    assert state(till, maria) == before
    again = at_till.form_of(answer.content.decode())  # "Try again": all that was typed, with the same token
    assert {name: each for name, each in again.items() if name != CSRF} == {
        name: each for name, each in form.items() if name != CSRF
    }
    first, second = (at_till.client.post(at_till.url(path), again) for _ in range(2))  # and a double click
    assert first.status_code == 302, plain(first.content.decode())
    after = state(till, maria)
    assert after != before
    assert second.status_code == 302, plain(second.content.decode())
    back = at_till.client.post(at_till.url(path), form | {"once": form["once"]})  # Back, and the button once more
    assert back.status_code == 302, plain(back.content.decode())
    assert (state(till, maria), wrong(till)) == (after, [])
    if page in [each.__name__ for each in PAID]:
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
