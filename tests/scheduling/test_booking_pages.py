"""Booking and moving, as the person at the desk meets them: without JavaScript, on the real engine."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table.errors import Refused
from patients import services as people
from patients.models import Patient
from patients.queries import patient as get_patient
from scheduling import queries, services
from scheduling.cards import Card
from scheduling.rules import walltime
from scheduling.services.unbooking import unbook
from tests.patients.conftest import plain_static_names
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk, MakeDesk

pytestmark = pytest.mark.django_db
__all__ = ["plain_static_names"]


@dataclass
class Booking:
    """The booking page in the browser of one person."""

    client: Client
    desk: Desk

    @property
    def url(self) -> str:
        return f"/c/{self.desk.scope.here}/book/"

    def open(self, patient: Patient | None = None, *, whose: str = "", **query: Any) -> str:
        whose = patient.id if patient else whose
        answer = self.client.get(self.url, {**({"patient": whose} if whose else {}), **query})
        assert answer.status_code == 200, plain(answer.content.decode())
        return str(answer.content.decode())

    def send(self, html: str, **typed: Any) -> Any:
        """The page's form as it stands, with something typed or pressed; a None takes a field away."""
        fields = controls(html) | typed
        return self.client.post(self.url, {name: value for name, value in fields.items() if value is not None})

    def cards(self) -> list[Card]:
        return queries.board(self.desk.scope, self.desk.day).cards


def controls(html: str) -> dict[str, Any]:
    """What a browser would send of the booking form."""
    form = html[html.index('<form id="booking"') :]
    form = form[: form.index("</form>")]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attrs = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        kind = attrs.get("type", "text")
        if kind not in ("radio", "checkbox") or re.search(r"\schecked", tag):
            found[attrs["name"]] = unescape(attrs.get("value", ""))
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        values = re.findall(r'<option\s+value="([^"]*)"([^>]*)>', options)
        found[name] = next((unescape(value) for value, rest in values if "selected" in rest), values[0][0])
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = unescape(text).strip()
    return found


def times(html: str) -> list[str]:
    """The starts that are offered, as the values of their buttons."""
    return [unescape(each) for each in re.findall(r'name="start"\s+value="([^"]+)"', html)]


def at(desk: Desk, clock_time: str, who: int = 0) -> str:
    return f"{desk.at(clock_time):%Y-%m-%dT%H:%MZ}~{desk.doctors[who].id}"


@pytest.fixture
def booking(desk: Desk) -> Booking:
    return Booking(signed_in_client(desk.scope.here), desk)


@pytest.fixture
def nurse(desk: Desk) -> Booking:
    """Somebody who may overbook."""
    return Booking(signed_in_client(desk.scope.here, role=Role.NURSE), desk)


def test_the_first_free_time_with_the_usual_doctor_is_ready_to_be_booked(booking: Booking, desk: Desk) -> None:
    maria = desk.patient(practitioner_id=desk.doctors[1].id)
    answer = booking.send(booking.open(maria, **{"from": desk.day.isoformat()}))
    assert answer.status_code == 302, plain(answer.content.decode())
    (card,) = booking.cards()
    assert (card.practitioner, card.start) == (desk.doctors[1].id, desk.at("06:00"))
    (line,) = queries.coming(desk.scope, maria)
    assert queries.appointment(desk.scope, maria.id, line["id"]).tell_by == "slip"


# --- A time that somebody else has ---------------------------------------------------------------------------------

TYPED = {"reason": "Cough, 5 days", "note": "Prefers the ground floor", "tell_by": "nothing"}


def test_a_taken_time_keeps_everything_that_was_typed_and_chooses_the_nearest(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    html = booking.open(maria, **{"from": desk.day.isoformat(), "with": desk.doctor.id})
    desk.book("10:30")
    answer = booking.send(html, start=at(desk, "10:30"), **TYPED)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "10:30 with Dr Okafor was just booked by Ana. Nearest: 10:00, 10:15, 10:45." in plain(html)
    fields = controls(html)
    assert {name: fields[name] for name in TYPED} == TYPED
    assert fields["start"] == times(html)[0] == at(desk, "10:00")
    assert times(html)[:3] == [at(desk, clock_time) for clock_time in ("10:00", "10:15", "10:45")]
    assert booking.send(html).status_code == 302  # one key
    (own,) = [card for card in booking.cards() if card.patient_id == maria.id]
    assert (own.start, own.reason) == (desk.at("10:00"), "Cough, 5 days")


def test_a_receptionist_is_not_offered_to_overbook_and_cannot(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient())
    desk.book("10:30")
    shown = booking.send(html, start=at(desk, "10:30")).content.decode()
    assert "Overbook" not in plain(shown)
    answer = booking.send(html, squeeze=at(desk, "10:30"), overbook="fever, fit in")
    assert answer.status_code == 403
    assert len(booking.cards()) == 1


def test_overbooking_needs_a_reason_and_shows_it(nurse: Booking, desk: Desk) -> None:
    html = nurse.open(desk.patient())
    desk.book("10:30")
    html = nurse.send(html, start=at(desk, "10:30"), **TYPED).content.decode()
    assert "Dr Okafor already has someone at 10:30. Book a second patient? Reason:" in plain(html)
    answer = nurse.send(html, squeeze=at(desk, "10:30"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Say why a second patient is booked." in plain(html)
    assert controls(html)["reason"] == TYPED["reason"]
    assert nurse.send(html, squeeze=at(desk, "10:30"), overbook="fever, fit in").status_code == 302
    assert sorted("O" in card.flags for card in nurse.cards()) == [False, True]


def test_a_patient_who_is_busy_then_is_named(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    html = booking.open(maria, **{"with": desk.doctor.id})
    desk.book("10:30", maria, practitioner=desk.doctors[1])
    answer = booking.send(html, start=at(desk, "10:30"))
    assert answer.status_code == 422
    assert "María already has 10:30 with Dr Bernard that day." in plain(answer.content.decode())


def test_outside_hours_is_asked_of_those_who_may(nurse: Booking, booking: Booking, desk: Desk) -> None:
    maria, start = desk.patient(), at(desk, "05:30")
    html = booking.open(maria, start=start, **{"with": desk.doctor.id})
    assert "not free, or outside hours" in plain(html)
    refused = plain(booking.send(html).content.decode())
    assert "This is outside Dr Okafor's hours (06:00–00:00). Choose another time." in refused
    assert "anyway" not in refused
    html = nurse.send(nurse.open(maria, start=start)).content.decode()
    assert "Book anyway?" in plain(html)
    assert nurse.send(html, anyway=start).status_code == 302
    assert [card.start for card in nurse.cards()] == [desk.at("05:30")]


def test_the_first_visit_of_a_patient_is_marked_as_that_of_somebody_new(booking: Booking, desk: Desk) -> None:
    patient = desk.patient()
    for time in ("10:30", "11:30"):
        booking.send(booking.open(patient), start=at(desk, time))
    walls = [walltime.to_wall(card.start, "Europe/London") for card in booking.cards() if card.start]
    first, second = sorted(f"{wall:%H:%M}" for wall in walls)
    assert re.search(rf"María García\W? {first} and \W?Lucía García\W? {second}, Dr ", plain(page))
    form = page[page.index("unbook/") :]
    fields = {name: unescape(value) for name, value in re.findall(r'name="(once|back|also)" value="([^"]*)"', form)}
    url = re.findall(r'action="([^"]*unbook/)"', page)[0]
    for _ in range(2):  # pressed twice it is one undo
        answer = booking.client.post(url, fields)
        assert answer.status_code == 302
    assert "and 1 other are not booked" in plain(booking.client.get(answer["Location"]).content.decode())
    assert [card.state for card in booking.cards()] == ["cancelled", "cancelled"]


def test_the_drawer_s_form_is_answered_with_the_page_to_go_to(booking: Booking, desk: Desk) -> None:
    board = f"/c/{desk.scope.here}/day/{desk.day}/"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{board}", "HX-Target": "drawer"}
    maria = desk.patient()
    html = booking.client.get(booking.url, {"patient": maria.id}, headers=headers).content.decode()
    assert "<html" not in html
    assert "drawer-head" in html
    fields = controls(html)
    assert fields["back"] == board
    answer = booking.client.post(booking.url, fields, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == board
    refused = booking.client.post(booking.url, fields | {"once": "x"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert 'name="drawer"' in refused.content.decode()
    assert "drawer-head" not in refused.content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/c/x/", "//evil.example", "/admin/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(booking: Booking, desk: Desk, back: str) -> None:
    maria = desk.patient()
    answer = booking.send(booking.open(maria), start=at(desk, "10:30"), back=back)
    assert answer["Location"].startswith(f"/c/{desk.scope.here}/patients/{maria.id}/")


def test_a_booking_of_an_hour_ago_is_not_undone_but_cancelled(booking: Booking, desk: Desk) -> None:
    made = desk.book("10:30")
    with desk.clock_at(clock.now() + timedelta(hours=1)), pytest.raises(Refused):
        unbook(desk.scope, appointments=[made])
    assert desk.again(made).state == "booked"


def test_a_slip_says_when_and_with_whom_and_not_why(booking: Booking, desk: Desk) -> None:
    made = desk.book("10:30", reason="Chest pain")
    url = f"/c/{desk.scope.here}/patients/{made.patient_id}/appointments/{made.id}/slip/"
    shown = plain(booking.client.get(url).content.decode())
    assert "10:30 with Dr Okafor" in shown
    assert "Chest pain" not in shown


# --- Moving --------------------------------------------------------------------------------------------------------


def test_a_move_shows_the_old_time_counts_it_as_free_and_undoes(booking: Booking, desk: Desk) -> None:
    made = desk.book("10:30", type="Procedure")
    wish: dict[str, Any] = {"move": made.id, "from": desk.day.isoformat()}
    html = booking.open(whose=made.patient_id, **wish)
    day = f"{desk.day:%a} {desk.day.day} {desk.day:%b}"
    assert f"Now {day}, 10:30, Dr Okafor" in plain(html)
    assert at(desk, "10:30") in times(html)
    assert at(desk, "10:45") in times(html)
    assert booking.send(html, start=at(desk, "10:45")).status_code == 302
    assert desk.again(made).wall == f"{desk.day}T10:45"
    assert desk.again(made).room_id == made.room_id


def test_a_move_goes_to_another_room_where_its_own_is_taken(booking: Booking, desk: Desk) -> None:
    made = desk.book("10:30", type="Procedure")
    other = desk.book("14:00", type="Procedure", practitioner=desk.doctors[1], room=desk.room("Room 1"))
    assert made.room_id == other.room_id
    html = booking.open(whose=made.patient_id, move=made.id)
    assert booking.send(html, start=at(desk, "14:00")).status_code == 302
    assert desk.again(made).room_id == desk.room("Room 2").id


def test_a_move_to_a_taken_time_stays_with_the_nearest(booking: Booking, desk: Desk) -> None:
    made = desk.book("10:30")
    desk.book("14:00")
    html = booking.open(whose=made.patient_id, move=made.id)
    answer = booking.send(html, start=at(desk, "14:00"))
    assert answer.status_code == 422
    assert "14:00 with Dr Okafor was just booked" in plain(answer.content.decode())
    assert desk.again(made).wall == f"{desk.day}T10:30"


# --- Who is it for? ------------------------------------------------------------------------------------------------


def test_without_a_patient_the_page_asks_who_and_keeps_the_place(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    start = at(desk, "10:30")
    html = booking.open(None, start=start)
    assert "Who is it for?" in plain(html)
    answer = booking.client.post(booking.url, {"find": "1", "q": "garc", "start": start})
    found = unescape(re.findall(r'<a class="found-row"\s+href="([^"]+)"', answer.content.decode())[0])
    assert f"patient={maria.id}" in found
    assert "garc" not in found.lower()
    assert controls(booking.client.get(found).content.decode())["start"] == start


# --- What it costs -------------------------------------------------------------------------------------------------


def test_a_booking_is_a_round_of_reads_and_a_transaction_of_18_units(booking: Booking, desk: Desk) -> None:
    html = booking.open(desk.patient())
    timing = booking.send(html, start=at(desk, "10:30"))["Server-Timing"]
    assert '"2 in sequence of 3"' in timing  # the patient, and whether they are new, side by side
    assert '"18 units"' in timing


def test_the_page_reads_busy_rows_side_by_side(booking: Booking, desk: Desk) -> None:
    maria = desk.patient()
    booking.open(maria)
    answer = booking.client.get(booking.url, {"patient": maria.id, "with": "any"})
    assert '"2 in sequence of' in answer["Server-Timing"]
