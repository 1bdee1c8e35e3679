"""Payments that come back, and visits that are billed again."""

from unittest.mock import patch

import pytest

from billing import queries
from billing.bounces.services import bounce
from billing.claims import services as claims
from billing.invoices.services.crediting import credit
from billing.invoices.services.issuing import Cover
from billing.ledger import queries as ledger
from billing.ledger.queries import Billed
from billing.models import PAYMENT, Entry
from billing.payers.services import save_payer
from billing.payments import services as payments
from billing.refunds import services as refunds
from billing.rules.totals import WHOLE
from clinnet.accounts.permissions import Role
from patients.models import Patient
from tests.billing.conftest import Till, refused
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill
from tests.patients.pages import plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db


def payment_of(till: Till, billed: Billed) -> Entry:
    return next(each for each in ledger.entries_about(till.scope, billed.invoice) if each.kind == PAYMENT)


def test_a_payment_that_came_back_opens_its_invoice_again_once(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, method="card")
    payment = payment_of(till, billed)
    with refused("Say why"):
        bounce(till.desk.admin, payment=payment, reason=" ")
    bounce(till.desk.admin, payment=payment, reason="Charged back")
    assert (till.again(billed).settlement.open, till.again(billed).settlement.state) == (6500, "issued")
    assert (till.owes(maria), till.day.expected("card")) == (6500, 0)
    with refused("given back or taken back already"):
        bounce(till.desk.admin, payment=payment, reason="Twice")
    with refused("no payment that can be given back"):
        refunds.left_of(till.scope, payment)
    with refused("paid or corrected since"):
        payments.undo(till.desk.admin, billed=till.again(billed))
    assert wrong(till) == []


def test_what_was_credited_of_a_payment_that_came_back_is_not_owed(till: Till, maria: Patient) -> None:
    """Of a person, and of a payer, whose rest the person is to pay then: found by a month of any actions."""
    own = till.check_out(maria, method="card")
    payer = queries.payer(till.scope, save_payer(till.desk.admin, name="AXA", percent=80_000))
    theirs = till.check_out(maria, cover=Cover(payer, WHOLE))
    claims.settle(till.desk.admin, claim=theirs.claims[0], paid=6500)
    for billed in (own, till.again(theirs)):
        credit(till.desk.admin, billed=billed, quantities=[400], reason="Not done")
        bounce(till.desk.admin, payment=payment_of(till, billed), reason="Charged back")
    (claim,) = till.again(theirs).claims
    assert (till.again(own).settlement.open, claim.open, till.owes(maria)) == (3900, 3900, 3900)
    claims.settle(till.desk.admin, claim=claim, rest=claims.TO_PERSON)
    assert (till.owes(maria), ledger.account(till.scope, maria.id, payer.id).balance) == (7800, 0)
    assert wrong(till) == []


def test_of_two_at_once_one_deposit_comes_back_once(till: Till, maria: Patient) -> None:
    deposits = [payments.deposit(till.scope, patient=maria, method="card", amount=6500) for _ in range(2)]
    payment = ledger.entry(till.scope, maria.id, deposits[0])
    bounce(till.desk.admin, payment=payment, reason="Charged back")
    with patch.object(ledger, "given_back", lambda *_: 0), refused("given back or taken back already"):
        bounce(till.desk.admin, payment=payment, reason="Who looked before the first had written")
    assert (till.owes(maria), wrong(till)) == (-6500, [])


def test_cash_and_what_was_given_back_cannot_come_back(till: Till, maria: Patient) -> None:
    cash = till.check_out(maria, method="cash")
    with refused("Cash does not come back"):
        bounce(till.desk.admin, payment=payment_of(till, cash), reason="No")
    undone = till.check_out(maria, method="card")
    payment = payment_of(till, undone)
    payments.undo(till.scope, billed=undone)
    with refused("taken back already"):
        bounce(till.desk.admin, payment=payment, reason="No")
    deposit = ledger.entry(
        till.scope, maria.id, payments.deposit(till.scope, patient=maria, method="card", amount=6500)
    )
    till.check_out(maria, method="card", credit=ledger.account(till.scope, maria.id))
    with refused("not as much credit"):  # the deposit has paid something meanwhile
        bounce(till.desk.admin, payment=deposit, reason="No")
    assert wrong(till) == []


def test_the_office_says_that_a_payment_came_back(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, method="card")
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    path = f"patients/{maria.id}/money/payments/{payment_of(till, billed).id}/bounce/"
    assert path in office.get(f"patients/{maria.id}/money/")
    said = office.said(office.send(path, reason="Charged back"))
    assert "£65.00 came back" in said
    assert "Payment returned" in said
    assert path not in AtTill(signed_in_client(till.scope.clinic_id), till).get(f"patients/{maria.id}/money/")


def test_a_visit_whose_invoice_is_credited_whole_is_billed_again(till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    billed = till.check_out(maria, "CONS15", appointment=visit)
    desk = AtTill(signed_in_client(till.scope.clinic_id), till)
    credit(till.desk.admin, billed=billed, quantities=[400], reason="Wrong")
    assert desk.client.get(desk.url(desk.pays(visit))).status_code == 302  # to the invoice, which still stands
    credit(till.desk.admin, billed=till.again(billed), quantities=[600], reason="Wrong")
    assert "To pay £65.00" in plain(desk.get(desk.pays(visit)))
    again = till.check_out(maria, "FBC", method="card", appointment=till.desk.again(visit))
    assert again.invoice.visit_id == billed.invoice.visit_id
    with refused("has its invoice already"):
        till.check_out(maria, "FBC", appointment=till.desk.again(visit))
    assert wrong(till) == []
