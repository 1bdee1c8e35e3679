"""What is over: a medicine that is stopped, a problem that is resolved. It leaves the summary, and can be had back."""

from collections.abc import Callable, Mapping
from typing import Any

from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import NotFound, Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from records import queries
from records.models import CURRENT, ENDED, MED, PROB, Recorded
from records.queries import Standing
from records.services.listing import put_part
from records.services.writing import CROWDED, attempt

END = Action("chart.end", "stopped a medicine or resolved a problem")
RESUME = Action("chart.resume", "took back that a medicine or a problem had ended")
REASONS: Mapping[str, Mapping[str, str]] = {
    MED: {
        "finished": "Course finished", "needless": "Not needed any more", "harm": "Side effect",
        "useless": "Did not help", "changed": "Changed to another", "patient": "Patient stopped it",
    },
    PROB: {"resolved": "Resolved", "other": "Was something else"},
}  # fmt: skip
RENEWED = "Renewed"  # the reason of what a renewal replaced, which is in no list
Change = Callable[[Transaction, Standing, Recorded], Event | None]
OTHER = Refused("This has changed meanwhile. Look at the list once more.")


@idempotent
def end(
    scope: Scope, *, patient: Patient, entry_id: str, recorded_id: str, reason: str, once: Once | None = None
) -> None:
    """`reason` is one of the REASONS of its kind. What has ended already stays as it is."""

    def change(tx: Transaction, stand: Standing, item: Recorded) -> Event | None:
        if reason not in REASONS[item.kind]:
            raise Refused("Say why.", field="reason")
        if item.state != CURRENT:
            return None
        mark = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name, "reason": reason}
        tx.update(item, {"state": ENDED, "ended": mark, "line": over(item, tx.at, reason)}, refusal=CROWDED)
        _summarised(tx, stand, item, there=False)
        return Event(END, "RECORDED", item.id, patient=patient.id, changes={"reason": [None, reason]})

    _change(scope, patient, entry_id, recorded_id, change, once=once)


@idempotent
def resume(scope: Scope, *, patient: Patient, entry_id: str, recorded_id: str, once: Once | None = None) -> None:
    """It is current again. Raises Refused for what was renewed: the newer one is."""

    def change(tx: Transaction, stand: Standing, item: Recorded) -> Event | None:
        if item.state == CURRENT:
            return None
        if item.state != ENDED or item.ended["reason"] not in REASONS[item.kind]:
            raise OTHER
        tx.update(item, {"state": CURRENT, "ended": None, "line": item.content}, refusal=CROWDED)
        _summarised(tx, stand, item, there=True)
        return Event(RESUME, "RECORDED", item.id, patient=patient.id)

    _change(scope, patient, entry_id, recorded_id, change, once=once)


def words(kind: str, reason: str) -> str:
    """Why something ended, as it is shown."""
    return REASONS[kind].get(reason, RENEWED)


def over(item: Recorded, at: str, reason: str) -> dict[str, Any]:
    """The row of what has ended: `at` is a stamp."""
    return {**item.content, "z": at, "h": reason}


def _change(
    scope: Scope, patient: Patient, entry_id: str, recorded_id: str, change: Change, *, once: Once | None
) -> None:
    scope.require(Permission.CHART_WRITE)

    def write() -> None:
        stand = queries.standing(scope, patient, entry_id)
        item = next((each for each in stand.whole.recorded if each.id == recorded_id), None)
        if item is None or item.kind not in REASONS:
            raise NotFound
        if item.kind == MED:
            scope.require(Permission.RX_WRITE)
        tx = Transaction(scope, once=once)
        if event := change(tx, stand, item):
            tx.commit(event)

    attempt(scope, patient, write)


def _summarised(tx: Transaction, stand: Standing, item: Recorded, *, there: bool) -> None:
    """The step that takes it out of the summary of its record, or puts it back."""
    summary = next(each for each in stand.summaries if each.owner == stand.whole.owner)
    put_part(tx, summary, item.kind, {item.id: item.content} if there else {}, drop=[] if there else [item.id])
