"""What a scheduler runs elsewhere, for one machine in one process: messages, seals of the trail, what past days
came to, openings of charts that look unusual, whether the books agree.

python -m clinnet.local chores
"""

import io
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger("clinnet.local")


@dataclass(frozen=True, slots=True)
class Chore:
    """A command of `manage.py` with its options, and after how many seconds it is run again."""

    command: str
    seconds: float


DAY = 24 * 3600
CHORES = (
    Chore("send_messages", 60),
    Chore("seal_audit", 300),
    Chore("count_days", DAY),
    Chore("watch_access", DAY),
    Chore("verify_audit --days=2", DAY),
    Chore("check_ledger", DAY),
)


class Round:
    """Runs what is due. A chore that could not be done is tried again when it is due the next time."""

    def __init__(self, run: Callable[[str], None], now: Callable[[], float] = time.monotonic) -> None:
        self._run, self._now = run, now
        self._due = {chore: now() for chore in CHORES}

    def go(self) -> None:
        for chore, due in self._due.items():
            if self._now() >= due:
                self._try(chore)
                self._due[chore] = self._now() + chore.seconds

    def wait(self) -> float:
        """Seconds until the next one is due."""
        return max(0.0, min(self._due.values()) - self._now())

    def _try(self, chore: Chore) -> None:
        from botocore.exceptions import BotoCoreError, ClientError
        from django.core.management import CommandError

        from clinnet.table.errors import ClinnetError, Fault

        try:
            self._run(chore.command)
        except (ClinnetError, Fault, BotoCoreError, ClientError, CommandError) as error:
            log.warning("%s waits: %s", chore.command, type(error).__name__)


def run() -> int:
    """Until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinnet.settings")
    import django

    django.setup()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    chores = Round(_command)
    while not stop.is_set():
        chores.go()
        stop.wait(chores.wait())
    return 0


def _command(name: str) -> None:
    """Quietly: what it does is in the trail, in the outbox and in the reports."""
    from django.core.management import call_command

    call_command(*name.split(), stdout=io.StringIO())
