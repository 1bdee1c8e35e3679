"""Every door of the table layer, tried from clinic A with keys, items, cursors and tokens of clinic B.

A hole is a sentence. There are none while the wall stands.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from clinnet import clock, conflicts
from clinnet.table import (
    Actor,
    Batch,
    Event,
    Key,
    Row,
    Scope,
    Transaction,
    cursors,
    find_row,
    get,
    get_many,
    get_rows,
    keys,
    once,
    query,
)
from clinnet.table.errors import ClinnetError, NotFound, Refused
from clinnet.table.meter import metered
from patients.models import Patient
from tests.actions import TESTED
from tests.wall.world import World, patient_of

EVENT = Event(TESTED, "TEST", "1")


def table_holes(own: World, foreign: World) -> Iterator[str]:
    yield from _reads(own.scope, foreign.first("patient_id"))
    yield from _writes(own.scope, foreign)
    yield from _cursors(own.scope, foreign.scope)
    yield from _tokens(own.scope, foreign.scope)
    yield from _openings(own.scope, foreign.scope)


# --- Reads: as for an id that nobody has -----------------------------------------------------------------------------


def _reads(scope: Scope, theirs: str) -> Iterator[str]:
    questions: dict[str, Callable[[str], object]] = {
        "get": lambda id: get(scope, Patient, Patient.at(id)),
        "find_row": lambda id: find_row(scope, Patient.at(id)),
        "get_rows": lambda id: get_rows(scope, [Patient.at(id)]),
        "get_many": lambda id: get_many(scope, [Patient.at(id), Patient.at(id[::-1])]).raws,
        "query": lambda id: query(scope, keys.contacts_of(id), limit=1),
        "query of an index": lambda id: query(scope, keys.history_of(id), limit=1),
    }
    for name, ask in questions.items():
        nobody = clock.new_id()
        if (told := _told(partial(ask, theirs))) != _told(partial(ask, nobody)):
            yield f"{name} tells another clinic's item from none: {told}"


def _told(ask: Callable[[], object]) -> tuple[object, ...]:
    """All that an asker learns, what the meter shows included."""
    with metered() as meter:
        try:
            answer = ask()
        except ClinnetError as error:
            answer = type(error)
    return answer, meter.read_units, meter.read_floor


# --- Writes: not found, and nothing changes --------------------------------------------------------------------------


def _writes(scope: Scope, foreign: World) -> Iterator[str]:
    patient = patient_of(foreign)
    before = find_row(foreign.scope, patient.key)
    for name, step in _steps(patient).items():
        tx = Transaction(scope)
        step(tx)
        try:
            tx.commit(EVENT)
        except NotFound:
            pass
        except ClinnetError as error:
            yield f"{name} answers {type(error).__name__} for another clinic's item"
        else:
            yield f"{name} is done to another clinic's item"
        if find_row(foreign.scope, patient.key) != before:
            yield f"{name} changed another clinic's item"
            before = find_row(foreign.scope, patient.key)
    yield from _batch(scope, patient)


def _steps(patient: Patient) -> dict[str, Callable[[Transaction], None]]:
    at, version = patient.key, patient.version
    row: Row = {"PK": at.pk, "SK": at.sk, "id": patient.id}
    refusal = Refused("It is there.")
    return {
        "put": lambda tx: tx.put(Patient(pk=at.pk, sk=at.sk, id=patient.id), refusal=refusal),
        "put_row": lambda tx: tx.put_row(row),
        "put_row only_new": lambda tx: tx.put_row(row, only_new=True, refusal=refusal),
        "update": lambda tx: tx.update(patient, {"notes": "x"}, refusal=refusal),
        "update, of an older version": lambda tx: tx.update(_older(patient), {"notes": "x"}),
        "change_row": lambda tx: tx.change_row(at, sets={"notes": "x"}, refusal=refusal),
        "change_row new": lambda tx: tx.change_row(at, sets={"notes": "x"}, new=True),
        "delete_row": lambda tx: tx.delete_row(at),
        "delete_row when": lambda tx: tx.delete_row(at, when={"version": version}, refusal=refusal),
        "check": lambda tx: tx.check(at, when={"version": version}, refusal=refusal),
    }


def _older(patient: Patient) -> Patient:
    return Patient(pk=patient.pk, sk=patient.sk, id=patient.id, version=patient.version + 7)


def _batch(scope: Scope, patient: Patient) -> Iterator[str]:
    """Commands write without conditions."""
    batch = Batch(Scope.system("tests", scope.clinic))
    batch.put_row({"PK": patient.pk, "SK": patient.sk, "id": patient.id})
    try:
        batch.commit(EVENT)
    except Refused:
        return
    yield "a batch wrote over another clinic's item"


# --- What people carry: cursors and once tokens ----------------------------------------------------------------------


def _others(scope: Scope, foreign: Scope) -> dict[str, Scope]:
    """The same person in another clinic, and another person in the same."""
    return {
        "another clinic's": replace(scope, clinic=foreign.clinic),
        "another person's": replace(scope, actor=Actor("somebody", "Somebody")),
    }


def _cursors(scope: Scope, foreign: Scope) -> Iterator[str]:
    asked = keys.patients_by_letter(scope.clinic_id, "q")
    position = {"PK": asked.pk, "SK": "q"}
    bound = "|".join(("list", *asked))
    sealed = {whose: cursors.seal(other, bound, position) for whose, other in _others(scope, foreign).items()}
    sealed["another view's"] = cursors.seal(scope, f"export{bound}", position)
    query(scope, asked, limit=1, view="list", cursor=cursors.seal(scope, bound, position))  # the right one works
    for whose, cursor in sealed.items():
        try:
            query(scope, asked, limit=1, view="list", cursor=cursor)
        except NotFound:
            continue
        yield f"{whose} cursor is taken"


def _tokens(scope: Scope, foreign: Scope) -> Iterator[str]:
    form = "ReasonForm 1"
    tokens = {whose: once.issue(other, form) for whose, other in _others(scope, foreign).items()}
    tokens["another form's"] = once.issue(scope, "ReasonForm 2")
    once.used(scope, form, _posted(once.issue(scope, form)))  # the right one works
    for whose, token in tokens.items():
        try:
            once.used(scope, form, _posted(token))
        except Refused:
            continue
        yield f"{whose} once token is taken"


def _openings(scope: Scope, foreign: Scope) -> Iterator[str]:
    """What a form was opened on, sealed into it: of B, it would show B's values beside A's."""
    try:
        conflicts.unseal(scope, "notes 1", conflicts.seal(foreign, "notes 1", {"notes": "x"}))
    except Refused:
        return
    yield "a form opened in another clinic is taken"


def _posted(token: str) -> dict[str, Any]:
    return {once.FIELD: [token]}


def unowned() -> Key:
    """A row that says no clinic, as only sign-in and maintenance can write."""
    at = Patient.at(clock.new_id())
    tx = Transaction(Scope.system("tests"))
    tx.put_row({"PK": at.pk, "SK": at.sk, "id": "unowned"})
    tx.commit(EVENT)
    return at
