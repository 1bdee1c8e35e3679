"""How long a session lasts, by the clock: the server's, with the page's polling going on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from clinnet.accounts import cognito, sessions
from clinnet.accounts.cognito import Account, Unreachable
from tests.accounts import idp
from tests.accounts.conftest import sign_in

PAGE, BOARD, MINE = "/c/northside/page/", "/c/northside/board/", "/mine/"
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


def state(client: Client) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/accounts/cover/state/").json()
    return answer


def poll(client: Client, clock: time_machine.Traveller, minutes: float) -> int:
    """The board asks every 10 s; returns the last answer's status."""
    status = 0
    for _ in range(round(minutes * 6)):
        clock.shift(10)
        status = client.get(BOARD, headers={"HX-Request": "true"}).status_code
        state(client)
    return status


def test_polling_does_not_keep_an_empty_desk_open(clock: time_machine.Traveller, ana: Client) -> None:
    assert poll(ana, clock, 14.8) == 200
    assert poll(ana, clock, 0.4) == 401
    assert state(ana)["state"] == "locked"
    clock.shift(-600)  # no later request can have made it younger
    clock.shift(600)
    locked = ana.get(PAGE)
    assert locked["Location"].startswith("/accounts/login/?next=")
    assert b"Locked after 15 minutes." in ana.get(locked["Location"]).content
    assert ana.post(PAGE, {"note": "x"}).status_code == 401


def test_a_clock_set_back_leaves_no_session_of_the_future(
    clock: time_machine.Traveller, ana: Client, accounts: dict[str, Any]
) -> None:
    clock.shift(-3 * 3600)
    accounts["ana"] = Account("sub-ana", False, ["receptionist"])
    assert ana.get(PAGE).status_code == 302, "Cognito is asked at once, who says that she is stopped"


def test_a_clock_set_back_locks_nobody_out(clock: time_machine.Traveller, ana: Client) -> None:
    clock.shift(-3 * 3600)
    assert ana.get(PAGE).status_code == 200
    clock.shift(16 * 60)
    assert ana.get(PAGE).status_code == 302, "and it is locked after its usual time"


def test_working_keeps_it_open_until_the_absolute_limit(clock: time_machine.Traveller, ana: Client) -> None:
    for _ in range(72):  # every 10 minutes of 12 hours
        assert ana.get(PAGE).status_code == 200
        clock.shift(600)
    assert state(ana)["state"] == "over"
    assert ana.get(PAGE).status_code == 302
    assert ana.post("/accounts/cover/stay/").status_code == 401


def test_typing_without_requests_is_told_by_the_page(clock: time_machine.Traveller, ana: Client) -> None:
    clock.shift(14 * 60 + 30)
    assert state(ana)["left"] == 30
    assert ana.post("/accounts/cover/stay/").json()["left"] == 900
    clock.shift(14 * 60)
    assert ana.get(PAGE).status_code == 200


def test_an_administrators_session_is_shorter(
    clock: time_machine.Traveller, client: Client, pool: idp.Provider
) -> None:
    sign_in(client, pool, "ines")
    assert state(client)["left"] == 600
    clock.shift(601)
    assert state(client)["state"] == "locked"


def test_activity_is_written_at_most_once_a_minute(
    clock: time_machine.Traveller, ana: Client, django_assert_max_num_queries: Any
) -> None:
    clock.shift(59)
    with django_assert_max_num_queries(2):  # the session and the person; nothing is written
        ana.get(MINE)
    assert ana.session[sessions.KEY]["seen"] == NINE.timestamp()
    clock.shift(1)
    ana.get(MINE)
    assert ana.session[sessions.KEY]["seen"] == NINE.timestamp() + 60


def test_signing_in_again_opens_a_locked_session(
    clock: time_machine.Traveller, ana: Client, pool: idp.Provider
) -> None:
    clock.shift(16 * 60)
    assert ana.get(PAGE).status_code == 302
    before = ana.session.session_key
    sign_in(ana, pool)
    assert ana.session.session_key != before
    assert state(ana)["person"] == "sub-ana"
    assert ana.get(PAGE).status_code == 200


STOPPED = {
    "disabled": Account("sub-ana", False, ["receptionist"]),
    "gone": None,
    "another person under that name": Account("sub-new", True, ["receptionist"]),
}


@pytest.mark.parametrize("how", STOPPED)
def test_a_stopped_person_is_out_within_two_minutes_everywhere(
    clock: time_machine.Traveller, ana: Client, pool: idp.Provider, accounts: dict[str, Any], how: str
) -> None:
    elsewhere = Client()
    sign_in(elsewhere, pool)
    accounts["ana"] = STOPPED[how]
    clock.shift(119)
    assert ana.get(BOARD).status_code == 200
    clock.shift(1)
    assert ana.get(BOARD).status_code == 302
    assert elsewhere.get(PAGE).status_code == 302
    assert state(elsewhere)["state"] == "out"


def test_new_groups_and_clinics_count_within_two_minutes(
    clock: time_machine.Traveller, ana: Client, accounts: dict[str, Any], clinics: dict[str, list[str]]
) -> None:
    assert ana.get("/c/northside/chart/").status_code == 403
    accounts["ana"] = Account("sub-ana", True, ["nurse"])
    clinics["sub-ana"] = ["harbor"]
    clock.shift(120)
    assert ana.get("/c/harbor/chart/").status_code == 200
    assert ana.get("/c/northside/chart/").status_code == 404


def test_who_waits_for_a_role_gets_it_soon(
    clock: time_machine.Traveller, client: Client, pool: idp.Provider, accounts: dict[str, Any]
) -> None:
    sign_in(client, pool, "sam")
    accounts["sam"] = Account("sub-sam", True, ["nurse"])
    clock.shift(20)
    assert client.get(MINE).status_code == 200


def test_a_silent_cognito_is_borne_for_ten_minutes(
    clock: time_machine.Traveller, ana: Client, accounts: dict[str, Any]
) -> None:
    known, accounts["ana"] = accounts["ana"], Unreachable()
    for _ in range(10):
        clock.shift(60)
        assert ana.get(PAGE).status_code == 200
    clock.shift(1)
    answer = ana.get(PAGE)
    assert answer.status_code == 503
    assert b"cannot confirm your account" in answer.content
    kept = ana.post(PAGE, {"note": "long note"})
    assert kept.status_code == 503
    assert b"long note" in kept.content
    assert state(ana)["state"] == "unconfirmed"
    accounts["ana"] = known
    clock.shift(20)
    assert ana.get(PAGE).status_code == 200


def test_a_silent_cognito_is_not_asked_by_every_request(
    clock: time_machine.Traveller, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def silent(username: str) -> None:
        asked.append(username)
        raise Unreachable

    monkeypatch.setattr(cognito, "look_up", silent)
    clock.shift(700)
    for _ in range(5):
        assert ana.get(BOARD).status_code == 503
    assert len(asked) == 1


def test_a_request_beside_another_does_not_make_the_session_older(clock: time_machine.Traveller, ana: Client) -> None:
    """A poll that read the session before a click wrote it must not write the old time back."""
    from django.contrib.auth import get_user
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = ana.session
    request.user = get_user(request)
    clock.shift(130)
    _, signin = sessions.current(request)
    ana.get(PAGE)
    assert signin
    sessions.confirm(request, signin)
    assert ana.session[sessions.KEY]["seen"] == NINE.timestamp() + 130


def test_disabling_from_our_pages_acts_at_once(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[str, bool]] = []
    monkeypatch.setattr(cognito, "set_enabled", lambda username, enabled: done.append((username, enabled)))
    sessions.disable("sub-ana", "ana")
    assert done == [("ana", False)]
    assert ana.get(PAGE).status_code == 302


def test_signing_out_ends_one_session_or_all(ana: Client, pool: idp.Provider) -> None:
    at_home, third = Client(), Client()
    sign_in(at_home, pool)
    sign_in(third, pool, "ines")
    answer = at_home.post("/accounts/logout/")
    assert answer["Location"].startswith(pool.url + "/logout?client_id=the-client&logout_uri=")
    assert (at_home.get(MINE).status_code, ana.get(MINE).status_code) == (302, 200)
    sign_in(at_home, pool)
    at_home.post("/accounts/logout/", {"everywhere": "1"})
    assert [one.get(MINE).status_code for one in (at_home, ana, third)] == [302, 302, 200]


def test_a_copied_cookie_is_worth_nothing_after_sign_out(ana: Client) -> None:
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = ana.cookies[settings.SESSION_COOKIE_NAME].value
    assert thief.get(MINE).status_code == 200
    ana.post("/accounts/logout/")
    assert thief.get(MINE).status_code == 302


def test_sign_out_is_by_form_alone(ana: Client) -> None:
    assert ana.get("/accounts/logout/").status_code == 405
    assert ana.get(MINE).status_code == 200


def test_nobody_is_shown_as_signed_in_on_a_public_page_of_a_locked_session(
    clock: time_machine.Traveller, ana: Client
) -> None:
    assert b"sub-ana" in ana.get("/anybody/").content
    clock.shift(16 * 60)
    assert b"AnonymousUser" in ana.get("/anybody/").content
    assert User.objects.count() == 1
