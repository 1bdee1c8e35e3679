from typing import Any

import pytest
from django.http import HttpRequest
from pytest_django import Settings

import clinnet.urls  # noqa: F401  before anything is patched: forms keep the functions that they were made with
from clinnet.accounts import kept_sessions, sessions
from clinnet.accounts.permissions import Role
from tests.wall.people import forms_shown
from tests.wall.site import Forms
from tests.wall.world import World, settle


# Both are new in each module: what one module's tests write into them does not reach another's, in whatever order.
@pytest.fixture(scope="module")
def own() -> World:
    """The clinic in which the asker works."""
    return settle("Larksong", "7700900111")


@pytest.fixture(scope="module")
def foreign() -> World:
    """The clinic behind the wall."""
    return settle("Quetzal", "7700900461")


@pytest.fixture(scope="module")
def read_once() -> dict[str, Forms]:
    return {}


@pytest.fixture
def forms(own: World, foreign: World, db: None, read_once: dict[str, Forms]) -> Forms:
    """Read once a module: the tokens in them are bound to person and clinic, not to a session."""
    if not read_once:
        read_once["all"] = forms_shown(own, foreign)
    return read_once["all"]


@pytest.fixture(autouse=True)
def nothing_expires(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """No session ends between two answers that are compared, nor is Cognito asked who a person without a role is."""
    monkeypatch.setattr(sessions, "RETRY", 3600)
    settings.CLINNET_RECHECK_SECONDS = 3600
    settings.CLINNET_UNCONFIRMED_SECONDS = 7200
    settings.CLINNET_IDLE_MINUTES = dict.fromkeys(Role, 60)


@pytest.fixture(autouse=True)
def sessions_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request begins from the session that was kept, as those do that a page makes often: a fifth of each."""
    real = sessions.current

    def current(request: HttpRequest, **asked: Any) -> tuple[sessions.State, sessions.SignIn | None]:
        return real(request, often=True)

    monkeypatch.setattr(sessions, "current", current)
    monkeypatch.setattr(kept_sessions, "SECONDS", 3600)
