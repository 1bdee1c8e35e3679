"""Who hands documents in, who files them, and about whom they are."""

import pytest

from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff
from clinnet.table import Scope
from patients.models import Patient
from tests.conftest import Register, scope_of


@pytest.fixture
def patient(register: Register) -> Patient:
    return register(given_name="Pieter", family_name="Berg", birth_date="1954-03-14")


@pytest.fixture
def other(register: Register) -> Patient:
    return register(given_name="Rose", family_name="Fitzgerald", birth_date="1949-06-01")


@pytest.fixture
def desk(clinic: str) -> Scope:
    return scope_of(clinic, Role.RECEPTIONIST, "Ana Ruiz")


@pytest.fixture
def doctor(clinic: str) -> Scope:
    scope = scope_of(clinic, Role.DOCTOR, "Dr Amara Okafor")
    add_staff(scope, person=scope.actor.id, username="okafor", name=scope.actor.name, roles=[Role.DOCTOR])
    return scope
