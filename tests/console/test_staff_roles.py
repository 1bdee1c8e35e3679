"""Roles are the clinic's own, for good or for a while; one administrator is left."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest

from clinnet import clock
from clinnet.accounts import queries, staffing
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff
from clinnet.table import Actor, Scope, Transaction
from clinnet.table.errors import Denied, Refused
from tests import people
from tests.conftest import scope_of
from tests.console.user_pool import Pool, again, hire, pool
from tests.people import signed_in_client

__all__ = ["pool"]


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
