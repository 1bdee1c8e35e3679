"""Sign-ins, and what was refused, stand in the trail: bounded, whoever asks how often."""

import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts import doors
from clinnet.accounts.permissions import Role
from clinnet.accounts.sessions import SignIn
from clinnet.audit import queries
from clinnet.table import Row, Scope, Topic
from tests.conftest import scope_of
from tests.console.conftest import page
from tests.patients.pages import plain
from tests.people import signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that was counted before."""
    doors.DOORS._counts.clear()


def refused(scope: Scope) -> list[tuple[str, str]]:
    """What the trail has of them: action and note, newest first."""
    found: list[Row] = queries.by_topic(scope, Topic.REFUSED, clock.stamp()[:7]).events
    return [(each["action"], each["note"]) for each in found]


def test_who_is_refused_a_page_is_told_of_once_and_then_of_ten_and_a_hundred(boss: Scope, browser: Client) -> None:
    nurse = signed_in_client(boss.clinic_id, role=Role.NURSE)
    for _ in range(12):
        assert nurse.get(f"/c/{boss.clinic}/manage/staff/").status_code == 403
    assert refused(boss) == [("refused.page", "10 times within an hour"), ("refused.page", "once")]
    shown = plain(page(browser, boss, "trail/?topic=refused"))
    assert "was refused what their role cannot do 10 times within an hour" in shown
    assert "Refused pages and sign-ins, in a day 2" in plain(page(browser, boss, ""))


def test_an_attacker_cannot_fill_the_table(monkeypatch: pytest.MonkeyPatch, boss: Scope) -> None:
    told = doors.Doors()
    for _ in range(100_000):
        told.refused(boss, doors.PAGE)
    assert [note for _, _, note in told._waiting] == [
        "once", "10 times within an hour", "100 times within an hour", "1000 times within an hour",
        "10000 times within an hour", "100000 times within an hour",
    ]  # fmt: skip
    later = doors.monotonic() + doors.HOUR
    monkeypatch.setattr(doors, "monotonic", lambda: later)
    told.refused(boss, doors.PAGE)
    assert told._waiting[-1][2] == "once"
    for number in range(doors.PEOPLE * 2):
        told.refused(Scope(boss.clinic, type(boss.actor)(f"{number}", "X")), doors.PAGE)
    assert (len(told._waiting), len(told._counts) <= doors.PEOPLE + 1) == (doors.WAITING, True)


def test_a_link_that_leads_nowhere_is_nothing_and_ten_are(boss: Scope) -> None:
    nurse = signed_in_client(boss.clinic_id, role=Role.NURSE)
    for number in range(9):
        assert nurse.get(f"/c/{boss.clinic}/patients/01{number}/").status_code == 404
    assert refused(boss) == []
    nurse.get(f"/c/{boss.clinic}/patients/019/")
    assert refused(boss) == [("refused.nothing", "10 times within an hour")]


def test_who_asks_for_another_clinic_is_told_of_in_their_own(boss: Scope) -> None:
    assert signed_in_client(boss.clinic_id).get("/c/elsewhere/").status_code == 404
    assert refused(boss) == [("refused.clinic", "once")]


def test_a_sign_in_that_fails_is_told_of_where_it_was_to_lead(boss: Scope) -> None:
    for _ in range(3):
        doors.sign_in("", "", f"/c/{boss.clinic}/patients/")
    doors.sign_in("", "", "/c/no-such-clinic/")
    doors.sign_in("", "", "/")
    doors.DOORS.flush()
    assert refused(boss) == [("refused.sign-in", "3 times within an hour")]


def test_a_sign_in_is_told_with_its_browser(boss: Scope) -> None:
    me = scope_of(boss.clinic_id, Role.NURSE, "Ben Okoro")
    now = clock.now().timestamp()
    signin = SignIn(
        "s1", me.actor.id, "ben", "Ben Okoro", [Role.NURSE], [boss.clinic_id], now, now, now, now, "Firefox"
    )
    doors.DOORS.signed_in(signin)
    doors.DOORS.flush()
    (found,) = queries.by_person(boss, me.actor.id, clock.stamp()[:7]).events
    assert (found["action"], found["note"], found["session"]) == ("staff.sign-in", "Firefox", "s1")
