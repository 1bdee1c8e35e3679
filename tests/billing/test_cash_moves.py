"""Cash that goes into a drawer or out of it for something else than a patient."""

import pytest

from billing import queries
from billing.cash_moves.services import move
from billing.day_close import services as day_close
from billing.models import CASH
from billing.reports.queries import month
from billing.reports.rows import tables
from clinnet.accounts.permissions import Role
from patients.models import Patient
from tests.billing.conftest import Till, refused
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill, at_till
from tests.patients.pages import plain
from tests.people import signed_in_client

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db


def test_stamps_are_in_what_is_expected_in_the_evening(at_till: AtTill, till: Till, maria: Patient) -> None:
    till.check_out(maria, method="cash")
    root = f"money/drawers/{till.day.drawer}/{till.today}/"
    assert "Cash in or out" in at_till.get("money/")
    said = at_till.said(at_till.send(f"{root}cash/", amount="14.60", reason="Stamps"))
    assert "£14.60 out of the drawer." in said
    assert "£20.00 into the drawer." in at_till.said(
        at_till.send(f"{root}cash/", way="in", amount="20", reason="Change from the bank")
    )
    assert till.day.expected(CASH) == 15000 + 6500 - 1460 + 2000
    day_close.count(till.scope, session=till.day, pieces={1: 22040}, card=0, transfer=0)
    drawer = queries.drawer(till.scope, till.day.drawer)
    day_close.close(till.scope, drawer=drawer, session=till.day, stays=15000)  # nothing differs: no reason
    report = plain(at_till.get(root))
    for words in ("Taken out, cash: Stamps", "−14.60", "Put in, cash: Change from the bank"):
        assert words in report
    assert wrong(till) == []


def test_a_month_tells_it_apart_from_what_patients_paid(till: Till, maria: Patient) -> None:
    till.check_out(maria, method="cash")
    move(till.scope, session=till.day, amount=-1460, reason="Stamps")
    found = tables(month(till.scope, till.today[:7]), queries.setup(till.scope), {})
    said = {table.name: [(line.word, *line.figures) for line in (table.total, *table.lines)] for table in found}
    assert ("Cash", "65.00", "0.00", "65.00") in said["Takings"]
    assert ("Taken out", "−14.60") in said["Cash for something else than patients"]
    assert said["Accounts"][0] == ("Owed more than before", "0.00")


def test_no_more_is_taken_out_than_there_is_and_nobody_learns_how_much(at_till: AtTill, till: Till) -> None:
    root = f"money/drawers/{till.day.drawer}/{till.today}/cash/"
    page = plain(at_till.send(root, amount="150.01", reason="Flowers").content.decode())
    assert "There is not as much cash in the drawer." in page
    assert "150.00" not in page.replace("150.01", "")
    assert "taken out" not in page
    move(till.scope, session=till.day, amount=-15000, reason="Flowers")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": "1,250", "reason": "Milk"}, "1,250 can be read two ways"),
        ({"amount": "0", "reason": "Milk"}, "is no payment"),
        ({"amount": "-5", "reason": "Milk"}, ""),
        ({"amount": "5", "reason": " "}, "Say what it is for."),
        ({"amount": "", "reason": "Milk"}, "Say how much."),
        ({"amount": "5", "reason": "Milk", "way": "up"}, ""),
    ],
)
def test_what_cannot_be_is_refused(at_till: AtTill, till: Till, typed: dict[str, str], sentence: str) -> None:
    answer = at_till.send(f"money/drawers/{till.day.drawer}/{till.today}/cash/", **typed)
    assert answer.status_code == 422
    assert sentence in plain(answer.content.decode())
    assert till.day.entries == 0


def test_nothing_is_moved_in_a_day_that_is_closed_meanwhile(at_till: AtTill, till: Till) -> None:
    seen = till.day
    day_close.count(till.scope, session=seen, pieces={1: 15000}, card=0, transfer=0)
    drawer = queries.drawer(till.scope, seen.drawer)
    day_close.close(till.scope, drawer=drawer, session=till.day, stays=0)
    with refused("was closed meanwhile"):  # the condition of the write
        move(till.scope, session=seen, amount=-100, reason="Milk")
    page = at_till.send(f"money/drawers/{seen.drawer}/{till.today}/cash/", amount="1", reason="Milk")
    assert "was closed meanwhile" in plain(page.content.decode())
    assert wrong(till) == []


def test_what_was_moved_while_somebody_counted_has_to_be_looked_at(till: Till) -> None:
    day_close.count(till.scope, session=till.day, pieces={1: 15000}, card=0, transfer=0)
    move(till.scope, session=till.day, amount=-100, reason="Milk")
    drawer = queries.drawer(till.scope, till.day.drawer)
    with refused("Money moved while you counted"):
        day_close.close(till.scope, drawer=drawer, session=till.day, stays=0, reason="Milk")


def test_pressed_twice_it_is_moved_once(at_till: AtTill, till: Till) -> None:
    path = f"money/drawers/{till.day.drawer}/{till.today}/cash/"
    sent = at_till.form(path) | {"amount": "5", "reason": "Milk", "way": "out"}
    for _ in range(2):
        assert at_till.client.post(at_till.url(path), sent).status_code == 302
    assert till.day.expected(CASH) == 14500


def test_the_trail_tells_it_as_an_amount(till: Till) -> None:
    move(till.scope, session=till.day, amount=-1460, reason="Stamps")
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    told = plain(office.get("manage/trail/?topic=drawer"))
    assert "In (below 0: out) nothing −14.60" in told
