"""The schedule follows a patient's record: two that are to be one have no two visits at a time; cards show its line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from clinnet import clock
from clinnet.table import Action, Event, Range, Row, Scope, Transaction, get_rows, keys, query
from clinnet.table.errors import NotFound, Refused, Stale
from patients.models import Patient
from patients.timeline import all_ids
from scheduling import words
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import changing, states
from scheduling.board.services import cards
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.calendar.services import busy
from scheduling.models import COMING, Appointment
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import waitlist

RELABEL = Action("schedule.relabel", "put a patient's changed details on the cards of the board")

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


def _named(scope: Scope, appointment: Appointment) -> str:
    known = setup(scope)
    who = words.short(known.practitioner(appointment.practitioner_id or ""))
    return f"{changing.name_of(appointment, scope)} with {who}"


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
            tx.change_row(keys.card(scope.clinic_id, each.day or "", each.id), sets=sets)
        tx.commit(Event(RELABEL, "PATIENT", ids[0], note=f"{len(stale)} cards"))


def _rows(scope: Scope, found: Sequence[Appointment]) -> Iterator[Row | None]:
    places = [keys.card(scope.clinic_id, each.day or "", each.id) for each in found]
    there = get_rows(scope, places)
    return (there.get(place) for place in places)


# --- Death -------------------------------------------------------------------------------------------------------


def stop(scope: Scope, ids: Sequence[str], dry_run: bool = False) -> list[str]:
    """Coming appointments of these records are cancelled, open requests withdrawn. Pressed again it goes on.

    Returns how many, in words.
    """
    appointments = [each for each in _coming(scope, ids) if each.state in COMING]
    rows = [row for id in ids for row in query(scope, keys.requests_of(id), limit=MOST).rows]
    asked = [
        each for each in (waitlist_queries.request(scope, row["id"]) for row in rows) if each.state == waitlist.OPEN
    ]
    if dry_run:
        return _said(len(appointments), len(asked), 0)
    cancelled = sum(
        _done(states.cancel, scope, appointment=each, by="clinic", reason=DECEASED) for each in appointments
    )
    withdrawn = sum(_done(waitlist.withdraw, scope, request=each, reason=DECEASED) for each in asked)
    return _said(cancelled, withdrawn, len(appointments) + len(asked) - cancelled - withdrawn)


def _said(cancelled: int, withdrawn: int, left: int) -> list[str]:
    said = [(cancelled, "appointment", "cancelled"), (withdrawn, "request", "withdrawn"), (left, "thing", LEFT)]
    return [f"{count} {name}{'s' if count > 1 else ''} {what}" for count, name, what in said if count]


LEFT = "changed just now and still to be looked at"


def _done(do: Callable[..., None], scope: Scope, **what: Any) -> bool:
    """One that somebody changes at the same moment does not stop the others."""
    try:
        do(scope, **what)
    except (Refused, Stale, NotFound):
        return False
    return True
