"""The first page of Manage tells what is, and what waits for somebody."""

from types import SimpleNamespace
from unittest.mock import patch

from django.test import Client

from clinnet.accounts import cognito, queries, services, staffing
from clinnet.accounts.permissions import Permission
from clinnet.console import home
from clinnet.console.home import HomePart
from clinnet.table import Scope
from clinnet.table.errors import Unavailable
from tests.console.conftest import page


def test_home_tells_of_an_invitation_that_has_not_left(browser: Client, boss: Scope) -> None:
    services.add_staff(boss, person="lou-1", username="lou", name="Lou Hale", roles=["nurse"])
    assert "Lou Hale" not in page(browser, boss, "")
    member = queries.member(boss, "lou-1")
    with patch.object(cognito, "set_enabled", side_effect=cognito.Unreachable):
        staffing.stop(boss, member=member)
    text = page(browser, boss, "")
    assert "The account of Lou Hale is not stopped yet" in text
    assert f'href="/c/{boss.clinic}/manage/staff/lou-1/access/"' in text
    assert "Not sealed yet" in text


def test_home_shows_the_rest_where_a_part_cannot_be_read(browser: Client, boss: Scope) -> None:
    def fails(reader: object) -> list[home.Line]:
        raise Unavailable

    unread = HomePart(1, home.WAITS, Permission.CLINIC_MANAGE, fails)
    parts = (unread, unread, *home.PARTS)
    with patch.object(home, "contributions", SimpleNamespace(of=lambda kind: parts if kind is HomePart else ())):
        text = page(browser, boss, "")
    assert text.count("A part of this could not be read just now") == 1  # of a column, however many of it
    assert "Not sealed yet" in text
