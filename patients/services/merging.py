"""Two records of one person become one, by pointer, and can come apart again.

The survivor absorbs the other: nothing of the other moves. Its search rows and unique values point to the survivor,
and what the survivor held before is kept on the other (`merge`), so that undo gives back all that nobody changed since.

Merges of merges: the survivor of the second absorbs both, each record points to the one that it was folded into, and a
reader follows the pointers. Any merge into a record can be undone, not only the last one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clinnet.conflicts import apart, together
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction, get_many, get_rows
from clinnet.table.errors import ClinnetError, Refused, Stale
from clinnet.table.writes import LIMIT
from patients import hooks, index, queries
from patients.entries import LISTS
from patients.models import Patient, line
from patients.services.people import add_changes, change
from patients.timeline import all_ids

MERGE = Action("patient.merge", "folded another record into this one")
UNMERGE = Action("patient.unmerge", "took a folded record out of this one again", Topic.MERGES)

BESIDE_ROWS = 8  # of a merge, beside rows and numbers: token, event, topic, both items, letter, own numbers
TRIES = 4
MOVED_ON = "Somebody changed one of the numbers at the same moment. Try again."


def merge(
    scope: Scope, survivor: Patient, other: Patient, chosen: Mapping[str, Any], *, once: Once | None = None
) -> list[str]:
    """Fold `other` into `survivor`, whose attributes become those `chosen`. Raises Refused, Stale.

    One transaction. Only where that would be too long (names of five words change as well), what moves the survivor's
    search rows is written after it as a change of its own; returns the attributes that could not be written then.
    """
    _may_be_one(survivor, other)
    hooks.check_merge(scope, survivor, other)
    later = _too_much(scope, survivor, other, chosen)
    now = {name: value for name, value in chosen.items() if name not in later}
    tx = Transaction(scope, once=once)
    absorbed = list(dict.fromkeys([*(survivor.absorbed or []), other.id, *(other.absorbed or [])]))
    news = add_changes(tx, survivor, {**now, "absorbed": absorbed}, uniques=False)
    changes = news | {name: [getattr(survivor, name), value] for name, value in later.items()}
    note = {"into": survivor.id, "at": tx.at, "by": scope.actor.name, "changes": changes}
    lines = line({**survivor.data, **now}), line({**other.data, "merged_into": survivor.id})
    tx.update(other, {"merged_into": survivor.id, "merge": note, "state": "merged", "line": lines[1]})
    _lead_to(tx, other, survivor.id, lines[0])
    _numbers_lead_to(tx, survivor, other, {**survivor.data, **now}, lines[0])
    tx.commit(Event(MERGE, "PATIENT", survivor.id, patient=survivor.id, changes=news, note=other.mrn or ""))
    left = _afterwards(scope, survivor.id, later)
    _look_again(scope, survivor, other)
    hooks.renamed(scope, [survivor.id, *absorbed], line({**survivor.data, **chosen}))
    return left


def _look_again(scope: Scope, survivor: Patient, other: Patient) -> None:
    """What came between the check and the merge is seen now; what comes from now on looks at both records as one."""
    try:
        hooks.check_merge(scope, survivor, other)
    except Refused:
        undo_merge(scope, *(queries.folded(scope, each.id) for each in (survivor, other)))
        raise


def undo_merge(scope: Scope, survivor: Patient, other: Patient, *, once: Once | None = None) -> list[str]:
    """Both as before the merge, apart from what was changed since. Raises Refused, Stale. Returns as `merge`."""
    siblings = _siblings(scope, survivor, other)
    plan = undo_plan(survivor, other, siblings)
    later = _too_much(scope, survivor, other, plan.back)
    now = {name: value for name, value in plan.back.items() if name not in later}
    tx = Transaction(scope, once=once)
    gone = {other.id, *(other.absorbed or [])}
    absorbed = [id for id in survivor.absorbed or [] if id not in gone]
    news = add_changes(tx, survivor, {**now, "absorbed": absorbed}, uniques=False)
    own_line = line({**other.data, "merged_into": None})
    state = "archived" if other.archived else "active"
    tx.update(other, {"merged_into": None, "merge": None, "state": state, "line": own_line})
    for sibling in siblings:
        if sibling.id in plan.relinked:
            tx.update(sibling, {"merge": plan.relinked[sibling.id]})
    _give_back(tx, survivor, other, {**survivor.data, **plan.back})
    tx.commit(Event(UNMERGE, "PATIENT", survivor.id, patient=survivor.id, changes=news, note=other.mrn or ""))
    hooks.renamed(scope, [survivor.id, *absorbed], line({**survivor.data, **plan.back}))
    hooks.renamed(scope, all_ids(other), own_line)
    return _afterwards(scope, survivor.id, later)


def _may_be_one(survivor: Patient, other: Patient) -> None:
    if survivor.id == other.id:
        raise Refused("These are the same record already.")
    if other.merged_into == survivor.id:
        raise Refused(f"No. {other.mrn} was folded into this record already.")
    if survivor.merged_into or other.merged_into:
        raise Refused("One of these was folded into another record meanwhile. Look again.")


# --- What undo gives back ----------------------------------------------------------------------------------------


@dataclass(slots=True, repr=False)
class UndoPlan:
    """`back`: what the survivor gets again. `stays`: changed since, by path (see clinnet/conflicts.py).

    `relinked`: notes of later merges that began from what this one had brought.
    """

    back: dict[str, Any] = field(default_factory=dict)
    stays: dict[str, Any] = field(default_factory=dict)
    relinked: dict[str, Any] = field(default_factory=dict)


def siblings_of(scope: Scope, survivor: Patient, other: Patient) -> list[Patient]:
    """The other records that were folded directly into `survivor`, oldest merge first."""
    found = get_many(scope, map(Patient.at, survivor.absorbed or [])).of(Patient)
    here = [each for each in found if each.merged_into == survivor.id and each.merge and each.id != other.id]
    return sorted(here, key=lambda each: str((each.merge or {})["at"]))


def _siblings(scope: Scope, survivor: Patient, other: Patient) -> list[Patient]:
    """As `siblings_of`. Raises Refused where there is nothing to undo here, or not yet."""
    if other.merged_into != survivor.id or not other.merge:
        raise Refused("These two are not folded together.")
    if survivor.merged_into:
        raise Refused(f"No. {survivor.mrn} was itself folded into another record. Undo that first.")
    if other.id not in (survivor.absorbed or []):
        raise Stale({})  # read before the merge, the other one after it
    return siblings_of(scope, survivor, other)


def undo_plan(survivor: Patient, other: Patient, siblings: Iterable[Patient]) -> UndoPlan:
    """What undoing the merge of `other` does to `survivor`; `siblings` are further records folded into it."""
    plan, data = UndoPlan(), survivor.data
    siblings = list(siblings)
    after_it = [each for each in siblings if (each.merge or {})["at"] >= (other.merge or {})["at"]]
    for name, (before, after) in (other.merge or {})["changes"].items():
        if name == "absorbed":
            continue
        kept = _held_by(siblings, name)
        if (data.get(name) or None) == (after or None) and not kept:
            plan.back[name] = before
        else:
            _undo_parts(plan, name, [before, after, data.get(name)], kept, after_it)
    return plan


def _undo_parts(plan: UndoPlan, name: str, values: list[Any], kept: set[str], after_it: list[Patient]) -> None:
    """One attribute, entry by entry: other entries of it may have changed since, or come with another merge."""
    before, after, now = (apart({name: value}, LISTS) for value in values)
    back = dict(now)
    for path in dict.fromkeys([*before, *after]):
        if before.get(path) == after.get(path):
            continue
        if now.get(path) != after.get(path):
            if not _relink(plan, name, path, (before.get(path), after.get(path)), after_it):
                plan.stays[path] = now.get(path)
        elif path not in kept:
            back[path] = before.get(path)
    if back != now:
        plan.back[name] = together(_filled(back), [name], LISTS)[name]


def _relink(plan: UndoPlan, name: str, path: str, values: tuple[Any, Any], after_it: list[Patient]) -> bool:
    """A later merge that replaced what this one had brought now starts from what was before both."""
    for later in after_it:
        note = plan.relinked.get(later.id) or dict(later.merge or {})
        if name not in note["changes"]:
            continue
        began, ended = note["changes"][name]
        parts = apart({name: began}, LISTS)
        if parts.get(path) == values[1]:
            restored = together(_filled({**parts, path: values[0]}), [name], LISTS)[name]
            plan.relinked[later.id] = note | {"changes": note["changes"] | {name: [restored, ended]}}
            return True
    return False


def _held_by(siblings: list[Patient], name: str) -> set[str]:
    """Entries of a list that other folded records have as well."""
    if name not in LISTS:
        return set()
    return {path for each in siblings for path in apart({name: getattr(each, name)}, LISTS)}


def _filled(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {path: value for path, value in parts.items() if value is not None}


# --- Search rows and numbers ---------------------------------------------------------------------------------------


def _lead_to(tx: Transaction, other: Patient, survivor: str, line: Mapping[str, Any]) -> None:
    """All by which `other` is found leads to the survivor; an alias says that its line may be old."""
    clinic = tx.scope.clinic_id
    listed = index.list_key(clinic, other.id, other.data)
    for key in index.rows(clinic, other.id, other.data).keys() - {listed}:
        tx.put_row({"PK": key.pk, "SK": key.sk, "id": survivor, "line": dict(line), "alias": True})
    tx.delete_row(listed)


def _numbers_lead_to(
    tx: Transaction, survivor: Patient, other: Patient, after: Mapping[str, Any], line: Mapping[str, Any]
) -> None:
    """Of both: also a national id that the survivor gives up for the other's."""
    given, held, kept = (
        set(index.unique_keys(tx.scope.clinic_id, d).values()) for d in (other.data, survivor.data, after)
    )
    for key, row in get_rows(tx.scope, (given - held) | (held - kept)).items():
        if row["id"] in (survivor.id, other.id):  # an earlier merge may have given it to somebody else
            sets = {"id": survivor.id, "line": line, "alias": True}
            tx.change_row(key, sets=sets, when={"id": row["id"]}, refusal=Refused(MOVED_ON))


def _give_back(tx: Transaction, survivor: Patient, other: Patient, held: Mapping[str, Any]) -> None:
    """The rows of `other`, and its numbers but those that others have by now; `held` is the survivor's data."""
    clinic = tx.scope.clinic_id
    for row in index.rows(clinic, other.id, {**other.data, "merged_into": None}).values():
        tx.put_row(row)
    refusal = Refused(MOVED_ON)
    wanted = index.unique_keys(clinic, other.data)
    used = set(index.unique_keys(clinic, held).values())
    there = get_rows(tx.scope, wanted.values())
    for attribute, key in wanted.items():
        if key in used:
            continue
        row = index.unique_row(attribute, key, other.id, {**other.data, "merged_into": None})
        if key not in there:
            tx.put_row(row, only_new=True, refusal=refusal)
        elif there[key].get("id") == survivor.id:
            sets = {"id": other.id, "line": row.get("line"), "alias": None}
            tx.change_row(key, sets=sets, when={"id": survivor.id}, refusal=refusal)


def _too_much(scope: Scope, survivor: Patient, other: Patient, news: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `news` that must wait for a second transaction: none, unless all together exceed one."""
    clinic, before = scope.clinic_id, survivor.data
    fixed = BESIDE_ROWS + len(index.rows(clinic, other.id, other.data)) + len(index.unique_keys(clinic, other.data))
    if fixed > LIMIT:
        raise Refused("This record has too many phones and numbers to be folded in one step. Remove some first.")
    if fixed + _rows_moved(clinic, survivor.id, before, {**before, **news}) <= LIMIT:
        return {}
    return {
        name: value for name, value in news.items() if _rows_moved(clinic, survivor.id, before, {**before, name: value})
    }


def _rows_moved(clinic: str, id: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    old, new = index.rows(clinic, id, before), index.rows(clinic, id, after)
    return len(old.keys() - new.keys()) + sum(old.get(key) != row for key, row in new.items())


def _afterwards(scope: Scope, id: str, later: Mapping[str, Any]) -> list[str]:
    """The rest of a long merge or undo, as a change of its own. Returns what could not be written."""
    for _ in range(TRIES if later else 0):
        try:
            change(scope, queries.patient(scope, id), later)
        except Stale:
            continue
        except ClinnetError:
            break
        return []
    return list(later)
