"""Puts openings of charts that look unusual to be reviewed: to be run every night."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinnet import clock
from clinnet.accounts import queries
from clinnet.management.rounds import each_clinic
from clinnet.table import Scope
from records.openings.services import watch


class Command(BaseCommand):
    help = "Put openings of charts that look unusual to be reviewed by an administrator. Repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", help="only this one")
        parser.add_argument("--day", type=date.fromisoformat, help="as 2026-11-28; yesterday without it")

    def handle(self, *args: Any, **options: Any) -> None:
        def work(scope: Scope) -> None:
            clinic = queries.clinic(scope.clinic_id)
            day = options["day"] or clock.today(clinic.time_zone) - timedelta(days=1)
            self.stdout.write(f"{scope.clinic}: {watch(scope, clinic, day)} openings of {day} are to be reviewed")

        clinics = [options["clinic"]] if options["clinic"] else queries.all_clinics()
        each_clinic("unusual", [Scope.system("watch_access", each) for each in clinics], work)
