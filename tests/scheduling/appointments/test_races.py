"""Many at once: exactly one gets a time, and nothing is left lying about."""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from clinnet.table import Once, Scope, connection, writes
from clinnet.table.errors import Refused, Unavailable, Unsure
from clinnet.table.meter import metered
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import moving, states, undoing
from scheduling.board import queries as board_queries
from scheduling.board.services import blocks
from scheduling.models import Appointment
from scheduling.refusals import AlreadyMovedOn
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import offers, waitlist
from tests.scheduling.conftest import Desk

CLIENTS, ROUNDS = 64, 3
CHECK = Scope.system("tests")


def at_once(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each answered; a refusal is None, anything else is a failure of the test."""

    def run(job: Callable[[], Any]) -> Any:
        with metered():
            try:
                return job()
            except Refused:
                return None

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_of_64_who_want_one_time_exactly_one_gets_it(desk: Desk) -> None:
    people = [desk.patient(f"P{number}") for number in range(CLIENTS)]
    for number in range(ROUNDS):
        at = f"1{number}:30"
        got = at_once([partial(desk.book, at, each) for each in people])
        assert len([each for each in got if each]) == 1
    assert len(board_queries.board(desk.scope, desk.day).cards) == ROUNDS
    assert desk.faults() == []


def test_one_patient_booked_by_many_is_in_one_place(desk: Desk) -> None:
    maria = desk.patient()
    jobs = [partial(desk.book, "10:30", maria, practitioner=doctor) for doctor in desk.doctors * 8]
    assert len([each for each in at_once(jobs) if each]) == 1
    assert desk.faults() == []


def test_bookings_moves_cancellations_blocks_and_offers_at_once_leave_nothing_behind(desk: Desk) -> None:
    dice = random.Random(7)
    people = [desk.patient(f"P{number}") for number in range(12)]
    for _ in range(ROUNDS):
        live = [each for each in _all(desk) if each.state == "booked"]
        at_once([_any_action(desk, dice, people, live) for _ in range(32)])
        assert desk.faults() == []


def _all(desk: Desk) -> list[Appointment]:
    cards = [
        card for day in (desk.day, desk.day + timedelta(days=1)) for card in board_queries.board(desk.scope, day).cards
    ]
    return appointment_queries.appointments(desk.scope, [(card.patient_id, card.id) for card in cards])


def _any_action(desk: Desk, dice: random.Random, people: list[Any], live: list[Appointment]) -> Callable[[], Any]:
    at = f"{dice.randint(9, 10):02}:{dice.choice(['00', '15', '30', '45'])}"
    day = desk.day + timedelta(days=dice.randint(0, 1))
    patient, doctor, mine = dice.choice(people), dice.choice(desk.doctors), dice.choice(live) if live else None
    kind, lasts = dice.choice(["Follow-up", "Procedure", "Vaccination"]), timedelta(seconds=dice.choice([0, 0, 60]))
    action = dice.choice(["book", "book", "move", "move", "cancel", "block", "offer", "overbook", "undo"])

    def offer() -> None:
        id = waitlist.ask(desk.scope, patient=patient, visit_type=desk.type(kind))
        asked = waitlist_queries.request(desk.scope, id)
        wish: dict[str, Any] = {"patient": patient, "visit_type": desk.type(kind), "practitioner": doctor}
        offers.offer(desk.scope, request=asked, start=desk.at(at, day), lasts=lasts, **wish)
        offers.accept(desk.scope, request=waitlist_queries.request(desk.scope, id), **wish)

    actions: dict[str, Callable[[], Any]] = {
        "book": lambda: desk.book(at, patient, practitioner=doctor, type=kind, day=day),
        "overbook": lambda: desk.book(at, patient, practitioner=doctor, day=day, scope=desk.nurse, overbook="fit in"),
        "block": lambda: blocks.block(desk.scope, start=desk.at(at, day), minutes=20, reason="", practitioner=doctor),
        "offer": offer,
    }
    if mine:
        actions |= {
            "move": lambda: moving.move(desk.scope, appointment=mine, start=desk.at(at, day), practitioner=doctor),
            "cancel": lambda: states.cancel(desk.scope, appointment=mine, by="patient", reason="Ill"),
            "undo": lambda: undoing.undo(desk.scope, appointment=desk.again(mine)),
        }
    return actions.get(action, actions["book"])


def test_of_two_steps_at_once_one_is_told(desk: Desk) -> None:
    appointment = desk.book("10:30")
    moves = [partial(moving.move, desk.scope, appointment=appointment, start=desk.at(f"1{n}:00")) for n in range(8)]
    at_once(moves)
    assert desk.again(appointment).sequence == 1
    assert desk.faults() == []


def test_an_answer_lost_after_the_write_books_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real, lost = connection.call, iter([True, True, False, False, False])

    def call(operation: connection.Operation, **arguments: Any) -> dict[str, Any]:
        answer = real(operation, **arguments)
        if next(lost, False):
            raise Unsure
        return answer

    maria, once = desk.patient(), Once(f"token {desk.scope.clinic}", "same")
    monkeypatch.setattr(writes, "call", call)
    first = desk.book("10:30", maria, once=once)
    assert desk.book("10:30", maria, once=once).id == first.id
    assert len(board_queries.board(desk.scope, desk.day).cards) == 1
    assert desk.faults() == []


def test_pressed_again_after_every_answer_was_lost_is_booked_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = connection.call

    def call(operation: connection.Operation, **arguments: Any) -> dict[str, Any]:
        real(operation, **arguments)
        meter.deadline = time.monotonic() - 1  # no time is left for a second try
        raise Unsure

    maria, once = desk.patient(), Once(f"token {desk.scope.clinic}", "same")
    with monkeypatch.context() as patched, metered() as meter:
        patched.setattr(writes, "call", call)
        with pytest.raises(Unavailable):
            desk.book("10:30", maria, once=once)
    desk.book("10:30", maria, once=once)
    assert len(board_queries.board(desk.scope, desk.day).cards) == 1


def test_two_who_cancel_at_once_free_the_time_once(desk: Desk) -> None:
    appointment = desk.book("10:30")
    jobs = [lambda: states.cancel(desk.scope, appointment=appointment, by="patient", reason="Ill")] * 8
    at_once(jobs)
    assert desk.again(appointment).sequence == 1
    with desk.clock_at(desk.at("10:30")), pytest.raises(AlreadyMovedOn):
        states.arrive(desk.scope, appointment=appointment)
    assert desk.faults() == []
