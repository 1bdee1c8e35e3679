"""The schedule follows a patient's record: two that are to be one have no two visits at a time; cards show its line."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from clinnet import clock
from clinnet.table import Event, Row, Scope, Transaction, get_rows, keys, query
from clinnet.table.errors import Refused
from patients.models import Patient
from patients.queries import all_ids
from scheduling import busy, cards, queries, words
from scheduling.models import COMING, Appointment
from scheduling.rules import walltime
from scheduling.services import requests, states
from scheduling.setup import setup

MOST = 100
AT_ONCE = 40  # cards of a transaction
AHEAD = timedelta(days=3 * 366)
DECEASED = "Deceased"
AGO = timedelta(hours=16)  # today's cards too, wherever the clinic's day began


def check_merge(scope: Scope, survivor: Patient, other: Patient) -> None:
    """Raises Refused, which names the times that both have."""
    mine, theirs = (_taken(scope, each) for each in (survivor, other))
    clash = mine & theirs
    if not clash:
        return
    found = [each for each in _coming(scope, [*all_ids(survivor), *all_ids(other)]) if _grains(each) & clash]
    found.sort(key=lambda each: each.start or "")
    named = " and ".join(_named(scope, each) for each in found[:2]) or "one of them was just booked"
    raise Refused(f"Both have an appointment at the same time: {named}. Move or cancel one of them first.")


def _taken(scope: Scope, patient: Patient) -> set[int]:
    """The five minutes from now on in which the patient is somewhere, also by records folded in: read consistently."""
    now = clock.now()
    first, last = (moment.date().isoformat() for moment in (now, now + AHEAD))
    asked = [keys.busy_patient_between(id, first, last) for id in all_ids(patient)]
    rows: list[Row] = [row for each in asked for row in query(scope, each, limit=400).rows]
    return {grain for grain in busy.taken(rows, now) if grain >= walltime.number(now)}


def _coming(scope: Scope, ids: Sequence[str]) -> list[Appointment]:
    since = clock.stamp(clock.now() - AGO)
    lines = [row for id in ids for row in query(scope, keys.timeline_from(id, since), limit=MOST).rows]
    wanted = [(row["GSI2PK"].partition("#")[2], row["id"]) for row in lines if row["type"] == "APPOINTMENT"]
    return queries.appointments(scope, wanted)


def _grains(made: Appointment) -> set[int]:
    hold = states.hold_of(made)
    return set(hold.need.patient(hold.start)) if hold else set()


def _named(scope: Scope, made: Appointment) -> str:
    known = setup(scope)
    who = words.short(known.practitioner(made.practitioner_id or ""))
    return f"{states.name_of(made, scope)} with {who}"


# --- Cards -------------------------------------------------------------------------------------------------------


def relabel(scope: Scope, ids: Sequence[str], line: Mapping[str, Any]) -> None:
    """Today's and coming cards of these records show this line."""
    found = [each for each in _coming(scope, ids) if each.day and each.state != "moved"]
    stale = [each for each, row in zip(found, _rows(scope, found), strict=True)
             if row and row.get("line", {}).get("p") != line]  # fmt: skip
    for start in range(0, len(stale), AT_ONCE):
        tx = Transaction(scope)
        for each in stale[start : start + AT_ONCE]:
            sets = {"line.p": dict(line), **cards.changed(scope, each.day or "", each.id, tx.at)}
            tx.change_row(keys.card(scope.here, each.day or "", each.id), sets=sets)
        tx.commit(Event("schedule.relabel", "PATIENT", ids[0], note=f"{len(stale)} cards"))


def _rows(scope: Scope, found: Sequence[Appointment]) -> Iterator[Row | None]:
    places = [keys.card(scope.here, each.day or "", each.id) for each in found]
    there = get_rows(scope, places)
    return (there.get(place) for place in places)


# --- Death -------------------------------------------------------------------------------------------------------


def stop(scope: Scope, ids: Sequence[str]) -> None:
    """Coming appointments of these records are cancelled, open requests withdrawn. Pressed again it goes on."""
    for each in _coming(scope, ids):
        if each.state in COMING:
            states.cancel(scope, appointment=each, by="clinic", reason=DECEASED)
    open_ones = [row["id"] for id in ids for row in query(scope, keys.requests_of(id), limit=MOST).rows]
    for id in open_ones:
        request = queries.request(scope, id)
        if request.state == requests.OPEN:
            requests.withdraw(scope, request=request, reason=DECEASED)
