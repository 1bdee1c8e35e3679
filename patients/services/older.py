"""What the older Clinnet held, under its own ids: patients first, then what belongs to them. Safe to repeat."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal

from clinnet import clock
from clinnet.table import Action, Batch, Event, Key, Row, Scope, get_rows, keys
from clinnet.table.reads import owners
from clinnet.table.values import row_to_raw, weight
from patients import index, legacy_appointment
from patients.legacy import Kind, Older
from patients.legacy_patient import OlderPatient
from patients.models import Patient
from patients.services.bulk import Newcomer, register_many

IMPORT_OLDER = Action("import.clinnet", "imported items of the older Clinnet")

Outcome = Literal["new", "there", "elsewhere", "orphan", "large"]
PLACES: Mapping[Kind, Callable[[str, str], Key]] = {
    "APPOINTMENT": keys.appointment,
    "RECORD": keys.record,
    "SERVICE": keys.service_provided,
    "BILLING": keys.bill,
}
# Attributes that the table layer gives a meaning of its own; theirs are kept apart. One of them would expire the item.
APART = ("version", "schema", "state", "line", "lastEvent", "clinicId", "expiresAt", "older")
OURS = (*APART, "patientId", "type", "id")
LONG_AGO = "1970-01-01T00:00:00.000Z"  # where an item without any time stands in the time line
LARGEST = 390_000  # bytes; DynamoDB takes 400 kB with the keys


def take_patients(
    scope: Scope, coming: Sequence[tuple[Older, OlderPatient]], *, dry_run: bool = False
) -> tuple[dict[str, Outcome], list[str]]:
    """Registers those who are not there under their old ids. Returns what became of each, and whose number was taken.

    A record number or national id that somebody here has already is kept in `extra` instead.
    """
    outcomes = _there(scope, {item.id: Patient.at(item.id) for item, _ in coming})
    new = {item.id: known for item, known in coming if item.id not in outcomes}
    held = _holders(scope, new)
    taken, newcomers = [], []
    for id, known in new.items():
        data, had = _without_taken(scope, id, known.data, held)
        newcomers.append(Newcomer(id, known.created_at or clock.stamp(), data))
        taken += [id] if had else []
        outcomes[id] = "new"
    if newcomers and not dry_run:
        register_many(scope, newcomers)
    return outcomes, taken


def _there(scope: Scope, places: Mapping[str, Key]) -> dict[str, Outcome]:
    """Which of these exist: here, or in another clinic, whose ids cannot be used again."""
    owner = owners(scope, places.values())
    return {id: "there" if owner[key] == scope.clinic_id else "elsewhere" for id, key in places.items() if key in owner}


def _holders(scope: Scope, new: Mapping[str, OlderPatient]) -> dict[Key, str]:
    """Who has each unique value: in the table, or earlier among those who come."""
    wanted = {id: index.unique_keys(scope.clinic_id, known.data).values() for id, known in new.items()}
    held = {
        key: str(row["id"]) for key, row in get_rows(scope, [k for found in wanted.values() for k in found]).items()
    }
    for id, found in wanted.items():
        for key in found:
            held.setdefault(key, id)
    return held


def _without_taken(
    scope: Scope, id: str, data: Mapping[str, Any], held: Mapping[Key, str]
) -> tuple[dict[str, Any], bool]:
    taken = {name for name, key in index.unique_keys(scope.clinic_id, data).items() if held[key] != id}
    kept = {name: value for name, value in data.items() if name not in taken}
    if taken:
        kept["extra"] = {**data.get("extra", {}), **{name: data[name] for name in taken}}
    return kept, bool(taken)


def carry(
    scope: Scope, items: Sequence[Older], *, dry_run: bool = False, coming: Collection[str] = ()
) -> list[Outcome]:
    """Items of patients, as they are; what became of each. `coming` are patients whom a dry run did not write."""
    places = {f"{number}": place(item) for number, item in enumerate(items)}
    there = _there(scope, places)
    patients = _there(scope, {item.patient_id: Patient.at(item.patient_id) for item in items})
    batch, outcomes, written = Batch(scope), [], set[Key]()
    for number, item in enumerate(items):
        row = _row(item, batch.at)
        outcome = there.get(str(number)) or ("there" if places[str(number)] in written else "new")
        if patients.get(item.patient_id) != "there" and item.patient_id not in coming:
            outcome = "orphan"
        elif outcome == "new" and weight(row_to_raw(row)) > LARGEST:
            outcome = "large"
        elif outcome == "new":
            written.add(places[str(number)])
            batch.put_row(row)
        outcomes.append(outcome)
    if written and not dry_run:
        batch.commit(Event(IMPORT_OLDER, "CLINIC", scope.clinic_id, note=f"{len(written)} items of the older Clinnet"))
    return outcomes


def place(item: Older) -> Key:
    return PLACES[item.kind](item.patient_id, item.id)


def _row(item: Older, now: str) -> Row:
    """The item with our keys; its own attributes as they are."""
    at, key = item.at or LONG_AGO, place(item)
    line = keys.chart_timeline if item.kind == "RECORD" else keys.timeline
    in_time = line(item.patient_id, at, key.sk)
    named = legacy_appointment.apart(item.attributes) if item.kind == "APPOINTMENT" else set()
    theirs = {name: value for name, value in item.attributes.items() if name not in OURS and name not in named}
    apart = {name: item.attributes[name] for name in (*APART, *sorted(named)) if name in item.attributes}
    ours: Row = legacy_appointment.ours(item, now) if item.kind == "APPOINTMENT" else {}
    ours |= {
        "PK": key.pk, "SK": key.sk, "GSI2PK": in_time.pk, "GSI2SK": in_time.sk, "id": item.id, "type": item.kind,
        "patientId": item.patient_id, "version": 1, "schema": 1, "older": apart,
        "createdAt": theirs.get("createdAt") or (item.at or now), "updatedAt": theirs.get("updatedAt") or now,
    }  # fmt: skip
    return {**theirs, **ours}
