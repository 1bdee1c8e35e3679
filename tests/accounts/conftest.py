from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

import clinnet.urls  # noqa: F401  before anything is patched: pages keep the functions that they were loaded with
from clinnet.accounts import cognito, queries
from clinnet.accounts.cognito import Account
from clinnet.accounts.permissions import SQUEEZERS
from tests.accounts import idp

PAGES = Path(__file__).with_name("pages")
CLINICS = {"sub-ana": ["northside"], "sub-ines": ["northside", "harbor"]}


@pytest.fixture(autouse=True)
def own_pages(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.accounts.urls"
    settings.SITE = "http://testserver"
    template = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**template, "DIRS": [*template["DIRS"], PAGES]}]


@pytest.fixture(scope="session")
def provider_process() -> Iterator[idp.Provider]:
    provider = idp.Provider()
    yield provider
    provider.server.stop()


@pytest.fixture
def provider(provider_process: idp.Provider, settings: Settings) -> Iterator[idp.Provider]:
    """Cognito, well behaved until a test says otherwise."""
    fresh = provider_process
    settings.COGNITO = fresh.settings()
    yield fresh
    fresh.twist, fresh.sign, fresh.answer = (lambda claims: None), idp.signed, None
    fresh.keys_broken = False
    fresh.silent.clear()
    fresh.asked.clear()


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Account | Exception | None]:
    """What the pool says of each user name when asked again; an exception is raised instead."""
    known: dict[str, Account | Exception | None] = {
        name: Account(person["sub"], True, list(person.get("cognito:groups", [])))
        for name, person in idp.PEOPLE.items()
    }

    def look_up(username: str) -> Account | None:
        found = known[username]
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(cognito, "look_up", look_up)
    return known


@pytest.fixture
def clinics(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Who works where, without a table."""
    staff = {person: list(where) for person, where in CLINICS.items()}
    monkeypatch.setattr(queries, "clinics_of", lambda person: staff.get(person, []))
    clinic = SimpleNamespace(name="Northside Clinic", time_zone="Europe/London", locale="en-GB", squeezers=SQUEEZERS)
    monkeypatch.setattr(queries, "clinic", lambda clinic_id: clinic)
    monkeypatch.setattr(queries, "roles_in", lambda clinic, person, groups: list(groups))  # the pool alone decides
    return staff


@pytest.fixture
def pool(provider: idp.Provider, accounts: dict[str, Any], clinics: dict[str, list[str]], db: None) -> idp.Provider:
    return provider


SignIn = Callable[..., HttpResponse]


def to_cognito(client: Client, next_url: str = "", **query: str) -> dict[str, str]:
    """Press "Sign in": the parameters with which Cognito's page is asked for."""
    begun = client.post("/accounts/oidc/cognito/login/", {"next": next_url}, query_params=query)
    assert begun.status_code == 302
    assert urlsplit(begun["Location"]).path == "/logout"
    back = client.get("/accounts/login/", query_params=query)
    assert back.status_code == 302, back.content
    asked = urlsplit(back["Location"])
    assert asked.path == "/oauth2/authorize"
    return {name: values[0] for name, values in parse_qs(asked.query).items()}


def from_cognito(client: Client, provider: idp.Provider, asked: dict[str, str], person: str) -> Any:
    code = provider.code(person, asked["nonce"])
    answer = {"code": code, "state": asked["state"]}
    return client.get("/accounts/oidc/cognito/login/callback/", query_params=answer)


def sign_in(client: Client, provider: idp.Provider, person: str = "ana", next_url: str = "") -> Any:
    return from_cognito(client, provider, to_cognito(client, next_url), person)


@pytest.fixture
def ana(client: Client, pool: idp.Provider) -> Client:
    """A browser in which Ana, receptionist at Northside, is signed in."""
    assert sign_in(client, pool).status_code == 302
    return client
