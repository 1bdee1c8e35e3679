"""A month's report: from sums that are kept with each entry, and cost the same however many entries there are."""

import pytest

from billing import queries as billing
from billing.invoices.services.crediting import credit
from billing.payments import services as payments
from billing.proof.services import Books
from billing.reports import queries, rows
from clinnet import spreadsheets
from clinnet.accounts.permissions import Role
from clinnet.table import Event, Scope, Transaction, keys
from clinnet.table.meter import metered
from patients.models import Patient
from tests.actions import TESTED
from tests.billing.conftest import Till
from tests.billing.test_books import a_day, every_written, wrong
from tests.billing.test_pages import AtTill
from tests.patients.pages import plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db


def test_a_month_says_what_was_done_taxed_and_taken(till: Till, maria: Patient) -> None:
    till.check_out(maria, "CONS15", "LETTER", "LETTER", method="cash")
    undone = till.check_out(maria, "FBC", method="card")
    payments.undo(till.scope, billed=undone)
    billed = till.check_out(maria, "LETTER", method="card")
    credit(till.desk.admin, billed=billed, quantities=[500], reason="Half")
    found = queries.month(till.scope, till.today[:7])
    assert found.services == (("LETTER", 2500, 7500), ("CONS15", 1000, 6500), ("FBC", 0, 0))
    assert found.rates == ((0, 6500, 0), (20_000, 7500, 1500))
    assert {name: each for name, each in found.moved.items() if each} == {
        "cashIn": 13700,
        "cardIn": 6000,
        "cardOut": 2400,
    }
    assert (found.kinds["CHARGE"], found.kinds["VOID"], found.kinds["CREDIT"]) == (19700, -2400, -1800)
    assert wrong(till) == []


def test_a_month_is_one_call_and_costs_the_same_with_more_invoices(till: Till, maria: Patient) -> None:
    spent: list[tuple[int, float]] = []
    for _ in range(2):
        for _ in range(3):
            till.check_out(maria, "FBC", "LETTER", method="card")
        with metered() as meter:
            queries.month(till.scope, till.today[:7])
        spent.append((meter.sequence, meter.read_units))
    assert spent[0] == spent[1]
    assert spent[0][1] <= 12


def test_the_report_and_its_file_say_the_same(till: Till, maria: Patient) -> None:
    a_day(till, maria)
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    page = plain(office.get("money/reports/"))
    month = till.today[:7]
    file = office.get(f"money/reports/{month}/file/")
    tables = rows.tables(queries.month(till.scope, month), billing.setup(till.scope))
    for table in tables:
        for word, *figures in ((each.word, *each.figures) for each in (table.total, *table.lines)):
            assert all(cell in page for cell in (table.name, word, *figures)), word
            assert all(spreadsheets.figure(cell) in file for cell in (table.name, word, *figures)), word
    assert "All services" in plain(office.get("money/reports/2020-01/"))
    office.get("money/reports/2020-13/", status=404)


def test_reception_sees_no_report(till: Till) -> None:
    AtTill(signed_in_client(till.scope.clinic_id), till).get("money/reports/", status=403)


def test_a_months_sums_are_made_anew_from_the_entries(till: Till, maria: Patient) -> None:
    a_day(till, maria)
    tx = Transaction(till.scope)
    tx.change_row(keys.money_sum(till.scope.clinic_id, till.today, till.day.drawer), adds={"cashIn": 5})
    tx.change_row(keys.work_sum(till.scope.clinic_id, till.today, till.day.drawer), adds={"a_FBC": 5, "a_GONE": 1})
    tx.commit(Event(TESTED, "SUM", "1"))
    books, scope = Books(), Scope.system("tests", till.scope.clinic_id)
    for raw in every_written(scope):
        books.take_in(raw)
    issues = list(books.issues(scope, clocks=False))
    assert [each.kind for each in issues] == ["I7 month", "I7 month"]
    for each in issues:
        assert each.fix
        each.fix()
    assert wrong(till) == []
