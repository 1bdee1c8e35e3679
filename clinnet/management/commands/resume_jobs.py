"""Goes on with the work of a clinic that was begun and not finished: a process was killed, a browser was closed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinnet.jobs import queries, services
from clinnet.table import Scope
from clinnet.table.errors import ClinnetError


class Command(BaseCommand):
    help = "Go on with the unfinished jobs of a clinic. Repeatable: what is done is not done twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        scope, failed = Scope.system("resume_jobs", options["clinic"]), 0
        for row in queries.unfinished_jobs(scope):
            try:
                job = services.go_on(scope, job=queries.job(scope, row["id"]))
            except ClinnetError as error:
                failed += 1
                self.stdout.write(f"{row['id']}: not finished: {type(error).__name__}")
            else:
                self.stdout.write(f"{job.id}: {job.kind}: {job.state}, {int(job.cursor)} of {int(job.total)}")
        if failed:
            raise CommandError(f"{failed} jobs are not finished.")
