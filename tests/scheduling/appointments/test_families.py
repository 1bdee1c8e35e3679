"""A family that was booked together comes together: one press, and one more for each of them."""

import re
from html import unescape

import pytest

from patients.models import Patient
from scheduling.appointments.services import booking, states
from scheduling.appointments.services.booking import Visit
from scheduling.models import Appointment
from tests.patients.pages import plain
from tests.scheduling.visiting import Visits, visits

pytestmark = pytest.mark.django_db
__all__ = ["visits"]


@pytest.fixture
def family(visits: Visits) -> list[Appointment]:
    desk = visits.desk
    people = [desk.patient("María", "García"), desk.patient("Mateo", "García"), desk.patient("Lucía", "García")]
    wanted = [
        Visit(each, desk.type("Follow-up"), desk.doctor, desk.at(at), None)
        for each, at in zip(people, ("10:30", "10:45", "11:00"), strict=True)
    ]
    ids = booking.book_together(desk.scope, visits=wanted)
    cards = {each.patient_id: each for each in map(desk.again, _of(people, ids))}
    return [cards[each.id] for each in people]


def _of(people: list[Patient], ids: list[str]) -> list[Appointment]:
    return [Appointment(patient_id=each.id, id=id) for each, id in zip(people, ids, strict=True)]


def test_after_one_arrived_the_others_arrive_by_one_press_each(visits: Visits, family: list[Appointment]) -> None:
    mother, mateo, _ = family
    page = visits.client.get(visits.press(mother, "step/", to="waiting")["Location"]).content.decode()
    toast = page[page.index('id="toasts"') :]
    assert "\u2068Mateo\u2069 too" in plain(toast)
    assert "\u2068Lucía\u2069 too" in plain(toast)
    url = visits.url(mateo, "step/")
    form = toast[toast.index(f'action="{url}"') :]
    found = re.findall(r'name="(\w+)" value="([^"]*)"', form.split("</form>")[0])
    fields = {name: unescape(value) for name, value in found}
    page = visits.said(visits.client.post(url, fields))
    assert visits.desk.again(mateo).state == "waiting"
    assert "\u2068Lucía\u2069 too" in page
    assert "\u2068María\u2069 too" not in page


def test_nobody_is_offered_who_is_here_or_does_not_come(visits: Visits, family: list[Appointment]) -> None:
    mother, mateo, lucia = family
    states.arrive(visits.desk.scope, appointment=mateo)
    states.cancel(visits.desk.scope, appointment=lucia, by="patient", reason="Ill")
    assert "\u2069 too" not in visits.said(visits.press(mother, "step/", to="waiting"))
