"""The line of the chart: what was typed in one field is understood, shown in words, and recorded."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from clinnet import clock, formats
from clinnet.accounts.models import Clinic
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Once, Scope
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from records import queries
from records.lines import AllergyLine, MedicineLine, OrderLine, ProblemLine
from records.queries import Summary
from records.recalls import services as recalls
from records.results import services as results
from records.rules import allergies as against
from records.rules import allergy_line, directions, icd, line, measured_line, prescription_line, said
from records.rules import recalls as recall_rules
from records.rules import results as result_rules
from records.rules import tasks as task_rules
from records.rules.icd import Code
from records.services import known, listing, measuring, prescribing
from records.services.asking import ask
from records.services.recording import Answers, Moment, Recording, recorded
from records.tasks import services as tasks

BEGIN = "Begin with allergy, problem, rx or order, or with a measurement: bp 142/86 p 74 t 36.7."
NAMES_NONE = "Name what the patient is allergic to, or say “allergy none” if there are none."
NOT_IN_LIST = "Not in our list: medicines are compared with it by its name only."
AS_TYPED = "-"  # the choice of a problem without a code
TITLES = {
    "allergy": "Allergy",
    "problem": "Problem",
    "rx": "Medicine",
    "measure": "Measurements",
    "order": "Order",
    "recall": "",
    "task": "",
}
YEAR = re.compile(r"\s((?:19|20)\d\d)$")


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """What the page sends: `code` is the chosen one of a problem, `answered` and `reason` answer what was asked.

    `context` is by what the codes of a problem are ranked.
    """

    text: str
    code: str = ""
    context: icd.Context = field(default_factory=icd.Context)
    answered: frozenset[str] = frozenset()
    reason: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Understood:
    """`chips` are what would be recorded, in words; `choices` the codes of a problem; `refused` sentences.

    `told` are sentences in grey; `warns` says by the summary what is to be told once it is recorded.
    """

    kind: str = ""
    chips: tuple[str, ...] = ()
    choices: tuple[Code, ...] = ()
    refused: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    step: Callable[[Recording], None] | None = None
    warns: Callable[[Sequence[Summary]], list[str]] | None = None
    foot: str = ""  # what is always said beneath


def understood(typed: Typed, clinic: Clinic) -> Understood:
    """Asks the table nothing."""
    kind, rest = line.taken_apart(typed.text)
    if not kind:
        return Understood(refused=(BEGIN,) if typed.text.strip() else ())
    return READERS[kind](rest, typed, clinic)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded: its id, empty for a fact without an item, and its words. `told`: what to look at now."""

    id: str
    words: str
    kind: str
    told: tuple[str, ...] = ()


def record(scope: Scope, *, patient: Patient, moment: Moment, typed: Typed, once: Once | None = None) -> Recorded:
    """A new entry without a title is called by what is recorded.

    Raises Refused for what is not understood or cannot be, Asked for what has to be meant.
    """
    found = understood(typed, clinic_of(scope.clinic_id))
    step, moment = step_of(found), Moment(moment.entry_id, moment.title or TITLES[found.kind])
    ask(questions(found), typed.answered)
    id = _recorded(scope, patient=patient, moment=moment, step=step, typed=typed, once=once)
    summaries = queries.summaries_if_read(scope, patient) if found.warns else None
    told = found.warns(summaries) if found.warns and summaries else ()
    return Recorded(id, ", ".join(found.chips), found.kind, tuple(told))


@idempotent
def _recorded(
    scope: Scope,
    *,
    patient: Patient,
    moment: Moment,
    step: Callable[[Recording], None],
    typed: Typed,
    once: Once | None = None,
) -> str:
    return recorded(scope, patient, moment, step, answers=Answers(typed.answered, typed.reason), once=once)


def step_of(found: Understood) -> Callable[[Recording], None]:
    """Raises Refused for what is not understood or cannot be."""
    if found.refused or found.step is None:
        raise Refused(" ".join(found.refused) or BEGIN, field="text")
    return found.step


def questions(found: Understood) -> list[str]:
    return [f"Not understood: {', '.join(found.unknown)}. Record the rest?"] if found.unknown else []


def _allergy(rest: str, typed: Typed, clinic: Clinic) -> Understood:
    if allergy_line.is_none(rest):
        return Understood("allergy", ("No known allergies",), step=listing.none_known_step)
    meant = allergy_line.parse(rest)
    if meant.substance and not allergy_line.is_substance(meant.substance):
        return Understood("allergy", refused=(NAMES_NONE,))
    made = AllergyLine(
        substance=meant.substance,
        kind=meant.kind,
        reactions=meant.reactions,
        severity=meant.severity,
        since=meant.since,
    )

    chips = (said.allergy(made),) if meant.substance else ()
    told = (NOT_IN_LIST,) if meant.substance and not against.is_known(meant.substance) else ()
    return Understood(
        "allergy",
        chips,
        told=told,
        unknown=meant.not_understood,
        step=lambda to: listing.allergy_step(to, made),
        warns=partial(known.medicines_against, made),
    )


def _problem(rest: str, typed: Typed, clinic: Clinic) -> Understood:
    year = YEAR.search(rest)
    words, since = (rest[: year.start()], year[1]) if year else (rest, "")
    choices: Sequence[Code] = icd.search(words, typed.context) if words else ()
    chosen = icd.of_code(typed.code)
    if chosen is None and typed.code != AS_TYPED:
        asked = ("Choose which, or record it as it is typed.",) if words else ("Say which problem: problem dia.",)
        return Understood("problem", (), tuple(choices), asked)
    made = ProblemLine(words=chosen.words if chosen else words, code=chosen.code if chosen else "", since=since)

    return Understood("problem", (said.problem(made),), tuple(choices), step=lambda to: listing.problem_step(to, made))


def _medicine(rest: str, typed: Typed, clinic: Clinic) -> Understood:
    meant = prescription_line.parse(rest)
    refused = meant.refused
    if doubtful := [each for each in meant.not_understood if prescription_line.is_of_a_dose(each)]:
        refused = (*refused, f"Not understood: {', '.join(doubtful)}. Write how often as tds or 3x, how long as 7d.")
    if meant.missing and not refused:
        refused = (f"Say {' and '.join(meant.missing)}: amoxicillin 500 tds 7d.",)
    today = clock.today(clinic.time_zone)
    made = MedicineLine(
        name=meant.name,
        strength=meant.strength,
        form=meant.form,
        directions=meant.directions,
        start=today.isoformat(),
        until=_until(meant, today),
        quantity=meant.quantity or 0,
        refills=meant.refills,
    )

    told = (against.NOT_KNOWN,) if meant.name and not against.is_known(meant.name) else ()
    return Understood(
        "rx",
        meant.chips,
        refused=refused,
        told=told,
        unknown=meant.not_understood,
        step=lambda to: prescribing.medicine_step(to, made),
        warns=partial(known.notes_on_medicine, made.name),
        foot=against.NOTHING_ELSE,
    )


def _order(rest: str, typed: Typed, clinic: Clinic) -> Understood:
    kind, what = result_rules.ordered(rest)
    if not what:
        return Understood("order", refused=("Say what is ordered: order hba1c.",))
    made = OrderLine(what=what, kind=kind)

    return Understood(
        "order", (said.order(made), result_rules.KINDS[kind]), step=lambda to: results.order_step(to, made)
    )


def _recall(rest: str, typed: Typed, clinic: Clinic) -> Understood:
    """It is in no entry: the desk works it off."""
    due, what = recall_rules.taken_apart(rest, clock.today(clinic.time_zone))
    if not (due and what):
        return Understood("recall", refused=("Say when and what for: recall 3m blood pressure.",))
    wish = recalls.Wish(what, due)

    chips = (f"Ask back on {formats.date(due, clinic)}: {what}",)
    return Understood("recall", chips, told=("The desk reads this.",), step=lambda to: recalls.recall_step(to, wish))


def _task(rest: str, typed: Typed, clinic: Clinic) -> Understood:
    """It is in no entry. Without a role it is for whoever writes it."""
    role, what, due = task_rules.taken_apart(rest, clock.today(clinic.time_zone))
    if not what:
        return Understood("task", refused=("Say what is to be done: task phone friday.",))
    chips = (
        f"Task for {task_rules.ROLES.get(role, 'you').lower()}, by {formats.date(due.isoformat(), clinic)}: {what}",
    )

    def step(to: Recording) -> None:
        tasks.task_step(to, tasks.TaskWish(what, due.isoformat(), role or to.scope.actor.id))

    return Understood("task", chips, told=("The desk reads this.",) if role == "receptionist" else (), step=step)


def _until(meant: prescription_line.Prescribed, start: date) -> str:
    last = directions.until(meant.course, start) if meant.course else None
    return last.isoformat() if last else ""


def _measured(rest: str, typed: Typed, clinic: Clinic) -> Understood:
    meant = measured_line.parse(rest, measured_line.units_of(clinic.country))
    chips = tuple(f"{'' if each.kind == 'bp' else each.kind + ' '}{each.shown}" for each in meant.readings)

    return Understood(
        "measure", chips, unknown=meant.not_understood, step=lambda to: measuring.measured_step(to, meant.readings)
    )


READERS: Mapping[str, Callable[[str, Typed, Clinic], Understood]] = {
    "allergy": _allergy,
    "problem": _problem,
    "rx": _medicine,
    "measure": _measured,
    "order": _order,
    "recall": _recall,
    "task": _task,
}
