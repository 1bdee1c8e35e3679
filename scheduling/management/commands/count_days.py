"""Counts the days that are over, for the reports: to be run every night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinnet.accounts import queries
from clinnet.management.rounds import each_clinic
from clinnet.table import Scope
from scheduling.reports.services import count_nightly


class Command(BaseCommand):
    help = "Count what the visits of the days that are over came to. Repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        def work(scope: Scope) -> None:
            self.stdout.write(f"{scope.clinic}: {count_nightly(scope)} days counted")

        clinics = [options["clinic"]] if options["clinic"] else queries.all_clinics()
        each_clinic("days", [Scope.system("count_days", each) for each in clinics], work)
