"""People are linked: who is whose parent, partner, carer, and who may receive messages, book and pay."""

from collections.abc import Mapping
from typing import Any

from clinnet import clock
from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import NotFound, Refused
from patients.models import Patient
from patients.rules.shape import Link, LinkKind
from patients.services.people import add_changes

LINK = Action("patient.link", "linked a relative")
CHANGE_LINK = Action("patient.change-link", "changed what a relative may do")
UNLINK = Action("patient.unlink", "unlinked a relative")

# What the first is to the second says what the second is to the first.
REVERSE: Mapping[LinkKind, LinkKind] = {
    "parent": "child",
    "guardian": "child",
    "child": "parent",
    "partner": "partner",
    "carer": "other",
    "payer": "other",
    "other": "other",
}
SHARED = ("address", "language", "interpreter", "practitioner_id")


def link(
    scope: Scope, patient: Patient, other: Patient, wish: Link, *, back: Link | None = None, once: Once | None = None
) -> None:
    """`wish` says what `other` is to `patient` and may do, `back` the other way round: the plain reverse if absent."""
    if other.id == patient.id:
        raise Refused("Nobody is their own relative.")
    tx = Transaction(scope, once=once)
    there, here = _pair(patient, other, wish, back)
    if any(each.get("patient_id") == other.id for each in patient.links or []):
        # Told by the transaction, so that a form that was sent twice gets its first result.
        tx.check(patient.key, when={"version": 0}, refusal=Refused("These two are linked already."))
    else:
        add_changes(tx, patient, {"links": [*(patient.links or []), there]})
        add_changes(tx, other, {"links": [*(other.links or []), here]})
    tx.commit(_event(LINK, patient, there))


def link_outsider(scope: Scope, patient: Patient, wish: Link, *, once: Once | None = None) -> None:
    """A relative who is not a patient: a name, perhaps a phone."""
    if not wish.get("name"):
        raise Refused("A name is needed.", field="name")
    new = {**wish, "id": clock.new_id(), "patient_id": ""}
    tx = Transaction(scope, once=once)
    add_changes(tx, patient, {"links": [*(patient.links or []), new]})
    tx.commit(_event(LINK, patient, new))


def change_link(
    scope: Scope,
    patient: Patient,
    link_id: str,
    other: Patient | None,
    wish: Mapping[str, Any],
    *,
    once: Once | None = None,
) -> None:
    """What the relative is and may do, seen from `patient`; what `patient` is to `other` follows."""
    old = _of(patient, link_id)
    new = {**old, **wish}
    tx = Transaction(scope, once=once)
    if not add_changes(tx, patient, {"links": _with(patient, link_id, wish)}):
        return
    if other and new["kind"] != old["kind"]:
        add_changes(tx, other, {"links": _with(other, link_id, {"kind": REVERSE[new["kind"]]})})
    changes = {"links": [old, new]}
    tx.commit(Event(CHANGE_LINK, "PATIENT", patient.id, patient=patient.id, changes=changes))


def unlink(scope: Scope, patient: Patient, link_id: str, other: Patient | None, *, once: Once | None = None) -> None:
    """Both sides at once; `other` is None where the relative is not a patient."""
    gone = _of(patient, link_id)
    tx = Transaction(scope, once=once)
    for side in filter(None, (patient, other)):
        add_changes(tx, side, {"links": [each for each in side.links or [] if each["id"] != link_id]})
    tx.commit(_event(UNLINK, patient, gone))


def shared_with_relatives(patient: Patient) -> dict[str, Any]:
    """What a relative's form starts with: address, phones, payer, and the family name."""
    start = {name: value for name in SHARED if (value := getattr(patient, name))}
    policies = [{"payer": each.get("payer", "")} for each in patient.policies or []]
    return start | {"family_name": patient.family_name, "phones": patient.phones or [], "policies": policies}


def _pair(
    patient: Patient, other: Patient, wish: Link, back: Link | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two sides of one link share its id."""
    both = {"id": clock.new_id()}
    here = back or {"kind": REVERSE[wish["kind"]]}
    return {**wish, **both, "patient_id": other.id}, {**here, **both, "patient_id": patient.id}


def _with(patient: Patient, link_id: str, wish: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{**each, **wish} if each["id"] == link_id else each for each in patient.links or []]


def _of(patient: Patient, link_id: str) -> dict[str, Any]:
    for each in patient.links or []:
        if each["id"] == link_id:
            return dict(each)
    raise NotFound


def _event(action: Action, patient: Patient, about: Mapping[str, Any]) -> Event:
    change = [dict(about), None] if action is UNLINK else [None, dict(about)]
    return Event(action, "PATIENT", patient.id, patient=patient.id, changes={"links": change})
