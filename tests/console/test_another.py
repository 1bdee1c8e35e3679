"""Whoever sets a clinic up saves one and begins the next."""

import pytest
from django.test import Client

from clinnet.console.registry import Entity, entities
from clinnet.table import Scope
from scheduling.models import Room
from tests.console.conftest import page
from tests.console.test_entities import names, token

SIMPLE = (
    "rooms", "visit-types", "services", "payers", "price-lists", "tax-classes", "note-templates", "phrases",
    "letter-templates",
)  # fmt: skip
BUTTON = 'name="another"'


def new(entity: str, scope: Scope) -> str:
    found: Entity = entities()[entity]
    assert found.add
    return found.add.to(scope, back=entity)


@pytest.mark.parametrize("entity", SIMPLE)
def test_a_new_one_can_be_followed_by_another(browser: Client, boss: Scope, entity: str) -> None:
    text = browser.get(new(entity, boss)).content.decode()
    assert text.count(BUTTON) == 1
    assert text.index("data-primary") < text.index(BUTTON)  # Enter in a field saves and goes back


def test_another_begins_empty_and_leads_back_to_the_same_list(browser: Client, boss: Scope) -> None:
    address = f"{new('rooms', boss)}?active=Yes"
    for name in ("Lilac", "Amber"):
        text = browser.get(address).content.decode()
        assert 'value="Lilac"' not in text
        sent = {"once": token(text), "opened": token(text, "opened"), "name": name, "active": "on", "another": "1"}
        answer = browser.post(address, sent)
        assert (answer.status_code, answer["Location"]) == (302, address)
    assert names(page(browser, boss, "rooms/")) == ["Amber", "Lilac"]
    assert f'href="/c/{boss.clinic}/manage/rooms/?active=Yes"' in browser.get(address).content.decode()  # Cancel


def test_every_simple_form_begins_again(browser: Client, boss: Scope) -> None:
    given = {
        "payers": {"name": "Axa", "percent": "80", "active": "on"},
        "price-lists": {"name": "Staff", "active": "on"},
        "phrases": {"short": "fu", "text": "Follow up", "active": "on"},
    }
    for entity, values in given.items():
        address = new(entity, boss)
        text = browser.get(address).content.decode()
        answer = browser.post(address, {"once": token(text), "another": "1", **values})
        assert (answer.status_code, answer.headers.get("Location")) == (302, address), entity


def test_one_that_is_there_is_followed_by_none(browser: Client, boss: Scope, rooms: list[Room]) -> None:
    assert BUTTON not in browser.get(f"/c/{boss.clinic}/manage/schedule/rooms/{rooms[0].id}/").content.decode()
