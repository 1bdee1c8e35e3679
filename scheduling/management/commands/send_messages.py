"""Sends the e-mails that are due, in all clinics. Any scheduler may run it, several at once too."""

import logging
from collections import Counter
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.management.base import BaseCommand, CommandParser

from clinnet.accounts.queries import all_clinics
from clinnet.table.errors import ClinnetError, Fault
from scheduling.messages.queries.overdue import USUAL
from scheduling.messages.rules.due import GRACE
from scheduling.messages.services.mail import MailDown
from scheduling.messages.services.sending import send_due

log = logging.getLogger("clinnet.messages")


class Command(BaseCommand):
    help = "Send confirmations, changes, cancellations and reminders that are due. Safe to run twice, and at once."
    requires_system_checks = []  # those look at pages

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", default="", help="only this clinic's")
        parser.add_argument(
            "--grace",
            type=int,
            default=int(GRACE.total_seconds()),
            metavar="SECONDS",
            help="how long after a booking or change its message waits",
        )
        parser.add_argument(
            "--back",
            type=int,
            default=USUAL,
            metavar="DAYS",
            help="look so far at least; what became due while nothing ran is found anyway",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        early, clinic = GRACE - timedelta(seconds=options["grace"]), options["clinic"]
        done = _round([clinic] if clinic else all_clinics(), early, options["back"])
        said = ", ".join(f"{n} {what}" for what, n in sorted(done.items()))
        self.stdout.write(said or "Nothing was due.")


def _round(clinics: list[str], early: timedelta, back: int) -> Counter[str]:
    """One clinic's trouble is not another's, but a mail service that is down is everybody's."""
    done = Counter[str]()
    for clinic in clinics:
        try:
            done += send_due(clinic, early=early, back=back)
        except MailDown as down:
            log.warning("Messages wait: %s", down.reason)
            done["waiting"] += 1
        except (ClinnetError, Fault, BotoCoreError, ClientError) as error:
            log.warning("Messages of %s wait: %s", clinic, type(error).__name__)
            done["waiting"] += 1
    return done
