"""Holds the books against themselves: every sum that is kept, every number, every document."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.proof import services
from billing.reports.services import PROOF
from clinnet.accounts.queries import all_clinics
from clinnet.consistency import Issue
from clinnet.table import Scope
from clinnet.table.runs import noted


class Command(BaseCommand):
    help = "Check that accounts, invoices, drawers and numbers agree with the entries of the ledger, to the cent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", default="", help="only this clinic's")
        parser.add_argument(
            "--resume",
            type=Path,
            metavar="FOLDER",
            help="keep there what was read, with patients' names, until it is through: killed, it goes on where it was",
        )
        parser.add_argument("--fix", action="store_true", help="make a month's sums anew: nothing else is ever changed")

    def handle(self, *args: Any, **options: Any) -> None:
        clinics = [options["clinic"]] if options["clinic"] else all_clinics()
        with ExitStack() as notes:
            for clinic in clinics:
                notes.enter_context(noted(Scope.system("check_ledger", clinic), PROOF))
            found = self._found(options)
            for clinic in clinics:
                services.note_down(Scope.system("check_ledger"), clinic, found)
        if found:
            raise CommandError(f"{len(found)} things do not agree.")
        self.stdout.write("The books agree to the cent.")

    def _found(self, options: dict[str, Any]) -> list[Issue]:
        found = services.check(Scope.system("check_ledger"), options["clinic"], folder=options["resume"])
        for issue in found:
            self.stdout.write(f"{issue.clinic}: {issue.kind}: {issue.what}")
        if not options["fix"]:
            return found
        for issue in found:
            if issue.fix:
                issue.fix()
        return services.check(Scope.system("check_ledger"), options["clinic"])
