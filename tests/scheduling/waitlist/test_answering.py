"""A booking knows what the patient waits for: nobody is offered a second time for what was booked."""

import re
from html import unescape
from typing import Any

import pytest

from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import waitlist
from tests.patients.pages import plain
from tests.scheduling.at_booking import Booking, at, booking
from tests.scheduling.conftest import Desk
from tests.scheduling.waitlist.test_waitlist import ask, offer

pytestmark = pytest.mark.django_db
__all__ = ["booking"]


def test_a_booking_takes_care_of_the_request_and_its_undo_brings_it_back(booking: Booking, desk: Desk) -> None:
    zofia = desk.patient("Zofia", "Kowalska")
    request = ask(desk, zofia)
    html = booking.open(zofia)
    assert "This is the time they wait for in Requests: Follow-up with anybody, any time" in plain(html)
    answer = booking.send(html, start=at(desk, "10:30"))
    now = waitlist_queries.request(desk.scope, request.id)
    (card,) = booking.cards()
    assert (now.state, now.appointment_id) == (waitlist.DONE, card.id)
    assert waitlist_queries.open_requests(desk.scope) == []

    page = booking.client.get(answer["Location"]).content.decode()
    form = page[page.index("unbook/") :]
    fields = {name: unescape(value) for name, value in re.findall(r'name="(once|back|answered)" value="([^"]*)"', form)}
    url = re.findall(r'action="([^"]*unbook/)"', page)[0]
    for _ in range(2):  # pressed twice it is one undo
        assert booking.client.post(url, fields).status_code == 302
    now = waitlist_queries.request(desk.scope, request.id)
    assert now.state == waitlist.OPEN
    assert not now.appointment_id
    assert [row["id"] for row in waitlist_queries.open_requests(desk.scope)] == [request.id]


def test_a_request_stays_where_the_tick_is_taken_away(booking: Booking, desk: Desk) -> None:
    zofia = desk.patient("Zofia", "Kowalska")
    request = ask(desk, zofia)
    booking.send(booking.open(zofia), start=at(desk, "10:30"), answers=None)
    assert waitlist_queries.request(desk.scope, request.id).state == waitlist.OPEN
    assert len(booking.cards()) == 1


def test_of_two_requests_the_one_for_this_type_is_ticked(booking: Booking, desk: Desk) -> None:
    zofia = desk.patient("Zofia", "Kowalska")
    ask(desk, zofia, visit_type=desk.type("Procedure"))
    request = ask(desk, zofia)
    html = booking.open(zofia, type=desk.type("Follow-up").id)
    ticks = re.findall(r'name="answers"\s+value="(\w+)"\s*(checked)?', html)
    assert len(ticks) == 2
    assert [id for id, ticked in ticks if ticked] == [request.id]


def test_what_somebody_else_dealt_with_meanwhile_is_said_and_nothing_is_booked(booking: Booking, desk: Desk) -> None:
    zofia = desk.patient("Zofia", "Kowalska")
    request = ask(desk, zofia)
    html = booking.open(zofia)
    waitlist.withdraw(desk.scope, request=request)
    answer = booking.send(html, start=at(desk, "10:30"))
    assert answer.status_code == 422
    assert "Somebody has dealt with this request already" in plain(answer.content.decode())
    assert booking.cards() == []


def test_a_time_that_is_held_is_settled_in_requests(booking: Booking, desk: Desk) -> None:
    zofia = desk.patient("Zofia", "Kowalska")
    offer(desk, ask(desk, zofia), zofia)
    html = booking.open(zofia)
    assert "Place it there" in plain(html)
    assert 'name="answers"' not in html


def test_another_patient_s_request_is_not_answered(booking: Booking, desk: Desk) -> None:
    zofia, other = desk.patient("Zofia", "Kowalska"), desk.patient("Ada", "Lovelace")
    request = ask(desk, other)
    sent: dict[str, Any] = {"start": at(desk, "10:30"), "answers": request.id}
    assert booking.send(booking.open(zofia), **sent).status_code == 404
    assert booking.cards() == []
