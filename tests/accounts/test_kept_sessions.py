"""What a page asks often begins from a session of five seconds ago at most; nobody is let in for longer by it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.messages import SUCCESS
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import Client

from clinnet import clock
from clinnet.accounts import kept_sessions, sessions
from clinnet.toasts import ClinicStorage

PAGE, BOARD, ANYBODY = "/c/northside/page/", "/c/northside/board/", "/anybody/"


class Hand:
    """Turns the clock by which sessions are kept."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture(autouse=True)
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    made = Hand()
    monkeypatch.setattr(kept_sessions, "monotonic", made)
    return made


@pytest.fixture
def poll(ana: Client) -> Callable[[], int]:
    """What the board of Ana's page answers."""
    return lambda: ana.get(BOARD, headers={"HX-Request": "true"}).status_code


def revoke_elsewhere(person: str) -> None:
    """As another process does it: this one hears nothing."""
    User.objects.filter(username=person).update(password="!another")


def in_database(client: Client) -> Any:
    return InDatabase(client.cookies[settings.SESSION_COOKIE_NAME].value)


def test_a_poll_asks_no_database_for_five_seconds(
    poll: Callable[[], int], hand: Hand, django_assert_num_queries: Any
) -> None:
    assert poll() == 200
    hand.at += 4.9
    with django_assert_num_queries(0):
        assert poll() == 200
    hand.at += 0.2
    with django_assert_num_queries(2):
        assert poll() == 200


def test_who_is_revoked_here_is_out_at_once(poll: Callable[[], int]) -> None:
    assert poll() == 200
    sessions.revoke("sub-ana")
    assert poll() == 401


def test_who_is_revoked_elsewhere_is_out_within_five_seconds_and_of_pages_at_once(
    ana: Client, poll: Callable[[], int], hand: Hand
) -> None:
    assert poll() == 200
    revoke_elsewhere("sub-ana")
    assert poll() == 200
    hand.at += 5
    assert poll() == 401


def test_a_page_never_begins_from_what_is_kept(ana: Client, poll: Callable[[], int]) -> None:
    assert poll() == 200
    revoke_elsewhere("sub-ana")
    assert ana.get(PAGE).status_code == 302


def test_a_copied_cookie_polls_no_more_after_sign_out(ana: Client, poll: Callable[[], int]) -> None:
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = ana.cookies[settings.SESSION_COOKIE_NAME].value
    assert poll() == 200
    ana.post("/accounts/logout/")
    assert thief.get(BOARD, headers={"HX-Request": "true"}).status_code == 401


def test_what_a_page_wrote_is_what_the_next_poll_begins_from(ana: Client, poll: Callable[[], int]) -> None:
    assert poll() == 200
    session = ana.session
    session["word"] = "new"
    session.save()
    assert poll() == 200
    kept = kept_sessions._kept[0][str(session.session_key)]
    assert '"word": "new"' in kept.content


def test_a_poll_that_writes_leaves_what_another_process_wrote(
    ana: Client, poll: Callable[[], int], hand: Hand, rf: Any
) -> None:
    assert poll() == 200
    other = in_database(ana)
    other["toast"] = "Saved."
    other.save()
    request = rf.get(BOARD)
    request.session = kept_sessions.SessionStore(ana.cookies[settings.SESSION_COOKIE_NAME].value)
    assert kept_sessions.recall(request)
    assert "toast" not in request.session
    _, signin = sessions.current(request, often=True)
    assert signin
    sessions._keep(request, signin)
    assert in_database(ana)["toast"] == "Saved."
    request.session["mine"] = 1
    request.session.save()
    left = in_database(ana)
    assert (left["toast"], left["mine"]) == ("Saved.", 1)


def beside(ana: Client) -> tuple[kept_sessions.SessionStore, kept_sessions.SessionStore]:
    """Two requests that have read the session when neither has written it."""
    key = ana.cookies[settings.SESSION_COOKIE_NAME].value
    session = kept_sessions.SessionStore(key)
    session["there"] = 1
    session.save()
    one, other = kept_sessions.SessionStore(key), kept_sessions.SessionStore(key)
    assert one["there"] == other["there"] == 1
    return one, other


def test_two_requests_that_write_at_the_same_time_lose_nothing(ana: Client) -> None:
    one, other = beside(ana)
    one["word"], other["another"] = "one", "other"
    one.save()
    other.save()
    left = in_database(ana)
    assert (left["word"], left["another"], left["there"]) == ("one", "other", 1)
    one["more"] = 2
    one.save()
    left = in_database(ana)
    assert (left["word"], left["another"], left["more"]) == ("one", "other", 2)


def test_what_a_request_takes_out_stays_out_unless_another_one_has_written_it(ana: Client) -> None:
    one, other = beside(ana)
    del one["there"]
    other["word"] = "other"
    other.save()
    one.save()
    assert "there" not in in_database(ana)
    one, other = beside(ana)
    del one["there"]
    other["there"] = 2
    other.save()
    one.save()
    assert in_database(ana)["there"] == 2


def test_a_request_beside_a_sign_out_writes_nothing(ana: Client) -> None:
    one, _ = beside(ana)
    one["word"] = "one"
    ana.post("/accounts/logout/")
    with pytest.raises(UpdateError):
        one.save()


@pytest.mark.parametrize("first", ["said before", ""])
def test_what_two_requests_say_at_the_same_time_is_said_by_the_next_page(ana: Client, rf: Any, first: str) -> None:
    key = ana.cookies[settings.SESSION_COOKIE_NAME].value

    def asked() -> ClinicStorage:
        request = rf.get("/")
        request.session, request.resolver_match = kept_sessions.SessionStore(key), None
        return ClinicStorage(request)

    def answered(*storages: ClinicStorage) -> None:
        for storage in storages:
            storage.update(HttpResponse())
            if storage.request.session.modified:
                storage.request.session.save()

    if first:
        before = asked()
        before.add(SUCCESS, first)
        answered(before)
    one, other, page = asked(), asked(), asked()
    assert len(one) == len(other) == (1 if first else 0)
    assert [each.message for each in page] == [first] * bool(first)
    one.add(SUCCESS, "one")
    other.add(SUCCESS, "other")
    answered(one, page, other)
    assert [each.message for each in asked()] == ["one", "other"]


def test_what_is_read_while_a_session_is_forgotten_is_not_kept(ana: Client, rf: Any) -> None:
    request = rf.get(BOARD)
    request.session, request.user = ana.session, User.objects.get(username="sub-ana")
    reading = kept_sessions.Keeping()
    kept_sessions.forget("another")
    reading.keep(request, "sub-ana")
    assert not kept_sessions.recall(request)


@pytest.mark.parametrize("ended", ["", "an hour ago", "deleted"])
def test_a_session_is_read_as_django_reads_it(ana: Client, ended: str) -> None:
    key, rows = ana.cookies[settings.SESSION_COOKIE_NAME].value, Session.objects.all()
    if ended == "an hour ago":
        rows.update(expire_date=clock.now() - timedelta(hours=1))
    if ended == "deleted":
        rows.delete()
    ours, djangos = kept_sessions.SessionStore(key), InDatabase(key)
    assert ours.load() == djangos.load()
    assert ours.session_key == djangos.session_key
    assert bool(ours.session_key) is not bool(ended)


@pytest.mark.parametrize(
    ("changed", "status"),
    [({}, 200), ({"is_active": False}, 302), ({"password": "!another"}, 302), ({"username": "another"}, 200)],
)
def test_a_page_lets_in_whom_django_lets_in(ana: Client, changed: dict[str, Any], status: int) -> None:
    people = User.objects.filter(username="sub-ana")
    people.update(**({"is_active": True} | changed))
    asked = HttpRequest()
    asked.session = kept_sessions.SessionStore(ana.cookies[settings.SESSION_COOKIE_NAME].value)
    asked.user = nobody = AnonymousUser()
    kept_sessions.recognise(asked)
    assert asked.user is not nobody if status == 200 else asked.user is nobody
    assert get_user(asked).is_authenticated is (status == 200)
    assert ana.get(PAGE).status_code == status


def test_who_came_in_by_another_way_is_left_to_django(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "AUTHENTICATION_BACKENDS", ["django.contrib.auth.backends.ModelBackend"])
    assert ana.get(PAGE).status_code == 302


@pytest.mark.parametrize("ends", [None, 600])
def test_a_session_is_written_as_django_writes_it(
    ana: Client, ends: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr("django.contrib.sessions.backends.base.timezone.now", lambda: now)
    key, written = ana.cookies[settings.SESSION_COOKIE_NAME].value, []
    for store in (kept_sessions.SessionStore(key), InDatabase(key)):
        store["word"] = "ä"
        if ends:
            store.set_expiry(ends)
        store.save()
        row = Session.objects.get(session_key=key)
        written.append((store.decode(row.session_data), row.expire_date))
    assert written[0] == written[1]


def test_a_session_that_is_gone_is_not_written_again(ana: Client) -> None:
    key = ana.cookies[settings.SESSION_COOKIE_NAME].value
    store = kept_sessions.SessionStore(key)
    store["word"] = "new"
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.exists()
