"""Money's pages, as a browser without JavaScript reads and sends them."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from billing.catalog import services as catalog
from billing.day_close.services import count
from billing.models import Invoice
from billing.payments import services as payments
from billing.takings.services import Taken
from clinnet.accounts.permissions import Role
from clinnet.table import get
from patients.models import Patient
from scheduling.models import Appointment
from tests.billing.conftest import Till
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.visiting import fields

pytestmark = pytest.mark.django_db


@dataclass
class AtTill:
    """Somebody of the reception at money's pages."""

    client: Client
    till: Till

    def url(self, path: str) -> str:
        return f"/c/{self.till.scope.clinic_id}/{path}"

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path if path.startswith("/") else self.url(path))
        assert answer.status_code == status, plain(answer.content.decode())
        return answer.content.decode()

    def form(self, path: str, action: str = "") -> dict[str, str]:
        return self.form_of(self.get(path), action)

    def form_of(self, html: str, action: str = "") -> dict[str, str]:
        return fields(html[html.index("<main") :], action)

    def shown(self, html: str) -> dict[str, str]:
        """What a page of the check-out sends back of what it says."""
        return {name: value for name, value in self.form_of(html).items() if name in ("shown", "billed")}

    def send(self, path: str, **typed: Any) -> Any:
        return self.client.post(self.url(path), {**self.form(path), **typed})

    def said(self, answer: Any) -> str:
        assert answer.status_code == 302, plain(answer.content.decode())
        return plain(self.client.get(answer["Location"]).content.decode())

    def pays(self, visit: Appointment) -> str:
        return f"patients/{visit.patient_id}/money/check-out/?visit={visit.id}"


@pytest.fixture
def at_till(till: Till) -> AtTill:
    return AtTill(signed_in_client(till.scope.clinic_id), till)


def invoice_of(at_till: AtTill, patient: Patient) -> Invoice:
    html = at_till.get(f"patients/{patient.id}/money/")
    found = re.search(rf"/patients/{patient.id}/money/(\w{{26}})/", html[html.index("<main") :])
    assert found, plain(html)
    return get(at_till.till.scope, Invoice, Invoice.at(patient.id, found[1]))


def test_a_visit_is_paid_with_its_usual_service(at_till: AtTill, till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    details = at_till.get(f"patients/{maria.id}/appointments/{visit.id}/")
    assert at_till.pays(visit) in details
    page = plain(at_till.get(at_till.pays(visit)))
    assert "Consultation, 15 min" in page
    assert "To pay £65.00" in page
    assert "Take £65.00 by card" in page
    said = at_till.said(at_till.send(at_till.pays(visit), do="take"))
    assert "£65.00 by card from María García" in said
    assert invoice_of(at_till, maria).number in said
    assert till.desk.again(visit).state == "left"
    assert invoice_of(at_till, maria).number in at_till.get(f"patients/{maria.id}/appointments/{visit.id}/")


def test_lines_are_added_changed_and_taken_out_before_anything_is_written(
    at_till: AtTill, till: Till, maria: Patient
) -> None:
    path = at_till.pays(till.visit(maria))
    page = at_till.send(path, do="look", add="travel", method="cash", given="120")
    html = page.content.decode()
    assert "To pay £101.00" in plain(html)
    assert "Change £19.00" in plain(html)
    sent = fields(html[html.index("<main") :]) | {"quantity-1": "1.5", "off-1": "10", "out-0": "on", "do": "look"}
    html = at_till.client.post(at_till.url(path), sent).content.decode()
    assert "To pay £48.60" in plain(html)  # 1.5 × 30.00 − 10 % = 40.50, tax 8.10
    assert till.day.entries == 0


def test_nobody_pays_a_sum_that_was_not_shown(at_till: AtTill, till: Till, maria: Patient) -> None:
    path = at_till.pays(till.visit(maria))
    answer = at_till.send(path, do="take", add="FBC")
    assert answer.status_code == 422
    assert "The sum changed while this page was open: £89.00 instead of £65.00" in plain(answer.content.decode())
    assert "Take £89.00 by card" in plain(answer.content.decode())
    assert till.day.entries == 0


@pytest.mark.parametrize("how", ["card", "later"])
def test_what_is_billed_is_what_was_shown(at_till: AtTill, till: Till, maria: Patient, how: str) -> None:
    """A price, a tax and the share of a payer change while the page is open, some of which leave the sum as it was."""
    admin, path = till.desk.admin, at_till.pays(till.visit(maria))
    sent = at_till.form(path) | {"do": "take", "method": how, "off-0": "", "given": "", "quantity-0": "1"}
    catalog.save(admin, item=till.item("CONS15"), name="Consultation", price=7000, since=till.today)
    page = at_till.client.post(at_till.url(path), sent | {"amount": "12"}).content.decode()
    assert "The sum changed while this page was open: £70.00 instead of £65.00. Look once more." in plain(page)
    assert at_till.form_of(page)["amount"] == "12"
    html = at_till.client.post(at_till.url(path), sent | {"do": "look", "add": "LETTER"}).content.decode()
    sent = at_till.form_of(html) | {"do": "take", "method": how}
    catalog.save(
        admin, item=till.item("LETTER"), name="Letter", price=3600, since=till.today, rate=0
    )  # 36.00 in all, as before
    page = at_till.client.post(at_till.url(path), sent).content.decode()
    assert "What is billed changed while this page was open" in plain(page)
    assert (till.day.entries, till.owes(maria)) == (0, 0)
    at_till.said(at_till.client.post(at_till.url(path), at_till.form_of(page) | {"do": "take", "method": how}))
    assert (invoice_of(at_till, maria).total, [int(each["rate"]) for each in invoice_of(at_till, maria).rates]) == (
        10600,
        [0],
    )


def test_a_debt_that_was_paid_meanwhile_is_not_paid_again(at_till: AtTill, till: Till, maria: Patient) -> None:
    old, path = till.check_out(maria, "FBC"), at_till.pays(till.visit(maria))
    html = at_till.send(path, do="look", also=old.invoice.id).content.decode()
    payments.take(till.scope, billed=old, taken=Taken("cash"))
    sent = at_till.form_of(html) | {"do": "take", "also": old.invoice.id}
    page = plain(at_till.client.post(at_till.url(path), sent).content.decode())
    assert "£65.00 instead of £89.00" in page


def test_credit_that_changed_meanwhile_is_looked_at_again(at_till: AtTill, till: Till, maria: Patient) -> None:
    """Of a payment, and of a credit note, which says how much of it becomes credit."""
    billed = till.check_out(maria)
    root = f"patients/{maria.id}/money/{billed.invoice.id}/"
    payments.deposit(till.scope, patient=maria, method="card", amount=1000)
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    take, correct = at_till.form(f"{root}take/"), office.form(f"{root}credit/") | {"reason": "Any", "do": "credit"}
    payments.deposit(till.scope, patient=maria, method="card", amount=500)
    page = at_till.client.post(at_till.url(f"{root}take/"), take).content.decode()
    assert "The credit changed while this page was open: £15.00 instead of £10.00. Look once more." in plain(page)
    payments.take(till.scope, billed=till.again(billed), taken=Taken("card", 4000))
    page = office.client.post(office.url(f"{root}credit/"), correct).content.decode()
    assert "The credit changed while this page was open: £40.00 instead of £0.00" in plain(page)
    assert till.again(billed).settlement.state == "part"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"quantity-0": "0"}, "A quantity is from"),
        ({"off-0": "101"}, "A percentage is from"),
        ({"amount": "1,250"}, "can be read two ways"),
        ({"amount": "70"}, "more than is owed"),
        ({"add": "nothing like it"}, "Type its code"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    at_till: AtTill, till: Till, maria: Patient, typed: dict[str, str], sentence: str
) -> None:
    answer = at_till.send(at_till.pays(till.visit(maria)), do="take", **typed)
    assert answer.status_code == 422
    assert sentence in plain(answer.content.decode())
    assert till.day.entries == 0


def test_the_toast_takes_a_check_out_back(at_till: AtTill, till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    answer = at_till.send(at_till.pays(visit), do="take")
    html = at_till.client.get(answer["Location"]).content.decode()
    bill = invoice_of(at_till, maria)
    root = f"patients/{maria.id}/money/{bill.id}/"
    undo = at_till.url(f"{root}undo/")
    assert f"Void {bill.number}?" in at_till.get(root)
    said = at_till.said(at_till.client.post(undo, fields(html, undo)))
    assert f"{bill.number} is void; its number stays used. Give back £65.00 by card." in said
    assert "Void" in at_till.get(f"patients/{maria.id}/money/")
    assert undo not in at_till.get(root)
    assert till.desk.again(visit).state == "finished"


@pytest.mark.parametrize(("receipt", "opens"), [("print", True), ("none", False)])
def test_enter_prints_the_receipt_where_one_is_wanted(
    at_till: AtTill, till: Till, maria: Patient, receipt: str, opens: bool
) -> None:
    answer = at_till.send(at_till.pays(till.visit(maria)), do="take", receipt=receipt)
    html = at_till.client.get(answer["Location"]).content.decode()
    toast = html[html.index("toast-success") :]
    assert ("data-focus" in toast[: toast.index("Print the receipt")]) == opens


def test_the_next_visit_is_booked_from_the_check_out(at_till: AtTill, till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    assert "Booked already" not in at_till.get(at_till.pays(visit))
    later = till.desk.book("15:30", maria)
    assert "15:30" in plain(at_till.get(at_till.pays(visit))).partition("Booked already:")[2]
    answer = at_till.send(at_till.pays(visit), do="take", following="3months")
    booking = answer["Location"]
    assert all(each in booking for each in ("/book/?", maria.id, "from=3months", str(later.visit_type_id)))
    assert "£65.00 by card from María García" in at_till.said(answer)


def test_an_invoice_is_on_screen_and_on_paper(at_till: AtTill, till: Till, maria: Patient) -> None:
    billed = till.check_out(maria, "CONS15", "LETTER", method="card", amount=5000)
    root = f"patients/{maria.id}/money/{billed.invoice.id}/"
    page = plain(at_till.get(root))
    assert all(each in page for each in ("Part paid", "Exempt from tax", "At 20 %", "£101.00", "Take £51.00"))
    for paper in ("a4", "us-letter", "receipt"):
        answer = at_till.client.get(at_till.url(f"{root}paper/{paper}/"))
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
    at_till.get(f"{root}paper/a3/", status=404)
    assert "Taken for" in at_till.said(at_till.send(f"{root}take/", method="cash"))
    assert "Paid" in plain(at_till.get(root))


def test_a_drawer_is_counted_blind_and_closed_with_what_it_differs_by(
    at_till: AtTill, till: Till, maria: Patient
) -> None:
    till.check_out(maria, method="cash")
    root = f"money/drawers/{till.day.drawer}/{till.today}/"
    assert "215.00" not in at_till.get(f"{root}count/")
    assert at_till.client.get(at_till.url(f"{root}close/"))["Location"].endswith("/count/")
    assert at_till.send(f"{root}count/").status_code == 422  # nothing was counted
    assert "215.00" not in at_till.get(f"{root}count/")
    at_till.send(f"{root}count/", n5000="4", n1000="1", n200="1", n100="1")
    page = plain(at_till.get(f"{root}close/"))
    assert all(each in page for each in ("215.00", "213.00", "−2.00"))
    assert "£50.00 4 200.00" in page
    answer = at_till.send(f"{root}close/", stays="150")
    assert "Say why it differs" in plain(answer.content.decode())
    said = at_till.said(at_till.send(f"{root}close/", stays="150", reason="Wrong change", bag="N-0412"))
    assert all(each in said for each in ("is closed", "Wrong change", "£63.00", "N-0412"))


def test_money_that_comes_in_while_it_is_counted_is_not_lost(at_till: AtTill, till: Till, maria: Patient) -> None:
    root = f"money/drawers/{till.day.drawer}/{till.today}/"
    at_till.send(f"{root}count/", n5000="3")
    closing = at_till.form(f"{root}close/") | {"stays": "100"}
    till.check_out(maria, method="cash")
    answer = at_till.client.post(at_till.url(f"{root}close/"), {**closing, "reason": "None"})
    assert "£65.00 cash came in (Today 10:31) while you counted" in plain(answer.content.decode())
    assert till.day.state == "open"


def test_a_count_that_took_the_place_of_the_one_that_was_compared_is_looked_at_first(
    at_till: AtTill, till: Till
) -> None:
    """Two tabs, or two people, on one drawer: whoever saw nothing amiss does not close what somebody else found."""
    root = f"money/drawers/{till.day.drawer}/{till.today}/"
    at_till.send(f"{root}count/", n5000="3")
    compared = at_till.form(f"{root}close/") | {"stays": "100", "reason": "Change"}
    with till.desk.clock_at(till.desk.at("10:35")):
        count(till.scope, session=till.day, pieces={5000: 2, 2000: 2, 500: 1}, card=0, transfer=0)
    answer = at_till.client.post(at_till.url(f"{root}close/"), compared)
    page = plain(answer.content.decode())
    assert "counted again meanwhile" in page
    assert "−5.00" in page
    assert till.day.state == "open"
    again = at_till.form_of(answer.content.decode()) | {"reason": "Wrong change"}
    assert "is closed" in at_till.said(at_till.client.post(at_till.url(f"{root}close/"), again))


def test_a_service_is_put_into_the_catalogue(till: Till) -> None:
    office = AtTill(signed_in_client(till.scope.clinic_id, role=Role.ADMIN), till)
    typed = {"code": "ecg", "name": "ECG", "price": "45", "rate": "", "active": "on"}
    assert "Saved" in office.said(office.send("money/catalogue/new/", **typed))
    assert till.item("ECG").price_on(till.today) == 4500
    assert "already" in plain(office.send("money/catalogue/new/", **typed).content.decode())
    office.send("money/catalogue/ECG/", price="50,00", since="2030-01-01")
    assert (till.item("ECG").price_on(till.today), till.item("ECG").price_on("2031-01-01")) == (4500, 5000)


@pytest.mark.parametrize("role", [Role.NURSE, Role.DOCTOR])
def test_who_may_not_see_money_sees_none_of_it(till: Till, maria: Patient, role: Role) -> None:
    visit = till.visit(maria)
    billed = till.check_out(maria, appointment=visit)
    other = AtTill(signed_in_client(till.scope.clinic_id, role=role), till)
    for path in (f"patients/{maria.id}/", f"patients/{maria.id}/appointments/{visit.id}/", ""):
        html = other.get(path)
        assert not [each for each in ("65.00", billed.invoice.number, "/money/") if each in html]
    other.get(f"patients/{maria.id}/money/", status=403)
    other.get(f"patients/{maria.id}/money/{billed.invoice.id}/", status=403)


def test_a_copy_of_the_newest_receipt_is_one_key_away(at_till: AtTill, till: Till, maria: Patient) -> None:
    bills = [till.check_out(maria, method="card").invoice.id for _ in range(2)]
    page = at_till.get(f"patients/{maria.id}/money/")
    copies = re.findall(r'/money/(\w+)/paper/receipt/"[^>]*?(data-key="c")?[^>]*>', page)
    assert [id for id, _ in copies] == bills[::-1]  # of each invoice, and not of each payment
    assert page.count('data-key="c"') == 1
    assert page.index('data-key="c"') < page.index(f"{bills[0]}/paper")
