"""Who works in a clinic: an account, its password and second factor; stopping acts at once."""

import boto3
import pytest
from django.test import Client

from clinnet.accounts import cognito, queries, staffing
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff
from clinnet.table import Scope, find_row, keys
from clinnet.table.errors import Refused
from tests.console.conftest import page
from tests.console.user_pool import Pool, again, hire, pool
from tests.patients.pages import hidden, plain
from tests.people import signed_in_client

__all__ = ["pool"]


# --- An account that is no more --------------------------------------------------------------------------------------


def test_an_account_that_the_pool_has_no_more_is_said_and_can_still_be_stopped(boss: Scope, pool: Pool) -> None:
    ben = hire(boss, "receptionist")
    pool.gone = True
    with pytest.raises(Refused) as caught:
        staffing.change_roles(boss, member=ben, roles=["receptionist", "nurse"])
    assert "knows nobody who signs in as u.sub-" in caught.value.sentence
    staffing.stop(boss, member=again(boss, ben))
    stopped = again(boss, ben)
    assert not stopped.active
    assert not stopped.account
    with pytest.raises(Refused) as caught:
        staffing.start(boss, member=again(boss, ben))
    assert "invite them anew" in caught.value.sentence


def test_the_pool_tells_who_is_not_there_from_its_silence(db: None) -> None:
    with pytest.raises(cognito.NoAccount):
        cognito.set_enabled("nobody.at.all", enabled=True)


# --- Passwords and second factors ------------------------------------------------------------------------------------


def press(browser: Client, scope: Scope, member: Staff, what: str) -> str:
    there = f"/c/{scope.clinic}/manage/staff/{member.id}/{what}/"
    sent = hidden(page(browser, scope, f"staff/{member.id}/access/"), there)
    return plain(browser.post(there, sent, follow=True).content.decode())


def test_whoever_forgot_the_password_is_signed_out_and_gets_a_mail(browser: Client, boss: Scope, pool: Pool) -> None:
    ben = hire(boss, "receptionist")
    theirs = signed_in_client(boss.clinic_id, role=Role.RECEPTIONIST, person=ben.id, name=ben.name)
    assert "gets a mail with a password to begin with" in press(browser, boss, ben, "password")
    assert pool.told == [("password", ben.username), ("mail", ben.username)]
    assert again(boss, ben).account is None
    assert theirs.get(f"/c/{boss.clinic}/").status_code == 302  # to the door


def test_a_password_whose_mail_did_not_leave_says_so_and_goes_on(browser: Client, boss: Scope, pool: Pool) -> None:
    ben = hire(boss, "receptionist")
    pool.silent.add("mail")
    assert "has not left yet. They cannot sign in." in press(browser, boss, ben, "password")
    assert "The new password of Ben Okoro has not left" in page(browser, boss)
    pool.silent.clear()
    assert "Done." in press(browser, boss, ben, "go-on")
    assert again(boss, ben).account is None


def test_a_password_stays_what_it_was_while_the_pool_is_silent(browser: Client, boss: Scope, pool: Pool) -> None:
    ben = hire(boss, "receptionist")
    pool.silent.add("password")
    assert "Press again: nothing is done twice." in press(browser, boss, ben, "password")
    assert again(boss, ben).account is None
    assert pool.told == []


def test_whoever_lost_the_telephone_is_signed_out_and_sets_up_another(browser: Client, boss: Scope, pool: Pool) -> None:
    ben = hire(boss, "receptionist")
    assert "sets up another second factor" in press(browser, boss, ben, "second-factor")
    assert pool.told == [("factor", ben.username)]


def test_nobody_takes_their_own_password_and_of_who_is_stopped_there_is_none(boss: Scope, pool: Pool) -> None:
    for take in (staffing.new_password, staffing.new_second_factor):
        with pytest.raises(Refused) as caught:
            take(boss, member=queries.member(boss, boss.actor.id))
        assert "lock yourself out" in caught.value.sentence
        ben = hire(boss, "receptionist")
        staffing.stop(boss, member=ben)
        with pytest.raises(Refused) as caught:
            take(boss, member=again(boss, ben))
        assert "Let them in again first" in caught.value.sentence


def test_the_pool_takes_a_password_away_as_it_is_asked() -> None:
    client = boto3.client("cognito-idp", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    known = client.meta.service_model
    for call, given in (("AdminSetUserPassword", {"Password", "Permanent"}), ("AdminDeleteSoftwareToken", set[str]())):
        assert {"UserPoolId", "Username", *given} <= set(known.operation_model(call).input_shape.members)


# --- Stopping and letting in -----------------------------------------------------------------------------------------


def test_whoever_is_stopped_is_out_at_once_though_the_pool_is_silent(boss: Scope, pool: Pool) -> None:
    ben = hire(boss, "receptionist")
    browser = signed_in_client(boss.clinic_id, role=Role.RECEPTIONIST, person=ben.id)
    assert browser.get(f"/c/{boss.clinic}/").status_code == 200
    pool.silent.add("disable")
    staffing.stop(boss, member=ben)
    assert browser.get(f"/c/{boss.clinic}/").status_code in (302, 404)
    assert (again(boss, ben).active, again(boss, ben).account) == (False, Staff.STOP)
    assert queries.clinics_of(ben.id) == []
    pool.silent.clear()
    assert staffing.go_on(boss, member=again(boss, ben))
    assert ("disable", ben.username) in pool.told
    assert again(boss, ben).account is None


def test_an_account_that_another_clinic_has_is_not_stopped(boss: Scope, other_clinic: str, pool: Pool) -> None:
    ben = hire(boss, "nurse")
    add_staff(Scope.system("tests", other_clinic), person=ben.id, username=ben.username, name=ben.name, roles=["nurse"])
    staffing.stop(boss, member=ben)
    assert pool.told == []
    assert queries.clinics_of(ben.id) == [other_clinic]
    assert again(boss, ben).account is None


def test_whoever_is_let_in_again_is_what_they_were(boss: Scope, pool: Pool) -> None:
    ben = hire(boss, "nurse")
    staffing.stop(boss, member=ben)
    staffing.start(boss, member=again(boss, ben))
    assert queries.roles_in(boss.clinic_id, ben.id, [Role.NURSE]) == [Role.NURSE]
    assert queries.clinics_of(ben.id) == [boss.clinic]
    assert pool.told[-1] == ("enable", ben.username)


def test_all_sessions_of_a_lost_laptop_end(boss: Scope, pool: Pool) -> None:
    ben = hire(boss, "receptionist")
    browser = signed_in_client(boss.clinic_id, role=Role.RECEPTIONIST, person=ben.id)
    staffing.sign_out(boss, member=ben)
    assert browser.get(f"/c/{boss.clinic}/").status_code == 302


def test_what_was_done_to_somebody_is_in_their_history(browser: Client, boss: Scope, pool: Pool) -> None:
    ben = hire(boss, "receptionist")
    staffing.change_roles(boss, member=ben, roles=["nurse"])
    text = page(browser, boss, f"staff/{ben.id}/history/")
    assert "changed what one of the staff may do" in text
    assert "Reception" in text
    assert find_row(boss, keys.administrators(boss.clinic_id)) is None  # no administrator was concerned
