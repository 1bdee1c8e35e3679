"""Visits that are over and have no invoice, and those that have nothing to bill."""

import pytest

from billing.invoices.services.crediting import credit
from billing.recorded.services import record
from billing.unbilled import queries, services
from clinnet.accounts.permissions import Role
from clinnet.table.errors import Denied
from patients.models import Patient
from scheduling.appointments.services import states, undoing
from tests.billing.conftest import Till, refused
from tests.billing.test_pages import AtTill, at_till
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.visiting import fields

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db


def waiting(till: Till) -> tuple[list[str], list[str]]:
    """The ids of visits that wait to be billed, and why others need not."""
    found = queries.unbilled(till.scope, till.desk.day)
    return [each.id for each in found.waiting], [excuse.reason for _, excuse in found.excused]


def test_a_visit_waits_to_be_billed_or_has_nothing_to_bill(till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    assert waiting(till) == ([visit.id], [])
    services.excuse(till.scope, appointment=visit, reason=" The state pays ")
    assert (waiting(till), till.desk.again(visit).state) == (([], ["The state pays"]), "left")
    with refused("has nothing to bill. Take that back first"):
        till.check_out(maria, appointment=till.desk.again(visit))
    with refused("or somebody said just now"):
        services.excuse(till.scope, appointment=till.desk.again(visit), reason="Twice")
    services.bill_again(till.scope, appointment=till.desk.again(visit))
    assert (waiting(till), till.desk.again(visit).state) == (([visit.id], []), "finished")
    with refused("took that back just now"):
        services.bill_again(till.scope, appointment=till.desk.again(visit))
    billed = till.check_out(maria, method="card", appointment=till.desk.again(visit))
    assert waiting(till) == ([], [])
    with refused("has its invoice already"):
        services.excuse(till.scope, appointment=till.desk.again(visit), reason="Late")
    credit(till.desk.admin, billed=billed, quantities=[1000], reason="Wrong")
    assert waiting(till) == ([visit.id], [])


def test_who_went_on_since_stays_where_they_are(till: Till, maria: Patient) -> None:
    """Somebody corrected the visit after it was said that there is nothing to bill."""
    visit = till.visit(maria)
    services.excuse(till.scope, appointment=visit, reason="Free")
    undoing.undo(till.scope, appointment=till.desk.again(visit))
    states.leave(till.scope, appointment=till.desk.again(visit))
    services.bill_again(till.scope, appointment=till.desk.again(visit))
    assert (waiting(till), till.desk.again(visit).state) == (([visit.id], []), "left")


def test_of_whom_nothing_is_billed_is_said_by_whoever_takes_money(till: Till, maria: Patient) -> None:
    coming = till.desk.book("11:30", till.desk.patient("Ada", "Ames"))
    with refused("not here yet"):
        services.excuse(till.scope, appointment=coming, reason="Any")
    with refused("Say why"):
        services.excuse(till.scope, appointment=till.visit(maria), reason=" ")
    with pytest.raises(Denied):
        services.excuse(till.desk.nurse, appointment=coming, reason="Any")


def test_the_desk_says_so_and_takes_it_back(till: Till, maria: Patient) -> None:
    desk, visit = AtTill(signed_in_client(till.scope.clinic_id), till), till.visit(maria)
    root = f"patients/{maria.id}/money/nothing-to-bill/{visit.id}/"
    assert desk.url(root) in desk.get(desk.pays(visit))
    assert desk.url(root) in desk.get(f"money/to-bill/?day={till.desk.day}")
    assert "1 finished visit has no invoice" in plain(desk.get(f"money/drawers/{till.day.drawer}/{till.today}/count/"))
    assert "Say why" in plain(desk.send(root).content.decode())
    assert "Say why" in plain(desk.send(root, why="other").content.decode())
    answer = desk.send(root, why="Free of charge", words="a colleague")
    page = desk.client.get(answer["Location"]).content.decode()
    assert "Free of charge: a colleague · " in plain(page)
    assert desk.url(root) == desk.client.get(desk.url(desk.pays(visit)))["Location"]
    assert "Free of charge: a colleague" in desk.get(f"patients/{maria.id}/appointments/{visit.id}/")
    undo = desk.url(f"{root}undo/")
    assert undo in desk.get(root)
    assert "waits to be billed again" in desk.said(desk.client.post(undo, fields(page, undo)))
    said = desk.said(desk.send(f"{desk.pays(visit)}&back=to-bill", do="take"))
    assert "Nothing of this day waits to be billed" in said
    desk.get("money/to-bill/?day=never", status=404)
    other = AtTill(signed_in_client(till.scope.clinic_id, role=Role.NURSE), till)
    other.get("money/to-bill/", status=403)
    other.get(root, status=403)


def test_what_is_written_down_meanwhile_is_not_said_to_be_nothing(at_till: AtTill, till: Till, maria: Patient) -> None:
    """The page said that nothing was recorded; so it shows first what was, and is pressed again."""
    visit, root = till.visit(maria), f"patients/{maria.id}/money/nothing-to-bill/"
    path = f"{root}{visit.id}/"
    before = at_till.form(path)
    record(till.scope, appointment=visit, recorded=None, item=till.item("FBC"))
    answer = at_till.client.post(at_till.url(path), before | {"why": "Free of charge"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody wrote down just now what was done" in plain(page)
    assert "Full blood count" in plain(page)
    assert waiting(till) == ([visit.id], [])
    again = at_till.client.post(at_till.url(path), at_till.form_of(page) | {"why": "Free of charge"})
    assert "To bill" in at_till.said(again)
    assert waiting(till) == ([], ["Free of charge"])
