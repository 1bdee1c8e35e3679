"""Counts the days that are over, for the reports: to be run every night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinnet.accounts import queries
from clinnet.table import Scope
from scheduling.reports.services import count_nightly


class Command(BaseCommand):
    help = "Count what the visits of the days that are over came to. Repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        for clinic in [options["clinic"]] if options["clinic"] else queries.all_clinics():
            made = count_nightly(Scope.system("count_days", clinic))
            self.stdout.write(f"{clinic}: {made} days counted")
