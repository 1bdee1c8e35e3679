"""What people do, as the trail keeps it: each action declared once, with its sentence."""

import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import clinnet
import patients
import records
import scheduling
from clinnet.table import Action
from clinnet.table.events import declared, sentence
from tests.actions import TESTED

KEPT = (Path(__file__).parents[1] / "docs/data-model.md").read_text().partition("## Audit actions")[2]
SERVER = """
import django; django.setup()
from django.urls import get_resolver
from clinnet import contributions
from clinnet.table.events import declared
get_resolver().url_patterns, contributions.everything()
print(*declared())
"""


@pytest.fixture(scope="module")
def known() -> dict[str, Action]:
    """The actions of all modules, whoever loads them."""
    for package in (clinnet, patients, records, scheduling):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".local" not in module.name and module.name != "clinnet.wsgi":
                importlib.import_module(module.name)
    return {name: action for name, action in declared().items() if action is not TESTED}


def test_what_the_table_keeps_of_an_action_stays(known: dict[str, Action]) -> None:
    assert sorted(known) == sorted(re.findall(r"`([a-z]+\.[a-z-]+)`", KEPT))


def test_each_action_has_a_sentence_of_its_own(known: dict[str, Action]) -> None:
    sentences = [action.sentence for action in known.values()]
    assert sorted(set(sentences)) == sorted(sentences)
    assert not [text for text in sentences if text != text.strip() or text[:1].isupper() or text.endswith(".")]


def test_a_server_knows_the_actions_of_all_modules(known: dict[str, Action]) -> None:
    """Also of those that only a command uses: their events are read in the server."""
    said = subprocess.run([sys.executable, "-c", SERVER], check=True, capture_output=True, text=True).stdout
    assert sorted(said.split()) == sorted(known)


@pytest.mark.parametrize(("name", "text"), [("test.tested", "tested again"), ("test.nothing", "")])
def test_an_action_is_declared_once_and_has_a_sentence(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=name):
        Action(name, text)


def test_an_action_that_nobody_declares_is_told_by_its_name() -> None:
    assert sentence("appointment.book") == "booked an appointment"
    assert sentence("recall.new-one") == "recall new one"  # of another version of Clinnet
