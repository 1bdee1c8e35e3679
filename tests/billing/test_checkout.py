"""From the end of a visit to its receipt: one transaction, and its undo."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from billing import queries
from billing.day_close import services as day_close
from billing.ledger import queries as ledger
from billing.models import PAID, VOID
from billing.payments import services as payments
from billing.takings.services import Taken
from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Once, keys, query
from clinnet.table.errors import Denied, Refused
from patients.models import Patient
from tests.billing.conftest import Till
from tests.conftest import scope_of

pytestmark = pytest.mark.django_db


def test_a_visit_is_billed_paid_and_left_at_once(till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    billed = till.check_out(maria, "CONS15", "LETTER", method="card", appointment=visit)
    assert billed.invoice.number == f"{till.today[:4]}-000001"
    assert (billed.invoice.total, billed.settlement.open, billed.settlement.state) == (10100, 0, PAID)
    assert till.desk.again(visit).state == "left"
    assert (till.owes(maria), till.day.card_in, till.day.entries) == (0, 10100, 2)


def test_a_visit_that_is_paid_later_stays_open(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, appointment=till.visit(maria))
    assert (billed.settlement.open, till.owes(maria)) == (6500, 6500)
    (account,) = ledger.accounts(till.scope, maria)
    assert account.open == ((billed.invoice.id, 6500),)
    assert [each["id"] for each in query(till.scope, keys.unpaid_of(till.scope.clinic_id), limit=5).rows]


def test_a_visit_is_billed_once(till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    till.check_out(maria, method="cash", appointment=visit)
    with pytest.raises(Refused) as refused:
        till.check_out(maria, method="cash", appointment=till.desk.again(visit))
    assert "has its invoice already" in refused.value.sentence
    assert till.day.cash_in == 6500


def test_the_same_form_twice_takes_the_money_once(till: Till, maria: Patient) -> None:
    visit, once = till.visit(maria), Once(till.scope.clinic_id, "digest")
    first = till.check_out(maria, method="card", appointment=visit, once=once)
    again = till.check_out(maria, method="card", appointment=visit, once=Once(till.scope.clinic_id, "digest"))
    assert again.invoice.id == first.invoice.id
    assert till.day.card_in == 6500


def test_numbers_follow_each_other_whoever_gives_them(till: Till, maria: Patient) -> None:
    found = [till.check_out(maria).invoice.number[-6:] for _ in range(3)]
    with patch("billing.invoices.services.numbering._seen", {}):  # another process, which has seen none
        found.append(till.check_out(maria).invoice.number[-6:])
    found.append(till.check_out(maria).invoice.number[-6:])  # this one's guess is one behind
    assert found == ["000001", "000002", "000003", "000004", "000005"]


def test_a_part_is_taken_and_then_the_rest(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, method="cash", amount=4000, given=5000)
    assert (billed.settlement.state, billed.settlement.open) == ("part", 2500)
    payments.take(till.scope, billed=billed, taken=Taken("card"))
    assert (till.again(billed).settlement.state, till.owes(maria)) == (PAID, 0)


def test_who_takes_second_sees_what_is_open(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria)
    payments.take(till.scope, billed=billed, taken=Taken("card", 4000))
    with pytest.raises(Refused) as refused:
        payments.take(till.scope, billed=billed, taken=Taken("card"))
    assert "just now" in refused.value.sentence
    assert till.owes(maria) == 2500


def test_an_older_debt_is_settled_first(till: Till, maria: Patient) -> None:
    old = till.check_out(maria, "FBC")
    new = till.check_out(maria, method="card", amount=3000, also=[old.settlement])
    assert (till.again(old).settlement.open, new.settlement.open) == (0, 5900)


@pytest.mark.parametrize(
    ("method", "more", "sentence"),
    [
        ("card", {"amount": 6501}, "more than is owed"),
        ("cash", {"given": 6000}, "Less was given"),
        ("cheque", {}, "how it is paid"),
    ],
)
def test_an_amount_that_cannot_be_is_refused(
    till: Till, maria: Patient, method: str, more: dict[str, int], sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        till.check_out(maria, method=method, **more)
    assert sentence in refused.value.sentence
    assert till.day.entries == 0


def test_a_check_out_is_taken_back_and_its_number_stays_used(till: Till, maria: Patient) -> None:
    visit, old = till.visit(maria), till.check_out(maria, "FBC")
    billed = till.check_out(maria, method="card", appointment=visit, also=[old.settlement])
    payments.undo(till.scope, billed=billed, appointment=till.desk.again(visit))
    assert till.again(billed).settlement.state == VOID
    assert till.desk.again(visit).state == "finished"
    assert (till.owes(maria), till.again(old).settlement.open) == (2400, 2400)
    assert till.day.expected("card") == 0
    again = till.check_out(maria, method="card", appointment=till.desk.again(visit))
    assert again.invoice.number.endswith("000003")


def test_a_check_out_is_not_taken_back_later_or_by_somebody_else(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, method="card")
    other = scope_of(till.scope.clinic_id, Role.RECEPTIONIST, "Ben")
    other = type(other)(other.clinic, type(other.actor)("ben", "Ben"), other.permissions)
    with pytest.raises(Refused) as refused:
        payments.undo(other, billed=billed)
    assert "Somebody else" in refused.value.sentence
    later = clock.now() + timedelta(minutes=4)
    with patch.object(clock, "now", lambda: later):
        with pytest.raises(Refused) as refused:
            payments.undo(till.scope, billed=billed)
        assert "3 minutes" in refused.value.sentence
        payments.undo(till.desk.admin, billed=billed)
    assert till.again(billed).settlement.state == VOID


def test_a_check_out_of_a_closed_day_is_not_taken_back(till: Till, maria: Patient) -> None:
    billed, scope = till.check_out(maria, method="card"), till.scope
    day_close.count(scope, session=till.day, pieces={5000: 3}, card=6500, transfer=0)
    drawer = queries.drawer(scope, till.day.drawer)
    day_close.close(scope, drawer=drawer, session=till.day, stays=15000)
    with pytest.raises(Refused) as refused:
        payments.undo(till.desk.admin, billed=billed)
    assert "closed since" in refused.value.sentence
    assert till.again(billed).settlement.state == PAID


def test_a_check_out_that_was_gone_on_from_is_not_taken_back(till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, method="card", amount=1000)
    payments.take(till.scope, billed=billed, taken=Taken("card"))
    with pytest.raises(Refused):
        payments.undo(till.scope, billed=till.again(billed))
    payments_of = till.day.card_in
    assert payments_of == 6500


def test_a_nurse_takes_no_money(till: Till, maria: Patient) -> None:
    with pytest.raises(Denied):
        till.check_out(maria, method="card", scope=till.desk.nurse)


def test_without_an_open_drawer_no_money_is_taken(till: Till, maria: Patient) -> None:
    other = Till(till.desk)
    later = clock.now() + timedelta(days=2)
    with patch.object(clock, "now", lambda: later), pytest.raises(Refused) as refused:
        other.check_out(maria, method="card")
    assert "still open" in refused.value.sentence
