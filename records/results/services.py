"""Orders are written; results come in, wait on a list until a doctor has looked at them, and are never lost on the way.

A result waits on the list of the whole clinic, so it does not hang on whether the person it came for is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import NotFound, Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.rules.births import impossible
from patients.services.contacts import add_contact
from records import queries
from records.lines import DueLine, OrderLine, ResultLine, ValueLine
from records.models import CURRENT, DUE, ENDED, ERRORED, LAB, ORD, RES, Recorded
from records.queries import Standing
from records.recalls import services as recalls
from records.rules import results as rules
from records.rules.results import Value
from records.services import ending, pinning
from records.services.recording import MOST, Moment, Recording, put_part, recorded
from records.services.writing import CROWDED, attempt, place

ORDER = Action("chart.order", "ordered a test or a referral")
RESULT = Action("chart.result", "filed a result")
LOOK = Action("chart.review", "looked at a result")
ANSWERS = {"tell-nobody": "Normal, tell nobody", "tell": "Tell the patient", "repeat": "Repeat it", "see": "See them"}
NOTHING = Refused("Write the values, one a line: HbA1c 68 mmol/mol (20-42).", field="values")
SEEN = Refused("Somebody has looked at this result already.")


@dataclass(frozen=True, slots=True, repr=False)
class Came:
    """A result as it came in. `on` is an ISO date; `person` looks at it, empty: whoever ordered it, else any doctor.

    `order` is the id of the open order that it answers, in the entry `order_entry`. `key` finds it again when the same
    file is read once more, and `digest` is of what it says then. `severity` is that of all that came: `values` may be
    a part of it. `at` is when the laboratory said it, `past` digests of what it said before.
    """

    title: str
    values: Sequence[Value]
    on: str
    comment: str = ""
    person: str = ""
    order: str = ""
    order_entry: str = ""
    key: str = ""
    digest: str = ""
    stage: str = ""
    severity: str = ""
    at: str = ""
    past: Sequence[str] = ()


@idempotent
def order(scope: Scope, *, patient: Patient, moment: Moment, wanted: OrderLine, once: Once | None = None) -> str:
    """Returns its id. It stands on the list of orders without a result until one comes or it is cancelled."""
    return recorded(scope, patient, moment, lambda to: order_step(to, wanted), once=once)


def order_step(to: Recording, wanted: OrderLine) -> None:
    to.scope.require(Permission.ORDER)
    if not wanted.what:
        raise Refused("Say what is ordered: order hba1c.", field="what")
    line = replace(wanted, entry=to.moment.entry_id, patient_id=to.patient.id, by=to.scope.actor.id)
    to.hang(ORD, line.pack(), ORDER, waits=partial(keys.order_open, to.scope.clinic_id))


@idempotent
def file_result(scope: Scope, *, patient: Patient, moment: Moment, came: Came, once: Once | None = None) -> str:
    """Returns its id. With the order that it answers it stands in that order's entry, and the order is done."""
    moment = Moment(came.order_entry or moment.entry_id, moment.title)
    return recorded(scope, patient, moment, lambda to: result_step(to, came), once=once)


def result_step(to: Recording, came: Came) -> None:
    to.scope.require(Permission.CHART_WRITE)
    _refuse(to.scope, to.patient, came)
    answered = _answered(to.tx, to.stand, came)
    line = ResultLine(
        title=came.title,
        values=[ValueLine(**_fields(each)).pack() for each in came.values],
        severity=came.severity or rules.severity(came.values),
        on=came.on,
        comment=came.comment,
        patient_id=to.patient.id,
        person=came.person or (answered.by if answered else ""),
        order=came.order,
        entry=to.moment.entry_id,
    )
    item = to.hang(RES, line.pack(), RESULT, waits=partial(keys.to_look_at, to.scope.clinic_id, line.severity))
    if len(to.stand.own.part(DUE).rows) < MOST:  # what is more waits on the clinic's list all the same
        to.summarise(DUE, {item.id: _due(line, came).pack()})
    if values := pinning.added(to.scope, to.patient, to.stand, item.content, item.id):
        to.summarise(LAB, values)
    if came.key:
        at = keys.imported(to.scope.clinic_id, came.key)
        came_as = {"digest": came.digest, "stage": came.stage, "at": came.at, "past": list(came.past)}
        to.tx.put_row({"PK": at.pk, "SK": at.sk, "type": "IMPORTED", "id": item.id, "entry": line.entry, **came_as})


def _due(line: ResultLine, came: Came) -> DueLine:
    return DueLine(
        kind=RES,
        what=came.title,
        more=rules.gist(came.values, came.title),
        severity=line.severity,
        person=line.person,
        entry=line.entry,
    )


def _fields(value: Value) -> dict[str, str]:
    return {name: getattr(value, name) for name in ("name", "value", "unit", "range", "flag", "code")}


def _refuse(scope: Scope, patient: Patient, came: Came) -> None:
    today = clock.today(clinic_of(scope.clinic_id).time_zone).isoformat()
    if not came.title:
        raise Refused("Say what was examined.", field="title")
    if not came.values and not came.comment:
        raise NOTHING
    if len(came.values) > rules.MOST:
        raise Refused(f"More than {rules.MOST} values are two results.", field="values")
    if why := impossible(came.on, patient.birth_date or "", today):
        raise Refused(why, field="on")


def _answered(tx: Transaction, stand: Standing, came: Came) -> Recorded | None:
    """The step that ends the order, which was read with its entry."""
    if not came.order:
        return None
    item = next((each for each in stand.whole.recorded if (each.id, each.kind) == (came.order, ORD)), None)
    if item is None:
        raise NotFound
    if item.state == CURRENT:
        mark = {"at": tx.at, "by": tx.scope.actor.id, "name": tx.scope.actor.name, "reason": "resulted"}
        news: dict[str, Any] = {"state": ENDED, "ended": mark, "line": ending.over(item, mark)}
        tx.update(item, news | ending.listed(tx, item, there=False), refusal=CROWDED)
    return item


@idempotent
def look_at(
    scope: Scope,
    *,
    patient: Patient,
    entry_id: str,
    recorded_id: str,
    answer: str,
    said: str = "",
    weeks: int = 4,
    once: Once | None = None,
) -> None:
    """A doctor has looked at a result, whoever it came for. `answer` is one of ANSWERS; what follows goes onto a list:
    to tell the patient onto the doctor's call-backs, to repeat it or to see them onto those to ask back in `weeks`.

    Raises Refused where somebody was quicker.
    """
    scope.require(Permission.RESULT_REVIEW)
    if answer not in ANSWERS:
        raise Refused("Say what follows from it.", field="answer")

    def write() -> None:
        stand = queries.standing(scope, patient, entry_id)
        item = next((each for each in stand.whole.recorded if (each.id, each.kind) == (recorded_id, RES)), None)
        if item is None:
            raise NotFound
        if item.reviewed or item.state == ERRORED:
            raise SEEN
        tx = Transaction(scope, once=once)
        mark = {"at": tx.at, "by": scope.actor.id, "name": scope.actor.name, "answer": answer, "said": said}
        news: dict[str, Any] = {"reviewed": mark, "line": {**item.content, "z": tx.at}, "gsi1pk": None, "gsi1sk": None}
        tx.update(item, news, refusal=CROWDED)
        place(tx, stand.whole, entry_id, "")
        summary = next(each for each in stand.summaries if each.owner == stand.whole.owner)
        if item.id in summary.part(DUE).rows:
            put_part(tx, summary, DUE, {}, drop=[item.id])
        _follow(tx, patient, answer, weeks)
        changes = {"answer": [None, answer]}
        tx.commit(Event(LOOK, "RECORDED", item.id, patient=patient.id, changes=changes))

    attempt(scope, patient, write)


def _follow(tx: Transaction, patient: Patient, answer: str, weeks: int) -> None:
    """The step by which it is not forgotten. The desk reads it: it names no test."""
    actor, today = tx.scope.actor, clock.today(clinic_of(tx.scope.clinic_id).time_zone)
    if answer == "tell":
        add_contact(
            tx,
            patient,
            direction="out",
            channel="phone",
            text="Tell a result",
            callback_on=today.isoformat(),
            callback_by=actor.id,
            callback_name=actor.name,
        )
    if answer in ("repeat", "see"):
        due = (today + timedelta(weeks=max(0, weeks))).isoformat()
        recalls.add(tx, patient, recalls.Wish("Examine again" if answer == "repeat" else "See the doctor", due))
