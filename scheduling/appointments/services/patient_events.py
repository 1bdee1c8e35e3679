"""The schedule follows a patient's record: two that are to be one have no two visits at a time; cards show its line."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from clinnet import clock
from clinnet.table import Action, Event, Range, Row, Scope, Transaction, get_rows, keys, query
from clinnet.table.errors import Refused
from patients.models import Patient
from patients.timeline import all_ids
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import changing
from scheduling.appointments.services.trail import named
from scheduling.board.services import cards
from scheduling.calendar.rules import walltime
from scheduling.calendar.services import busy
from scheduling.models import Appointment

RELABEL = Action("schedule.relabel", "put a patient's changed details on the cards of the board")

MOST = 100
AT_ONCE = 40  # cards of a transaction
AHEAD = timedelta(days=3 * 366)
AGO = timedelta(hours=16)  # today's cards too, wherever the clinic's day began


def check_merge(scope: Scope, survivor: Patient, other: Patient) -> None:
    """Raises Refused, which names the times that both have."""
    mine, theirs = (_taken(scope, each) for each in (survivor, other))
    clash = mine & theirs
    if not clash:
        return
    found = [each for each in coming_of(scope, [*all_ids(survivor), *all_ids(other)]) if _grains(each) & clash]
    found.sort(key=lambda each: each.start or "")
    both = " and ".join(named(scope, each) for each in found[:2]) or "one of them was just booked"
    raise Refused(f"Both have an appointment at the same time: {both}. Move or cancel one of them first.")


def _taken(scope: Scope, patient: Patient) -> set[int]:
    """The five minutes from now on in which the patient is somewhere, also by records folded in: read consistently."""
    now = clock.now()
    first, last = (moment.date().isoformat() for moment in (now, now + AHEAD))
    asked = [keys.busy_patient_between(id, first, last) for id in all_ids(patient)]
    rows: list[Row] = [row for each in asked for row in query(scope, each, limit=400).rows]
    return {grain for grain in busy.taken(rows, now) if grain >= walltime.number(now)}


def coming_of(scope: Scope, ids: Sequence[str]) -> list[Appointment]:
    """What these records have from today on, whatever became of it."""
    since = clock.stamp(clock.now() - AGO)
    lines = [row for id in ids for row in _all(scope, keys.timeline_from(id, since))]
    wanted = [(keys.parse_patient(row["GSI2PK"]), row["id"]) for row in lines if row["type"] == "APPOINTMENT"]
    return appointment_queries.appointments(scope, wanted)


def _all(scope: Scope, asked: Range) -> Iterator[Row]:
    page = query(scope, asked, limit=MOST)
    yield from page.rows
    while page.next:
        page = query(scope, asked, limit=MOST, cursor=page.next)
        yield from page.rows


def _grains(appointment: Appointment) -> set[int]:
    hold = changing.hold_of(appointment)
    return set(hold.need.patient(hold.start)) if hold else set()


# --- Cards -------------------------------------------------------------------------------------------------------


def relabel(scope: Scope, ids: Sequence[str], line: Mapping[str, Any]) -> None:
    """Today's and coming cards of these records show this line."""
    found = [each for each in coming_of(scope, ids) if each.day and each.state != "moved"]
    stale = [
        each
        for each, row in zip(found, _rows(scope, found), strict=True)
        if row and row.get("line", {}).get("p") != line
    ]
    for start in range(0, len(stale), AT_ONCE):
        tx = Transaction(scope)
        for each in stale[start : start + AT_ONCE]:
            sets = {"line.p": dict(line), **cards.changed(scope, each.day or "", each.id, tx.at)}
            tx.change_row(keys.card(scope.clinic_id, each.day or "", each.id), sets=sets)
        tx.commit(Event(RELABEL, "PATIENT", ids[0], note=f"{len(stale)} cards"))


def _rows(scope: Scope, found: Sequence[Appointment]) -> Iterator[Row | None]:
    places = [keys.card(scope.clinic_id, each.day or "", each.id) for each in found]
    there = get_rows(scope, places)
    return (there.get(place) for place in places)
