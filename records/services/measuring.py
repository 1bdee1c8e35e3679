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
from records import queries
from records.limits import queries as limits
from records.lines import MeasuredLine
from records.models import MEAS, OBS
from records.queries import rows_of, stacked
from records.rules import growth
from records.rules.measured_line import written
from records.rules.measurements import Answer, Earlier, Reading, Subject, check
from records.rules.units import Quantity
from records.services.asking import Instead, Slip
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


def measured_step(to: Recording, readings: Sequence[Reading], *, at: str = "", who: str = "") -> None:
    """Now by this person, or at a stamp before by somebody else: the summary keeps what is later."""
    scope, at, who = to.scope, at or to.tx.at, who or to.scope.actor.name
    scope.require(Permission.MEASURE)
    if not readings:
        raise Refused("Write what was measured: bp 142/86 p 74 t 36.7.")
    before, confirmed = rows_of(to.stand.summaries, MEAS), limits.are_confirmed(scope)
    gestation = queries.gestation(to.stand.summaries)
    answers = [
        check(each, _subject(scope, to.patient, each, before, at, gestation=gestation, confirmed=confirmed))
        for each in readings
    ]
    to.instead = _instead(readings, answers)
    if refused := [each.sentence for each in answers if each.what == "refuse"]:
        raise Slip(" ".join(refused), to.instead)
    to.questions += [each.sentence for each in answers if each.what == "ask"]
    lines = {
        each.kind: MeasuredLine(
            text=each.value.text,
            lower=each.lower,
            unit=each.value.unit,
            mark=answer.mark,
            at=at,
            who=who,
            entry=to.moment.entry_id,
        ).pack()
        for each, answer in zip(readings, answers, strict=True)
    }
    item = to.hang(OBS, lines, MEASURE, at=at)
    latest = {kind: line for kind, line in lines.items() if at >= before.get(kind, {}).get("a", "")}
    if latest:
        to.summarise(MEAS, {kind: stacked(line, before.get(kind)) | {"i": item.id} for kind, line in latest.items()})


def _instead(readings: Sequence[Reading], answers: Sequence[Answer]) -> Instead | None:
    """The line again, with what was probably meant in it; None where nobody can say what was."""
    meant = [answer.instead or each for each, answer in zip(readings, answers, strict=True)]
    other = [answer.instead.shown for answer in answers if answer.instead]
    if not other or any(answer.what == "refuse" and not answer.instead for answer in answers):
        return None
    return Instead(written(meant), ", ".join(other))


def _subject(
    scope: Scope,
    patient: Patient,
    reading: Reading,
    before: Mapping[str, Mapping[str, Any]],
    at: str,
    *,
    gestation: int | None,
    confirmed: bool,
) -> Subject:
    """`gestation` in days, where the chart says it; `confirmed`: whether the limits of what is unlikely ask anybody."""
    clinic = clinic_of(scope.clinic_id)
    zone = ZoneInfo(clinic.time_zone)
    on = clock.moment(at).astimezone(zone).date()
    months = births.months(patient.birth_date, on) if patient.birth_date else None
    order: Any = "MDY" if clinic.date_order == "MDY" else "DMY"
    return Subject(
        on=on,
        months=months,
        earlier=_earlier(reading.kind, before, zone, on),
        z=_z(patient, reading, on, gestation),
        confirmed=confirmed,
        date_order=order,
    )


def _z(patient: Patient, reading: Reading, on: date, gestation: int | None) -> float | None:
    if len(patient.birth_date or "") < len("2026-11-28"):
        return None
    days = (on - date.fromisoformat(str(patient.birth_date))).days
    return growth.z_of(reading.kind, patient.sex or "", days, float(reading.exact), gestation)


def _earlier(kind: str, before: Mapping[str, Mapping[str, Any]], zone: ZoneInfo, than: date) -> Earlier | None:
    if kind not in before:
        return None
    line = MeasuredLine.unpack(before[kind])
    on = clock.moment(line.at).astimezone(zone).date()
    return Earlier(Reading(kind, Quantity(line.text, line.unit), line.lower), on) if on <= than else None
