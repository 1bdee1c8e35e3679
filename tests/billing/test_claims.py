"""Another payer's share of an invoice: claimed, paid, moved to the person, written off, credited, made void."""

from typing import Any
from unittest.mock import patch

import pytest

from billing import queries
from billing.catalog import services as catalog
from billing.claims import services as claims
from billing.claims.queries import open_claims
from billing.invoices.services.crediting import credit
from billing.invoices.services.issuing import Cover
from billing.ledger.queries import Account, Billed
from billing.models import Entry, Payer
from billing.payers.services import save_payer
from billing.payments import services as payments
from billing.refunds import services as refunds
from billing.rules.shares import bill_of
from billing.statements.queries import account as statement
from billing.takings.services import Taken
from clinnet.accounts.permissions import Role
from clinnet.table import find_row, keys, query
from patients.models import Patient
from tests.billing.conftest import Till, refused
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill
from tests.patients.pages import plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def axa(till: Till) -> Payer:
    return queries.payer(till.scope, save_payer(till.desk.admin, name="AXA Health", percent=80_000))


def covered(till: Till, patient: Patient, payer: Payer, percent: int = 80_000, *codes: str, **more: Any) -> Billed:
    return till.check_out(patient, *codes, cover=Cover(payer, percent), **more)


def owed_by(till: Till, patient: Patient, payer: Payer) -> Account:
    return Account.of(patient.id, find_row(till.scope, keys.account(patient.id, payer.id)))


@pytest.mark.parametrize(("percent", "theirs"), [(80_000, 10_000), (33_333, 4167), (100_000, 12_500), (1, 0)])
def test_the_shares_of_an_invoice_come_to_its_total(
    till: Till, maria: Patient, axa: Payer, percent: int, theirs: int
) -> None:
    billed = covered(till, maria, axa, percent, "CONS15", "FBC", "LETTER", method="card")
    assert billed.invoice.total == 12_500  # 65.00, 24.00, 36.00 with its tax
    assert sum(int(each["amount"]) for each in billed.invoice.shares) == 12_500
    assert owed_by(till, maria, axa).balance == theirs
    assert sum(int(each.open) for each in billed.claims) == theirs
    assert (till.owes(maria), billed.settlement.open, till.day.card_in) == (0, 0, 12_500 - theirs)
    assert wrong(till) == []


def test_a_claim_is_sent_and_paid_in_part_and_the_person_pays_the_rest(till: Till, maria: Patient, axa: Payer) -> None:
    billed = covered(till, maria, axa, method="card")  # 52.00 of 65.00
    (claim,), office = billed.claims, till.desk.admin
    with refused("is sent first"):
        claims.mark(office, claim=claim, state="accepted")
    claims.mark(office, claim=claim, state="sent", reference="R 17")
    with refused("just now"):
        claims.mark(office, claim=claim, state="sent")
    (claim,) = till.again(billed).claims
    assert (claim.claim, claim.reference) == ("sent", "R 17")
    with refused("was sent to who else pays"):
        payments.undo(office, billed=till.again(billed))
    with refused("more than is open"):
        claims.settle(office, claim=claim, paid=5201)
    with refused("Write what was paid"):
        claims.settle(office, claim=claim)
    claims.settle(office, claim=claim, paid=4000, rest="person", reason="Not covered")
    with refused("just now"):  # as it was read before
        claims.settle(office, claim=claim, paid=1)
    again = till.again(billed)
    assert (again.claims[0].open, again.settlement.open, again.settlement.total) == (0, 1200, 2500)
    assert (till.owes(maria), owed_by(till, maria, axa).balance, till.day.transfer_in) == (1200, 0, 4000)
    assert wrong(till) == []
    payments.take(till.scope, billed=again, taken=Taken("card"))
    assert till.owes(maria) == 0
    entries = query(till.scope, keys.entries_of(maria.id), limit=50).of(Entry)
    theirs = next(each for each in entries if each.payer and each.kind == "PAYMENT")
    with refused("no payment that can be given back"):
        refunds.left_of(till.scope, theirs)
    first, last = (till.desk.day.replace(month=1, day=1), till.desk.day)
    told = statement(till.scope, maria, first, last, "Europe/London")
    assert (told.opening, told.closing) == (0, 0)
    assert not [each for each in told.entries if each.payer]


def test_what_is_credited_falls_on_each_payer_to_the_cent(till: Till, maria: Patient, axa: Payer) -> None:
    billed = covered(till, maria, axa, 33_333, "CONS15", "FBC", "LETTER", method="card")
    claims.settle(till.desk.admin, claim=billed.claims[0], paid=1000, rest="person")
    for quantities in ([300, 0, 700], [0, 333, 0], [700, 667, 300]):
        credit(till.desk.admin, billed=till.again(billed), quantities=quantities, reason="Wrong")
        assert wrong(till) == []
    again = till.again(billed)
    assert [each.state for each in again.settlements] == ["credited", "credited"]
    assert sum(int(each.credited_total or 0) for each in again.settlements) == 12_500
    paid = 12_500 - 4167 + 1000  # by card, and what the payer paid
    assert owed_by(till, maria, axa).balance + till.owes(maria) == -paid


def alone(till: Till, code: str) -> None:
    """Nobody else pays for it."""
    item = till.item(code)
    catalog.save(till.desk.admin, item=item, name=item.name, price=item.listed()[-1]["price"], since="2020-01-01",
                 rate=int(item.rate), is_own=True)  # fmt: skip


def test_what_nobody_else_pays_for_is_the_persons_alone(till: Till, maria: Patient, axa: Payer) -> None:
    alone(till, "LETTER")
    billed = covered(till, maria, axa, 80_000, "LETTER", "CONS15", "FBC", method="card")
    assert [int(each["amount"]) for each in billed.invoice.shares] == [7120, 5380]  # of 65.00 and 24.00; the rest
    credit(till.desk.admin, billed=billed, quantities=[500, 0, 0], reason="Half a letter")
    again = till.again(billed)
    assert [int(each.credited_total or 0) for each in again.settlements] == [1800, 0]
    credit(till.desk.admin, billed=again, quantities=[0, 1000, 0], reason="Not done")
    again = till.again(billed)
    assert [int(each.credited_total or 0) for each in again.settlements] == [1800 + 1300, 5200]
    assert wrong(till) == []


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
@pytest.mark.parametrize("percent", [33_333, 80_000, 100_000])
def test_notes_on_what_is_partly_the_persons_alone_come_to_the_shares(
    till: Till, maria: Patient, axa: Payer, order: list[int], percent: int
) -> None:
    alone(till, "LETTER")
    billed = covered(till, maria, axa, percent, "CONS15", "LETTER", "FBC", method="card")
    steps = ([333, 0, 7], [0, 999, 493], [667, 1, 500])
    for at in order:
        credit(till.desk.admin, billed=till.again(billed), quantities=steps[at], reason="Wrong")
        assert wrong(till) == []
    again = till.again(billed)
    assert [int(each.credited_total or 0) for each in again.settlements] == [
        int(each.total) for each in again.settlements
    ]


def test_the_check_out_says_who_pays_which_part_of_a_line(till: Till, maria: Patient, axa: Payer) -> None:
    alone(till, "LETTER")
    desk, visit = AtTill(signed_in_client(till.scope.clinic_id), till), till.visit(maria)
    sent = desk.form(desk.pays(visit)) | {"payer": axa.id, "covers": "80", "add": "letter", "do": "look"}
    page = plain(desk.client.post(desk.url(desk.pays(visit)), sent).content.decode())
    assert "AXA Health 80 % Patient" in page
    assert "65.00 52.00 13.00" in page
    assert "30.00 not covered 36.00" in page
    assert "AXA Health pays £52.00" in page


def test_a_check_out_with_another_payer_is_taken_back_whole(till: Till, maria: Patient, axa: Payer) -> None:
    billed = covered(till, maria, axa, 100_000)
    payments.undo(till.scope, billed=billed)
    again = till.again(billed)
    assert [each.state for each in again.settlements] == ["void", "void"]
    assert owed_by(till, maria, axa).balance == 0
    assert wrong(till) == []
    with refused("Something was paid or corrected since"):
        payments.undo(till.scope, billed=again)


def test_a_remittance_comes_to_its_claims_or_nothing_of_it_is_taken(till: Till, maria: Patient, axa: Payer) -> None:
    one, two = covered(till, maria, axa), covered(till, till.desk.patient(birth_date="1980-01-01"), axa)
    parts = [*one.claims, *two.claims]
    office = till.desk.admin
    with refused("£2.00 left to allocate"):
        claims.remittance(office, payer=axa, claims=parts, amounts=[5200, 5000], total=10_400)
    with refused("more than is open"):
        claims.remittance(office, payer=axa, claims=parts, amounts=[5201, 0], total=5201)
    with refused("come to £2.00 more than was paid"):
        claims.remittance(office, payer=axa, claims=parts, amounts=[5200, 5000], total=10_000)
    for amounts, total in (([0, 0], 0), ([5200, -100], 5100)):
        with refused("left to allocate" if total == 0 else "more than is open"):
            claims.remittance(office, payer=axa, claims=parts, amounts=amounts, total=total)
    other = queries.payer(till.scope, save_payer(office, name="Bupa", percent=50_000))
    with refused("more than is open"):
        claims.remittance(office, payer=other, claims=parts, amounts=[5200, 0], total=5200)
    with patch.object(claims, "MOST", 1), refused("as a second remittance"):
        claims.remittance(office, payer=axa, claims=parts, amounts=[5200, 5000], total=10_200)
    claims.remittance(office, payer=axa, claims=parts, amounts=[5200, 5000], total=10_200)
    assert [till.again(each).claims[0].open for each in (one, two)] == [0, 200]
    with refused("Say why"):
        claims.settle(office, claim=till.again(two).claims[0], rest="off")
    claims.settle(office, claim=till.again(two).claims[0], rest="off", reason="Small")
    assert till.again(two).claims[0].state == "written"
    assert (till.day.transfer_in, wrong(till)) == (10_200, [])


def test_the_desk_bills_two_payers_and_the_office_works_the_claim(till: Till, axa: Payer) -> None:
    maria = till.desk.patient(birth_date="1985-03-14", policies=[{"payer": "axa health", "number": "7"}])
    desk = AtTill(signed_in_client(till.scope.clinic_id), till)
    visit = till.visit(maria)
    page = plain(desk.get(desk.pays(visit)))
    assert "AXA Health pays £52.00" in page
    assert "Take £13.00 by card" in page
    form = desk.form(desk.pays(visit)) | {"payer": axa.id, "covers": "80"}
    assert "£13.00 by card" in desk.said(desk.client.post(desk.url(desk.pays(visit)), form | {"do": "take"}))
    ((id, _),) = open_claims(till.scope)
    bill = bill_of(id)
    shown = plain(desk.get(f"patients/{maria.id}/money/{bill}/"))
    assert "AXA Health pays 52.00" in shown
    assert "Yours to pay 13.00" in shown
    desk.get(f"patients/{maria.id}/money/{bill}/claims/{axa.id}/", status=403)
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    assert "AXA Health" in plain(office.get("money/claims/"))
    office.said(office.send(f"patients/{maria.id}/money/{bill}/claims/{axa.id}/", state="sent"))
    assert "Sent" in plain(office.get(f"money/claims/?payer={axa.id}"))
    sent = office.send(f"money/claims/{axa.id}/remittance/", total="52", **{f"paid-{id}": "52.00"})
    assert "£52.00 from AXA Health" in office.said(sent)
    assert owed_by(till, maria, axa).balance == 0
