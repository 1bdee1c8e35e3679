"""Fills the demo clinics: their settings and staff here, all else by the seeders that apps contribute.

May be stopped and repeated at any point: every id comes from the clinic, the seed and the person's place, and who is
there already is left as they are.
"""

import logging
from argparse import ArgumentTypeError, BooleanOptionalAction
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinnet import clock, contributions
from clinnet.accounts.models import Clinic
from clinnet.accounts.services import add_staff, open_clinic
from clinnet.contributions import Seeder, Seeding
from clinnet.local import place
from clinnet.table import Scope

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
            living = options["schedule"] if options["schedule"] is not None else clinic in DEMOS
            first = DEMOS[clinic].numbers_from if clinic in DEMOS else 1
            self._seed(Seeding(clinic, now, seed, max(0, patients), first, not options["fresh_day"], living))

    def _seed(self, seeding: Seeding) -> None:
        seeders = contributions.of(Seeder)
        if seeding.people:
            _open(seeding.scope)
            for each in seeders:
                if each.arrange:
                    each.arrange(seeding)
        for each in seeders:
            for sentence in each.fill(seeding):
                self.stdout.write(sentence)


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
    demo = DEMOS.get(scope.clinic_id, Demo(scope.clinic_id.capitalize(), *DEMOS["northside"][1:5]))
    wanted = demo._asdict()
    del wanted["numbers_from"]
    clinic = open_clinic(scope, **wanted, demo=True)
    if not clinic.demo:
        raise CommandError(f"{clinic.name} is not a demo clinic. Nothing was written.")
    for person in place.read_json(place.var() / "people.json") or []:
        if scope.clinic_id in person["clinics"]:
            roles = [person["group"]] if person["group"] else []
            add_staff(scope, person=person["sub"], username=person["username"], name=person["name"], roles=roles)
    return clinic
