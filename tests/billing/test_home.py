"""Money's first page: what waits, and a document by its number."""

from datetime import timedelta
from typing import Any

import pytest

from billing.claims import services as claims
from billing.home import queries
from billing.home.queries import Waits, waits
from billing.home.rows import wait_rows
from billing.invoices.services.crediting import credit
from billing.invoices.services.issuing import Cover
from billing.ledger import queries as ledger
from billing.models import REJECTED, SENT
from billing.payers import services as payers
from billing.queries import payer, setup
from billing.refunds import services as refunds
from billing.rules import numbers
from clinnet import clock
from clinnet.table.kept import forget
from clinnet.table.meter import metered
from patients.models import Patient
from tests.billing.conftest import ZONE, Till
from tests.billing.test_pages import AtTill, at_till
from tests.patients.pages import plain

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2026-004821", "2026-004821"),
        (" 4821 ", "2027-004821"),
        ("2026/12", "2026-000012"),
        ("cn-2026-31", "CN-2026-000031"),
        ("CN 31", "CN-2027-000031"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, number: str) -> None:
    found = numbers.read(typed, 2027)
    assert found
    assert found.number == number


@pytest.mark.parametrize("typed", ["", "0", "García", "2026-", "2026-0000000", "-5", "٤٨٢١", "1" * 40])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert numbers.read(typed, 2027) is None


def found(at_till: AtTill, number: str) -> Any:
    path = at_till.url("money/find/")
    return at_till.client.post(path, at_till.form("money/", path) | {"number": number})


def test_a_document_is_found_by_its_number(at_till: AtTill, till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, method="card")
    note = credit(till.desk.admin, billed=billed, quantities=[500], reason="Half")
    number = ledger.credit_note(till.scope, maria, note).number
    for typed, place in ((billed.invoice.number, billed.invoice.id), (number, f"credit-notes/{note}")):
        answer = found(at_till, typed)
        assert answer["Location"].endswith(f"/patients/{maria.id}/money/{place}/")
        assert typed in at_till.said(answer)
    for typed, sentence in (
        ("999", "-000999 here"),
        ("García", "That is no number of an invoice"),
        ("", "Write a number."),
    ):
        answer = found(at_till, typed)
        assert answer["Location"] == at_till.url("money/")
        assert sentence in at_till.said(answer)


def test_the_first_page_says_what_waits(at_till: AtTill, till: Till, maria: Patient) -> None:
    assert "Nothing waits." in at_till.get("money/")
    cover = Cover(payer(till.scope, payers.save_payer(till.desk.admin, name="AXA", percent=80_000)), 80_000)
    forget()
    billed = till.check_out(maria, method="card", cover=cover)
    till.check_out(maria, cover=cover)
    for state in (SENT, REJECTED):
        claims.mark(till.desk.admin, claim=till.again(billed).claims[0], state=state)
    paid = till.check_out(maria, method="card")
    credit(till.desk.admin, billed=paid, quantities=[1000], reason="Wrong")
    payment = ledger.entries_about(till.scope, paid.invoice)[1]
    refunds.ask(till.scope, payment=payment, amount=1000, reason="Wrong")
    page = plain(at_till.get("money/"))
    for words in ("Refunds to be answered 1", "Claims that were rejected 1", "Claims to be sent 1"):
        assert words in page
    assert "Unpaid for more" not in page  # of today
    today = clock.today(ZONE)
    assert [waits(till.scope, today + timedelta(days=days)).old for days in (30, 31)] == [(), (1300,)]


def test_more_than_fifty_are_not_counted(till: Till) -> None:
    known = setup(till.scope)
    rows = wait_rows(Waits(51, ("tosend",) * 51, (100,) * 51), known)
    assert [(row.count, row.more) for row in rows] == [("50+", ""), ("50+", ""), ("50+", "")]


def test_what_waits_is_read_in_one_round(till: Till) -> None:
    with metered() as meter:
        queries.waits(till.scope, clock.today(ZONE))
    assert meter.sequence == 1
    assert meter.read_units <= 2
