"""A bad day: what is done about each appointment of a practitioner's, one after the other, as a job (jobs.py).

Each is moved, told that it will be later, or becomes a request for another time. Whoever arrived or was moved meanwhile
stays as they are; where a time was taken meanwhile, `otherwise` says what is done instead. Undo leaves alone what
somebody changed since.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Literal

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.jobs import services as jobs
from clinnet.jobs.models import Job
from clinnet.table import Action, Event, Scope, Transaction, get, keys
from clinnet.table.errors import NotFound, Refused, Stale
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.queries import PatientVisit
from scheduling.appointments.services import changing, moving, persons
from scheduling.appointments.services.changing import UNDO
from scheduling.appointments.services.persons import Person
from scheduling.board import queries as board_queries
from scheduling.board.services import cards
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.slots import Slot
from scheduling.calendar.services import settings as schedule_settings
from scheduling.calendar.services.busy import Hold
from scheduling.calendar.services.taking import Rows, explain, take
from scheduling.disruptions.queries.disrupted_day import reach
from scheduling.messages.queries.recipients import BY_MESSAGE
from scheduling.models import COMING, Appointment, OtherDays, WaitlistEntry
from scheduling.refusals import Taken
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import holding, waitlist
from scheduling.waitlist.services.waitlist import PARK

LATE, AWAY, SERIES = "late", "away", "series-move"  # kinds of jobs
BEGIN = {
    LATE: Action("late.begin", "began to tell patients that the doctor is late"),
    AWAY: Action("away.begin", "began to cancel or hand over a day's appointments"),
    SERIES: Action("series.move", "moved later appointments of a series"),
}
SKIP = {
    LATE: Action("late.skip", "left an appointment of a late day as it was"),
    AWAY: Action("away.skip", "left an appointment of a cancelled day as it was"),
    SERIES: Action("series.skip", "left an appointment of a series as it was"),
}
TELL_LATE = Action("appointment.late", "said that the doctor is late")

MOST = 200
Way = Literal["move", "tell", "ask", "keep"]
Done = dict[str, Any]  # w: what was done, u d: when and with whom then, q: the request, c: to be called, y: why not


@dataclass(frozen=True, slots=True)
class Fate:
    """What is to become of one appointment: moved to `slot`, told, or made a request for a time."""

    appointment: Appointment
    way: Way
    slot: Slot | None = None


def begin(
    tx: Transaction, *, kind: str, day: date, practitioner: Staff, fates: Sequence[Fate], otherwise: Way,
    minutes: int = 0, reason: str = "", leave: str = "", hours: Sequence[str] = (),
) -> Job:  # fmt: skip
    """Writes the job with whatever `tx` holds; `leave` is the id of the leave among it, which goes with an undo.

    The last of the day comes first: nobody is moved onto another one.
    """
    tx.scope.require(Permission.BOOK)
    tx.scope.must_hold(practitioner)
    if len(fates) > MOST:
        raise Refused(f"More than {MOST} appointments at once. Take some of them.")
    fates = sorted(fates, key=_turn, reverse=True)
    rows = [_row(tx.scope, each, practitioner) for each in fates if each.way != "keep"]
    plan = {
        "day": day.isoformat(),
        "practitioner": practitioner.id,
        "rows": rows,
        "otherwise": otherwise,
        "minutes": minutes,
        "reason": reason,
        **({"leave": leave} if leave else {}),
        **({"hours": list(hours)} if hours else {}),
    }
    return jobs.begin(tx, kind=kind, plan=plan, total=len(rows), action=BEGIN[kind], note=reason)


def _turn(fate: Fate) -> tuple[str, bool]:
    """Of two at one time, whoever was put on top of the other goes first, and on the way back last."""
    return fate.appointment.start or "", bool(fate.appointment.overbooked)


def _row(scope: Scope, fate: Fate, practitioner: Staff) -> dict[str, Any]:
    appointment, slot = fate.appointment, fate.slot
    scope.must_hold(appointment)
    if appointment.practitioner_id != practitioner.id or (fate.way == "move") != bool(slot):
        raise Refused("Choose what is to become of each.")
    row = {"i": appointment.id, "p": appointment.patient_id, "was": appointment.start or "", "do": fate.way}
    return row | ({"u": slot.start, "d": slot.practitioner, "r": slot.room} if slot else {})


# --- Forward -----------------------------------------------------------------------------------------------------


def step(scope: Scope, job: Job) -> None:
    row = job.plan["rows"][int(job.cursor)]
    visit = _visit(scope, row)
    if visit is None or visit.appointment.start != row["was"]:
        return _note(scope, job, row, _meanwhile(visit))
    done: Done = {}
    for way in (row["do"], job.plan["otherwise"]):
        try:
            return WAYS[way](scope, job, row, visit, done)
        except Refused as refused:
            done["y"] = done.get("y") or _short(refused.sentence)
    return _note(scope, job, row, {"w": "kept", **done})


def _visit(scope: Scope, row: Mapping[str, Any]) -> PatientVisit | None:
    """As it is now; None if it is not coming any more."""
    try:
        visit = appointment_queries.visit(scope, row["p"], row["i"])
    except NotFound:
        return None
    return visit if visit.appointment.state in COMING else None


def _meanwhile(visit: PatientVisit | None) -> Done:
    return {"w": "changed", "y": "Moved by somebody meanwhile." if visit else "Not coming any more, or here already."}


def _short(sentence: str) -> str:
    """Of a refusal, what a row says: its first sentence."""
    return (
        sentence.split(" Nearest:", maxsplit=1)[0]
        .removesuffix(" Everything you typed is still here.")
        .removesuffix(" Book anyway?")
    )


def _note(scope: Scope, job: Job, row: Mapping[str, Any], done: Done) -> None:
    """Nothing is changed but the job, which goes on."""
    tx = jobs.transaction(scope, job)
    _goes_on(tx, job, {row["i"]: done})
    tx.commit(Event(SKIP[job.kind], "JOB", job.id, changes={row["i"]: [None, done["w"]]}))


def _keep(scope: Scope, job: Job, row: Mapping[str, Any], visit: PatientVisit, done: Done) -> None:
    _note(scope, job, row, {"w": "kept", **done})


def _move(scope: Scope, job: Job, row: Mapping[str, Any], visit: PatientVisit, done: Done) -> None:
    appointment, start, line = visit.appointment, walltime.moment_of(row["u"]), dict(visit.patient.line or {})
    news = moving.news_of(scope, appointment, start, int(appointment.minutes or 0))
    news |= {"practitioner_id": row["d"], "room_id": row.get("r", appointment.room_id) or None, "overbooked": None}
    news |= {"to_call": _to_call(scope, job, visit, start), "late": None}
    practitioner = moving.check_place(scope, appointment, news, start)
    if not _is_only_later(scope, job, appointment, news):
        moving.check_hours(scope, appointment, practitioner, start, news["minutes"], anyway=False)
    call = bool(news["to_call"])
    part = _Part(scope, job, visit, {**done, "w": "moved", "u": row["u"], "d": row["d"], "c": call})
    part.take(
        moving.moved_event(part.scope, appointment, news), lambda tx: moving.add_move(tx, appointment, news, line), news
    )


def _is_only_later(scope: Scope, job: Job, appointment: Appointment, news: Mapping[str, Any]) -> bool:
    """Later with the same practitioner, who is late: into a break if need be, but into the evening only by those who
    may book there."""
    if (news["practitioner_id"], news["day"], job.kind) != (appointment.practitioner_id, appointment.day, "late"):
        return False
    openings = setup(scope).openings(
        appointment.practitioner_id or "", date.fromisoformat(appointment.day or ""), clock.now()
    )
    end = max((walltime.moment_of(each.end) for each in openings), default=None)
    return bool(end and clock.moment(news["end"]) <= end) or scope.may(Permission.OUTSIDE_HOURS)


def _to_call(scope: Scope, job: Job, visit: PatientVisit, start: datetime | None = None) -> str | None:
    """What somebody has to tell them by phone; nothing where a message goes by itself. `start` is where they are moved.

    No message names a practitioner: of the same time with another one it would say nothing new, and none leaves.
    """
    if start == clock.moment(visit.appointment.start or ""):
        return "somebody else sees them"
    if reach(visit.appointment, visit.patient, clock.today(setup(scope).clinic.time_zone)) in BY_MESSAGE:
        return None
    return f"{changing.LATE}{job.plan['minutes']} min" if job.plan["minutes"] else "another time"


def _tell(scope: Scope, job: Job, row: Mapping[str, Any], visit: PatientVisit, done: Done) -> None:
    """No time changes: a message says how late, or somebody calls."""
    appointment, minutes = visit.appointment, int(job.plan["minutes"])
    news = {"late": minutes, "to_call": _to_call(scope, job, visit)}
    changes = {"late": [appointment.late, minutes]}
    event = Event(TELL_LATE, "APPOINTMENT", appointment.id, patient=appointment.patient_id, changes=changes)
    part = _Part(scope, job, visit, {**done, "w": "told", "c": bool(news["to_call"])})
    part.commit(event, lambda tx: changing.add_step(tx, appointment, news, stamps=list(appointment.stamps or [])))


def _ask(scope: Scope, job: Job, row: Mapping[str, Any], visit: PatientVisit, done: Done) -> None:
    """First in the list of those who want a time."""
    appointment, reason = visit.appointment, job.plan["reason"]
    part = _Part(scope, job, visit, {**done, "w": "asked"})

    def add(tx: Transaction) -> Held:
        asked, freed, held = waitlist.add_park(
            tx, appointment, visit.patient, source="cancelled-day", urgency=1, reason=reason
        )
        part.done["q"] = asked.id
        return freed, held

    part.commit(Event(PARK, "APPOINTMENT", appointment.id, patient=appointment.patient_id, note=reason), add)


WAYS: dict[str, Callable[[Scope, Job, Mapping[str, Any], PatientVisit, Done], None]] = {
    "move": _move,
    "tell": _tell,
    "ask": _ask,
    "keep": _keep,
}
Held = tuple[list[Hold], list[Hold]]


@dataclass(frozen=True, slots=True)
class _Part:
    """One appointment of a job."""

    scope: Scope
    job: Job
    visit: PatientVisit
    done: Done

    def take(self, event: Event, add: Callable[[Transaction], Held], news: Mapping[str, Any]) -> str:
        """As `commit`, where time is taken: the person's by whatever record.

        Raises SlotTaken, PatientBusy; Stale where the record was just folded: the next try reads whose it is.
        """
        appointment = self.visit.appointment
        person = persons.person_of(self.scope, appointment.patient_id)
        try:
            return take(partial(self.commit, event, add, person=person))
        except Taken as taken:
            then = changing.changed(appointment, news)
            raise explain(self.scope, taken, changing.tried(self.scope, then, self.visit.patient)) from None
        except Refused as refused:
            raise Stale({}) if refused in (persons.JUST_FOLDED, persons.JUST_CHANGED) else refused from None

    def commit(
        self,
        event: Event,
        add: Callable[[Transaction], Held],
        lapsed: Rows | None = None,
        *,
        person: Person | None = None,
    ) -> str:
        """One transaction: what is done, and that it is done. `v` is the version that undo expects."""
        tx, appointment = jobs.transaction(self.scope, self.job), self.visit.appointment
        persons.swap(tx, person, *add(tx), lapsed=lapsed)
        _goes_on(tx, self.job, {appointment.id: {**self.done, "v": int(appointment.version) + 1}})
        return tx.commit(event, result=appointment.id)


def _goes_on(tx: Transaction, job: Job, results: Mapping[str, Any]) -> None:
    """All taken back, nobody is late any more, nor on leave for it."""
    if not jobs.move_on(tx, job, results=results) or job.state != jobs.UNDOING:
        return
    if job.plan["minutes"]:
        mark_late(tx, job.plan["day"], job.plan["practitioner"], 0)
    if (days := leave_of(tx.scope, job)) and days.active and tx.scope.may(Permission.HOURS):
        schedule_settings.add_removal(tx, days)


def leave_of(scope: Scope, job: Job) -> OtherDays | None:
    """What was entered with the job, removed or not."""
    id = job.plan.get("leave")
    return get(scope, OtherDays, OtherDays.at(scope.clinic_id, job.plan["day"], id)) if id else None


def mark_late(tx: Transaction, day: str, practitioner: str, minutes: int) -> None:
    """The step that says on the board how late a practitioner is; 0: not late."""
    id = f"{practitioner}{board_queries.LATE}"
    content = {"y": str(minutes)} if minutes else {}
    place = keys.day_late(tx.scope.clinic_id, day, practitioner)
    tx.put_row(cards.row_of(tx.scope, place, id, content, tx.at, state="late"))


# --- Back --------------------------------------------------------------------------------------------------------


def undo(scope: Scope, job: Job) -> None:
    row = job.plan["rows"][int(job.cursor) - 1]
    done = (job.results or {}).get(row["i"], {})
    try:
        visit = appointment_queries.visit(scope, row["p"], row["i"])
    except NotFound:
        visit = None
    if done.get("w") in ("kept", "changed", None):
        return _note(scope, job, row, done or {"w": "kept"})
    if visit is None or visit.appointment.version != done["v"]:
        return _note(scope, job, row, {**done, "y": "Not taken back: somebody changed it since."})
    try:
        _back(scope, job, visit, done)
    except Refused as refused:
        _note(scope, job, row, {**done, "y": f"Not taken back. {_short(refused.sentence)}"})


def _back(scope: Scope, job: Job, visit: PatientVisit, done: Done) -> None:
    appointment, stamps = visit.appointment, list(visit.appointment.stamps or [])
    part = _Part(scope, job, visit, {"w": "back"})
    event = Event(UNDO, "APPOINTMENT", appointment.id, patient=appointment.patient_id)
    if done["w"] == "told":
        news: dict[str, Any] = {"late": None, "to_call": None}
        part.commit(event, lambda tx: changing.add_step(tx, appointment, news, stamps=stamps))
        return
    before = {**stamps[-1]["was"], "sequence": int(appointment.sequence) + 1}
    if done["w"] == "asked":
        asked = waitlist_queries.request(scope, done["q"])
        if holding.standing(asked):
            raise Refused("Another time is held for it in Requests.")
        part.take(event, partial(_unpark, asked=asked, appointment=appointment, before=before), before)
        return
    line = dict(visit.patient.line or {})
    add = partial(moving.add_move, appointment=appointment, news=before, patient_line=line, stamps=stamps[:-1])
    part.take(event, add, before)


def _unpark(tx: Transaction, *, asked: WaitlistEntry, appointment: Appointment, before: Mapping[str, Any]) -> Held:
    waitlist.close(tx, asked, waitlist.WITHDRAWN)
    holding.bury(tx, asked)
    return changing.add_step(tx, appointment, before, stamps=list(appointment.stamps or [])[:-1])
