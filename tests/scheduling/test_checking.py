"""The checker sees what is broken on purpose, and repairs it."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from clinnet.table import Event, Key, Scope, Transaction, keys, scans
from scheduling import busy, checking, queries, services
from scheduling.models import Appointment
from tests.scheduling.conftest import Desk

CHECK = Scope.system("tests")
Break = Callable[[Desk, Appointment, Transaction], None]


def row_of(desk: Desk, made: Appointment) -> Key:
    return keys.busy_practitioner(desk.doctor.id, str(desk.day))


BREAKS: dict[str, Break] = {
    "orphan time": lambda desk, made, tx: tx.change_row(row_of(desk, made), adds={"p0": {"ABCDEF"}}, new=True),
    "time not held": lambda desk, made, tx: tx.change_row(row_of(desk, made), deletes={"k6": {busy.tag_of(made.id)}}),
    "no card": lambda desk, made, tx: tx.delete_row(keys.card(desk.scope.here, str(desk.day), made.id)),
    "card disagrees": lambda desk, made, tx: tx.change_row(
        keys.card(desk.scope.here, str(desk.day), made.id), sets={"state": "left"}
    ),
    "orphan card": lambda desk, made, tx: tx.delete_row(Key(made.pk, made.sk)),
}


@pytest.mark.parametrize("kind", BREAKS)
def test_what_is_broken_is_found_and_repaired(desk: Desk, kind: str) -> None:
    made = desk.book("10:30")
    desk.book("11:30", type="Procedure")
    assert checking.check(CHECK, desk.scope.here) == []
    tx = Transaction(desk.scope)
    BREAKS[kind](desk, made, tx)
    tx.commit(Event("test.break", "TEST", made.id))
    with pytest.raises(CommandError):
        call_command("check_schedule", clinic=desk.scope.here)
    assert kind in {issue.kind for issue in checking.check(CHECK, desk.scope.here)}
    call_command("check_schedule", clinic=desk.scope.here, fix=True)
    call_command("check_schedule", clinic=desk.scope.here)


def test_the_command_reads_the_whole_table(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "every_raw", scans.every_raw)
    made = desk.book("10:30")
    tx = Transaction(desk.scope)
    BREAKS["orphan time"](desk, made, tx)
    tx.commit(Event("test.break", "TEST", made.id))
    assert {issue.kind for issue in checking.check(CHECK, desk.scope.here)} == {"orphan time"}


def by_hand(desk: Desk, *breaks: Callable[[Transaction], None]) -> None:
    """Writes past all services."""
    tx = Transaction(desk.scope)
    for each in breaks:
        each(tx)
    tx.commit(Event("test.break", "TEST", desk.scope.here))


def shown(desk: Desk) -> dict[str, str]:
    return {card.id: card.patient.get("g", "") for card in queries.board(desk.scope, desk.day).cards if card.start}


def test_a_day_broken_in_three_ways_is_whole_again_in_one_go(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    hidden, lost, well = desk.book("10:30", desk.patient("Ann")), desk.book("11:30"), desk.book("12:30")
    day, here = str(desk.day), desk.scope.here
    by_hand(
        desk,
        lambda tx: tx.change_row(row_of(desk, well), adds={"p0": {"ABCDEF"}, "p1": {"ABCDEF"}}, new=True),
        lambda tx: tx.delete_row(keys.card(here, day, hidden.id)),
        lambda tx: tx.delete_row(Key(lost.pk, lost.sk)),
    )
    assert (set(shown(desk)), "15:00" in desk.free(), "11:30" in desk.free()) == ({lost.id, well.id}, False, False)
    call_command("check_schedule", clinic=here, fix=True)
    said = capsys.readouterr().out
    for kind in ("orphan time", "no card", "orphan card"):
        assert f"{here}: {kind}: " in said
    assert "García" not in said
    assert "Appointments, busy times and cards agree." in said
    assert (set(shown(desk)), shown(desk)[hidden.id]) == ({hidden.id, well.id}, "Ann")
    assert ("15:00" in desk.free(), "11:30" in desk.free()) == (True, True)
    services.arrive(desk.scope, appointment=desk.again(hidden))
    desk.book("11:30")
    call_command("check_schedule", clinic=here)


def test_two_who_were_put_at_one_time_by_hand_are_left_to_a_person(desk: Desk) -> None:
    desk.book("10:30")
    made = desk.book("10:30", scope=desk.nurse, overbook="fit in")
    by_hand(desk, lambda tx: tx.update(made, {"overbooked": None}))
    with pytest.raises(CommandError):
        call_command("check_schedule", clinic=desk.scope.here, fix=True)
    assert [card.state for card in queries.board(desk.scope, desk.day).cards] == ["booked", "booked"]
    services.move(desk.scope, appointment=desk.again(made), start=desk.at("11:30"))
    call_command("check_schedule", clinic=desk.scope.here)


def test_what_somebody_changes_in_between_does_not_stop_the_repair_of_the_rest(desk: Desk) -> None:
    one, two = desk.book("10:30"), desk.book("11:30")
    by_hand(desk, *[lambda tx, made=made: tx.delete_row(keys.card(desk.scope.here, str(desk.day), made.id))
                    for made in (one, two)])  # fmt: skip
    found = checking.check(CHECK, desk.scope.here)
    by_hand(desk, lambda tx: tx.update(one, {"note": "Wheelchair"}))
    assert (len(found), checking.fix(found)) == (2, 1)
    call_command("check_schedule", clinic=desk.scope.here, fix=True)
    assert set(shown(desk)) == {one.id, two.id}


def test_overbooking_on_purpose_is_no_double_booking_and_without_purpose_is(desk: Desk) -> None:
    desk.book("10:30")
    made = desk.book("10:30", scope=desk.nurse, overbook="fever, fit in")
    assert checking.check(CHECK, desk.scope.here) == []
    tx = Transaction(desk.scope)
    tx.update(made, {"overbooked": None})
    tx.commit(Event("test.break", "TEST", made.id))
    assert {issue.kind for issue in checking.check(CHECK, desk.scope.here)} == {"double booking"}


def test_blocks_queues_and_tombstones_are_as_they_should_be(desk: Desk) -> None:
    services.block(desk.scope, start=desk.at("08:00"), minutes=540, reason="", practitioner=desk.doctor,
                   room=desk.room("Room 1"))  # fmt: skip
    services.walk_in(desk.scope, patient=desk.patient(), visit_type=desk.type("Follow-up"))
    services.cancel(desk.scope, appointment=desk.book("18:00"), by="clinic", reason="Doctor away")
    assert checking.check(CHECK, desk.scope.here) == []
