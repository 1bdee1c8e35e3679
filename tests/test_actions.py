"""What people do, as the trail keeps it: each action declared once, with its sentence."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

import clinnet
import patients
import scheduling
from clinnet.table import Action
from clinnet.table.events import declared, sentence
from tests.actions import TESTED

# Kept with every event for good: a name may be added here, never changed.
KEPT = """
appointment.book appointment.call appointment.cancelled appointment.confirmed appointment.doctor appointment.finished
appointment.given-to appointment.import appointment.late appointment.left appointment.move appointment.noshow
appointment.overbook appointment.park appointment.ready appointment.reanchor appointment.room appointment.taken-from
appointment.unbook appointment.undo appointment.urgent appointment.waiting appointment.walk-in appointment.words
away.begin away.skip
block.add block.remove
clinic.day-rules clinic.messages clinic.open
contact.called-back contact.log
day.note days.extra days.holiday days.leave days.locum days.remove
hours.save
import.clinnet
job.undo
late.begin late.end late.skip
list.letters
mail.down mail.up
message.again message.begin message.bounced message.failed message.none message.sent message.wait
orphans.begin orphans.park orphans.undo
patient.archive patient.change patient.change-link patient.check patient.deceased patient.export patient.exported
patient.import patient.link patient.merge patient.not-deceased patient.not-restrict patient.not-test patient.photo
patient.register patient.register-many patient.restore patient.restrict patient.test patient.unlink patient.unmerge
request.ask request.call request.change request.offer request.take-back request.withdraw
room.save
schedule.demo schedule.fill schedule.fix schedule.relabel schedule.set-up
series.begin series.book series.cancel
staff.add
visittype.save
"""


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
    for package in (clinnet, patients, scheduling):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".local" not in module.name and module.name != "clinnet.wsgi":
                importlib.import_module(module.name)
    return {name: action for name, action in declared().items() if action is not TESTED}


def test_what_the_table_keeps_of_an_action_stays(known: dict[str, Action]) -> None:
    assert sorted(known) == sorted(KEPT.split())


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
