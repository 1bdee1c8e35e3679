"""Holds the trail against its seals: every fault is a line, and the command fails."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinnet.accounts import queries
from clinnet.audit import seals
from clinnet.table import Scope


class Command(BaseCommand):
    help = "Say what of the trail was changed, taken out or put in later. Changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for clinic in [options["clinic"]] if options["clinic"] else queries.all_clinics():
            for fault in seals.verify(Scope.system("verify_audit", clinic)):
                faults += 1
                self.stdout.write(f"{clinic}: {fault}")
        if faults:
            raise CommandError(f"{faults} faults.")
        self.stdout.write("No fault.")
