"""Holds every schedule against its invariants, and repairs with --fix what can be known."""

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinnet import consistency
from clinnet.table import Scope


class Command(BaseCommand):
    help = (
        "Check that appointments, busy times and cards agree, and that visits to come keep their reading of the clock. "
        "--fix repairs; double bookings and those that would collide need a person."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", default="", help="only this clinic's")
        parser.add_argument("--fix", action="store_true")
        parser.add_argument("--clocks", action="store_true", help="only what newer rules of time zones changed")

    def handle(self, *args: Any, **options: Any) -> None:
        look = partial(consistency.check, Scope.system("check_schedule"), options["clinic"], clocks=options["clocks"])
        found = look()
        for issue in found:
            self.stdout.write(f"{issue.clinic}: {issue.kind}: {issue.what}")
        if options["fix"] and found:
            self.stdout.write(f"{consistency.fix(found)} repaired.")
            found = look()
            for issue in found:
                self.stdout.write(f"Still {issue.clinic}: {issue.kind}: {issue.what}")
        if found:
            raise CommandError(f"{len(found)} things do not agree.")
        self.stdout.write("Appointments, busy times and cards agree.")
