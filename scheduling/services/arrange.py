"""How the schedule is arranged: rooms, visit types, hours, days that are otherwise, notes on a day."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, TypeVar

from clinnet import clock
from clinnet.accounts.models import Clinic, Staff
from clinnet.accounts.permissions import Permission
from clinnet.table import Event, Item, Key, Once, Scope, Transaction, find_row, get, keys
from clinnet.table.errors import Refused
from clinnet.table.kept import forget
from scheduling import cards, hours, walltime
from scheduling.models import Hours, OtherDays, Room, VisitType, kept_sessions

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
    kept_for: str = "", active: bool = True, once: Once | None = None,
) -> str:  # fmt: skip
    """A new kind of visit, or new values for one; returns the id. Appointments made keep what they were made with."""
    if not name.strip():
        raise Refused("A type of visit needs a name.", field="name")
    if minutes < walltime.GRAIN or minutes > 8 * 60 or minutes % walltime.GRAIN:
        raise Refused("A visit lasts from 5 minutes to 8 hours, in steps of five.", field="minutes")
    for each in (before, after, nurse):
        if not 0 <= each <= LONGEST_BUFFER or each % walltime.GRAIN:
            raise Refused("Buffers and the nurse's part last up to 2 hours, in steps of five minutes.", field="before")
    for item in (*practitioners, *rooms):
        scope.must_hold(item)
    values = {
        "name": name.strip(), "minutes": minutes, "before": before, "after": after, "nurse": nurse,
        "colour": colour or None, "practitioner_ids": [each.id for each in practitioners],
        "room_ids": [each.id for each in rooms], "kept_for": kept_for or None, "active": active,
    }  # fmt: skip
    return _save(scope, VisitType, visit_type, values, once)


def _save(scope: Scope, model: type[Any], item: Item | None, values: dict[str, Any], once: Once | None) -> str:
    scope.require(Permission.HOURS)
    tx = Transaction(scope, once=once)
    kind = model.__name__.lower()
    if item is None:
        id = clock.new_id()
        place: Key = model.at(scope.here, id)
        tx.put(model(pk=place.pk, sk=place.sk, id=id, **{name: each for name, each in values.items() if each != []}))
    else:
        id = item.id
        tx.update(item, values)
    changes = {name: [getattr(item, name, None), value] for name, value in values.items()}
    result = tx.commit(Event(f"{kind}.save", kind.upper(), id, changes=changes), result=id)
    forget()
    return result


def save_hours(
    scope: Scope, *, practitioner: Staff, sessions: Sequence[hours.Session], kept: Sequence[hours.Kept] = (),
    place: int = 0, once: Once | None = None,
) -> None:  # fmt: skip
    """The weekly hours of somebody, whole. Raises Refused with the sentence of hours that cannot be.

    queries.orphans shows beforehand whom this leaves outside hours.
    """
    scope.require(Permission.HOURS)
    scope.must_hold(practitioner)
    try:
        hours.check(sessions, kept)
    except hours.BadHours as bad:
        raise Refused(str(bad), field="sessions") from None
    tx = Transaction(scope, once=once)
    at = Hours.at(scope.here, practitioner.id)
    values: dict[str, Any] = {
        "sessions": kept_sessions(tuple(sessions)),
        "kept": [asdict(each) for each in kept],
        "place": place,
    }
    if find_row(scope, at) is None:
        tx.put(Hours(pk=at.pk, sk=at.sk, id=practitioner.id, **values))
    else:
        tx.update(get(scope, Hours, at), values)
    tx.commit(Event("hours.save", "HOURS", practitioner.id, changes={"sessions": [None, values["sessions"]]}))
    forget()


def add_other_days(
    scope: Scope, *, kind: hours.Kind, first: date, last: date, practitioner: Staff | None = None, start: str = "",
    end: str = "", reason: str = "", once: Once | None = None,
) -> str:  # fmt: skip
    """Leave, a holiday, an extra session or a locum, for one or many days; without `practitioner` the whole clinic."""
    scope.require(Permission.HOURS)
    if practitioner:
        scope.must_hold(practitioner)
    who = practitioner.id if practitioner else ""
    try:
        hours.check_other_days(hours.OtherDays(kind, str(first), str(last), who, start, end, reason))
    except hours.BadHours as bad:
        raise Refused(str(bad), field="first") from None
    tx, id = Transaction(scope, once=once), clock.new_id()
    at = OtherDays.at(scope.here, str(last), id)
    tx.put(
        OtherDays(
            pk=at.pk, sk=at.sk, id=id, kind=kind, first=str(first), last=str(last), who=who or None,
            start=start or None, end=end or None, reason=reason or None,
        )
    )  # fmt: skip
    changes = {"days": [None, f"{first}–{last}"], "who": [None, who]}
    result = tx.commit(Event(f"days.{kind}", "OTHERDAYS", id, changes=changes, note=reason), result=id)
    forget()
    return result


def remove_other_days(scope: Scope, *, days: OtherDays, once: Once | None = None) -> None:
    """They are as every week again. The row stays, for the trail."""
    scope.require(Permission.HOURS)
    tx = Transaction(scope, once=once)
    tx.update(days, {"active": False})
    tx.commit(Event("days.remove", "OTHERDAYS", days.id))
    forget()


def set_slot_grain(scope: Scope, *, clinic: Clinic, minutes: int, once: Once | None = None) -> None:
    """At which minutes visits can begin: 5, 10 or 15 apart."""
    scope.require(Permission.CLINIC_MANAGE)
    if minutes not in (5, 10, 15):
        raise Refused("Choose 5, 10 or 15 minutes.", field="slot_grain")
    tx = Transaction(scope, once=once)
    tx.update(clinic, {"slot_grain": minutes})
    tx.commit(Event("clinic.slot-grain", "CLINIC", clinic.id, changes={"slot_grain": [clinic.slot_grain, minutes]}))
    forget()


def note_day(
    scope: Scope, *, day: date, text: str, practitioner: Staff | None = None, once: Once | None = None
) -> None:
    """A note on a day of the clinic, or on one column of it; an empty text takes it away."""
    scope.require(Permission.BOOK)
    if practitioner:
        scope.must_hold(practitioner)
    tx = Transaction(scope, once=once)
    column = practitioner.id if practitioner else "ALL"
    at = keys.day_note(scope.here, day.isoformat(), column)
    content = {"y": text.strip()[:500]} if text.strip() else {}
    tx.put_row(cards.row_of(scope, at, column, content, tx.at, state="note"))
    tx.commit(Event("day.note", "DAY", day.isoformat(), note=text.strip()[:500]))
