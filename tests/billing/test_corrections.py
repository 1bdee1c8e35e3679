"""What was issued is corrected by credit notes that add up to the cent; what was paid goes back by two persons."""

import threading
from typing import Any
from unittest.mock import patch

import pytest

from billing.catalog import services as catalog
from billing.invoices.services.crediting import credit
from billing.ledger import queries as ledger
from billing.ledger.queries import Billed
from billing.models import CREDITED, DrawerDay, Entry, RefundRequest
from billing.payments import services as payments
from billing.refunds import queries, services
from clinnet.accounts.permissions import Role
from clinnet.money import Money, show
from clinnet.table import Event, Scope, Transaction, get_rows, keys
from clinnet.table.errors import ClinnetError, Denied, Refused
from patients.models import Patient
from tests.actions import TESTED
from tests.billing.conftest import Till, refused
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill, at_till
from tests.conftest import scope_of
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.visiting import fields

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db


def credited(till: Till, billed: Billed, *quantities: int) -> Billed:
    credit(till.desk.admin, billed=till.again(billed), quantities=quantities, reason="Wrong")
    return till.again(billed)


def account(till: Till, patient: Patient) -> tuple[int, int]:
    """Balance and credit."""
    found = ledger.account(till.scope, patient.id)
    return found.balance, found.credit


# --- Credit notes ----------------------------------------------------------------------------------------------------


def test_credit_notes_in_parts_come_to_the_invoice_to_the_cent(till: Till, maria: Patient) -> None:
    """Letters at 33.33 with 20 % tax: three notes that were each rounded by themselves would come to another sum."""
    catalog.save(till.desk.admin, item=till.item("LETTER"), name="Letter", price=3333, rate=20_000, since=till.today)
    billed = till.check_out(maria, "LETTER", "LETTER", "LETTER", method="card")
    assert billed.invoice.total == 11999
    for parts in ((1000, 0, 0), (0, 500, 0), (0, 500, 1000)):
        billed = credited(till, billed, *parts)
        assert wrong(till) == []
    assert (billed.settlement.credited_total, billed.settlement.state) == (11999, CREDITED)
    assert account(till, maria) == (-11999, 11999)


def test_what_is_open_becomes_less_before_anything_becomes_credit(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, "CONS15", "FBC", method="card", amount=5000)
    billed = credited(till, billed, 0, 1000)
    assert (billed.settlement.open, billed.settlement.state, account(till, maria)) == (1500, "part", (1500, 0))
    billed = credited(till, billed, 500, 0)
    assert (billed.settlement.open, account(till, maria)) == (0, (-1750, 1750))
    assert wrong(till) == []


def test_an_unpaid_invoice_that_is_credited_whole_is_owed_no_more(till: Till, maria: Patient) -> None:
    billed = credited(till, till.check_out(maria), 1000)
    assert (billed.settlement.state, account(till, maria), wrong(till)) == (CREDITED, (0, 0), [])


@pytest.mark.parametrize("quantities", [(1001,), (-1,), (0,)])
def test_more_than_was_invoiced_or_nothing_is_not_credited(
    till: Till, maria: Patient, quantities: tuple[int, ...]
) -> None:
    billed = till.check_out(maria)
    with pytest.raises(Refused):
        credited(till, billed, *quantities)
    assert wrong(till) == []


def test_two_who_credit_at_once_credit_once(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, method="card")
    credit(till.desk.admin, billed=billed, quantities=[1000], reason="Wrong")
    with pytest.raises(Refused):
        credit(till.desk.admin, billed=billed, quantities=[1000], reason="Wrong")
    assert (account(till, maria), wrong(till)) == ((-6500, 6500), [])


def test_a_void_invoice_is_not_credited_and_a_credited_one_not_made_void(till: Till, maria: Patient) -> None:
    billed = credited(till, till.check_out(maria, method="card"), 500)
    with pytest.raises(Refused):
        payments.undo(till.desk.admin, billed=billed)
    void = till.check_out(maria)
    payments.undo(till.scope, billed=void)
    with pytest.raises(Refused):
        credited(till, void, 1000)


def test_reception_writes_no_credit_note(till: Till, maria: Patient) -> None:
    with pytest.raises(Denied):
        credit(till.scope, billed=till.check_out(maria), quantities=[1000], reason="Wrong")


def test_a_credit_note_is_drawn_looked_at_and_printed(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, "CONS15", "LETTER", method="card")
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    root = f"patients/{maria.id}/money/{billed.invoice.id}/"
    assert "Credit note" in office.get(root)
    assert "Credit £101.00" in plain(office.get(f"{root}credit/"))
    typed = {"n0": "", "n1": "0.5", "reason": "Half a page"}
    page = office.send(f"{root}credit/", do="credit", **typed).content.decode()
    assert "The sum changed while this page was open: £18.00 instead of £101.00" in plain(page)
    sent = fields(page[page.index("<main") :]) | {"do": "credit"}
    answer = office.client.post(office.url(f"{root}credit/"), sent)
    page = plain(office.client.get(answer["Location"]).content.decode())
    assert all(each in page for each in ("CN-", billed.invoice.number, "Half a page", "15.00", "£18.00"))
    pdf = office.client.get(f"{answer['Location']}a4/")
    assert pdf.content.startswith(b"%PDF")
    assert "Credit note CN-" in plain(office.get(f"patients/{maria.id}/money/"))


# --- Refunds ---------------------------------------------------------------------------------------------------------


def paid_too_much(till: Till, maria: Patient, method: str = "card") -> Entry:
    """65.00 that were paid, of which 65.00 are credit now."""
    billed = till.check_out(maria, method=method)
    credited(till, billed, 1000)
    return ledger.entries_about(till.scope, billed.invoice)[1]


def asked(till: Till, payment: Entry, amount: int, scope: Scope | None = None) -> RefundRequest:
    scope = scope or till.scope
    id = services.ask(scope, payment=payment, amount=amount, reason="Paid twice")
    return queries.refund(scope, payment.patient_id, id)


def test_a_refund_that_another_person_approves_leaves_the_drawer(till: Till, maria: Patient) -> None:
    wanted = asked(till, paid_too_much(till, maria), 4000)
    assert [each.id for each in queries.waiting(till.scope)] == [wanted.id]
    services.approve(till.desk.admin, asked=wanted)
    assert (account(till, maria), till.day.card_out) == ((-2500, 2500), 4000)
    assert (queries.waiting(till.scope), wrong(till)) == ([], [])


def test_nobody_approves_what_they_asked_for(till: Till, maria: Patient) -> None:
    """The table says so: no view was asked."""
    wanted = asked(till, paid_too_much(till, maria), 4000, till.desk.admin)
    with pytest.raises(Refused) as refused:
        services.approve(till.desk.admin, asked=wanted)
    assert "Somebody else must approve" in refused.value.sentence
    assert (account(till, maria), wrong(till)) == ((-6500, 6500), [])


def test_two_who_approve_at_once_give_back_once(till: Till, maria: Patient) -> None:
    wanted, done = asked(till, paid_too_much(till, maria), 4000), list[Any]()

    def approve() -> None:
        try:
            done.append(services.approve(till.desk.admin, asked=wanted))
        except ClinnetError:
            done.append("")

    both = [threading.Thread(target=approve) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(map(bool, done)) == [False, True]
    assert (till.day.card_out, wrong(till)) == (4000, [])


def test_two_requests_give_no_more_back_than_was_paid(till: Till, maria: Patient) -> None:
    payment = paid_too_much(till, maria)
    first, second = asked(till, payment, 4000), asked(till, payment, 4000)
    services.approve(till.desk.admin, asked=first)
    with pytest.raises(Refused) as refused:
        services.approve(till.desk.admin, asked=second)
    assert show(Money(2500, "GBP"), "en-GB", sign=True) in refused.value.sentence
    row = keys.returned(maria.id, payment.id)
    assert get_rows(till.scope, [row])[row]["amount"] == 4000
    services.decline(till.desk.admin, asked=queries.refund(till.scope, maria.id, second.id))
    assert wrong(till) == []


def test_what_was_paid_for_an_invoice_needs_a_credit_note_first(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, method="card")
    with pytest.raises(Refused) as refused:
        asked(till, ledger.entries_about(till.scope, billed.invoice)[1], 1)
    assert "credit note first" in refused.value.sentence


def test_a_payment_that_was_taken_back_is_not_given_back_too(till: Till, maria: Patient) -> None:
    paid_too_much(till, maria)
    billed = till.check_out(maria, method="card")
    payment = ledger.entries_about(till.scope, billed.invoice)[1]
    payments.undo(till.scope, billed=billed)
    with pytest.raises(Refused):
        asked(till, payment, 100)


def test_a_drawer_gives_back_no_more_than_lies_in_it(till: Till, maria: Patient) -> None:
    catalog.save(till.desk.admin, item=till.item("FBC"), name="Blood", price=100_000, since=till.today)
    billed = till.check_out(maria, "FBC", method="cash")
    credited(till, billed, 1000)
    wanted = asked(till, ledger.entries_about(till.scope, billed.invoice)[1], 100_000)
    with patch.object(DrawerDay, "expected", lambda *_: 3100), pytest.raises(Refused) as refused:
        services.approve(till.desk.admin, asked=wanted)
    assert "holds £31.00" in refused.value.sentence


def test_reception_approves_no_refund(till: Till, maria: Patient) -> None:
    wanted = asked(till, paid_too_much(till, maria), 4000)
    other = scope_of(till.scope.clinic_id, Role.RECEPTIONIST, "Ben")
    with pytest.raises(Denied):
        services.approve(other, asked=wanted)


def test_a_refund_is_asked_for_on_one_page_and_approved_on_another(at_till: AtTill, till: Till, maria: Patient) -> None:
    payment = paid_too_much(till, maria)
    assert f"payments/{payment.id}/refund/" in at_till.get(f"patients/{maria.id}/money/")
    root = f"patients/{maria.id}/money/payments/{payment.id}/refund/"
    assert "Up to £65.00" in plain(at_till.get(root))
    assert "Say why" in plain(at_till.send(root, amount="65", reason="").content.decode())
    assert "somebody else" in at_till.said(at_till.send(root, amount="20", reason="Paid twice")).casefold()
    page = at_till.get("money/refunds/")
    assert "Withdraw" in page
    assert "/approve/" not in page
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    assert "1 refund to approve" in plain(office.get("tasks/"))
    page = office.get("money/refunds/")
    action = page.partition("/approve/")[0].rpartition('"')[2] + "/approve/"
    said = office.said(office.client.post(action, fields(page, action)))
    assert "Give back £20.00 by card" in said
    assert "No refund waits" in said
    assert till.day.card_out == 2000


def test_a_folded_records_visit_is_billed_anew_once_its_invoice_is_credited_whole(till: Till, maria: Patient) -> None:
    visit, survivor = till.visit(maria), till.desk.patient("Maria", "Garcia", birth_date="1985-03-14")
    tx = Transaction(till.scope)
    tx.change_row(Patient.at(maria.id), sets={"mergedInto": survivor.id})
    tx.change_row(Patient.at(survivor.id), sets={"absorbed": [maria.id]})
    tx.commit(Event(TESTED, "PATIENT", maria.id))
    billed = till.check_out(survivor, method="card", appointment=visit)
    with refused("This visit has its invoice already"):
        till.check_out(survivor, method="card", appointment=till.desk.again(visit))
    credit(till.desk.admin, billed=billed, quantities=[1000], reason="Wrong service")
    again = till.check_out(survivor, "FBC", method="card", appointment=till.desk.again(visit))
    assert (again.invoice.visit_id, wrong(till)) == (visit.id, [])
