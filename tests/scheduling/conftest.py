"""A clinic with two doctors, a nurse, two rooms and three types of visit, open every day from six to midnight."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from clinnet import clock, consistency
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Role
from clinnet.table import Item, Scope, get_many
from patients.models import Patient
from patients.queries import patient as get_patient
from patients.services import register
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.hours import Session
from scheduling.demo.services.setup import put_new
from scheduling.models import Appointment, Hours, Room, VisitType, kept_sessions
from tests.conftest import scope_of
from tests.people import signed_in_client
from tests.written import written

ZONE = "Europe/London"


@dataclass
class Desk:
    """What a test of the schedule works with. `day` is a coming day on which everything is open."""

    scope: Scope
    nurse: Scope
    admin: Scope
    doctors: list[Staff]
    day: date
    patients: list[Patient] = field(default_factory=list)

    @property
    def doctor(self) -> Staff:
        return self.doctors[0]

    def type(self, name: str) -> VisitType:
        return next(each for each in setup(self.scope).visit_types.values() if each.name == name)

    def room(self, name: str) -> Room:
        return next(each for each in setup(self.scope).rooms.values() if each.name == name)

    def at(self, text: str, day: date | None = None) -> datetime:
        return walltime.at(day or self.day, text, ZONE)

    def patient(self, given: str = "María", family: str = "García", **data: Any) -> Patient:
        return get_patient(self.scope, register(self.scope, {"given_name": given, "family_name": family, **data}))

    def book(self, at: str = "10:30", patient: Patient | None = None, **wanted: Any) -> Appointment:
        patient = patient or self.patient()
        scope = wanted.pop("scope", self.scope)
        name, day = wanted.pop("type", "Follow-up"), wanted.pop("day", self.day)
        usual: dict[str, Any] = {"visit_type": self.type(name), "practitioner": self.doctor, "start": self.at(at, day)}
        wanted = usual | wanted
        return appointment_queries.appointment(scope, patient.id, booking.book(scope, patient=patient, **wanted))

    @contextmanager
    def clock_at(self, moment: datetime) -> Iterator[None]:
        """Our clock alone is turned: the engine refuses a signature of another day."""
        with patch.object(clock, "now", lambda: moment):
            yield

    def patient_of(self, appointment: Appointment) -> Patient:
        return get_patient(self.scope, appointment.patient_id)

    def again(self, appointment: Appointment) -> Appointment:
        """As the table has it now."""
        return appointment_queries.appointment(self.scope, appointment.patient_id, appointment.id)

    def faults(self) -> list[consistency.Issue]:
        """What `check_schedule` would say of what the test wrote."""
        return consistency.check(Scope.system("tests"), self.scope.clinic_id)

    def free(self, **wish: Any) -> list[str]:
        """The free times of the day, as the clock says them."""
        usual: dict[str, Any] = {"visit_type": self.type("Follow-up"), "practitioners": (self.doctor,)}
        found = free_times.search(self.scope, free_times.Wish(**(usual | wish)), first=self.day, days=1, within=1)
        return [f"{walltime.to_wall(slot.moment, ZONE):%H:%M}" for slot in found[0].slots] if found else []


MakeDesk = Callable[[str], Desk]


@pytest.fixture(autouse=True)
def only_this_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The checker looks at what this test wrote."""
    with written() as keys:
        monkeypatch.setattr(consistency, "every_raw", lambda scope: get_many(scope, list(keys)).raws)
        yield


def _furniture(clinic: str) -> Iterator[Item]:
    """In one write: half of all tests begin with a desk."""

    def made(model: type[Item], id: str = "", **values: Any) -> Item:
        id = id or clock.new_id()
        place = model.at(clinic, id)  # type: ignore[attr-defined]  # all of these have one
        return model(pk=place.pk, sk=place.sk, id=id, **values)

    every_day = kept_sessions(tuple(Session(weekday, "06:00", "24:00") for weekday in range(7)))
    for name in ("Amara Okafor", "Luc Bernard"):
        id = f"doctor-{name}-{clinic}"[:50]
        yield made(Staff, id, username=name, name=f"Dr {name}", roles=["doctor"])
        yield made(Hours, id, sessions=every_day, kept=[], place=0)
    rooms = [made(Room, name=name) for name in ("Room 1", "Room 2")]
    yield from rooms
    both = [each.id for each in rooms]
    for name, minutes, before, after, nurse, able in (
        ("Follow-up", 15, 0, 0, 0, []),
        ("Procedure", 30, 5, 10, 0, both),
        ("Vaccination", 10, 0, 0, 10, both[:1]),
    ):
        yield made(
            VisitType,
            name=name,
            minutes=minutes,
            before=before,
            after=after,
            nurse=nurse,
            colour=None,
            practitioner_ids=[],
            room_ids=able,
            kept_for=None,
            active=True,
        )


@pytest.fixture
def make_desk() -> MakeDesk:
    def make(clinic: str) -> Desk:
        admin = scope_of(clinic, Role.ADMIN, "Inês Duarte")
        put_new(Scope.system("tests", clinic), list(_furniture(clinic)))
        return Desk(
            scope_of(clinic, Role.RECEPTIONIST),
            scope_of(clinic, Role.NURSE, "Nora Daly"),
            admin,
            setup(admin).practitioners,
            clock.today(ZONE) + timedelta(days=3),
        )

    return make


@pytest.fixture
def desk(clinic: str, make_desk: MakeDesk) -> Desk:
    return make_desk(clinic)


@pytest.fixture
def faultless(desk: Desk) -> Iterator[None]:
    """Where no test of a module may leave a fault behind."""
    yield
    assert desk.faults() == []


@pytest.fixture
def ana(desk: Desk) -> Client:
    return signed_in_client(desk.scope.clinic_id)
