"""The cast of the tests: a clinic of its own for each test, and people with one role each."""

import gc
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.template import Template
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from clinnet import clock
from clinnet.accounts import queries
from clinnet.accounts import services as accounts
from clinnet.accounts.permissions import ROLES, Role
from clinnet.table import Actor, Scope, connection, kept
from clinnet.table import meter as meters
from clinnet.table.kept import forget
from clinnet.table.meter import Meter, metered
from patients import services
from patients.models import Patient
from patients.queries import patient as get_patient
from tests import people
from tests.plain_static import plain_names

# A busy machine is slow, not wrong. "fast" is of `make test-fast`.
PATIENT = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("clinnet", PATIENT)
hypothesis_settings.register_profile("fast", PATIENT, max_examples=10)
hypothesis_settings.load_profile("clinnet")
meters.SECONDS = 60.0  # nor is it out of time
connection.READ_SECONDS = 60  # nor does the table not answer
kept.SECONDS = 3600  # nor does it forget in the midst of a test what it has read: `_fresh_answers` does, between tests

__all__ = ["plain_names"]
Register = Callable[..., Patient]  # what the fixture `register` is

_render = vars(Template)["_render"]  # as it is outside tests
LONG = frozenset(
    {
        "wall",
        "demo",
        "local",
        "test_mixed.py",
        "test_messages.py",
        "test_moving.py",
        "test_urgent.py",
        "test_gallery.py",
    }
)
# They read the whole table, which is small at first.
SCANS = frozenset(
    {
        "test_consistency.py",
        "test_faults.py",
        "test_latin.py",
        "test_scan_log.py",
        "test_stored.py",
        "test_unpaid.py",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright's loop goes on in their process, where neither asyncio nor the ORM likes it.

    Of them the one first that asks the ORM too. What scans comes before all that fills the table; then modules of
    minutes: a worker takes a whole module at a time, and no long one may be left for the end.
    """
    items.sort(
        key=lambda item: (
            "browser" in item.keywords,
            item.path.name != "test_cover.py",
            SCANS.isdisjoint(item.path.parts),
            LONG.isdisjoint(item.path.parts),
        )
    )


def pytest_collection_finish() -> None:
    """What is loaded now stays until the end: it is not looked through again and again for what could go."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _templates_are_drawn_as_outside_tests(django_test_environment: None) -> None:
    """Django's tests copy the context of every template that is drawn, and none of ours looks at one."""
    setattr(Template, "_render", _render)  # noqa: B010 - the stubs do not know it


@pytest.fixture(scope="session", autouse=True)
def _visitors_are_let_in() -> Iterator[None]:
    """`signed_in_client` makes people without an item of the staff: `roles_in` alone would let none of them in."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(queries, "roles_in", people.roles_of)
        yield


@pytest.fixture(autouse=True)
def _fresh_answers() -> None:
    forget()


@pytest.fixture(scope="session", autouse=True)
def _cost_is_shown(django_test_environment: None) -> Iterator[None]:
    """To every role, for tests count calls; tests/accounts/test_headers.py asks who is shown it otherwise."""
    # Nothing is written beside what a test asks for.
    with override_settings(CLINNET_SHOW_COST=True, CLINNET_COST_SECONDS=0):
        yield


@pytest.fixture
def clinic() -> str:
    """The id of a clinic that no other test knows: tests are apart by clinic, the table is never wiped."""
    return _open()


@pytest.fixture
def other_clinic() -> str:
    return _open()


def _open() -> str:
    id = f"t{clock.new_id().lower()}"
    scope = Scope.system("tests", id)
    with patch.object(accounts, "find_row", _nobody):
        accounts.open_clinic(
            scope, name="Test Clinic", time_zone="Europe/London", locale="en-GB", country="GB", date_order="DMY"
        )
    return id


def _nobody(*_: object) -> None:
    """The id was made a moment ago: half of all tests open a clinic, and none has to look for it first."""


def scope_of(clinic: str, role: Role, name: str = "Ana Ruiz") -> Scope:
    return Scope(clinic, Actor(f"{role}-{clinic}", name), frozenset(ROLES[role]), "session")


@pytest.fixture
def scope(clinic: str) -> Scope:
    """A receptionist of the clinic."""
    return scope_of(clinic, Role.RECEPTIONIST)


@pytest.fixture
def outsider(other_clinic: str) -> Scope:
    """A receptionist of another clinic, who must learn nothing."""
    return scope_of(other_clinic, Role.RECEPTIONIST, "Olga Out")


@pytest.fixture
def meter() -> Iterator[Meter]:
    with metered() as meter:
        yield meter


@pytest.fixture
def register(scope: Scope) -> Register:
    """`register(family_name="García", given_name="María")` → the patient, as the table has it."""

    def make(**data: Any) -> Patient:
        return get_patient(scope, services.register(scope, data))

    return make
