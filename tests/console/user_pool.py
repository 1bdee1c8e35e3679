"""The user pool as staffing asks it, and people of a clinic."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest

from clinnet import clock
from clinnet.accounts import cognito, queries
from clinnet.accounts.models import Staff
from clinnet.accounts.services import add_staff
from clinnet.table import Scope

INVITED: dict[str, Any] = {
    "username": "amara.okafor",
    "name": "Dr Amara Okafor",
    "email": "amara@example.org",
    "roles": ["doctor"],
}


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
