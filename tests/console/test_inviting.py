"""Somebody is invited: the user pool first, then the staff, then the mail."""

import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts import cognito, queries, staffing
from clinnet.table import Scope
from clinnet.table.errors import Refused
from tests.console.conftest import page
from tests.console.test_entities import token
from tests.console.user_pool import INVITED, Pool, pool

__all__ = ["pool"]


@pytest.mark.parametrize("silent", ["create", "join"])
def test_before_the_mail_nobody_is_of_the_staff_and_pressing_again_goes_on(
    boss: Scope, pool: Pool, silent: str
) -> None:
    pool.silent.add(silent)
    with pytest.raises(Refused):
        staffing.invite(boss, **INVITED)
    assert [each.name for each in queries.staff_now(boss)] == ["Inês Duarte"]
    assert ("mail", "amara.okafor") not in pool.told
    pool.silent.clear()
    person = staffing.invite(boss, **INVITED)
    assert pool.told[-1] == ("mail", "amara.okafor")
    assert queries.member(boss, person).roles == ["doctor"]
    assert queries.clinics_of(person) == [boss.clinic]


def test_an_invitation_that_did_not_leave_says_so_and_goes_on(browser: Client, boss: Scope, pool: Pool) -> None:
    pool.silent.add("mail")
    person = staffing.invite(boss, **INVITED)
    text = page(browser, boss, f"staff/{person}/access/")
    assert "The invitation has not left yet" in text
    pool.silent.clear()
    at = f"/c/{boss.clinic}/manage/staff/{person}/go-on/"
    once = text[text.index(at) :]
    browser.post(at, {"once": token(once)})
    assert "The invitation has not left yet" not in page(browser, boss, f"staff/{person}/access/")
    assert pool.told.count(("mail", "amara.okafor")) == 1


def test_a_doctor_is_invited_on_a_page(browser: Client, boss: Scope, pool: Pool) -> None:
    once = token(page(browser, boss, "staff/invite/"))
    sent = {"once": once, "name": "Dr Amélie Okafor", "email": "amelie@example.org", "roles": "doctor"}
    assert browser.post(f"/c/{boss.clinic}/manage/staff/invite/", sent).status_code == 302
    assert ("create", "amelie.okafor") in pool.told
    text = page(browser, boss, "staff/")
    assert "Dr Amélie Okafor" in text
    sent = {**sent, "once": token(page(browser, boss, "staff/invite/")), "roles": []}  # type: ignore[dict-item]
    assert browser.post(f"/c/{boss.clinic}/manage/staff/invite/", sent).status_code == 422


def test_the_user_pool_itself_takes_an_invitation_twice(db: None, boss: Scope) -> None:
    """The embedded one: the same call again is the same account."""
    name = f"new.{clock.new_id().lower()}"
    sub = cognito.new_account(name, "new@example.org", "New Doctor")
    assert cognito.new_account(name, "new@example.org", "New Doctor") == sub
    with pytest.raises(cognito.Taken):
        cognito.new_account(name, "other@example.org", "New Doctor")
    cognito.join(name, "doctor")
    cognito.join(name, "doctor")
    cognito.send_invitation(name)
    found = cognito.look_up(name)
    assert found
    assert (found.sub, found.groups) == (sub, ["doctor"])
