"""The schedule's pages, and how many bookings a second there are."""

import gzip
import itertools
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.test import Client, override_settings

from clinnet import clock, consistency
from clinnet.accounts.models import Staff
from clinnet.accounts.permissions import Role
from clinnet.accounts.services import add_staff, open_clinic
from clinnet.table import Event, Scope
from clinnet.table.errors import Refused, Unavailable
from clinnet.table.meter import metered
from patients.demo.people import people
from patients.models import Patient
from patients.queries import folded
from patients.services import Newcomer, register_many
from scheduling.appointments.services import booking, bulk
from scheduling.appointments.services.booking import Visit, build
from scheduling.board import queries as board_queries
from scheduling.calendar.queries.setup import setup
from scheduling.calendar.rules import walltime
from scheduling.calendar.rules.hours import Session
from scheduling.calendar.services import settings as schedule_settings
from scheduling.models import VisitType
from tests.actions import TESTED
from tests.bench.pages import NOW, SETTINGS, Ask, Send, _costs
from tests.people import signed_in_client
from tests.scheduling.at_booking import controls
from tests.scheduling.visiting import fields

ZONE = "Europe/London"
EACH = 15  # appointments of a practitioner on the measured day
FREE = 120  # people who have nothing on that day
RACERS, RACES = 64, 5


@dataclass
class Place:
    """A clinic with so many practitioners, and a day in it with fifteen appointments for each of them."""

    scope: Scope
    day: date
    patients: list[Patient]
    free: Iterator[Patient]

    @property
    def type(self) -> VisitType:
        return next(iter(setup(self.scope).visit_types.values()))

    @property
    def doctors(self) -> list[Staff]:
        return setup(self.scope).practitioners

    def url(self, path: str = "") -> str:
        return f"/c/{self.scope.clinic_id}/{path}"


def measure(repeat: int) -> Iterator[dict[str, Any]]:
    """One row for each page; the size is that of the day."""
    with override_settings(**SETTINGS):
        for practitioners in (8, 40):
            place = _place(practitioners)
            client = signed_in_client(
                place.scope.clinic_id, role=Role.RECEPTIONIST, headers={"accept-encoding": "gzip"}
            )
            for ask, budget in _asks(place):
                size = {"patients": people_of(practitioners), "budget": budget}
                yield {"page": ask.page, **size, **_costs(client, ask, repeat)}


def people_of(practitioners: int) -> int:
    """One for each appointment, and those who are booked while it is measured."""
    return practitioners * EACH + FREE


def _place(practitioners: int) -> Place:
    clinic = f"day{practitioners}"
    scope = Scope.system("bench", clinic)
    open_clinic(scope, name="Bench", time_zone=ZONE, locale="en-GB", country="GB", date_order="DMY")
    them = list(people(people_of(practitioners), clinic=clinic, seed="bench", now=NOW, country="GB"))
    register_many(scope, [Newcomer(each.id, clock.stamp(each.joined), each.data) for each in them])
    for number in range(practitioners):
        add_staff(scope, person=f"{clinic}-{number:02}", username=f"d{number}", name=f"Dr N{number}", roles=["doctor"])
    every_day = [Session(weekday, "06:00", "24:00") for weekday in range(7)]
    for doctor in setup(scope).practitioners:
        schedule_settings.save_hours(scope, practitioner=doctor, sessions=every_day)
    schedule_settings.save_visit_type(scope, name="Follow-up", minutes=15, colour="blue")
    able = [each for each in (folded(scope, person.id) for person in them) if not (each.archived or each.deceased_on)]
    place = Place(scope, clock.today(ZONE), able, iter([]))
    _fill(place)
    return place


def _fill(place: Place) -> None:
    """Each at a time of their own, so that nobody is in two places."""
    ready: list[bulk.Ready] = []
    for number, doctor in enumerate(place.doctors):
        for turn in range(EACH):
            patient = place.patients[(number * EACH + turn) % len(place.patients)]
            start = walltime.at(place.day, "08:00", ZONE) + timedelta(minutes=15 * ((turn * 2 + number // 12) % 36))
            visit = Visit(patient, place.type, doctor, start, reason="Blood pressure")
            appointment = build(place.scope, visit, clock.new_id())
            appointment.created_at = clock.stamp(
                clock.now() - timedelta(minutes=1 + len(ready))
            )  # not all at one moment
            ready.append(bulk.Ready(appointment, patient.line or {}))
    event = Event(TESTED, "CLINIC", place.scope.clinic_id)
    taken = {each.appointment.patient_id for each in bulk.add_many(place.scope, ready, event)}
    place.free = itertools.cycle([each for each in place.patients if each.id not in taken])


def _asks(place: Place) -> Iterator[tuple[Ask, str]]:
    count = len(board_queries.board(place.scope, place.day).cards)
    size = f"{len(place.doctors)} doctors, {count} cards"
    yield Ask(f"board, {size}", lambda client: partial(client.get, place.url(f"day/{place.day}/"))), "1 call, 1.2 floor"
    yield Ask(f"poll, nothing new, {size}", partial(_poll, place), 304), "1 call, 0.5 read; then none"
    yield Ask(f"booking page, free times, {size}", partial(_free_times, place)), ""
    yield Ask(f"book, {size}", partial(_book, place), 302), "8 actions: 16 write + indexes"
    yield Ask(f"arrive, {size}", partial(_arrive, place), 302), "1 transaction"


def _poll(place: Place, client: Client) -> Send:
    html = gzip.decompress(client.get(place.url(f"day/{place.day}/")).content).decode()
    seen = re.search(r'data-seen="([^"]*)"', html)
    headers = {"if-none-match": f'"{seen[1]}"' if seen else ""}
    return partial(client.get, place.url(f"day/{place.day}/changes/"), headers=headers)


def _free_times(place: Place, client: Client) -> Send:
    return partial(client.get, place.url("book/"), {"patient": next(place.free).id})


def _book(place: Place, client: Client) -> Send:
    """The page of somebody who has nothing yet, sent as it stands: the first free time."""
    page = _free_times(place, client)()
    return partial(client.post, place.url("book/"), controls(gzip.decompress(page.content).decode()))


def _arrive(place: Place, client: Client) -> Send:
    card = next(each for each in board_queries.board(place.scope, place.day).cards if each.state == "booked")
    url = place.url(f"patients/{card.patient_id}/appointments/{card.id}/")
    html = gzip.decompress(client.get(url).content).decode()
    return partial(client.post, f"{url}step/", fields(html[html.index("<main") :], f"{url}step/", "waiting"))


# --- How many a second -------------------------------------------------------------------------------------------


def rates() -> Iterator[tuple[str, str]]:
    """Bookings through the services, and what comes of many who want one time: lines for a person."""
    place = _place(16)
    for clients, count in ((1, 80), (16, 240)):
        day = place.day + timedelta(days=clients)
        slots = [
            (doctor, walltime.at(day, "06:00", ZONE) + timedelta(minutes=15 * turn))
            for turn in range(60)
            for doctor in place.doctors
        ][:count]
        random.Random(1).shuffle(slots)
        jobs = [partial(_booked, place, number, *slot) for number, slot in enumerate(slots)]
        began = time.perf_counter()
        done = sum(_at_once(jobs, clients))
        yield f"bookings a second, {clients} clients", f"{done / (time.perf_counter() - began):.0f} ({done} made)"
    won = [_race(place, number) for number in range(RACES)]
    yield f"{RACERS} clients, one time, {RACES} rounds", f"won by {', '.join(map(str, won))}"
    try:
        found = consistency.check(Scope.system("bench"), place.scope.clinic_id)
        yield "check_schedule afterwards", f"{len(found)} things do not agree" if found else "all agrees"
    except Unavailable:
        yield "check_schedule afterwards", "not done: the table could not be read in time"


def _race(place: Place, number: int) -> int:
    start = walltime.at(place.day + timedelta(days=30 + number), "10:00", ZONE)
    jobs = [partial(_booked, place, each, place.doctors[0], start) for each in range(RACERS)]
    return sum(_at_once(jobs, RACERS))


def _booked(place: Place, number: int, doctor: Staff, start: Any) -> bool:
    patient = place.patients[number % len(place.patients)]
    with metered(), suppress(Refused):
        booking.book(place.scope, patient=patient, visit_type=place.type, practitioner=doctor, start=start)
        return True
    return False


def _at_once(jobs: Sequence[Callable[[], bool]], clients: int) -> list[bool]:
    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(lambda job: job(), jobs))
