"""Holds the trail against its seals: every fault is a line, and the command fails."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinnet import clock
from clinnet.accounts import queries
from clinnet.audit import checked, seals
from clinnet.audit.seals import Fault
from clinnet.management.rounds import each_clinic
from clinnet.table import Scope


class Command(BaseCommand):
    help = "Say what of the trail was changed, taken out or put in later. What was found is shown under Manage, too."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", help="only this one")
        parser.add_argument("--days", type=int, help="only the last of them; all of the trail without it")

    def handle(self, *args: Any, **options: Any) -> None:
        faults, now, days = 0, clock.now(), options["days"]
        since = now - timedelta(days=days) if days else None

        def work(scope: Scope) -> None:
            nonlocal faults
            found = list[Fault]()
            for fault in seals.verify(scope, since):
                found.append(fault)
                self.stdout.write(f"{scope.clinic}: {fault}")
            checked.keep(scope, found, since=since, until=now)
            faults += len(found)

        clinics = [options["clinic"]] if options["clinic"] else queries.all_clinics()
        each_clinic("verify", [Scope.system("verify_audit", each) for each in clinics], work)
        if faults:
            raise CommandError(f"{faults} faults.")
        self.stdout.write("No fault.")
