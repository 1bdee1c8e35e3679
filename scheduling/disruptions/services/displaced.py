"""Appointments that lost their hours become requests for another time, first in the list: the clinic took it from them.

It is a job (jobs.py), begun in the same transaction as the new hours or the leave: nobody is forgotten if the process
dies in between. Undo gives the appointments their times back, outside hours by then; whom somebody helped since, it
leaves alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from clinnet import clock
from clinnet.accounts.permissions import Permission
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Action, Event, Scope, Transaction, get_many
from clinnet.table.errors import NotFound, Refused
from patients.models import Patient
from patients.queries import survivors
from scheduling import hooks
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import changing, persons
from scheduling.appointments.services.changing import UNDO
from scheduling.appointments.services.persons import Person
from scheduling.board.services.cards import Card
from scheduling.calendar.services import busy
from scheduling.calendar.services.busy import Hold
from scheduling.models import COMING, Appointment
from scheduling.refusals import Taken
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import holding, waitlist
from scheduling.waitlist.services.waitlist import PARK

BEGIN_DISPLACED = Action("orphans.begin", "began to put appointments that lost their time among the requests")
PARK_DISPLACED = Action("orphans.park", "put appointments that lost their time among the requests")
UNDO_DISPLACED = Action("orphans.undo", "gave appointments the time back that they had lost")

KIND = "orphans"
MOST = 500
STEP = 7  # appointments: at most 10 actions each (a UTC midnight inside each) and an event, and 3 beside them


def _size() -> int:
    return hooks.at_once(STEP, each=11, beside=3)


Row = Mapping[str, str]  # i: the appointment, p: its patient, was: its start
Results = dict[
    str, dict[str, Any]
]  # by appointment: w what became of it, q the request, v the version that undo expects


def begin(tx: Transaction, cards: Sequence[Card], *, reason: str, practitioner: str = "") -> Job:
    """Writes the job with whatever `tx` holds. `cards` are of affected.orphans, `reason` is what becomes of them."""
    tx.scope.require(Permission.BOOK)
    for card in cards:
        tx.scope.must_hold(card)
    if len(cards) > MOST:
        raise Refused(f"More than {MOST} appointments are affected. Take fewer days at a time, or keep them.")
    rows = [{"i": each.id, "p": each.patient_id, "was": clock.stamp(each.start)} for each in cards if each.start]
    if len(_found(tx.scope, rows)) != len(rows):  # a card says no clinic: what it leads to does
        raise NotFound
    plan = {"rows": rows, "reason": reason, "practitioner": practitioner}
    return jobs.begin(tx, kind=KIND, plan=plan, total=len(rows), action=BEGIN_DISPLACED, note=reason)


def parked(job: Job) -> int:
    """How many are requests by now."""
    return sum(each.get("w") == "asked" for each in (job.results or {}).values())


def step(scope: Scope, job: Job) -> None:
    at, reason = int(job.cursor), job.plan["reason"]
    rows: Sequence[Row] = job.plan["rows"][at : at + _size()]
    results: Results = {row["i"]: {"w": "changed", "y": "Moved, or not coming any more."} for row in rows}
    tx, freed, held = jobs.transaction(scope, job), list[Hold](), list[Hold]()
    for appointment, patient in _still(scope, rows):
        asked, before, after = waitlist.add_park(tx, appointment, patient, source="orphaned", urgency=1, reason=reason)
        freed, held = freed + before, held + after
        results[appointment.id] = {"w": "asked", "q": asked.id, "v": int(appointment.version) + 1}
        tx.also(Event(PARK, "APPOINTMENT", appointment.id, patient=patient.id, note=reason))
    busy.swap(tx, freed, held)
    jobs.move_on(tx, job, parts=_size(), results=results)
    tx.commit(Event(PARK_DISPLACED, "JOB", job.id, changes={"appointments": [None, [row["i"] for row in rows]]}))


def _still(scope: Scope, rows: Sequence[Row]) -> list[tuple[Appointment, Patient]]:
    """Those that are still to come at the time that was meant: some were cancelled, moved or arrived meanwhile."""
    found = _found(scope, rows)
    people = survivors(scope, {row["p"] for row in rows})
    return [
        (appointment, people[row["p"]])
        for row in rows
        if (appointment := found.get(row["i"]))
        and appointment.state in COMING
        and appointment.start == row["was"]
        and row["p"] in people
    ]


def _found(scope: Scope, rows: Sequence[Row]) -> dict[str, Appointment]:
    return {each.id: each for each in appointment_queries.appointments(scope, [(row["p"], row["i"]) for row in rows])}


# --- Back ----------------------------------------------------------------------------------------------------------


def undo(scope: Scope, job: Job) -> None:
    """The last that were done. Whose time somebody took meanwhile stays a request."""
    rows: Sequence[Row] = job.plan["rows"][max(0, int(job.cursor) - _size()) : int(job.cursor)]
    people = _people(scope, rows)
    if any(person.others(id) for id, person in people.items()):  # each of these looks at further rows: one at a time
        rows = rows[-1:]
    found = _found(scope, rows)
    results: Results = {row["i"]: dict((job.results or {}).get(row["i"], {})) for row in rows}
    back = [found[id] for id, done in results.items() if id in found and found[id].version == done.get("v")]
    while True:
        try:
            _write_back(scope, job, back, results, people)
        except Taken as taken:
            lost = _whose(taken, back)
            results[lost.id]["y"] = LOST[busy.resource_of(taken.key) == "patient"]
            back = [each for each in back if each.id != lost.id]
        else:
            return


LOST = (
    "Not taken back: the time was given to somebody else.",
    "Not taken back: the patient has another appointment then.",
)


def _people(scope: Scope, rows: Sequence[Row]) -> dict[str, Person]:
    records = get_many(scope, [Patient.at(id) for id in {row["p"] for row in rows}]).of(Patient)
    return {each.id: persons.with_survivor(scope, each) for each in records}


def _write_back(
    scope: Scope, job: Job, back: Sequence[Appointment], results: Results, people: Mapping[str, Person]
) -> None:
    tx, freed, held = jobs.transaction(scope, job), list[Hold](), list[Hold]()
    returned: Results = {}
    for appointment in back:
        try:
            asked = waitlist_queries.request(scope, results[appointment.id]["q"])
        except NotFound:  # pragma: no cover  requests are never deleted
            continue
        if asked.state != waitlist.OPEN or holding.standing(asked):  # somebody helped them, or is about to
            continue
        waitlist.close(tx, asked, waitlist.WITHDRAWN)
        stamps = list(appointment.stamps or [])
        news = {**stamps[-1]["was"], "sequence": int(appointment.sequence) + 1}
        before, after = changing.add_step(tx, appointment, news, stamps=stamps[:-1])
        freed, held = freed + before, held + after
        returned[appointment.id] = {"w": "back"}
        tx.also(Event(UNDO, "APPOINTMENT", appointment.id, patient=appointment.patient_id))
    busy.swap(tx, freed, held)
    persons.check_free(tx, [(people[hold.patient], hold) for hold in held])
    persons.check_records(tx, [record for hold in held for record in people[hold.patient].records])
    jobs.move_on(tx, job, parts=len(results), results=results | returned)
    tx.commit(Event(UNDO_DISPLACED, "JOB", job.id, changes={"appointments": [None, list(returned)]}))


def _whose(taken: Taken, back: Sequence[Appointment]) -> Appointment:
    """The one that wanted the time that was found taken."""
    if len(back) == 1:
        return back[0]
    for appointment in back:
        again = changing.changed(appointment, (appointment.stamps or [])[-1]["was"])
        hold = changing.hold_of(again)
        if hold and hold.places().get(taken.key, set()) & taken.clashes.keys():
            return appointment
    raise taken
