"""Whether what Clinnet stands on works: probes, and the checks of the page."""

import re
import sys
import threading
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

import django
import pytest
from botocore.exceptions import EndpointConnectionError
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import CommandError
from django.db import OperationalError
from django.test import Client, override_settings

from clinnet import clock
from clinnet.accounts import cognito
from clinnet.accounts.kept_sessions import SessionStore
from clinnet.health import checks
from clinnet.local import engine
from clinnet.management.rounds import each_clinic
from clinnet.table import Scope
from clinnet.table.errors import Unavailable
from clinnet.table.runs import noted
from scheduling.console import mail_quota
from scheduling.messages.services import mail
from tests.console.conftest import page
from tests.console.test_entities import token
from tests.patients.pages import plain


def test_probes_say_a_word_to_anybody_and_no_more(browser: Client, boss: Scope) -> None:
    anybody = Client()
    assert anybody.get("/healthz").content == b"ok\n"
    answer = anybody.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"table ok\nsessions ok\n")
    with patch.object(checks, "query", side_effect=Unavailable):
        answer = anybody.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"table away\nsessions ok\n")


def test_the_versions_are_of_what_runs_here() -> None:
    python = ".".join(map(str, sys.version_info[:3]))
    assert checks.versions() == f"Python {python}, Django {django.__version__}, ministack {engine.PINNED}"
    with override_settings(AWS_ENDPOINT=None, AWS_REGION="eu-north-1"):
        assert checks.versions().endswith(", AWS in eu-north-1")


def test_a_check_says_what_is_wrong_and_keeps_when_it_was_well(browser: Client, boss: Scope) -> None:
    text = page(browser, boss, "health/")
    assert "Never checked here" in text
    assert "Not checked" in text
    with patch.object(cognito, "look_up", side_effect=cognito.Unreachable), patch.object(
        cognito, "its_date", side_effect=cognito.Unreachable
    ), patch.object(checks, "NO_STORAGE", (OSError,)):  # fmt: skip
        browser.post(f"/c/{boss.clinic}/manage/health/", {"once": token(text)})
        found = checks.last(boss)
    assert {"pool", "clock"} <= set(found.ill)
    assert found.results["anchor"].state == checks.OFF
    assert found.results["fonts"].good
    assert not found.results["pool"].good
    text = page(browser, boss, "health/")
    assert "The user pool does not answer: new sign-ins fail." in text
    assert "The user pool does not answer" in page(browser, boss, "")  # and on the first page
    with patch.object(cognito, "look_up", return_value=None):
        browser.post(f"/c/{boss.clinic}/manage/health/", {"once": token(text)})
    again = checks.last(boss).results["pool"]
    assert (again.state, bool(again.good), bool(again.bad)) == (checks.WELL, True, True)


def test_a_file_that_is_not_stored_is_told() -> None:
    with patch.object(default_storage, "save", side_effect=OSError):
        state, said, _ = checks._told(checks.files)
    assert (state, said) == (checks.ILL, "Files cannot be stored or read just now.")


def test_whoever_is_silent_is_told_and_keeps_nobody_else_waiting(
    browser: Client, boss: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "PATIENCE", 1)
    over = threading.Event()
    with patch.object(default_storage, "save", side_effect=lambda *_: over.wait(30)):
        answer = browser.post(f"/c/{boss.clinic}/manage/health/", {"once": token(page(browser, boss, "health/"))})
        over.set()
    assert answer.status_code == 302
    found = checks.last(boss)
    assert found.ill == ["files"]
    assert found.results["files"].said == "Silent for 1 seconds."
    assert found.results["pool"].state == checks.WELL


def test_sessions_that_can_be_read_and_not_written_are_told(browser: Client, boss: Scope) -> None:
    with patch.object(SessionStore, "save", side_effect=OperationalError("database is locked")):
        state, said, _ = checks._told(checks.sessions_kept)
    assert state == checks.ILL
    assert "takes no writes" in said
    assert checks._told(checks.sessions_kept)[:2] == (checks.WELL, "A session was written and deleted")
    assert not Session.objects.filter(expire_date__gt=clock.now()).exclude(session_key=browser.session.session_key)


def test_work_by_the_clock_tells_when_it_was_done_and_that_it_is_late(
    browser: Client, boss: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Not yet" in page(browser, boss, "health/")
    with noted(boss, "days"):
        pass
    text = plain(page(browser, boss, "health/"))
    assert re.search(r"Every night Today \d\d:\d\d( BST)?, took \d+\.\d s [\w ]+, \d\d:\d\d ", text)
    assert "Late" not in text
    assert "Not done since" not in page(browser, boss)
    later = clock.now() + timedelta(hours=31)
    monkeypatch.setattr("clinnet.health.work.clock", SimpleNamespace(now=lambda: later, moment=clock.moment))
    assert "Late" in plain(page(browser, boss, "health/"))
    assert "Days for the reports Not done since today" in plain(page(browser, boss))


def test_work_that_failed_for_a_clinic_is_told_there_and_done_for_the_others(browser: Client, boss: Scope) -> None:
    done = list[str]()

    def work(scope: Scope) -> None:
        if scope.clinic == boss.clinic:
            raise Unavailable
        done.append(scope.clinic_id)

    for _ in range(2):
        with pytest.raises(CommandError):
            each_clinic("days", [boss, Scope.system("days", "another")], work)
    assert done == ["another", "another"]
    text = plain(page(browser, boss, "health/"))
    assert "Not yet Failed Failed 2 times since, last today" in text
    assert "Unavailable" in text
    assert "Days for the reports Could not be done" in plain(page(browser, boss))
    with noted(boss, "days"):
        pass
    assert "Failed" not in page(browser, boss, "health/")


def test_a_mail_service_that_is_away_is_told_in_words() -> None:
    away = EndpointConnectionError(endpoint_url="https://away.example")
    with patch.object(mail, "client") as client:
        client.return_value.get_send_quota.side_effect = away
        assert checks._told(mail_quota)[:2] == (checks.ILL, "The mail service does not answer.")


def test_what_the_clock_does_is_told_and_done_at_once_by_a_person(browser: Client, boss: Scope) -> None:
    html = page(browser, boss, "health/")
    assert "No day was counted yet" in html
    assert "Not sealed yet" in html
    assert html.count("Run now<") == 3
    for name, said in (
        ("days", "days were counted."),
        ("unusual", "0 openings of yesterday"),
        ("verify", "see there."),
    ):
        sent = {"once": token(page(browser, boss, "health/")), "run": name}
        answer = browser.post(f"/c/{boss.clinic}/manage/health/", sent, follow=True)
        assert said in answer.content.decode(), name
    assert "No day was counted yet" not in page(browser, boss, "health/")
    sent = {"once": token(html), "run": "seal"}  # not for pages
    browser.post(f"/c/{boss.clinic}/manage/health/", sent)
    assert "Not sealed yet" in page(browser, boss, "health/")
