"""Registering and changing a patient."""

from collections.abc import Mapping
from typing import Any

from clinnet import clock
from clinnet.table import Action, Event, Key, Once, Scope, Topic, Transaction, get_rows, keys
from clinnet.table.counters import draw
from clinnet.table.errors import Refused
from clinnet.table.kept import forget
from patients import hooks, index
from patients.models import DATA, Patient, line
from patients.queries import letters
from patients.timeline import all_ids

REGISTER = Action("patient.register", "registered this patient")
CHANGE = Action("patient.change", "changed")
ARCHIVE = Action("patient.archive", "archived this record", Topic.ARCHIVED)
RESTORE = Action("patient.restore", "restored this record", Topic.ARCHIVED)
CONFIRM_DETAILS = Action("patient.check", "asked whether the details are still right: they are")
RECORD_DEATH = Action("patient.deceased", "recorded the death")
UNDO_DEATH = Action("patient.not-deceased", "took back the record of the death")
MARK_TEST = Action("patient.test", "marked this as a test patient")
UNMARK_TEST = Action("patient.not-test", "said that this is not a test patient")
RESTRICT = Action("patient.restrict", "restricted the chart", Topic.RESTRICTED)
UNRESTRICT = Action("patient.not-restrict", "lifted the restriction of the chart", Topic.RESTRICTED)

NUMBER_TRIES = 5


class NumberTaken(Refused):
    """Another patient has this record number."""


def register(scope: Scope, data: Mapping[str, Any], *, once: Once | None = None, id: str = "") -> str:
    """A new patient, findable at once; returns the id. `data` is patient data; at least one name.

    The record number is the clinic's next unless one is given. Raises Refused where a number or id is taken.
    """
    if not (data.get("family_name") or data.get("given_name")):
        raise Refused("A name is needed, one is enough.", field="family_name")
    id = id or clock.new_id()
    if data.get("mrn"):
        return _register(scope, id, data, once)
    for _ in range(NUMBER_TRIES):
        try:
            return _register(scope, id, {**data, "mrn": f"{draw(scope, 'mrn'):06d}"}, once)
        except NumberTaken:  # somebody typed this number before the counter reached it
            continue
    raise NumberTaken("No free record number was found. Type one.", field="mrn")


def _register(scope: Scope, id: str, data: Mapping[str, Any], once: Once | None) -> str:
    tx = Transaction(scope, once=once)
    add_patient(tx, id, data)
    return tx.commit(Event(REGISTER, "PATIENT", id, patient=id, changes=_news(data)), result=id)


def add_patient(tx: Transaction, id: str, data: Mapping[str, Any]) -> None:
    """The steps of a registration, for services that register somebody on the way."""
    tx.put(build(tx.scope, id, data, tx.at))
    for row in index.rows(tx.scope.clinic_id, id, data).values():
        tx.put_row(row)
    for attribute, key in index.unique_keys(tx.scope.clinic_id, data).items():
        _claim(tx, attribute, key, id, data)
    _remember_letter(tx, data)


def build(scope: Scope, id: str, data: Mapping[str, Any], at: str) -> Patient:
    """The patient item, not yet written."""
    place, joined = Patient.at(id), keys.patient_joined(scope.clinic_id, at, id)
    kept = {name: value for name, value in data.items() if name in DATA and value not in (None, "", [], {})}
    return Patient(
        pk=place.pk, sk=place.sk, gsi1pk=joined.pk, gsi1sk=joined.sk, id=id, state=_state(data), line=line(data), **kept
    )


def change(
    scope: Scope,
    patient: Patient,
    changes: Mapping[str, Any],
    *,
    action: Action = CHANGE,
    note: str = "",
    once: Once | None = None,
) -> None:
    """New values for some attributes. Search rows and unique values follow. Raises Stale, and Refused if taken."""
    tx = Transaction(scope, once=once)
    if news := add_changes(tx, patient, changes):
        tx.commit(Event(action, "PATIENT", patient.id, patient=patient.id, changes=news, note=note))
        if (after := line({**patient.data, **changes})) != patient.line:
            hooks.renamed(scope, all_ids(patient), after)


def add_changes(
    tx: Transaction, patient: Patient, changes: Mapping[str, Any], *, uniques: bool = True
) -> dict[str, Any]:
    """The steps of a change; returns what really changes as {attribute: [before, after]}, perhaps nothing.

    Without `uniques` the rows of unique values stay as they are: a merge moves those itself.
    """
    if patient.merged_into:
        raise Refused("This record was folded into another one. Change that one.")
    before = patient.data
    news = {
        name: [before.get(name), value or None]
        for name, value in changes.items()
        if (before.get(name) or None) != (value or None)
    }
    if not news:
        return {}
    after = {**before, **changes}
    if not (after.get("family_name") or after.get("given_name")):
        raise Refused("A name is needed, one is enough.", field="family_name")
    changed = {name: changes[name] or None for name in news}
    if news.keys() <= index.UNSEARCHED:
        tx.update(patient, changed)
        return news
    tx.update(patient, changed | {"line": line(after), "state": _state(after)})
    _move_rows(tx, patient.id, before, after)
    _refresh_uniques(tx, before, after)
    if uniques:
        _move_uniques(tx, patient.id, before, after)
    return news


def _state(data: Mapping[str, Any]) -> str:
    return "merged" if data.get("merged_into") else "archived" if data.get("archived") else "active"


def _move_rows(tx: Transaction, id: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """The search rows of `before` become those of `after`."""
    clinic = tx.scope.clinic_id
    old, new = index.rows(clinic, id, before), index.rows(clinic, id, after)
    for key in old.keys() - new.keys():
        tx.delete_row(key)
    for key, row in new.items():
        if old.get(key) != row:
            tx.put_row(row)
    if index.initial(after) != index.initial(before):  # of two patients in one change at most one is renamed
        _remember_letter(tx, after)


def _refresh_uniques(tx: Transaction, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """The numbers that stay carry the new line: a search by number is one read."""
    if line(before) == line(after):
        return
    held, wanted = index.unique_keys(tx.scope.clinic_id, before), index.unique_keys(tx.scope.clinic_id, after)
    for attribute in index.SEARCHED & held.keys():
        if held[attribute] == wanted.get(attribute):
            tx.change_row(held[attribute], sets={"line": line(after)})


def _move_uniques(tx: Transaction, id: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    clinic = tx.scope.clinic_id
    held, wanted = index.unique_keys(clinic, before), index.unique_keys(clinic, after)
    for key in held.values():
        if key not in wanted.values():
            tx.delete_row(key, when={"id": id})
    new = {attribute: key for attribute, key in wanted.items() if key not in held.values()}
    # A number of a record that was folded into this one leads here already.
    ours = get_rows(tx.scope, new.values()) if new and before.get("absorbed") else {}
    for attribute, key in new.items():
        if ours.get(key, {}).get("id") == id:
            tx.change_row(key, sets={"line": line(after), "alias": None}, when={"id": id})
        else:
            _claim(tx, attribute, key, id, after)


def _claim(tx: Transaction, attribute: str, key: Key, id: str, data: Mapping[str, Any]) -> None:
    refusal: Refused
    if attribute == "mrn":
        refusal = NumberTaken("Another patient has this record number.", field="mrn")
    else:
        refusal = Refused("Another patient has this number: search for it first.", field=attribute.split(maxsplit=1)[0])
    tx.put_row(index.unique_row(attribute, key, id, data), only_new=True, refusal=refusal)


def _remember_letter(tx: Transaction, data: Mapping[str, Any]) -> None:
    """A new letter of the list is added once, so that this item is hardly ever in a transaction."""
    letter = index.initial(data)
    if letter not in letters(tx.scope):
        at = keys.list_buckets(tx.scope.clinic_id)
        tx.change_row(at, adds={"letters": {letter}}, sets={"clinicId": tx.scope.clinic_id}, new=True)
        tx.afterwards(forget)


def _news(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: [None, value] for name, value in data.items() if value}


def archive(scope: Scope, patient: Patient, *, reason: str, once: Once | None = None) -> None:
    """Out of the way but not gone: found by search, marked, and restorable."""
    archived = {"at": clock.stamp(), "by": scope.actor.name, "reason": reason}
    change(scope, patient, {"archived": archived}, action=ARCHIVE, note=reason, once=once)


def restore(scope: Scope, patient: Patient, *, once: Once | None = None) -> None:
    change(scope, patient, {"archived": None}, action=RESTORE, once=once)


def confirm_details(scope: Scope, patient: Patient, *, once: Once | None = None) -> None:
    """The patient was asked and says that phone, address and insurance are still right."""
    change(scope, patient, {"checked_at": clock.stamp()}, action=CONFIRM_DETAILS, once=once)


def record_death(scope: Scope, patient: Patient, *, on: str, once: Once | None = None) -> list[str]:
    """`on` is a date, or empty to take the record back. What was to come is stopped, or is as before: returns what it
    was, in words.
    """
    change(scope, patient, {"deceased_on": on}, action=RECORD_DEATH if on else UNDO_DEATH, once=once)
    return hooks.died(scope, all_ids(patient)) if on else hooks.lives(scope, all_ids(patient))


def mark_test(scope: Scope, patient: Patient, *, test: bool, once: Once | None = None) -> None:
    """A test patient is no person, and counts nowhere."""
    change(scope, patient, {"test": test}, action=MARK_TEST if test else UNMARK_TEST, once=once)


def restrict(scope: Scope, patient: Patient, *, restricted: bool, once: Once | None = None) -> None:
    """A restricted chart opens only after a reason is given."""
    action = RESTRICT if restricted else UNRESTRICT
    change(scope, patient, {"restricted": restricted}, action=action, once=once)
