"""Fills the demo clinics: their settings, staff, the cast of the demo day, and as many other people as asked for.

May be stopped and repeated at any point: every id comes from the clinic, the seed and the person's place, and who is
there already is left as they are.
"""

import logging
import time
from argparse import ArgumentTypeError, BooleanOptionalAction
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import chain, islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from clinnet import clock
from clinnet.accounts.models import Clinic
from clinnet.accounts.queries import practitioners
from clinnet.accounts.services import add_staff, open_clinic
from clinnet.local import place
from clinnet.table import Scope, find_row, get_rows, keys
from clinnet.table.counters import draw
from patients import index
from patients.demo import cast, demo_id, people
from patients.services import Newcomer, register_many
from scheduling.demo.services import fill as schedule
from scheduling.demo.services.setup import arrange

CHUNK = 100  # patients in one batch, with its event
AT_A_TIME = 2
PATIENTS = 200
SMALLER = 4  # by how much the second demo clinic is smaller


class Demo(NamedTuple):
    """A clinic to make. `numbers_from` is its first record number: it has been open for a while."""

    name: str
    time_zone: str
    locale: str
    country: str
    date_order: str
    numbers_from: int = 1
    address: str = ""
    phone: str = ""


DEMOS = {
    "northside": Demo(
        "Northside Clinic",
        "Europe/London",
        "en-GB",
        "GB",
        "DMY",
        4820,
        "2 Canal Street, London N1 0AB",
        "020 7946 0100",
    ),
    "harbor": Demo(
        "Harbor Family Practice",
        "America/New_York",
        "en-US",
        "US",
        "MDY",
        1205,
        "40 Pier Road, New York, NY 10004",
        "(212) 555-0100",
    ),
}


class Command(BaseCommand):
    help = "Fill the demo clinics with invented people. Repeatable; refuses in the cloud."
    requires_system_checks = []  # those look at pages, and take longer than a small import

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--patients", type=int, default=PATIENTS, help=f"in each clinic named (default {PATIENTS})")
        parser.add_argument("--clinic", action="append", help="may be given several times; default: the demo clinics")
        parser.add_argument("--now", type=_moment, help="the moment that the demo is built around, ISO 8601")
        parser.add_argument("--seed", default="1", help="another seed, other people")
        parser.add_argument("--schedule", action=BooleanOptionalAction, help="default: for the demo clinics alone")
        parser.add_argument("--fresh-day", action="store_true", help="only a living day, where today has none yet")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_elsewhere()
        # Two chunks at a time hold some connections more than the pool keeps open; they are opened again, no more.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
        wanted = options["clinic"] or list(DEMOS)
        for number, clinic in enumerate(wanted):
            patients = options["patients"]
            if not options["clinic"] and number:
                patients //= SMALLER
            now, seed = options["now"] or clock.now(), options["seed"]
            if not options["fresh_day"]:
                self._seed(clinic, max(0, patients), now, seed)
            if options["schedule"] or (options["schedule"] is None and clinic in DEMOS):
                self._schedule(clinic, now, seed, max(0, patients))

    def _schedule(self, id: str, now: datetime, seed: str, patients: int) -> None:
        scope, started = Scope.system("seed", id), time.monotonic()
        clinic = find_row(scope, Clinic.at(id))
        if clinic and clinic.get("demo") and schedule.is_due(scope, now):
            arrange(scope, seed)
            stars = [each.id for each in cast(clinic=id, now=now)][:patients]
            others = [demo_id(id, seed, f"person {number}") for number in range(patients - len(stars))]
            new = schedule.fill(scope, now=now, people=[*stars, *others], seed=seed)
            seconds = time.monotonic() - started
            self.stdout.write(f"{clinic['name']} has its day: {new} new appointments in {seconds:.1f} s.")

    def _seed(self, id: str, patients: int, now: datetime, seed: str) -> None:
        scope = Scope.system("seed", id)
        clinic = _open(scope)
        arrange(scope, seed)
        now = now.astimezone(ZoneInfo(clinic.time_zone))
        started = time.monotonic()
        new = _register(scope, _everybody(scope, clinic, patients, now, seed), patients, clinic.name)
        seconds = time.monotonic() - started
        rate = f", {new / seconds:.0f} a second" if new else ""
        self.stdout.write(f"{clinic.name} has its {patients} patients: {new} new in {seconds:.1f} s{rate}.")


def _moment(text: str) -> datetime:
    """An aware moment; without a zone it is the clinics' machine's."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a moment like 2026-11-22T10:40") from None


def _refuse_elsewhere() -> None:
    """Invented people go to the embedded engine alone."""
    host = urlsplit(settings.DYNAMODB_ENDPOINT or "").hostname
    if settings.CLINNET_CLOUD or (host or "").endswith("amazonaws.com"):
        raise CommandError("Demo people are never made in the cloud. Nothing was written.")
    if host is None:
        raise CommandError("There is no table yet: `make run` sets one up.")


def _open(scope: Scope) -> Clinic:
    """The clinic and its staff. Raises CommandError for a clinic that is somebody's real one."""
    demo = DEMOS.get(scope.here, Demo(scope.here.capitalize(), *DEMOS["northside"][1:5]))
    wanted = demo._asdict()
    del wanted["numbers_from"]
    clinic = open_clinic(scope, **wanted, demo=True)
    if not clinic.demo:
        raise CommandError(f"{clinic.name} is not a demo clinic. Nothing was written.")
    for person in place.read_json(place.var() / "people.json") or []:
        if scope.here in person["clinics"]:
            roles = [person["group"]] if person["group"] else []
            add_staff(scope, person=person["sub"], username=person["username"], name=person["name"], roles=roles)
    return clinic


def _everybody(scope: Scope, clinic: Clinic, patients: int, now: datetime, seed: str) -> Iterator[Newcomer]:
    """In a fixed order, numbered in it: the same seed gives the same record numbers too."""
    doctors = [each.id for each in practitioners(scope)]
    stars = cast(clinic=scope.here, now=now, doctors=doctors)[:patients]
    others = people(
        patients - len(stars), clinic=scope.here, seed=seed, now=now, country=clinic.country, doctors=doctors
    )
    first = DEMOS[scope.here].numbers_from if scope.here in DEMOS else 1
    _keep_numbers(scope, first - 1 + patients)
    for number, each in enumerate(chain(stars, others), start=first):
        yield Newcomer(each.id, clock.stamp(each.joined), {**each.data, "mrn": f"{number:06d}"})


def _keep_numbers(scope: Scope, last: int) -> None:
    """The clinic's counter goes on behind the numbers that the demo people have."""
    row = find_row(scope, keys.counter(scope.here, "mrn"))
    drawn = row["n"] if row else 0
    if drawn < last:
        draw(scope, "mrn", last - drawn)


def _register(scope: Scope, everybody: Iterator[Newcomer], count: int, name: str) -> int:
    """Chunk by chunk, so that a hundred thousand are never in memory. Returns how many are new.

    While the engine writes one chunk, the next is put together: two at a time use both processors.
    """
    new = 0
    with tqdm(total=count, desc=name, unit=" patients", disable=None) as bar, ThreadPoolExecutor(AT_A_TIME) as pool:
        running: deque[Future[tuple[int, int]]] = deque()
        while chunk := list(islice(everybody, CHUNK)):
            running.append(pool.submit(_register_chunk, scope, chunk))
            if len(running) > AT_A_TIME:
                new += _finished(running.popleft(), bar)
        while running:
            new += _finished(running.popleft(), bar)
    return new


def _finished(work: "Future[tuple[int, int]]", bar: "tqdm[Any]") -> int:
    size, new = work.result()
    bar.update(size)
    return new


def _register_chunk(scope: Scope, chunk: list[Newcomer]) -> tuple[int, int]:
    """How many there were, and how many of them are new."""
    wanted = {each.id: index.unique_keys(scope.here, each.data) for each in chunk}
    held = get_rows(scope, [key for found in wanted.values() for key in found.values()])
    free = []
    for each in chunk:
        taken = {name for name, key in wanted[each.id].items() if key in held and held[key]["id"] != each.id}
        # Somebody else's by now: the record number is drawn then, a national id left out.
        data = {name: value for name, value in each.data.items() if name not in taken}
        free.append(Newcomer(each.id, each.joined, data))
    return len(chunk), register_many(scope, free)
