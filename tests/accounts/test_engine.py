"""The embedded engine's own pool: its hosted page, its tokens, its answers about accounts."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from pytest_django import Settings

from clinnet import checks
from clinnet.accounts import cognito, sessions
from clinnet.local import place

INPUT = re.compile(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


@pytest.fixture
def pool(settings: Settings, engine_var: Path) -> dict[str, str]:
    known = place.local(engine_var) or {}
    settings.SITE = known["site"]
    return known


@pytest.fixture
def nora(demo_people: dict[str, dict[str, Any]], pool: dict[str, str]) -> Iterator[dict[str, Any]]:
    yield demo_people["nora.daly"]
    cognito.set_enabled("nora.daly", enabled=True)


def hosted_sign_in(address: str, person: dict[str, Any]) -> str:
    """Fills in the hosted page. Returns where it sends the browser back to."""
    page = requests.get(address, timeout=5)
    fields = {name: html.unescape(value) for name, value in INPUT.findall(page.text)}
    action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
    assert action, page.text
    base = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    fields |= {"username": person["username"], "password": person["password"]}
    answer = requests.post(base + html.unescape(action[1]), data=fields, timeout=5, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


@pytest.mark.django_db
def test_a_person_of_the_demo_signs_in_through_the_hosted_page(
    pool: dict[str, str], nora: dict[str, Any], clinics: dict[str, list[str]]
) -> None:
    browser = Client(headers={"host": urlsplit(pool["site"]).netloc})
    forgets = browser.post("/accounts/oidc/cognito/login/")["Location"]
    back = requests.get(forgets, timeout=5, allow_redirects=False).headers["Location"]
    assert back == pool["site"] + "/accounts/login/"
    there = browser.get("/accounts/login/")["Location"]
    callback = hosted_sign_in(there, nora)
    assert callback.startswith(pool["site"] + "/accounts/oidc/cognito/login/callback/?")
    answer = browser.get(callback.removeprefix(pool["site"]))
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/")
    kept = browser.session[sessions.KEY]
    assert (kept["person"], kept["name"], kept["roles"]) == (nora["sub"], "Nora Daly", ["nurse"])


def test_the_pool_tells_groups_and_who_is_disabled(nora: dict[str, Any]) -> None:
    assert cognito.look_up("nora.daly") == cognito.Account(nora["sub"], True, ["nurse"])
    cognito.set_enabled("nora.daly", enabled=False)
    account = cognito.look_up("nora.daly")
    assert account
    assert not account.enabled
    assert cognito.look_up("nobody.at.all") is None


def test_a_pool_that_cannot_be_asked_is_unreachable(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.AWS_ENDPOINT = "http://127.0.0.1:9"
    broken = cognito._client(settings.AWS_KEYS)
    monkeypatch.setattr(cognito, "client", lambda: broken)
    with pytest.raises(cognito.Unreachable):
        cognito.look_up("nora.daly")


def test_the_pool_made_from_the_template_passes_the_deploy_check(pool: dict[str, str]) -> None:
    assert checks.pool(None) == []
