"""The booking page in the browser of one person, as it stands without JavaScript."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.test import Client

from clinnet.accounts.permissions import Role
from patients.models import Patient
from scheduling.board import queries as board_queries
from scheduling.board.services.cards import Card
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk

TYPED = {"reason": "Cough, 5 days", "note": "Prefers the ground floor", "tell_by": "nothing"}


@dataclass
class Booking:
    """The booking page in the browser of one person."""

    client: Client
    desk: Desk

    @property
    def url(self) -> str:
        return f"/c/{self.desk.scope.clinic_id}/book/"

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
        return board_queries.board(self.desk.scope, self.desk.day).cards


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
    return Booking(signed_in_client(desk.scope.clinic_id), desk)


@pytest.fixture
def nurse(desk: Desk) -> Booking:
    """Somebody who may overbook."""
    return Booking(signed_in_client(desk.scope.clinic_id, role=Role.NURSE), desk)


def looked(booking: Booking, html: str, **typed: str) -> str:
    answer = booking.send(html, show="1", **typed)
    assert answer.status_code == 200
    return str(answer.content.decode())
