"""All that people do at once, with what breaks between: one visit at a time, and nothing left lying about."""

import json
import os
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from clinnet import clock
from clinnet.local import process
from clinnet.table import Event, Once, Scope, connection
from clinnet.table.errors import ClinnetError, Refused, Unavailable
from clinnet.table.meter import Meter, metered
from patients import queries as people
from patients import services as patients
from patients.models import Patient
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking, bulk, moving, states, undoing
from scheduling.appointments.services import series as series_services
from scheduling.appointments.services.booking import Visit, build
from scheduling.board import queries as board_queries
from scheduling.calendar.rules import walltime
from scheduling.demo.services import items
from scheduling.models import Appointment
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import offers, waitlist
from tests.actions import TESTED
from tests.scheduling.appointments.test_races import at_once
from tests.scheduling.conftest import Desk

CLIENTS, ROUNDS = 64, 3
CHECK = Scope.system("tests")
SetRules = Callable[..., None]


# --- 64 at once --------------------------------------------------------------------------------------------------


def test_64_who_book_move_cancel_hold_repeat_and_merge_leave_a_day_that_agrees(desk: Desk) -> None:
    """In each round everybody wants the same two hours of two doctors, and records are folded together meanwhile."""
    dice = random.Random(11)
    them = [desk.patient(f"P{number}", f"Kin{number // 2}") for number in range(16)]
    for _ in range(ROUNDS):
        live = [each for each in _all(desk) if each.state == "booked"]
        at_once([partial(_quietly, _something(desk, dice, them, live)) for _ in range(CLIENTS)])
        assert desk.faults() == []
        assert _in_two_places(desk, them) == []


def _quietly(do: Callable[[], Any]) -> None:
    with suppress(ClinnetError):
        do()


def _all(desk: Desk) -> list[Appointment]:
    days = [desk.day + timedelta(days=7 * number) for number in range(3)]
    cards = [card for day in days for card in board_queries.board(desk.scope, day).cards]
    return appointment_queries.appointments(desk.scope, [(card.patient_id, card.id) for card in cards])


def _something(desk: Desk, dice: random.Random, them: list[Patient], live: list[Appointment]) -> Callable[[], Any]:
    """One action, decided now; the record is read when it is done, as a page does."""
    at = f"{dice.randint(9, 10):02}:{dice.choice(['00', '15', '30', '45'])}"
    number, doctor, scope = dice.randrange(len(them)), dice.choice(desk.doctors), desk.scope
    mine, lasts = (dice.choice(live) if live else None), timedelta(seconds=dice.choice([-1, 0, 1]))

    def patient(which: int = number) -> Patient:
        return people.current(scope, them[which].id)

    def series() -> None:
        starts = [desk.at(at, desk.day + timedelta(days=7 * week)) for week in range(3)]
        series_services.book_series(
            scope, patient=patient(), visit_type=desk.type("Follow-up"), practitioner=doctor, starts=starts
        )

    def hold() -> None:
        id = waitlist.ask(scope, patient=patient(), visit_type=desk.type("Follow-up"))
        offers.offer(
            scope,
            request=waitlist_queries.request(scope, id),
            patient=patient(),
            practitioner=doctor,
            visit_type=desk.type("Follow-up"),
            start=desk.at(at),
            lasts=lasts,
        )

    def merge() -> None:
        kin = number - number % 2
        keep, other = people.folded(scope, them[kin].id), people.folded(scope, them[kin + 1].id)
        if other.merged_into:
            patients.undo_merge(scope, keep, other)
        else:
            patients.merge(scope, keep, other, {})

    actions: list[Callable[[], Any]] = [lambda: desk.book(at, patient(), practitioner=doctor)] * 3
    actions += [series, hold, hold, merge]
    if mine:
        actions += [
            lambda: moving.move(scope, appointment=mine, start=desk.at(at), practitioner=doctor),
            lambda: states.cancel(scope, appointment=mine, by="patient", reason="Ill"),
            lambda: undoing.undo(scope, appointment=desk.again(mine)),
        ]
    return dice.choice(actions)


def _in_two_places(desk: Desk, them: list[Patient]) -> list[str]:
    """Persons who have two visits at one time, by whichever of their records."""
    found = []
    survivors = people.survivors(desk.scope, [each.id for each in them])
    at: dict[tuple[str, int], str] = {}
    for appointment in _all(desk):
        if appointment.takes_time and appointment.start:
            person = survivors[appointment.patient_id].id
            for grain in appointment.need.patient(walltime.number(clock.moment(appointment.start))):
                if at.setdefault((person, grain), appointment.id) != appointment.id:
                    found.append(f"{appointment.id} and {at[person, grain]}")
    return found


# --- Faults between Clinnet and the table ------------------------------------------------------------------------

WRITE = {"service": "dynamodb", "operation": "TransactWriteItems"}
FAULTS: dict[str, dict[str, Any]] = {
    "throttled": {**WRITE, "probability": 0.5, "error": {"code": "ThrottlingException"}},
    "reset": {**WRITE, "probability": 0.4, "reset": True},
    "an error of the server": {**WRITE, "probability": 0.4, "error": {"code": "InternalServerError", "status": 500}},
    "answers lost after the write": {**WRITE, "probability": 0.6, "response": {"abort_frac": 0.5}},
}


@pytest.fixture(scope="module")
def proxy(engine_var: Path) -> Iterator[str]:
    engine = json.loads((engine_var / "local.json").read_text())
    with process.listen("127.0.0.1", 0) as reserved:
        port = process.port_of(reserved)
    command = [sys.executable, "-m", "microburst", "--host", "127.0.0.1", "--port", str(port), "--resign"]
    keys = {"AWS_ACCESS_KEY_ID": engine["access_key"], "AWS_SECRET_ACCESS_KEY": engine["secret_key"]}
    with subprocess.Popen(
        [*command, "--upstream", engine["endpoint"]], env={**os.environ, **keys}, stderr=subprocess.DEVNULL
    ) as running:
        url = f"http://127.0.0.1:{port}"
        assert process.wait_until_up(f"{url}/_microburst/rules", running)
        yield url
        running.kill()


@pytest.fixture
def rules(proxy: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[SetRules]:
    def put(*wanted: dict[str, Any]) -> None:
        request = urllib.request.Request(
            f"{proxy}/_microburst/rules", json.dumps(list(wanted)).encode(), {"content-type": "application/json"}
        )
        urllib.request.urlopen(request).close()

    settings.DYNAMODB_ENDPOINT = proxy
    monkeypatch.setattr("clinnet.table.connection.random.uniform", lambda *_: 0.001)
    connection.connection.cache_clear()
    put()
    yield put
    put()
    connection.connection.cache_clear()


@pytest.mark.parametrize("fault", FAULTS)
def test_pressed_until_it_is_booked_it_is_booked_once(desk: Desk, rules: SetRules, fault: str) -> None:
    maria = desk.patient()
    rules(FAULTS[fault])
    for number in range(6):
        at, once = f"1{number}:00", Once(f"{desk.scope.clinic} {fault} {number}", "same")
        for _ in range(12):
            try:
                booking.book(
                    desk.scope,
                    patient=maria,
                    visit_type=desk.type("Procedure"),
                    practitioner=desk.doctor,
                    start=desk.at(at),
                    once=once,
                )
            except Unavailable:
                continue
            break
    rules()
    assert len(board_queries.board(desk.scope, desk.day).cards) == 6
    assert desk.faults() == []


def test_a_table_that_takes_nothing_says_so_and_books_nobody(desk: Desk, rules: SetRules) -> None:
    maria = desk.patient()
    rules({**WRITE, "error": {"code": "ThrottlingException"}})
    with pytest.raises(Unavailable) as refused:
        desk.book("10:30", maria)
    assert "Try again" in refused.value.sentence
    rules()
    assert desk.free()[0] == "06:00"
    assert board_queries.board(desk.scope, desk.day).cards == []


def test_moves_and_cancellations_among_faults_leave_nothing_half_done(desk: Desk, rules: SetRules) -> None:
    appointments = [desk.book(f"{hour:02}:00") for hour in range(8, 16)]
    rules(*(each | {"probability": 0.25} for each in FAULTS.values()))
    for each in appointments[:4]:
        _quietly(partial(moving.move, desk.scope, appointment=each, start=desk.at("17:00")))
    for each in appointments[4:]:
        _quietly(partial(states.cancel, desk.scope, appointment=each, by="clinic", reason="Doctor away"))
    rules()
    assert desk.faults() == []


# --- 1,000 in a day ----------------------------------------------------------------------------------------------


@pytest.fixture
def crowded(desk: Desk) -> Desk:
    """A thousand visits of one day, of two doctors who see several at a time."""
    them = [desk.patient(f"P{number}") for number in range(20)]
    ready = []
    for number in range(1000):
        start = desk.at("06:00") + timedelta(minutes=5 * (number % 200))
        visit = Visit(
            them[number % 20], desk.type("Follow-up"), desk.doctors[number % 2], start, reason=f"Visit {number}"
        )
        appointment = build(desk.admin, visit, clock.new_id())
        appointment.state, appointment.stamps = "cancelled", items.stamps(())
        ready.append(bulk.Ready(appointment, them[number % 20].line or {}))
    bulk.add_many(Scope.system("tests", desk.scope.clinic_id), ready, Event(TESTED, "CLINIC", "x"))
    return desk


def test_a_board_of_a_thousand_is_whole_and_in_time(crowded: Desk, meter: Meter) -> None:
    board_queries.board(crowded.scope, crowded.day)
    began, calls = time.perf_counter(), len(meter.calls)
    board = board_queries.board(crowded.scope, crowded.day)
    assert len(board.cards) == 1000
    assert len(meter.calls) == calls + 1
    assert time.perf_counter() - began < 2


def test_on_a_day_of_a_thousand_booking_costs_what_it_costs_on_any(crowded: Desk) -> None:
    with metered() as meter:
        crowded.book("06:15", practitioner=crowded.doctors[1])
    assert meter.seconds < 1
    with pytest.raises(Refused):
        crowded.book("06:15", practitioner=crowded.doctors[1])
