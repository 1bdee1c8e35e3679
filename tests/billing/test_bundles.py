"""Sessions that are paid together: sold at the desk, used one by one, what is left credited and paid back."""

from unittest.mock import patch

import pytest

from billing.bundles import queries, services
from billing.bundles.models import Bundle
from billing.catalog import services as catalog
from billing.checkout.services import check_out
from billing.invoices.services.crediting import credit
from billing.ledger import queries as ledger
from billing.ledger.queries import Billed
from billing.payments import services as payments
from clinnet.accounts.permissions import Role
from patients.models import Patient
from tests.billing.conftest import Till, refused
from tests.billing.test_books import every_written, wrong
from tests.billing.test_pages import AtTill
from tests.patients.pages import plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ten(till: Till) -> None:
    """Three sessions of physiotherapy for 100.00, which no third of a cent divides; one alone is 40.00."""
    office, since = till.desk.admin, "2020-01-01"
    catalog.save(office, code="PHYSIO", name="Physiotherapy", price=4000, since=since)
    catalog.save(
        office, code="PHYSIO3", name="Three of physiotherapy", price=10_000, since=since, sessions=3, covers="PHYSIO"
    )


def left(till: Till, patient: Patient) -> list[tuple[int, int]]:
    return [(int(each.left), int(each.total)) for each in queries.bundles(till.scope, patient)]


def session(till: Till, patient: Patient, bundle: Bundle | None = None, quantity: int = 1000) -> Billed:
    (bundle,) = [bundle] if bundle else queries.bundles(till.scope, patient)
    done = [till.provided("PHYSIO", bundle=bundle, session=bundle.next, quantity=quantity)]
    id = check_out(till.scope, patient=patient, done=done)
    return ledger.billed(till.scope, patient.id, id)


def test_sessions_are_sold_used_given_back_and_credited(till: Till, maria: Patient) -> None:
    sold = till.check_out(maria, "PHYSIO3", method="card")
    assert (sold.invoice.total, left(till, maria), till.day.card_in) == (10_000, [(3, 3)], 10_000)
    (before,) = queries.bundles(till.scope, maria)
    first, second = session(till, maria), session(till, maria)
    assert [each.invoice.lines[0]["name"] for each in (first, second)] == [
        "Physiotherapy, session 1 of 3",
        "Physiotherapy, session 2 of 3",
    ]
    assert (second.invoice.total, left(till, maria), wrong(till)) == (0, [(1, 3)], [])
    with refused("Somebody used or credited a session just now"):
        session(till, maria, before)
    with refused("no session left"):
        session(till, maria, quantity=2000)
    with refused("is used whole"):
        session(till, maria, quantity=500)
    payments.undo(till.scope, billed=second)
    assert (left(till, maria), wrong(till)) == ([(2, 3)], [])
    with refused("2 sessions are left"):
        payments.undo(till.scope, billed=till.again(sold))
    with refused("2 sessions are left"):
        credit(till.desk.admin, billed=till.again(sold), quantities=[3000], reason="Moves away")
    with refused("is credited whole"):
        credit(till.desk.admin, billed=till.again(sold), quantities=[1500], reason="Moves away")
    credit(till.desk.admin, billed=till.again(sold), quantities=[2000], reason="Moves away")
    (account,) = ledger.accounts(till.scope, maria)
    assert (account.credit, left(till, maria), wrong(till)) == (6667, [], [])
    credit(till.desk.admin, billed=till.again(first), quantities=[1000], reason="Was not here")
    assert (left(till, maria), wrong(till)) == ([(1, 1)], [])
    credit(till.desk.admin, billed=till.again(sold), quantities=[1000], reason="Nor that")
    (account,) = ledger.accounts(till.scope, maria)
    assert (account.credit, left(till, maria), wrong(till)) == (10_000, [], [])


def test_a_sale_that_is_taken_back_takes_its_sessions(till: Till, maria: Patient) -> None:
    sold = till.check_out(maria, "PHYSIO3", method="card")
    payments.undo(till.scope, billed=sold)
    assert (left(till, maria), wrong(till)) == ([], [])


def test_the_books_find_a_session_too_many(till: Till, maria: Patient) -> None:
    till.check_out(maria, "PHYSIO3", method="card")
    with patch.object(services, "move", lambda *_: None):
        session(till, maria)
    assert wrong(till) == ["I12 sessions"]
    assert every_written(till.scope)


@pytest.mark.parametrize(
    ("sessions", "covers", "words"),
    [
        (3, "", "a number of sessions"),
        (0, "FBC", "a number of sessions"),
        (101, "FBC", "2 to 100"),
        (3, "PHYSIO3", "no bundle itself"),
    ],
)
def test_a_bundle_is_of_sessions_of_a_service(till: Till, sessions: int, covers: str, words: str) -> None:
    with refused(words):
        catalog.save(till.desk.admin, code="X", name="X", price=1, since="2020-01-01", sessions=sessions, covers=covers)


def test_the_desk_is_offered_the_session_and_may_take_the_price(till: Till, maria: Patient) -> None:
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    assert "3" in office.form("money/catalogue/PHYSIO3/")["sessions"]
    desk = AtTill(signed_in_client(till.scope.clinic_id), till)
    path = f"patients/{maria.id}/money/check-out/"
    sold = desk.form(path) | {"code-0": "PHYSIO3", "quantity-0": "1"}
    sold |= desk.shown(desk.client.post(desk.url(path), sold | {"do": "look"}).content.decode()) | {"do": "take"}
    assert "£100.00 by card" in desk.said(desk.client.post(desk.url(path), sold))
    assert "3 of 3" in plain(desk.get(f"patients/{maria.id}/money/"))
    typed = desk.form(path) | {"code-0": "PHYSIO", "quantity-0": "1"}
    html = desk.client.post(desk.url(path), typed | {"do": "look"}).content.decode()
    assert "session 1 of 3" in plain(html)
    assert "To pay £0.00" in plain(html)
    full = plain(desk.client.post(desk.url(path), typed | {"do": "look", "full-0": "on"}).content.decode())
    assert "To pay £40.00" in full
    said = desk.said(desk.client.post(desk.url(path), typed | desk.shown(html) | {"do": "take"}))
    assert "Nothing to pay" in said
    assert (left(till, maria), wrong(till)) == ([(2, 3)], [])
