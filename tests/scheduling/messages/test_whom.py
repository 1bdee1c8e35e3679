"""To whom a message about a visit goes: the patient, who looks after them, or nobody."""

from datetime import date, timedelta
from typing import Any

import pytest

from clinnet.accounts.permissions import Role
from patients import services as people
from scheduling.board import queries as board_queries
from scheduling.messages.queries import recipients
from tests.conftest import scope_of
from tests.scheduling.conftest import Desk
from tests.scheduling.messages.leaving import by_mail, family, maria, messages, send


def test_a_child_s_messages_go_to_the_guardian_in_their_language(desk: Desk) -> None:
    child = family(desk, (date.today() - timedelta(days=6 * 365)).isoformat())  # noqa: DTZ011  years are enough
    by_mail(desk, child)
    (received,) = send(desk)
    assert received.to == "maria@example.org"
    assert "Su cita en Test Clinic está reservada" in received.text


def test_an_adult_s_messages_do_not_go_to_the_parents(desk: Desk) -> None:
    by_mail(desk, family(desk, "1999-01-01"))
    assert [each.to for each in send(desk)] == ["lucia@example.org"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"email": ""}, recipients.NO_EMAIL),
        ({"consents": {"messages": {"given": False, "on": "2026-01-01"}}}, recipients.NO_CONSENT),
        ({"birth_date": "2020-05-05"}, recipients.NO_GUARDIAN),
    ],
)
def test_who_cannot_be_told_is_known_at_booking(desk: Desk, data: dict[str, Any], reason: str) -> None:
    appointment = by_mail(desk, maria(desk, **data))
    assert appointment.unreached == reason
    assert appointment.gsi1pk is None
    (card,) = board_queries.board(desk.scope, desk.day).cards
    assert "F" in card.flags
    assert send(desk) == []


def test_consent_withdrawn_after_booking_counts(desk: Desk) -> None:
    appointment = by_mail(desk)
    people.change(
        desk.scope, desk.patient_of(appointment), {"consents": {"messages": {"given": False, "on": "2026-01-01"}}}
    )
    assert send(desk) == []
    (message,) = messages(desk, appointment)
    assert (message.state, message.reason) == ("failed", recipients.NO_CONSENT)
    assert desk.again(appointment).unreached == recipients.NO_CONSENT
    (card,) = board_queries.board(desk.scope, desk.day).cards
    assert "F" in card.flags


def test_the_dead_and_test_patients_are_never_written_to(desk: Desk) -> None:
    first, second = by_mail(desk), by_mail(desk, maria(desk, given="Test"), "11:00")
    people.record_death(desk.scope, desk.patient_of(first), on="2026-11-01")
    people.mark_test(desk.scope, desk.patient_of(second), test=True)
    assert send(desk) == []
    assert messages(desk, first) == messages(desk, second) == []
    assert desk.again(first).unreached is None


def test_a_merged_patient_s_messages_go_to_the_survivor(desk: Desk) -> None:
    appointment, survivor = by_mail(desk), maria(desk, email="new@example.org")
    people.merge(scope_of(desk.scope.clinic_id, Role.ADMIN), survivor, desk.patient_of(appointment), {})
    assert [each.to for each in send(desk)] == ["new@example.org"]
