"""Immunisations are recorded; the schedule is confirmed by a doctor, and taken back."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from clinnet import clock, formats
from clinnet.accounts.permissions import Permission
from clinnet.accounts.queries import clinic as clinic_of
from clinnet.table import Action, Event, Once, Scope, Topic, Transaction, find_row, keys
from clinnet.table.errors import Refused
from clinnet.table.kept import forget
from clinnet.table.once import idempotent
from patients.models import Patient
from records.lines import ImmunisationLine
from records.models import ERRORED, IMM
from records.queries import Standing
from records.rules.allergy_groups import groups_of
from records.rules.vaccines import MAY_HOLD, lot_of, refused
from records.services import known
from records.services.recording import Answers, Moment, Recording, recorded
from records.vaccines import queries as vaccines
from records.vaccines.models import Schedule

IMMUNISE = Action("chart.immunise", "recorded an immunisation")
CONFIRM = Action("vaccines.confirm", "confirmed the schedule of immunisations", Topic.SETTINGS)
WITHDRAW = Action("vaccines.withdraw", "took back the schedule of immunisations", Topic.SETTINGS)
QUICKER = Refused("Somebody has just changed this. Look at it once more.")


@idempotent
def immunise(
    scope: Scope,
    *,
    patient: Patient,
    moment: Moment,
    dose: ImmunisationLine,
    answered: Collection[str] = (),
    once: Once | None = None,
) -> str:
    """Returns its id. Raises Refused for what cannot be; Asked where the same is recorded of that day, and where an
    allergy to egg, gelatin or latex is listed and it was given here.
    """
    return recorded(scope, patient, moment, lambda to: dose_step(to, dose), answers=Answers(answered), once=once)


def dose_step(to: Recording, dose: ImmunisationLine) -> None:
    to.scope.require(Permission.IMMUNISE)
    if not dose.vaccine:
        raise Refused("Say which vaccine.", field="vaccine")
    dose = _with_its_lot(to, dose)
    today = clock.today(clinic_of(to.scope.clinic_id).time_zone)
    field, sentence = refused(dose.on, dose.expires, to.patient.birth_date or "", today)
    if sentence:
        raise Refused(sentence, field=field)
    to.questions += [*_same(to.scope, to.patient, dose), *_holds(to.stand, dose)]
    to.by_allergies = True
    to.hang(IMM, replace(dose, entry=to.moment.entry_id).pack(), IMMUNISE)


def _with_its_lot(to: Recording, dose: ImmunisationLine) -> ImmunisationLine:
    """With maker and expiry as they were said of its lot before; what is said now is remembered."""
    name, number = lot_of(dose.vaccine, dose.lot)
    if not name or dose.source != "here":
        return dose
    at = keys.vaccine_lot(to.scope.clinic_id, name, number)
    row = find_row(to.scope, at) or {}
    maker, expires = str(row.get("maker", "")), str(row.get("expires", ""))
    if dose.expires and expires and dose.expires != expires:
        before, now = (formats.date(each, clinic_of(to.scope.clinic_id)) for each in (expires, dose.expires))
        to.questions.append(f"Lot {dose.lot} was said to expire on {before}. Is it {now}?")
    dose = replace(dose, maker=dose.maker or maker, expires=dose.expires or expires)
    if (dose.maker, dose.expires) != (maker, expires):
        sets = {"type": "LOT", "clinicId": to.scope.clinic, "maker": dose.maker, "expires": dose.expires}
        to.tx.change_row(at, sets=sets, new=True)
    return dose


def _same(scope: Scope, patient: Patient, dose: ImmunisationLine) -> list[str]:
    rows = [row for row in vaccines.given(scope, patient) if row.get("state") != ERRORED]
    lines = [ImmunisationLine.unpack(row["line"]) for row in rows]
    same = any((line.vaccine, line.on) == (dose.vaccine, dose.on) for line in lines)
    return [f"{dose.vaccine} of that day is recorded already. Another one?"] if same else []


def _holds(stand: Standing, dose: ImmunisationLine) -> list[str]:
    listed = [each for each in known.allergies(stand.summaries) if groups_of(each.substance) & MAY_HOLD]
    if dose.source != "here":
        return []
    return [f"Allergy: {each.substance}. A vaccine may hold traces of it: look at the leaflet." for each in listed]


@idempotent
def confirm_schedule(scope: Scope, *, once: Once | None = None) -> None:
    """That of the clinic's country. From now on the page says what is due by it."""
    _say(scope, "confirmed", CONFIRM, once)


@idempotent
def withdraw_schedule(scope: Scope, *, once: Once | None = None) -> None:
    """Nothing is said from it any more."""
    _say(scope, "withdrawn", WITHDRAW, once)


def _say(scope: Scope, state: str, action: Action, once: Once | None) -> None:
    scope.require(Permission.CLINICAL_CONFIRM)
    tx, old = Transaction(scope, once=once), vaccines.schedule(scope)
    name, table = vaccines.offered(scope)
    news: dict[str, Any] = {
        "state": state,
        "table": name,
        "edition": table.source,
        "by_name": scope.actor.name,
        "at_time": tx.at,
    }
    if old:
        tx.update(old, news, refusal=QUICKER)
    else:
        at = Schedule.at(scope.clinic_id)
        tx.put(Schedule(pk=at.pk, sk=at.sk, id="vaccines", **news), refusal=QUICKER)
    tx.commit(Event(action, "VACCINES", "vaccines"))
    forget()
