#!/usr/bin/env bash
# Python's zoneinfo asks the tzdata package only for names that no folder of its search path has. So an application that
# locks the newest tzdata still reads the machine's own, older files, and says nothing. Clinnet empties the search path.
#
# The machine's older files are played by tzdata 2025.2, the application's lock by tzdata 2026.6.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check --target "$folder/machine" tzdata==2025.2
"$folder/venv/bin/pip" install -q --disable-pip-version-check tzdata==2026.6
PYTHONTZPATH="$folder/machine/tzdata/zoneinfo" "$folder/venv/bin/python" - <<'PYTHON'
import sys
import zoneinfo
from datetime import UTC, datetime
from importlib.metadata import version


def noon() -> str:
    zoneinfo.ZoneInfo.clear_cache()
    return f"{datetime(2026, 12, 2, 20, tzinfo=UTC).astimezone(zoneinfo.ZoneInfo('America/Vancouver')):%H:%M %z}"


print(f"Python {sys.version.split()[0]}, tzdata {version('tzdata')} installed beside files of 2025b")
seen = noon()
zoneinfo.reset_tzpath(to=())
expected = noon()
print(f"2026-12-02T20:00Z in Vancouver, expected of the installed package: {expected}")
print(f"seen: {seen}")
sys.exit((expected, seen) != ("13:00 -0700", "12:00 -0800"))
PYTHON
