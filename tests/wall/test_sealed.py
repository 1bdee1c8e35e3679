"""A signed note through every service and every address: what it says stays as it was signed."""

from contextlib import suppress
from typing import Any, get_type_hints

import pytest

from clinnet.table import Row, keys, query
from clinnet.table.errors import ClinnetError
from clinnet.table.writes import MARKS
from tests.wall.asking import ask, clinic_pages
from tests.wall.people import everybody
from tests.wall.services import _object, _parameters, _rest, every_service
from tests.wall.world import World, settle

BESIDE = MARKS | {"version", "updatedAt", "lastEvent"}  # what may stand beside a seal


@pytest.fixture
def world() -> World:
    """One of its own: what is done here is done."""
    return settle("sealing", "5550001111")


def sealed(world: World) -> dict[str, Row]:
    """What is signed, without the marks."""
    asked = keys.entry_whole(world.first("patient_id"), world.first("entry_id"))
    rows = [row for row in query(world.scope, asked, limit=100).rows if "sealed" in row]
    return {row["SK"]: {name: value for name, value in row.items() if name not in BESIDE} for row in rows}


def test_no_service_changes_what_is_signed(world: World) -> None:
    before = sealed(world)
    assert len(before) == 3  # a note, its addendum, a letter
    own = {name: each for name, each in every_service().items() if each.__module__.startswith("records.")}
    tried = 0
    for name, service in {**own, **every_service()}.items():
        hints: dict[str, Any] = get_type_hints(service)
        known = _rest(name)
        given = {each: known[each] for each in _parameters(service) if each in known}
        with suppress(ClinnetError, KeyError, ValueError):
            needed = [each for each in _parameters(service) if each != "scope" and each not in known]
            given |= {each: _object(name, each, hints[each], world) for each in needed}
            if "note_id" in given:
                given["note_id"] = world.first("note_id")  # the signed one
            service(world.scope, **given)
        tried += 1
        after = sealed(world)
        assert {key: after.get(key) for key in before} == before, name
    assert tried > 40


@pytest.mark.django_db
def test_no_address_changes_what_is_signed(world: World) -> None:
    """Sent as it is, and with what a note's form has."""
    before, browser = sealed(world), everybody(world.clinic)
    for page in clinic_pages():
        for body in ({}, {"step": "sign", "s": "Other", "version": "1", "text": "Other", "reason": "content"}):
            ask(browser, "POST", page.url(world), body)
        after = sealed(world)
        assert {key: after.get(key) for key in before} == before, page.name
