"""Invented visits as the table keeps them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.table import Row, Scope, keys
from patients.demo import demo_id
from scheduling.appointments.services import booking
from scheduling.appointments.services.bulk import Ready
from scheduling.board.services import cards
from scheduling.board.services.blocks import BLOCKED, hold_of
from scheduling.calendar.rules import walltime
from scheduling.calendar.services import busy
from scheduling.demo import rules as demo
from scheduling.messages.services import outbox
from scheduling.models import BOOKED, COMING, HELD, Appointment, OtherDays, WaitlistEntry
from scheduling.waitlist.services import waitlist

DEMO_TELL = "email"


@dataclass(frozen=True)
class Ids:
    """The table's ids of what the generator names by key."""

    doctors: Mapping[str, str]
    rooms: Mapping[str, str]
    kinds: Mapping[str, str]
    clinic: str
    seed: str

    def of(self, what: str, key: str) -> str:
        return demo_id(self.clinic, self.seed, f"{what} {key}")


def ids_of(scope: Scope, seed: str) -> Ids:
    here, plan = scope.clinic_id, demo.plan_of(scope.clinic_id)
    by_username = {each.username: each.id for each in accounts.staff(scope)}
    return Ids(
        {each.key: by_username.get(each.username, "") or demo_id(here, "staff", each.key) for each in plan.doctors},
        {name: demo_id(here, "rooms", name) for name in plan.rooms},
        {key: demo_id(here, "visit types", key) for key in plan.kinds},
        here,
        seed,
    )


def appointment(ids: Ids, visit: demo.Visit, day: date, zone: str) -> Appointment:
    id = ids.of("visit", f"{day} {visit.key}")
    place, kind = Appointment.at(visit.patient, id), visit.kind
    made = clock.stamp(visit.made)
    line = keys.timeline(visit.patient, clock.stamp(visit.start) if visit.start else made, place.sk)
    end = visit.start + timedelta(minutes=kind.minutes) if visit.start else None
    found = Appointment(
        pk=place.pk, sk=place.sk, gsi2pk=line.pk, gsi2sk=line.sk, id=id, state=visit.state, patient_id=visit.patient,
        practitioner_id=ids.doctors.get(visit.doctor), room_id=ids.rooms.get(visit.room), day=day.isoformat(),
        visit_type_id=ids.kinds[kind.key], minutes=kind.minutes, before=kind.before or None,
        after=kind.after or None, nurse=kind.nurse or None, reason=visit.reason or None, tell_by=DEMO_TELL,
        booked_by=visit.by, overbooked=visit.overbooked or None, sequence=int(visit.state == "cancelled"),
        stamps=stamps(visit.steps), cancelled=_cancelled(visit), created_at=made, updated_at=_changed(visit, made),
        walk_in=None if visit.start else True, queued=None if visit.start else True,
        new_patient=kind.key == "new" or None,
        zone=zone if visit.start else None, start=clock.stamp(visit.start) if visit.start else None,
        end=clock.stamp(end) if end else None,
        wall=walltime.to_wall(visit.start, zone).isoformat(timespec="minutes") if visit.start else None,
    )  # fmt: skip
    if visit.state in COMING:  # the confirmation and a reminder have left: what is changed and undone is no news
        found.told = outbox.telling(found, made, "reminder")
    return found


def stamps(steps: tuple[demo.Step, ...], before: str = BOOKED) -> list[dict[str, Any]] | None:
    """Each with what undoes it."""
    found: list[dict[str, Any]] = []
    for step in steps:
        was: dict[str, Any] = {"state": before}
        if step.to == "cancelled":
            was |= {"cancelled": None, "sequence": 0}
        found.append({"to": step.to, "at": clock.stamp(step.at), "by": step.by, "was": was})
        before = step.to
    return found or None


def _cancelled(visit: demo.Visit) -> dict[str, str] | None:
    by, reason = visit.cancelled
    return {"by": by, "reason": reason} if by else None


def _changed(visit: demo.Visit, made: str) -> str:
    return clock.stamp(visit.steps[-1].at) if visit.steps else made


def ready(ids: Ids, visit: demo.Visit, day: date, zone: str, patient: Mapping[str, Any]) -> Ready:
    booked = appointment(ids, visit, day, zone)
    booked.line = booking.line_of(booked).pack()
    if visit.state != HELD or not visit.start or not visit.until:
        return Ready(booked, patient)
    until, kind = int(visit.until.timestamp()), visit.kind
    hold = busy.Hold(
        booked.id,
        walltime.number(visit.start),
        kind.need,
        booked.practitioner_id or "",
        booked.room_id or "",
        visit.patient,
        until=until,
    )
    return Ready(booked, patient, hold, {"e": until, "h": [kind.before, kind.after], "q": ids.of("request", "held")})


def request(ids: Ids, wanted: demo.Wanted, patient: Mapping[str, Any], held: Ready | None) -> WaitlistEntry:
    id, at, here = ids.of("request", wanted.key), clock.stamp(wanted.at), ids.clinic
    place, mine = WaitlistEntry.at(here, id), keys.request_of(wanted.patient, at, id)
    listed = keys.request_open(here, wanted.urgency, at, id)
    entry = WaitlistEntry(
        pk=place.pk, sk=place.sk, gsi1pk=listed.pk, gsi1sk=listed.sk, gsi2pk=mine.pk, gsi2sk=mine.sk, id=id,
        state=waitlist.OPEN, patient_id=wanted.patient, urgency=wanted.urgency, source=wanted.source,
        reason=wanted.reason or None, visit_type_id=ids.kinds[wanted.kind], created_at=at,
        practitioner_ids=[ids.doctors[wanted.doctor]] if wanted.doctor else None,
        weekdays=list(wanted.weekdays) or None, parts=[wanted.part] if wanted.part else None,
        offer=_offer(held) if held else None,
    )  # fmt: skip
    entry.line = waitlist.line_of(entry, dict(patient)).pack()
    return entry


def _offer(held: Ready) -> dict[str, Any]:
    appointment, until = held.appointment, held.hold.until if held.hold else 0
    return {
        "id": appointment.id,
        "patient": appointment.patient_id,
        "until": until,
        "day": appointment.day,
        "start": appointment.start,
        "practitioner": appointment.practitioner_id,
        "room": appointment.room_id or "",
        "minutes": appointment.minutes,
        "before": appointment.before or 0,
        "after": appointment.after or 0,
        "nurse": appointment.nurse or 0,
        "type": appointment.visit_type_id,
    }


def block(scope: Scope, ids: Ids, each: demo.Block, day: date, at: str) -> tuple[busy.Hold, Row]:
    id = ids.of("block", f"{day} {each.key} {each.doctor}")
    content = {
        "d": ids.doctors[each.doctor],
        "u": walltime.number(each.start),
        "m": each.minutes,
        "y": each.reason,
        "b": "Ben Okoro",
    }
    row = cards.row_of(scope, keys.block(scope.clinic_id, day.isoformat(), id), id, content, at, state=BLOCKED)
    row["line"]["w"] = content["b"]
    return hold_of(cards.Card.of(row)), row


def notes(scope: Scope, ids: Ids, day: date, at: str) -> Iterator[Row]:
    """What somebody wrote on the day, and on one column of it."""
    written = {"ALL": "Flu vaccine delivered at 11. The lift is being repaired: ground floor rooms for walking frames."}
    if "nair" in ids.doctors:
        written[ids.doctors["nair"]] = "Student sits in until lunch."
    for column, text in written.items():
        place = keys.day_note(scope.clinic_id, day.isoformat(), column)
        yield cards.row_of(scope, place, column, {"y": text}, at, state="note")


def other_days(
    ids: Ids, kind: str, day: date, doctor: str, *, start: str = "", end: str = "", why: str = ""
) -> OtherDays:
    id = ids.of("other days", f"{kind} {day} {doctor} {start}")
    at = OtherDays.at(ids.clinic, str(day), id)
    return OtherDays(
        pk=at.pk,
        sk=at.sk,
        id=id,
        kind=kind,
        first=str(day),
        last=str(day),
        who=ids.doctors[doctor],
        start=start or None,
        end=end or None,
        reason=why or None,
    )
