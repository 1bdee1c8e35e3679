"""What is unpaid by its age, and a person's statement."""

import re
from datetime import timedelta
from html import unescape
from unittest.mock import patch

import pytest

from billing import queries as billing
from billing.models import DrawerDay
from billing.payments import services as payments
from billing.proof.services import Books
from billing.reports.services import FIX
from billing.rules import ageing
from billing.statements import queries as statements
from billing.takings.services import Taken
from billing.unpaid import queries, rows
from clinnet import clock
from clinnet.table import Event, Scope, Transaction, keys
from clinnet.table.meter import metered
from clinnet.table.scans import every_raw
from patients.models import Patient
from tests.billing.conftest import ZONE, Till, refused
from tests.billing.test_books import wrong
from tests.billing.test_corrections import credited
from tests.billing.test_pages import AtTill, at_till
from tests.billing.test_reports import closed
from tests.patients.pages import plain

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db


def test_what_is_open_stands_in_the_column_of_its_age(till: Till, maria: Patient) -> None:
    till.check_out(maria, "FBC", method="card", amount=400)
    till.check_out(maria, "CONS15", method="card")
    today = clock.today(ZONE) + timedelta(days=45)
    found = rows.unpaid(queries.unpaid(till.scope, today), billing.setup(till.scope), today, None)
    assert [(each.count, each.open) for each in found.columns] == [
        (0, "£0.00"),
        (1, "£20.00"),
        (0, "£0.00"),
        (0, "£0.00"),
    ]
    (row,) = found.rows
    assert (row.name, row.open, row.total, row.age) == ("García, María", "20.00", "24.00", 45)
    for column, there in enumerate((0, 1, 0, 0)):
        assert len(queries.unpaid(till.scope, today, column).found) == there


def test_what_is_paid_or_credited_leaves_the_list_which_is_one_round(till: Till, maria: Patient) -> None:
    first, second = till.check_out(maria), till.check_out(maria)
    payments.take(till.scope, billed=first, taken=Taken("card"))
    credited(till, second, 1000)
    billing.known_drawers(till.scope)
    with metered() as meter:
        found = queries.unpaid(till.scope, clock.today(ZONE))
    assert (found.found, set(found.open), set(found.counts)) == ([], {0}, {0})
    assert meter.sequence == 1


def test_the_list_costs_the_same_however_much_is_unpaid(till: Till, maria: Patient) -> None:
    today, spent = clock.today(ZONE), list[float]()
    billing.known_drawers(till.scope)
    with patch.object(queries, "SHOWN", 2):
        for _ in range(2):
            for _ in range(3):
                till.check_out(maria)
            with metered() as meter:
                found = queries.unpaid(till.scope, today)
            spent.append(meter.read_units)
    assert (len(found.found), found.counts[0], found.open[0]) == (2, 6, 6 * 6500)
    assert spent[0] == spent[1] <= 2


def test_the_pages_of_the_list_show_each_invoice_once(at_till: AtTill, till: Till, maria: Patient) -> None:
    numbers = [till.check_out(maria).invoice.number for _ in range(5)]
    with patch.object(queries, "SHOWN", 2):
        for root in ("money/unpaid/", "money/unpaid/?age=0"):
            shown, page = list[str](), at_till.get(root)
            while True:
                shown += re.findall(r"\d{4}-\d{6}", page)
                if not (following := re.search(r'href="(\?[^"]+)"\s+rel="next"', page)):
                    break
                page = at_till.get(f"money/unpaid/{unescape(following[1])}")
            assert shown == numbers


@pytest.mark.parametrize("older", [0, 1, 30, 31, 60, 61, 90, 91, 400])
def test_each_age_is_in_the_column_that_its_filter_lists(older: int) -> None:
    """At the ends of the columns too: the sums go by one rule, the filter by the other."""
    today = clock.today(ZONE)
    issued = (today - timedelta(days=older)).isoformat()
    first, last = ageing.between(ageing.column(issued, today), today)
    assert (first or issued) <= issued <= (last or issued)
    others = set(range(4)) - {ageing.column(issued, today)}
    for first, last in (ageing.between(each, today) for each in others):
        assert not (first or issued) <= issued <= (last or issued)


def test_what_is_open_by_age_is_proved_and_can_be_made_anew(till: Till, maria: Patient) -> None:
    """As of a clinic that has invoices from before these sums were kept."""
    for _ in range(3):
        till.check_out(maria)
    closed(till)
    place = keys.age(till.scope.clinic_id, till.today[:7], till.day.drawer)
    tx, whole = Transaction(till.scope), keys.age(till.scope.clinic_id, "all", till.day.drawer)
    tx.delete_row(place)
    tx.delete_row(whole)
    tx.commit(Event(FIX, "AGE", "none"))
    books = Books()
    for raw in every_raw(Scope.system("test")):
        books.take_in(raw)
    found = [each for each in books.issues(till.scope, clocks=False) if each.clinic == till.scope.clinic_id]
    assert {each.kind for each in found} == {"I7 age"}
    for each in found:
        assert each.fix
        each.fix()
        with refused("Added to meanwhile"):
            each.fix()
    assert wrong(till) == []
    assert queries.unpaid(till.scope, clock.today(ZONE)).open[0] == 3 * 6500


def test_the_list_of_what_is_unpaid_filters_by_age(at_till: AtTill, till: Till, maria: Patient) -> None:
    billed = till.check_out(maria)
    page = plain(at_till.get("money/unpaid/"))
    assert all(each in page for each in ("0–30 days", "£65.00", billed.invoice.number, "García, María"))
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
    for never in ("1999", "x", str(int(year) + 1)):
        at_till.get(f"{root}{never}/", status=404)


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
