"""What `make run` does by the clock: each command in its time, and none stops the others."""

import os
import subprocess
import sys
from collections import Counter

import pytest

from clinnet.local import place
from clinnet.local.chores import CHORES, Round
from clinnet.table.errors import Unavailable

HOUR = 3600


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def run_for(seconds: float, chores: Round, clock: Clock) -> None:
    until = clock.at + seconds
    while clock.at < until:
        chores.go()
        clock.at += chores.wait()


def test_each_is_run_at_the_start_and_again_in_its_time() -> None:
    clock, ran = Clock(), Counter[str]()

    def run(command: str) -> None:
        ran[command] += 1

    chores = Round(run, clock)
    chores.go()
    assert ran == {chore.command: 1 for chore in CHORES}
    run_for(48 * HOUR, chores, clock)
    assert ran == {"send_messages": 2880, "seal_audit": 576, "count_days": 2, "watch_access": 2,
                   "verify_audit --days=2": 2, "check_ledger": 2}  # fmt: skip


def test_what_takes_long_is_not_made_up_for() -> None:
    clock, ran = Clock(), Counter[str]()

    def run(command: str) -> None:
        ran[command] += 1
        clock.at += 900 if command == "count_days" else 0

    chores = Round(run, clock)
    chores.go()
    assert chores.wait() == 0
    chores.go()
    assert ran == {"send_messages": 2, "seal_audit": 2, "count_days": 1, "watch_access": 1,
                   "verify_audit --days=2": 1, "check_ledger": 1}  # fmt: skip


def test_a_table_that_cannot_be_read_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    clock, ran = Clock(), Counter[str]()

    def run(command: str) -> None:
        ran[command] += 1
        if command == "seal_audit":
            raise Unavailable

    chores = Round(run, clock)
    run_for(HOUR, chores, clock)
    assert ran == {"send_messages": 60, "seal_audit": 12, "count_days": 1, "watch_access": 1,
                   "verify_audit --days=2": 1, "check_ledger": 1}  # fmt: skip
    assert "seal_audit waits: Unavailable" in caplog.text


def test_the_process_finds_its_settings_by_itself() -> None:
    """It is started by `make run`, which is not Django's."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("CLINNET", "DJANGO"))}
    command = [sys.executable, "-c", "import clinnet.local.chores"]
    assert subprocess.run(command, cwd=place.ROOT, env=bare, check=False).returncode == 0
