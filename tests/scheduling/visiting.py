"""Pages about appointments as a browser without JavaScript reads and sends them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.test import Client

from scheduling.board import queries as board_queries
from scheduling.models import Appointment
from tests.patients.pages import plain
from tests.people import signed_in_client
from tests.scheduling.conftest import Desk

HTMX = {"HX-Request": "true", "HX-Target": "visit"}
ARRIVED = "María García\u2069, 14 Mar 1985, is here for Dr Okafor, 10:30"


@dataclass
class Visits:
    """The pages of one clinic's appointments, in the browser of one person."""

    client: Client
    desk: Desk

    def url(self, appointment: Appointment, page: str = "") -> str:
        return f"/c/{self.desk.scope.clinic_id}/patients/{appointment.patient_id}/appointments/{appointment.id}/{page}"

    def html(self, url: str, **headers: str) -> str:
        answer = self.client.get(url, headers=headers or None)
        assert answer.status_code == 200, plain(answer.content.decode())
        return str(answer.content.decode())

    def text(self, appointment: Appointment, page: str = "") -> str:
        return plain(self.html(self.url(appointment, page)))

    def form(self, url: str, action: str = "", to: str = "") -> dict[str, str]:
        """What a browser sends of the page's form that leads to `action`, or of the first in <main>."""
        html = self.html(url)
        return fields(html[html.index("<main") :], action, to)

    def press(
        self, appointment: Appointment, page: str, *, to: str = "", headers: dict[str, str] | None = None, **typed: Any
    ) -> Any:
        """The button of the details that leads to `page`."""
        form = self.form(self.url(appointment), self.url(appointment, page), to)
        return self.client.post(self.url(appointment, page), {**form, **typed}, headers=headers)

    def said(self, answer: Any) -> str:
        """The page behind the redirect."""
        assert answer.status_code == 302, plain(answer.content.decode())
        return plain(self.client.get(answer["Location"]).content.decode())

    def states(self) -> list[str]:
        return [card.state for card in board_queries.board(self.desk.scope, self.desk.day).cards]


def fields(html: str, action: str = "", to: str = "") -> dict[str, str]:
    for form in re.findall(r"<form.*?</form>", html, re.S):
        if f'action="{action}"' not in form and action:
            continue
        found = {}
        for tag in re.findall(r"<input[^>]*>", form):
            attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            if re.search(r"\sdisabled", tag):
                continue
            if attrs.get("type") not in ("radio", "checkbox") or re.search(r"\schecked", tag):
                found[attrs["name"]] = unescape(attrs.get("value", ""))
        if not to or found.get("to") == to:
            return found
    raise AssertionError(f"no form leads to {action} {to}")


@pytest.fixture
def visits(desk: Desk) -> Iterator[Visits]:
    """At 10:31 on the desk's day."""
    with desk.clock_at(desk.at("10:31")):
        yield Visits(signed_in_client(desk.scope.clinic_id), desk)


@pytest.fixture
def maria(desk: Desk) -> Any:
    return desk.patient(
        birth_date="1985-03-14",
        phones=[{"number": "+447700900321"}],
        alerts=[{"id": "1", "text": "Falls", "stop": True}],
    )


def book(visits: Visits, maria: Any, at: str = "10:30", **wanted: Any) -> Any:
    return visits.desk.book(at, maria, reason="Cough, 5 days", **wanted)


def again(visits: Visits) -> Visits:
    """Signed in at another hour."""
    return Visits(signed_in_client(visits.desk.scope.clinic_id), visits.desk)
