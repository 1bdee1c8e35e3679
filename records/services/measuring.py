"""Measurements: several at once, each checked by the rules, with number and unit as typed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Action, Once, Scope
from clinnet.table.errors import Refused
from clinnet.table.once import idempotent
from patients.models import Patient
from patients.rules import births
from records.limits import queries as limits
from records.lines import MeasuredLine
from records.models import MEAS, OBS
from records.queries import rows_of
from records.rules.measurements import Earlier, Reading, Subject, check
from records.rules.units import Quantity
from records.services.recording import Answers, Moment, Recording, recorded

MEASURE = Action("chart.measure", "recorded measurements")


@idempotent
def measure(
    scope: Scope,
    *,
    patient: Patient,
    moment: Moment,
    readings: Sequence[Reading],
    answered: Collection[str] = (),
    once: Once | None = None,
) -> str:
    """Returns the id of the set. Raises Refused for what cannot be, Asked for what is unlikely."""
    return recorded(
        scope, patient, moment, lambda to: measured_step(to, readings), answers=Answers(answered), once=once
    )


def measured_step(to: Recording, readings: Sequence[Reading]) -> None:
    scope = to.scope
    scope.require(Permission.MEASURE)
    if not readings:
        raise Refused("Write what was measured: bp 142/86 p 74 t 36.7.")
    before, confirmed = rows_of(to.stand.summaries, MEAS), limits.are_confirmed(scope)
    answers = [check(each, _subject(scope, to.patient, each, before, confirmed=confirmed)) for each in readings]
    if refused := [each.sentence for each in answers if each.what == "refuse"]:
        raise Refused(" ".join(refused))
    to.questions += [each.sentence for each in answers if each.what == "ask"]
    lines = {
        each.kind: MeasuredLine(
            text=each.value.text,
            lower=each.lower,
            unit=each.value.unit,
            mark=answer.mark,
            at=to.tx.at,
            who=scope.actor.name,
            entry=to.moment.entry_id,
        ).pack()
        for each, answer in zip(readings, answers, strict=True)
    }
    item = to.hang(OBS, lines, MEASURE)
    to.summarise(MEAS, {kind: {**line, "i": item.id} for kind, line in lines.items()})


def _subject(
    scope: Scope, patient: Patient, reading: Reading, before: Mapping[str, Mapping[str, Any]], *, confirmed: bool
) -> Subject:
    """`confirmed`: whether the limits of what is unlikely ask anybody."""
    clinic = clinic_of(scope.clinic_id)
    today, zone = clock.today(clinic.time_zone), ZoneInfo(clinic.time_zone)
    months = births.months(patient.birth_date, today) if patient.birth_date else None
    order: Any = "MDY" if clinic.date_order == "MDY" else "DMY"
    return Subject(
        on=today, months=months, earlier=_earlier(reading.kind, before, zone), confirmed=confirmed, date_order=order
    )


def _earlier(kind: str, before: Mapping[str, Mapping[str, Any]], zone: ZoneInfo) -> Earlier | None:
    if kind not in before:
        return None
    line = MeasuredLine.unpack(before[kind])
    on: date = clock.moment(line.at).astimezone(zone).date()
    return Earlier(Reading(kind, Quantity(line.text, line.unit), line.lower), on)
