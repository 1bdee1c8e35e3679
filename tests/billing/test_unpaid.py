"""What is unpaid by its age, and a person's statement."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from billing import queries as billing
from billing.models import DrawerDay
from billing.payments import services as payments
from billing.statements import queries as statements
from billing.takings.services import Taken
from billing.unpaid import queries, rows
from clinnet import clock
from clinnet.table.meter import metered
from patients.models import Patient
from tests.billing.conftest import ZONE, Till
from tests.billing.test_corrections import credited
from tests.billing.test_pages import AtTill, at_till
from tests.patients.pages import plain

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db


def test_what_is_open_stands_in_the_column_of_its_age(till: Till, maria: Patient) -> None:
    till.check_out(maria, "FBC", method="card", amount=400)
    till.check_out(maria, "CONS15", method="card")
    today = clock.today(ZONE) + timedelta(days=45)
    found = rows.unpaid(queries.unpaid(till.scope), billing.setup(till.scope), today, None)
    assert [(each.count, each.open) for each in found.columns] == [
        (0, "£0.00"),
        (1, "£20.00"),
        (0, "£0.00"),
        (0, "£0.00"),
    ]
    (row,) = found.rows
    assert (row.name, row.open, row.total, row.age) == ("María García", "20.00", "24.00", 45)
    assert rows.unpaid(queries.unpaid(till.scope), billing.setup(till.scope), today, 0).rows == ()


def test_what_is_paid_or_credited_leaves_the_list_which_is_one_round(till: Till, maria: Patient) -> None:
    first, second = till.check_out(maria), till.check_out(maria)
    payments.take(till.scope, billed=first, taken=Taken("card"))
    credited(till, second, 1000)
    with metered() as meter:
        assert queries.unpaid(till.scope) == []
    assert meter.sequence == 1


def test_the_list_of_what_is_unpaid_filters_by_age(at_till: AtTill, till: Till, maria: Patient) -> None:
    billed = till.check_out(maria)
    page = plain(at_till.get("money/unpaid/"))
    assert all(each in page for each in ("0–30 days", "£65.00", billed.invoice.number, "María García"))
    assert "Nothing is open" in plain(at_till.get("money/unpaid/?age=3"))
    assert billed.invoice.number in at_till.get("money/unpaid/?age=x")


def test_a_statement_reads_back_from_what_is_owed_now(till: Till, maria: Patient) -> None:
    till.check_out(maria, "FBC")
    till.check_out(maria, "CONS15", method="card", amount=5000)
    today = clock.today(ZONE)
    found = statements.account(till.scope, maria, today, today, ZONE)
    assert (found.opening, found.closing) == (0, 3900)
    assert [int(each.amount) for each in found.entries] == [2400, 6500, -5000]
    tomorrow = today + timedelta(days=1)
    found = statements.account(till.scope, maria, tomorrow, tomorrow, ZONE)
    assert (found.opening, found.closing, list(found.entries)) == (3900, 3900, [])


def test_a_statement_says_what_was_charged_before_what_paid_it(till: Till, maria: Patient) -> None:
    """Of those that were written together, whatever their ids."""
    for _ in range(4):
        till.check_out(maria, method="card")
    today = till.desk.day
    kinds = [each.kind for each in statements.account(till.scope, maria, today, today, ZONE).entries]
    assert kinds == ["CHARGE", "PAYMENT"] * 4


def test_a_statement_is_on_screen_and_on_paper(at_till: AtTill, till: Till, maria: Patient) -> None:
    payments.deposit(till.scope, patient=maria, method="card", amount=5000)
    till.check_out(maria, "FBC")
    page = plain(at_till.get(f"patients/{maria.id}/money/statement/"))
    assert all(each in page for each in ("Credit 50.00", "Invoice", "24.00", "Credit 26.00"))
    root, year = f"patients/{maria.id}/money/statement/", till.today[:4]
    assert at_till.client.get(at_till.url(f"{root}{year}/paper/")).content.startswith(b"%PDF")
    for wrong in ("1999", "x", str(int(year) + 1)):
        at_till.get(f"{root}{wrong}/", status=404)


def test_a_statement_that_cannot_be_whole_is_not_shown(at_till: AtTill, till: Till, maria: Patient) -> None:
    for _ in range(2):
        till.check_out(maria, "FBC")
    with patch.object(statements, "MOST", 1):
        assert "more in this time than" in plain(at_till.get(f"patients/{maria.id}/money/statement/"))
        at_till.get(f"patients/{maria.id}/money/statement/{till.today[:4]}/paper/", status=404)


def test_the_entries_of_a_day_are_within_a_statement_to_its_last_minute(till: Till, maria: Patient) -> None:
    late = till.desk.at("23:59") + timedelta(seconds=59)
    day: DrawerDay = till.day
    with till.desk.clock_at(late):
        till.check_out(maria, "FBC")
    found = statements.account(till.scope, maria, till.desk.day, till.desk.day, ZONE)
    assert (day.day, len(found.entries)) == (till.today, 1)
