"""Two years of the demo's money: proved as any other books, and the same of the same seed."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from billing import queries
from billing.demo.services import history
from billing.ledger import queries as ledger
from billing.payments.services import take
from billing.reports.queries import month
from billing.takings.services import Taken
from clinnet.table import Batch, Scope, keys, query
from patients.models import Patient
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
