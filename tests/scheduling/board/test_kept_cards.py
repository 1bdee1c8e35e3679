"""A board that is put together from what was kept is the one that would be drawn anew."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from clinnet.table import Event, Key, Transaction, keys
from clinnet.table.kept import Latest
from clinnet.table.values import from_raw, weight
from patients import services as patients
from scheduling.appointments.rows import showing
from scheduling.appointments.services import states
from scheduling.board import queries
from scheduling.board.rows import card_html
from scheduling.board.services import blocks, kept_cards
from scheduling.board.services.kept_cards import BoardRow
from tests.actions import TESTED
from tests.scheduling.at_board import at_desk, card, html, today
from tests.scheduling.conftest import Desk

pytestmark = pytest.mark.django_db
__all__ = ["today"]
OWN = re.compile(
    r'name="(?:csrfmiddlewaretoken|once)" value="[^"]*"|"X-CSRFToken": "[^"]*"|data-left="\d+"|content="\d+;'
)


def forget() -> None:
    kept_cards._days = Latest(kept_cards.DAYS)
    showing._kept.clear()
    card_html._kept.clear()


def kept_row(place: Key) -> BoardRow:
    return (kept_cards._days.get(place.pk) or {})[place.sk]


def both(desk: Desk, client: Client) -> tuple[str, str]:
    """The board as it is, and as a process that kept nothing draws it."""
    kept = OWN.sub("", html(desk, client=client))
    forget()
    return kept, OWN.sub("", html(desk, client=client))


def test_it_is_the_same_after_each_thing_that_happens(today: Desk) -> None:
    client, ada = at_desk(today), today.patient("Ada", "Ames")
    first, second = today.book("10:15"), today.book("10:45", ada, practitioner=today.doctors[1])
    steps: list[Callable[[], object]] = [
        lambda: None,
        lambda: states.arrive(today.scope, appointment=first),
        lambda: today.book("10:45", today.patient("Bo", "Ames"), practitioner=today.doctor),
        lambda: blocks.block(
            today.scope, practitioner=today.doctor, start=today.at("11:00"), minutes=30, reason="Lunch <b>"
        ),
        lambda: patients.change(today.scope, ada, {"family_name": "Ångström"}),
        lambda: states.cancel(today.scope, appointment=second, by="patient", reason="Ill"),
    ]
    for step in steps:
        step()
        kept, anew = both(today, client)
        assert kept == anew


def test_it_is_the_same_as_time_goes_by(today: Desk) -> None:
    appointment = today.book("10:15")
    today.book("10:45", today.patient("Ada", "Ames"))
    states.arrive(today.scope, appointment=appointment)
    for minutes in (0, 1, 16, 31):
        with today.clock_at(today.at("10:30") + timedelta(minutes=minutes)):
            client = at_desk(today)
            kept = OWN.sub("", html(today, client=client))
            again = OWN.sub("", html(today, client=client))
            forget()
            assert kept == again == OWN.sub("", html(today, client=client))


def test_what_another_process_wrote_is_seen(today: Desk) -> None:
    """Even a row that says neither by its version nor by its stamp that it was changed."""
    appointment, client = today.book("10:45"), at_desk(today)
    assert "Dizzy" not in card(html(today, client=client), appointment.id)
    tx = Transaction(today.scope)
    place = keys.card(today.scope.clinic_id, appointment.day or "", appointment.id)
    (before,) = (each for each in queries.board(today.scope, today.day).cards if each.id == appointment.id)
    line = kept_row(place).raw["line"]["M"]
    tx.change_row(place, sets={"line": {**from_raw({"M": line}), "y": "Dizzy"}})
    tx.commit(Event(TESTED, "APPOINTMENT", appointment.id))
    (after,) = (each for each in queries.board(today.scope, today.day).cards if each.id == appointment.id)
    assert (before.version, before.changed_at) == (after.version, after.changed_at)
    assert "Dizzy" in card(html(today, client=client), appointment.id)


def test_what_is_kept_weighs_what_it_weighs_anew(today: Desk) -> None:
    made = today.book("10:45")
    place = keys.card(today.scope.clinic_id, made.day or "", made.id)
    for _ in range(2):
        queries.board(today.scope, today.day)
        raw = kept_row(place).raw
        assert kept_cards.weigh(raw) == weight(raw)
        assert kept_cards.weigh({**raw, "more": {"S": "four"}}) == weight(raw) + 8
        states.arrive(today.scope, appointment=made)


def test_what_is_kept_is_bounded(today: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_cards, "_days", Latest(2))
    monkeypatch.setattr(showing, "MOST_KEPT", 2)
    monkeypatch.setattr(card_html, "MOST_KEPT", 2)
    for day in range(4):
        for at in ("10:45", "11:00"):
            today.book(at, day=today.day + timedelta(days=day))
        queries.board(today.scope, today.day + timedelta(days=day))
    today.book("11:15")
    html(today)
    assert len(kept_cards._days) <= 2
    assert len(showing._kept) <= 2
    assert len(card_html._kept) <= 2
