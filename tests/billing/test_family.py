"""A family that is checked out together: an invoice and a payment for each, all in one transaction or none."""

import pytest

from billing import queries
from billing.checkout.queries import relatives
from billing.checkout.services import Bill
from billing.ledger import queries as ledger
from billing.payers.services import save_payer
from billing.payments import services as payments
from billing.recorded.services import record
from billing.takings.services import Taken
from patients.models import Patient
from patients.queries import patient as get_patient
from patients.services import link
from scheduling.appointments.services import states, walkins
from scheduling.models import Appointment
from tests.billing.conftest import Till, refused
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill
from tests.patients.pages import plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db
TIMES = ("10:30", "10:45", "11:00")
Family = list[tuple[Patient, Appointment]]


@pytest.fixture
def family(till: Till, maria: Patient) -> Family:
    """A mother and two children with one doctor, all at the end of their visits; Mateo's insurer pays 80 %."""
    save_payer(till.desk.admin, name="AXA Health", percent=80_000)
    lucia = till.desk.patient("Lucía", birth_date="2019-02-01")
    mateo = till.desk.patient("Mateo", birth_date="2017-02-01", policies=[{"payer": "AXA Health", "number": "7"}])
    for child in (lucia, mateo):
        link(till.scope, get_patient(till.scope, maria.id), child, {"kind": "child"})
    people = [get_patient(till.scope, each.id) for each in (maria, lucia, mateo)]
    found = []
    for who, at in zip(people, TIMES, strict=True):
        visit = till.desk.book(at, who)
        states.finish(till.scope, appointment=visit)
        found.append((who, till.desk.again(visit)))
    return found


def others(till: Till, family: Family) -> list[Bill]:
    found = relatives(till.scope, family[0][0], till.today)
    assert [each.patient.given_name for each in found] == ["Lucía", "Mateo"]
    return [Bill(each.patient, each.done, each.appointment, Taken("card"), each.cover) for each in found]


def test_each_of_a_family_is_billed_what_was_written_down(till: Till, family: Family) -> None:
    lucia = family[1][1]
    record(till.scope, appointment=lucia, recorded=None, item=till.item("FBC"))
    found = relatives(till.scope, family[0][0], till.today)
    assert [[done.item.id for done in each.done] for each in found] == [["CONS15", "FBC"], ["CONS15"]]
    assert [each.recorded for each in found] == [1, 0]


def test_a_family_is_checked_out_at_once_and_each_taken_back_alone(till: Till, family: Family) -> None:
    (maria, visit), *children = family
    billed = till.check_out(maria, method="card", appointment=visit, others=others(till, family))
    assert [till.desk.again(each).state for _, each in family] == ["left"] * 3
    assert (till.day.card_in, till.day.entries) == (6500 + 6500 + 1300, 2 + 2 + 3)
    assert ([till.owes(each) for each, _ in family], wrong(till)) == ([0, 0, 0], [])
    assert relatives(till.scope, maria, till.today) == []
    bills = [ledger.accounts(till.scope, each)[0] for each, _ in children]
    assert [each.open for each in bills] == [(), ()]
    payments.undo(till.scope, billed=billed, appointment=till.desk.again(visit))
    assert (till.day.expected("card"), till.desk.again(children[0][1]).state) == (6500 + 1300, "left")
    assert till.check_out(maria, method="card").invoice.number.endswith("000004")
    assert wrong(till) == []


def test_a_child_who_walked_in_is_paid_for_with_those_who_had_a_time(till: Till, family: Family) -> None:
    (_, visit), (lucia, booked), *_ = family
    states.leave(till.scope, appointment=booked)
    walkins.walk_in(till.scope, patient=lucia, visit_type=till.desk.type("Follow-up"), practitioner=till.desk.doctor)
    at_till = AtTill(signed_in_client(till.scope.clinic_id), till)
    page = plain(at_till.get(at_till.pays(visit)))
    assert "Lucía García , without an appointment, Consultation, 15 min" in page, page[600:1500]


def test_of_a_family_all_are_checked_out_or_nobody(till: Till, family: Family) -> None:
    """Somebody else has just billed one of the children."""
    (maria, visit), (lucia, hers), _ = family
    together = others(till, family)
    till.check_out(lucia, method="card", appointment=hers)
    with refused("has its invoice already"):
        till.check_out(maria, method="card", appointment=visit, others=together)
    assert ([till.desk.again(each).state for _, each in family], till.day.card_in, wrong(till)) == (
        ["finished", "left", "finished"],
        6500,
        [],
    )
    assert queries.setup(till.scope).payers


def test_the_desk_pays_for_the_children_too(till: Till, family: Family) -> None:
    desk, (_, visit) = AtTill(signed_in_client(till.scope.clinic_id), till), family[0]
    path = desk.pays(visit)
    page = plain(desk.get(path))
    assert "Pay for these too" in page
    assert "To pay £65.00" in page
    typed = desk.form(path) | {"relatives": [each.id for _, each in family[1:]]}
    seen = desk.client.post(desk.url(path), typed | {"do": "look", "method": "cash"}).content.decode()
    assert "Total £65.00, and £78.00 for others To pay £143.00" in plain(seen)
    sent = typed | desk.shown(seen) | {"do": "take", "method": "cash"}
    for more, words in (
        ({"amount": "70"}, "in one way, and all of it"),
        ({"given": "100"}, "Less was given"),
        ({"shown": "6500"}, "£143.00 instead of £65.00"),
    ):
        assert words in plain(desk.client.post(desk.url(path), sent | more).content.decode())
    said = desk.said(desk.client.post(desk.url(path), sent | {"given": "150"}))
    assert "Change £7.00. £143.00 in cash from María García, for Lucía García and Mateo García too" in said
    assert (till.day.cash_in, wrong(till)) == (14_300, [])
