"""Seals the trail of one clinic, or of all: to be run every five minutes, under the maintenance role."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinnet.accounts import queries
from clinnet.audit import seals
from clinnet.management.rounds import each_clinic
from clinnet.table import Scope


class Command(BaseCommand):
    help = "Seal what was written into the trail until two minutes ago. Repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        def work(scope: Scope) -> None:
            self.stdout.write(f"{scope.clinic}: {seals.seal(scope)} seals made")

        clinics = [options["clinic"]] if options["clinic"] else queries.all_clinics()
        each_clinic("seal", [Scope.system("seal_audit", each) for each in clinics], work)
