"""Somebody on the board of the demo clinic, for the tests that have a hand on it."""

import itertools
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page

from clinnet import clock
from clinnet.table import Scope
from clinnet.table.kept import forget
from patients.models import Patient
from patients.queries import patient as get_patient
from patients.services import register
from scheduling.appointments import queries as appointment_queries
from scheduling.appointments.services import booking
from scheduling.calendar.queries import free_times
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.models import Appointment
from tests.engine import Site
from tests.journeys.conftest import CLINIC, today
from tests.taking_turns import PROCESS, fresh_name

HOME = f"/c/{CLINIC}/"
_turns = itertools.count()


@dataclass(frozen=True)
class Booked:
    appointment: Appointment
    family: str

    @property
    def card(self) -> str:
        return f"#card-{self.appointment.id}"

    def again(self) -> Appointment:
        return appointment_queries.appointment(scope(), self.appointment.patient_id, self.appointment.id)


def scope(clinic: str = CLINIC) -> Scope:
    return Scope.system("tests", clinic)


FURTHER = itertools.count(400 + 200 * PROCESS, 7)
# The strip looks for news now, and not in some seconds.
LOOK = "document.dispatchEvent(new Event('visit-changed'))"
# What comes over a page once it is there has come. Its line is never idle: each second it asks for news.
STRIPS = """() => !document.querySelector("#opening[hx-get]")
  && performance.getEntriesByType("resource").some(({ name }) => name.includes("/urgent/now/"))"""


def newcomer(given: str = "Vera", *, family: str = "", born: str = "1985-03-14") -> Patient:
    """A patient of the test's own, under a family name that nobody else has, unless one is given."""
    data = {"family_name": family or fresh_name(), "given_name": given, "birth_date": born}
    return get_patient(scope(), register(scope(), data))


def book(*, on: date | None = None) -> Booked:
    """Now, on top of whoever is there; or at the first free time of the day `on` or the next that has one."""
    forget()
    here, patient = scope(), newcomer()
    known = setup(here)
    visit_type = next(each for each in known.visit_types.values() if each.name == "Follow-up")
    doctors, start = known.who_does(visit_type), walltime.moment_of(walltime.number(clock.now()))
    doctor = doctors[0] if on else doctors[next(_turns) % len(doctors)]  # not all on top of one another
    if on:
        wish = free_times.Wish(visit_type, patient, (doctor,))
        start = free_times.search(here, wish, first=on, days=1)[0].slots[2].moment
    id = booking.book(
        here,
        patient=patient,
        visit_type=visit_type,
        practitioner=doctor,
        start=start,
        overbook="" if on else "test",
        outside_hours=True,
    )
    return Booked(appointment_queries.appointment(here, patient.id, id), patient.family_name)


def empty_day() -> date:
    """Beyond what the demo fills, and what other tests take: a card that one of them moved may not be in the way."""
    return today() + timedelta(days=next(FURTHER))


@pytest.fixture
def far(demo: Site) -> Booked:
    """On a day that nothing else is on."""
    return book(on=empty_day())


def same_day(booked: Booked) -> Booked:
    return book(on=date.fromisoformat(booked.appointment.day or ""))


@pytest.fixture
def here(demo: Site) -> Booked:
    return book()


def at_card(page: Page, booked: Booked) -> Locator:
    """The card, with the focus on it."""
    card = page.locator(booked.card)
    card.locator("a.card-go").focus()
    return card


def settled(page: Page) -> None:
    """The strips over the board come after it, and push it down."""
    page.wait_for_function(STRIPS)


def day_of(booked: Booked) -> str:
    return f"{HOME}day/{booked.appointment.day}/"
