"""Whatever happens to a patient's appointments is told in the history in a sentence of its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import scheduling
from patients.history import _sentences
from scheduling.appointments.services.states import FROM

ROOT = Path(scheduling.__file__).parent


def told() -> Iterator[str]:
    """The actions of events that are in a patient's history."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Event" and _is_patients(node):
                yield from _constants(node.args[0])


def _is_patients(call: ast.Call) -> bool:
    return any(each.arg == "patient" for each in call.keywords)


def _constants(node: ast.expr) -> Iterator[str]:
    """The one, or those of a choice; one that is put together is of a step."""
    found = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))
    return (each for each in found if "." in each and not each.endswith("."))


def test_every_event_has_a_sentence() -> None:
    actions = {*told(), *(f"appointment.{state}" for state in FROM)}
    assert len(actions) > 15
    assert actions - _sentences().keys() == set()
