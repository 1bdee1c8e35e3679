"""What apps above the schedule add to an appointment, as one that is not there yet would."""

from typing import Any

import pytest

from clinnet import contributions
from clinnet.table.errors import Refused
from scheduling.appointments.services import states
from scheduling.hooks import VisitAction, VisitFact, VisitFollower, VisitLine, VisitLink
from scheduling.models import FINISHED
from tests.patients.conftest import plain_static_names
from tests.scheduling.conftest import Desk
from tests.scheduling.visiting import Visits, book, maria, visits

pytestmark = pytest.mark.django_db
__all__ = ["maria", "plain_static_names", "visits"]


def test_an_app_adds_a_button_and_a_fact_to_an_appointment(
    visits: Visits, maria: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = (
        VisitAction(10, lambda request, visit: VisitLink("Pay", "cash", f"/pay/{visit.appointment.id}/", "y")),
        VisitAction(20, lambda request, visit: None),
        VisitFact(10, lambda request, visit: [VisitLine("Invoice", "2026-004790, to pay £24.50")]),
    )
    known = contributions.everything()
    monkeypatch.setattr(contributions, "everything", lambda: (*known, *added))
    appointment = book(visits, maria)
    html = visits.html(visits.url(appointment))
    assert f'href="/pay/{appointment.id}/"' in html
    assert "2026-004790, to pay £24.50" in html


def test_a_follower_is_in_the_transaction_of_the_step(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []

    def follow(tx: Any, appointment: Any, to: str) -> None:
        told.append((appointment.id, to))
        if to == FINISHED:
            raise Refused("It has no price.")

    known = contributions.everything()
    monkeypatch.setattr(contributions, "everything", lambda: (*known, VisitFollower("money", follow)))
    appointment = desk.book("10:30")
    states.confirm(desk.scope, appointment=appointment)
    assert told == [(appointment.id, "confirmed")]
    with desk.clock_at(desk.at("10:30")), pytest.raises(Refused) as refused:
        states.finish(desk.scope, appointment=desk.again(appointment))
    assert refused.value.sentence == "It has no price."
    assert desk.again(appointment).state == "confirmed"
