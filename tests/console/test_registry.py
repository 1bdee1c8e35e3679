"""Entities are declared in ten lines; what is wrong with a declaration is an error of `manage.py check`."""

import re
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from django.core import checks
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from clinnet import contributions, urls
from clinnet.accounts.permissions import Permission
from clinnet.console import registry, shows
from clinnet.console import urls as console_urls
from clinnet.console.registry import Column, Entity, NotManaged, Question, Whole, entities
from clinnet.table import Event, Flag, Item, Key, Scope, Text, Transaction, get, keys
from scheduling.models import Room
from tests.actions import TESTED
from tests.console.conftest import page
from tests.console.test_entities import export, names


class Gadget(Item, discriminator="GADGET"):
    name = Text()
    lent = Flag(default=False)

    @staticmethod
    def at(clinic: str, id: str) -> Key:
        return keys.catalog_item(clinic, id)


GADGETS = Entity(
    Gadget,
    "gadgets",
    "Gadget",
    "Gadgets",
    group="System",
    icon="home",
    read=Permission.CLINIC_MANAGE,
    questions=(Whole(keys.catalog_of),),
    columns=(Column("name"), Column("lent", show=shows.yes_no)),
    search=("name",),
    filters=("lent",),
    why="It is made in a test.",
)


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[None]:
    """As if an app listed it among its contributions."""
    everything = (*contributions.everything(), GADGETS)
    monkeypatch.setattr(contributions, "everything", lambda: everything)
    entities.cache_clear()
    module: Any = ModuleType("urls_with_gadgets")
    others = [each for each in urls.urlpatterns if getattr(each, "app_name", "") != "console"]
    module.urlpatterns = [*others, path("c/<slug:clinic>/", include((console_urls.patterns(), "console")))]
    monkeypatch.setitem(__import__("sys").modules, module.__name__, module)
    settings.ROOT_URLCONF = module.__name__
    yield
    monkeypatch.undo()
    entities.cache_clear()


def put(scope: Scope, name: str) -> Gadget:
    tx, place = Transaction(scope), Gadget.at(scope.clinic_id, name)
    tx.put(Gadget(pk=place.pk, sk=place.sk, id=name, name=name))
    tx.commit(Event(TESTED, "GADGET", name, changes={"name": [None, name]}))
    return get(scope, Gadget, place)


def test_an_entity_of_ten_lines_has_its_list_detail_history_and_export(
    declared: None, browser: Client, boss: Scope
) -> None:
    for name in ("Probe", "Lamp"):
        put(boss, name)
    lamp = get(boss, Gadget, Gadget.at(boss.clinic_id, "Lamp"))
    tx = Transaction(boss)
    tx.update(lamp, {"lent": True})
    tx.commit(Event(TESTED, "GADGET", "Lamp", changes={"lent": [False, True]}))
    text = page(browser, boss, "gadgets/")
    assert names(text) == ["Lamp", "Probe"]
    assert re.search(r'manage/gadgets/"\s+aria-current="page"', text)
    assert "Probe" in page(browser, boss, "gadgets/Probe/")
    assert page(browser, boss, "gadgets/Lamp/history/").count("tested") == 2
    assert export(browser, boss, "gadgets", "lent=Yes").splitlines()[1:] == ["Lamp,Yes"]


def test_all_that_is_declared_can_be_used_and_everything_is() -> None:
    assert list(registry.undeclared()) == []
    assert [list(each.problems()) for each in entities().values() if list(each.problems())] == []


def test_an_item_that_nobody_lists_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    less = [each for each in contributions.everything() if getattr(each, "model", None) is not Room]
    monkeypatch.setattr(contributions, "everything", lambda: tuple(less))
    assert "Room has no Entity in the console.py of its app" in next(registry.undeclared())
    assert "clinnet.E012" in {each.id for each in checks.run_checks()}


def everywhere(clinic: str) -> keys.Range:
    return keys.Range("")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"questions": (Question("All", everywhere),)}, "everywhere is no range of a clinic"),
        ({"questions": (Question("Of", keys.history_of),)}, "history_of is no range of a clinic"),
        ({"questions": (Question("Joined", keys.patients_who_joined_in),)}, "takes ['month'], and is asked with []"),
        ({"questions": (Whole(keys.catalog_of), Question("In", keys.drawers_of))}, "read whole"),
        ({"columns": (Column("colour"),)}, "have no column colour"),
        ({"search": ("colour",)}, "have no column colour"),
        ({"group": "Toys"}, "Toys is no group"),
        ({"why": ""}, "do not say why"),
        ({"change": registry.Link("scheduling:nothing")}, "scheduling:nothing is no URL that takes 2 ids"),
    ],
)
def test_a_declaration_that_cannot_work_is_an_error(wrong: dict[str, Any], sentence: str) -> None:
    assert sentence in next(replace(GADGETS, **wrong).problems())


def test_what_is_not_managed_says_why() -> None:
    assert list(NotManaged(Gadget, "").problems()) != []
