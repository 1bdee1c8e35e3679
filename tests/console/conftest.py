"""An administrator in a clinic of their own, with rooms that were changed."""

from typing import Any

import pytest
from django.test import Client

from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff
from clinnet.table import Scope, get
from scheduling.calendar.services import settings as schedule
from scheduling.models import Room
from tests.conftest import scope_of
from tests.people import signed_in_client


@pytest.fixture
def boss(clinic: str) -> Scope:
    """An administrator of the clinic."""
    scope = scope_of(clinic, Role.ADMIN, "Inês Duarte")
    add_staff(scope, person=scope.actor.id, username="ines", name="Inês Duarte", roles=["admin"])
    return scope


@pytest.fixture
def browser(boss: Scope, db: None) -> Client:
    return signed_in_client(boss.clinic_id, role=Role.ADMIN, name=boss.actor.name)


@pytest.fixture
def rooms(boss: Scope) -> list[Room]:
    """Three, of which one is out of use."""
    made = [schedule.save_room(boss, name=name, active=name != "Attic") for name in ("Éclair", "Attic", "Blue")]
    return [room(boss, id) for id in made]


def room(scope: Scope, id: str) -> Room:
    return get(scope, Room, Room.at(scope.clinic_id, id))


def page(browser: Client, scope: Scope, path: str = "", status: int = 200) -> str:
    """The text of a page of the console."""
    answer: Any = browser.get(f"/c/{scope.clinic}/manage/{path}")
    assert answer.status_code == status
    return str(answer.content.decode())
