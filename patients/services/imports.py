"""Patients as other systems had them. Repeating an import changes nothing."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal

from clinnet import clock
from clinnet.table import Scope, get_rows
from clinnet.table.errors import NotFound, Refused
from patients import entries, index, queries
from patients.models import Patient
from patients.rules import names
from patients.services.people import change, register

Outcome = Literal["new", "changed", "same"]
# In `extra`: what each attribute was when it was imported last. Names that begin with this sign are not shown.
SEEN = "_imported"
WHOLE = "_"  # of the whole, among those of its attributes
NAMES = ("family_name", "given_name", "further_names", "preferred_name", "other_names")


def take_in(scope: Scope, data: Mapping[str, Any], digest: str, *, dry_run: bool = False) -> tuple[Outcome, str]:
    """A patient from outside, found again by identifiers; returns what became of it, and the id ("" on a dry run).

    `digest` stands for all that the source says: while it stays, nothing is looked at. After that only those
    attributes are written which the source itself changed, so that what the staff typed since stays. A patient
    whom the clinic registered by hand is completed, never corrected. Raises Refused where a person has to decide.
    """
    found = _known(scope, data)
    seen = {name: _hash(value) for name, value in data.items()} | {WHOLE: digest}
    extra = {**data.get("extra", {}), SEEN: seen}
    if found is None:
        return "new", "" if dry_run else register(scope, _completed(scope, {**data, "extra": extra}))
    before = (found.extra or {}).get(SEEN)
    if before and before.get(WHOLE) == digest:
        return "same", found.id
    changes = _newer(found, data, before) if before else _missing(found, data)
    if not changes:
        return "same", found.id
    if not dry_run:
        _write(scope, found, _completed(scope, {**changes, "extra": {**(found.extra or {}), **extra}}))
    return "changed", found.id


def _completed(scope: Scope, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record that its source had put aside is put aside here, by this import."""
    if not data.get("archived"):
        return data
    archived = {**data["archived"], "by": scope.actor.name}
    archived["at"] = archived["at"] or clock.stamp()
    return {**data, "archived": archived}


def _known(scope: Scope, data: Mapping[str, Any]) -> Patient | None:
    """The patient who has these numbers. Raises Refused for two, and for somebody who is evidently another."""
    rows = get_rows(scope, index.unique_keys(scope.clinic_id, data).values()).values()
    found = {}
    for id in {row["id"] for row in rows}:
        try:
            patient = queries.current(scope, id)
        except NotFound:  # the rest of an interrupted batch, which its own command completes
            raise Refused("One of its numbers is being registered by another import. Import again later.") from None
        found[patient.id] = patient
    if len(found) > 1:
        raise Refused(f"Its numbers belong to {len(found)} patients here. Left for a person to decide.")
    known = next(iter(found.values()), None)
    if known and _is_evidently_another(known.data, data):
        raise Refused("Its number belongs to a patient here with another name and birth date. Left for a person.")
    return known


def _is_evidently_another(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    born, other = ours.get("birth_date"), theirs.get("birth_date")
    if not born or not other or born.startswith(other) or other.startswith(born):
        return False
    return not set(names.words_of(ours)) & set(names.words_of(theirs))


def _newer(found: Patient, data: Mapping[str, Any], before: Mapping[str, str]) -> dict[str, Any]:
    """What the source changed since, its entries of a list before ours; what it no longer says stays."""
    said = {name: value for name, value in data.items() if before.get(name) != _hash(value)}
    if found.deceased_on and "Date of death" in data.get("extra", {}):
        said.pop("deceased_on", None)  # its date was unknown: the day of the first import stands for it
    lists = entries.united(said, found.data, (found.id, found.id))
    said |= {name: lists[name] for name in said if name in lists}
    return {name: value for name, value in said.items() if found.data.get(name) != value}


def _missing(found: Patient, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the source knows besides what was typed here."""
    ours = found.data
    lists = entries.united(ours, data, (found.id, found.id))
    more = {name: value for name, value in data.items() if name not in lists and value and not ours.get(name)}
    return more | {name: value for name, value in lists.items() if value and value != ours.get(name)}


def _write(scope: Scope, found: Patient, changes: Mapping[str, Any]) -> None:
    """In one transaction; where a changed name moves too many search rows for one, the names go first."""
    try:
        change(scope, found, changes, action="patient.import")
    except ValueError:  # more actions than a transaction takes: nothing was sent
        first = {name: value for name, value in changes.items() if name in NAMES}
        change(scope, found, first, action="patient.import")
        rest = {name: value for name, value in changes.items() if name not in NAMES}
        change(scope, queries.patient(scope, found.id), rest, action="patient.import")


def _hash(value: Any) -> str:
    plain = json.dumps(value, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
