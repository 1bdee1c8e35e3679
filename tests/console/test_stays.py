"""Where somebody is signed in: seen and ended by themselves, and by an administrator of a clinic where they work."""

import pytest
from django.test import Client

from clinnet.accounts import sessions
from clinnet.accounts.permissions import Role
from clinnet.accounts.stays import stays
from clinnet.rules.browsers import browser as named
from clinnet.table import Scope
from tests.console.conftest import page
from tests.console.user_pool import hire
from tests.patients.pages import plain
from tests.people import signed_in_client


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18 Safari/605.1.15", "Safari on a Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) CriOS/141 Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36", "Chrome on Android"),
        ("", "Another browser"),
    ],
)
def test_a_browser_is_told_by_its_name_and_its_system(agent: str, said: str) -> None:
    assert named(agent) == said


def stay_of(clinic: str, person: str, id: str, role: Role = Role.NURSE) -> Client:
    """A browser that is signed in, named so."""
    browser = signed_in_client(clinic, role=role, person=person, name="Ben Okoro")
    session = browser.session
    session[sessions.KEY] |= {"id": id, "browser": f"Firefox on {id}"}
    session.save()
    return browser


def is_in(browser: Client, scope: Scope) -> bool:
    return browser.get(f"/c/{scope.clinic}/signed-in/").status_code == 200


def end(browser: Client, url: str, shown: str, stay: str) -> str:
    """Presses End of that stay, on the page that shows it; returns the page behind."""
    once = shown[: shown.index(f'value="{stay}"')].rpartition('name="once" value="')[2].partition('"')[0]
    return plain(browser.post(url, {"once": once, "stay": stay}, follow=True).content.decode())


def test_a_person_ends_another_browser_of_theirs_and_nobody_elses(boss: Scope, browser: Client) -> None:
    ben, other = hire(boss, "nurse"), hire(boss, "nurse", name="Nora Daly")
    desk, laptop = (stay_of(boss.clinic_id, ben.id, id) for id in ("desk", "laptop"))
    noras = stay_of(boss.clinic_id, other.id, "noras", Role.NURSE)
    url = f"/c/{boss.clinic}/signed-in/"
    shown = desk.get(url).content.decode()
    assert "Firefox on laptop" in shown
    assert "Firefox on noras" not in shown
    assert 'value="desk"' not in shown  # one's own is left by signing out
    assert {each.id for each in stays(ben.id)} == {"desk", "laptop"}
    assert "Ended." in end(desk, url, shown, "laptop")
    assert (is_in(desk, boss), is_in(laptop, boss), is_in(noras, boss)) == (True, False, True)
    again = desk.get(url).content.decode()
    assert "Firefox on laptop" not in again


def test_an_administrator_ends_one_of_the_staff_and_all_that_was_revoked_is_gone(
    boss: Scope, browser: Client, other_clinic: str
) -> None:
    ben = hire(boss, "nurse")
    desk, laptop = (stay_of(boss.clinic_id, ben.id, id) for id in ("desk", "laptop"))
    shown = page(browser, boss, f"staff/{ben.id}/access/")
    assert "Firefox on desk" in shown
    assert "Ended." in end(browser, f"/c/{boss.clinic}/manage/staff/{ben.id}/end/", shown, "laptop")
    assert (is_in(desk, boss), is_in(laptop, boss)) == (True, False)
    stranger = signed_in_client(other_clinic, role=Role.ADMIN, person="admin-elsewhere")
    assert stranger.post(f"/c/{other_clinic}/manage/staff/{ben.id}/end/", {"stay": "desk"}).status_code == 404
    sessions.revoke(ben.id)
    assert stays(ben.id) == []
    assert not is_in(desk, boss)
