"""The checker sees what is broken on purpose, and repairs it."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from clinnet import clock, consistency
from clinnet.table import Event, Key, Scope, Transaction, keys, scans
from scheduling.appointments.services import states, walkins
from scheduling.board.services import blocks
from scheduling.calendar.rules import walltime
from scheduling.calendar.services import busy
from scheduling.models import Appointment
from tests.actions import TESTED
from tests.scheduling.conftest import Desk

CHECK = Scope.system("tests")
Break = Callable[[Desk, Appointment, Transaction], None]


def row_of(desk: Desk, appointment: Appointment) -> Key:
    return keys.busy_practitioner(desk.doctor.id, str(desk.day))


def grain_of(appointment: Appointment) -> str:
    """The attribute of its first five minutes: named by the UTC hour."""
    first = walltime.number(clock.moment(appointment.start or ""))
    return busy.NAMES[first % len(busy.NAMES)]


BREAKS: dict[str, Break] = {
    "orphan time": lambda desk, appointment, tx: tx.change_row(
        row_of(desk, appointment), adds={"p0": {"ABCDEF"}}, new=True
    ),
    "time not held": lambda desk, appointment, tx: tx.change_row(
        row_of(desk, appointment), deletes={grain_of(appointment): {busy.tag_of(appointment.id)}}
    ),
    "no card": lambda desk, appointment, tx: tx.delete_row(
        keys.card(desk.scope.clinic_id, str(desk.day), appointment.id)
    ),
    "card disagrees": lambda desk, appointment, tx: tx.change_row(
        keys.card(desk.scope.clinic_id, str(desk.day), appointment.id), sets={"state": "left"}
    ),
    "orphan card": lambda desk, appointment, tx: tx.delete_row(Key(appointment.pk, appointment.sk)),
}


@pytest.mark.parametrize("kind", BREAKS)
def test_what_is_broken_is_found_and_repaired(desk: Desk, kind: str) -> None:
    appointment = desk.book("10:30")
    desk.book("11:30", type="Procedure")
    assert desk.faults() == []
    tx = Transaction(desk.scope)
    BREAKS[kind](desk, appointment, tx)
    tx.commit(Event(TESTED, "TEST", appointment.id))
    with pytest.raises(CommandError):
        call_command("check_schedule", clinic=desk.scope.clinic_id)
    assert kind in {issue.kind for issue in consistency.check(CHECK, desk.scope.clinic_id)}
    call_command("check_schedule", clinic=desk.scope.clinic_id, fix=True)
    call_command("check_schedule", clinic=desk.scope.clinic_id)


def test_a_scan_finds_what_a_check_looks_at(desk: Desk) -> None:
    appointment = desk.book("10:30")
    wanted = {(appointment.pk, appointment.sk), (row_of(desk, appointment).pk, row_of(desk, appointment).sk)}
    assert wanted <= {(raw["PK"]["S"], raw["SK"]["S"]) for raw in scans.every_raw(CHECK)}


def test_overbooking_on_purpose_is_no_double_booking_and_without_purpose_is(desk: Desk) -> None:
    desk.book("10:30")
    appointment = desk.book("10:30", scope=desk.nurse, overbook="fever, fit in")
    assert desk.faults() == []
    tx = Transaction(desk.scope)
    tx.update(appointment, {"overbooked": None})
    tx.commit(Event(TESTED, "TEST", appointment.id))
    assert {issue.kind for issue in consistency.check(CHECK, desk.scope.clinic_id)} == {"double booking"}


def test_blocks_queues_and_tombstones_are_as_they_should_be(desk: Desk) -> None:
    blocks.block(
        desk.scope, start=desk.at("08:00"), minutes=540, reason="", practitioner=desk.doctor, room=desk.room("Room 1")
    )
    walkins.walk_in(desk.scope, patient=desk.patient(), visit_type=desk.type("Follow-up"))
    states.cancel(desk.scope, appointment=desk.book("18:00"), by="clinic", reason="Doctor away")
    assert desk.faults() == []
