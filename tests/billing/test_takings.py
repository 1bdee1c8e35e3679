"""Several ways of paying at once, deposits, credit that is used, what is written off."""

from unittest.mock import patch

import pytest

from billing.ledger import queries as ledger
from billing.ledger.queries import Account
from billing.models import PAID, WRITTEN
from billing.payments import services as payments
from billing.takings.services import Taken, entries_of
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Role
from clinnet.table.errors import ClinnetError, Denied, Refused
from patients.models import Patient
from tests.billing.conftest import Till
from tests.billing.test_books import wrong
from tests.billing.test_corrections import account
from tests.billing.test_pages import AtTill, at_till
from tests.patients.pages import plain
from tests.people import signed_in_client

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db


def credit_of(till: Till, patient: Patient) -> Account:
    return ledger.account(till.scope, patient.id)


# --- Several ways ----------------------------------------------------------------------------------------------------


def test_several_ways_pay_one_invoice(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, "CONS15", "LETTER", parts=[("cash", 6000), ("card", 4100)])
    assert (billed.settlement.state, till.day.cash_in, till.day.card_in) == (PAID, 6000, 4100)
    payments.undo(till.scope, billed=billed)
    assert (till.day.expected("cash"), till.day.expected("card"), wrong(till)) == (15000, 0, [])


def test_cash_rounds_what_the_other_ways_leave() -> None:
    drafts = entries_of("p", {"b": 8733}, Taken(parts=[("cash", 3735), ("card", 5000)]), "CHF")
    assert [(each.kind, each.method, each.amount) for each in drafts] == [
        ("PAYMENT", "card", -5000),
        ("PAYMENT", "cash", -3735),
        ("ROUNDING", "", 2),
    ]
    assert sum(sum(each.alloc.values()) for each in drafts) == -8733


@pytest.mark.parametrize(
    "parts", [[("card", 6000), ("cash", 600)], [("card", -1), ("cash", 6501)], [("card", 0)], [("cheque", 6500)]]
)
def test_ways_that_are_too_much_or_none_are_refused(parts: list[tuple[str, int]]) -> None:
    with pytest.raises(Refused):
        entries_of("p", {"b": 6500}, Taken(parts=parts), "GBP")


def test_several_ways_have_to_be_all_that_is_to_pay(at_till: AtTill, till: Till, maria: Patient) -> None:
    path = at_till.pays(till.visit(maria))
    answer = at_till.send(path, do="take", method="several", by_card="40", by_cash="20")
    assert "together are not what is to pay" in plain(answer.content.decode())
    assert till.day.entries == 0
    assert "£65.00 in several ways" in at_till.said(
        at_till.send(path, do="take", method="several", by_card="40", by_cash="25")
    )
    assert (till.day.card_in, till.day.cash_in, wrong(till)) == (4000, 2500, [])


# --- Deposits and credit ---------------------------------------------------------------------------------------------


def test_a_deposit_is_credit_until_an_invoice_uses_it(till: Till, maria: Patient) -> None:
    payments.deposit(till.scope, patient=maria, method="cash", amount=5000)
    assert account(till, maria) == (-5000, 5000)
    billed = till.check_out(maria, method="card", credit=credit_of(till, maria))
    assert (billed.settlement.state, till.day.card_in, account(till, maria)) == (PAID, 1500, (0, 0))
    payments.undo(till.scope, billed=billed)
    assert (account(till, maria), wrong(till)) == ((-5000, 5000), [])


def test_two_invoices_do_not_use_one_credit_twice(till: Till, maria: Patient) -> None:
    payments.deposit(till.scope, patient=maria, method="card", amount=6500)
    seen, first, second = credit_of(till, maria), till.check_out(maria), till.check_out(maria)
    payments.take(till.scope, billed=first, taken=Taken("card", credit=seen))
    with pytest.raises(Refused) as refused:
        payments.take(till.scope, billed=second, taken=Taken("card", credit=seen))
    assert "credit changed just now" in refused.value.sentence
    assert (account(till, maria), wrong(till)) == ((6500, 0), [])


def test_nobody_uses_another_persons_credit(till: Till, maria: Patient) -> None:
    other = till.desk.patient("Ada", "Ames")
    payments.deposit(till.scope, patient=other, method="card", amount=6500)
    billed = till.check_out(maria)
    for taken in (Taken("card", credit=credit_of(till, other)),):
        with pytest.raises(ClinnetError):
            payments.take(till.scope, billed=billed, taken=taken)
        with pytest.raises(ClinnetError):
            till.check_out(maria, method="card", credit=taken.credit)
    assert wrong(till) == []


@pytest.mark.parametrize(("amount", "method"), [(0, "card"), (-5, "card"), (100, "cheque")])
def test_a_deposit_that_is_none_is_refused(till: Till, maria: Patient, amount: int, method: str) -> None:
    with pytest.raises(Refused):
        payments.deposit(till.scope, patient=maria, method=method, amount=amount)


def test_a_deposit_in_coins_that_there_are_not_is_refused(till: Till, maria: Patient) -> None:
    with patch.object(Clinic, "money", "CHF"), pytest.raises(Refused):
        payments.deposit(till.scope, patient=maria, method="cash", amount=1001)


def test_check_out_offers_the_credit_and_uses_it(at_till: AtTill, till: Till, maria: Patient) -> None:
    said = at_till.said(at_till.send(f"patients/{maria.id}/money/deposit/", method="card", amount="50"))
    assert "£50.00 taken as a deposit" in said
    path = at_till.pays(till.visit(maria))
    page = plain(at_till.get(path))
    assert all(each in page for each in ("Use the credit, £50.00", "To pay £15.00", "Take £15.00 by card"))
    answer = at_till.client.post(at_till.url(path), {**at_till.form(path), "do": "look", "credit": ""})
    assert "To pay £65.00" in plain(answer.content.decode())
    at_till.said(at_till.send(path, do="take", credit="on"))
    assert (till.day.card_in, wrong(till)) == (6500, [])
    assert "From credit" in plain(at_till.get(f"patients/{maria.id}/money/"))


# --- Written off -----------------------------------------------------------------------------------------------------


def test_what_is_written_off_is_owed_no_more(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, method="card", amount=4000)
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    root = f"patients/{maria.id}/money/{billed.invoice.id}/"
    assert "Say why" in plain(office.send(f"{root}write-off/", reason="").content.decode())
    assert "£25.00 of" in office.said(office.send(f"{root}write-off/", reason="Moved away"))
    assert (till.again(billed).settlement.state, account(till, maria), wrong(till)) == (WRITTEN, (0, 0), [])
    with pytest.raises(Refused):
        payments.write_off(till.desk.admin, billed=till.again(billed), reason="Again")


def test_reception_writes_nothing_off(till: Till, maria: Patient) -> None:
    with pytest.raises(Denied):
        payments.write_off(till.scope, billed=till.check_out(maria), reason="Friend")
