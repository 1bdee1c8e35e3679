"""How the schedule is arranged: rooms, visit types, hours, days that are otherwise, notes on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar

from clinnet import clock
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Permission
from clinnet.jobs import queries as job_queries
from clinnet.jobs.models import Job
from clinnet.table import Action, Event, Item, Key, Once, Row, Scope, Transaction, changed, get, keys
from clinnet.table.errors import NotFound, Refused, Stale
from clinnet.table.kept import forget
from clinnet.table.once import first_result
from scheduling.board.services import cards
from scheduling.board.services.cards import Card
from scheduling.calendar.rules import hours, walltime
from scheduling.disruptions.services import displaced
from scheduling.models import Hours, OtherDays, Room, VisitType, kept_sessions

SAVE: Mapping[type[Item], Action] = {
    Room: Action("room.save", "changed a room"),
    VisitType: Action("visittype.save", "changed a type of visit"),
}
ADD_DAYS: Mapping[hours.Kind, Action] = {
    "leave": Action("days.leave", "entered somebody's leave"),
    "holiday": Action("days.holiday", "entered a holiday of the clinic"),
    "extra": Action("days.extra", "entered other hours of some days"),
    "locum": Action("days.locum", "entered who stands in for somebody"),
}
SAVE_HOURS = Action("hours.save", "changed somebody's weekly hours")
REMOVE_DAYS = Action("days.remove", "removed other hours of some days")
NOTE_DAY = Action("day.note", "changed the note of a day")

Entity = TypeVar("Entity", bound=Item)
LONGEST_BUFFER = 120


def save_room(
    scope: Scope, *, room: Room | None = None, name: str, active: bool = True, once: Once | None = None
) -> str:
    """A new room, or new values for one; returns the id."""
    if not name.strip():
        raise Refused("A room needs a name.", field="name")
    return _save(scope, Room, room, {"name": name.strip(), "active": active}, once)


def save_visit_type(
    scope: Scope, *, visit_type: VisitType | None = None, name: str, minutes: int, before: int = 0, after: int = 0,
    nurse: int = 0, colour: str = "", practitioners: Sequence[Staff] = (), rooms: Sequence[Room] = (),
    kept_for: str = "", remote: str = "", preparation: Mapping[str, str] | None = None,
    active: bool = True, once: Once | None = None,
) -> str:  # fmt: skip
    """A new kind of visit, or new values for one; returns the id. Appointments made keep what they were made with."""
    if not name.strip():
        raise Refused("A type of visit needs a name.", field="name")
    if minutes < walltime.GRAIN or minutes > 8 * 60 or minutes % walltime.GRAIN:
        raise Refused("A visit lasts from 5 minutes to 8 hours, in steps of five.", field="minutes")
    for each in (before, after, nurse):
        if not 0 <= each <= LONGEST_BUFFER or each % walltime.GRAIN:
            raise Refused("Buffers and the nurse's part last up to 2 hours, in steps of five minutes.", field="before")
    if remote not in ("", "phone", "video"):
        raise Refused("It is at the clinic, by phone or by video.", field="remote")
    for item in (*practitioners, *rooms):
        scope.must_hold(item)
    values = {
        "name": name.strip(),
        "minutes": minutes,
        "before": before,
        "after": after,
        "nurse": nurse,
        "colour": colour or None,
        "practitioner_ids": [each.id for each in practitioners],
        "room_ids": [each.id for each in rooms],
        "kept_for": kept_for or None,
        "remote": remote or None,
        "preparation": {name: said for name, said in (preparation or {}).items() if said} or None,
        "active": active,
    }
    return _save(scope, VisitType, visit_type, values, once)


def _save(scope: Scope, model: type[Any], item: Item | None, values: dict[str, Any], once: Once | None) -> str:
    """What is as it was is not written again."""
    scope.require(Permission.HOURS)
    changes = changed(item, values)
    if not changes and item is not None:
        return item.id
    tx = Transaction(scope, once=once)
    id = item.id if item else clock.new_id()
    if item is None:
        place: Key = model.at(scope.clinic_id, id)
        tx.put(model(pk=place.pk, sk=place.sk, id=id, **{name: each for name, each in values.items() if each != []}))
    else:
        tx.update(item, values)
    result = tx.commit(Event(SAVE[model], model.__name__.upper(), id, changes=changes), result=id)
    forget()
    return result


def save_hours(
    scope: Scope,
    *,
    practitioner: Staff,
    sessions: Sequence[hours.Session],
    kept: Sequence[hours.Kept] = (),
    place: int = 0,
    seen: int | None = None,
    orphaned: Sequence[Card] = (),
    once: Once | None = None,
) -> Job | None:
    """The weekly hours of somebody, whole, as readings of the clinic's clock. The same hours again are not written.

    `seen` is the version that they take the place of, 0 where there were none; another one raises Stale. `orphaned`
    (affected.orphans) become requests for a time: returns the job that does it, for `go_on`, or None. Raises Refused
    with the sentence of hours that cannot be.
    """
    scope.require(Permission.HOURS)
    scope.must_hold(practitioner)
    try:
        hours.check(sessions, kept)
    except hours.BadHours as bad:
        raise Refused(str(bad), field="sessions") from None
    values: dict[str, Any] = {
        "sessions": kept_sessions(tuple(sessions)),
        "kept": [asdict(each) for each in kept],
        "place": place,
    }
    before = _hours(scope, practitioner)
    if seen is not None and seen != (before.version if before else 0):
        raise Stale(before.plain() if before else {})
    changes = {name: [getattr(before, name, None), value] for name, value in values.items()}
    changes = {name: [old, new] for name, (old, new) in changes.items() if before is None or old != new}
    if not changes:
        return _job(scope, (first_result(scope, once) or "") if once else "")
    tx = Transaction(scope, once=once)
    if before is None:
        at = Hours.at(scope.clinic_id, practitioner.id)
        tx.put(Hours(pk=at.pk, sk=at.sk, id=practitioner.id, **values), refusal=_stale)
    else:
        tx.update(before, values)
    event = Event(SAVE_HOURS, "HOURS", practitioner.id, changes=changes)
    return _commit(tx, event, orphaned, "The working hours changed", practitioner.id)


def _commit(tx: Transaction, event: Event, orphaned: Sequence[Card], reason: str, practitioner: str) -> Job | None:
    """With the job for those who lost their time, if any; sent a second time, the first job."""
    if orphaned:
        tx.also(event)
        job: Job | None = displaced.begin(tx, orphaned, reason=reason, practitioner=practitioner)
    else:
        job = _job(tx.scope, tx.commit(event))
    forget()
    return job


def _job(scope: Scope, id: str) -> Job | None:
    return job_queries.job(scope, id) if id else None


def _hours(scope: Scope, practitioner: Staff) -> Hours | None:
    try:
        return get(scope, Hours, Hours.at(scope.clinic_id, practitioner.id))
    except NotFound:
        return None


def _stale(row: Row) -> Stale:
    return Stale(row)


def add_other_days(
    scope: Scope, *, kind: hours.Kind, first: date, last: date, practitioner: Staff | None = None, start: str = "",
    end: str = "", reason: str = "", locum: Staff | None = None, instead: OtherDays | None = None,
    orphaned: Sequence[Card] = (), once: Once | None = None,
) -> Job | None:  # fmt: skip
    """Leave, a holiday, an extra session or a locum on the clinic's days from `first` to `last`, both included.

    Without `practitioner` it is the whole clinic's. `start` and `end` ("13:30", the clinic's clock) bound it each day.
    A locum is named by `reason`, or is `locum` of the staff. `orphaned` (affected.orphans) become requests for a time:
    returns the job that does it, for `go_on`, or None. `instead` of other days they replace these, which stay for the
    trail.
    """
    tx = Transaction(scope, once=once)
    days, event = add_days(tx, kind=kind, first=first, last=last, practitioner=practitioner, start=start, end=end,
                           reason=reason, locum=locum)  # fmt: skip
    if instead:
        tx.update(instead, {"active": False}, refusal=REMOVED, active=True)
        tx.also(Event(REMOVE_DAYS, "OTHERDAYS", instead.id, note=f"changed: {days.id}"))
    return _commit(tx, event, orphaned, WHY[kind], days.who or "")


def add_days(
    tx: Transaction,
    *,
    kind: hours.Kind,
    first: date,
    last: date,
    practitioner: Staff | None = None,
    start: str = "",
    end: str = "",
    reason: str = "",
    locum: Staff | None = None,
) -> tuple[OtherDays, Event]:
    """The step of it, and what the trail says. Raises Refused with the sentence of days that cannot be."""
    tx.scope.require(Permission.HOURS)
    for person in filter(None, (practitioner, locum)):
        tx.scope.must_hold(person)
    who, reason = practitioner.id if practitioner else "", reason.strip() or (locum.name if locum else "")
    try:
        hours.check_other_days(hours.OtherDays(kind, str(first), str(last), who, start, end, reason))
    except hours.BadHours as bad:
        raise Refused(str(bad), field=bad.field or "first") from None
    id = clock.new_id()
    at = OtherDays.at(tx.scope.clinic_id, str(last), id)
    days = OtherDays(
        pk=at.pk, sk=at.sk, id=id, kind=kind, first=str(first), last=str(last), who=who or None, start=start or None,
        end=end or None, reason=reason or None, locum_id=locum.id if locum and kind == "locum" else None,
    )  # fmt: skip
    tx.put(days)
    tx.afterwards(forget)
    changes = {"days": [None, f"{first}–{last}"], "who": [None, who]}
    return days, Event(ADD_DAYS[kind], "OTHERDAYS", id, changes=changes, note=reason)


WHY = {
    "leave": "The practitioner is away",
    "holiday": "The clinic is closed",
    "extra": "The working hours changed",
    "locum": "Somebody else is there",
}


def remove_other_days(
    scope: Scope, *, days: OtherDays, orphaned: Sequence[Card] = (), once: Once | None = None
) -> Job | None:
    """They are as every week again; the row stays, for the trail. Returns the job for `orphaned`, or None."""
    scope.require(Permission.HOURS)
    tx = Transaction(scope, once=once)
    tx.update(days, {"active": False}, refusal=REMOVED, active=True)
    return _commit(tx, Event(REMOVE_DAYS, "OTHERDAYS", days.id), orphaned, WHY["extra"], days.who or "")


def add_removal(tx: Transaction, days: OtherDays) -> None:
    """The step of it, where another change brings it along. Raises Stale at commit where somebody was first."""
    tx.scope.require(Permission.HOURS)
    tx.update(days, {"active": False})
    tx.also(Event(REMOVE_DAYS, "OTHERDAYS", days.id))
    tx.afterwards(forget)


REMOVED = Refused("Somebody has removed these days already.")


def note_day(
    scope: Scope, *, day: date, text: str, practitioner: Staff | None = None, once: Once | None = None
) -> None:
    """A note on a day of the clinic, or on one column of it; an empty text takes it away."""
    scope.require(Permission.BOOK)
    if practitioner:
        scope.must_hold(practitioner)
    tx = Transaction(scope, once=once)
    column = practitioner.id if practitioner else "ALL"
    at = keys.day_note(scope.clinic_id, day.isoformat(), column)
    content = {"y": text.strip()[:500]} if text.strip() else {}
    tx.put_row(cards.row_of(scope, at, column, content, tx.at, state="note"))
    tx.commit(Event(NOTE_DAY, "DAY", day.isoformat(), note=text.strip()[:500]))
