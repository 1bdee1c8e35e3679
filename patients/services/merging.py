"""Two records of one person become one, by pointer, and can come apart again.

The survivor absorbs the other: nothing of the other moves. Its search rows and unique values point to the survivor,
and what the survivor held before is kept on the other, so that undo gives back all that nobody changed since.
"""

from collections.abc import Mapping
from typing import Any

from clinnet.table import Event, Once, Scope, Transaction, get_rows, keys
from clinnet.table.errors import Refused
from patients import index, names
from patients.models import Patient, line
from patients.services.people import add_changes

# Together they are more than either: a merge keeps both sides' entries.
UNITED = ("phones", "identifiers", "policies", "alerts", "links", "other_names")


def merge(
    scope: Scope, survivor: Patient, other: Patient, chosen: Mapping[str, Any], *, once: Once | None = None
) -> None:
    """Fold `other` into `survivor`, whose attributes become those `chosen`. One transaction. Raises Refused, Stale."""
    if survivor.id == other.id:
        raise Refused("These are the same record already.")
    if survivor.merged_into or other.merged_into:
        raise Refused("One of these was folded into another record already.")
    tx = Transaction(scope, once=once)
    absorbed = [*(survivor.absorbed or []), other.id, *(other.absorbed or [])]
    news = add_changes(tx, survivor, {**chosen, "absorbed": absorbed}, uniques=False)
    merge_note = {"into": survivor.id, "at": tx.at, "by": scope.actor.name, "changes": news}
    tx.update(other, {"merged_into": survivor.id, "merge": merge_note, "state": "merged", "line": _merged_line(other)})
    new_line = line({**survivor.data, **chosen})
    _repoint(tx, other, to=survivor.id, line=new_line)
    for key in index.unique_keys(scope.here, other.data).values():
        tx.change_row(key, sets={"id": survivor.id, "line": new_line, "alias": True})
    tx.delete_row(_list_key(scope, other))
    tx.commit(Event("patient.merge", "PATIENT", survivor.id, patient=survivor.id, changes=news, note=other.mrn or ""))


def undo_merge(scope: Scope, survivor: Patient, other: Patient, *, once: Once | None = None) -> None:
    """Both records as before the merge, apart from what was changed since. Raises Refused, Stale."""
    if other.merged_into != survivor.id or not other.merge:
        raise Refused("These two are not folded together.")
    tx = Transaction(scope, once=once)
    now = survivor.data
    gone = {other.id, *(other.absorbed or [])}
    back = {name: before for name, (before, after) in other.merge["changes"].items() if now.get(name) == after}
    back["absorbed"] = [id for id in survivor.absorbed or [] if id not in gone]
    news = add_changes(tx, survivor, back, uniques=False)
    own_line = line({**other.data, "merged_into": None})
    state = "archived" if other.archived else "active"
    tx.update(other, {"merged_into": None, "merge": None, "state": state, "line": own_line})
    _repoint(tx, other, to=other.id, line=own_line)
    _give_back_numbers(tx, survivor, other)
    key = _list_key(scope, other)
    tx.put_row({"PK": key.pk, "SK": key.sk, "id": other.id, "line": own_line})
    tx.commit(Event("patient.unmerge", "PATIENT", survivor.id, patient=survivor.id, changes=news, note=other.mrn or ""))


def united(survivor: Patient, other: Patient) -> dict[str, Any]:
    """The lists of both, the survivor's first, without what stands in both."""
    found = {}
    for name in UNITED:
        mine, theirs = getattr(survivor, name) or [], getattr(other, name) or []
        found[name] = [*mine, *(each for each in theirs if each not in mine)]
    links = [each for each in found["links"] if each.get("patient_id") not in (survivor.id, other.id)]
    return found | {"links": links}


def _repoint(tx: Transaction, other: Patient, *, to: str, line: Mapping[str, Any]) -> None:
    """The rows by which `other` is found lead to the record `to`; an alias says that its line may be old."""
    clinic, alias = tx.scope.here, to != other.id
    for key in index.rows(clinic, other.id, other.data).keys() - {_list_key(tx.scope, other)}:
        row = {"PK": key.pk, "SK": key.sk, "id": to, "line": dict(line), "alias": alias or None}
        tx.put_row(row)


def _give_back_numbers(tx: Transaction, survivor: Patient, other: Patient) -> None:
    """All of its unique values but those that went to somebody else since."""
    wanted = index.unique_keys(tx.scope.here, other.data)
    held = get_rows(tx.scope, wanted.values())
    for attribute, key in wanted.items():
        owner = held.get(key, {}).get("id")
        if owner in (None, survivor.id):
            row = index.unique_row(attribute, key, other.id, other.data)
            tx.put_row(row, refusal=Refused("Somebody took one of the numbers meanwhile. Try again."))


def _list_key(scope: Scope, patient: Patient) -> keys.Key:
    return keys.list_row(scope.here, index.initial(patient.data), names.list_key_of(patient.data), patient.id)


def _merged_line(other: Patient) -> dict[str, Any]:
    return line({**other.data, "merged_into": "yes"})
