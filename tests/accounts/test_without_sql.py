"""The SQL database, which holds sessions alone, is locked, damaged or away: what was done stays done, and is said."""

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from clinnet.accounts import kept_sessions
from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.table.errors import Fault
from clinnet.toasts import say
from tests.accounts import idp
from tests.accounts.conftest import from_cognito, to_cognito

PAGE = "/c/northside/told/"


@needs(Permission.PATIENT_READ)
def told(request: ClinicRequest, clinic: str) -> HttpResponse:
    if "fault" in request.POST:
        raise Fault("TransactWriteItems: ValidationException")
    if "ended" in request.POST:
        Session.objects.all().delete()
    say(request, "Saved.")
    return HttpResponse("done")


urlpatterns = [path("c/<slug:clinic>/told/", told), path("", include("tests.accounts.urls"))]
handler500 = "clinnet.middleware.failed"


@pytest.fixture(autouse=True)
def pages(own_pages: None, settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads answer, writes do not."""
    monkeypatch.setattr(kept_sessions, "WRITE", "UPDATE no_such_table SET a = %s, b = %s WHERE c = %s")


@pytest.fixture(params=[OperationalError, DatabaseError])
def away(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file, or one that is damaged."""

    def load(self: kept_sessions.SessionStore) -> None:
        raise request.param("file is not a database")

    monkeypatch.setattr(kept_sessions.SessionStore, "load", load)
    kept_sessions.forget_person("sub-ana")


def test_what_was_done_is_answered_while_sessions_cannot_be_written(ana: Client, locked: None) -> None:
    answer = ana.post(PAGE, {"note": "kept"})
    assert (answer.status_code, answer.content) == (200, b"done")
    assert ana.get("/c/northside/page/").status_code == 200


def test_an_activity_that_cannot_be_written_keeps_nobody_from_working(
    ana: Client, locked: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinnet.accounts.sessions.SEEN_EVERY", -1)
    assert ana.get("/c/northside/page/").status_code == 200


def test_a_session_that_was_ended_beside_a_request_throws_no_answer_away(ana: Client) -> None:
    assert ana.post(PAGE, {"ended": "1"}).content == b"done"
    assert ana.get("/c/northside/page/").status_code == 302


def test_while_nobody_is_recognised_the_page_says_so_and_offers_what_was_typed(ana: Client, away: None) -> None:
    answer = ana.post(PAGE, {"note": "kept"})
    assert answer.status_code == 503
    assert b'value="kept"' in answer.content
    assert "clinnet" not in answer.cookies, "the session's cookie is left for when the database is back"


def test_once_the_database_is_back_everybody_goes_on(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(kept_sessions.SessionStore, "load", lambda self: (_ for _ in ()).throw(OperationalError()))
        assert ana.get("/c/northside/page/").status_code == 503
    assert ana.get("/c/northside/page/").status_code == 200


def test_a_sign_in_that_cannot_be_kept_is_refused_in_words(
    client: Client, pool: idp.Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = to_cognito(client)

    def save(self: Session, **options: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(Session, "save", save)
    answer = from_cognito(client, pool, asked, "ana")
    assert answer.status_code == 503
    assert b"Try again in a moment" in answer.content


def test_a_request_that_the_table_rejects_offers_what_was_typed_again(ana: Client) -> None:
    ana.raise_request_exception = False
    answer = ana.post(PAGE, {"note": "kept", "fault": "1"})
    assert answer.status_code == 500
    assert b'value="kept"' in answer.content
    assert b"csrfmiddlewaretoken" in answer.content
