"""Takes SES's reports of bounces and complaints, one JSON document a line, from standard input."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from clinnet.table.errors import NotFound
from scheduling.hooks import others_came_back
from scheduling.messages.rules import bounces
from scheduling.messages.services.messages import record_bounce
from scheduling.messages.services.sending import scope_of


class Command(BaseCommand):
    help = (
        "Record messages that came back: SES notifications, one a line, on standard input. The same again is nothing."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        new = other = 0
        for line in sys.stdin:
            found = [self._record(each) for each in bounces.read(line)]
            new += sum(found)
            other += bool(line.strip() and not any(found))
        self.stdout.write(f"{new} came back, {other} other reports.")

    def _record(self, found: bounces.Bounce) -> bool:
        try:
            if found.item:
                return others_came_back(scope_of(found.clinic), found)
            return record_bounce(
                scope_of(found.clinic),
                patient_id=found.patient_id,
                appointment_id=found.about,
                reason=found.reason,
                addresses=found.addresses,
            )
        except NotFound:
            return False
