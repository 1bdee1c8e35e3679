"""What must not be typed or tried; what rounding, folded records and two people at once do to money."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from billing import queries
from billing.catalog import services as catalog
from billing.day_close import services as day_close
from billing.ledger import queries as ledger
from billing.models import PAID, VOID
from billing.payments import services as payments
from clinnet.accounts.models import Clinic
from clinnet.table import Event, Scope, Transaction
from clinnet.table.batches import Batch
from clinnet.table.errors import NotFound, Refused, Sealed
from patients.models import Patient
from tests.actions import TESTED
from tests.billing.conftest import Till
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill, at_till
from tests.patients.pages import plain
from tests.scheduling.visiting import fields

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def in_francs(till: Till) -> Iterator[None]:
    """Where the smallest coin is of five."""
    catalog.save(till.desk.admin, item=till.item("FBC"), name="Full blood count", price=8733, since=till.today)
    catalog.save(till.desk.admin, item=till.item("CONS15"), name="Consultation", price=8732, since=till.today)
    with patch.object(Clinic, "money", "CHF"):
        yield


# --- Rounding --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_francs")
@pytest.mark.parametrize(("code", "paid"), [("FBC", 8735), ("CONS15", 8730)])
def test_cash_that_was_rounded_is_taken_back_whole(till: Till, maria: Patient, code: str, paid: int) -> None:
    billed = till.check_out(maria, code, method="cash")
    assert (billed.settlement.state, till.day.cash_in, till.owes(maria), wrong(till)) == (PAID, paid, 0, [])
    payments.undo(till.scope, billed=billed)
    (account,) = ledger.accounts(till.scope, maria)
    assert (account.balance, account.credit, till.day.expected("cash"), wrong(till)) == (0, 0, 15000, [])


@pytest.mark.usefixtures("in_francs")
def test_a_card_pays_what_coins_cannot(till: Till, maria: Patient) -> None:
    till.check_out(maria, "FBC", method="card")
    assert till.day.card_in == 8733
    with pytest.raises(Refused):
        till.check_out(maria, "FBC", method="cash", amount=8733)


# --- Amounts ---------------------------------------------------------------------------------------------------------


def test_nothing_is_no_payment(at_till: AtTill, till: Till, maria: Patient) -> None:
    answer = at_till.send(at_till.pays(till.visit(maria)), do="take", amount="0")
    assert "£0.00 is no payment" in plain(answer.content.decode())
    billed = till.check_out(maria)
    answer = at_till.send(f"patients/{maria.id}/money/{billed.invoice.id}/take/", method="card", amount="0.00")
    assert "£0.00 is no payment" in plain(answer.content.decode())
    assert till.again(billed).settlement.open == 6500
    assert till.day.card_in == 0


@pytest.mark.parametrize("amount", ["-5", "1e3", "0x10", "5 GBP 5", "99999999999", "12.345", "€5"])
def test_what_is_no_amount_is_refused(at_till: AtTill, till: Till, maria: Patient, amount: str) -> None:
    billed = till.check_out(maria)
    answer = at_till.send(f"patients/{maria.id}/money/{billed.invoice.id}/take/", method="card", amount=amount)
    assert answer.status_code == 422
    assert till.again(billed).settlement.open == 6500


def test_what_was_given_in_cash_is_nothing_to_a_card(till: Till, maria: Patient) -> None:
    """Typed before the method was changed."""
    billed = till.check_out(maria, method="card", given=5000)
    assert billed.settlement.state == PAID
    assert ledger.entries_about(till.scope, billed.invoice)[1].given is None


def test_somebody_elses_debt_is_not_paid_from_this_account(till: Till, maria: Patient) -> None:
    other = till.check_out(till.desk.patient("Ada", "Ames"))
    with pytest.raises(NotFound):
        till.check_out(maria, method="card", also=[other.settlement])
    assert wrong(till) == []


def test_more_lines_than_an_invoice_has_are_refused_and_none_is_dropped(
    at_till: AtTill, till: Till, maria: Patient
) -> None:
    path = at_till.pays(till.visit(maria))
    sent = at_till.form(path)
    lines = {f"code-{at}": "CONS15" for at in range(200)}
    answer = at_till.client.post(at_till.url(path), sent | lines | {"do": "look", "add": "FBC"})
    html = answer.content.decode()
    assert html.count('value="CONS15"') >= 200
    assert "An invoice has 200 lines at most" in plain(html)


# --- Documents -------------------------------------------------------------------------------------------------------


def test_an_invoice_of_nothing_can_be_void_too(till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    catalog.save(till.desk.admin, item=till.item("FBC"), name="Full blood count", price=0, since=till.today)
    billed = till.check_out(maria, "FBC", method="card", appointment=visit)
    assert (billed.settlement.state, billed.invoice.total) == (PAID, 0)
    payments.undo(till.scope, billed=billed, appointment=till.desk.again(visit))
    assert till.again(billed).settlement.state == VOID
    assert till.desk.again(visit).state == "finished"
    assert wrong(till) == []


def test_a_visit_of_a_folded_record_is_billed_again_after_its_undo(at_till: AtTill, till: Till, maria: Patient) -> None:
    """Its appointment stays beneath the record for which it was booked."""
    visit, survivor = till.visit(maria), till.desk.patient("María", "García")
    tx = Transaction(till.scope)
    tx.change_row(Patient.at(survivor.id), sets={"absorbed": [maria.id]})
    tx.commit(Event(TESTED, "PATIENT", survivor.id))
    path = f"patients/{survivor.id}/money/check-out/?visit={visit.id}"
    answer = at_till.send(path, do="take")
    html = at_till.client.get(answer["Location"]).content.decode()
    undo = html.partition("/undo/")[0].rpartition('"')[2] + "/undo/"
    assert "is void" in at_till.said(at_till.client.post(undo, fields(html, undo)))
    assert till.desk.again(visit).state == "finished"
    assert "To pay £65.00" in plain(at_till.get(path))


@pytest.mark.parametrize("code", ["A/B", "..", ".", "A#B", "A?", "<b>"])
def test_a_code_that_no_address_can_hold_is_refused(till: Till, code: str) -> None:
    with pytest.raises(Refused):
        catalog.save(till.desk.admin, code=code, name="Anything", price=1, since=till.today)


def test_the_batch_door_leaves_alone_what_was_issued(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, method="card")
    entry = ledger.entries_about(till.scope, billed.invoice)[0]
    for item in (billed.invoice, entry):
        batch = Batch(Scope.system("tests", till.scope.clinic_id))
        batch.put_row({"PK": item.pk, "SK": item.sk, "total": 1})
        with pytest.raises(Sealed):
            batch.write()
    assert wrong(till) == []


# --- While it is counted ---------------------------------------------------------------------------------------------


def test_money_that_came_in_between_counting_and_its_saving_is_said(
    at_till: AtTill, till: Till, maria: Patient
) -> None:
    root = f"money/drawers/{till.day.drawer}/{till.today}/"
    counting = at_till.form(f"{root}count/") | {"n5000": "3", "card": "12"}
    till.check_out(maria, "FBC", method="cash")
    at_till.client.post(at_till.url(f"{root}count/"), counting)
    page = plain(at_till.get(f"{root}close/"))
    assert "£24.00 cash came in" in page
    assert "while you counted" in page


def test_counting_again_begins_with_what_was_counted(at_till: AtTill, till: Till) -> None:
    root = f"money/drawers/{till.day.drawer}/{till.today}/"
    at_till.send(f"{root}count/", n5000="3", card="12.50", transfer="7")
    form = at_till.form(f"{root}count/")
    assert (form["n5000"], form["card"], form["transfer"]) == ("3", "12.50", "7.00")


def test_a_drawer_that_others_closed_takes_nothing(till: Till, maria: Patient) -> None:
    """The day that was read is closed before the money is written."""
    day = till.day
    day_close.count(till.scope, session=day, pieces={5000: 3}, card=0, transfer=0)
    with patch.object(queries, "open_drawer", lambda *_: day):
        day_close.close(till.scope, drawer=queries.drawer(till.scope, day.drawer), session=till.day, stays=15000)
        with pytest.raises(Refused) as refused:
            till.check_out(maria, method="card")
    assert "closed meanwhile" in refused.value.sentence
    assert wrong(till) == []
