"""Reception and administrators never ask for a key of a chart, on whatever page: the calls themselves are looked at."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient

from clinnet.accounts.permissions import Role
from tests.people import signed_in_client
from tests.wall.asking import addresses, ask, clinic_pages
from tests.wall.world import World

OF_A_CHART = ("PROFILE#CHART", "#CHART", "RECORD#")


@contextmanager
def reads() -> Iterator[list[str]]:
    """What is asked of the table, as it is sent. Events that are written name no chart either, but for opening one."""
    sent: list[str] = []
    real = BaseClient._make_api_call

    def call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation in ("GetItem", "BatchGetItem", "Query", "Scan"):
            sent.append(json.dumps(arguments, default=str))
        return real(client, operation, arguments)

    with patch.object(BaseClient, "_make_api_call", call):
        yield sent


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.ADMIN])
def test_no_request_of_theirs_names_a_key_of_a_chart(own: World, role: Role) -> None:
    browser, found = signed_in_client(own.clinic, role=role, person=f"asking-{role}"), {}
    for page in clinic_pages():
        for url in addresses(page, own)[:2]:
            for method in ("GET", "POST"):
                with reads() as sent:
                    ask(browser, method, url)
                if named := [each for each in sent if any(part in each for part in OF_A_CHART)]:
                    found[f"{method} {page.name}"] = named
    assert found == {}


@pytest.mark.django_db
def test_a_doctor_who_opens_a_chart_would_be_seen(own: World) -> None:
    browser = signed_in_client(own.clinic, role=Role.DOCTOR, person="asking-doctor")
    with reads() as sent:
        ask(browser, "GET", f"/c/{own.clinic}/patients/{own.first('patient_id')}/chart/")
    assert {part for part in OF_A_CHART if any(part in each for each in sent)} >= {"PROFILE#CHART", "#CHART"}
