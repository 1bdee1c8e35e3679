"""Somebody new is registered together with what they are to a patient we know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinnet import clock
from clinnet.table import Event, Once, Scope, Transaction
from clinnet.table.counters import draw
from clinnet.table.errors import Refused, Stale
from patients import queries
from patients.models import Patient
from patients.rules.shape import Link
from patients.services.people import NUMBER_TRIES, REGISTER, NumberTaken, add_changes, add_patient


@dataclass(frozen=True, slots=True, repr=False)
class Tie:
    """`known` goes into the known patient's links and says what the new one is there; `new` the other way round."""

    known: Link
    new: Link


def register_for(scope: Scope, known: Patient, data: Mapping[str, Any], tie: Tie, *, once: Once | None = None) -> str:
    """A new patient linked to `known` on both sides, in one transaction; returns the new id.

    Raises Refused where a number is taken. Somebody else's change of `known` meanwhile is no reason to refuse.
    """
    id = clock.new_id()
    for _ in range(NUMBER_TRIES):
        number = data.get("mrn") or f"{draw(scope, 'mrn'):06d}"
        try:
            return _register(scope, id, known, {**data, "mrn": number}, tie, once=once)
        except NumberTaken:
            if data.get("mrn"):
                raise
        except Stale:
            known = queries.patient(scope, known.id)
    raise Refused("Not saved: the relative's record is being changed. Try again.")


def _register(scope: Scope, id: str, known: Patient, data: Mapping[str, Any], tie: Tie, *, once: Once | None) -> str:
    tx = Transaction(scope, once=once)
    link = clock.new_id()
    there: dict[str, Any] = {**tie.known, "id": link, "patient_id": id}
    back: dict[str, Any] = {**tie.new, "id": link, "patient_id": known.id}
    add_patient(tx, id, {**data, "links": [*(data.get("links") or []), back]})
    add_changes(tx, known, {"links": [*(known.links or []), there]})
    changes = {name: [None, value] for name, value in data.items() if value} | {"links": [None, back]}
    return tx.commit(Event(REGISTER, "PATIENT", id, patient=id, changes=changes), result=id)
