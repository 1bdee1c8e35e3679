"""What is given back leaves the drawer once; what was written off is nobody's credit; a stale page moves nothing."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from billing.catalog import services as catalog
from billing.checkout.services import check_out
from billing.claims import services as claims
from billing.invoices.services.crediting import credit
from billing.ledger import queries as ledger
from billing.ledger.queries import Billed
from billing.models import PAYMENT, VOID, Entry, Payer, RefundRequest
from billing.payments import services as payments
from billing.refunds import queries as refund_queries
from billing.refunds import services as refunds
from billing.takings.services import Taken
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Role
from clinnet.table import keys, query
from patients.models import Patient
from tests.billing.conftest import Till, refused
from tests.billing.test_books import wrong
from tests.billing.test_claims import axa, covered, owed_by
from tests.billing.test_pages import AtTill
from tests.patients.pages import plain
from tests.people import signed_in_client

__all__ = ["axa"]
pytestmark = pytest.mark.django_db


def payment_of(till: Till, billed: Billed) -> Entry:
    return next(each for each in ledger.entries_with(till.scope, billed.invoice) if each.kind == PAYMENT)


def asked(till: Till, payment: Entry, amount: int) -> RefundRequest:
    id = refunds.ask(till.scope, payment=payment, amount=amount, reason="Paid twice")
    return refund_queries.refund(till.scope, payment.patient_id, id)


# --- A check-out that is taken back ----------------------------------------------------------------------------------


def test_an_older_debt_that_was_paid_at_the_check_out_is_open_again(till: Till, maria: Patient) -> None:
    """As much as the older one needed was given, and nothing for the new one."""
    older = till.check_out(maria, "FBC")
    billed = till.check_out(maria, method="card", amount=2400, also=[older.settlement])
    assert (till.again(older).settlement.open, billed.settlement.open) == (0, 6500)
    payments.undo(till.scope, billed=billed)
    assert (till.again(older).settlement.open, till.again(billed).settlement.state) == (2400, VOID)
    assert (till.day.expected("card"), till.owes(maria), wrong(till)) == (0, 2400, [])


def test_a_payment_leaves_the_drawer_by_a_refund_or_by_undo_but_not_by_both(till: Till, maria: Patient) -> None:
    """There is credit from a deposit, so the payment of a standing invoice can be given back."""
    payments.deposit(till.scope, patient=maria, method="card", amount=5000)
    billed = till.check_out(maria, method="card")
    wanted = asked(till, payment_of(till, billed), 5000)
    other = till.check_out(maria, method="card")
    raced = asked(till, payment_of(till, other), 5000)
    refunds.approve(till.desk.admin, asked=wanted)
    with refused("paid or corrected since"):
        payments.undo(till.scope, billed=billed)
    payments.deposit(till.scope, patient=maria, method="card", amount=5000)
    left = refunds.left_of(till.scope, payment_of(till, other))
    payments.undo(till.scope, billed=other)
    with patch.object(refunds, "left_of", lambda *_: left), refused("given back just now"):  # read before the undo
        refunds.approve(till.desk.admin, asked=raced)
    assert (till.day.expected("card"), wrong(till)) == (5000 + 6500 - 5000 + 5000, [])


def test_a_deposit_that_is_spent_says_on_what(till: Till, maria: Patient) -> None:
    payments.deposit(till.scope, patient=maria, method="card", amount=6500)
    account = ledger.account(till.scope, maria.id)
    billed, other = till.check_out(maria, method="card", credit=account), till.check_out(maria, "FBC", method="card")
    deposit = query(till.scope, keys.entries_of(maria.id), limit=9).of(Entry)[0]
    with refused(f"It was used for {billed.invoice.number}: what was not done"):
        asked(till, deposit, 6500)
    desk = AtTill(signed_in_client(till.scope.clinic_id), till)
    page = plain(desk.get(f"patients/{maria.id}/money/payments/{deposit.id}/refund/"))
    assert f"It was used for {billed.invoice.number}" in page
    assert other.invoice.number not in page
    credit(till.desk.admin, billed=billed, quantities=[1000], reason="Not done")
    refunds.approve(till.desk.admin, asked=asked(till, deposit, 6500))
    assert (till.owes(maria), wrong(till)) == (0, [])


def test_what_was_not_issued_today_is_not_made_void(till: Till, maria: Patient) -> None:
    """Though its drawer was forgotten and is open still."""
    billed = till.check_out(maria, method="card")
    with till.desk.clock_at(till.desk.at("08:00", till.desk.day + timedelta(days=1))):
        assert not payments.may_undo(till.desk.admin, billed, ledger.entries_about(till.scope, billed.invoice))
        with refused("not issued today"):
            payments.undo(till.desk.admin, billed=billed)
    assert wrong(till) == []


def test_what_was_corrected_since_is_not_opened_again_by_an_undo(till: Till, maria: Patient) -> None:
    older = till.check_out(maria, "FBC")
    billed = till.check_out(maria, method="card", also=[older.settlement])
    credit(till.desk.admin, billed=till.again(older), quantities=[1000], reason="Not done")
    with refused("paid or corrected since"):
        payments.undo(till.desk.admin, billed=billed)
    assert wrong(till) == []


def test_a_claim_that_is_sent_while_the_check_out_is_taken_back_stays(till: Till, maria: Patient, axa: Payer) -> None:
    billed = covered(till, maria, axa)
    claims.mark(till.desk.admin, claim=billed.claims[0], state="sent")
    with refused("was sent to who else pays"):  # `billed` is as it was read before
        payments.undo(till.scope, billed=billed)
    assert wrong(till) == []


def test_nothing_becomes_of_a_claim_of_which_nothing_is_open(till: Till, maria: Patient, axa: Payer) -> None:
    billed = covered(till, maria, axa)
    payments.undo(till.scope, billed=billed)
    with refused("Nothing is open of this claim"):
        claims.mark(till.desk.admin, claim=till.again(billed).claims[0], state="sent")


# --- Credit and refunds ----------------------------------------------------------------------------------------------


def test_what_was_written_off_becomes_nobodys_credit(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, "CONS15", "FBC", method="card", amount=1000)  # 79.00 are open
    payments.write_off(till.desk.admin, billed=billed, reason="Small")
    credit(till.desk.admin, billed=till.again(billed), quantities=[0, 1000], reason="Not done")
    again = till.again(billed)
    assert (again.settlement.state, till.owes(maria), wrong(till)) == ("written", 0, [])
    credit(till.desk.admin, billed=again, quantities=[1000, 0], reason="Not done either")
    (account,) = ledger.accounts(till.scope, maria)
    assert (account.balance, account.credit, till.again(billed).settlement.state) == (-1000, 1000, "credited")
    assert wrong(till) == []


def test_a_claim_that_was_written_off_becomes_nobodys_credit(till: Till, maria: Patient, axa: Payer) -> None:
    billed = covered(till, maria, axa)
    claims.settle(till.desk.admin, claim=billed.claims[0], paid=1200, rest="off", reason="Small")
    credit(till.desk.admin, billed=till.again(billed), quantities=[1000], reason="Not done")
    assert (owed_by(till, maria, axa).credit, till.owes(maria), wrong(till)) == (1200, 0, [])


@pytest.mark.parametrize(("price", "paid"), [(14_949, 14_900), (14_950, 15_000)])
def test_cash_goes_back_as_it_was_rounded(till: Till, maria: Patient, price: int, paid: int) -> None:
    """In kronor: neither 149 of 149.50 nor 149.50, which no coins can pay, and nothing of it is stuck."""
    catalog.save(till.desk.admin, item=till.item("FBC"), name="Full blood count", price=price, since=till.today)
    with patch.object(Clinic, "money", "SEK"):
        billed = till.check_out(maria, "FBC", method="cash")
        credit(till.desk.admin, billed=till.again(billed), quantities=[1000], reason="Not done")
        payment = payment_of(till, billed)
        with refused("Coins cannot pay"):
            asked(till, payment, 50)
        assert refunds.left_of(till.scope, payment).most == paid
        refunds.approve(till.desk.admin, asked=asked(till, payment, paid))
    (account,) = ledger.accounts(till.scope, maria)
    assert (account.balance, account.credit, till.day.expected("cash"), wrong(till)) == (0, 0, 15_000, [])


# --- Stale pages, and what one person may ----------------------------------------------------------------------------


def test_a_page_that_said_another_sum_moves_nothing(till: Till, maria: Patient, axa: Payer) -> None:
    billed = covered(till, maria, axa, 50_000)
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    root = f"patients/{maria.id}/money/{billed.invoice.id}/"
    pages = {
        f"{root}take/": {"method": "card"},
        f"{root}write-off/": {"reason": "Small"},
        f"{root}claims/{axa.id}/paid/": {"rest": "person"},
    }
    forms = {path: office.form(path) | typed for path, typed in pages.items()}
    payments.take(till.scope, billed=billed, taken=Taken("card", 1000))
    claims.settle(till.desk.admin, claim=billed.claims[0], paid=1000)
    for path, sent in forms.items():
        answer = office.client.post(office.url(path), sent)
        assert answer.status_code == 422
        said = plain(answer.content.decode())
        assert "press again" in said or "Look once more" in said
    said = plain(office.client.post(office.url(f"{root}take/"), forms[f"{root}take/"]).content.decode())
    assert "took £10.00 for this invoice" in said
    assert "£22.50 is open" in said
    again = till.again(billed)
    assert (again.settlement.open, again.claims[0].open, wrong(till)) == (2250, 2250, [])


def test_money_for_a_claim_that_was_paid_meanwhile_goes_to_no_other(till: Till, maria: Patient, axa: Payer) -> None:
    """The claim that is gone stood first in the list."""
    first, second = covered(till, maria, axa), covered(till, maria, axa)
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    path = f"money/claims/{axa.id}/remittance/"
    sent = office.form(path) | {"total": "52", f"paid-{first.claims[0].id}": "52.00"}
    claims.settle(till.desk.admin, claim=first.claims[0], paid=5200)
    answer = office.client.post(office.url(path), sent)
    assert "was paid meanwhile" in plain(answer.content.decode())
    assert (till.again(second).claims[0].open, wrong(till)) == (5200, [])


def test_a_larger_discount_needs_an_administrator(till: Till, maria: Patient) -> None:
    for more in ({"percent_off": 10_001}, {"amount_off": 651}):
        done = [till.provided("CONS15", **more)]
        with refused("more than 10 % needs an administrator"):
            check_out(till.scope, patient=maria, done=done)
        check_out(till.desk.admin, patient=maria, done=done)
    check_out(till.scope, patient=maria, done=[till.provided("CONS15", percent_off=10_000)])
    check_out(till.scope, patient=maria, done=[till.provided("CONS15", amount_off=650)])
    assert wrong(till) == []
