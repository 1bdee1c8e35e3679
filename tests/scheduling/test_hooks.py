"""What apps above the schedule add to an appointment, as one that is not there yet would."""

from functools import partial
from typing import Any

import pytest

from clinnet import clock, contributions
from clinnet.contributions import Contribution
from clinnet.pages import Questions
from clinnet.table import Event, Transaction, keys, query
from clinnet.table.errors import Refused
from scheduling.appointments import queries
from scheduling.appointments.services import changing, moving, reassign, states, undoing
from scheduling.board import queries as board_queries
from scheduling.hooks import CardPart, Notice, Strip, VisitAction, VisitFact, VisitFollower, VisitLine, VisitLink
from scheduling.models import FINISHED, Appointment
from tests.actions import TESTED
from tests.scheduling.conftest import Desk
from tests.scheduling.visiting import Visits, book, maria, visits

pytestmark = pytest.mark.django_db
__all__ = ["maria", "visits"]


def contribute(monkeypatch: pytest.MonkeyPatch, *added: Contribution) -> None:
    known = contributions.everything()
    monkeypatch.setattr(contributions, "everything", lambda: (*known, *added))


def test_an_app_adds_a_button_and_a_fact_to_an_appointment(
    visits: Visits, maria: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = (
        VisitAction(10, lambda request, visit: VisitLink("Pay", "cash", f"/pay/{visit.appointment.id}/", "y")),
        VisitAction(20, lambda request, visit: None),
        VisitFact(10, lambda request, visit: [VisitLine("Invoice", "2026-004790, to pay £24.50")]),
    )
    contribute(monkeypatch, *added)
    made = book(visits, maria)
    html = visits.html(visits.url(made))
    assert f'href="/pay/{made.id}/"' in html
    assert "2026-004790, to pay £24.50" in html


def test_a_follower_is_in_the_transaction_of_the_step(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []

    def follow(tx: Any, before: Appointment | None, after: Appointment) -> None:
        told.append((before.state if before else "", after.state))
        if after.state == FINISHED:
            raise Refused("It has no price.")

    contribute(monkeypatch, VisitFollower("money", follow))
    made = desk.book("10:30")
    states.confirm(desk.scope, appointment=made)
    assert told == [("", "booked"), ("booked", "confirmed")]
    with desk.clock_at(desk.at("10:30")), pytest.raises(Refused) as refused:
        states.finish(desk.scope, appointment=desk.again(made))
    assert refused.value.sentence == "It has no price."
    assert desk.again(made).state == "confirmed"


def test_followers_see_a_move_its_undo_another_patient_and_a_cancellation(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []

    def follow(tx: Any, before: Appointment | None, after: Appointment) -> None:
        names = ("state", "wall", "patient_id")
        told.extend((name, getattr(after, name)) for name in names if getattr(before, name, "") != getattr(after, name))

    made = desk.book("10:30")
    contribute(monkeypatch, VisitFollower("money", follow))
    moving.move(desk.scope, appointment=made, start=desk.at("11:30"))
    assert told.pop() == ("wall", f"{desk.day}T11:30")
    undoing.undo(desk.scope, appointment=desk.again(made))
    assert told.pop() == ("wall", f"{desk.day}T10:30")
    other = desk.patient("Ada", "Ames")
    reassign.change_patient(desk.scope, appointment=desk.again(made), patient=other)
    assert told.pop() == ("patient_id", other.id)
    given = queries.appointment(desk.scope, other.id, made.id)
    states.cancel(desk.scope, appointment=given, by="patient", reason="is well")
    assert told == [("state", "cancelled")]


def test_an_app_writes_on_a_card_and_it_goes_along_with_a_move(
    visits: Visits, maria: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    contribute(monkeypatch, CardPart(10, "money", "cash"))
    made = book(visits, maria)
    desk = visits.desk
    tx = Transaction(desk.scope)
    changing.write_on_card(tx, made, "money", "<£24.50>")
    tx.commit(Event(TESTED, "INVOICE", "1"))
    made = desk.again(made)
    moving.move(desk.scope, appointment=made, start=desk.at("15:00"))
    card = board_queries.card(desk.scope, desk.day, made.id)
    assert card
    assert card.parts == {"money": "<£24.50>"}
    assert "&lt;£24.50&gt;" in visits.html(f"/c/{desk.scope.clinic_id}/day/{desk.day}/")


def test_an_app_adds_to_what_the_morning_is_told(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    scope = visits.desk.scope
    asked = partial(query, scope, keys.callbacks_due(scope.clinic_id), limit=1)
    told = Strip("warn", "cash", "Yesterday's drawer was not counted.", "/drawer/", "Count")
    contribute(monkeypatch, Notice(10, lambda request: Questions([asked], lambda answers: [told] * len(answers))))
    page = visits.html(f"/c/{scope.clinic_id}/day/{clock.today('Europe/London')}/opening/")
    assert page.count("Yesterday&#x27;s drawer was not counted.") == 1
