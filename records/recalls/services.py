"""A recall is made by who treats, and worked off by whoever books."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Action, Event, Once, Scope, Transaction, keys, query
from clinnet.table.errors import Refused, Stale
from clinnet.table.once import idempotent
from patients.models import Patient
from records.lines import RecallLine
from records.recalls.models import Recall
from records.recalls.queries import MOST
from records.rules.recalls import CHOSEN, HOW
from records.services.recording import Recording

ASK_BACK = Action("recall.add", "put a patient on the list of those to ask back")
TRY = Action("recall.try", "did not reach a patient who is to be asked back")
END = Action("recall.end", "took a patient off the list of those to ask back")
OVER = Refused("Somebody has just worked on this. Look at the list once more.")


@dataclass(frozen=True, slots=True, repr=False)
class Wish:
    """`due` is an ISO date, `how` a key of HOW. `what` is read by the desk."""

    what: str
    due: str
    how: str = "phone"


@idempotent
def ask_back(scope: Scope, *, patient: Patient, wish: Wish, once: Once | None = None) -> str:
    """Returns its id. Raises Refused for a date that has passed."""
    scope.require(Permission.CHART_WRITE)
    tx = Transaction(scope, once=once)
    id = add(tx, patient, wish)
    return tx.commit(Event(ASK_BACK, "RECALL", id, patient=patient.id), id)


def recall_step(to: Recording, wish: Wish) -> None:
    """Beside what is recorded in an entry: the recall itself stands in none."""
    to.scope.require(Permission.CHART_WRITE)
    to.events.append(Event(ASK_BACK, "RECALL", add(to.tx, to.patient, wish), patient=to.patient.id))


def add(tx: Transaction, patient: Patient, wish: Wish) -> str:
    """The step, beside what it follows from; returns its id."""
    tx.scope.must_hold(patient)
    if not wish.what:
        raise Refused("Say what for: recall 3m blood pressure.", field="what")
    if wish.how not in HOW or len(wish.due) < len("2026-11-28"):
        raise Refused("Say when: recall 3m blood pressure.", field="due")
    if wish.due < clock.today(clinic_of(tx.scope.clinic_id).time_zone).isoformat():
        raise Refused("That day has passed.", field="due")
    id = clock.new_id()
    at, waits = Recall.at(patient.id, id), keys.recall_due(tx.scope.clinic_id, wish.due, id)
    recall = Recall(
        pk=at.pk, sk=at.sk, id=id, gsi1pk=waits.pk, gsi1sk=waits.sk, patient_id=patient.id, what=wish.what,
        due=wish.due, how=wish.how, by=tx.scope.actor.id, by_name=tx.scope.actor.name, state="open",
        line=RecallLine(patient_id=patient.id, what=wish.what, how=wish.how, by=tx.scope.actor.name).pack(),
    )  # fmt: skip
    tx.put(recall)
    return id


@idempotent
def not_reached(scope: Scope, *, recall: Recall, once: Once | None = None) -> None:
    """One more try; it stays where it is on the list."""
    scope.require(Permission.BOOK)
    if recall.state != "open":
        raise OVER
    tx, tries = Transaction(scope, once=once), int(recall.tries) + 1
    line = {**(recall.line or {}), "n": tries}
    tx.update(recall, {"tries": tries, "line": line}, refusal=OVER)
    tx.commit(Event(TRY, "RECALL", recall.id, patient=recall.patient_id))


@idempotent
def end(scope: Scope, *, recall: Recall, how: str, once: Once | None = None) -> None:
    """It leaves the list. `how` is one of CHOSEN."""
    scope.require(Permission.BOOK)
    if how not in CHOSEN:
        raise Refused("Say what became of it.", field="how")
    _end(scope, recall, how, once)


def _end(scope: Scope, recall: Recall, how: str, once: Once | None = None) -> None:
    if recall.state != "open":
        raise OVER
    tx = Transaction(scope, once=once)
    over = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name, "how": how}
    tx.update(recall, {"state": "over", "over": over, "gsi1pk": None, "gsi1sk": None}, refusal=OVER)
    tx.commit(Event(END, "RECALL", recall.id, patient=recall.patient_id, changes={"how": [None, how]}))


def died(scope: Scope, ids: Sequence[str], dry_run: bool) -> list[str]:  # as PatientFollower has it
    """Nobody is to call the dead. Says how many were stopped, or would be."""
    found = [each for id in ids for each in query(scope, keys.recalls_of(id), limit=MOST).of(Recall)]
    waiting = [each for each in found if each.state == "open"]
    for each in waiting if not dry_run else ():
        try:
            _end(scope, each, "stopped")
        except (Refused, Stale):
            continue  # somebody was quicker
    return [f"{len(waiting)} recall{'s' * (len(waiting) != 1)} stopped"] if waiting else []
