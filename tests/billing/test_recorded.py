"""What was done at a visit is written down where it was done, and billed at the desk."""

import pytest

from billing.checkout import services as checkout
from billing.recorded import services
from billing.recorded.queries import recorded
from billing.takings.services import Taken
from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from clinnet.table.errors import Denied
from patients.models import Patient
from scheduling.models import Appointment
from tests.billing.conftest import Till, refused
from tests.billing.test_books import wrong
from tests.billing.test_pages import AtTill, at_till, invoice_of
from tests.patients.pages import plain
from tests.people import signed_in_client

__all__ = ["at_till"]
pytestmark = pytest.mark.django_db


def record(till: Till, visit: Appointment, code: str, *, by: Scope | None = None, quantity: int = 1000) -> None:
    found = recorded(till.scope, visit)
    services.record(by or till.scope, appointment=visit, recorded=found, item=till.item(code), quantity=quantity)


def told(till: Till, visit: Appointment) -> list[tuple[str, int]]:
    found = recorded(till.scope, visit)
    return [(each.code, each.quantity) for each in found.done] if found else []


def nurse(till: Till) -> AtTill:
    return AtTill(signed_in_client(till.scope.clinic_id, role=Role.NURSE), till)


def test_what_a_nurse_wrote_down_is_billed_with_what_is_usual(at_till: AtTill, till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    root = f"patients/{maria.id}/done/{visit.id}/"
    desk = nurse(till)
    assert root in desk.get(f"patients/{maria.id}/appointments/{visit.id}/")
    page = desk.get(root)
    assert "Consultation, 15 min CONS15 · usual" in plain(page)
    said = desk.said(desk.send(root, add="fbc"))
    assert "Full blood count is written down." in said
    assert "Done Consultation, 15 min; Full blood count" in plain(
        desk.get(f"patients/{maria.id}/appointments/{visit.id}/")
    )
    page = plain(at_till.get(at_till.pays(visit)))
    assert all(words in page for words in ("CONS15", "FBC · ", "Take £89.00 by card"))
    sent = at_till.form(at_till.pays(visit)) | {"do": "take", "method": "card"}
    answer = at_till.client.post(at_till.url(at_till.pays(visit)), sent)
    assert answer.status_code == 302, plain(answer.content.decode())
    lines = invoice_of(at_till, maria).lines
    assert [line["code"] for line in lines] == ["CONS15", "FBC"]
    assert not lines[0].get("by")
    assert lines[1]["by"]
    assert wrong(till) == []


def test_whoever_writes_down_sees_no_money(till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    till.check_out(maria, "LETTER")
    record(till, visit, "FBC")
    for role in (Role.NURSE, Role.DOCTOR):
        desk = AtTill(signed_in_client(till.scope.clinic_id, role=role), till)
        for path in (f"patients/{maria.id}/done/{visit.id}/", f"patients/{maria.id}/appointments/{visit.id}/"):
            page = desk.get(path)
            assert "£" not in page
            assert "24.00" not in page
            assert "36.00" not in page


def test_the_same_again_is_one_more_and_can_be_taken_out(till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    for quantity in (1000, 1500):
        record(till, visit, "FBC", quantity=quantity)
    assert told(till, visit) == [("CONS15", 1000), ("FBC", 2500)]
    desk, root = nurse(till), f"patients/{maria.id}/done/{visit.id}/"
    for code in ("CONS15", "FBC"):
        sent = desk.form(root, desk.url(f"{root}{code}/out/"))
        assert "is taken out" in desk.said(desk.client.post(desk.url(f"{root}{code}/out/"), sent))
    assert told(till, visit) == []
    assert "Nothing yet." in desk.get(root)
    reception = AtTill(signed_in_client(till.scope.clinic_id), till)
    page = plain(reception.get(reception.pays(visit)))
    assert "Nothing recorded. Add what was done" in page  # the usual was taken out on purpose


def test_what_was_written_down_while_the_check_out_was_open_is_shown_first(
    at_till: AtTill, till: Till, maria: Patient
) -> None:
    visit = till.visit(maria)
    sent = at_till.form(at_till.pays(visit)) | {"do": "take", "method": "card"}
    record(till, visit, "FBC")
    answer = at_till.client.post(at_till.url(at_till.pays(visit)), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The sum changed while this page was open: £89.00 instead of £65.00" in plain(page)
    sent = at_till.form_of(page) | {"do": "take"}
    assert at_till.client.post(at_till.url(at_till.pays(visit)), sent).status_code == 302
    assert [line["code"] for line in invoice_of(at_till, maria).lines] == ["CONS15", "FBC"]


def test_between_look_and_write_the_table_says_so(till: Till, maria: Patient) -> None:
    """The condition of the write, both ways."""
    visit = till.visit(maria)
    done, card = [till.provided("CONS15")], Taken("card")
    record(till, visit, "FBC")
    for version in (0, 2):
        with refused("wrote down just now"):
            checkout.check_out(till.scope, patient=maria, done=done, appointment=visit, taken=card, recorded=version)
    checkout.check_out(till.scope, patient=maria, done=done, appointment=visit, taken=card, recorded=1)
    with refused("has its invoice already"):
        record(till, till.desk.again(visit), "LETTER")
    assert told(till, visit) == [("CONS15", 1000), ("FBC", 1000)]


def test_of_two_who_write_down_at_once_one_looks_again(till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    record(till, visit, "FBC")
    seen = recorded(till.scope, visit)
    for found in (None, seen):
        record(till, visit, "LETTER")
        with refused("Somebody wrote down something just now"):
            services.record(till.scope, appointment=visit, recorded=found, item=till.item("FBC"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"add": ""}, "Say what was done."),
        ({"add": "nothing like it"}, "No service, or more than one, is called that."),
        ({"add": "FBC", "quantity": "0"}, "A quantity is from 0.001 to 9,999.999."),
        ({"add": "FBC", "quantity": "-1"}, "A quantity is from"),
    ],
)
def test_what_cannot_be_is_refused(till: Till, maria: Patient, typed: dict[str, str], sentence: str) -> None:
    visit = till.visit(maria)
    answer = nurse(till).send(f"patients/{maria.id}/done/{visit.id}/", **typed)
    assert answer.status_code == 422
    assert sentence in plain(answer.content.decode())
    assert told(till, visit) == []


def test_nothing_is_written_down_of_somebody_who_is_not_here(till: Till, maria: Patient) -> None:
    visit = till.desk.book("11:30", maria)
    with refused("not here yet"):
        record(till, visit, "FBC")
    desk = nurse(till)
    assert "there is nothing to write down" in desk.get(f"patients/{maria.id}/done/{visit.id}/")
    assert "What was done" not in desk.get(f"patients/{maria.id}/appointments/{visit.id}/")


def test_too_much_is_too_much(till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    record(till, visit, "FBC", quantity=9_000_000)
    with refused("more than can be billed"):
        record(till, visit, "FBC", quantity=1_000_000)
    nobody = Scope(till.scope.clinic_id, till.scope.actor, frozenset(), "session")
    with pytest.raises(Denied):
        record(till, visit, "FBC", by=nobody)


def test_whoever_says_nothing_to_bill_is_told_what_was_written_down(
    at_till: AtTill, till: Till, maria: Patient
) -> None:
    visit = till.visit(maria)
    page = f"patients/{maria.id}/money/nothing-to-bill/{visit.id}/"
    assert "wrote down" not in at_till.get(page)
    record(till, visit, "FBC")
    assert "Somebody wrote down what was done: Consultation, 15 min; Full blood count." in plain(at_till.get(page))
