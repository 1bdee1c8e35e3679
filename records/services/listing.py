"""Allergies and problems: the steps that record them."""

from dataclasses import replace

from clinnet.accounts.permissions import Permission
from clinnet.table import Action, Event
from clinnet.table.errors import Refused
from records.lines import AllergyLine, ProblemLine
from records.models import ALG, PROB
from records.queries import rows_of
from records.rules import allergies as against
from records.rules import icd
from records.services import known
from records.services.recording import Over, Recording

ADD_ALLERGY = Action("chart.allergy", "recorded an allergy")
NO_ALLERGIES = Action("chart.no-allergies", "recorded that no allergies are known")
ADD_PROBLEM = Action("chart.problem", "recorded a problem")


def allergy_step(to: Recording, allergy: AllergyLine) -> None:
    to.scope.require(Permission.CHART_WRITE)
    if not allergy.substance:
        raise Refused("Say what the patient is allergic to: penicillin rash severe.")
    listed = against.already(allergy.substance, known.allergies(to.stand.summaries))
    to.questions += [against.already_sentence(listed)] if listed else []
    item = to.hang(ALG, replace(allergy, entry=to.moment.entry_id).pack(), ADD_ALLERGY)
    to.summarise(ALG, {item.id: item.content})


def none_known_step(to: Recording) -> None:
    to.scope.require(Permission.CHART_WRITE)
    if rows_of(to.stand.summaries, ALG):
        raise Refused("An allergy is listed. Mark it as entered in error first, if it is one.")
    to.asked = {"at": to.tx.at, "by": to.scope.actor.name}
    to.events.append(Event(NO_ALLERGIES, "PATIENT", to.patient.id, patient=to.patient.id))


def problem_step(to: Recording, problem: ProblemLine, over: Over | None = None) -> None:
    """One that is over stands among the past ones, and is held against nothing."""
    to.scope.require(Permission.CHART_WRITE)
    if not problem.words:
        raise Refused("Say which problem.")
    lines = [ProblemLine.unpack(line) for line in rows_of(to.stand.summaries, PROB).values()]
    there = [icd.Listed(line.code, line.words, icd.side_of(line.words), line.since) for line in lines]
    listed = icd.already(problem.code, icd.side_of(problem.words), there)
    to.questions += [icd.already_sentence(listed)] if listed and not over else []
    to.codes.update([problem.code] if problem.code and not over else [])
    item = to.hang(PROB, replace(problem, entry=to.moment.entry_id).pack(), ADD_PROBLEM, over=over)
    if over:
        to.ended.append(item.id)
    else:
        to.summarise(PROB, {item.id: item.content})
