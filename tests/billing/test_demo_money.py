"""Two years of the demo's money: proved as any other books, and the same of the same seed."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from billing import queries
from billing.demo.services import history, visits
from billing.ledger import queries as ledger
from billing.payments.services import take
from billing.reports.queries import month
from billing.takings.services import Taken
from clinnet.table import Batch, Scope, find_row, keys, query
from patients.models import Patient
from scheduling.appointments.services import states
from scheduling.models import Appointment
from tests.billing.conftest import Till
from tests.billing.test_books import wrong

pytestmark = pytest.mark.django_db


def test_two_years_of_money_agree_and_go_on(till: Till, maria: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "OLD_PAID_OF_100", 50)  # so that something is open, whatever the chance
    people = [maria, till.desk.patient(birth_date="1990-01-01")]
    known, first = queries.setup(till.scope), till.desk.day - timedelta(days=history.DAYS)

    def fill() -> int:
        return history.write(
            Scope.system("seed", till.scope.clinic_id),
            known.clinic,
            people,
            list(known.catalog.values()),
            till.desk.day,
            drawer="history",
            seed="x",
            by="Ana",
            invoices=60,
        )

    with patch.object(Batch, "_write", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        fill()
    assert fill() == 60
    assert wrong(till) == []
    assert fill() == 60  # the same again, as after an interruption
    assert wrong(till) == []
    months = {f"{first + timedelta(days=each):%Y-%m}" for each in range(history.DAYS)}
    issued = sum(month(till.scope, each).kinds.get("CHARGE", 0) for each in months)
    owed = sum(till.owes(each) for each in people)
    paid = sum(value for each in months for name, value in month(till.scope, each).moved.items() if name.endswith("In"))
    assert 0 < owed == issued - paid
    account = next(each for one in people for each in ledger.accounts(till.scope, one) if each.open)
    debt = ledger.billed(till.scope, account.patient_id, account.open[0][0])
    take(till.scope, billed=debt, taken=Taken("card"))
    billed = till.check_out(maria, method="card")  # numbers go on
    assert wrong(till) == []
    numbers = query(till.scope, keys.numbers_of(till.scope.clinic_id, f"INVOICE#{billed.invoice.number[:4]}"), limit=90)
    assert billed.invoice.number.endswith(numbers.rows[-1]["SK"])


def left(till: Till, patient: Patient, at: str) -> Appointment:
    visit = till.desk.book(at, patient)
    states.finish(till.scope, appointment=visit)
    states.leave(till.scope, appointment=till.desk.again(visit))
    return till.desk.again(visit)


def billed_visits(till: Till, *visits_: Appointment) -> list[bool]:
    return [find_row(till.scope, keys.visit_billed(each.patient_id, each.id)) is not None for each in visits_]


def test_the_visits_of_the_last_days_have_their_invoices(till: Till, maria: Patient) -> None:
    one, other = left(till, maria, "10:30"), left(till, till.desk.patient("Ivan"), "10:45")
    people = {each.patient_id: till.desk.patient_of(each) for each in (one, other)}
    tomorrow = till.desk.day + timedelta(days=1)
    week = visits.of_the_week(till.scope, people, tomorrow)
    assert [(each.day, each.card.id) for each in week] == [(till.desk.day, one.id), (till.desk.day, other.id)]
    known, seed = queries.setup(till.scope), Scope.system("seed", till.scope.clinic_id)
    count = history.write(seed, known.clinic, [maria], list(known.catalog.values()), tomorrow,
                          drawer="history", seed="x", by="Ana", invoices=5, visits=week)  # fmt: skip
    assert count == 5 + len(week)
    assert billed_visits(till, one, other) == [True, True]
    assert wrong(till) == []


def test_the_visits_of_today_are_billed_but_for_one_that_somebody_forgot(till: Till, maria: Patient) -> None:
    found = [left(till, maria, "10:30"), left(till, till.desk.patient("Ivan"), "10:45")]
    for _ in range(2):
        visits.bill_today(till.scope, till.desk.day, "x")
        assert billed_visits(till, *found) == [True, False]
    assert wrong(till) == []
