"""One service after the other is away: whoever presses reads a sentence, nothing typed is lost, nobody is half made.

E-mail that is away is in tests/scheduling/messages and tests/billing/test_mailing.py, all of SQL in
tests/accounts/test_without_sql.py.
"""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.test import Client

from clinnet.accounts import queries, sessions
from clinnet.table import Scope
from clinnet.table.errors import Unavailable
from scheduling.models import Room
from tests.console.conftest import page, room
from tests.console.test_entities import names, token
from tests.console.test_settings import picture
from tests.console.user_pool import INVITED, Pool, again, hire, pool
from tests.patients.pages import hidden, plain

__all__ = ["pool"]
AWAY = EndpointConnectionError(endpoint_url="https://away.example")


@pytest.fixture
def manage(boss: Scope) -> str:
    return f"/c/{boss.clinic}/manage/"


def main(answer: object) -> str:
    return plain(answer.content.decode().partition("<main")[2])  # type: ignore[attr-defined]


# --- The user pool ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("silent", ["create", "join"])
def test_an_invitation_while_the_pool_is_silent_keeps_what_was_typed_and_makes_nobody(
    browser: Client, boss: Scope, pool: Pool, manage: str, silent: str
) -> None:
    pool.silent.add(silent)
    sent = {**INVITED, "once": token(page(browser, boss, "staff/invite/"))}
    answer = browser.post(f"{manage}staff/invite/", sent)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Press again: nothing is done twice." in plain(html)
    for typed in (INVITED["name"], INVITED["email"]):
        assert f'value="{typed}"' in html
    assert [each.name for each in queries.staff_now(boss)] == ["Inês Duarte"]
    pool.silent.clear()
    again = {**sent, "once": token(html.partition("<main")[2])}
    assert browser.post(f"{manage}staff/invite/", again).status_code == 302
    assert [each.name for each in queries.staff_now(boss) if each.name != "Inês Duarte"] == [INVITED["name"]]


def test_a_role_that_the_pool_does_not_take_stays_ticked_and_is_not_given(
    browser: Client, boss: Scope, pool: Pool, manage: str
) -> None:
    ben = hire(boss, "receptionist")
    pool.silent.add("join")
    sent = {**hidden(page(browser, boss, f"staff/{ben.id}/access/").partition("<main")[2]),
            "roles": ["receptionist", "nurse"], "title": "Mr"}  # fmt: skip
    answer = browser.post(f"{manage}staff/{ben.id}/access/", sent)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Press again: nothing is done twice." in plain(html)
    assert 'value="Mr"' in html
    assert again(boss, ben).roles == ["receptionist"]


# --- The database of sessions ----------------------------------------------------------------------------------------


def test_whoever_is_stopped_is_out_though_sessions_cannot_be_ended(
    browser: Client, boss: Scope, pool: Pool, manage: str
) -> None:
    ben = hire(boss, "receptionist")
    html = page(browser, boss, f"staff/{ben.id}/access/")
    sent = hidden(html, f"/staff/{ben.id}/stop/")
    with patch.object(sessions, "revoke", side_effect=OperationalError("database is locked")):
        answer = browser.post(f"{manage}staff/{ben.id}/stop/", sent, follow=True)
    assert answer.status_code < 500 or answer.status_code == 503, main(answer)
    assert not again(boss, ben).active
    assert "is not stopped yet" in page(browser, boss)  # and Go on


# --- Files -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_files() -> Iterator[None]:
    with (
        patch.object(default_storage, "save", side_effect=AWAY),
        patch.object(default_storage, "open", side_effect=AWAY),
    ):
        yield


def test_a_logo_that_cannot_be_stored_is_said_and_changes_nothing(
    browser: Client, boss: Scope, manage: str, no_files: None
) -> None:
    sent = hidden(page(browser, boss, "settings/logo/").partition("<main")[2])
    answer = browser.post(f"{manage}settings/logo/", {**sent, "logo": picture()})
    assert answer.status_code in (422, 503)
    assert "could not be stored just now" in main(answer)
    assert queries.clinic(boss.clinic_id).logo is None


def test_lists_work_and_health_says_so_while_files_are_away(
    browser: Client, boss: Scope, rooms: list[Room], manage: str, no_files: None
) -> None:
    assert names(page(browser, boss, "rooms/")) == ["Attic", "Blue", "Éclair"]
    browser.post(f"{manage}health/", {"once": token(page(browser, boss, "health/"))})
    assert "Files cannot be stored or read just now." in page(browser, boss)


# --- The table -------------------------------------------------------------------------------------------------------


def test_a_list_that_cannot_be_read_keeps_its_question(
    browser: Client, boss: Scope, rooms: list[Room], manage: str
) -> None:
    asked = f"{manage}patients/?ask=joined-in&month=2026-01"
    with patch("clinnet.console.reading.query", side_effect=Unavailable):
        answer = browser.get(asked)
    assert answer.status_code == 503
    assert "2026-01" in answer.content.decode() or "Try again" in main(answer)


def test_the_page_that_says_so_needs_nothing_of_the_table(browser: Client, boss: Scope, manage: str) -> None:
    with patch("clinnet.console.reading.query", side_effect=Unavailable), patch("clinnet.context.queries") as frame:
        frame.clinic.side_effect = Unavailable
        answer = browser.get(f"{manage}patients/?ask=joined-in&month=2026-01")
    assert answer.status_code == 503
    assert "Try again" in main(answer)


def test_a_form_that_cannot_be_saved_gives_back_what_was_typed(
    browser: Client, boss: Scope, rooms: list[Room], manage: str
) -> None:
    url = f"{manage}schedule/rooms/{rooms[0].id}/"
    sent = {**hidden(browser.get(url).content.decode().partition("<main")[2]), "name": "Violet", "active": "on"}
    with patch("clinnet.table.writes.call", side_effect=Unavailable):
        answer = browser.post(url, sent)
    assert answer.status_code == 503
    assert 'value="Violet"' in answer.content.decode()
    assert room(boss, rooms[0].id).name == "Éclair"
