"""What is sealed stays: every door of the table layer is tried on a signed note and an addendum."""

from collections.abc import Callable
from typing import Any

import pytest

from clinnet import clock
from clinnet.accounts.permissions import Role
from clinnet.table import Batch, Event, Item, Key, Row, Scope, Transaction, find_row
from clinnet.table.errors import Sealed
from patients.models import Patient
from records import queries
from records.rules.notes import SOAP, Section
from records.services import notes
from tests.actions import TESTED
from tests.conftest import scope_of

EVENT = Event(TESTED, "TEST", "1")
Step = Callable[[Transaction, Item, Row], None]
STEPS: dict[str, Step] = {
    "update": lambda tx, item, row: tx.update(item, {"line": {"t": "Other"}}),
    "update that unseals": lambda tx, item, row: tx.update(item, {"sealed": None}),
    "update that seals again": lambda tx, item, row: tx.update(item, {"sealed": {"hash": "x"}}),
    "change_row": lambda tx, item, row: tx.change_row(item.key, sets={"text": "Other"}),
    "change_row that unseals": lambda tx, item, row: tx.change_row(item.key, sets={"sealed": None}),
    "change_row new": lambda tx, item, row: tx.change_row(item.key, sets={"text": "Other"}, new=True),
    "change_row of one letter": lambda tx, item, row: tx.change_row(item.key, sets={"sealed.hash": "x"}),
    "change_row that adds": lambda tx, item, row: tx.change_row(item.key, adds={"version": 1}),
    "delete_row": lambda tx, item, row: tx.delete_row(item.key),
    "delete_row when": lambda tx, item, row: tx.delete_row(item.key, when={"version": row["version"]}),
    "put_row": lambda tx, item, row: tx.put_row({**row, "text": "Other"}),
    "put_row without a seal": lambda tx, item, row: tx.put_row({"PK": item.pk, "SK": item.sk}),
}


@pytest.fixture
def doctor(clinic: str) -> Scope:
    return scope_of(clinic, Role.DOCTOR, "Dr Amara Okafor")


@pytest.fixture
def signed(doctor: Scope, register: Callable[..., Patient]) -> dict[str, Item]:
    patient, ids = register(family_name="Mbeki"), [clock.new_id(), clock.new_id()]
    sections = tuple(Section(part.key, part.label, "As it was.") for part in SOAP.parts)
    notes.sign_note(doctor, patient=patient, typed=notes.Written(ids[0], ids[1], "Note", sections))
    notes.add_addendum(doctor, patient=patient, entry_id=ids[0], note_id=ids[1], text="And more.")
    whole = queries.whole(doctor, patient, ids[0])
    return {"note": whole.notes[0], "addendum": whole.addenda[0]}


def stands(scope: Scope, key: Key) -> Row:
    row = find_row(scope, key)
    assert row
    return row


@pytest.mark.parametrize("what", ["note", "addendum"])
@pytest.mark.parametrize("name", STEPS)
def test_no_step_changes_what_is_sealed(doctor: Scope, signed: dict[str, Item], name: str, what: str) -> None:
    item = signed[what]
    before = stands(doctor, item.key)
    for scope in (doctor, Scope.system("tests", doctor.clinic), Scope.system("tests")):
        tx = Transaction(scope)
        STEPS[name](tx, item, before)
        with pytest.raises(Sealed):
            tx.commit(EVENT)
        assert stands(doctor, item.key) == before


@pytest.mark.parametrize("what", ["note", "addendum"])
def test_no_batch_changes_what_is_sealed(doctor: Scope, signed: dict[str, Item], what: str) -> None:
    item = signed[what]
    before = stands(doctor, item.key)
    batch = Batch(Scope.system("tests", doctor.clinic))
    batch.put_row({**before, "text": "Other"})
    with pytest.raises(Sealed):
        batch.commit(EVENT)
    assert stands(doctor, item.key) == before


def test_a_mark_stands_beside_the_seal(doctor: Scope, signed: dict[str, Item]) -> None:
    item = signed["note"]
    before = stands(doctor, item.key)
    tx = Transaction(doctor)
    tx.mark(item, {"line": {"t": "Other"}})
    tx.commit(EVENT)
    after = stands(doctor, item.key)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"line", "version", "updatedAt", "lastEvent"}


@pytest.mark.parametrize("marks", [{"sections": []}, {"sealed": None}, {"author": "x", "line": {}}, {"title": "x"}])
def test_what_was_signed_is_no_mark(doctor: Scope, signed: dict[str, Any], marks: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no mark"):
        Transaction(doctor).mark(signed["note"], marks)


def test_what_is_not_of_a_chart_has_no_seal(doctor: Scope) -> None:
    """Elsewhere an attribute of this name means nothing."""
    place = {"PK": f"TEST#{doctor.clinic}", "SK": "x"}
    for value in ("one", "two"):
        tx = Transaction(doctor)
        tx.put_row({**place, "sealed": value})
        tx.commit(EVENT)
    assert stands(doctor, Key(place["PK"], "x"))["sealed"] == "two"
