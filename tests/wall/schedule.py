"""The schedule of a filled clinic: a column, rooms, types, and an appointment of the patient's in each state."""

from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

from clinnet import clock
from clinnet.accounts import queries as accounts
from clinnet.accounts.models import Clinic, Staff
from clinnet.jobs.models import Job
from clinnet.table import Scope, get, query
from clinnet.table.keys import other_days_from
from patients.models import Patient
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking, presence, states, urgent, walkins
from scheduling.appointments.services import series as series_services
from scheduling.board import queries as board_queries
from scheduling.board.services import blocks
from scheduling.board.services.cards import Card
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.hours import Session
from scheduling.calendar.services import settings as schedule_settings
from scheduling.calendar.services.locums import Locum
from scheduling.disruptions.services.apply import Fate
from scheduling.evening.services import End
from scheduling.messages.services.outbox import NOT
from scheduling.models import LEFT, Appointment, OtherDays, Room, VisitType, WaitlistEntry
from scheduling.waitlist import queries as waitlist_queries
from scheduling.waitlist.services import offers, waitlist

ZONE = "Europe/London"
LAST_DAY = timedelta(days=40)


def the_day() -> date:
    """The day in the addresses: everything of the schedule is on it, or beside it on today."""
    return clock.today(ZONE) + timedelta(days=2)


def at(text: str, day: date | None = None) -> datetime:
    return walltime.at(day or the_day(), text, ZONE)


def settle_schedule(scope: Scope, word: str, patient: Patient, other: Patient, doctor: str) -> dict[str, list[str]]:
    """All texts hold the word. The ids are named as URLs and fields name them."""
    practitioner = _arranged(scope, word, doctor)
    made = {
        name: _booked(scope, word, patient, practitioner, clock_)
        for name, clock_ in {"booked": "09:00", "confirmed": "09:30", "cancelled": "10:00", "moved": "10:30"}.items()
    }
    states.confirm(scope, appointment=made["confirmed"])
    states.cancel(scope, appointment=made["cancelled"], by="patient", reason=f"Ill, {word}")
    here = walkins.walk_in(scope, patient=patient, practitioner=practitioner, reason=f"Came, {word}")
    called = _called_urgent(scope, word, patient, practitioner)
    missed = _missed(scope, word, patient, practitioner)
    due = _due(scope, f"Late, {word}", patient, practitioner)
    over = _due(scope, f"Over, {word}", patient, practitioner, ago=12)
    states.finish(scope, appointment=appointment_queries.appointment(scope, patient.id, over))
    block = blocks.block(scope, start=at("15:00"), minutes=30, reason=f"Meeting, {word}", practitioner=practitioner)
    schedule_settings.note_day(scope, day=the_day(), text=f"Lift, {word}")
    request, offered = (_asked(scope, word, each, practitioner) for each in (patient, other))
    _offered(scope, offered, other, practitioner)
    starts = [at("11:00"), at("11:00", the_day() + timedelta(days=7))]
    series = series_services.book_series(
        scope,
        patient=patient,
        visit_type=type_of(scope),
        practitioner=practitioner,
        starts=starts,
        reason=f"Series, {word}",
    )
    days = schedule_settings.add_other_days(
        scope,
        kind="leave",
        first=the_day() + LAST_DAY,
        last=the_day() + LAST_DAY,
        practitioner=practitioner,
        reason=f"Course, {word}",
    )
    assert days is None or days
    return {
        "appointment_id": [
            made["booked"].id,
            made["confirmed"].id,
            made["cancelled"].id,
            here,
            missed,
            due,
            called,
            over,
        ],
        "request_id": [request, offered],
        "block_id": [block],
        "job_id": [series.id],
        "practitioner_id": [practitioner.id],
        "room_id": [room_of(scope).id],
        "visit_type_id": [type_of(scope).id],
        "days_id": [_other_days(scope).id],
    }


def _arranged(scope: Scope, word: str, doctor: str) -> Staff:
    practitioner = _staff(scope, doctor)
    every_day = [Session(weekday, "00:00", "24:00") for weekday in range(7)]
    schedule_settings.save_hours(scope, practitioner=practitioner, sessions=every_day)
    schedule_settings.save_room(scope, name=f"Room {word}")
    schedule_settings.save_visit_type(scope, name=f"Visit {word}", minutes=15, colour="blue")
    return practitioner


def _staff(scope: Scope, id: str) -> Staff:
    return next(each for each in accounts.staff(scope) if each.id == id)


def room_of(scope: Scope) -> Room:
    return next(iter(setup(scope).rooms.values()))


def type_of(scope: Scope) -> VisitType:
    return next(iter(setup(scope).visit_types.values()))


def _booked(scope: Scope, word: str, patient: Patient, practitioner: Staff, clock_: str) -> Appointment:
    id = booking.book(
        scope,
        patient=patient,
        visit_type=type_of(scope),
        practitioner=practitioner,
        start=at(clock_),
        room=room_of(scope),
        reason=f"Cough, {word}",
        note=f"Told {word}",
    )
    return appointment_queries.appointment(scope, patient.id, id)


def _missed(scope: Scope, word: str, patient: Patient, practitioner: Staff) -> str:
    start = walltime.moment_of(walltime.number(clock.now()) - 1)
    id = booking.book(
        scope,
        patient=patient,
        visit_type=type_of(scope),
        practitioner=practitioner,
        start=start,
        reason=f"Missed, {word}",
        outside_hours=True,
    )
    states.no_show(scope, appointment=appointment_queries.appointment(scope, patient.id, id))
    return id


def _called_urgent(scope: Scope, word: str, patient: Patient, practitioner: Staff) -> str:
    id = _due(scope, f"Chest, {word}", patient, practitioner, ago=4)
    visit = appointment_queries.appointment(scope, patient.id, id)
    states.arrive(scope, appointment=visit, beside=presence.BOTH)
    visit = appointment_queries.appointment(scope, patient.id, id)
    urgent.call(scope, appointment=visit, patient=patient, words=f"Pain, {word}")
    return id


def _due(scope: Scope, reason: str, patient: Patient, practitioner: Staff, ago: int = 8) -> str:
    """Should have been here for half an hour, and may be a no-show."""
    start = walltime.moment_of(walltime.number(clock.now()) - ago)
    with patch.object(clock, "now", lambda: start):
        return booking.book(
            scope,
            patient=patient,
            visit_type=type_of(scope),
            practitioner=practitioner,
            start=start,
            reason=reason,
            outside_hours=True,
        )


def _asked(scope: Scope, word: str, patient: Patient, practitioner: Staff) -> str:
    return waitlist.ask(
        scope, patient=patient, visit_type=type_of(scope), practitioners=[practitioner], reason=f"Sooner, {word}"
    )


def _offered(scope: Scope, id: str, patient: Patient, practitioner: Staff) -> None:
    offers.offer(
        scope,
        request=waitlist_queries.request(scope, id),
        patient=patient,
        visit_type=type_of(scope),
        practitioner=practitioner,
        start=at("16:00"),
    )


def _other_days(scope: Scope) -> OtherDays:
    return query(scope, other_days_from(scope.clinic_id, "2000-01-01"), limit=5).of(OtherDays)[0]


# --- Objects for the services, loaded in a clinic ----------------------------------------------------------------

STATE_FOR = {
    "excuse": 3,
    "bill_again": 7,
    "came_late": 4,
    "to_room": 3,
    "ready": 3,
    "with_doctor": 3,
    "finish": 3,
    "leave": 3,
    "undo": 1,
}


def loaded(service: str, hint: Any, scope: Scope, ids: dict[str, list[str]], patient: Patient) -> Any:
    """An object of that type, in a state in which the service would do something. Raises KeyError for another type."""
    appointment = appointment_queries.appointment(scope, patient.id, ids["appointment_id"][STATE_FOR.get(service, 0)])
    made: dict[Any, Any] = {
        Appointment: lambda: appointment,
        WaitlistEntry: lambda: waitlist_queries.request(scope, ids["request_id"][0]),
        Room: lambda: room_of(scope),
        VisitType: lambda: type_of(scope),
        Staff: lambda: _staff(scope, ids["practitioner_id"][0]),
        OtherDays: lambda: _other_days(scope),
        Clinic: lambda: accounts.clinic(scope.clinic_id),
        Job: lambda: get(scope, Job, Job.at(ids["job_id"][0])),
        Card: lambda: _card(scope, service, ids),
        booking.Visit: lambda: booking.Visit(
            patient, type_of(scope), _staff(scope, ids["practitioner_id"][0]), at("13:00"), room_of(scope)
        ),
        Fate: lambda: Fate(appointment, "ask"),
        End: lambda: End(_card(scope, service, ids), LEFT),
    }
    return made[hint]()


def _card(scope: Scope, service: str, ids: dict[str, list[str]]) -> Card:
    board = board_queries.board(scope, the_day())
    wanted = ids["block_id"][0] if service == "unblock" else ids["appointment_id"][0]
    return next(each for each in [*board.cards, *board.blocks] if each.id == wanted)


def values() -> dict[str, Any]:
    """What the services take besides objects, by name."""
    return {
        "locum": Locum("sits.reached", "Sits Reached", "sits@example.org", ["doctor"], "Locum"),
        "start": at("14:00"), "starts": [at("14:00")], "minutes": 15, "by": "clinic", "reason": "Reached",
        "outcome": "Reached", "kind": "leave", "first": the_day(), "last": the_day(), "name": "Reached",
        "sessions": [Session(0, "08:00", "17:00")], "day": the_day(), "text": "Reached", "note": "Reached",
        "slot_grain": 10, "late_after": 5, "no_show_after": 20, "at": "14:00", "weekdays": frozenset({0}),
        "until": the_day(), "fates": (), "reminders": [24], "tell": NOT, "language": "en",
    }  # fmt: skip
