"""What is recorded beside notes: allergies and problems, and the steps of whatever else is. Each hangs in an entry, and
stands in the summary by the same transaction.

A part of the summary is written on the condition that it is as it was read: two who record at once both succeed.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event, Key, Once, Scope, Transaction, keys
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from records import queries
from records.lines import AllergyLine, ProblemLine
from records.models import ALG, CURRENT, PROB, Recorded
from records.queries import Standing, Summary, rows_of
from records.rules import allergies as against
from records.rules import icd
from records.services import known
from records.services.asking import ask
from records.services.writing import CROWDED, attempt, place

ADD_ALLERGY = Action("chart.allergy", "recorded an allergy")
NO_ALLERGIES = Action("chart.no-allergies", "recorded that no allergies are known")
ADD_PROBLEM = Action("chart.problem", "recorded a problem")
Waits = Callable[[str, str], Key]  # GSI1 of what waits, of the stamp and the id of an item
MOST = 60  # rows of a part of the summary


@dataclass(frozen=True, slots=True)
class Moment:
    """In which entry something is recorded: the id of one that is there or of a new one, and what a new one is called.

    The id of a visit's entry is the appointment's.
    """

    entry_id: str
    title: str


@idempotent
def add_allergy(
    scope: Scope, *, patient: Patient, moment: Moment, allergy: AllergyLine, answered: Collection[str] = (),
    once: Once | None = None,
) -> str:  # fmt: skip
    """Returns its id. Raises Asked where the same ingredient or group is listed. "None known" ends with it."""
    scope.require(Permission.CHART_WRITE)
    if not allergy.substance:
        raise Refused("Say what the patient is allergic to: penicillin rash severe.")

    def write() -> str:
        stand = queries.standing(scope, patient, moment.entry_id)
        listed = against.already(allergy.substance, known.allergies(stand.summaries))
        ask([against.already_sentence(listed)] if listed else [], answered)
        tx = Transaction(scope, once=once)
        (item,) = hang(tx, stand, moment, ALG, replace(allergy, entry=moment.entry_id).pack())
        put_part(tx, stand.own, ALG, {item.id: item.content})
        return tx.commit(Event(ADD_ALLERGY, "RECORDED", item.id, patient=patient.id), item.id)

    return attempt(scope, patient, write)


@idempotent
def say_none_known(scope: Scope, *, patient: Patient, once: Once | None = None) -> None:
    """A fact with who asked and when. Raises Refused beside an allergy."""
    scope.require(Permission.CHART_WRITE)

    def write() -> None:
        summaries = queries.summaries(scope, patient)
        if rows_of(summaries, ALG):
            raise Refused("An allergy is listed. Mark it as entered in error first, if it is one.")
        tx = Transaction(scope, once=once)
        asked = {"at": tx.at, "by": scope.actor.name}
        put_part(tx, summaries[0], ALG, {}, asked=asked)
        tx.commit(Event(NO_ALLERGIES, "PATIENT", patient.id, patient=patient.id))

    attempt(scope, patient, write)


@idempotent
def add_problem(
    scope: Scope, *, patient: Patient, moment: Moment, problem: ProblemLine, answered: Collection[str] = (),
    once: Once | None = None,
) -> str:  # fmt: skip
    """Returns its id. Raises Asked where one of the same three characters is listed."""
    scope.require(Permission.CHART_WRITE)
    if not problem.words:
        raise Refused("Say which problem.")

    def write() -> str:
        stand = queries.standing(scope, patient, moment.entry_id)
        lines = [ProblemLine.unpack(line) for line in rows_of(stand.summaries, PROB).values()]
        listed = icd.already(problem.code, "", [icd.Listed(line.code, line.words, since=line.since) for line in lines])
        ask([icd.already_sentence(listed)] if listed else [], answered)
        tx = Transaction(scope, once=once)
        (item,) = hang(tx, stand, moment, PROB, replace(problem, entry=moment.entry_id).pack())
        put_part(tx, stand.own, PROB, {item.id: item.content})
        return tx.commit(Event(ADD_PROBLEM, "RECORDED", item.id, patient=patient.id), item.id)

    return attempt(scope, patient, write)


# --- The steps -------------------------------------------------------------------------------------------------------


def hang(
    tx: Transaction, stand: Standing, moment: Moment, kind: str, *contents: Mapping[str, Any], reason: str = "",
    waits: Waits | None = None,
) -> list[Recorded]:  # fmt: skip
    """The items, one for each content, and the row of their entry. `waits`: where they wait for somebody."""
    items = [_item(tx, stand.whole.owner, moment.entry_id, kind, each, reason=reason) for each in contents]
    for each in items:
        each.gsi1pk, each.gsi1sk = waits(tx.at, each.id) if waits else (None, None)
        tx.put(each)
    place(tx, replace(stand.whole, recorded=[*stand.whole.recorded, *items]), moment.entry_id, moment.title)
    return items


def _item(
    tx: Transaction, owner: str, entry_id: str, kind: str, content: Mapping[str, Any], *, reason: str
) -> Recorded:
    id = clock.new_id()
    at, shown = Recorded.at(owner, entry_id, kind, id), keys.chart_kind(owner, kind, tx.at, id)
    return Recorded(
        pk=at.pk, sk=at.sk, id=id, gsi2pk=shown.pk, gsi2sk=shown.sk, patient_id=owner, entry_id=entry_id, kind=kind,
        at_time=tx.at, by=tx.scope.actor.id, by_name=tx.scope.actor.name, content=dict(content), line=dict(content),
        state=CURRENT, reason=reason or None,
    )  # fmt: skip


def put_part(
    tx: Transaction, summary: Summary, part: str, added: Mapping[str, Any], *, asked: dict[str, str] | None = None,
    drop: Collection[str] = (),
) -> None:  # fmt: skip
    """The step that changes a part of the summary, as long as it is as it was read."""
    before = summary.part(part)
    rows = {id: line for id, line in {**before.rows, **added}.items() if id not in drop}
    if len(rows) > MOST:
        raise Refused(f"More than {MOST} are listed. Mark what is not right any more as entered in error.")
    sets: dict[str, Any] = {"rows": rows, "n": before.n + 1, "type": "SUMMARY", "clinicId": tx.scope.clinic}
    if part == ALG:
        sets["asked"] = asked
    when = {"n": before.n or None}
    tx.change_row(keys.chart_summary(summary.owner, part), sets=sets, when=when, new=not before.n, refusal=CROWDED)


def unchanged(tx: Transaction, summary: Summary, part: str) -> None:
    """The condition that what was decided by is still so."""
    n = summary.part(part).n
    tx.check(keys.chart_summary(summary.owner, part), when={"n": n or None}, new=not n, refusal=CROWDED)
