"""Visits that recur: listed with what stands in their way first, then booked, in one transaction or as a job.

Both a series and the cancelling of its rest are jobs (jobs.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Literal

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Action, Event, Once, Scope, Transaction, keys
from clinnet.table.errors import Refused
from patients.models import Patient
from patients.queries import current as get_patient
from patients.timeline import all_ids
from scheduling import hooks
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking, changing, persons, trail
from scheduling.appointments.services.booking import Visit, with_rooms
from scheduling.appointments.services.persons import Person
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.setup import practitioner as get_practitioner
from scheduling.calendar.queries.setup import setup, visit_type
from scheduling.calendar.rules import walltime
from scheduling.calendar.services import busy, checks
from scheduling.lines import AppointmentLine
from scheduling.models import CANCELLED, COMING, Appointment, Room, VisitType
from scheduling.refusals import SlotTaken, Taken

BEGIN_SERIES = Action("series.begin", "booked a series of appointments")
BOOK_SERIES = Action("series.book", "booked appointments of a series")
UNDO_CANCEL = Action("series.undo", "took back that an appointment of a series was cancelled")
CANCEL_SERIES = Action("series.cancel", "cancelled appointments of a series")

MOST = 400
STEP = 12  # visits: at most 7 actions each (a UTC midnight inside each), and fewer where others look at them too
BESIDE = 16  # actions: 5 are beside the visits'
KIND, CANCEL = "series", "series-cancel"
Unit = Literal["weeks", "months", "monthdays"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One visit of a series. `problem` is a sentence about what stands in its way, or empty."""

    day: date
    start: datetime
    problem: str = ""


def plan_series(
    scope: Scope, *, patient: Patient, visit_type: VisitType, practitioner: Staff, first: date, at: str,
    weekdays: frozenset[int], every: int = 1, unit: Unit = "weeks", until: date | None = None, count: int = 0,
    minutes: int = 0,
) -> list[Occurrence]:  # fmt: skip
    """Every visit of a series at the wall time `at` ("10:30"), with what stands in its way. Writes nothing.

    `weekdays` count for weeks alone; of months it is the same date, or the same weekday (walltime.monthly).
    """
    days = _days(first, weekdays=weekdays, every=every, unit=unit, until=until, count=count)
    wish = free_times.Wish(visit_type, patient, (practitioner,), minutes)
    need, known = wish.need, setup(scope)
    zone = known.clinic.time_zone
    taken = free_times.busy_grains(scope, wish, [practitioner.id], days, zone)
    found = []
    for day in days:
        start = walltime.at(day, at, zone)
        grain = walltime.number(start)
        rooms = [room for room in need.rooms if not taken[keys.busy_room(room, "").pk] & set(need.room(grain))]
        problem = ""
        if taken[keys.busy_practitioner(practitioner.id, "").pk] & set(need.practitioner(grain)):
            problem = "This time is taken."
        elif taken["patient"] & set(need.patient(grain)):
            problem = "The patient has another appointment then."
        elif need.rooms and not rooms:
            problem = "No room is free."
        found.append(Occurrence(day, start, problem or _outside(scope, practitioner, start, need.minutes)))
    return found


def _outside(scope: Scope, practitioner: Staff, start: datetime, minutes: int) -> str:
    try:
        checks.check_moment(start, minutes=minutes)
        checks.check_open(scope, practitioner, start, minutes, kept_for="", anyway=False)
    except Refused as refused:
        return refused.sentence.removesuffix(" Book anyway?")
    return ""


def _days(
    first: date, *, weekdays: frozenset[int], every: int, unit: Unit, until: date | None, count: int
) -> list[date]:
    if not until and not 0 < count <= MOST:
        raise Refused(f"Say until when, or how many: up to {MOST}.", field="count")
    try:
        endless = (
            walltime.weekly(first, weekdays=weekdays, every=every)
            if unit == "weeks"
            else walltime.monthly(first, every=every, by_weekday=unit == "monthdays")
        )
        days = list(islice(endless, count or MOST + 1))
    except ValueError:
        raise Refused("Choose the weekdays, and every how many weeks.", field="weekdays") from None
    days = [day for day in days if until is None or day <= until]
    if not 0 < len(days) <= MOST:
        raise Refused(f"A series has from one to {MOST} visits.", field="until")
    return days


def book_series(
    scope: Scope, *, patient: Patient, visit_type: VisitType, practitioner: Staff, starts: Sequence[datetime],
    room: Room | None = None, minutes: int = 0, reason: str = "", note: str = "", tell_by: str = "",
    new_patient: bool = False, once: Once | None = None,
) -> Job:  # fmt: skip
    """Those visits of a plan that are wanted; returns the finished job, its id the series'. Its `plan["skipped"]` are
    starts (grains) that somebody took meanwhile. Interrupted, it is unfinished: `go_on` finishes it.
    """
    if not 0 < len(starts) <= MOST:
        raise Refused(f"A series has from one to {MOST} visits.")
    visit = Visit(patient, visit_type, practitioner, starts[0], room, minutes, reason, note, tell_by)
    for start in starts:
        booking.check(scope, replace(visit, start=start), overbook="", outside_hours=False)
    plan = {
        "starts": sorted(walltime.number(start) for start in starts),
        "type": visit_type.id,
        "minutes": minutes,
        "practitioner": practitioner.id,
        "room": room.id if room else "",
        "reason": reason,
        "note": note,
        "tell_by": tell_by,
        "new_patient": new_patient,
        "skipped": [],
    }
    tx = Transaction(scope, once=once)
    job = jobs.begin(tx, kind=KIND, plan=plan, total=len(starts), action=BEGIN_SERIES, patient_id=patient.id)
    return jobs.go_on(scope, job=job)


def step(scope: Scope, job: Job) -> None:
    """The next visits. One that somebody took meanwhile is left out and noted."""
    plan, at = job.plan, int(job.cursor)
    patient = get_patient(scope, job.patient_id or "")
    size = hooks.at_once(STEP, each=7 + 2 * len(all_ids(patient)[1:]), beside=BESIDE)
    starts = [start for start in plan["starts"][at : at + size] if start not in plan["skipped"]]
    visits = list(_visits(scope, job, patient, starts))
    skipped: list[int] = list(plan["skipped"])
    while True:
        left = _roomed(scope, [visit for visit in visits if walltime.number(visit.start) not in skipped], skipped)
        if at == 0 and left and plan.get("new_patient"):
            left[0] = replace(left[0], new_patient=True)
        try:
            _write(scope, job, left, skipped, size)
            return
        except Taken as taken:
            ids = [f"{number:06}" for number in range(len(left))]
            skipped.append(walltime.number(left[booking.which(taken, left, ids)].start))


def _visits(scope: Scope, job: Job, patient: Patient, starts: Sequence[int]) -> Iterator[Visit]:
    plan, known = job.plan, setup(scope)
    usual = Visit(
        patient,
        visit_type(scope, plan["type"]),
        get_practitioner(scope, plan["practitioner"]),
        clock.now(),
        known.rooms.get(plan["room"]),
        int(plan["minutes"]),
        plan["reason"],
        plan["note"],
        plan["tell_by"],
    )
    for start in starts:
        yield replace(usual, start=walltime.moment_of(start))


def _roomed(scope: Scope, visits: Sequence[Visit], skipped: list[int]) -> list[Visit]:
    """Each with a free room; those for which there is none are skipped."""
    found: list[Visit] = []
    for visit in visits:
        try:
            found += with_rooms(scope, [visit])
        except SlotTaken:
            skipped.append(walltime.number(visit.start))
    return found


def _write(scope: Scope, job: Job, visits: Sequence[Visit], skipped: list[int], size: int) -> None:
    tx = jobs.transaction(scope, job)
    ids = [clock.new_id() for _ in visits]
    holds = [booking.hold_of(visit, id) for visit, id in zip(visits, ids, strict=True)]
    busy.swap(tx, [], holds)
    for visit, hold in zip(visits, holds, strict=True):
        booking.add(tx, visit, hold.id, series_id=job.id)
    persons.check_free(tx, [(Person([visit.patient]), hold) for visit, hold in zip(visits, holds, strict=True)])
    persons.check_records(tx, [visit.patient for visit in visits])
    jobs.move_on(tx, job, parts=size, skipped=skipped)
    changes = {"starts": [None, [visit.start.isoformat() for visit in visits]]}
    tx.commit(Event(BOOK_SERIES, "JOB", job.id, patient=job.patient_id or "", changes=changes))


# --- The rest of a series ----------------------------------------------------------------------------------------


def cancel_rest(scope: Scope, *, appointment: Appointment, by: str, reason: str, once: Once | None = None) -> Job:
    """This visit of a series and all later ones that are still to come; the finished job's `results` name each.

    Interrupted, it is unfinished work: `jobs.go_on` finishes it.
    """
    scope.require(Permission.BOOK)
    if not appointment.series_id or not reason.strip() or by not in ("patient", "clinic"):
        raise Refused("Say who cancels, and why.", field="reason")
    patient = get_patient(scope, appointment.patient_id)
    lines = appointment_queries.coming(scope, patient, limit=MOST, since=appointment.start or "")
    ids = [
        row["id"]
        for row in lines
        if AppointmentLine.unpack(row["line"]).series_id == appointment.series_id and row["state"] in COMING
    ]
    plan = {"series": appointment.series_id, "ids": ids, "by": by, "reason": reason.strip()}
    tx = Transaction(scope, once=once)
    job = jobs.begin(
        tx, kind=CANCEL, plan=plan, total=len(ids), action=CANCEL_SERIES, patient_id=patient.id, note=reason
    )
    return jobs.go_on(scope, job=job)


def cancel_step(scope: Scope, job: Job) -> None:
    """The next dozen. Who came, or was cancelled, meanwhile is left as it is."""
    patient, at, size = job.patient_id or "", int(job.cursor), hooks.at_once(STEP, each=7, beside=BESIDE)
    found = appointment_queries.appointments(scope, [(patient, id) for id in job.plan["ids"][at : at + size]])
    appointments = [each for each in found if each.state in COMING]
    by = {"by": job.plan["by"], "reason": job.plan["reason"]}
    tx, freed = jobs.transaction(scope, job), []
    for each in appointments:
        news = {"state": CANCELLED, "cancelled": by, "sequence": int(each.sequence) + 1}
        freed += changing.add_step(tx, each, news)[0]
    busy.swap(tx, freed, [])
    done = {each.id: {"w": "cancelled", "v": int(each.version) + 1} for each in appointments}
    jobs.move_on(tx, job, parts=size, results=done)
    tx.commit(Event(CANCEL_SERIES, "JOB", job.id, patient=patient, note=by["reason"]))


def cancel_undo(scope: Scope, job: Job) -> None:
    """The last that was cancelled is back at its time, unless somebody has that by now or changed it since."""
    id, patient = job.plan["ids"][int(job.cursor) - 1], job.patient_id or ""
    done = (job.results or {}).get(id, {})
    found = appointment_queries.appointments(scope, [(patient, id)])
    back = next((each for each in found if each.state == CANCELLED and each.version == done.get("v")), None)
    person = persons.person_of(scope, patient)
    try:
        _write_back(scope, job, {id: done}, person, back)
    except Taken:
        _write_back(scope, job, {id: {**done, "y": LOST}}, person, None)


LOST = "Not taken back: the time was given to somebody else."


def _write_back(
    scope: Scope, job: Job, results: dict[str, dict[str, str]], person: Person, back: Appointment | None
) -> None:
    tx = jobs.transaction(scope, job)
    if back:
        stamps = list(back.stamps or [])
        news = {**stamps[-1]["was"], "sequence": int(back.sequence) + 1}
        freed, held = changing.add_step(tx, back, news, stamps=stamps[:-1])
        persons.swap(tx, person, freed, held)
        results = {back.id: {"w": "back"}}
    jobs.move_on(tx, job, results=results)
    tx.commit(
        Event(UNDO_CANCEL, "JOB", job.id, patient=job.patient_id or "", about=trail.named(scope, back) if back else "")
    )
