"""Holds every schedule against its invariants, and repairs with --fix what can be known."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinnet.table import Scope
from scheduling import checking


class Command(BaseCommand):
    help = "Check that appointments, busy times and cards agree. --fix repairs; double bookings need a person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", default="", help="only this clinic's")
        parser.add_argument("--fix", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        scope = Scope.system("check_schedule")
        found = checking.check(scope, options["clinic"])
        for issue in found:
            self.stdout.write(f"{issue.clinic}: {issue.kind}: {issue.what}")
        if options["fix"] and found:
            self.stdout.write(f"{checking.fix(found)} repaired.")
            found = checking.check(scope, options["clinic"])
        if found:
            raise CommandError(f"{len(found)} things do not agree.")
        self.stdout.write("Appointments, busy times and cards agree.")
