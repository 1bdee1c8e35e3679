"""Restricted charts: opened for a reason and a while, and each opening reviewed by an administrator."""

from datetime import timedelta

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction, keys
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from records.models import Glass

BREAK = Action("glass.break", "opened a restricted chart", Topic.RESTRICTED)
REVIEW = Action("glass.review", "reviewed an opening of the chart", Topic.RESTRICTED, hushed=True)

LASTS = timedelta(minutes=60)
LETTERS = 10  # of a reason


@idempotent
def break_glass(scope: Scope, *, patient: Patient, reason: str, once: Once | None = None) -> str:
    """Open to this person for 60 minutes; returns the id. Raises Refused for a reason of less than ten letters."""
    scope.require(Permission.CHART_RESTRICTED)
    scope.must_hold(patient)
    if sum(map(str.isalpha, reason)) < LETTERS:
        raise Refused("Say why you need it, in a few words.", field="reason")
    tx, id = Transaction(scope, once=once), clock.new_id()
    place, listed = Glass.at(patient.id, scope.actor.id, id), keys.glass_open(scope.clinic_id, tx.at, id)
    tx.put(Glass(
        pk=place.pk, sk=place.sk, id=id, gsi1pk=listed.pk, gsi1sk=listed.sk, patient_id=patient.id,
        person=scope.actor.id, person_name=scope.actor.name, reason=reason, at_time=tx.at,
        until=int((clock.moment(tx.at) + LASTS).timestamp()), state="open", line={"i": patient.id, "w": scope.actor.id},
    ))  # fmt: skip
    return tx.commit(Event(BREAK, "GLASS", id, patient=patient.id), id)


@idempotent
def review_glass(scope: Scope, *, glass: Glass, found: str, once: Once | None = None) -> None:
    """Closed by an administrator, who writes what was found; nobody reviews their own."""
    scope.require(Permission.AUDIT_READ)
    if glass.person == scope.actor.id:
        raise Refused("Somebody else has to review this: it was you who opened the chart.")
    if not found.strip():
        raise Refused("Write what you found.", field="found")
    tx = Transaction(scope, once=once)
    mark = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name, "found": found}
    done = {"reviewed": mark, "state": "reviewed", "gsi1pk": None, "gsi1sk": None}
    tx.update(glass, done, refusal=Refused("Somebody has reviewed this already."), state="open")
    tx.commit(Event(REVIEW, "GLASS", glass.id, patient=glass.patient_id))
