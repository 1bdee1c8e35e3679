"""Who works in a clinic: roles are the clinic's own, stopping acts at once, and one administrator is left."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from django.test import Client

from clinnet import clock
from clinnet.accounts import cognito, queries, staffing
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff
from clinnet.table import Actor, Scope, Transaction, find_row, keys
from clinnet.table.errors import Denied, Refused
from tests import people
from tests.conftest import scope_of
from tests.console.conftest import page
from tests.console.test_entities import token
from tests.patients.pages import hidden, plain
from tests.people import signed_in_client


class Pool:
    """The user pool, as far as staffing asks it: what it was told, and whether it answers."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.silent: set[str] = set()
        self.gone = False  # the accounts are
        self.accounts: dict[str, str] = {}

    def _hear(self, what: str, who: str) -> None:
        if what in self.silent:
            raise cognito.Unreachable
        if self.gone and what != "create":
            raise cognito.NoAccount
        self.told.append((what, who))

    def create(self, username: str, email: str, name: str) -> str:
        self._hear("create", username)
        return self.accounts.setdefault(username, f"sub-{clock.new_id().lower()}")

    def join(self, username: str, group: str) -> None:
        self._hear("join", f"{username} {group}")

    def send_invitation(self, username: str) -> None:
        self._hear("mail", username)

    def forget_password(self, username: str) -> None:
        self._hear("password", username)

    def forget_second_factor(self, username: str) -> None:
        self._hear("factor", username)

    def set_enabled(self, username: str, enabled: bool) -> None:
        self._hear("enable" if enabled else "disable", username)


@pytest.fixture
def pool(db: None) -> Iterator[Pool]:
    pool = Pool()
    asked: dict[str, Any] = {"new_account": pool.create, "join": pool.join, "send_invitation": pool.send_invitation}
    asked |= {"forget_password": pool.forget_password, "forget_second_factor": pool.forget_second_factor}
    with patch.multiple(cognito, **asked, set_enabled=pool.set_enabled):
        yield pool


def hire(scope: Scope, *roles: str, name: str = "Ben Okoro") -> Staff:
    person = f"sub-{clock.new_id().lower()}"
    add_staff(scope, person=person, username=f"u.{person}", name=name, roles=roles)
    return queries.member(scope, person)


def again(scope: Scope, member: Staff) -> Staff:
    return queries.member(scope, member.id)


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


# --- Roles -----------------------------------------------------------------------------------------------------------


def test_an_administrator_of_one_clinic_is_none_in_another(boss: Scope, other_clinic: str, pool: Pool) -> None:
    """The pool's group gives the role where the clinic gives it too."""
    ben = hire(boss, "admin", "receptionist")
    add_staff(
        Scope.system("tests", other_clinic), person=ben.id, username=ben.username, name=ben.name, roles=["receptionist"]
    )
    browser = signed_in_client(boss.clinic_id, other_clinic, role=Role.ADMIN, person=ben.id)
    assert browser.get(f"/c/{boss.clinic}/manage/").status_code == 200
    assert browser.get(f"/c/{other_clinic}/manage/").status_code == 404


def test_a_role_that_is_taken_holds_at_the_next_click(boss: Scope, pool: Pool) -> None:
    ben = hire(boss, "admin", "receptionist")
    browser = signed_in_client(boss.clinic_id, role=Role.ADMIN, person=ben.id)
    assert browser.get(f"/c/{boss.clinic}/manage/").status_code == 200
    staffing.change_roles(boss, member=ben, roles=["receptionist"])
    assert browser.get(f"/c/{boss.clinic}/manage/").status_code == 404  # of their groups this one knew admin alone
    assert pool.told == []  # nothing of it waited for the pool


def test_a_role_that_the_pool_does_not_give_is_none(boss: Scope) -> None:
    ben = hire(boss, "admin")
    assert queries.roles_in(boss.clinic_id, ben.id, [Role.NURSE]) == []
    assert queries.roles_in(boss.clinic_id, ben.id, [Role.NURSE, Role.ADMIN]) == [Role.ADMIN]


def test_somebody_without_an_item_of_the_staff_is_nothing(boss: Scope) -> None:
    assert people.of_staff(boss.clinic_id, "nobody", [Role.ADMIN]) == []


def test_a_new_role_is_given_by_the_pool_first(boss: Scope, pool: Pool) -> None:
    ben = hire(boss, "receptionist")
    pool.silent.add("join")
    with pytest.raises(Refused) as refused:
        staffing.change_roles(boss, member=ben, roles=["receptionist", "nurse"])
    assert "Press again: nothing is done twice" in refused.value.sentence
    assert again(boss, ben).roles == ["receptionist"]
    pool.silent.clear()
    staffing.change_roles(boss, member=ben, roles=["receptionist", "nurse"])
    assert again(boss, ben).roles == ["receptionist", "nurse"]


def test_nobody_takes_away_their_own_rights(boss: Scope, pool: Pool) -> None:
    hire(boss, "admin")
    me = queries.member(boss, boss.actor.id)
    with pytest.raises(Refused) as refused:
        staffing.change_roles(boss, member=me, roles=["nurse"])
    assert refused.value.sentence == staffing.OWN.sentence
    with pytest.raises(Refused) as refused:
        staffing.stop(boss, member=me)
    assert refused.value.sentence == staffing.OWN.sentence


def test_the_last_administrator_stays(boss: Scope, pool: Pool) -> None:
    """Whoever asks: a command is not oneself."""
    system, me = Scope.system("tests", boss.clinic_id), queries.member(boss, boss.actor.id)
    only = "Inês Duarte is the only administrator. Make another one first."
    with pytest.raises(Refused) as refused:
        staffing.change_roles(system, member=me, roles=["nurse"])
    assert refused.value.sentence == only
    with pytest.raises(Refused) as refused:
        staffing.stop(system, member=me)
    assert refused.value.sentence == only


def test_two_administrators_who_stop_each_other_at_once_leave_one(boss: Scope, pool: Pool) -> None:
    """The second comes between the reads of the first and its write."""
    ben = hire(boss, "admin")
    bens = scope_of(boss.clinic_id, Role.ADMIN)
    real, came = Transaction.commit, list[bool]()

    def commit(self: Transaction, *given: object, **more: object) -> str:
        if not came:
            came.append(True)
            staffing.stop(Scope(bens.clinic, bens.actor, bens.permissions), member=ben)
        return real(self, *given, **more)  # type: ignore[arg-type]

    system = Scope.system("tests", boss.clinic_id)
    with patch.object(Transaction, "commit", commit), pytest.raises(Refused):
        staffing.stop(system, member=queries.member(boss, boss.actor.id))
    left = [each.name for each in queries.staff_now(boss) if each.active and "admin" in each.roles]
    assert left == ["Inês Duarte"]


def test_a_receptionist_changes_nobody(boss: Scope, pool: Pool) -> None:
    ben, desk = hire(boss, "receptionist"), scope_of(boss.clinic_id, Role.RECEPTIONIST)
    with pytest.raises(Denied):
        staffing.change_roles(desk, member=ben, roles=["admin"])
    with pytest.raises(Denied):
        staffing.stop(desk, member=ben)


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


# --- Inviting --------------------------------------------------------------------------------------------------------


INVITED: dict[str, Any] = {
    "username": "amara.okafor",
    "name": "Dr Amara Okafor",
    "email": "amara@example.org",
    "roles": ["doctor"],
}


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


def test_what_was_done_to_somebody_is_in_their_history(browser: Client, boss: Scope, pool: Pool) -> None:
    ben = hire(boss, "receptionist")
    staffing.change_roles(boss, member=ben, roles=["nurse"])
    text = page(browser, boss, f"staff/{ben.id}/history/")
    assert "changed what one of the staff may do" in text
    assert "Reception" in text
    assert find_row(boss, keys.administrators(boss.clinic_id)) is None  # no administrator was concerned


# --- For a while -----------------------------------------------------------------------------------------------------


def test_who_is_here_for_a_while_is_nobody_after_the_last_day(
    boss: Scope, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today("Europe/London")
    ben = hire(boss, "doctor")
    staffing.change_roles(boss, member=ben, roles=["doctor"], until=today.isoformat())
    assert queries.roles_in(boss.clinic_id, ben.id, [Role.DOCTOR]) == [Role.DOCTOR]
    monkeypatch.setattr(clock, "today", lambda zone: today + timedelta(days=1))
    assert queries.roles_in(boss.clinic_id, ben.id, [Role.DOCTOR]) == []
    with pytest.raises(Refused) as refused:
        staffing.change_roles(boss, member=hire(boss, "nurse"), roles=["nurse"], until=today.isoformat())
    assert "This day is over" in refused.value.sentence
    staffing.change_roles(boss, member=again(boss, ben), roles=["doctor"])
    assert queries.roles_in(boss.clinic_id, ben.id, [Role.DOCTOR]) == [Role.DOCTOR]


def test_the_last_administrator_who_stays_is_given_no_end(boss: Scope, pool: Pool) -> None:
    """The others may leave by a day that is set; one without such a day is always left."""
    last = (clock.today("Europe/London") + timedelta(days=30)).isoformat()
    ben = hire(boss, "admin")
    staffing.change_roles(boss, member=ben, roles=["admin"], until=last)
    bens = scope_of(boss.clinic_id, Role.ADMIN)
    with pytest.raises(Refused) as refused:
        staffing.change_roles(
            replace(bens, actor=Actor(ben.id, "Ben")),
            member=queries.member(boss, boss.actor.id),
            roles=["admin"],
            until=last,
        )
    assert "only administrator" in refused.value.sentence
    with pytest.raises(Refused) as refused:
        staffing.change_roles(boss, member=queries.member(boss, boss.actor.id), roles=["admin"], until=last)
    assert "your own rights" in refused.value.sentence
