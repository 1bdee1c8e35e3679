"""The tests with the machine's clock elsewhere: a year's end, a month's, both changes of the clock, a leap day.

    python -m tests.dates [--at "2026-12-31 23:50"] [--today] [arguments of pytest]

With `--today` it is one date, another one each day: what .ci/run does.

All of one run is moved: pytest, its workers, the embedded AWS and the sites, for a signature of another hour is
refused. Each of them is a Python that finds `tests/moved/sitecustomize.py` when it starts. Chromium is not one, so
the browser tests stay out.
"""

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

MOVED = Path(__file__).parent / "moved"
DATES = ("2026-12-31 23:50", "2027-02-28 23:30", "2027-03-28 00:30", "2027-10-31 00:30", "2028-02-29 10:00")  # UTC


def run_at(date: str, arguments: list[str]) -> int:
    """pytest's exit status, with the clock at `date` when it starts and going on from there."""
    by = datetime.fromisoformat(date).replace(tzinfo=UTC) - datetime.now(UTC)
    path = os.pathsep.join(filter(None, [str(MOVED), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path, "CLOCK_MOVED_BY": str(by.total_seconds())}
    known = "ignore:Module already imported so cannot be rewritten; time_machine:pytest.PytestAssertRewriteWarning"
    command = [sys.executable, "-m", "pytest", "-m", "not browser", "-W", known, *arguments]
    sys.stdout.write(f"The tests at {date} UTC\n")
    sys.stdout.flush()
    return subprocess.run(command, env=environment, check=False).returncode


def of_today() -> str:
    """One of the dates: another one each day, and the same all day, so that a failure can be seen again."""
    return DATES[datetime.now(UTC).toordinal() % len(DATES)]


def main() -> int:
    asking = argparse.ArgumentParser()
    asking.add_argument("--at", action="append")
    asking.add_argument("--today", action="store_true")
    asked, arguments = asking.parse_known_args()
    return max(run_at(date, arguments) for date in asked.at or ([of_today()] if asked.today else DATES))


if __name__ == "__main__":
    sys.exit(main())
