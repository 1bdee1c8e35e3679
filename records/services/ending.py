"""What is over: a medicine stopped, a problem resolved, an order cancelled. It can be had back."""

from collections.abc import Callable, Mapping
from typing import Any

from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import NotFound, Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from records import queries
from records.lines import MedicineLine
from records.models import CURRENT, ENDED, MED, ORD, PROB, Recorded
from records.queries import Standing, Summary
from records.services import known
from records.services.asking import ask
from records.services.held import decided, held_against
from records.services.recording import NONE, Answers, put_part
from records.services.writing import CROWDED, attempt

END = Action("chart.end", "stopped a medicine, resolved a problem or cancelled an order")
RESUME = Action("chart.resume", "took back that a medicine, a problem or an order had ended")
REASONS: Mapping[str, Mapping[str, str]] = {
    MED: {
        "finished": "Course finished",
        "needless": "Not needed any more",
        "harm": "Side effect",
        "useless": "Did not help",
        "changed": "Changed to another",
        "patient": "Patient stopped it",
    },
    PROB: {"resolved": "Resolved", "other": "Was something else"},
    ORD: {
        "needless": "Not needed any more",
        "patient": "Patient does not want it",
        "twice": "Ordered twice",
        "elsewhere": "Done elsewhere",
    },
}
# The reasons of what a renewal replaced and of an order whose result came, which nobody chooses.
DONE = {"renewed": "Renewed", "resulted": "Result came"}
NEEDED = {MED: Permission.RX_WRITE, ORD: Permission.ORDER}
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
        news: dict[str, Any] = {"state": ENDED, "ended": mark, "line": over(item, mark)}
        tx.update(item, news | listed(tx, item, there=False), refusal=CROWDED)
        _summarised(tx, stand, item, there=False)
        return Event(END, "RECORDED", item.id, patient=patient.id, changes={"reason": [None, reason]})

    _change(scope, patient, entry_id, recorded_id, change, once=once)


@idempotent
def resume(
    scope: Scope,
    *,
    patient: Patient,
    entry_id: str,
    recorded_id: str,
    answers: Answers = NONE,
    once: Once | None = None,
) -> None:
    """It is current again. Raises Refused for what was renewed: the newer one is.

    A medicine is held against the allergies and what is taken as if it were new. Raises Asked.
    """

    def change(tx: Transaction, stand: Standing, item: Recorded) -> Event | None:
        if item.state == CURRENT:
            return None
        if not resumable(item):
            raise OTHER
        news: dict[str, Any] = {"state": CURRENT, "ended": None, "line": item.content}
        changes = {}
        if warned := _answered(tx, stand, item, answers):
            news["reason"], changes = answers.reason, {"warning": [None, warned]}
        tx.update(item, news | listed(tx, item, there=True), refusal=CROWDED)
        _summarised(tx, stand, item, there=True)
        return Event(RESUME, "RECORDED", item.id, patient=patient.id, changes=changes)

    _change(scope, patient, entry_id, recorded_id, change, once=once)


def _answered(tx: Transaction, stand: Standing, item: Recorded, answers: Answers) -> str:
    """The steps that keep what was answered of a medicine; how grave the warning was, empty where there was none."""
    if item.kind != MED:
        return ""
    name = MedicineLine.unpack(item.content).name
    held = held_against(name, stand, known.taken_already(name, stand.summaries))
    ask(held.said, answers.given if answers.reason.strip() else (), takes_reason=True)
    decided(tx, stand, held.asked, answers.reason)
    return held.asked[0].level if held.asked else "taken" if held.said else ""


def resumable(item: Recorded) -> bool:
    """Not what a renewal or a result has ended."""
    return item.state == ENDED and item.ended["reason"] in REASONS.get(item.kind, {})


def words(kind: str, reason: str) -> str:
    """Why something ended, as it is shown."""
    return REASONS.get(kind, {}).get(reason) or DONE.get(reason, "Ended")


def over(item: Recorded, mark: Mapping[str, str]) -> dict[str, Any]:
    """The row of what has ended, of the mark that the item has: at (a stamp), by, name, reason."""
    return {**item.content, "z": mark["at"], "h": mark["reason"], "o": mark["name"]}


def _change(
    scope: Scope, patient: Patient, entry_id: str, recorded_id: str, change: Change, *, once: Once | None
) -> None:
    scope.require(Permission.CHART_WRITE)

    def write() -> None:
        stand = queries.standing(scope, patient, entry_id)
        item = next((each for each in stand.whole.recorded if each.id == recorded_id), None)
        if item is None or item.kind not in REASONS:
            raise NotFound
        if needed := NEEDED.get(item.kind):
            scope.require(needed)
        tx = Transaction(scope, once=once)
        if event := change(tx, stand, item):
            tx.commit(event)

    attempt(scope, patient, write)


def listed(tx: Transaction, item: Recorded, *, there: bool) -> dict[str, Any]:
    """Of an order: its place on the list of those without a result."""
    if item.kind != ORD:
        return {}
    place = keys.order_open(tx.scope.clinic_id, item.at_time, item.id) if there else None
    return {"gsi1pk": place.pk if place else None, "gsi1sk": place.sk if place else None}


def _summarised(tx: Transaction, stand: Standing, item: Recorded, *, there: bool) -> None:
    """The step that takes it out of the summary of its record, or puts it back. Orders stand in none."""
    if item.kind == ORD:
        return
    summary = next(each for each in stand.summaries if each.owner == stand.whole.owner)
    rows, drop = ({item.id: item.content}, []) if there else ({}, [item.id])
    put_part(tx, summary, item.kind, rows, drop=drop, ended=ended_with(summary, item, ended=not there))


def ended_with(summary: Summary, item: Recorded, *, ended: bool) -> list[str] | None:
    """The problems that are over, with this one or without it; None of what is no problem."""
    others = [id for id in summary.part(PROB).ended if id != item.id]
    return None if item.kind != PROB else [*others, item.id] if ended else others
