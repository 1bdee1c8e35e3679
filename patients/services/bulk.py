"""Many patients at once, through the batch door: for seed and import alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from clinnet import clock
from clinnet.table import Action, Batch, Event, Row, Scope, Transaction, keys
from clinnet.table.batches import TAKEN
from clinnet.table.counters import draw
from clinnet.table.errors import Refused
from clinnet.table.kept import forget
from clinnet.table.reads import owners
from patients import index
from patients.models import Patient
from patients.queries import letters
from patients.services.people import build

REGISTER_MANY = Action("patient.register-many", "registered several patients at once")
ADD_LETTERS = Action("list.letters", "added first letters to the list of patients")


@dataclass(frozen=True, repr=False)
class Newcomer:
    """A patient to come: `joined` is a stamp, `data` patient data; the record number is drawn if it has none."""

    id: str
    joined: str
    data: Mapping[str, Any]


def register_many(scope: Scope, newcomers: Sequence[Newcomer]) -> int:
    """Registers those who are not there yet; returns how many. May be stopped and repeated at any point.

    Search rows go before the patient, so that whoever exists can be found. The caller keeps unique values unique.
    Raises Refused, before anything is written, if another clinic has a record with one of these ids.
    """
    there = owners(scope, [Patient.at(each.id) for each in newcomers])
    if set(there.values()) - {scope.clinic_id}:
        raise Refused(TAKEN)
    missing = [each for each in newcomers if Patient.at(each.id) not in there]
    if not missing:
        return 0
    numbered = _numbered(scope, missing)
    _remember_letters(scope, (data for _, data in numbered))
    batch = Batch(scope)
    for each, data in numbered:
        batch.put_rows(_rows(scope.clinic_id, each.id, data))
    batch.write()
    for each, data in numbered:
        patient = build(scope, each.id, data, each.joined)
        patient.created_at = each.joined
        batch.put(patient)
    batch.commit(Event(REGISTER_MANY, "PATIENT", missing[0].id, note=f"{len(missing)} patients"))
    return len(missing)


def _numbered(scope: Scope, newcomers: Sequence[Newcomer]) -> list[tuple[Newcomer, Mapping[str, Any]]]:
    without = sum(not each.data.get("mrn") for each in newcomers)
    fresh = count(draw(scope, "mrn", without) if without else 0)
    return [
        (each, each.data if each.data.get("mrn") else {**each.data, "mrn": f"{next(fresh):06d}"}) for each in newcomers
    ]


def _rows(clinic: str, id: str, data: Mapping[str, Any]) -> Iterable[Row]:
    yield from index.rows(clinic, id, data).values()
    for attribute, key in index.unique_keys(clinic, data).items():
        yield index.unique_row(attribute, key, id, data)


def _remember_letters(scope: Scope, people: Iterable[Mapping[str, Any]]) -> None:
    new = {index.initial(data) for data in people} - letters(scope)
    if new:
        tx = Transaction(scope)
        tx.change_row(
            keys.list_buckets(scope.clinic_id), adds={"letters": new}, sets={"clinicId": scope.clinic_id}, new=True
        )
        tx.commit(Event(ADD_LETTERS, "CLINIC", scope.clinic_id, note=clock.stamp()))
        forget()
