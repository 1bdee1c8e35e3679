"""Whoever changes the sealed trail is found, and what they changed is named: each attack is made, and looked for."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from clinnet import clock
from clinnet.audit import checked, seals
from clinnet.table import Row, Scope, get, keys, query
from clinnet.table.connection import call
from clinnet.table.errors import Denied
from clinnet.table.events import mac
from clinnet.table.seals import put_seal
from clinnet.table.values import row_to_raw
from scheduling.calendar.services import settings as schedule
from scheduling.models import Room
from tests.console.conftest import page
from tests.patients.pages import hidden, plain

Later = Callable[[float], None]


@pytest.fixture
def system(clinic: str) -> Scope:
    return Scope.system("tests", clinic)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Turns the application's clock on by some minutes from now."""
    began = clock.now()

    def turn(minutes: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: began + timedelta(minutes=minutes))

    return turn


@pytest.fixture
def sealed(boss: Scope, system: Scope, later: Later) -> list[Row]:
    """Four events of one room in one bucket, all sealed, oldest first; the clock stands an hour later."""
    _save(boss, 4)
    later(60)
    assert seals.seal(system) == 1
    assert list(seals.verify(system)) == []
    return of_the_room(system)


def _save(boss: Scope, times: int) -> None:
    id = schedule.save_room(boss, name="Room 1")
    for number in range(2, times + 1):
        room = get(boss, Room, Room.at(boss.clinic_id, id))
        schedule.save_room(boss, room=room, name=f"Room {number}")


def of_the_room(scope: Scope) -> list[Row]:
    rows: list[Row] = []
    for minutes in (0, -10):  # the ten minutes may have ended in between
        at = clock.stamp(clock.now() - timedelta(minutes=60 + minutes))
        rows += query(scope, keys.audit_between(scope.clinic_id, at), limit=99).rows
    return sorted((row for row in rows if row["action"] == "room.save"), key=lambda row: str(row["createdAt"]))


def overwrite(row: Row, **changes: Any) -> None:
    """By a role that may: nothing of ours does so."""
    call("PutItem", TableName=settings.CLINNET_TABLE, Item=row_to_raw(row | changes))


def remove(row: Row) -> None:
    at = keys.Key(row["PK"], row["SK"])
    call("TransactWriteItems", TransactItems=[{"Delete": {"TableName": settings.CLINNET_TABLE, "Key": at.raw()}}])


def found(scope: Scope) -> list[tuple[str, str]]:
    return [(fault.kind, fault.event) for fault in seals.verify(scope)]


def seals_of(scope: Scope) -> list[Row]:
    """Oldest first; of a month that ended in between too."""
    months = sorted({clock.stamp(clock.now() - timedelta(minutes=back))[:7] for back in (100, 0)})
    return [row for month in months for row in query(scope, keys.audit_seals_in(scope.clinic_id, month), limit=99).rows]


# --- What is sealed --------------------------------------------------------------------------------------------------


def test_a_sealed_event_that_is_changed_is_named(system: Scope, sealed: list[Row]) -> None:
    overwrite(sealed[1], actorId="somebody else")
    assert found(system) == [("changed", sealed[1]["id"])]


def test_a_sealed_event_that_is_changed_with_the_applications_key_is_named(system: Scope, sealed: list[Row]) -> None:
    forged = sealed[1] | {"note": "nothing happened"}
    overwrite(forged, mac=mac(forged))
    assert found(system) == [("changed", sealed[1]["id"])]


def test_a_sealed_event_that_is_taken_out_is_named(system: Scope, sealed: list[Row]) -> None:
    remove(sealed[2])
    assert found(system) == [("missing", sealed[2]["id"])]


def test_an_event_that_is_put_among_the_sealed_is_named(system: Scope, sealed: list[Row]) -> None:
    forged = sealed[0] | {"id": clock.new_id()}
    forged["SK"] = forged["id"]
    overwrite(forged, mac=mac(forged))
    assert found(system) == [("added", forged["id"])]


def test_two_sealed_events_that_change_places_are_named(system: Scope, sealed: list[Row]) -> None:
    one, other = sealed[0], sealed[1]
    overwrite(other | {name: one[name] for name in ("PK", "SK", "id")})
    overwrite(one | {name: other[name] for name in ("PK", "SK", "id")})
    assert sorted(found(system)) == sorted([("changed", one["id"]), ("changed", other["id"])])


def test_a_seal_that_is_changed_is_broken(system: Scope, sealed: list[Row]) -> None:
    remove(sealed[2])
    (seal,) = seals_of(system)
    events = {id: each for id, each in seal["events"].items() if id != sealed[2]["id"]}
    overwrite(seal, events=events)
    assert [fault.kind for fault in seals.verify(system)] == ["seal"]


def test_a_seal_that_is_taken_out_is_missed(boss: Scope, system: Scope, sealed: list[Row], later: Later) -> None:
    later(90)
    assert seals.seal(system) == 1
    remove(seals_of(system)[0])
    assert [fault.kind for fault in seals.verify(system)] == ["seal"]


def test_empty_times_are_sealed_too(system: Scope, sealed: list[Row], later: Later) -> None:
    later(90)
    seals.seal(system)
    forged = sealed[0] | {"id": clock.new_id(), "createdAt": clock.stamp(clock.now() - timedelta(minutes=20))}
    place = keys.audit_event(system.clinic_id, forged["createdAt"], forged["id"])
    forged |= {"PK": place.pk, "SK": place.sk}
    overwrite(forged, mac=mac(forged))
    assert found(system) == [("added", forged["id"])]


# --- What is not sealed yet ------------------------------------------------------------------------------------------


def test_before_the_seal_a_changed_event_is_named(boss: Scope, system: Scope, later: Later) -> None:
    _save(boss, 2)
    later(60)
    (first, _) = of_the_room(system)
    overwrite(first, note="changed")
    assert found(system) == [("changed", first["id"])]


def test_before_the_seal_an_event_that_a_later_one_names_is_missed(boss: Scope, system: Scope, later: Later) -> None:
    _save(boss, 3)
    later(60)
    (_, second, _) = of_the_room(system)
    remove(second)
    assert found(system) == [("missing", second["id"])]


# --- How it is done --------------------------------------------------------------------------------------------------


def test_nothing_of_the_last_two_minutes_is_sealed(boss: Scope, system: Scope) -> None:
    _save(boss, 1)
    seals.seal(system)
    sealed = seals.last(system)
    assert sealed is None or sealed.end <= clock.stamp(clock.now() - seals.SETTLED)


def test_a_seal_is_made_once(system: Scope, sealed: list[Row]) -> None:
    (seal,) = seals_of(system)
    assert not put_seal(system, seal)
    assert seals.seal(system) == 0


def test_only_a_command_seals(boss: Scope) -> None:
    with pytest.raises(Denied):
        put_seal(boss, {"PK": "x", "SK": "y"})


def test_the_commands_say_what_they_did_and_fail_with_each_fault(system: Scope, sealed: list[Row]) -> None:
    said = StringIO()
    call_command("seal_audit", clinic=system.clinic, stdout=said)
    call_command("verify_audit", clinic=system.clinic, stdout=said)
    assert "0 seals made" in said.getvalue()
    assert "No fault." in said.getvalue()
    remove(sealed[2])
    with pytest.raises(CommandError):
        call_command("verify_audit", clinic=system.clinic, stdout=said)
    assert sealed[2]["id"] in said.getvalue()


# --- On pages --------------------------------------------------------------------------------------------------------


def verify_now(browser: Client, boss: Scope) -> str:
    url = f"/c/{boss.clinic}/manage/trail/"
    html = browser.get(url).content.decode()
    answer = browser.post(url, hidden(html[html.index("<main") :]), follow=True)
    assert answer.status_code == 200
    return plain(answer.content.decode().partition("<main")[2])


def test_an_administrator_holds_the_trail_against_its_seals_and_finds_what_was_taken_out(
    boss: Scope, system: Scope, sealed: list[Row], browser: Client
) -> None:
    assert "no fault." in verify_now(browser, boss)
    assert "is not as it was written" not in page(browser, boss)
    remove(sealed[1])
    said = verify_now(browser, boss)
    assert "1 fault." in said
    assert "An event is missing: " in said
    assert sealed[1]["id"] in said
    assert "The trail is not as it was written" in page(browser, boss)
    assert "1 fault" in page(browser, boss, "health/")


def test_a_day_is_looked_at_alone(boss: Scope, system: Scope, sealed: list[Row], later: Later) -> None:
    remove(sealed[1])
    later(60 * 24 * 3)
    seals.seal(system)
    assert [each.event for each in seals.verify(system)] == [sealed[1]["id"]]
    assert list(seals.verify(system, clock.now() - timedelta(days=1))) == []
    checked.check_day(boss, until=clock.now() - timedelta(days=2, hours=12))
    kept = checked.last(boss)
    assert kept
    assert [each.event for each in kept.faults] == [sealed[1]["id"]]


def test_the_command_keeps_what_it_found_for_the_pages(system: Scope, boss: Scope, sealed: list[Row]) -> None:
    remove(sealed[2])
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit", "--days=2", clinic=system.clinic, stdout=StringIO())
    kept = checked.last(boss)
    assert kept
    assert [each.event for each in kept.faults] == [sealed[2]["id"]]
