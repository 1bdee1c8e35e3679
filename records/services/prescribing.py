"""Medicines: prescribed against the allergies, and issued again."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Action, Event, Once, Scope, Transaction, get
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from records import queries
from records.lines import MedicineLine
from records.models import ENDED, MED, Recorded
from records.queries import Standing, Summary
from records.services import known
from records.services.asking import ask
from records.services.ending import over
from records.services.held import decided, held_against
from records.services.recording import Moment, Over, Recording, hang, put_part
from records.services.writing import CROWDED, attempt

PRESCRIBE = Action("chart.medicine", "recorded a medicine")
RENEW = Action("chart.renew", "issued medicines again")
OTHER = Refused("The medicines have changed meanwhile. Look at the list once more.")
NONE = Refused("Tick what is to be issued again.")


def medicine_step(to: Recording, medicine: MedicineLine, over: Over | None = None) -> None:
    """Asks where an allergy speaks against it, or the same is taken. A reason is kept with the medicine, and
    remembered: that warning is not asked again until the allergy changes.

    One that is over stands among the past ones, and is held against nothing.
    """
    to.scope.require(Permission.RX_WRITE)
    if over:
        to.hang(MED, replace(medicine, entry=to.moment.entry_id).pack(), PRESCRIBE, over=over)
        return
    held = held_against(medicine.name, to.stand, known.taken_already(medicine.name, to.stand.summaries))
    to.questions += held.said
    to.findings += held.asked
    to.takes_reason, to.by_allergies = to.takes_reason or bool(held.said), True
    content = replace(medicine, entry=to.moment.entry_id).pack()
    changes = {"warning": [None, held.asked[0].level]} if held.asked else {}
    item = to.hang(MED, content, PRESCRIBE, changes=changes, against=bool(held.said))
    to.summarise(MED, {item.id: content})


@idempotent
def renew(
    scope: Scope,
    *,
    patient: Patient,
    moment: Moment,
    chosen: Collection[str],
    reason: str = "",
    answered: Collection[str] = (),
    once: Once | None = None,
) -> str:
    """The same again of each of the `chosen` ids, from the day on which the supply ends, or today; returns the ids of
    the new ones, with spaces between.

    Each is held against the allergies as if it were new. Raises Asked, and Refused where one is not current any more.
    """
    scope.require(Permission.RX_WRITE)
    if not chosen:
        raise NONE

    def write() -> str:
        stand = queries.standing(scope, patient, moment.entry_id)
        old = [_found(scope, stand, id) for id in dict.fromkeys(chosen)]
        lines = [MedicineLine.unpack(item.content) for item, _ in old]
        held = [held_against(line.name, stand) for line in lines]
        asked = [finding for each in held for finding in each.asked]
        ask([said for each in held for said in each.said], answered if reason.strip() else (), takes_reason=True)
        tx = Transaction(scope, once=once)
        today = clock.today(clinic_of(scope.clinic_id).time_zone)
        contents = [
            again(replace(line, entry=moment.entry_id, renews=f"{item.entry_id}/{item.id}"), today).pack()
            for line, (item, _) in zip(lines, old, strict=True)
        ]
        new = hang(tx, stand, moment, MED, *contents, reason=reason if asked else "")
        _replaced(tx, stand, old, new)
        decided(tx, stand, asked, reason)
        ids = " ".join(each.id for each in new)
        return tx.commit(Event(RENEW, "RECORD", moment.entry_id, patient=patient.id), ids)

    return attempt(scope, patient, write)


def again(line: MedicineLine, today: date) -> MedicineLine:
    """As long again: from where the last supply ends, or from today."""
    if not line.until:
        return replace(line, start=today.isoformat())
    ends = date.fromisoformat(line.until)
    start = max(ends, today)
    lasted = ends - date.fromisoformat(line.start) if line.start else timedelta(0)
    return replace(line, start=start.isoformat(), until=(start + lasted).isoformat() if lasted.days > 0 else "")


def _found(scope: Scope, stand: Standing, id: str) -> tuple[Recorded, Summary]:
    """The item of a current medicine, and the summary in which it stands."""
    summary = next((each for each in stand.summaries if id in each.part(MED).rows), None)
    if summary is None:
        raise OTHER
    entry = MedicineLine.unpack(summary.part(MED).rows[id]).entry
    return get(scope, Recorded, Recorded.at(summary.owner, entry, MED, id)), summary


def _replaced(
    tx: Transaction, stand: Standing, old: Sequence[tuple[Recorded, Summary]], new: Sequence[Recorded]
) -> None:
    """The steps that end the old ones and put the new ones in their place, also of a record that was folded in."""
    mark = {"at": tx.at, "by": tx.scope.actor.id, "name": tx.scope.actor.name, "reason": "renewed"}
    for item, _ in old:
        tx.update(item, {"state": ENDED, "ended": mark, "line": over(item, mark)}, refusal=CROWDED)
    for summary in stand.summaries:
        gone = [item.id for item, where in old if where is summary]
        if gone or summary is stand.own:
            put_part(tx, summary, MED, {each.id: each.content for each in new if summary is stand.own}, drop=gone)
