"""A drawer that differs by much is closed by a second person; a closed day is opened again."""

from datetime import timedelta

import pytest

from billing import queries
from billing.day_close import services
from billing.rules import cash
from clinnet import formats
from clinnet.accounts import queries as accounts
from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from clinnet.table.errors import Denied, Refused
from patients.models import Patient
from tests.billing.conftest import Till, refused
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill, at_till
from tests.patients.pages import plain
from tests.people import signed_in_client

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db


def counted(till: Till, cash: int, by: Scope | None = None) -> None:
    services.count(by or till.scope, session=till.day, pieces={1: cash}, card=0, transfer=0)


def closed(till: Till, by: Scope) -> None:
    drawer = queries.drawer(till.scope, till.day.drawer)
    services.close(by, drawer=drawer, session=till.day, stays=0, reason="Lost")


@pytest.mark.parametrize(("currency", "minor"), [("GBP", 1000), ("JPY", 1000), ("KWD", 10_000)])
def test_one_person_closes_what_differs_by_ten_at_most(currency: str, minor: int) -> None:
    assert cash.alone(currency) == minor


def test_a_little_is_closed_by_whoever_counted(till: Till) -> None:
    counted(till, 14000)
    closed(till, till.scope)
    assert (till.day.state, till.day.variance) == ("closed", {"cash": -1000})


@pytest.mark.parametrize("cash", [13999, 16001])
def test_more_needs_an_administrator(till: Till, cash: int) -> None:
    counted(till, cash)
    with pytest.raises(Refused) as refused:
        closed(till, till.scope)
    assert "£10.01: that needs a second person" in refused.value.sentence
    closed(till, till.desk.admin)
    assert till.day.state == "closed"


def test_who_counted_does_not_close_what_differs_by_much(till: Till) -> None:
    """An administrator either: the table says so."""
    counted(till, 100, by=till.desk.admin)
    with pytest.raises(Refused) as refused:
        closed(till, till.desk.admin)
    assert "somebody else must close" in refused.value.sentence
    assert till.day.state == "open"


def test_a_closed_day_is_opened_again_and_counted_anew(at_till: AtTill, till: Till, maria: Patient) -> None:
    counted(till, 15000)
    closed(till, till.scope)
    first = till.day.closed_at
    root = f"money/drawers/{till.day.drawer}/{till.today}/"
    assert "Reopen" not in at_till.get(root)
    at_till.get(f"{root}reopen/", status=403)
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    assert "Reopen" in office.get(root)
    assert "Say why" in plain(office.send(f"{root}reopen/", reason="").content.decode())
    assert "is open again" in office.said(office.send(f"{root}reopen/", reason="Wrong bag"))
    assert not till.day.counted
    assert till.day.replaces == first
    till.check_out(maria, method="cash")
    counted(till, 21500)
    closed(till, till.scope)
    assert "replaces the report of" in plain(office.get(root))
    assert wrong(till) == []


def test_only_the_last_day_is_opened_again(till: Till) -> None:
    counted(till, 15000)
    closed(till, till.scope)
    day, drawer = till.day, queries.drawer(till.scope, till.day.drawer)
    services.open_drawer(till.scope, drawer=drawer, opening=0)
    for known in (drawer, queries.drawer(till.scope, drawer.id)):
        with pytest.raises(Refused) as refused:
            services.reopen(till.desk.admin, drawer=known, session=day, reason="Late")
        assert "last day" in refused.value.sentence


def test_reception_opens_no_closed_day(till: Till) -> None:
    counted(till, 15000)
    closed(till, till.scope)
    drawer = queries.drawer(till.scope, till.day.drawer)
    with pytest.raises(Denied):
        services.reopen(till.scope, drawer=drawer, session=till.day, reason="Late")


def test_the_history_of_a_drawer_tells_amounts(till: Till) -> None:
    counted(till, 14000)
    closed(till, till.scope)
    browser = signed_in_client(till.scope.clinic_id, role=Role.ADMIN)
    answer = browser.get(f"/c/{till.scope.clinic_id}/manage/drawers/{till.day.drawer}/history/")
    told = plain(answer.content.decode())
    for words in ("Float nothing 150.00", "Differs by, cash nothing −10.00", "For the bank nothing 140.00"):
        assert words in told


def test_a_day_that_was_forgotten_is_closed_before_anything_is_taken(till: Till, maria: Patient) -> None:
    till.check_out(maria, method="cash")
    forgotten = till.today
    with till.desk.clock_at(till.desk.at("08:00", till.desk.day + timedelta(days=1))):
        desk = AtTill(signed_in_client(till.scope.clinic_id), till)
        assert "This day was not closed." in plain(desk.get("money/"))
        with refused("is still open. Count and close it first"):
            till.check_out(maria, method="card")
        page = plain(desk.send(f"patients/{maria.id}/money/deposit/", amount="5").content.decode())
        when = formats.date(forgotten, accounts.clinic(till.scope.clinic_id))
        assert f"Front desk of {when} is still open. Count and close it first" in page
        counted(till, 21500)
        closed(till, till.scope)
        assert till.day.day == forgotten
        drawer = queries.drawer(till.scope, till.day.drawer)
        services.open_drawer(till.scope, drawer=drawer, opening=0)
        till.check_out(maria, method="card")
        assert till.day.day == till.today > forgotten
    assert wrong(till) == []


def test_an_administrator_closes_a_forgotten_day_without_counting_and_the_report_says_so(
    till: Till, maria: Patient
) -> None:
    till.check_out(maria, method="cash")
    root = f"money/drawers/{till.day.drawer}/{till.today}/"
    counted(till, 100)  # half of a count, which somebody left
    with till.desk.clock_at(till.desk.at("08:00", till.desk.day + timedelta(days=1))):
        desk = AtTill(signed_in_client(till.scope.clinic_id), till)
        assert "Close without counting" not in plain(desk.get("money/"))
        desk.get(f"{root}carry-over/", status=403)
        office = AtTill(signed_in_client(till.scope.clinic_id, role="admin"), till)
        assert "Close without counting" in plain(office.get("money/"))
        assert "Say why it is not counted." in plain(office.send(f"{root}carry-over/", reason="").content.decode())
        said = office.said(office.send(f"{root}carry-over/", reason="The key is at the bank"))
        assert "is closed. It was not counted." in said
        report = plain(desk.get(root))
        assert "not counted , opened by" in report
        assert "Cash 150.00 65.00 0.00 215.00 not counted Transfer" in report
        assert "The key is at the bank" in report
        assert "Float stays £215.00 To the bank £0.00" in report
        services.open_drawer(till.scope, drawer=queries.drawer(till.scope, till.day.drawer), opening=21500)
        till.check_out(maria, method="card")
    assert wrong(till) == []


def test_a_day_that_is_not_over_is_counted(till: Till) -> None:
    drawer = queries.drawer(till.scope, till.day.drawer)
    with refused("Only a day that was forgotten"):
        services.carry_over(till.desk.admin, drawer=drawer, session=till.day, reason="Late")
    with pytest.raises(Denied):
        services.carry_over(till.scope, drawer=drawer, session=till.day, reason="Late")


def test_money_that_comes_in_while_a_day_is_closed_without_counting_is_not_lost(till: Till, maria: Patient) -> None:
    drawer, seen = queries.drawer(till.scope, till.day.drawer), till.day
    till.check_out(maria, method="cash")
    tomorrow = till.desk.at("08:00", till.desk.day + timedelta(days=1))
    with till.desk.clock_at(tomorrow), refused("Money moved just now"):
        services.carry_over(till.desk.admin, drawer=drawer, session=seen, reason="Late")
    assert wrong(till) == []


def test_a_day_that_is_counted_before_midnight_is_closed_after_it(till: Till, maria: Patient) -> None:
    """What was counted stays the day's own; nobody takes money between, and the next morning begins where it ended."""
    drawer, evening = till.day.drawer, till.desk.day
    with till.desk.clock_at(till.desk.at("23:50")):
        till.check_out(maria, method="cash")
        counted(till, 21500)
    with till.desk.clock_at(till.desk.at("00:03", evening + timedelta(days=1))):
        with refused("is still open. Count and close it first"):
            till.check_out(maria, method="card")
        closed(till, till.scope)
        assert (till.day.day, till.day.state, till.day.variance or {}) == (evening.isoformat(), "closed", {})
        with refused("No drawer is open"):
            till.check_out(maria, method="card")
        services.open_drawer(till.scope, drawer=queries.drawer(till.scope, drawer), opening=0)
        assert till.day.day == till.today > evening.isoformat()
        till.check_out(maria, method="card")
    with till.desk.clock_at(till.desk.at("08:00", evening + timedelta(days=1))):
        till.check_out(maria, method="card")
        assert (till.day.card_in, till.day.entries) == (13000, 4)
    assert wrong(till) == []


def test_what_is_taken_after_the_close_of_an_evening_is_the_next_days(till: Till, maria: Patient) -> None:
    """Also of a document's number: days of a series never go back, and the next morning goes on."""
    counted(till, 15000)
    closed(till, till.scope)
    tomorrow = (till.desk.day + timedelta(days=1)).isoformat()
    services.open_drawer(till.scope, drawer=queries.drawer(till.scope, till.day.drawer), opening=0)
    first = till.check_out(maria, method="card")
    assert (till.day.day, first.invoice.day) == (tomorrow, till.today)
    with till.desk.clock_at(till.desk.at("08:00", till.desk.day + timedelta(days=1))):
        second = till.check_out(maria, method="card")
    assert (second.invoice.day, till.day.card_in) == (tomorrow, 13000)
    assert wrong(till) == []
