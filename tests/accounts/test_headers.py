"""Headers on every answer, and logs without anything personal."""

import json
import logging
import re
from pathlib import Path

import pytest
from django.conf import settings as ours
from django.test import Client
from pytest_django import Settings

from clinnet import headers
from clinnet.accounts.logs import PlainFormatter
from tests.accounts import idp

ANSWERS = {
    "a page": "/accounts/login/",
    "a redirect to sign-in": "/mine/",
    "not found": "/nothing/",
    "not allowed": "/accounts/logout/",
    "broken": "/broken/",
    "json": "/accounts/cover/state/",
    "a missing file": "/static/nothing.css",
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_carries_the_headers(client: Client, pool: idp.Provider, kind: str) -> None:
    client.raise_request_exception = False
    answer = client.get(ANSWERS[kind])
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Security-Policy"] == headers.policy()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=(self)" in answer["Permissions-Policy"]


def test_pages_of_signed_in_people_are_never_kept_by_the_browser(ana: Client) -> None:
    assert ana.get("/c/northside/page/")["Cache-Control"] == "no-store"
    assert ana.get("/c/northside/page/")["X-Frame-Options"] == "DENY"


def test_htmx_keeps_no_page_and_runs_no_code(client: Client, pool: idp.Provider) -> None:
    page = client.get("/accounts/login/").content.decode()
    found = re.search(r'name="htmx-config"\s+content=\'([^\']+)', page)
    assert found
    safe = {"includeIndicatorStyles": False, "allowEval": False, "allowScriptTags": False, "historyCacheSize": 0}
    assert json.loads(found[1]).items() >= {**safe, "refreshOnHistoryMiss": True}.items()


def test_files_stay_with_the_browser(client: Client, db: None, settings: Settings) -> None:
    (Path(settings.STATIC_ROOT) / "one.css").write_text("a{}")
    answer = client.get("/static/one.css")
    assert answer.status_code == 200
    assert "max-age" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    answer.close()


def test_the_policy_names_only_our_own_places(provider: idp.Provider, settings: Settings) -> None:
    options = {"bucket_name": "files", "region_name": "eu-west-2", "endpoint_url": None}
    settings.STORAGES = {**settings.STORAGES, "default": {"OPTIONS": options}}
    settings.COGNITO = {**settings.COGNITO, "origin": "https://x.auth.eu-west-2.amazoncognito.com"}
    bucket = "https://files.s3.eu-west-2.amazonaws.com https://files.s3.amazonaws.com"
    assert headers.policy() == (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' data: blob: {bucket}; font-src 'self'; connect-src 'self' {bucket}; frame-src {bucket}; "
        "manifest-src 'self'; form-action 'self' https://x.auth.eu-west-2.amazoncognito.com; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'"
    )


def test_cookies_are_closed_to_scripts_and_other_sites(ana: Client) -> None:
    for name in (ours.SESSION_COOKIE_NAME, ours.CSRF_COOKIE_NAME):
        cookie = ana.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]
        assert not cookie["secure"]  # over http on the loopback interface
    assert not ana.cookies[ours.SESSION_COOKIE_NAME]["max-age"]


def test_over_https_cookies_are_bound_to_the_host() -> None:
    conf = (Path(headers.__file__).parent / "accounts" / "conf.py").read_text()
    found: dict[str, object] = {}
    exec(conf.replace('os.environ.get("CLINNET_CLOUD")', '"1"'), found)  # noqa: S102  our own constants
    assert found["SESSION_COOKIE_NAME"] == "__Host-clinnet"
    assert found["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is found["SECURE_SSL_REDIRECT"] is True
    assert found["SILENCED_SYSTEM_CHECKS"] == []


def test_logs_hold_no_query_strings_and_no_words_of_exceptions(
    client: Client, pool: idp.Provider, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False
    client.get("/broken/?q=garcia")
    logging.getLogger("django.server").info('"%s" %s %s', "GET /c/x/?q=garcia&b=2 HTTP/1.1", "200", "5")
    text = "\n".join(map(PlainFormatter().format, caplog.records))
    assert "ValueError" in text
    assert re.search(r"urls\.py:\d+ in broken", text)
    assert "GET /c/x/ HTTP/1.1" in text
    assert "arc" not in text.lower().replace("search", "")


def test_causes_of_an_exception_are_named_without_their_words() -> None:
    try:
        try:
            raise KeyError("María")
        except KeyError as error:
            raise ValueError("García") from error
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "p", 1, "failed", (), (ValueError, error, error.__traceback__))
    record.exc_text = "García, kept by another handler"
    text = PlainFormatter().format(record)
    assert text.index("KeyError") < text.index("ValueError")
    assert "Gar" not in text
    assert "Mar" not in text
