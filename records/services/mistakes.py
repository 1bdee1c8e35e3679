"""What was entered in error: it is marked, leaves the summary, and stays readable."""

from dataclasses import replace

from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Once, Scope, Transaction
from clinnet.table.errors import NotFound, Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from records import queries
from records.models import ERRORED, MEAS, OBS, Recorded
from records.queries import Summary
from records.services.listing import put_part
from records.services.writing import CROWDED, attempt, place

IN_ERROR = Action("chart.error", "marked something as entered in error")
REASONS = {"patient": "Wrong patient", "twice": "Entered twice", "content": "Wrong content", "test": "Test"}


@idempotent
def enter_in_error(
    scope: Scope, *, patient: Patient, entry_id: str, recorded_id: str, reason: str, once: Once | None = None
) -> None:
    """By whoever recorded it, or by a doctor. `reason` is one of REASONS. Measurements before it are current again."""
    scope.require(Permission.CHART_WRITE)
    if reason not in REASONS:
        raise Refused("Say why.", field="reason")

    def write() -> None:
        stand = queries.standing(scope, patient, entry_id)
        item = next((each for each in stand.whole.recorded if each.id == recorded_id), None)
        if item is None:
            raise NotFound
        if item.by != scope.actor.id and not scope.may(Permission.CHART_CORRECT):
            raise Refused("Only who recorded it, or a doctor, can mark it as entered in error.")
        if item.state == ERRORED:
            return
        tx = Transaction(scope, once=once)
        mark = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name, "reason": reason}
        tx.update(item, {"state": ERRORED, "errored": mark}, refusal=CROWDED)
        rest = [each for each in stand.whole.recorded if each.id != item.id]
        gone = Recorded(**{**item.plain(), "state": ERRORED})
        place(tx, replace(stand.whole, recorded=[*rest, gone]), entry_id, "")
        summary = next(each for each in stand.summaries if each.owner == stand.whole.owner)
        _leave(tx, scope, patient, summary, item)
        tx.commit(Event(IN_ERROR, "RECORDED", item.id, patient=patient.id))

    attempt(scope, patient, write)


def _leave(tx: Transaction, scope: Scope, patient: Patient, summary: Summary, item: Recorded) -> None:
    """The step that takes it out of the summary."""
    if item.kind != OBS:
        put_part(tx, summary, item.kind, {}, drop=[item.id])
        return
    earlier = queries.measured_before(scope, patient, item.id)
    rows = summary.part(MEAS).rows
    mine = {kind for kind, line in rows.items() if line.get("i") == item.id}
    put_part(tx, summary, MEAS, {kind: earlier[kind] for kind in mine if kind in earlier}, drop=mine - set(earlier))
