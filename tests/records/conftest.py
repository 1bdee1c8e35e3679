"""The clinical tables as `make prepare` makes them, of the packages that are kept in .venv; and a doctor at a chart."""

import fcntl
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clinnet.accounts.permissions import Role
from clinnet.table import Scope
from patients.models import Patient
from records import build
from tests.conftest import scope_of
from tests.patients.pages import Pages
from tests.people import signed_in_client

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = Path(sys.prefix) / "clinical"


@pytest.fixture(scope="session", autouse=True)
def _tables() -> None:
    build.DATA.mkdir(exist_ok=True)
    with (build.DATA / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two test processes one makes them
        if not (PACKAGES / "fetched").exists():
            pytest.skip("the packages of the clinical tables are not here: make prepare")
        if not build.is_made(PACKAGES):
            build.build(PACKAGES)


@pytest.fixture
def here(scope: Scope, register: Callable[..., Patient], db: None) -> Pages:
    """The pages of a patient, in front of a doctor."""
    client = signed_in_client(scope.clinic_id, role=Role.DOCTOR, name="Dr Amara Okafor")
    return Pages(client, scope.clinic_id, register(given_name="Pieter", family_name="van den Berg"))


@pytest.fixture
def doctor(clinic: str) -> Scope:
    return scope_of(clinic, Role.DOCTOR, "Dr Amara Okafor")


@pytest.fixture
def nurse(clinic: str) -> Scope:
    return scope_of(clinic, Role.NURSE, "Nora Daly")
