"""Who goes before anything is billed is asked about: one press too many must not send them away."""

from typing import Any

import pytest

from billing.catalog import services as catalog
from patients.models import Patient
from scheduling.appointments.services import states
from scheduling.models import Appointment
from tests.billing.conftest import Till
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.appointments.test_patient_appointments_pages import press
from tests.scheduling.visiting import Visits, fields

pytestmark = pytest.mark.django_db
ASKED = "is not checked out yet"


@pytest.fixture
def ana(till: Till) -> Visits:
    return Visits(signed_in_client(till.scope.clinic_id), till.desk)


def state(till: Till, visit: Appointment) -> str:
    return till.desk.again(visit).state or ""


def left(ana: Visits, visit: Appointment, **typed: Any) -> Any:
    return ana.press(ana.desk.again(visit), "step/", to="left", **typed)


def test_who_has_not_paid_is_asked_about_before_they_go(ana: Visits, till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    asked = left(ana, visit)
    html = asked.content.decode()
    assert (asked.status_code, state(till, visit)) == (422, "finished")
    assert ASKED in plain(html)
    assert f"/money/check-out/?visit={visit.id}" in html
    form = fields(html[html.index("<main") :], ana.url(visit, "step/"))
    ana.said(ana.client.post(ana.url(visit, "step/"), {**form, "sure": "on"}))
    assert state(till, visit) == "left"


def test_who_has_an_invoice_already_just_goes(ana: Visits, till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    till.check_out(maria, appointment=visit)
    ana.press(till.desk.again(visit), "undo/", sure="on")
    assert state(till, visit) == "finished"
    ana.said(left(ana, visit))
    assert state(till, visit) == "left"


def test_a_clinic_without_prices_is_not_asked(ana: Visits, till: Till, maria: Patient) -> None:
    for code in ("CONS15", "FBC", "LETTER"):
        item = till.item(code)
        catalog.save(till.desk.admin, item=item, name=item.name, price=0, since="2020-01-01", active=False)
    visit = till.visit(maria)
    ana.said(left(ana, visit))
    assert state(till, visit) == "left"


def test_a_nurse_is_sent_to_the_front_desk_and_not_to_the_till(till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    nora = Visits(signed_in_client(till.scope.clinic_id, role="nurse"), till.desk)
    html = left(nora, visit).content.decode()
    assert "The front desk checks out." in plain(html)
    assert "check-out" not in html


def test_who_walks_out_while_waiting_is_not_asked_about(ana: Visits, till: Till, maria: Patient) -> None:
    visit = till.desk.book("10:30", maria)
    ana.press(visit, "step/", to="waiting")
    form = ana.form(ana.url(visit), ana.url(visit, "step/"))
    ana.said(ana.client.post(ana.url(visit, "step/"), {**form, "to": "left"}))
    assert state(till, visit) == "left"


def test_ctrl_enter_in_the_search_sends_nobody_away_unasked(ana: Visits, till: Till, maria: Patient) -> None:
    visit = till.visit(maria)
    answer = press(ana.client, till.desk, maria.id)
    assert ASKED in plain(ana.client.get(answer["Location"]).content.decode())
    assert state(till, visit) == "finished"


def test_who_leaves_from_the_doctor_is_asked_about_too(ana: Visits, till: Till, maria: Patient) -> None:
    visit = till.desk.book("10:30", maria)
    states.with_doctor(till.desk.nurse, appointment=visit)
    form = ana.form(ana.url(visit), ana.url(visit, "step/"))
    assert ana.client.post(ana.url(visit, "step/"), {**form, "to": "left"}).status_code == 422
    assert state(till, visit) == "doctor"
